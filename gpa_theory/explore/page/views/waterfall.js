// (a) How regret, EMA cost and Bregman terms add up to the measured mean gap.
const TERM_WORDS = {
  regret: "regret R_T/T",
  telescope: "+ EMA cost", // drawn with its sign turned: what averaging adds
  bregman_u_y: "− B(x*, y)",
  bregman_y_x: "− (1+ν) B(y, x)",
  bregman_x_y: "− ν B(x, y)",
  bregman_prev_x: "− ρ B(x₋, x)",
  bregman_prev_y: "− (μ_y ρ/k) B(x₋, y)",
  jensen: "− (1+ρ) Jensen gap",
  phi: "= mean gap",
};

/** What a term adds to the mean gap; undefined where the identity of a setting lacks the term. */
const addedBy = (r, name) => (name === "regret" || name === "phi" || r.terms[name] === undefined
  ? r.terms[name] : 0 - r.terms[name]);

function waterfallRows(r) {
  let level = 0;
  const steps = ["regret", "telescope", ...r.run.names].map((name) => {
    const value = addedBy(r, name), from = level;
    level += value;
    return { name, kind: value < 0 ? "minus" : "plus", from, to: level };
  });
  return [...steps, { name: "phi", kind: "total", from: 0, to: r.terms.phi }];
}

/** Bars beside their words, or below them where the figure is narrow or has many columns. */
function waterfallFrame(width, columns) {
  const names = 134, each = 68, numbers = each * columns;
  return width - names - numbers >= 130
    ? { each, left: names, right: width - numbers - 14, high: 40, bar: 6, tall: 28, words: 24, anchor: "end", at: names - 8, isWide: true }
    : { each: Math.min(each, (width - 16) / columns), left: 10, right: width - 10, anchor: "start", at: 14, isWide: false,
      ...(width - numbers >= 150 ? { high: 42, bar: 20, words: 14 } : { high: 58, bar: 36, words: 14, drop: 16 }), tall: 18 };
}

/** What stands in the column of a run: nothing is read off one that left the floats. */
function cellText(r, name, columns) {
  const value = addedBy(r, name);
  if (value === undefined || r.run.diverged) return "–";
  if (value !== 0 && Math.abs(value) <= r.budget) return "≈ 0"; // what rounding leaves of a zero has no sign
  return short(value, columns > 1 ? 2 : 3);
}

function drawWaterfall(r, width) {
  const rows = waterfallRows(r), columns = [["now", r], ...r.pins.map((pin, i) => [PIN_NAMES[i], pin])];
  const f = waterfallFrame(width, columns.length);
  const ends = rows.flatMap((row) => [row.from, row.to]);
  const scale = linear(Math.min(0, ...ends), Math.max(0, ...ends) || 1e-300, f.left, f.right);
  const edge = (i) => width - 8 - (columns.length - 1 - i) * f.each;
  const marks = legend([["measured", [["plus", "adds", "box"], ["minus", "pays back", "box"],
    ["total", "what is left", "box"]]]], width - 20);
  let y = marks.height + 30, out = marks.markup(10, 16);
  out += columns.map(([name], i) => text(edge(i), y - 4, name, "axis", "end")).join("");
  out += line(scale(0), y, scale(0), y + rows.length * f.high, "zero");
  rows.forEach((row, k) => {
    const [a, b] = [scale(Math.min(row.from, row.to)), scale(Math.max(row.from, row.to))];
    out += text(f.at, y + f.words, TERM_WORDS[row.name], "words", f.anchor) +
      rect(a, y + f.bar, Math.max(b - a, 1), f.tall, row.kind, `data-series="${row.kind} ${k}"`) +
      columns.map(([, one], i) =>
        text(edge(i), y + f.words + (f.drop ?? 0), cellText(one, row.name, columns.length), "value", "end")).join("");
    if (f.isWide && k + 1 < rows.length) out += line(scale(row.to), y + f.bar, scale(row.to), y + f.high + f.bar, "link");
    y += f.high;
  });
  const residual = `residual ${short(r.relative, 2)}`, judged = r.closes ? "an identity (proved)" : "more than rounding";
  const whole = `${residual} of the largest term: ${judged}`;
  const said = r.run.diverged ? r.verdict : widthOf(whole) <= width - 20 ? whole : `${residual}: ${judged}`;
  out += text(10, y + 18, said, r.closes && !r.run.diverged ? "words" : "wrong");
  return { markup: out, height: y + 30 };
}
