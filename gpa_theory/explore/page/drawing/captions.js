// Sentences computed from the result; nothing about a run is ever typed in.
const setWords = (s) => `μ_x = ${short(s.mux, 5)}, μ_y = ${short(s.muy)}, γ = ${short(s.gamma)}`;

/** The whole setting, for a legend of pins and for a file that stands alone. */
const wholeWords = (s) => `${setWords(s)}, T = ${s.T}, ${s.problem}, ${baseWords(s.base)}` +
  (s.noise > 0 ? `, noise ${short(s.noise)}, seed ${s.seed}` : "");

const baseWords = (name) => (name === "ogd" ? "SGD" : name);

const runWords = (r) => r.run.diverged
  ? `The run diverged at step ${r.run.diverged}: there its numbers leave the floats. What is shown ends before. `
  : r.exploded ? `The mean gap has grown to ${short(r.terms.phi)}: the run is diverging. ` : "";

/** A label, with its reason where there is one. */
const labeled = ([label, why]) => (why && label !== "expected" ? `${label}: ${why}` : label);

/** What is said of a bound behind its value: how it is known, and whether it says anything. */
const boundWords = (r, name) => labeled(r.standings[name]) + (r.vacuous[name] ? `; vacuous: ${r.vacuous[name]}` : "");

const expectation = (r, name) => (r.standings[name][0] === "expected"
  ? " With noise it holds in expectation: one run may exceed it." : "");

const HUGE = 1e100; // a gap that says no more than that its run diverges

const isCovered = (r) => r.standings.bound_a[0] !== "void";

const CAPTIONS = {
  waterfall(r) {
    const lost = r.run.names.reduce((sum, n) => sum + r.terms[n], 0);
    const paid = -r.terms.telescope, share = paid + r.terms.regret;
    if (r.run.diverged) return runWords(r) + identityWords(r);
    return `${runWords(r)}Mean gap ${short(r.terms.phi)} = regret ${short(r.terms.regret)} + EMA cost ` +
      `${short(paid)} − Bregman terms ${short(lost)} (measured). ` +
      (share > 0 && !r.exploded ? `A bound without the Bregman terms would charge ${short(share)}; they pay back ` +
      `${short((100 * lost) / share)} % of it. ` : "") + identityWords(r);
  },
  gap(r) {
    const end = r.at("gap").at(-1), base = r.base.at(-1);
    if (r.run.diverged) {
      return `${runWords(r)}The base optimizer alone ${Number.isFinite(base) && base < HUGE ? `is at ${short(base)} there (measured)`
        : "goes the same way"}.${appliesWords(r)}`;
    }
    const alone = !Number.isFinite(base) ? "the base optimizer alone has diverged by then"
      : `${against(end, base, r.n)} the base optimizer's ${short(base)}`;
    const [first, last] = [boundA_(r), boundB_(r)];
    const seeds = r.band ? ` Shaded: the range of ${SEEDS} seeds.` : "";
    return `${runWords(r)}After ${plural(r.n, "step")} f(x_T) − f* = ${short(end)}, ${alone} ` +
      `(measured).${appliesWords(r)}${first}${last}${expectation(r, "bound_a")}${seeds}${worstWords(r)}`;
  },
  square(r) {
    const { words, low, high } = heatOf(r.state), standing = heatStanding(r.state);
    const more = high >= FAR_GAP ? " and more" : ""; // where runs diverge
    const range = Number.isFinite(low) ? `, ${short(low)} to ${short(high)}${more} (${labeled(standing)})`
      : `: nothing to show here${standing[1] ? ` (${standing[1]})` : ""}`;
    const exact = r.standings.equivalences[0] === "proved" ? "Edges and diagonal are"
      : `${capital(r.standings.equivalences[1])}, so only the left and lower edge are`;
    return `Color: ${words}${range}. Drag, click or use the sliders; the dot is ` +
      `${setWords(r.setting)}. ${specialWords(r.setting)}${exact} exact equivalences ` +
      `(proved); hollow points and the Schedule-Free arrow are matches, not identities.`;
  },
  paths(r) {
    const t = Math.min(r.state.t, r.n), a = r.run.arrays;
    const apart = Math.hypot(a.x0[t - 1] - a.z0[t - 1], a.x1[t - 1] - a.z1[t - 1]);
    const where = r.setting.muy === 1 ? "which is x" : r.setting.muy === 0 ? "which is z"
      : `${short(100 * r.setting.muy, 12)} % of the way from z to x`;
    return `${runWords(r)}At t = ${t} x and z are ${short(apart)} apart, the gradient is taken at y, ${where}, ` +
      `and f(x_t) − f* = ${short(a.gap[t - 1])} (measured). Faint: what comes later, up to t = ${r.n}.`;
  },
  kernel(r) {
    if (r.setting.mux === 0) return "With μ_x = 0 all weight is on z_T: x is the base iterate (proved).";
    const { half_life: half, diloco_h: H } = r.readouts;
    const left = Math.pow(r.setting.mux, r.setting.T - 1);
    const diloco = H >= 1
      ? `DiLoCo with outer momentum 0.9 and H = ${short(H)} inner steps decays alike (a match, not an identity). `
      : `No DiLoCo with outer momentum 0.9 forgets that fast: H would be ${short(H)}. `;
    return `x_T forgets half of an iterate in ${short(half)} ${half === 1 ? "step" : "steps"} (proved). ${diloco}` +
      `After T = ${r.setting.T} steps the start z₁ still weighs ${short(left)} (proved); Schedule-Free gives it ` +
      `${short(1 / r.setting.T)}.`;
  },
  readouts(r) {
    const { stability_limit: limit, break_even: star, recommended_mu_x: rule } = r.readouts, { T } = r.setting;
    const used = limit === null ? "No stability limit is known for this problem and base."
      : `γ uses ${short((100 * r.setting.gamma) / limit)} % of the stability limit ${short(limit)}.`;
    const where = against(T, star, 1).startsWith("equal") ? "at" : T < star ? "before" : "past";
    return `${r.run.diverged ? runWords(r) : ""}${used} In the tuned bound (A) the start weighs more than the regret until ` +
      `T* = ${short(star)}; T = ${T} is ${where} it. The horizon rule takes μ_x = ${short(rule, 5)} at this T, for ` +
      `f(x_T) − f* with SGD at γ = (R/G)√(1−μ_x), without noise.${reasons(r)}`;
  },
  regret(r) {
    if (r.run.diverged) return runWords(r) + appliesWords(r).trim();
    const R = r.at("sum_regret").at(-1), { G, D } = r.constants;
    const at = r.n * regretBound(r.setting.base, r.constants), isHigh = R > at * (1 + 1e-12);
    const own = !isCovered(r) ? "" : ` The bound of this base at this γ is ${short(at)} (${labeled(r.standings.bound_a)})` +
      `${withR(r, needsR(r.setting))}${isHigh ? ", which this run exceeds" : ""}.`;
    return `${runWords(r)}R_T = ${short(R)} (measured); DG√T = ${short(D * G * Math.sqrt(r.n))} is the bound of ` +
      `SGD at γ = D/(G√T) = ${short(D / (G * Math.sqrt(r.n)))}, a guide here.${own}${appliesWords(r)}${expectation(r, "bound_a")}`;
  },
};

/** Whether the identity closes: it holds for every sequence, so only rounding can come between. */
function identityWords(r) {
  if (r.run.diverged) return "The identity is exact (proved); near the largest floats nothing can be added up to show it.";
  return `The identity is exact (proved); it ${r.closes ? "closes here" : "DOES NOT CLOSE here: it misses by"} ` +
    `${r.closes ? "to " : ""}${short(r.relative)} of its largest term, where rounding may cost ${short(r.allowed, 2)}.`;
}

const withR = (r, asks) => (asks ? `, with R = ${short(r.constants.R)} as this run showed it` : "");

function boundA_(r) {
  if (!isCovered(r)) return "";
  const a = r.bound_a.at(-1);
  return ` Bound (A) is ${short(a)} (${boundWords(r, "bound_a")})${withR(r, needsR(r.setting))}, ${short(a / r.terms.phi)} ` +
    `times the mean gap ${short(r.terms.phi)} (measured).`;
}

function boundB_(r) {
  const [label, why] = r.standings.bound_b;
  if (label === "void") return "";
  if (label === "none") return ` (B) is not drawn: ${why}.`;
  return ` Bound (B) is ${short(r.bound_b.at(-1))} (${boundWords(r, "bound_b")})${withR(r, true)}.`;
}

const REASONED = { break_even: "T*", recommended_mu_x: "μ_x recommended", stability_limit: "stability limit" };

/** Why what is recommended is less than proved. */
function reasons(r) {
  const weak = Object.entries(REASONED).map(([name, words]) => [words, ...r.standings[name]])
    .filter(([, label]) => !["proved", "none"].includes(label));
  return weak.length ? ` Less than proved: ${weak.map(([words, label, why]) => `${words} (${label}: ${why})`).join("; ")}.` : "";
}

const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

function worstWords(r) {
  const near = certifiedCurve(r.setting);
  if (!near.length) return "";
  const each = near.map((w) => `${short(w.value)} at T = ${w.T}, γ = ${short(w.gamma)} D/G`).join("; ");
  return ` Dots: worst f(x_T) − f* over all convex f with this G and D (certified), at the table's nearest ` +
    `μ_x = ${near[0].mux}, μ_y = ${short(near[0].muy)}: ${each}.`;
}

function appliesWords(r) {
  if (!r.broken) return r.run.diverged ? " No bound covers this run." : "";
  return ` Assumption violated: |g_t| exceeded G = ${short(r.constants.G)} at step ${r.broken}, ` +
    `so no bound covers this run.`;
}

function specialWords({ mux, muy, base }) {
  const found = [], isPlain = base === "ogd";
  if (mux === 0) found.push("the base optimizer itself");
  if (muy === 0 && mux > 0) found.push("the base optimizer with an average of its iterates");
  if (muy === 1 && mux > 0 && isPlain) found.push("heavy ball");
  if (mux === muy && mux > 0 && isPlain) found.push("Nesterov momentum");
  return found.length ? `It is ${found.join(", ")} (proved). ` : "";
}
