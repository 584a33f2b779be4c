// SVG as text.  Everything that is not a number goes through `escaped`.
const FAR = 1e5; // pixels; beyond, an exponent would be written, which a path does not read
const px = (v) => (Number.isFinite(v) ? Math.round(Math.min(Math.max(v, -FAR), FAR) * 10) / 10 : 0);

const text = (x, y, words, kind = "", anchor = "start") =>
  `<text x="${px(x)}" y="${px(y)}" class="${kind}" text-anchor="${anchor}">${escaped(words)}</text>`;

const line = (x1, y1, x2, y2, kind) =>
  `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${kind}"/>`;

const rect = (x, y, w, h, kind, more = "") =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(w, 0))}" height="${px(Math.max(h, 0))}"` +
  ` class="${kind}" ${more}/>`;

const circle = (x, y, r, kind, more = "") =>
  `<circle cx="${px(x)}" cy="${px(y)}" r="${r}" class="${kind}" ${more}/>`;

/** A text on a ground of its own, legible over any color; */
function chip(x, y, words, kind = "words", anchor = "middle") {
  const w = widthOf(words), left = anchor === "middle" ? x - w / 2 : anchor === "end" ? x - w : x;
  return rect(left - 4, y - 12, w + 8, 17, "chip", 'rx="4"') + text(x, y, words, kind, anchor);
}

/** A path through points; a point that is not finite lifts the pen. */
function path(xs, ys, kind, name) {
  let d = "", down = false;
  for (let i = 0; i < xs.length; i++) {
    if (Number.isFinite(xs[i]) && Number.isFinite(ys[i])) {
      d += `${down ? "L" : "M"}${px(xs[i])} ${px(ys[i])}`;
      down = true;
    } else down = false;
  }
  return `<path d="${d}" class="${kind}" data-series="${escaped(name)}"/>`;
}

/** The area between two curves over the same xs. */
function area(xs, low, high, kind) {
  const up = xs.map((x, i) => `${px(x)} ${px(high[i])}`);
  const down = xs.map((x, i) => `${px(x)} ${px(low[i])}`).reverse();
  return `<path d="M${[...up, ...down].join("L")}Z" class="${kind}"/>`;
}
