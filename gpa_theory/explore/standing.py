"""How each number of the page is known, decided here for every view and everything that is copied.

A bound or a recommendation is *proved* only where a theorem covers the base, the noise and the
metric, and where the run has kept what the theorem assumes.  Else it is a guide, a heuristic or
void, and the reason is given.  `page/mirror/standing.js` decides alike, which a test checks for
every combination.
"""

from __future__ import annotations

from dataclasses import dataclass

from gpa_theory.core.bases import DUAL_AVERAGING, OGD
from gpa_theory.explore.setting import Setting
from gpa_theory.explore.toys import Toy, toy

LABELS = {  # what is said of a number, and what it means
    "proved": "a theorem covers the base, the noise and the metric, and the run keeps to it",
    "expected": "proved for the mean over the noise; one run may exceed it",
    "certified": "a dual value of the worst-case problem, rounded to the safe side",
    "measured": "read off this one run",
    "assumed": "not shown for every point; the page says when a run breaks it",
    "guide": "no theorem covers it here; the reason is given",
    "heuristic": "a rule of thumb or a match, nowhere a theorem",
    "void": "the run has broken what the bound assumes",
    "violated": "the assumption does not hold for this run",
    "diverged": "the run has left the floats; nothing is read off it",
    "none": "there is none",
}
FREE_OF_R = (OGD.name, DUAL_AVERAGING.name)  # bases whose regret bound asks for D, not for R
EXPLODED = 1e6
ONE_RUN = "would have to hold in every run, and this shows one"


@dataclass(frozen=True, slots=True)
class Standing:
    """One of `LABELS`, and why, where it is less than proved."""

    label: str
    why: str = ""


def standings(setting: Setting, *, broken: int = 0, diverged: int = 0) -> dict[str, Standing]:
    """Return the standing of every number the page labels, by name.

    `broken` is the first step with |g_t| > G, `diverged` the step at which the run left the floats,
    0 if there is none.

    >>> standings(Setting())["bound_a"].label
    'proved'
    >>> standings(Setting(base="adagrad-norm"))["recommended_mu_x"]
    Standing(label='heuristic', why='the horizon rule is proved for SGD')
    """
    problem = toy(setting.problem)
    bound_a = _bound_a(setting, problem, broken, diverged)
    measured = Standing("diverged", f"at step {diverged}") if diverged else Standing("measured")
    return {
        "bound_a": bound_a,
        "bound_b": _bound_b(setting, broken, diverged),
        "map_of_bound": _map(setting, problem),
        "worst_case": _worst_case(setting),
        "slack": measured if diverged or bound_a.label == "proved" else bound_a,
        "gap": measured,
        "diameter": measured,
        "lipschitz": _lipschitz(problem, broken),
        "radius": Standing("proved"),
        "half_life": Standing("proved"),
        "diloco_h": Standing("heuristic", "a match of decays, not an identity"),
        "effective_window": Standing("heuristic", "of the size of the noise, not of its effect"),
        "break_even": _of_sgd(setting, problem, broken, "the tuned bound (A) is that of SGD"),
        "recommended_mu_x": _rule(setting, broken),
        "stability_limit": _stability(setting, problem),
        "equivalences": _equivalences(setting),
    }


def verdict(*, broken: int = 0, diverged: int = 0, exploded: bool = False) -> str:
    """Return in words how a run went; `exploded` if its gap is past `EXPLODED` times its start.

    >>> verdict(), verdict(broken=2, diverged=90)
    ('|g_t| ≤ G held at every step', 'diverged at step 90')
    """
    if diverged:
        return f"diverged at step {diverged}"
    if exploded:
        return "diverging: f(x_T) − f* is past 10⁶ times its start"
    if broken:
        return f"assumption violated: |g_t| > G at step {broken}"
    return "|g_t| ≤ G held at every step"


def _bound_a(setting: Setting, problem: Toy, broken: int, diverged: int) -> Standing:
    """Return the standing of the regret bound, and of (A), which is one more line of algebra."""
    if broken:
        return Standing("void", f"|g_t| exceeded G at step {broken}")
    if diverged:
        return Standing("void", f"the run diverged at step {diverged}")
    return _with_noise(setting, problem) or Standing("proved")


def _with_noise(setting: Setting, problem: Toy) -> Standing | None:
    """Return what noise leaves of a bound on a mean, or None where there is no noise."""
    if setting.noise == 0:
        return None
    if setting.base not in FREE_OF_R:
        return Standing("guide", f"with noise |z_t − x*| ≤ R {ONE_RUN}")
    if not problem.everywhere:
        return Standing("guide", f"with noise |g_t| ≤ G {ONE_RUN}")
    return Standing("expected", "with noise it bounds the mean over all runs")


def _bound_b(setting: Setting, broken: int, diverged: int) -> Standing:
    if setting.base != OGD.name:
        return Standing("none", "a discounted regret bound is proved for SGD")
    if setting.noise > 0:
        return Standing("none", f"with noise |z_t − x*| ≤ R {ONE_RUN}")
    if broken:
        return Standing("void", f"|g_t| exceeded G at step {broken}")
    return (
        Standing("void", f"the run diverged at step {diverged}") if diverged else Standing("proved")
    )


def _map(setting: Setting, problem: Toy) -> Standing:
    """Return the standing of (A) at settings whose runs are not looked at."""
    if setting.base not in FREE_OF_R:
        return Standing("guide", "it is drawn for |z_t − x*| ≤ D, which no run was asked for")
    if not problem.everywhere:
        return Standing("guide", "it is drawn for |g_t| ≤ G, which no run was asked for")
    return _with_noise(setting, problem) or Standing("proved")


def _worst_case(setting: Setting) -> Standing:
    if setting.base != OGD.name or setting.noise > 0:
        return Standing("none", "the table is of SGD without noise")
    return Standing("certified")


def _lipschitz(problem: Toy, broken: int) -> Standing:
    if broken:
        return Standing("violated", f"at step {broken}")
    if problem.everywhere:
        return Standing("proved")
    return Standing("assumed", "G is the largest slope on the level set of the start")


def _of_sgd(setting: Setting, problem: Toy, broken: int, otherwise: str) -> Standing:
    if setting.base != OGD.name:
        return Standing("heuristic", otherwise)
    if broken:
        return Standing("guide", "this run has broken |g_t| ≤ G")
    return _with_noise(setting, problem) or Standing("proved")


def _rule(setting: Setting, broken: int) -> Standing:
    """Return the standing of the horizon rule: of SGD, without noise, for f(x_T) − f*."""
    if setting.base != OGD.name:
        return Standing("heuristic", "the horizon rule is proved for SGD")
    if setting.noise > 0:
        return Standing("guide", f"with noise |z_t − x*| ≤ R {ONE_RUN}")
    if broken:
        return Standing("guide", "this run has broken |g_t| ≤ G")
    return Standing("proved")


def _stability(setting: Setting, problem: Toy) -> Standing:
    if setting.base != OGD.name or problem.curvature is None:
        return Standing("none", "it is known for SGD where f is smooth")
    if problem.kind != "quadratic":
        return Standing("guide", "it is that of the quadratic which f resembles near x*")
    if setting.noise > 0:
        return Standing("guide", "it is that of the run without noise")
    return Standing("proved")


def _equivalences(setting: Setting) -> Standing:
    """Return the standing of heavy ball and Nesterov on the top edge and the diagonal."""
    if setting.base != OGD.name:
        return Standing("none", "heavy ball and Nesterov momentum are GPA around SGD")
    return Standing("proved")
