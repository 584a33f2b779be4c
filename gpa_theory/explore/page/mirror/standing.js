// How each number is known: standing.py decides, and this mirrors it for runs that only live here.
const ONE_RUN = "would have to hold in every run, and this shows one";
const EXPLODED = 1e6;

/** Return {name: [label, why]} for everything that the page labels. */
function standingsOf(s, broken, diverged) {
  const a = standingA(s, broken, diverged);
  const measured = diverged ? ["diverged", `at step ${diverged}`] : ["measured", ""];
  return {
    bound_a: a,
    bound_b: standingB(s, broken, diverged),
    map_of_bound: standingOfMap(s),
    worst_case: s.base !== "ogd" || s.noise > 0 ? ["none", "the table is of SGD without noise"] : ["certified", ""],
    slack: diverged || a[0] === "proved" ? measured : a,
    gap: measured,
    diameter: measured,
    lipschitz: standingOfG(s, broken),
    radius: ["proved", ""],
    half_life: ["proved", ""],
    diloco_h: ["heuristic", "a match of decays, not an identity"],
    effective_window: ["heuristic", "of the size of the noise, not of its effect"],
    break_even: s.base !== "ogd" ? ["heuristic", "the tuned bound (A) is that of SGD"]
      : broken ? ["guide", "this run has broken |g_t| ≤ G"] : withNoise(s) ?? ["proved", ""],
    recommended_mu_x: standingOfRule(s, broken),
    stability_limit: standingOfLimit(s),
    equivalences: s.base !== "ogd" ? ["none", "heavy ball and Nesterov momentum are GPA around SGD"] : ["proved", ""],
  };
}

function standingA(s, broken, diverged) {
  if (broken) return ["void", `|g_t| exceeded G at step ${broken}`];
  if (diverged) return ["void", `the run diverged at step ${diverged}`];
  return withNoise(s) ?? ["proved", ""];
}

/** What noise leaves of a bound on a mean, or null where there is no noise. */
function withNoise(s) {
  if (s.noise === 0) return null;
  if (needsR(s)) return ["guide", `with noise |z_t − x*| ≤ R ${ONE_RUN}`];
  if (!problemOf(s.problem).everywhere) return ["guide", `with noise |g_t| ≤ G ${ONE_RUN}`];
  return ["expected", "with noise it bounds the mean over all runs"];
}

function standingB(s, broken, diverged) {
  if (s.base !== "ogd") return ["none", "a discounted regret bound is proved for SGD"];
  if (s.noise > 0) return ["none", `with noise |z_t − x*| ≤ R ${ONE_RUN}`];
  if (broken) return ["void", `|g_t| exceeded G at step ${broken}`];
  return diverged ? ["void", `the run diverged at step ${diverged}`] : ["proved", ""];
}

function standingOfMap(s) {
  if (needsR(s)) return ["guide", "it is drawn for |z_t − x*| ≤ D, which no run was asked for"];
  if (!problemOf(s.problem).everywhere) return ["guide", "it is drawn for |g_t| ≤ G, which no run was asked for"];
  return withNoise(s) ?? ["proved", ""];
}

function standingOfG(s, broken) {
  if (broken) return ["violated", `at step ${broken}`];
  return problemOf(s.problem).everywhere ? ["proved", ""]
    : ["assumed", "G is the largest slope on the level set of the start"];
}

function standingOfRule(s, broken) {
  if (s.base !== "ogd") return ["heuristic", "the horizon rule is proved for SGD"];
  if (s.noise > 0) return ["guide", `with noise |z_t − x*| ≤ R ${ONE_RUN}`];
  return broken ? ["guide", "this run has broken |g_t| ≤ G"] : ["proved", ""];
}

function standingOfLimit(s) {
  const f = problemOf(s.problem);
  if (s.base !== "ogd" || f.curvature === null) return ["none", "it is known for SGD where f is smooth"];
  if (f.kind !== "quadratic") return ["guide", "it is that of the quadratic which f resembles near x*"];
  return s.noise > 0 ? ["guide", "it is that of the run without noise"] : ["proved", ""];
}

/** How a run went, in words. */
function verdictOf({ broken, diverged, exploded }) {
  if (diverged) return `diverged at step ${diverged}`;
  if (exploded) return "diverging: f(x_T) − f* is past 10⁶ times its start";
  if (broken) return `assumption violated: |g_t| > G at step ${broken}`;
  return "|g_t| ≤ G held at every step";
}
