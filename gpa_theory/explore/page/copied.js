// The table that is copied: a row per quantity, a column per setting, so that it fits a page.
const MARKS = { proved: "p", expected: "e", guide: "g", vacuous: "v" }; // of a bound
const MARK_WORDS = {
  p: "proved", e: "proved for the mean over the noise", g: "a guide, no theorem covers it here",
  v: "vacuous: the bound says nothing here",
};
const NOTHING = "–";

/** The cells of one setting, in order: [name, text or number, marks]. */
function cellsOf(r) {
  const { setting: s, constants: c, run } = r, n = r.n - 1;
  const read = (value) => (run.diverged ? NOTHING : value); // nothing is read off a run that left the floats
  return {
    problem: s.problem, base: baseWords(s.base),
    noise: s.noise, seed: s.noise > 0 ? s.seed : NOTHING,
    mux: s.mux, muy: s.muy, gamma: s.gamma, T: s.T, G: c.G, D: c.D, R: read(c.R),
    run: run.diverged ? `diverged at ${run.diverged}` : r.exploded ? "diverging" : r.broken ? `|g| > G at ${r.broken}` : "|g| ≤ G held",
    gap: read(run.arrays.gap[n]), mean: read(r.terms.phi), regret: read(r.terms.regret), cost: read(-r.terms.telescope),
    a: boundCell(r, "bound_a"), b: r.bound_b ? boundCell(r, "bound_b") : NOTHING,
  };
}

/** A bound with its marks; what is void is not copied. */
function boundCell(r, name) {
  const mark = MARKS[r.standings[name][0]];
  if (!mark) return NOTHING;
  return { value: r[name].at(-1), marks: mark + (r.vacuous[name] ? MARKS.vacuous : "") };
}

const ROWS = [ // [cell, words, LaTeX]; null: a rule
  ["problem", "problem", "problem"], ["base", "base optimizer", "base"],
  ["noise", "noise, the size of each ξ", String.raw`noise $|\xi|$`], ["seed", "noise seed", "noise seed"],
  ["mux", "μ_x", String.raw`$\mu_x$`], ["muy", "μ_y", String.raw`$\mu_y$`], ["gamma", "γ", String.raw`$\gamma$`], ["T", "T", "$T$"],
  ["G", "G", "$G$"], ["D", "D", "$D$"], ["R", "R, of this run", "$R$, of this run"], ["run", "the run", "the run"],
  null,
  ["gap", "f(x_T) − f*, measured", "$f(x_T)-f^*$"], ["mean", "mean gap, measured", "mean gap"],
  ["regret", "R_T/T, measured", "$R_T/T$"], ["cost", "EMA cost, measured", "EMA cost"],
  null,
  ["a", "bound (A) on the mean gap", "(A), mean gap"], ["b", "bound (B) on f(x_T) − f*", "(B), $f(x_T)-f^*$"],
];
const EXACT = new Set(["noise", "seed", "mux", "muy", "gamma", "T"]); // written to six digits

const columnsOf = (r) => [["now", cellsOf(r)], ...r.pins.map((pin, i) => [`pin ${PIN_NAMES[i]}`, cellsOf(pin)])];

/** The marks that occur, spelled out. */
function marksOf(columns) {
  const used = new Set(columns.flatMap(([, cells]) => [...(cells.a.marks ?? ""), ...(cells.b.marks ?? "")]));
  return Object.entries(MARK_WORDS).filter(([mark]) => used.has(mark));
}

function markdownTable(r) {
  const columns = columnsOf(r);
  const cell = (value, name) => (typeof value === "number" ? short(value, EXACT.has(name) ? 6 : 3)
    : value.marks ? `${short(value.value)} (${[...value.marks].join(", ")})` : value).replaceAll("|", "∣");
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(["", ...columns.map(([name]) => name)]), line(["---", ...columns.map(() => "---:")]),
    ...ROWS.filter(Boolean).map(([name, words]) => line([words, ...columns.map(([, cells]) => cell(cells[name], name))])),
    "", ...marksOf(columns).map(([mark, words]) => `(${mark}) ${words}`), "",
    `Made by \`${commandOf(r.state)}\``].join("\n");
}

const tex = (value, digits = 3) => {
  const words = short(value, digits).replaceAll("−", "-");
  const [mantissa, power] = words.split("e");
  if (words.endsWith("∞")) return words.replace("∞", String.raw`\infty`);
  return power === undefined ? mantissa : String.raw`${mantissa}\times 10^{${power}}`;
};

const texWords = (words) => words.replaceAll("|g| ≤ G", "$|g|\\le G$").replaceAll("|g| > G", "$|g|>G$").replace(NOTHING, "--");

/** A long name in two lines, so that four columns fit. */
const stacked = (name) => (name.length > 9 ? String.raw`\shortstack[r]{${name.replace("-", String.raw`-\\`)}}` : name);

function latexTable(r) {
  const columns = columnsOf(r), count = columns.length;
  const cell = (value, name) => (typeof value === "number" ? `$${tex(value, EXACT.has(name) ? 6 : 3)}$`
    : value.marks ? `$${tex(value.value)}^{\\mathrm{${value.marks}}}$` : name === "base" ? stacked(value) : texWords(value));
  const row = (cells) => `${cells.join(" & ")} ${String.raw`\\`}`;
  return [
    `% regenerate: ${commandOf(r.state)}`, String.raw`% needs \usepackage{booktabs}`,
    String.raw`\begingroup\footnotesize\setlength{\tabcolsep}{4pt}%`,
    String.raw`\begin{tabular}{l*{${count}}{r}}`, String.raw`\toprule`,
    row(["", ...columns.map(([name]) => name)]), String.raw`\midrule`,
    ...ROWS.map((line) => (line ? row([line[2], ...columns.map(([, cells]) => cell(cells[line[0]], line[0]))]) : String.raw`\midrule`)),
    String.raw`\bottomrule`,
    ...marksOf(columns).map(([mark, words]) => row([String.raw`\multicolumn{${count + 1}}{l}{$^{\mathrm{${mark}}}$ ${words}}`])),
    String.raw`\end{tabular}\endgroup`].join("\n");
}
