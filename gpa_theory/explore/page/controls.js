// The controls: native inputs, each a slider with a number beside it where a number is meant.
const logScale = (low, high) => ({
  to: (v) => Math.log10(v / low) / Math.log10(high / low),
  from: (p) => Math.min(high, Math.max(low, Number((low * Math.pow(high / low, p)).toPrecision(3)))),
});
const GAMMA = logScale(...data.limits.gamma), STEPS = logScale(...data.limits.steps);

// word: [label, slider range and step, value to slider, slider to value, step of the number]
const SLIDERS = {
  mux: ["μ_x", 0, SPAN, 0.01, scaleOf, fromScale],
  muy: ["μ_y", 0, 1, 0.01, (v) => v, (p) => p],
  gamma: ["γ, step size", 0, 1, 0.005, GAMMA.to, GAMMA.from],
  T: ["T, steps", 0, 1, 0.005, STEPS.to, (p) => Math.round(STEPS.from(p))],
  noise: ["noise |ξ|", 0, 3, 0.05, (v) => Math.min(v, 3), (p) => p],
  t: ["time t", 0, 1, 0.002, null, null],
};
const CHOICES = {
  problem: ["problem", Object.entries(data.problems).map(([name, f]) => [name, f.words])],
  base: ["base optimizer", data.bases.map((name) => [name, name === "ogd" ? "SGD (ogd)" : baseWords(name)])],
  color: ["square shows", Object.entries(COLORS)],
};

/** The slider of t runs over the T of the state. */
function timeScale(state) {
  const s = logScale(1, Math.max(state.T, 2));
  return { to: s.to, from: (p) => Math.min(state.T, Math.max(1, Math.round(s.from(p)))) };
}

function element(tag, properties = {}, ...children) {
  const made_ = Object.assign(document.createElement(tag), properties);
  made_.append(...children);
  return made_;
}

/** A slider with its number; `change(part, isRelease)` is told every new value. */
function sliderOf(word, now, change) {
  const [name, min, max, step] = SLIDERS[word];
  const slider = element("input", { type: "range", id: `slide-${word}`, min, max, step });
  const number = element("input", { type: "number", id: `type-${word}`, step: "any" });
  number.setAttribute("aria-label", `${name}, typed`);
  slider.addEventListener("input", () => change({ [word]: slid(word, slider, now()) }, false));
  slider.addEventListener("change", () => change({}, true));
  number.addEventListener("change", () => typed(word, number, now, change));
  number.addEventListener("blur", () => { number.value = exactly(now()[word]); });
  return element("div", { className: "control" },
    element("label", { htmlFor: slider.id, textContent: name }), number, slider);
}

/** Build the form of everything but t, which stands by the paths that it moves. */
function buildControls(form, now, change) {
  for (const word of Object.keys(SLIDERS)) if (word !== "t") form.append(sliderOf(word, now, change));
  for (const [word, [name, options]] of Object.entries(CHOICES)) {
    const select = element("select", { id: `pick-${word}` },
      ...options.map(([value, words]) => element("option", { value, textContent: words })));
    select.addEventListener("change", () => change({ [word]: select.value }, true));
    form.append(element("div", { className: "control" },
      element("label", { htmlFor: select.id, textContent: name }), select));
  }
  const seed = element("input", { type: "number", id: "type-seed", min: 0, max: data.limits.seed[1], step: 1 });
  seed.addEventListener("change", () => typed("seed", seed, now, change));
  seed.addEventListener("blur", () => { seed.value = exactly(now().seed); });
  form.append(element("div", { className: "control" },
    element("label", { htmlFor: seed.id, textContent: "noise seed" }), seed));
  form.addEventListener("submit", (event) => event.preventDefault());
}

function slid(word, slider, state) {
  const p = Number(slider.value);
  return word === "t" ? timeScale(state).from(p) : SLIDERS[word][5](p);
}

function typed(word, input, now, change) {
  let value;
  try {
    value = read(word, input.value.trim());
  } catch (error) {
    notice([`${word}=${input.value} ${error.message}; the last value is kept`]);
    input.value = exactly(now()[word]);
    return;
  }
  change({ [word]: value }, true);
}

/** Write the state into the controls; the one being edited is left alone. */
function showControls(state) {
  for (const word of Object.keys(SLIDERS)) {
    const slider = document.getElementById(`slide-${word}`);
    const to = word === "t" ? timeScale(state).to : SLIDERS[word][4];
    const at = String(to(state[word]));
    if (slider !== document.activeElement || slid(word, slider, state) !== state[word]) slider.value = at;
    slider.setAttribute("aria-valuetext", exactly(state[word]));
    showNumber(word, state);
  }
  for (const word of Object.keys(CHOICES)) document.getElementById(`pick-${word}`).value = state[word];
  showNumber("seed", state);
}

function showNumber(word, state) {
  const number = document.getElementById(`type-${word}`);
  if (number !== document.activeElement) number.value = exactly(state[word]);
}

function notice(lines) {
  const box = document.getElementById("notice");
  box.hidden = lines.length === 0;
  box.textContent = lines.length ? `Refused: ${lines.join("; ")}.` : "";
}
