// Sentences computed from the result; nothing about a run is ever typed in.
const setWords = (s) => `μ_x = ${short(s.mux, 5)}, μ_y = ${short(s.muy)}, γ = ${short(s.gamma)}`;

/** The whole setting, for a legend of pins and for a file that stands alone. */
const wholeWords = (s) => `${setWords(s)}, T = ${s.T}, ${s.problem}, ${baseWords(s.base)}` +
  (s.noise > 0 ? `, noise ${short(s.noise)}, seed ${s.seed}` : "");

const baseWords = (name) => (name === "ogd" ? "SGD" : name);

const runWords = (r) => r.run.diverged
  ? `The run diverged at step ${r.run.diverged}; what is shown ends there. `
  : r.exploded ? `The mean gap has grown to ${short(r.terms.phi)}: the run is diverging. ` : "";

/** A bound that asks for R holds for the run that showed R; with noise it would need one for all. */
const standing = (r) => (r.setting.noise > 0 && needsR(r.setting) ? "guide" : "proved");

function noiseWords(r, bound) {
  if (r.setting.noise === 0) return "";
  return needsR(r.setting) ? ` With noise ${bound} would need an R for all runs: here it is a guide.`
    : ` With noise ${bound} holds in expectation.`;
}

const CAPTIONS = {
  waterfall(r) {
    const lost = r.run.names.reduce((sum, n) => sum + r.terms[n], 0);
    const paid = -r.terms.telescope, share = paid + r.terms.regret;
    return `${runWords(r)}Mean gap ${short(r.terms.phi)} = regret ${short(r.terms.regret)} + EMA cost ` +
      `${short(paid)} − Bregman terms ${short(lost)} (measured). ` +
      (share > 0 ? `A bound without the Bregman terms would charge ${short(share)}; they pay back ` +
      `${short((100 * lost) / share)} % of it. ` : "") +
      `The identity is exact (proved); it closes here to ${short(r.relative)} of its largest term` +
      (r.relative < CLOSES ? "." : ": too far off, so something is wrong.");
  },
  gap(r) {
    const end = r.at("gap").at(-1), a = r.bound_a.at(-1);
    const isValid = !r.broken && !r.exploded;
    const withR = needsR(r.setting) ? `, with R = ${short(r.constants.R)} as this run showed it` : "";
    const first = isValid ? ` Bound (A) is ${short(a)} (${standing(r)})${withR}, ${short(a / r.terms.phi)} times the ` +
      `mean gap ${short(r.terms.phi)} (measured).` : "";
    const last = !isValid ? "" : r.bound_b
      ? ` Bound (B) is ${short(r.bound_b.at(-1))} (proved), with R = ${short(r.constants.R)} as this run showed it.`
      : hasLastBound(r.setting) ? " (B) is not claimed with noise."
        : " (B) is not drawn: this base has no discounted regret bound here.";
    const seeds = r.band ? ` Shaded: the range of ${SEEDS} seeds.` : "";
    return `${runWords(r)}After ${plural(r.n, "step")} f(x_T) − f* = ${short(end)}, ` +
      `${end <= r.base.at(-1) ? "below" : "above"} the base optimizer's ${short(r.base.at(-1))} ` +
      `(measured).${appliesWords(r)}${first}${last}${noiseWords(r, "(A)")}${seeds}${worstWords(r)}`;
  },
  square(r) {
    const { words, low, high } = heatOf(r.state);
    const range = Number.isFinite(low) ? `, ${short(low)} to ${short(high)}` : ": nothing to show here";
    return `Color: ${words}${range}. Drag, click or use the sliders; the dot is ` +
      `${setWords(r.setting)}. ${specialWords(r.setting)}Edges and diagonal are exact equivalences ` +
      `(proved); hollow points and the Schedule-Free arrow are matches, not identities.`;
  },
  paths(r) {
    const t = Math.min(r.state.t, r.n), a = r.run.arrays;
    const apart = Math.hypot(a.x0[t - 1] - a.z0[t - 1], a.x1[t - 1] - a.z1[t - 1]);
    const where = r.setting.muy === 1 ? "which is x" : r.setting.muy === 0 ? "which is z"
      : `${short(100 * r.setting.muy)} % of the way from z to x`;
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
    const limit = r.readouts.stability_limit, star = r.readouts.break_even;
    const used = limit === null ? "No stability limit is known for this problem and base."
      : `γ uses ${short((100 * r.setting.gamma) / limit)} % of the stability limit ${short(limit)}.`;
    return `${used} In the tuned bound (A) the start weighs more than the regret until T* = ${short(star)} (proved); ` +
      `T = ${r.setting.T} is ${r.setting.T < star ? "before" : "past"} it. The horizon rule for (B), ` +
      `proved for SGD with γ tuned, takes μ_x = ${short(r.readouts.recommended_mu_x, 5)} at this T.`;
  },
  regret(r) {
    const R = r.at("sum_regret").at(-1), { G, D, R: reach } = r.constants;
    const at = r.n * regretBound(r.setting.base, r.constants);
    const own = r.broken || r.exploded ? "" : ` The bound of this base at this γ is ${short(at)} (${standing(r)})` +
      (needsR(r.setting) ? `, with R = ${short(reach)} as this run showed it.` : ".");
    return `${runWords(r)}R_T = ${short(R)} (measured); DG√T = ${short(D * G * Math.sqrt(r.n))} is proved for ` +
      `SGD with γ = D/(G√T) = ${short(D / (G * Math.sqrt(r.n)))}.${own}${appliesWords(r)}${noiseWords(r, "it")}`;
  },
};

function worstWords(r) {
  const near = certifiedCurve(r.setting);
  if (!near.length) return "";
  const each = near.map((w) => `${short(w.value)} at T = ${w.T}, γ = ${short(w.gamma)} D/G`).join("; ");
  return ` Dots: worst f(x_T) − f* over all convex f with this G and D (certified), at the table's nearest ` +
    `μ_x = ${near[0].mux}, μ_y = ${short(near[0].muy)}: ${each}.`;
}

function appliesWords(r) {
  if (!r.broken) return "";
  return ` Assumption violated: |g_t| exceeded G = ${short(r.constants.G)} at step ${r.broken}, ` +
    `so the bounds do not cover this run.`;
}

function specialWords({ mux, muy, base }) {
  const found = [], isPlain = base === "ogd";
  if (mux === 0) found.push("the base optimizer itself");
  if (muy === 0 && mux > 0) found.push("the base optimizer with an average of its iterates");
  if (muy === 1 && mux > 0 && isPlain) found.push("heavy ball");
  if (mux === muy && mux > 0 && isPlain) found.push("Nesterov momentum");
  return found.length ? `It is ${found.join(", ")} (proved). ` : "";
}
