// (f) The numbers people quote, one row each with its label; pins stand beside, each with its own.
function readoutRows(r) {
  const { stability_limit: limit, diloco_h, half_life, effective_window, break_even, recommended_mu_x } = r.readouts;
  const f = problemOf(r.setting.problem), ended = r.run.diverged > 0;
  const label = (name) => r.standings[name][0];
  const read = (words) => (ended ? "–" : words); // nothing is read off a run that left the floats
  const ofBound = label("slack") === "void" ? "–" : `${short(r.bound_a.at(-1) / r.terms.phi)}×`;
  const noise = r.setting.noise > 0 ? "G with the noise" : "G";
  return [
    ["DiLoCo H (μ = 0.9)", short(diloco_h), label("diloco_h")],
    ["half-life of an iterate, steps", short(half_life), label("half_life")],
    ["noise averages over, steps", short(effective_window), label("effective_window")],
    ["last gap f(x_T) − f*", read(short(r.run.arrays.gap[r.n - 1])), label("gap")],
    ["slack of (A): bound / mean gap", read(ofBound), label("slack")],
    ["break-even T*", short(break_even), label("break_even")],
    ["stability limit of γ", limit === null ? "–" : short(limit), label("stability_limit")],
    ["stability margin, limit / γ", limit === null ? "–" : `${short(limit / r.setting.gamma)}×`, label("stability_limit")],
    ["μ_x recommended for this T", short(recommended_mu_x, 5), label("recommended_mu_x")],
    [`${noise}, ${f.everywhere ? "everywhere" : "on the level set"}`, short(r.constants.G), label("lipschitz")],
    ["D = |z₁ − x*|", short(r.constants.D), label("radius")],
    ["R = max |z_t − x*|", read(short(r.constants.R)), label("diameter")],
  ];
}

const ALARMING = new Set(["violated", "diverged", "void"]);
const tagOf = (tag) => (ALARMING.has(tag) ? "wrong" : "tag");

function drawReadouts(r, width) {
  const rows = readoutRows(r);
  return r.pins.length ? besidePins(r, rows, width) : alone(rows, width);
}

function alone(rows, width) {
  const tags = width - 72, isNarrow = tags - 210 < 62; // then numbers go below their names
  const high = isNarrow ? 38 : 23, drop = isNarrow ? 16 : 0, edge = isNarrow ? 80 : tags - 12;
  let out = text(edge, 18, "now", "axis", "end") + (isNarrow ? "" : text(tags, 18, "label", "axis"));
  rows.forEach(([name, value, tag], k) => {
    const y = 18 + k * high + 23;
    out += line(10, y - 16, width - 10, y - 16, "grid") + text(10, y, name, "words") +
      text(edge, y + drop, value, "value", "end") + text(tags, y + drop, tag, tagOf(tag));
  });
  return { markup: out, height: 18 + rows.length * high + 10 };
}

/** Columns of values over their labels, below the name: what is proved of one may not be of another. */
function besidePins(r, own, width) {
  const columns = [["now", own], ...r.pins.map((pin, i) => [PIN_NAMES[i], readoutRows(pin)])];
  const high = 56, each = Math.min(110, (width - 20) / 4), edge = (i) => 10 + (i + 1) * each - 4;
  let out = columns.map(([name], i) => text(edge(i), 18, name, "axis", "end")).join("");
  own.forEach(([name], k) => {
    const y = 18 + k * high + 23;
    out += line(10, y - 16, width - 10, y - 16, "grid") + text(10, y, name, "words") +
      columns.map(([, rows], i) => text(edge(i), y + 16, rows[k][1], "value", "end") +
        text(edge(i), y + 31, rows[k][2], tagOf(rows[k][2]), "end")).join("");
  });
  return { markup: out, height: 18 + own.length * high + 10 };
}
