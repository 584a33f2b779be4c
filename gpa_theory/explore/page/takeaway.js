// What can be taken away: each a text made from the result, so it says what the screen says.
const pythonSetting = (s) => {
  const given = [["mu_x", s.mux], ["mu_y", s.muy], ["gamma", s.gamma], ["steps", s.T],
    ["noise", s.noise], ["seed", s.seed]].map(([name, v]) => `${name}=${exactly(v)}`);
  return `Setting(${given.join(", ")}, problem="${s.problem}", base="${s.base}")`;
};

const tex = (value, digits = 3) => {
  const words = short(value, digits).replaceAll("−", "-");
  const [mantissa, power] = words.split("e");
  if (words === "∞") return String.raw`$\infty$`;
  return power === undefined ? `$${mantissa}$` : String.raw`$${mantissa}\times 10^{${power}}$`;
};

function latexRow(r) {
  const b = r.bound_b && !r.broken ? tex(r.bound_b.at(-1)) : "--";
  return [tex(r.setting.mux, 6), tex(r.setting.muy), tex(r.setting.gamma), r.setting.T,
    tex(r.run.arrays.gap[r.n - 1]), tex(r.terms.phi), tex(r.terms.regret), tex(-r.terms.telescope),
    r.broken || standing(r) !== "proved" ? "--" : tex(r.bound_a.at(-1)), b].join(" & ") + String.raw` \\`;
}

const commandOf = (state) => `gpa explore --state '${writeLink(state)}'`;

const TAKE = {
  LaTeX: (r) => [
    `% regenerate: ${commandOf(r.state)}`, String.raw`% needs \usepackage{booktabs}`,
    String.raw`\begin{tabular}{rrrrrrrrrr}`, String.raw`\toprule`,
    String.raw`$\mu_x$ & $\mu_y$ & $\gamma$ & $T$ & $f(x_T)-f^*$ & mean gap & $R_T/T$ & EMA cost & (A) & (B) \\`,
    String.raw`& & & & measured & measured & measured & measured & proved & proved \\`,
    String.raw`\midrule`, latexRow(r), ...r.pins.map(latexRow),
    String.raw`\bottomrule`, String.raw`\end{tabular}`].join("\n"),
  BibTeX: () => data.bibtex,
  Python: (r) => [
    "from gpa_theory.explore import Setting, observe", "",
    `seen = observe(${pythonSetting(r.setting)})`,
    `print(seen.terms["phi"])  # the mean gap; this page shows ${short(r.terms.phi)}`].join("\n"),
  "Command line": (r) => `${commandOf(r.state)}\n${commandOf(r.state)} --json`,
  Link: (r) => `${location.protocol === "about:" ? "" : location.href.split("#")[0]}#${writeLink(r.state)}`,
};

/** Show a text, selected, and copy it if the browser lets us. */
async function take(name, r) {
  const area = document.getElementById("copied");
  area.value = TAKE[name](r);
  area.focus();
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    announce(`${name} copied.`);
  } catch {
    announce(`${name} is selected below; press Ctrl+C.`);
  }
}

function announce(words) {
  document.getElementById("said").textContent = words;
}
