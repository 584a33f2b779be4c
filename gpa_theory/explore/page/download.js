// Each view as a file of its own, styles and manifest inside.

const manifestOf = (view, r) => JSON.stringify({
  ...data.manifest, view, state: writeLink(r.state), command: commandOf(r.state), label: LABELS[view](r),
  run: r.verdict,
});

const LABELS = {
  waterfall: () => "terms measured; the identity proved",
  gap: (r) => `curves measured, bound (A) ${r.standings.bound_a[0]}, bound (B) ${r.standings.bound_b[0]}, worst case certified`,
  square: (r) => `colors ${heatStanding(r.state)[0]}; what is drawn as exact is proved`,
  paths: () => "measured",
  kernel: () => "weights proved; DiLoCo a match",
  readouts: () => "as tagged",
  regret: (r) => `regret measured, bound ${r.standings.bound_a[0]}`,
};

/** Return plot.css with the colors of the light theme written out, which other programs need. */
function figureStyle() {
  const css = data.plotStyle;
  const light = Object.fromEntries([...css.matchAll(/(--[\w-]+):\s*([^;}]+)/g)].reverse().map((m) => [m[1], m[2].trim()]));
  const rules = css.slice(css.indexOf("/* figures */"));
  return rules.replace(/var\((--[\w-]+)\)/g, (_, name) => light[name]);
}

const HEAD = 22, ROW = 16; // pixels of the title, and of a line below it

/** Lines that say which setting is drawn, and which ones are pinned, broken to fit a width. */
function settingLines(r, width) {
  const all = [wholeWords(r.setting), ...r.pins.map((pin, i) => `pin ${PIN_NAMES[i]}: ${wholeWords(pin.setting)}`)];
  return all.flatMap((words) => {
    const lines = [""];
    for (const part of words.split(", ")) {
      const longer = lines.at(-1) ? `${lines.at(-1)}, ${part}` : part;
      if (lines.at(-1) && widthOf(longer) > width) lines.push(`   ${part}`); else lines[lines.length - 1] = longer;
    }
    return lines;
  });
}

/** Return a view as a standalone SVG: title, caption as description, manifest as metadata. */
function standalone(view, r) {
  const svg = document.querySelector(`#view-${view} svg`);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const title = document.querySelector(`#view-${view} h2`).textContent;
  const caption = document.querySelector(`#view-${view} figcaption`).textContent;
  const lines = settingLines(r, width - 24), head = HEAD + lines.length * ROW + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + head}" ` +
    `width="${width}" height="${height + head}" class="figure"><title>${escaped(title)}</title>` +
    `<desc>${escaped(caption)}</desc><metadata>${escaped(manifestOf(view, r))}</metadata>` +
    `<style>${figureStyle()}</style><rect width="100%" height="100%" class="paper"/>` +
    `<text x="10" y="18" class="title">${escaped(title)}</text>` +
    lines.map((words, i) => text(10, HEAD + (i + 1) * ROW - 3, words, "tag")).join("") +
    `<g transform="translate(0 ${head})">${svg.innerHTML}</g></svg>`;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const saveSvg = (view, r) => save(new Blob([standalone(view, r)], { type: "image/svg+xml" }), `gpa-${view}.svg`);

async function savePng(view, r) {
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([standalone(view, r)], { type: "image/svg+xml" }));
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  save(await withText(blob, "gpa-manifest", manifestOf(view, r)), `gpa-${view}.png`);
}

/** Return a PNG with one iTXt chunk (UTF-8, not compressed) after its header. */
async function withText(blob, key, words) {
  const bytes = new Uint8Array(await blob.arrayBuffer()), encoder = new TextEncoder();
  const body = encoder.encode(`iTXt${key}\0\0\0\0\0${words}`), chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, checksum(body));
  const header = 8 + 25; // the signature and IHDR, whose size is fixed
  return new Blob([bytes.slice(0, header), chunk, bytes.slice(header)], { type: "image/png" });
}

/** The CRC-32 that PNG asks for. */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
