// Python's numbers against ours: how many were compared, and the largest relative difference.

/** Return the scale against which differences of one curve count. */
const sizeOf = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

// A value far below its curve's size is what cancellation left.  With AdaGrad, whose hypot may
// differ in the last bit between languages, kinks remember such bits.
const floorOf = (base) => (base === "ogd" ? 1e-6 : 1e-3);

function difference(mine, theirs, least) {
  if (mine === theirs) return 0;
  return Math.abs(mine - theirs) / Math.max(Math.abs(mine), Math.abs(theirs), least);
}

/** Compare with the content of an observation; a number we lack counts as a difference of ∞. */
function compared(content) {
  const { state } = readLink(content.link);
  const found = study(state), { arrays } = found.run;
  let values = 0, worst = 0, where = "";
  const note = (name, mine, theirs, least) => {
    const gap = mine === undefined || mine === null ? Infinity : difference(mine, theirs, least);
    values += 1;
    if (!(gap <= worst)) { worst = gap; where = name; }
  };
  const curves = Object.entries(content.curves);
  const together = sizeOf(curves.filter(([name]) => name.startsWith("sum_")).map(([, v]) => sizeOf(v)));
  for (const [name, theirs] of curves) {
    const size = name.startsWith("sum_") ? together : sizeOf(theirs); // one identity, one size
    const least = floorOf(state.base) * size;
    content.times.forEach((t, i) => note(name, curveAt(found, arrays, name, t), theirs[i], least));
  }
  const total = sizeOf(Object.values(content.terms));
  for (const [name, value] of Object.entries(content.terms)) {
    note(name, found.terms[name], value, total); // relative to the largest: added in another order
  }
  for (const [name, value] of Object.entries(content.readouts)) {
    note(name, found.readouts[name], value, 0);
  }
  note("budget", found.budget, content.budget, 0);
  for (const [name, theirs] of wordsOf(content)) note(name, wordsOf(found).get(name) === theirs ? 0 : undefined, 0, 1);
  return { values, worst, where };
}

const MAGNIFIED = 1e2; // how far two languages may differ, in units of what a few last bits of γ do

/**
 * How far a few last bits of γ move this page's own run, measured as `compared` measures: two
 * languages, whose hypot may differ in such a bit, cannot agree to much less.
 */
function sensitivity(content) {
  const { state } = readLink(content.link), mine = study(state), twin = study({ ...state, nudged: true });
  const { link, times } = content, { budget, standings, verdict, vacuous } = mine;
  const curves = Object.fromEntries(Object.keys(content.curves).map((name) =>
    [name, times.map((t) => curveAt(twin, twin.run.arrays, name, t) ?? 0)]));
  const asPython = { link, times, curves, terms: twin.terms, readouts: {}, budget, standings, verdict, vacuous };
  return compared(asPython).worst;
}

/** What is said of numbers, by name: labels with their reasons, how the run went, what is vacuous. */
const wordsOf = ({ standings, verdict, vacuous }) => new Map([
  ...Object.entries(standings).map(([name, [label, why]]) => [`label of ${name}`, `${label}: ${why}`]),
  ...Object.entries(vacuous).map(([name, why]) => [`vacuous ${name}`, why]),
  ["verdict", verdict]]);

function curveAt(found, arrays, name, t) {
  if (name === "bound_a") return boundA(found.setting.base, constantsAt(found.setting, found.run, t));
  if (name === "bound_b") return boundB(constantsAt(found.setting, found.run, t));
  return arrays[name]?.[t - 1];
}

/** Compare with every number that Python left in the page. */
function comparedWithGolden() {
  return data.golden.map(compared).reduce((all, one) => ({
    values: all.values + one.values,
    worst: Math.max(all.worst, one.worst),
    where: one.worst > all.worst ? one.where : all.where,
  }), { values: 0, worst: 0, where: "" });
}
