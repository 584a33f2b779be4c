// (d) Where x, y and z go: up to the scrubbed step, faintly beyond; the arrow is the step from y
// along −g.  Both axes have one scale, so the arrow meets level lines at right angles.
const LONGEST_PATH = 160;

function drawPaths(r, width) {
  const t = Math.min(r.state.t, r.n), a = r.run.arrays;
  const pins = r.pins.map((pin, i) => [pin, i]).filter(([pin]) => pin.setting.problem === r.setting.problem);
  const plot = laidOut(width, 260, [["measured", [["z", "z: base"], ["y", "y: gradient"], ["x", "x: reported"],
    ["step", "−γ g at y"], ...pins.map(([pin, i]) => [`pin pin-${i}`, pinWords(pin, i, "x")])]],
  ["proved", [["least", "minimizer x*", "dot"]]]]);
  const { box } = plot, frame = frameOf(r, box);
  const x = linear(frame.left, frame.right, box.left, box.right);
  const y = linear(frame.low, frame.high, box.bottom, box.top);
  let body = contours(r.setting.problem, frame, x, y) + circle(x(0), y(0), 4, "least");
  const traced = (arrays, name, from, to, kind) => {
    const at = thinnedTo(from, to);
    return path(at.map((i) => x(arrays[`${name}0`][i])), at.map((i) => y(arrays[`${name}1`][i])), kind, `${kind} ${name}`);
  };
  for (const name of "zyx") body += traced(a, name, t - 1, r.n, `${name} later`);
  for (const [pin, i] of pins) body += traced(pin.run.arrays, "x", 0, pin.n, `pin pin-${i}`);
  for (const name of "zyx") body += traced(a, name, 0, t, name);
  for (const name of "zyx") {
    body += circle(x(a[`${name}0`][t - 1]), y(a[`${name}1`][t - 1]), 5, `${name}-dot`);
  }
  body += arrow(r, t, x, y);
  return { markup: plot.legend + axes(box, x, y, "first coordinate (one scale on both axes)", "second coordinate") +
    clipped(box, "paths", body) + statusChip(r, box), height: plot.height };
}

function thinnedTo(from, to) {
  const step = Math.max(1, (to - from) / LONGEST_PATH), found = [];
  for (let i = from; i < to - 1; i += step) found.push(Math.floor(i));
  return [...found, to - 1];
}

/** Limits that hold the minimizer and the run, of one scale on both axes. */
function frameOf(r, box) {
  const a = r.run.arrays, near = 3 * r.constants.D; // a run that goes further leaves the picture
  const low = [0, 0], high = [0, 0];
  for (let i = 0; i < r.n; i++) {
    for (const name of "xyz") {
      for (const k of [0, 1]) {
        const v = a[name + k][i];
        if (Math.abs(v) > near) continue;
        if (v < low[k]) low[k] = v; else if (v > high[k]) high[k] = v;
      }
    }
  }
  const wide = box.right - box.left, tall = box.bottom - box.top;
  const needed = Math.max((high[0] - low[0]) / wide, (high[1] - low[1]) / tall, 1e-9) * 1.15;
  const unit = Math.pow(1.1, Math.ceil(Math.log(needed) / Math.log(1.1))); // so that it does not tremble
  const middle = [0, 1].map((k) => Math.round((low[k] + high[k]) / (40 * unit)) * 20 * unit);
  return { left: middle[0] - (unit * wide) / 2, right: middle[0] + (unit * wide) / 2,
    low: middle[1] - (unit * tall) / 2, high: middle[1] + (unit * tall) / 2 };
}

function arrow(r, t, x, y) {
  const a = r.run.arrays, g = { a: 0, b: 0 };
  const from = { a: a.y0[t - 1], b: a.y1[t - 1] };
  problemOf(r.setting.problem).slope(from, g);
  return line(x(from.a), y(from.b), x(from.a - r.setting.gamma * g.a), y(from.b - r.setting.gamma * g.b), "step");
}

const CELLS_ACROSS = 36, CELLS_UP = 24, LEVELS = 8;
const contoured = { key: "", markup: "" };

/** Level lines by marching squares, kept while problem and limits stay. */
function contours(problem, frame, x, y) {
  const key = [problem, frame.left, frame.low, x(0), x(frame.right), y(0), y(frame.high)].join();
  if (contoured.key === key) return contoured.markup;
  const f = problemOf(problem), n = CELLS_ACROSS, m = CELLS_UP;
  const us = Array.from({ length: n + 1 }, (_, i) => frame.left + ((frame.right - frame.left) * i) / n);
  const vs = Array.from({ length: m + 1 }, (_, j) => frame.low + ((frame.high - frame.low) * j) / m);
  const values = vs.map((v) => us.map((u) => f.value(u, v)));
  const top = Math.max(values[0][0], values[0][n], values[m][0], values[m][n]);
  let d = "";
  for (let k = 1; k <= LEVELS; k++) {
    const level = top * Math.pow(k / LEVELS, 2.5);
    for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) d += crossing(values, us, vs, i, j, level, x, y);
  }
  contoured.key = key;
  contoured.markup = `<path d="${d}" class="contour"/>`;
  return contoured.markup;
}

/** The piece of a level line in one cell, its ends found by linear interpolation. */
function crossing(values, us, vs, i, j, level, x, y) {
  const a = values[j][i] - level, b = values[j][i + 1] - level;
  const c = values[j + 1][i + 1] - level, e = values[j + 1][i] - level;
  if (a < 0 === b < 0 && b < 0 === c < 0 && c < 0 === e < 0) return "";
  const points = [];
  const side = (p, q, x1, y1, x2, y2) => {
    if (p < 0 === q < 0) return;
    const w = p / (p - q);
    points.push(`${px(x(x1 + w * (x2 - x1)))} ${px(y(y1 + w * (y2 - y1)))}`);
  };
  side(a, b, us[i], vs[j], us[i + 1], vs[j]);
  side(b, c, us[i + 1], vs[j], us[i + 1], vs[j + 1]);
  side(c, e, us[i + 1], vs[j + 1], us[i], vs[j + 1]);
  side(e, a, us[i], vs[j + 1], us[i], vs[j]);
  return `M${points[0]}L${points[1]}`;
}
