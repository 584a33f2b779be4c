// (c) The (μ_x, μ_y) square: exact special cases as edges and diagonal, matches as hollow points.
const DILOCO = [1, 8, 16, 32, 64, 128];
const LOWER = "lower edge, μ_y = 0: base and an average of it";
const squareBox = { current: null }; // where the square was drawn last, for the pointer

function drawSquare(r, width) {
  const isSgd = r.standings.equivalences[0] === "proved"; // whose diagonal and top edge have names
  const head = legend([["", [["here", "this setting", "dot"],
    ...r.pins.map((_, i) => [`pin-dot pin-${i}`, `pin ${PIN_NAMES[i]}`, "dot"])]],
  ["proved", [["edge", isSgd ? "edges, diagonal: exact" : "left and lower edge: exact"]]],
  ["match", [["match", "DiLoCo, H beside", "dot"], ["free", "Schedule-Free, t = 1 … T"]]]], width - 20);
  const top = head.height + 44;
  const box = { left: 60, right: width - 22, top, bottom: top + Math.min(width - 82, 300) };
  const x = linear(0, SPAN, box.left, box.right), y = linear(0, 1, box.bottom, box.top);
  x.ticks = [0, 0.9, 0.99, 0.999, 0.9999].map((mux) => [scaleOf(mux), exactly(mux)]);
  squareBox.current = { box, x, y };
  const map = heatOf(r.state);
  const picture = map.url ? `<image href="${map.url}" x="${px(box.left)}" y="${px(box.top)}" ` +
    `width="${px(box.right - box.left)}" height="${px(box.bottom - box.top)}" ` +
    `preserveAspectRatio="none" data-series="heat"/>` : "";
  const out = head.markup(10, 16) + axes(box, x, y, "μ_x, on the scale −log₁₀(1−μ_x)", "") + picture +
    edges(box, isSgd) + (isSgd ? diagonal(x, y) : "") + diloco(box, x, y) + scheduleFree(r, x, y) + dots(r, x, y) +
    colorBar(map, box);
  return { markup: out, height: box.bottom + 92 };
}

function edges(box, isSgd) {
  const middle = (box.top + box.bottom) / 2;
  const side = (words, x) => `<text class="words" text-anchor="middle" transform="translate(${px(x)} ` +
    `${px(middle)}) rotate(-90)">${words}</text>`;
  return line(box.left, box.top, box.left, box.bottom, "edge") +
    (isSgd ? line(box.left, box.top, box.right, box.top, "edge") : "") +
    line(box.left, box.bottom, box.right, box.bottom, "edge") +
    text((box.left + box.right) / 2, box.top - 8, isSgd ? "μ_y = 1: heavy ball" : "μ_y = 1: gradient at x", "words", "middle") +
    side("μ_x = 0: the base itself", 16) +
    text(Math.min((box.left + box.right) / 2, box.right + 18 - widthOf(LOWER) / 2), box.bottom + 52, LOWER, "words", "middle") + text(16, box.top - 8, "μ_y", "axis");
}

function diagonal(x, y) {
  const s = Array.from({ length: 81 }, (_, i) => (i * SPAN) / 80);
  const d = path(s.map(x), s.map((v) => y(1 - Math.pow(10, -v))), "edge", "Nesterov");
  return d.replace('class="edge"', 'class="edge halo"') + d +
    chip(x(0.42) + 12, y(0.55), "μ_x = μ_y: Nesterov", "words", "start");
}

function diloco(box, x, y) {
  const level = y(0.9);
  let free = -Infinity;
  return DILOCO.map((H) => {
    const at = x(scaleOf(Math.pow(0.9, 1 / H))), half = widthOf(String(H)) / 2 + 5;
    const label = at - half >= free ? chip(at, level + 21, String(H)) : "";
    if (label) free = at + half;
    return circle(at, level, 4.5, "match") + label;
  }).join("");
}

function scheduleFree(r, x, y) {
  const end = Math.min(Math.log10(r.setting.T), SPAN), level = y(r.setting.muy);
  return line(x(0), level, x(end), level, "halo") + line(x(0), level, x(end), level, "free") +
    `<path d="M${px(x(end))} ${px(level)}l-8 -5v10Z" class="free-head" data-series="Schedule-Free"/>`;
}

function dots(r, x, y) {
  const pins = r.pins.map((pin, i) =>
    circle(x(scaleOf(pin.setting.mux)), y(pin.setting.muy), 6, `pin-dot pin-${i}`)).join("");
  const [a, b] = [x(scaleOf(r.setting.mux)), y(r.setting.muy)];
  return pins + circle(a, b, 9, "here-ring") + circle(a, b, 6, "here", 'data-series="here"');
}

function colorBar(map, box) {
  const top = box.bottom + 62;
  if (!map.url) return text(box.left, top + 12, "not known for this setting: no color", "words");
  const stops = STOPS.map((color, k) =>
    `<stop offset="${k / (STOPS.length - 1)}" stop-color="rgb(${color.join(",")})"/>`).join("");
  return `<linearGradient id="colors">${stops}</linearGradient>` +
    rect(box.left, top, box.right - box.left, 8, "", 'fill="url(#colors)"') + text(box.left, top + 23, short(map.low), "tick") +
    text((box.left + box.right) / 2, top + 23, box.right - box.left > 230 ? `${map.label}, log scale` : map.label, "tick", "middle") +
    text(box.right, top + 23, short(map.high), "tick", "end");
}

/** The setting under a pointer, or null outside the square. */
function settingAt(px_, py_) {
  const { box } = squareBox.current;
  const s = ((px_ - box.left) / (box.right - box.left)) * SPAN;
  const muy = (box.bottom - py_) / (box.bottom - box.top);
  return { mux: fromScale(Math.min(Math.max(s, 0), SPAN)),
    muy: Number(Math.min(Math.max(muy, 0), 1).toFixed(2)) };
}
