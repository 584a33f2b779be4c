// When a proved bound says nothing: symbolic/vacuous.py, for the bounds of this page.
const MOVES_BOUNDED = new Set(["ogd", "ogd-anytime"]); // bases whose every step is at most γ|g_t| long
const ASKS_R = new Set(["adagrad-norm", "ogd-anytime"]);

/** What Python writes for a number with the format .4g. */
function general(value) {
  if (value === 0) return "0";
  const [digits, power] = value.toExponential(3).split("e"), p = Number(power);
  if (p >= -4 && p < 4) return String(Number(value.toPrecision(4)));
  return `${String(Number(digits))}e${p < 0 ? "-" : "+"}${String(Math.abs(p)).padStart(2, "0")}`;
}

/** Yield the gaps that no point can exceed, each with its words; `asks` says what a bound asks for. */
function* limitsOf(base, c, asks) {
  if (asks.R) yield [c.G * c.R, (g) => `every iterate lies within R of u, so no gap exceeds GR = ${g}`];
  if (asks.wide) {
    yield [c.G * c.wide * Math.sqrt(2), (g) => `every iterate lies within √d R_∞ of u, so no gap exceeds ${g} (G times that)`];
  }
  if (MOVES_BOUNDED.has(base)) {
    yield [c.G * (c.D + c.gamma * c.G * (c.T - 1)),
      (g) => `every iterate lies within D + γG(T−1) of u, so no gap exceeds ${g} (G times that)`];
  }
  yield [c.G * c.D, (g) => `the start x_1 = z_1 has a gap of at most GD = ${g} already`];
}

function vacuousWords(value, base, c, asks) {
  for (const [limit, words] of limitsOf(base, c, asks)) {
    if (value > limit * (1 + 1e-12)) return words(general(limit));
  }
  return "";
}

/** Return why (A) and (B) say nothing at these constants, "" where they say something. */
function vacuousOf(setting, c) {
  const found = { bound_a: vacuousWords(boundA(setting.base, c), setting.base, c,
    { R: ASKS_R.has(setting.base), wide: setting.base === "adagrad-diagonal" }) };
  if (hasLastBound(setting)) found.bound_b = vacuousWords(boundB(c), setting.base, c, { R: true });
  return found;
}
