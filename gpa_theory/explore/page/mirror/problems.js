// The four problems of toys.py; their constants come from Python.  The minimum is 0, at 0.
const FORMULAS = {
  quadratic: {
    value: (h, k, a, b) => 0.5 * (h * a * a + k * b * b),
    first: (h, a) => h * a,
  },
  huber: {
    value: (h, k, a, b) => h * (Math.sqrt(1 + a * a) - 1) + k * (Math.sqrt(1 + b * b) - 1),
    first: (h, a) => (h * a) / Math.sqrt(1 + a * a),
  },
  absolute: {
    value: (h, k, a, b) => h * Math.abs(a) + k * Math.abs(b),
    first: (h, a) => h * Math.sign(a),
  },
};

const made = {};

/** Return a problem as value(a, b) and slope(point, into). */
function problemOf(name) {
  if (!made[name]) {
    const facts = data.problems[name];
    const [h, k] = facts.shape;
    const { value, first } = FORMULAS[facts.kind];
    made[name] = Object.freeze({
      ...facts,
      value: (a, b) => value(h, k, a, b),
      slope: (w, into) => {
        into.a = first(h, w.a);
        into.b = first(k, w.b);
      },
    });
  }
  return made[name];
}
