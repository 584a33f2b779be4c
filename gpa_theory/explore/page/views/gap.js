// (b) Gap and bounds against t, log-log.  Three notions of output are kept apart: x_t, the mean
// gap, and the base iterate.
function gapCurves(r) {
  const guide = r.times.map((t) => (r.constants.D * r.constants.G) / Math.sqrt(t));
  const isVoid = r.broken ? " void" : "";
  return {
    bounds: [ // [label, curve]; DG/√t is tuned SGD alone, without what averaging costs
      [r.standings.bound_a[0], [`bound-a${isVoid}`, "(A) for the mean gap", r.bound_a]],
      ...(r.bound_b ? [[r.standings.bound_b[0], [`bound-b${isVoid}`, "(B) for x_t", r.bound_b]]] : []),
      ["guide", ["guide", "DG/√t", guide]],
    ],
    measured: [ // the last is drawn on top
      ["base", "base alone", r.base],
      ["free", "Schedule-Free", r.scheduleFree],
      ["run-a", "(A) with this R_t", r.at("run_a")],
      ...(r.bound_b ? [["run-b", "(B) with these r_t", r.at("run_b")]] : []),
      ["mean", "mean gap", r.at("mean_gap")],
      ...r.pins.map((pin, i) => [`pin pin-${i}`, pinWords(pin, i, "x_t"), pin.at("gap"), pin.times]),
      ["gap", "x_t", r.at("gap")],
    ],
  };
}

function drawGap(r, width) {
  const { bounds, measured } = gapCurves(r), proved = bounds.map(([, curve]) => curve), worst = certifiedCurve(r.setting);
  const band = r.band ? [["band", `range of ${SEEDS} seeds`, "box"]] : [];
  const plot = laidOut(width, 260, [["measured", [measured.at(-1), ...measured.slice(0, -1), ...band]],
    ...grouped(bounds), ["certified", worst.length ? [["worst", "worst case nearby", "dot"]] : []]]);
  const { box } = plot;
  const seen = [...proved, ...measured].filter(([kind]) => kind !== "base").map((c) => c[2]);
  const most = 1e3 * Math.max(r.run.arrays.gap[0], r.bound_a[0], r.constants.D * r.constants.G);
  const [low, high] = logRange([...seen, worst.map((w) => w.value)], most); // a divergence leaves the plot
  const last = Math.max(r.n, 2, ...r.pins.map((pin) => pin.n), ...worst.map((w) => w.T));
  const x = logarithmic(1, last, box.left, box.right);
  const y = logarithmic(low, high, box.bottom, box.top);
  const shown = (v) => (v > 0 ? Math.min(y(v), box.bottom + 30) : box.bottom + 30);
  const now = x(Math.min(r.state.t, r.n));
  let body = line(now, box.top, now, box.bottom, "cursor");
  if (r.band) body += area(r.times.map(x), r.band.low.map(shown), r.band.high.map(shown), "band");
  for (const [kind, words, values, times = r.times] of [...proved, ...measured]) {
    body += path([...times].map(x), [...values].map(shown), kind, words);
  }
  for (const w of worst) body += circle(x(w.T), shown(w.value), 4, "worst", `data-series="worst ${w.T}"`);
  return { markup: plot.legend + axes(box, x, y, "step t (dashed: the t of the paths)", "f − f*") +
    clipped(box, "gap", body) + statusChip(r, box), height: plot.height };
}

/** Entries [label, entry] as the groups of a legend, each label once. */
function grouped(entries) {
  const labels = [...new Set(entries.map(([label]) => label))];
  return labels.map((label) => [label, entries.filter(([one]) => one === label).map(([, entry]) => entry)]);
}

/** What went wrong, in the plot itself. */
function statusChip(r, box) {
  const [words, kind] = regretState(r);
  return kind === "wrong" ? chip(box.right - 8, box.bottom - 8, words.split(":")[0], "wrong", "end") : "";
}

const clipped = (box, id, body) =>
  `<clipPath id="clip-${id}">${rect(box.left, box.top, box.right - box.left, box.bottom - box.top, "")}` +
  `</clipPath><g clip-path="url(#clip-${id})">${body}</g>`;
