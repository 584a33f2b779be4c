// (f) The numbers people quote, one row each with its label; pins stand beside in columns.
function readoutRows(r) {
  const limit = r.readouts.stability_limit, f = problemOf(r.setting.problem);
  const known = limit === null ? "" : f.kind === "quadratic" ? "proved" : "near x*";
  return [
    ["DiLoCo H (μ = 0.9)", short(r.readouts.diloco_h), "heuristic"],
    ["half-life of an iterate, steps", short(r.readouts.half_life), "proved"],
    ["noise averages over, steps", short(r.readouts.effective_window), "heuristic"],
    ["last gap f(x_T) − f*", short(r.run.arrays.gap[r.n - 1]), "measured"],
    ["slack of (A): bound / mean gap", r.broken ? "void" : `${short(r.bound_a.at(-1) / r.terms.phi)}×`, "measured"],
    ["break-even T*", short(r.readouts.break_even), "proved"],
    ["stability limit of γ", limit === null ? "none" : short(limit), known],
    ["stability margin, limit / γ", limit === null ? "none" : `${short(limit / r.setting.gamma)}×`, known],
    ["μ_x recommended for this T", short(r.readouts.recommended_mu_x, 5), "proved"],
    [f.everywhere ? "G, everywhere" : "G, on the level set", short(r.constants.G),
      r.broken ? "violated" : f.everywhere ? "proved" : "assumed"],
    ["D = |z₁ − x*|", short(r.constants.D), "proved"],
    ["R = max |z_t − x*|", short(r.constants.R), "measured"],
  ];
}

function drawReadouts(r, width) {
  const columns = [["now", readoutRows(r)], ...r.pins.map((pin, i) => [PIN_NAMES[i], readoutRows(pin)])];
  const tags = width - 64, names = 200, each = 62;
  const isNarrow = tags - names - 10 < columns.length * each; // then numbers go below their names
  const high = isNarrow ? 38 : 23, drop = isNarrow ? 16 : 0;
  const edge = (i) => (isNarrow ? 80 + i * 82 : tags - 12 - (columns.length - 1 - i) * each);
  let out = columns.map(([name], i) => text(edge(i), 18, name, "axis", "end")).join("") +
    (isNarrow ? "" : text(tags, 18, "label", "axis"));
  columns[0][1].forEach(([name, , tag], k) => {
    const y = 18 + k * high + 23;
    out += line(10, y - 16, width - 10, y - 16, "grid") + text(10, y, name, "words") +
      columns.map(([, rows], i) => text(edge(i), y + drop, rows[k][1], rows[k][2] === "violated" ? "wrong value" : "value", "end")).join("") +
      text(tags, y, tag, tag === "violated" ? "wrong" : "tag");
  });
  return { markup: out, height: 18 + columns[0][1].length * high + 10 };
}
