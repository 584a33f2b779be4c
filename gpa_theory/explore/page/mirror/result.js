// One immutable result per state: every view is drawn from it and from nothing else.
const POINTS = 120; // times on a curve
const SEEDS = 16; // runs in a band
const CLOSES = 1e-10; // relative residual from which the identity counts as broken
let serial = 0;

function spaced(n) {
  const found = new Set([1, n]);
  for (let i = 0; i < POINTS; i++) found.add(Math.round(Math.exp((Math.log(n) * i) / (POINTS - 1))));
  return [...found].sort((p, q) => p - q);
}

const remembered = new Map(); // pinned and comparing runs do not change while a slider moves

function once(key, make) {
  if (!remembered.has(key)) {
    if (remembered.size > 24) remembered.delete(remembered.keys().next().value);
    remembered.set(key, make());
  }
  return remembered.get(key);
}

/** Return everything the views need to know about one setting. */
function study(setting) {
  const run = record(setting), n = Math.max(run.n, 1), times = spaced(n);
  const a = run.arrays, f = problemOf(setting.problem);
  const at = (name) => times.map((t) => a[name][t - 1]);
  const constants = constantsAt(setting, run, n);
  const bound_a = times.map((t) => boundA(setting.base, constantsAt(setting, run, t)));
  const isLast = hasLastBound(setting) && setting.noise === 0;
  const bound_b = isLast ? times.map((t) => boundB(constantsAt(setting, run, t))) : null;
  const terms = Object.fromEntries(
    ["telescope", "regret", ...run.names].map((name) => [name, a[`sum_${name}`][n - 1] / n]));
  terms.phi = a.mean_gap[n - 1];
  const lost = run.names.reduce((sum, name) => sum + terms[name], 0);
  const largest = Math.max(...Object.values(terms).map(Math.abs));
  const broken = a.slope.findIndex((g, i) => i < n && g > constants.G * (1 + 1e-12)) + 1;
  return {
    setting, run, n, times, at, constants, bound_a, bound_b, terms,
    residual: Math.abs(terms.phi + terms.telescope - terms.regret + lost),
    relative: Math.abs(terms.phi + terms.telescope - terms.regret + lost) / (largest || 1),
    readouts: readoutsOf(setting),
    broken, // the first step at which |g_t| > G, or 0
    exploded: run.diverged > 0 || a.gap[n - 1] > 1e6 * f.value(...f.start),
  };
}

/** Return the smallest and largest gap over `SEEDS` seeds, at the times of a study. */
function band(setting, times) {
  const low = new Array(times.length).fill(Infinity), high = new Array(times.length).fill(0);
  for (let k = 0; k < SEEDS; k++) {
    const gaps = gapsAt({ ...setting, seed: setting.seed + k }, exponential(setting.mux), times);
    gaps.forEach((gap, i) => {
      low[i] = Math.min(low[i], gap);
      high[i] = Math.max(high[i], gap);
    });
  }
  return { low, high };
}

function comparing(setting, times, who) {
  const key = [who, setting.gamma, setting.T, setting.problem, setting.base, setting.noise,
    setting.seed, times.length, who === "base" ? 0 : setting.muy].join();
  const averaging = who === "base" ? exponential(0) : uniform;
  return once(key, () => gapsAt(setting, averaging, times));
}

function compute(state) {
  const main = study(state);
  return Object.freeze({
    id: ++serial,
    state,
    ...main,
    base: comparing(state, main.times, "base"),
    scheduleFree: comparing(state, main.times, "schedule-free"),
    band: state.noise > 0 ? band(state, main.times) : null,
    pins: state.pins.map((pin) => once(`pin ${pinText(pin)}`, () => study(pin))),
  });
}
