// (g) Measured regret against the bound of its base, with the state of the assumption spelled out.
function regretState(r) {
  return [r.verdict, r.run.diverged || r.exploded || r.broken ? "wrong" : "good"];
}

function drawRegret(r, width) {
  const { D, G } = r.constants, [words, kind] = regretState(r);
  const bound = r.times.map((t) => t * regretBound(r.setting.base, constantsAt(r.setting, r.run, t)));
  const guide = r.times.map((t) => D * G * Math.sqrt(t));
  const boundKind = `bound-a${r.broken ? " void" : ""}`;
  const plot = laidOut(width, 230, [["measured", [["z", "R_t"], ...pinEntries(r, "R_t")]],
    ...grouped([[r.standings.bound_a[0], [boundKind, "its bound at this γ"]], ["guide", ["guide", "DG√t, tuned SGD"]]])], 18);
  const { box } = plot, measured = r.at("sum_regret"), pins = r.pins.map((pin) => pin.at("sum_regret"));
  const most = 3 * guide.at(-1); // what a divergence leaves; the bound leaves it too
  const isSeen = (v) => !r.exploded || Math.abs(v) <= most;
  const all = [...measured.filter(isSeen), ...pins.flat().filter((v) => Math.abs(v) <= 10 * most)];
  const top = Math.max(...guide, ...all) * 1.06, low = Math.min(0, ...all) * 1.06;
  const last = Math.max(r.n, 2, ...r.pins.map((pin) => pin.n));
  const x = linear(0, last, box.left, box.right), y = linear(low, top, box.bottom, box.top);
  const body = path(r.times.map(x), guide.map(y), "guide", "DG√t") +
    path(r.times.map(x), bound.map(y), boundKind, "regret bound") +
    pins.map((values, i) => path(r.pins[i].times.map(x), values.map(y), `pin pin-${i}`, `regret ${i}`)).join("") +
    path(r.times.map(x), measured.map(y), "z", "regret");
  return { markup: plot.legend + axes(box, x, y, "step t", "regret R_t") + clipped(box, "regret", body) +
    text(10, plot.below, words, kind), height: plot.height };
}
