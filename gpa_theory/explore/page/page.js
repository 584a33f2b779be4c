// The page: one state, one result per frame, every view drawn from it.
const VIEWS = [
  ["waterfall", "Where the bound goes", drawWaterfall],
  ["gap", "Gap, bounds and worst case", drawGap],
  ["square", "The (μ_x, μ_y) square", drawSquare],
  ["paths", "Paths of x, y and z", drawPaths],
  ["kernel", "What x remembers", drawKernel],
  ["readouts", "Readouts", drawReadouts],
  ["regret", "Regret", drawRegret],
];

let state, result, waiting = 0, idle = 0;
const samples = []; // milliseconds from input to the frame that shows it
const isState = (hash) => hash.includes("="); // and not a place on the page, such as #views
const opened = readLink(isState(location.hash) ? location.hash : data.initial);
state = opened.state;

function change(part, isRelease) {
  const begun = window.event?.timeStamp || performance.now();
  if (Object.keys(part).length) notice([]);
  state = frozen({ ...state, ...part });
  schedule(begun);
  if (!isRelease) return;
  writeAddress(); // at once: the page may be left or reloaded before the next frame
  settle();
}

function schedule(begun) {
  if (waiting) return;
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    draw();
    const channel = new MessageChannel(); // its message comes after the frame was painted
    channel.port1.onmessage = () => { samples.push(performance.now() - begun); if (samples.length > 5000) samples.shift(); };
    channel.port2.postMessage(0);
  });
}

function draw() {
  result = compute(state);
  for (const [name, , make] of VIEWS) drawView(name, make);
  showControls(state);
  showVerdict();
  showPins();
  showStop(state);
  if (data.served && asked !== settingLink(state)) {
    asked = "";
    agreement("Python has not been asked about this state yet.");
  }
  clearTimeout(idle);
  idle = setTimeout(settle, 250);
}

/** One sentence at the top about the run that all views show. */
function showVerdict() {
  const s = result.setting, isWrong = result.run.diverged || result.exploded || result.broken || !result.closes;
  const gap = result.run.diverged ? "" : `f(x_T) − f* = ${short(result.run.arrays.gap[result.n - 1])} (measured); `;
  const words = `This run: ${baseWords(s.base)} on the ${s.problem}, ${plural(s.T, "step")}` +
    `${s.noise > 0 ? `, noise ${short(s.noise)}` : ""}: ${gap}${result.verdict}` +
    `${result.run.diverged || result.closes ? "" : "; its identity does not close, so its numbers are wrong"}.`;
  const box = document.getElementById("verdict");
  if (box.textContent !== words) box.textContent = words;
  box.className = isWrong ? "wrong" : "";
}

const sizes = {}, shown = {};

function drawView(name, make) {
  const figure = document.getElementById(`view-${name}`), svg = figure.querySelector("svg");
  const width = sizes[name] ??= Math.max(240, Math.floor(svg.clientWidth));
  const { markup, height } = make(result, width);
  const words = CAPTIONS[name](result), last = shown[name];
  if (last?.markup !== markup || last.width !== width) { // what looks the same is not laid out anew
    svg.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(height)}`);
    svg.innerHTML = markup;
  }
  if (last?.words !== words) figure.querySelector("figcaption").textContent = words;
  shown[name] = { markup, width, words };
  figure.dataset.result = result.id;
}

function writeAddress() {
  try { history.replaceState(null, "", `#${writeLink(state)}`); } catch { /* a frame without address */ }
}

/** What is done once nothing moves: the address, a finer map, and Python where there is one. */
function settle() {
  if (result?.state !== state) return;
  writeAddress(); // too slow for every frame of a drag
  refine(state, () => { if (result.state === state) drawView("square", drawSquare); });
  if (data.served) askPython();
}

function buildViews() {
  const views = document.getElementById("views");
  VIEWS.forEach(([name, title]) => {
    const figure = element("figure", { id: `view-${name}` });
    figure.innerHTML = `<h2 id="name-${name}">${escaped(title)}</h2><svg role="img" ` +
      `aria-labelledby="name-${name}" aria-describedby="words-${name}" focusable="false"></svg>` +
      `<figcaption id="words-${name}"></figcaption>`;
    const buttons = element("div", { className: "buttons" });
    for (const [kind, act] of [["SVG", saveSvg], ["PNG", savePng]]) {
      const button = element("button", { type: "button", textContent: kind, onclick: () => act(name, result) });
      button.setAttribute("aria-label", `Download ${title} as ${kind}`);
      buttons.append(button);
    }
    if (name === "paths") figure.insertBefore(sliderOf("t", () => state, change), figure.lastElementChild);
    figure.append(buttons);
    views.insertBefore(figure, document.getElementById("takeaway"));
  });
  const svg = document.querySelector("#view-square svg");
  const move = (event, isRelease) => {
    const frame = svg.getBoundingClientRect();
    change(settingAt(event.clientX - frame.left, event.clientY - frame.top), isRelease);
  };
  svg.addEventListener("pointerdown", (event) => { event.preventDefault(); svg.setPointerCapture(event.pointerId); move(event, false); });
  svg.addEventListener("pointermove", (event) => { if (svg.hasPointerCapture(event.pointerId)) move(event, false); });
  svg.addEventListener("pointerup", (event) => { if (svg.hasPointerCapture(event.pointerId)) move(event, true); });
}

function buildPins(form) {
  const box = element("div", { className: "buttons", id: "pins" });
  box.append(
    element("button", { type: "button", id: "pin", textContent: "Pin this setting",
      onclick: pinNow }),
    element("button", { type: "button", id: "unpin", textContent: "Remove pins", onclick: () => change({ pins: [] }, true) }),
    element("button", { type: "button", id: "theme", textContent: "Dark or light", onclick: toggleTheme }));
  form.append(box, element("ul", { id: "pinned" }), element("p", { id: "said", role: "status" }));
}

/** Pin the setting; a fourth pin replaces the first, and the same one is not pinned twice. */
function pinNow() {
  const text = pinText(state), at = state.pins.findIndex((pin) => pinText(pin) === text);
  if (at >= 0) return announce(`This setting is pin ${PIN_NAMES[at]} already.`);
  announce("");
  change({ pins: [...state.pins, readPin(text)].slice(-PINS) }, true);
}

function showPins() {
  const list = document.getElementById("pinned");
  const ends = (pin) => (pin.run.diverged || pin.exploded || pin.broken ? `: ${pin.verdict}` : "");
  const lines = result.pins.map((pin, i) => `${PIN_NAMES[i]}: ${wholeWords(pin.setting)}${ends(pin)}`);
  if (lines.join() === shown.pins) return;
  shown.pins = lines.join();
  list.replaceChildren(...lines.map((words, i) => element("li", { className: `pinned-${i}`, textContent: words })));
}

function toggleTheme() {
  const root = document.documentElement, isDark = root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
}

/** Five links to settings; following one keeps pins and color. */
function buildTour() {
  const nav = document.getElementById("tour"), list = element("ol");
  data.tour.forEach(({ title, link }) => {
    const stop = element("a", { href: `#${link}`, textContent: title });
    stop.addEventListener("click", (event) => {
      event.preventDefault();
      const { color, t, pins, ...setting } = readLink(link).state;
      change(setting, true);
    });
    list.append(element("li", {}, stop));
  });
  nav.append(element("h2", { textContent: "Tour" }), list, element("p", { id: "stop", role: "status" }));
}

/** The sentence of the stop that the state is at. */
function showStop(state) {
  const links = [...document.querySelectorAll("#tour a")], here = settingLink(state);
  data.tour.forEach(({ link }, i) => {
    if (link === here) links[i].setAttribute("aria-current", "true"); else links[i].removeAttribute("aria-current");
  });
  const found = data.tour.find(({ link }) => link === here);
  document.getElementById("stop").textContent = found ? found.words : "You are off the tour; each stop is one click away.";
}

function open() {
  const form = document.getElementById("controls");
  buildViews();
  buildControls(form, () => state, change);
  buildPins(form);
  buildTour();
  buildGlossary();
  const copies = document.getElementById("copies");
  for (const name of Object.keys(TAKE)) {
    copies.append(element("button", { type: "button", textContent: name, onclick: () => take(name, result) }));
  }
  notice(opened.refused);
  draw();
  if (!data.served) agree(comparedWithGolden(), "that Python left in this page");
  addEventListener("hashchange", () => {
    if (!isState(location.hash)) return;
    const { state: next, refused } = readLink(location.hash);
    notice(refused);
    state = next;
    schedule(performance.now());
  });
  new ResizeObserver(() => { for (const name in sizes) delete sizes[name]; schedule(performance.now()); })
    .observe(document.getElementById("views"));
  window.gpaExplorer = Object.freeze({
    result: () => result, against, verdictOf, standings: (link, ...run) => standingsOf(readLink(link).state, ...run), compared, samples, mixed, sensitivity, heat: () => heats, link: () => writeLink(state),
    texts: () => Object.fromEntries(Object.keys(TAKE).map((name) => [name, TAKE[name](result)])),
    standalone: (view) => standalone(view, result), ready: performance.now(),
  });
}
open();
