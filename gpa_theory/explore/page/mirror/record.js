// One run in full: the arrays of observation.py, under the same names, with every identity term.

const PLAIN = ["x0", "x1", "y0", "y1", "z0", "z1", "gap", "mean_gap", "sum_telescope", "sum_regret",
  "slope", "reach", "coordinate_reach", "run_a", "run_b", "budget"];
const STEP = ["bregman_u_y", "bregman_y_x", "bregman_x_y", "bregman_prev_x"];
const AT_Y = ["bregman_u_y", "bregman_prev_y", "jensen"]; // the second identity, for μ_y = 1

const dot = (g, a, b) => g.a * a + g.b * b;

/** Return the Bregman terms of one step, multipliers included, written into `into`. */
function stepTerms(s, muy, rho, into) {
  const { f, x, y, before, g, h, fx, fy, fbefore } = s;
  into[0] = 0 - fy - dot(g, 0 - y.a, 0 - y.b);
  if (muy < 1) {
    const nu = muy / (1 - muy);
    into[1] = (1 + nu) * (fy - fx - dot(h, y.a - x.a, y.b - x.b));
    into[2] = nu * (fx - fy - dot(g, x.a - y.a, x.b - y.b));
    into[3] = rho * (fbefore - fx - dot(h, before.a - x.a, before.b - x.b));
  } else {
    const k = 1 + (1 - muy) * rho, kept = ((1 - muy) * rho) / k, moved = 1 / k;
    into[1] = ((muy * rho) / k) * (fbefore - fy - dot(g, before.a - y.a, before.b - y.b));
    into[2] = (1 + rho) * (moved * fy + kept * fbefore - fx);
  }
}

const UNIT = Math.pow(2, -53);
const theta = (k) => (k * UNIT) / (1 - k * UNIT); // the relative error of k roundings
const TOO_LARGE = 1e285; // of a rounding budget: the sums themselves are then near 10³⁰⁰

const sized = (g, a, b) => Math.abs(g.a) * a + Math.abs(g.b) * b;

/** Return what rounding may do to the identity at one step: numeric/identity.py, in the plane. */
function allowance(s, muy, rho, c) {
  const { x, y, z, before, g, h, fx, fy, fbefore } = s, four = theta(4);
  const [X, Y, Z, B] = [x, y, z, before].map((w) => ({ a: Math.abs(w.a), b: Math.abs(w.b) }));
  const ex = { a: four * ((1 - c) * B.a + c * Z.a), b: four * ((1 - c) * B.b + c * Z.b) };
  const ey = { a: four * (muy * X.a + (1 - muy) * Z.a), b: four * (muy * X.b + (1 - muy) * Z.b) };
  let sizes = fx + rho * (fx + fbefore) + sized(g, Z.a, Z.b) + fy + sized(g, Y.a, Y.b), moved;
  if (muy < 1) {
    const nu = muy / (1 - muy);
    sizes += (1 + nu) * (fx + fy + sized(h, X.a + Y.a, X.b + Y.b)) + nu * (fx + fy + sized(g, X.a + Y.a, X.b + Y.b)) +
      rho * (fbefore + fx + sized(h, B.a + X.a, B.b + X.b));
    moved = (1 + nu) * sized({ a: g.a - h.a, b: g.b - h.b }, ey.a, ey.b) + (1 + rho) * sized(h, ex.a, ex.b);
  } else {
    const k = 1 + (1 - muy) * rho;
    sizes += ((muy * rho) / k) * (fbefore + fy + sized(g, B.a + Y.a, B.b + Y.b)) +
      (1 + rho) * (fy / k + (((1 - muy) * rho) / k) * fbefore + fx);
    moved = ((1 + rho) / k) * sized(g, muy * ex.a + ey.a, muy * ex.b + ey.b);
  }
  return moved * (1 + theta(18)) + theta(34) * sizes;
}

/** Run a setting and keep everything; a run that leaves the floats is kept up to there. */
function record(setting) {
  const names = setting.muy < 1 ? STEP : AT_Y;
  const arrays = {};
  for (const name of [...PLAIN, ...names.map((n) => `sum_${n}`)]) {
    arrays[name] = new Float64Array(setting.T);
  }
  const kept = keeper(setting, arrays, names);
  const diverged = walk(setting, exponential(setting.mux), kept);
  const n = diverged ? diverged - 1 : setting.T;
  arrays.share = sharesOf(setting.mux, setting.T);
  return { n, diverged, names, arrays };
}

function keeper(setting, arrays, names) {
  const f = problemOf(setting.problem), { muy } = setting, coefficient = exponential(setting.mux);
  const size = setting.noise / Math.sqrt(2);
  const before = { ...{ a: f.start[0], b: f.start[1] } }, h = { a: 0, b: 0 };
  const terms = new Float64Array(names.length), sums = names.map((n) => arrays[`sum_${n}`]);
  const s = { f, before, h, fbefore: f.value(before.a, before.b) };
  let total = 0, cost = 0, regret = 0, slope = 0, reach = 0, wide = 0, running = 0, budget = 0;
  const first = s.fbefore, totals = new Float64Array(names.length);
  return (t, x, y, z, g) => {
    const c = coefficient(t), rho = (1 - c) / c, i = t - 1;
    const fx = f.value(x.a, x.b), fy = f.value(y.a, y.b);
    f.slope(x, h);
    if (!(Number.isFinite(fx) && Number.isFinite(fy) && Number.isFinite(g.a + g.b + h.a + h.b))) {
      return false;
    }
    s.x = x; s.y = y; s.z = z; s.g = g; s.fx = fx; s.fy = fy;
    budget += allowance(s, muy, rho, c);
    if (!(budget <= TOO_LARGE)) return false; // what is summed up here would leave the floats
    stepTerms(s, muy, rho, terms);
    const r = dot(g, z.a, z.b);
    const bits = mixed(setting.seed, t);
    const p = g.a + (bits & 1 ? size : -size), q = g.b + (bits & 2 ? size : -size);
    total += fx;
    cost += rho * (fx - s.fbefore);
    regret += r;
    slope = Math.max(slope, Math.sqrt(p * p + q * q));
    reach = Math.max(reach, Math.sqrt(z.a * z.a + z.b * z.b));
    wide = Math.max(wide, Math.abs(z.a), Math.abs(z.b));
    running = t === 1 ? first : (1 - c) * running + c * r;
    const a = arrays;
    a.x0[i] = x.a; a.x1[i] = x.b; a.y0[i] = y.a; a.y1[i] = y.b; a.z0[i] = z.a; a.z1[i] = z.b;
    a.gap[i] = fx; a.mean_gap[i] = total / t;
    a.sum_telescope[i] = cost; a.sum_regret[i] = regret;
    a.slope[i] = slope; a.reach[i] = reach; a.coordinate_reach[i] = wide;
    a.run_a[i] = (regret + lastRho(setting.mux) * (first - fx)) / t;
    a.run_b[i] = running; a.budget[i] = budget * (1 + 64 * UNIT);
    for (let k = 0; k < terms.length; k++) sums[k][i] = totals[k] += terms[k];
    before.a = x.a; before.b = x.b; s.fbefore = fx;
    return true;
  };
}

const lastRho = (mux) => (1 - (1 - mux)) / (1 - mux);

/** Return w_t/w_{1:T} for t = 1 … T, built backwards as in core/averaging.py. */
function sharesOf(mux, T) {
  const found = new Float64Array(T), coefficient = exponential(mux);
  let remaining = 1;
  for (let t = T; t >= 1; t--) {
    const c = coefficient(t);
    found[t - 1] = remaining * c;
    remaining *= 1 - c;
  }
  return found;
}
