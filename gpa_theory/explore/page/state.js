// The state: a frozen object of settings and view choices, and its spelling in a link.
// Numbers come from a link only through Number(), names only from fixed lists.
const COLORS = {
  gap: "measured gap f(x_T) − f*",
  bound: "bound (A)",
  worst: "worst case",
  limit: "stability limit of γ",
};
const NUMBERS = { mux: "mu_x", muy: "mu_y", gamma: "gamma", T: "steps", noise: "noise", seed: "seed" };
const NAMES = { problem: Object.keys(data.problems), base: data.bases, color: Object.keys(COLORS) };
const WHOLE = new Set(["T", "seed", "t"]);
const SETTING = ["mux", "muy", "gamma", "T", "problem", "base", "noise", "seed"];
const PINS = 3;
const LONGEST_LINK = 2000; // characters that are read

const limits = (word) => (word === "t" ? [1, data.limits.steps[1]] : data.limits[NUMBERS[word]]);

/** Return the value a link spells for `word`, or throw with the rule it breaks. */
function read(word, text) {
  if (Object.hasOwn(NAMES, word)) {
    if (NAMES[word].includes(text)) return text;
    throw new Error(`must be one of ${NAMES[word].join(", ")}`);
  }
  const spelling = WHOLE.has(word) ? /^[-+]?[0-9]{1,30}$/ : /^[-+.0-9eE]{1,30}$/; // as setting.py reads it
  const value = spelling.test(text) ? Number(text) + 0 : NaN; // a zero has no sign here
  const [low, high] = limits(word);
  if (!(value >= low && value <= high)) {
    throw new Error(`must ${WHOLE.has(word) ? "be an integer" : "lie"} in [${low}, ${high}]`);
  }
  return value;
}

const pinText = (setting) => SETTING.map((word) => exactly(setting[word])).join("_");

function readPin(text) {
  const parts = text.split("_");
  if (parts.length !== SETTING.length) throw new Error("must name one whole setting");
  return Object.freeze(Object.fromEntries(SETTING.map((word, i) => [word, read(word, parts[i])])));
}

/** Return the state of a link and what had to be refused; nothing in it is ever executed. */
function readLink(link) {
  const state = { color: "gap", t: 40, pins: [] };
  const refused = link.length > LONGEST_LINK ? [`what is beyond ${LONGEST_LINK} characters of the link`] : [];
  for (const source of [data.standard, link]) {
    const given = new Set();
    for (const [word, text] of new URLSearchParams(source.replace(/^[#?]/, "").slice(0, LONGEST_LINK))) {
      try {
        if (word === "v") {
          if (text !== data.version) throw new Error(`must be ${data.version}`);
        } else if (word === "pin") {
          if (state.pins.length >= PINS) throw new Error(`may occur ${PINS} times`);
          state.pins.push(readPin(text));
        } else if (Object.hasOwn(NUMBERS, word) || Object.hasOwn(NAMES, word) || word === "t") {
          if (given.has(word)) throw new Error("must be given once");
          given.add(word);
          state[word] = read(word, text);
        } else throw new Error("is not a word of this page");
      } catch (error) {
        refused.push(`${word.slice(0, 20)}=${text.slice(0, 40)} ${error.message}`);
      }
    }
  }
  return { state: frozen(state), refused };
}

function frozen(state) {
  const t = Math.max(1, Math.min(state.t, state.T));
  return Object.freeze({ ...state, t, pins: Object.freeze([...state.pins]) });
}

const settingLink = (s) => `v=${data.version}&` + SETTING.map((w) => `${w}=${exactly(s[w])}`).join("&");

function writeLink(state) {
  const pins = state.pins.map((pin) => `&pin=${pinText(pin)}`).join("");
  return `${settingLink(state)}&color=${state.color}&t=${state.t}${pins}`;
}

// μ_x is dragged on the scale s = −log10(1−μ_x), on which H = 8 … 128 are far apart.
const scaleOf = (mux) => -Math.log10(1 - mux);
const fromScale = (s) => {
  const past = Number(Math.pow(10, -s).toPrecision(3));
  return Math.min(data.limits.mu_x[1], Math.max(0, Number((1 - past).toFixed(6))));
};
