"""Regret bounds against online adversaries, each for the very gradients that were played."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial

import numpy as np

from gpa_theory.core.bases import BASES
from gpa_theory.numeric import streams
from gpa_theory.numeric.learners import adagrad_diagonal, learner, ogd
from gpa_theory.numeric.precision import UNIT_ROUNDOFF
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Ball, Box, Domain
from gpa_theory.symbolic.engine.symbols import Q_1, D, G, Q, R, R_inf, T, gamma, mu_x, word
from gpa_theory.symbolic.evaluation import evaluate
from gpa_theory.symbolic.rates import DISCOUNTED, REGRETS
from gpa_theory.symbolic.tuning import minimizer
from gpa_theory.verify.claims import Check
from gpa_theory.verify.verdict import Result, compare, exactly

NOTE = "first-order budget"
RADIUS, LIPSCHITZ, DIM, STEPS = 1.0, 1.0, 8, 400
# T² u with T = 9200 is 1e-8; the bound is broken by more than 900.
ON_A_DISC = 1e-6
STREAMS: dict[str, Callable[[], streams.Stream]] = {
    "rademacher": lambda: streams.rademacher(LIPSCHITZ),
    "orthogonal": lambda: streams.orthogonal(LIPSCHITZ),
    "push": lambda: streams.push(LIPSCHITZ),
}


def _step_size(base: str, lipschitz: float, reach: float, steps: int) -> float:
    """Return the γ that minimizes the worst-case bound of the base; `reach` bounds |z − u|."""
    best = minimizer(REGRETS[base]().worst, word(gamma))
    known = {D: RADIUS, R: reach, R_inf: reach, G: lipschitz, T: steps}
    values = {word(s): known[s] for s in best.free_symbols}
    # Rounded as a quotient: plays are chaotic, and another last bit of γ is another play.
    return 1 / evaluate("_step_size", 1 / best, values)


def observed_bound(base: str, played: streams.Play, u: np.ndarray, values: dict) -> float:
    """Return the proved regret bound at what the run has shown (Σ|g|², |z − u|, …)."""
    away = played.z - u
    symbols = {
        Q: float(np.sum(played.g**2)),
        Q_1: float(np.sqrt((played.g**2).sum(0)).sum()),
        D: float(np.linalg.norm(away[0])),
        R: float(np.linalg.norm(away, axis=1).max()),
        R_inf: float(np.abs(away).max()),
        G: float(np.linalg.norm(played.g, axis=1).max()),
        T: len(played.z),
        **values,
    }
    return float(REGRETS[base]().observed.subs(symbols))


def _budget(played: streams.Play, step: float) -> float:
    """Return the rounding of T learner steps and of the sums: a first-order budget."""
    steps, dim = played.z.shape
    size = 1 + float(np.abs(played.z).max()) + float(np.abs(played.g).max()) * steps
    return steps * (dim + steps) * UNIT_ROUNDOFF * size / min(step, 1.0)


def _compared(base: str, words: str, played: streams.Play, u: np.ndarray, step: float) -> Result:
    measured, name = played.regret(u), f"regret against {words}"
    allowed = observed_bound(base, played, u, {gamma: step})
    exact = partial(EXACT[base], name, played, u, step) if base in EXACT else None
    return compare(name, measured, allowed, _budget(played, step), exact=exact, note=NOTE)


def replayed(name: str, played: streams.Play, u: np.ndarray, step: float) -> Result:
    """Replay OGD on the recorded gradients in Fractions: the exact tier, for ties.

    The floats of the gradients, of u and of γ are taken as exact data.  The replay does not
    project, and says so by refusing a run in which the projection would have acted.
    """
    exact = np.vectorize(Fraction, otypes=[object])
    g, comparator, size = exact(played.g), exact(u), Fraction(step)
    made, z, regret = ogd(size), exact(played.z[0]), Fraction(0)
    distance = sum((z - comparator) ** 2)
    for t, gradient in enumerate(g, start=1):
        if sum(z * z) > RADIUS**2:
            raise ValueError(f"{name}: the exact replay left the ball at step {t}")
        regret += sum(gradient * (z - comparator))
        z, _ = made.step(None, t, z, gradient)
    allowed = distance / (2 * size) + size / 2 * sum((g * g).ravel())
    return exactly(name, regret, allowed, "a tie in floats, replayed in Fractions")


EXACT = {"ogd": replayed}  # the bases whose run on a stream can be replayed in Fractions


def check_streams(base: str, seed: int) -> Iterable[Result]:
    """Play the base against every adversary; the comparator is the worst one at distance D."""
    domain: Domain = Box(RADIUS) if BASES[base].coordinatewise else Ball(RADIUS)
    for name, make in STREAMS.items():
        rng = np.random.default_rng([seed, len(name)])
        step = _step_size(base, LIPSCHITZ, 2 * RADIUS, STEPS)
        made = learner(base, step, domain)
        played = streams.play(made, make(), np.zeros(DIM), STEPS, rng)
        yield _compared(base, name, played, played.worst_comparator(RADIUS), step)


def check_data_pass(base: str, seed: int) -> Iterable[Result]:
    """Play the base on random rows of a real data set, a new loss every round."""
    problem = load("breast_cancer-logistic", "box" if BASES[base].coordinatewise else None)
    rng = np.random.default_rng(seed)
    step = _step_size(base, 6.0, 4.0, STEPS)
    made = learner(base, step, problem.domain)
    played = streams.play(made, streams.data_pass(problem), problem.start, STEPS, rng)
    yield _compared(base, "a pass over breast_cancer rows", played, problem.minimizer, step)


def _turning() -> Iterable[tuple[float, float]]:
    """Yield gradients under which diagonal AdaGrad turns around a disc: tiny ones in coordinate 2.

    A step has length γ however small its gradient, so z leaves u at no cost to the bound; the
    projection onto a disc then lets the gradients (−1, 0) bring it back slowly.
    """
    for k in range(400):
        yield (1.0, 0.0) if k % 2 == 0 else (-1.0, 0.0)
    size = 1.5**-800
    for k in range(800):
        yield 0.0, size if k % 2 else -size
        size *= 1.5
        for _ in range(10):
            yield -1.0, 0.0


def check_disc(seed: int) -> Iterable[Result]:
    """Show a run on the unit disc, projected onto it, that breaks diagonal AdaGrad's bound."""
    step, disc = 1.4, Ball(1.0)
    made = adagrad_diagonal(step)  # it refuses a disc, so its own step is projected here
    z, points, gradients = np.array([1.0, 0.0]), [], [np.array(g) for g in _turning()]
    state = made.init(z)
    for t, g in enumerate(gradients, start=1):
        points.append(z)
        z, state = made.step(state, t, z, g)
        z = disc.project(z)
    played = streams.Play(np.array(points), np.array(gradients), np.array(points))
    u = points[0]
    allowed = observed_bound("adagrad-diagonal", played, u, {gamma: step})
    name = f"must fail: the bound on a disc, T = {len(points)}"
    yield compare(name, allowed, played.regret(u), ON_A_DISC, note="first-order budget")


def checks(base: str) -> dict[str, Check]:
    """Return the measured checks of one regret bound."""
    found: dict[str, Check] = {
        "online streams": partial(check_streams, base),
        "data pass": partial(check_data_pass, base),
    }
    return found | ({"a disc is not enough": check_disc} if BASES[base].coordinatewise else {})


def _discounted(played: streams.Play, u: np.ndarray, mu: float) -> float:
    powers = mu ** np.arange(len(played.z) - 1.0, -1.0, -1.0)
    return float((powers * ((played.z - u) * played.g).sum(1))[1:].sum())


def check_discounted(seed: int) -> Iterable[Result]:
    """Compare the discounted regret of projected OGD with its bound, for several μ."""
    for mu in (0.5, 0.9, 0.99):
        for name, make in STREAMS.items():
            step = 2 * RADIUS * (1 - mu) ** 0.5 / LIPSCHITZ
            rng = np.random.default_rng([seed, len(name)])
            made = ogd(step, Ball(RADIUS))
            played = streams.play(made, make(), np.zeros(DIM), STEPS, rng)
            u = played.worst_comparator(RADIUS)
            worst = DISCOUNTED["ogd"]().worst
            values = {R: 2 * RADIUS, G: LIPSCHITZ, gamma: step, mu_x: mu}
            yield compare(
                f"discounted regret against {name}, μ = {mu:g}",
                _discounted(played, u, mu),
                float(worst.subs(values)),
                _budget(played, step),
                note=NOTE,
            )


def check_radius_is_not_enough(seed: int) -> Iterable[Result]:
    """Show, exactly, an unprojected run that breaks the discounted bound with D in place of R.

    On the line, u = 0, z_1 = 1, γ = 1/2, μ = 1/2: eight gradients −1 carry z away, then two of +1.
    """
    half = Fraction(1, 2)
    made, z, total = ogd(half), Fraction(1), Fraction(0)
    for t, g in enumerate([-1] * 8 + [1] * 2, start=1):
        if t >= 2:
            total = half * total + g * z
        z, _ = made.step(None, t, z, Fraction(g))
    with_d = 1 / (2 * half) + half / (2 * (1 - half))
    yield exactly("must fail: the bound with D in place of R", with_d, total, "D = G = 1, T = 10")


def discounted_checks() -> dict[str, Check]:
    """Return the measured checks of the discounted regret bound."""
    return {"online streams": check_discounted, "D is not enough": check_radius_is_not_enough}
