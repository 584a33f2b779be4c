// Axes: a scale is a function from values to pixels, with ticks.
function linear(low, high, from, to) {
  const span = high - low || 1;
  const scale = (v) => from + ((v - low) / span) * (to - from);
  const rough = span / 5, unit = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 5, 10].find((m) => m * unit >= rough) * unit;
  scale.ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k++) {
    scale.ticks.push([k * step, short(Number((k * step).toPrecision(6)))]);
  }
  return scale;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const powerOfTen = (k) => k === 0 ? "1" : k === 1 ? "10" : `10${k < 0 ? "⁻" : ""}` +
  [...String(Math.abs(k))].map((d) => SUPERSCRIPTS[d]).join("");

function logarithmic(low, high, from, to) {
  const a = Math.log10(low), b = Math.log10(high), span = b - a || 1;
  const scale = (v) => (v > 0 ? from + ((Math.log10(v) - a) / span) * (to - from) : NaN);
  scale.ticks = [];
  const every = Math.max(1, Math.ceil(span / 6));
  for (let k = Math.ceil(a - 1e-9); k <= b + 1e-9; k++) {
    if (k % every === 0) scale.ticks.push([Math.pow(10, k), powerOfTen(k)]);
  }
  if (scale.ticks.length < 2) scale.ticks = [[low, short(low, 2)], [high, short(high, 2)]];
  return scale;
}

const MARGIN = { left: 74, right: 24, bottom: 40 };

/** Lay a plot out under its legend: {box, below, height, legend}. */
function laidOut(width, height, groups, extra = 0) {
  const head = legend(groups, width - 20), top = head.height + 14 + extra;
  const box = { left: MARGIN.left, right: width - MARGIN.right, top, bottom: top + height };
  return { box, below: 16 + head.height, height: top + height + MARGIN.bottom, legend: head.markup(10, 16) };
}

/** The grid, tick labels and axis titles of a box. */
function axes(box, x, y, across, up) {
  let out = "", last = -Infinity;
  for (const [value, words] of x.ticks) {
    const at = x(value), half = widthOf(words) / 2;
    if (!(at >= box.left - 1 && at <= box.right + 1)) continue;
    out += line(at, box.top, at, box.bottom, "grid");
    if (at - half < last + 8) continue;
    out += text(at, box.bottom + 16, words, "tick", "middle");
    last = at + half;
  }
  let above = Infinity;
  for (const [value, words] of [...y.ticks].sort((p, q) => y(q[0]) - y(p[0]))) {
    const at = y(value);
    if (!(at >= box.top - 1 && at <= box.bottom + 1)) continue;
    out += line(box.left, at, box.right, at, "grid");
    if (at + 4 > above - 15) continue;
    out += text(box.left - 6, at + 4, words, "tick", "end");
    above = at + 4;
  }
  const middle = (box.top + box.bottom) / 2;
  return out + rect(box.left, box.top, box.right - box.left, box.bottom - box.top, "frame") +
    text(Math.min((box.left + box.right) / 2, box.right + MARGIN.right - 4 - widthOf(across) / 2), box.bottom + 34, across, "axis", "middle") +
    (up ? `<text class="axis" text-anchor="middle" transform="translate(13 ${px(middle)})` +
      ` rotate(-90)">${escaped(up)}</text>` : "");
}

/** The range of the values in (0, most] of several curves, at most `decades` deep. */
function logRange(curves, most, decades = 9) {
  let low = Infinity, high = 0;
  for (const curve of curves) {
    for (const v of curve) {
      if (v > 0 && v <= most) { low = Math.min(low, v); high = Math.max(high, v); }
    }
  }
  if (!(high > 0)) return [0.1, 1];
  low = Math.max(low, high * Math.pow(10, -decades));
  return [low / 1.3, high * 1.3];
}

const PIN_NAMES = ["A", "B", "C"];
