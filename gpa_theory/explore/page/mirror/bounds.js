// The closed forms: the proved bounds of symbolic/rates.py and the readouts of observation.py.

/** The proved regret bounds of the base optimizers, divided by T. */
const REGRETS = {
  "ogd": (c) => (c.D * c.D) / (2 * c.T * c.gamma) + (c.G * c.G * c.gamma) / 2,
  "dual-averaging": (c) => bySquares(c.D, c),
  "adagrad-norm": (c) => (c.G * c.R * c.R) / (2 * Math.sqrt(c.T) * c.gamma) + (c.G * c.gamma) / Math.sqrt(c.T),
  "adagrad-diagonal": (c) => Math.SQRT2 *
    ((c.G * c.wide * c.wide) / (2 * Math.sqrt(c.T) * c.gamma) + (c.G * c.gamma) / Math.sqrt(c.T)),
  "ogd-anytime": (c) => bySquares(c.R, c),
};

/** Return (r²/(2γ) + γG²)/√T, the bound of steps that shrink like γ/√t. */
const bySquares = (r, c) =>
  (r * r) / (2 * Math.sqrt(c.T) * c.gamma) + (c.G * c.G * c.gamma) / Math.sqrt(c.T);

const regretBound = (base, c) => REGRETS[base](c);

/** Return (A): the mean gap is at most the regret bound plus ρGD/T. */
const boundA = (base, c) => regretBound(base, c) + (c.D * c.G * c.mux) / (c.T * (1 - c.mux));

/** Return (B): the last gap is at most the discounted regret bound plus what is left of the start. */
const boundB = (c) =>
  (c.G * c.G * c.gamma) / 2 + (c.R * c.R * (1 - c.mux)) / (2 * c.gamma) +
  c.D * c.G * Math.pow(c.mux, c.T - 1);

/** Return the constants of a run at step t. */
function constantsAt(setting, run, t) {
  const f = problemOf(setting.problem), { arrays } = run;
  return {
    T: t, gamma: setting.gamma, mux: setting.mux,
    G: f.lipschitz + setting.noise,
    D: arrays.reach[0], R: arrays.reach[t - 1], wide: arrays.coordinate_reach[t - 1],
  };
}

/** Whether the regret bound of a base asks for R, the largest |z_t − x*|, and not only for D. */
const needsR = ({ base }) => base !== "ogd" && base !== "dual-averaging";

const hasLastBound = (setting) => setting.base === "ogd";

/** Return 2(1+μ_x)/(1+μ_x−2μ_xμ_y)/L, the γ from which a quadratic's run is unstable, or null. */
function stabilityLimit(setting) {
  const { curvature } = problemOf(setting.problem);
  if (setting.base !== "ogd" || curvature === null) return null;
  const { mux, muy } = setting;
  return (2 * (1 + mux)) / (1 + mux - 2 * mux * muy) / curvature;
}

/** Return 1 − ln T/(2(T−1)), the proved horizon rule for μ_x. */
const recommended = (T) => 1 - Math.log(T) / (2 * (T - 1));

/** Return the numbers that need no run. */
function readoutsOf(setting) {
  const f = problemOf(setting.problem), { mux } = setting;
  const rho = mux / (1 - mux), [a, b] = f.start, start = f.value(a, b);
  const G = f.lipschitz + setting.noise, D = Math.sqrt(a * a + b * b);
  return {
    half_life: mux > 0 ? Math.log(0.5) / Math.log(mux) : 0,
    diloco_h: mux > 0 ? Math.log(0.9) / Math.log(mux) : 0,
    effective_window: (1 - setting.muy) / (1 - mux),
    break_even: Math.pow((rho * start) / (D * G), 2),
    stability_limit: stabilityLimit(setting),
    recommended_mu_x: recommended(setting.T),
  };
}
