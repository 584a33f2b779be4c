// What the letters and labels of the page mean; shown when asked for.
const LETTERS = {
  "f, f*, x*": "the function, its minimum 0, and where it takes it",
  "x, y, z": "the average that is kept, where the gradient is taken, what the base optimizer moves",
  "g_t, γ, T": "the gradient at y_t, the step size, the number of steps",
  "gap": "f(x_t) − f*; the mean gap is that over t = 1 … T",
  "R_T": "the regret Σ ⟨g_t, z_t − x*⟩, which the theory of the base optimizer bounds",
  "B(a, b)": "f(a) − f(b) − ⟨g(b), a − b⟩, the Bregman divergence: never negative, and what bounds throw away",
  "ρ, ν": "μ_x/(1−μ_x) and μ_y/(1−μ_y); the EMA cost is (ρ/T)(f(x_1) − f(x_T))",
  "(A), (B)": "bounds on the mean gap and on f(x_T) − f*",
  "G, D, R": "bounds on |g_t|, on |z_1 − x*| and on |z_t − x*|",
};

function buildGlossary() {
  const list = document.querySelector("#glossary dl");
  const vacuous = { vacuous: "of a bound: larger than what holds without any theorem" };
  for (const [word, meaning] of Object.entries({ ...LETTERS, ...data.labels, ...vacuous })) {
    list.append(element("dt", { textContent: word }), element("dd", { textContent: meaning }));
  }
}
