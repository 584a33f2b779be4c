// The recursion of core/recursion.py in the plane: the one other place where it is written, and
// held to Python by the parity test.  The order of operations is Python's.

const exponential = (mux) => (t) => (t === 1 ? 1 : 1 - mux);
const uniform = (t) => 1 / t; // Schedule-Free

/** The base optimizers of numeric/learners.py: (γ, z_1) to a step that moves z in place. */
const MOVES = {
  "ogd": (gamma) => (z, t, g, h) => { z.a -= gamma * g; z.b -= gamma * h; },
  "dual-averaging": (gamma, [a, b]) => {
    let p = 0, q = 0; // sums of gradients
    return (z, t, g, h) => {
      p += g; q += h;
      const step = gamma / Math.sqrt(t + 1);
      z.a = a - step * p; z.b = b - step * q;
    };
  },
  "adagrad-norm": (gamma) => {
    let size = 0;
    return (z, t, g, h) => {
      size = Math.hypot(size, g, h);
      if (size > 0) { z.a -= gamma * (g / size); z.b -= gamma * (h / size); }
    };
  },
  "adagrad-diagonal": (gamma) => {
    let p = 0, q = 0; // sizes by coordinate
    return (z, t, g, h) => {
      p = Math.hypot(p, g); q = Math.hypot(q, h);
      if (p > 0) z.a -= gamma * (g / p);
      if (q > 0) z.b -= gamma * (h / q);
    };
  },
  "ogd-anytime": (gamma) => (z, t, g, h) => {
    const step = gamma / Math.sqrt(t);
    z.a -= step * g; z.b -= step * h;
  },
};

/** The hash of noise.py: 32 bits of (seed, t). */
function mixed(seed, t) {
  let h = (Math.imul(seed, 0x9e3779b1) + Math.imul(t, 0x85ebca77) + 0x27d4eb2f) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Run GPA and call visit(t, x, y, z, g) at every step, g being the exact subgradient at y.
 * Return 0, or the step at which something was no longer finite; visit may end the run by false.
 */
function walk(setting, coefficient, visit) {
  const f = problemOf(setting.problem), muy = setting.muy, present = 1 - muy;
  const gamma = setting.nudged ? setting.gamma * (1 + Math.pow(2, -51)) : setting.gamma; // off by a few last bits
  const step = MOVES[setting.base](gamma, f.start);
  const size = setting.noise / Math.sqrt(2), noisy = setting.noise > 0;
  const [a, b] = f.start;
  const x = { a, b }, z = { a, b }, y = { a, b }, g = { a: 0, b: 0 };
  for (let t = 1; t <= setting.T; t++) {
    y.a = muy * x.a + present * z.a;
    y.b = muy * x.b + present * z.b;
    f.slope(y, g);
    if (visit(t, x, y, z, g) === false) return t;
    const bits = noisy ? mixed(setting.seed, t) : 0;
    step(z, t, noisy ? g.a + (bits & 1 ? size : -size) : g.a,
      noisy ? g.b + (bits & 2 ? size : -size) : g.b);
    if (!(Number.isFinite(z.a) && Number.isFinite(z.b))) return t;
    const c = coefficient(t + 1), past = 1 - c;
    x.a = past * x.a + c * z.a;
    x.b = past * x.b + c * z.b;
  }
  return 0;
}

/** Return f(x_t) − f* at the given increasing times only; what lies past a divergence is ∞. */
function gapsAt(setting, coefficient, times) {
  const f = problemOf(setting.problem), found = new Float64Array(times.length).fill(Infinity);
  let next = 0;
  walk(setting, coefficient, (t, x) => {
    if (t === times[next]) {
      const gap = f.value(x.a, x.b);
      if (!Number.isFinite(gap)) return false;
      found[next++] = gap;
    }
    return next < times.length;
  });
  return found;
}
