"""The claims that are certified or measured: minima, tightness, limits of the theory, noise."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.averaging import Exponential
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric import streams
from gpa_theory.numeric.catalogue import load, names
from gpa_theory.numeric.closed_forms import maximum
from gpa_theory.numeric.domain import Ball
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.statistics import t_interval
from gpa_theory.numeric.trajectory import simulate
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.experiment import Setting, execute, free_values, theorem
from gpa_theory.verify.verdict import Result, compare, statistical

OURS = "this project"
GAP = 1e-9  # what the minima of the catalogue promise; the worst found is 5e-11
TIGHT = 0.99  # how much of its bound the worst function must reach
SEEDS, LEVEL = 20, 0.999


def check_minimum(problem: str, seed: int) -> Iterable[Result]:
    """Compare the certified gap between the two ends of the enclosed minimum with the promise."""
    loaded = load(problem)
    yield compare(f"upper − lower: {problem}", loaded.minimum_gap, GAP, 0.0)
    value, (error, _) = loaded.value(loaded.minimizer), loaded.inexactness(loaded.minimizer)
    low, high = loaded.minimum_lower, loaded.minimum_upper
    yield compare(f"lower ≤ f(u): {problem}", low, float(value + error), 0.0)
    yield compare(f"f(u) ≤ upper: {problem}", float(value - error), high, 0.0)


def check_tight(seed: int) -> Iterable[Result]:
    """Run f = max_i x_i in T + 1 dimensions: the average bound is met to one percent."""
    steps = 200
    problem = maximum(Ball(1.0), dim=steps + 1)
    for mu_x, mu_y in ((0.5, 0.5), (0.9, 0.7), (0.99, 0.9), (0.999, 0.99)):
        method = GPA(Exponential(mu_x), mu_y)
        run = simulate(problem, ogd(steps**-0.5, problem.domain), method, steps)
        telescope = run.rho[-1] * (run.f_x[0] - run.f_x[-1]) / steps
        reached = (run.gap_mean - telescope) * steps**0.5  # in units of DG/√T
        words = f"{TIGHT} ≤ (mean gap − EMA cost)/(DG/√T), μ_x = {mu_x:g}, μ_y = {mu_y:g}, T = 200"
        yield compare(words, TIGHT, reached, 1e-9)


def check_online(seed: int) -> Iterable[Result]:
    """Let losses push along x_t − z_t: regret at z_t obeys DG√T, regret at x_t does not."""
    steps = 1000
    unit = steps**0.5
    for mu_x in (0.99, 0.999):
        made = ogd(1 / unit, Ball(1.0))
        method = GPA(Exponential(mu_x), 0.7)
        played = streams.against_x(made, method, np.zeros(4), steps, 1.0)
        u = played.worst_comparator(1.0)
        words = f"μ_x = {mu_x:g}, T = {steps}, in units of DG√T"
        yield compare(f"regret at z_t: {words}", played.regret(u) / unit, 1.0, 1e-9)
        at_x = played.regret(u, at_x=True) / unit
        yield compare(f"must fail: DG√T at x_t ≤ regret at x_t: {words}", 1.0, at_x, 1e-9)


def check_noise(problem: str, seed: int) -> Iterable[Result]:
    """Compare E[mean gap] under sampled gradients with the bound at the largest |g_t| seen."""
    setting = Setting(problem, gamma=0.05, steps=300)
    runs = [execute(setting, np.random.default_rng([seed, k]))[0] for k in range(SEEDS)]
    largest = max(float(np.linalg.norm(run.used, axis=1).max()) for run in runs)
    of = theorem(setting, "mean")
    given = {**runs[0].problem.constants, Assumption.LIPSCHITZ: largest}
    allowed = of.on(given, **free_values(setting, of), gamma=0.05)
    limits = t_interval([run.gap_mean for run in runs], LEVEL)
    words = f"mean gap over seeds: {setting.words}"
    yield statistical(words, limits, allowed, n=SEEDS, level=LEVEL)


def claims() -> list[Claim]:
    """Return the certified and measured claims."""
    real = [name for name in names() if "-" in name]
    return [
        Claim(
            "certified-minima",
            f"f* of every real problem is enclosed by a dual bound to within {GAP:g}",
            f"{OURS}; the bound is weak duality, the solver is not trusted",
            Label.CERTIFIED,
            {f"minimum of {name}": partial(check_minimum, name) for name in real},
        ),
        Claim(
            "average-bound-is-tight",
            "on f = max_i x_i the average bound with tuned OGD is met to 1 % for every (μ_x, μ_y)"
            " tried",
            OURS,
            Label.MEASURED,
            {"runs on max": check_tight},
        ),
        Claim(
            "online-losses-are-not-covered",
            "with losses that change, regret at z_t keeps its bound and regret at x_t can break it",
            OURS,
            Label.MEASURED,
            {"adversary along x − z": check_online},
        ),
        Claim(
            "average-bound-with-noise",
            "with sampled gradients the average bound holds in expectation (G the largest |g_t|)",
            OURS,
            Label.MEASURED,
            {
                f"{SEEDS} seeds on {name}": partial(check_noise, name)
                for name in ("breast_cancer-logistic", "diabetes-least_absolute_deviation")
            },
        ),
    ]
