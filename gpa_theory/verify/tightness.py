"""Worst cases beside bounds: what is attained, what is certified, and what is not the worst."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from math import sqrt

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.telescoped import TELESCOPED
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.theorems import weakened
from gpa_theory.verify.verdict import Result, compare, exactly
from gpa_theory.worst_case.extremal.huber import huber_value
from gpa_theory.worst_case.extremal.resisting import forced_value
from gpa_theory.worst_case.extremal.telescoped import attained, closed_form
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged, gpa, schedule_free
from gpa_theory.worst_case.model.result import WorstCase

OURS = "this project"
MODES = ((0.3, 0.0), (0.5, 0.5), (0.8, 0.25), (0.9, 0.9), (0.9, 1.0))
SCHEDULE_FREE = ((2, 0.3), (5, 0.9), (10, 1.0))  # (T, μ_y)
SMOOTH = ((0.0, 0.5), (0.3, 0.9), (0.5, 0.25))
BEYOND_HUBER = (Fraction(9, 10), 0, Fraction(1, 2), 3)  # μ_x, μ_y, γL, T


def _pairs(settings: tuple[tuple[float, float], ...]) -> str:
    """Return the settings in words: claims quantify over what is checked, no more.

    >>> _pairs(((0.5, 1.0), (2, 0.3)))
    '(0.5, 1), (2, 0.3)'
    """
    return ", ".join(f"({a:g}, {b:g})" for a, b in settings)


def below_bounds() -> Iterator[tuple[WorstCase, float]]:
    """Yield the certified worst case of each setting and metric at T = 8, and its proved bound."""
    steps, gamma = 8, 1 / sqrt(8)
    values = {"lipschitz": 1.0, "radius": 1.0, "steps": steps, "gamma": gamma}
    for mu_x, mu_y in MODES:
        for metric in ("average", "mean"):
            found = worst_case(gpa(mu_x, mu_y, gamma), steps, metric)
            yield found, bound("ogd", metric).at(**values, mu_x=mu_x)


def check_below_bounds(seed: int) -> Iterable[Result]:
    """Compare certified worst cases at T = 8 with the proved bounds at the same constants."""
    settings = ((*mode, metric) for mode in MODES for metric in ("average", "mean"))
    for (mu_x, mu_y, metric), (found, allowed) in zip(settings, below_bounds(), strict=True):
        name = f"worst {metric} ≤ bound: μ_x = {mu_x}, μ_y = {mu_y}, T = {found.steps}"
        yield compare(name, found.upper, allowed, 1e-12, note="certified upper end")


def of_schedule_free() -> Iterator[WorstCase]:
    """Yield the certified worst case of Schedule-Free at γ = D/(G√T) for each setting."""
    for steps, mu_y in SCHEDULE_FREE:
        yield worst_case(schedule_free(mu_y, 1 / sqrt(steps)), steps)


def check_attains(seed: int) -> Iterable[Result]:
    """Compare certified worst cases of Schedule-Free at γ = D/(G√T) with DG/√T, from both sides."""
    for (steps, mu_y), found in zip(SCHEDULE_FREE, of_schedule_free(), strict=True):
        value, width = 1 / sqrt(steps), 2e-6 / sqrt(steps)
        words = f"μ_y = {mu_y}, T = {steps}, up to {width:.0e}"
        yield compare(f"worst case ≤ DG/√T: {words}", found.upper, value + width, 1e-15)
        yield compare(f"DG/√T ≤ worst case: {words}", value, found.lower + width, 1e-15)


def check_resisting(seed: int) -> Iterable[Result]:
    """Require f(x_T) ≥ 0 on max(G max_i ⟨e_i, x⟩, −DG/√T), exactly, in nine settings."""
    half = Fraction(1, 2)
    for averaging in (Uniform(), Polynomial(Fraction(2)), Exponential(Fraction(4, 5))):
        for mu_y in (Fraction(0), half, Fraction(1)):
            forced = forced_value(Averaged(GPA(averaging, mu_y), half), 16)
            yield exactly(f"0 ≤ f(x_T): {averaging}, μ_y = {mu_y}, T = 16", 0, forced)


def check_upper(name: str, seed: int) -> Iterable[Result]:
    """Re-check one half of the telescoped theorem and its must-fail twins."""
    proof = TELESCOPED[name]()
    refused = 0
    try:
        proof.check()
    except CertificateError:
        refused = 1
    yield exactly(f"refused: {proof.statement}", refused, 0)
    copies = [copy for _, part in proof.certificates() for copy in weakened(part)]
    alive = sum(not copy.residual(RATIONAL_FUNCTIONS) for copy in copies)
    yield exactly(f"{len(copies)} weakened certificates, still passing", alive, 0)


ATTAINED = tuple(
    product(
        range(2, 9),
        ((0, 0.5), (0.75, 0.5), (0.9375, 1), (0.5, 0)),
        (Fraction(1, 40), Fraction(1, 3), Fraction(2)),
    )
)
ATTAINED_WORDS = (
    "T = 2 … 8, (μ_x, μ_y) = (0, 1/2), (3/4, 1/2), (15/16, 1), (1/2, 0), γ = 1/40, 1/3, 2, G = 3/2,"
    " D = 2/3"
)


def check_attained(seed: int) -> Iterable[Result]:
    """Run the explicit function in Fractions: the metric is the closed form, exactly."""
    of = FunctionClass(lipschitz=Fraction(3, 2), radius=Fraction(2, 3))
    for steps, (mu_x, mu_y), gamma in ATTAINED:
        off = abs(attained(gpa(mu_x, mu_y, gamma), steps, of) - closed_form(gamma, steps, of))
        name = f"off the closed form: μ_x = {mu_x}, μ_y = {mu_y}, γ = {gamma}, T = {steps}"
        yield exactly(name, off, 0)


def beside_huber() -> Iterator[tuple[WorstCase, float]]:
    """Yield the certified worst case of each smooth setting, L = D = 1, and Huber's value."""
    of = FunctionClass(smoothness=1)
    for mu_x, mu_y, gamma, steps in (*((*mode, 1, 5) for mode in SMOOTH), BEYOND_HUBER):
        method = gpa(mu_x, mu_y, gamma)
        yield worst_case(method, steps, of=of), float(huber_value(method, steps, of))


def check_huber(seed: int) -> Iterable[Result]:
    """Compare certified worst cases of smooth classes with Huber's value."""
    *at_huber, (beyond, least) = beside_huber()
    for (mu_x, mu_y), (found, value) in zip(SMOOTH, at_huber, strict=True):
        words = f"μ_x = {mu_x}, μ_y = {mu_y}, γL = 1, T = 5"
        yield compare(f"worst case ≤ Huber's (1 + 2e−5): {words}", found.upper, value * 1.00002, 0)
    words = "1.02 × Huber's ≤ worst case: μ_x = 0.9, μ_y = 0, γL = 1/2, T = 3"
    yield compare(words, 1.02 * least, beyond.lower, 1e-15, note="so μ_y matters")


def _claim(
    name: str, statement: str, label: Label, checks: dict[str, Check], source: str = OURS
) -> Claim:
    return Claim(name, statement, source, label, checks)


def claims() -> list[Claim]:
    """Return the claims about worst cases, in reading order."""
    telescoped: dict[str, Check] = {f"proof of {n}": partial(check_upper, n) for n in TELESCOPED}
    return [
        _claim(
            "telescoped-worst-case",
            "around subgradient descent with constant γ, without projection, the telescoped gap"
            " mean f(x_t) − f(u) − (ρ/T)(f(x_1) − f(x_T)) of a convex f is at most"
            " D²/(2γT) + γG²/2, and at most DG − γG²(T−1)/2 if γ ≤ D/(GT), for every T, constant"
            " μ_x, any μ_y and any u, if |g_t| ≤ G and |z_1 − u| ≤ D; the smaller of the two that"
            f" apply is attained at all {len(ATTAINED)} settings run: {ATTAINED_WORDS}",
            Label.PROVED,
            {**telescoped, "attained in Fractions": check_attained},
        ),
        _claim(
            "worst-case-below-bounds",
            "around subgradient descent with γ = D/(G√T), for convex f with |g| ≤ G and"
            " |z_1 − x*| ≤ D, the certified worst f(mean x_t) − f* and mean f(x_t) − f* are below"
            f" the bounds of average-bound at T = 8 and (μ_x, μ_y) = {_pairs(MODES)}",
            Label.CERTIFIED,
            {"T = 8": check_below_bounds},
        ),
        _claim(
            "schedule-free-minimax",
            "around subgradient descent with γ = D/(G√T), the worst f(x_T) − f* of Schedule-Free is"
            " DG/√T to within 2e−6 of it at (T, μ_y) ="
            f" {_pairs(SCHEDULE_FREE)}, for convex f with |g| ≤ G and |z_1 − x*| ≤ D; at T = 16,"
            " γ = 1/(2G) all nine settings tried (c_t = 1/t,"
            " polynomial of degree 2, μ_x = 4/5; μ_y = 0, 1/2, 1) have f(x_T) − f* ≥ DG/√T on"
            " f = max(G max_i ⟨e_i, x⟩, −DG/√T) in T dimensions from z_1 = 0, where |z_1 − x*| = D",
            Label.CERTIFIED,
            {"both ends": check_attains, "resisting function": check_resisting},
            f"{OURS}; drori2016optimal (the minimax value)",
        ),
        _claim(
            "smooth-worst-case",
            "around gradient descent on convex L-smooth f with |z_1 − x*| ≤ D, the certified worst"
            f" f(x_T) − f* at T = 5, γL = 1, (μ_x, μ_y) = {_pairs(SMOOTH)} is at most 2e−5 of it"
            " above Huber's LD²/(4LγK+2), where K = Σ_{t<T} (1 − μ_x^{T−t}) is how far x_T goes on"
            " a unit slope, over γ; at T = 3, γL = 1/2, (μ_x, μ_y) = (0.9, 0) it"
            " is more than 2 % larger",
            Label.CERTIFIED,
            {"against Huber's value": check_huber},
        ),
    ]
