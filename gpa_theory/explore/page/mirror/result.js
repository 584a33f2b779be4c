// One immutable result per state: every view is drawn from it and from nothing else.
const POINTS = 120; // times on a curve
const SEEDS = 16; // runs in a band
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
  const residual = Math.abs(terms.phi + terms.telescope - terms.regret + lost);
  const allowed = (a.budget[n - 1] / n) * (1 + (n + 8) / 34); // these sums are added one by one
  const broken = a.slope.findIndex((g, i) => i < n && g > constants.G * (1 + 1e-12)) + 1;
  const { diverged } = run, exploded = diverged > 0 || a.gap[n - 1] > EXPLODED * f.value(...f.start);
  return {
    setting, run, n, times, at, constants, bound_a, bound_b, terms,
    relative: residual / (largest || 1),
    allowed: allowed / (largest || 1), // what rounding may do to it
    budget: a.budget[n - 1] / n,
    closes: residual <= allowed,
    readouts: readoutsOf(setting),
    broken, // the first step at which |g_t| > G, or 0
    exploded,
    standings: standingsOf(setting, broken, diverged),
    verdict: verdictOf({ broken, diverged, exploded }),
    vacuous: diverged ? {} : vacuousOf(setting, constants),
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
    base: state.mux === 0 ? main.at("gap") : comparing(state, main.times, "base"), // then it is the base
    scheduleFree: comparing(state, main.times, "schedule-free"),
    band: state.noise > 0 ? band(state, main.times) : null,
    pins: state.pins.map((pin) => once(`pin ${pinText(pin)}`, () => study(pin))),
  });
}
