// What the (μ_x, μ_y) square is colored by.  A measured map is coarse while a slider moves and
// refined, row by row, when the page is idle; the certified map is the packaged table.
const FINE = [56, 34];
const COARSE_STEPS = 16000; // of the recursion, in all cells of a coarse map together
const SPAN = 4; // s = −log10(1−μ_x) runs over [0, 4]
const STOPS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const FAR_GAP = 1e12; // a measured gap from which on cells have one color
const SLICE = 6; // milliseconds of refining before input is looked at again

const CELLS = {
  gap: (s) => Math.min(gapsAt(s, exponential(s.mux), [s.T])[0], FAR_GAP),
  bound: (s) => {
    const { G, D, start } = scaleOfProblem(s), wide = Math.max(...start.map(Math.abs));
    return boundA(s.base, { T: s.T, gamma: s.gamma, mux: s.mux, G: G + s.noise, D, R: D, wide });
  },
  worst: (s) => (s.base !== "ogd" || s.noise > 0 || s.mux > data.table.mu_x.at(-1) ? NaN : certified(s, layerOf(s))),
  limit: (s) => stabilityLimit(s) ?? NaN,
};

const HEAT_STANDINGS = { bound: "map_of_bound", worst: "worst_case", limit: "stability_limit" };

/** How the colors are known: [label, why]. */
const heatStanding = (s) => (s.color === "gap" ? ["measured", ""] : standingsOf(s, 0, 0)[HEAT_STANDINGS[s.color]]);

function heatWords(state) {
  const f = problemOf(state.problem);
  if (state.color === "worst") {
    const layer = layerOf(state), { G, D } = scaleOfProblem(state);
    return `${COLORS.worst}, of f(x_T) − f* over all convex f with this G and D, at the table's nearest ` +
      `T = ${layer.T} and γ = ${short(layer.gamma)} D/G (this γ is ${short((state.gamma * G) / D)} D/G; blank: beyond the table)`;
  }
  if (state.color === "bound") return `${COLORS.bound} while |g_t| ≤ G` + (needsR(state) ? " and |z_t − x*| ≤ D" : "");
  if (state.color === "limit" && f.kind !== "quadratic") return `${COLORS.limit} near x*`;
  return COLORS[state.color];
}

function cell(state, [columns, rows], i, j) {
  const mux = 1 - Math.pow(10, (-SPAN * (i + 0.5)) / columns), muy = 1 - j / (rows - 1);
  return CELLS[state.color]({ ...state, mux: Math.min(mux, data.limits.mu_x[1]), muy });
}

function fillRow(state, size, values, j) {
  for (let i = 0; i < size[0]; i++) values[j * size[0] + i] = cell(state, size, i, j);
}

function painted(state, values, [columns, rows]) {
  const finite = values.filter((v) => v > 0 && Number.isFinite(v));
  const high = finite.reduce((most, v) => Math.max(most, v), 0);
  const low = Math.max(finite.reduce((least, v) => Math.min(least, v), high), high * 1e-12);
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const ink = canvas.getContext("2d"), image = ink.createImageData(columns, rows);
  values.forEach((v, k) => {
    if (!(v >= 0)) return; // nothing is known here: transparent
    const share = Math.log(Math.max(v, low) / low) / (Math.log(high / low) || 1);
    image.data.set([...colorAt(share), 255], 4 * k);
  });
  ink.putImageData(image, 0, 0);
  const known = finite.length > 0;
  return { url: known ? canvas.toDataURL() : "", low: known ? low : NaN, high: known ? high : NaN,
    words: heatWords(state), label: heatStanding(state)[0] };
}

function colorAt(share) {
  const at = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
  const k = Math.min(Math.floor(at), STOPS.length - 2);
  return STOPS[k].map((v, c) => Math.round(v + (at - k) * (STOPS[k + 1][c] - v)));
}

const heats = { key: "", fine: false, map: null };
const heatKey = (s) => [s.color, s.gamma, s.T, s.problem, s.base, s.noise, s.seed].join();

/** A grid that costs about `COARSE_STEPS` at this T. */
function coarse(T) {
  const rows = Math.max(3, Math.min(14, Math.round(Math.sqrt((0.6 * COARSE_STEPS) / T))));
  return [Math.round((rows * 5) / 3), rows];
}

/** The map of a state: measured ones at first coarse. */
function heatOf(state) {
  if (heats.key === heatKey(state)) return heats.map;
  const size = state.color === "gap" ? coarse(state.T) : FINE, values = new Float64Array(size[0] * size[1]);
  for (let j = 0; j < size[1]; j++) fillRow(state, size, values, j);
  Object.assign(heats, { key: heatKey(state), fine: size === FINE, map: painted(state, values, size) });
  return heats.map;
}

/** Refine the map of a state in slices, as long as nothing else is asked for; then call `done`. */
function refine(state, done) {
  const key = heatKey(state);
  if (heats.key !== key || heats.fine) return;
  const values = new Float64Array(FINE[0] * FINE[1]);
  let j = 0;
  const slice = () => {
    if (heats.key !== key) return;
    const begun = performance.now();
    while (j < FINE[1] && performance.now() - begun < SLICE) fillRow(state, FINE, values, j++);
    if (j < FINE[1]) { setTimeout(slice); return; }
    Object.assign(heats, { fine: true, map: painted(state, values, FINE) });
    done();
  };
  slice();
}
