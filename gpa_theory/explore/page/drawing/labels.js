// Where words go: their widths are measured, so that legends wrap and labels never meet.
const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** The width of a text in the 12 px font of the figures. */
function widthOf(words) {
  if (!widths.has(words)) {
    pen.font = "12px system-ui, sans-serif";
    if (widths.size > 4000) widths.clear();
    widths.set(words, pen.measureText(words).width);
  }
  return widths.get(words);
}

const SWATCH = 28, GAP = 12, LINE = 17;

/**
 * A legend by label: groups [label, entries], an entry being [class, words, shape].  A group starts
 * a row, its label stands before it, and its entries wrap under one another.
 */
function legend(groups, width) {
  const shown = groups.filter(([, entries]) => entries.length);
  const indent = Math.max(0, ...shown.map(([label]) => (label ? widthOf(label) + GAP : 0)));
  const rows = [];
  for (const [label, entries] of shown) {
    let used = Infinity;
    entries.forEach((entry, i) => {
      const w = SWATCH + widthOf(entry[1]);
      if (used + w > width) { rows.push({ label: i ? "" : label, placed: [] }); used = indent; }
      rows.at(-1).placed.push([used, entry]);
      used += w + GAP;
    });
  }
  return {
    height: rows.length * LINE,
    markup: (x, y) => rows.map(({ label, placed }, i) => {
      const at = y + i * LINE;
      return (label ? text(x, at, label, "tag") : "") + placed.map(([dx, entry]) =>
        swatch(x + dx, at, entry) + text(x + dx + SWATCH, at, entry[1], "words")).join("");
    }).join(""),
  };
}

function swatch(x, y, [kind, , shape]) {
  if (shape === "dot") return circle(x + 11, y - 4, 4, kind);
  if (shape === "box") return rect(x, y - 10, 22, 11, kind);
  return line(x, y - 4, x + 22, y - 4, kind);
}

/** The name of a pin, with what of it is drawn, and whether its run came to an end. */
const pinWords = (pin, i, what = "") => `pin ${PIN_NAMES[i]}${what ? `: ${what}` : ""}${pin.run.diverged ? ", diverged" : ""}`;

const pinEntries = (r, what) => r.pins.map((pin, i) => [`pin pin-${i}`, what ? pinWords(pin, i, what) : `pin ${PIN_NAMES[i]}`]);
