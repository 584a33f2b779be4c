// (e) The weight of z_{T−k} in x_T, against the running mean and DiLoCo's staircase.
function drawKernel(r, width) {
  const { T } = r.setting, { half_life: half, diloco_h: H } = r.readouts, isStair = H >= 1;
  const start = T - 1, last = Math.min(start, Math.max(8, Math.ceil(6 * half)));
  const k = [...new Set(Array.from({ length: 160 }, (_, i) => Math.round((last * i) / 159)))];
  const weights = ({ run, setting }) =>
    k.map((back) => (back < setting.T - 1 ? run.arrays.share[setting.T - 1 - back] : NaN));
  const mine = weights(r), pins = r.pins.map(weights);
  const stairs = k.map((back) => (isStair ? (0.1 / H) * Math.pow(0.9, Math.floor(back / H)) : NaN));
  const plot = laidOut(width, 230, [
    ["proved", [["x", "GPA"], ["free", "Schedule-Free: 1/T"], ["cursor", "half-life"], ...pinEntries(r)]],
    ["match", isStair ? [["stairs", `DiLoCo, H = ${short(H)}`]] : []]]);
  const { box } = plot;
  const highest = (values) => Math.max(1 / T, ...values.filter(Number.isFinite));
  const own = highest([...mine, ...stairs]); // a pin that towers over it leaves the plot
  const top = Math.min(Math.max(own, highest(pins.flat())), 4 * own) * 1.08;
  const x = linear(0, last, box.left, box.right), y = linear(0, top, box.bottom, box.top);
  let body = half > 0 && half < last ? line(x(half), box.top, x(half), box.bottom, "cursor") : "";
  body += path(k.map(x), k.map(() => y(1 / T)), "free", "Schedule-Free") +
    path(k.map(x), stairs.map(y), "stairs", "DiLoCo") + path(k.map(x), mine.map(y), "x", "share") +
    circle(x(0), y(mine[0]), 4, "x-dot") + // a curve of one point would not show
    pins.map((shares, i) => path(k.map(x), shares.map(y), `pin pin-${i}`, `share ${i}`)).join("");
  return { markup: plot.legend + axes(box, x, y, "k steps back", "weight of z_{T−k} in x_T") +
    clipped(box, "kernel", body), height: plot.height };
}
