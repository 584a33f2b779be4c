"""Worst cases beside bounds: what is attained, what is certified, and what is not the worst."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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
from gpa_theory.worst_case.rational.stored import FOLDER, Stored, load, packaged

OURS = "this project"
MODES = ((0.3, 0.0), (0.5, 0.5), (0.8, 0.25), (0.9, 0.9), (0.9, 1.0))
SCHEDULE_FREE = ((2, 0.3), (5, 0.9), (10, 1.0))  # (T, μ_y)
SMOOTH = ((0.0, 0.5), (0.3, 0.9), (0.5, 0.25))


def _pairs(settings: tuple[tuple[float, float], ...]) -> str:
    """Return the settings in words: claims quantify over what is checked, no more.

    >>> _pairs(((0.5, 1.0), (2, 0.3)))
    '(0.5, 1), (2, 0.3)'
    """
    return ", ".join(f"({a:g}, {b:g})" for a, b in settings)


def check_below_bounds(seed: int) -> Iterable[Result]:
    """Compare certified worst cases at T = 8 with the proved bounds at the same constants."""
    steps, gamma = 8, 1 / sqrt(8)
    values = {"lipschitz": 1.0, "radius": 1.0, "steps": steps, "gamma": gamma}
    for mu_x, mu_y in MODES:
        for metric in ("average", "mean"):
            found = worst_case(gpa(mu_x, mu_y, gamma), steps, metric)
            allowed = bound("ogd", metric).at(**values, mu_x=mu_x)
            name = f"worst {metric} ≤ bound: μ_x = {mu_x}, μ_y = {mu_y}, T = {steps}"
            yield compare(name, found.upper, allowed, 1e-12, note="certified upper end")


def check_attains(seed: int) -> Iterable[Result]:
    """Compare certified worst cases of Schedule-Free at γ = D/(G√T) with DG/√T, from both sides."""
    for steps, mu_y in SCHEDULE_FREE:
        found = worst_case(schedule_free(mu_y, 1 / sqrt(steps)), steps)
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


def refused(stored: Stored) -> int:
    """Return 1 if a certificate is refused, 0 if it proves its statement."""
    try:
        stored.check()
    except CertificateError:
        return 1
    return 0


def check_certificate(name: str, seed: int) -> Iterable[Result]:
    """Re-check one packaged certificate in Fractions; a smaller bound must be refused."""
    stored = load(FOLDER / f"{name}.json")
    yield replace(exactly("refused", refused(stored), 0), note=stored.words)
    less = replace(stored.statement, bound=stored.statement.bound * (1 - Fraction(1, 10**6)))
    survived = 1 - refused(replace(stored, statement=less)) if stored.statement.steps <= 10 else 0
    yield exactly("a bound smaller by 1e−6, still passing (T ≤ 10)", survived, 0)


NEAR = {"last_T05_tuned": "1.0098", "last_T10_tuned": "1.0238", "last_T15_tuned": "1.0276"}
NEAR |= {"last_T20_tuned": "1.0303"}


def check_near(seed: int) -> Iterable[Result]:
    """Compare the bounds of the packaged certificates with multiples of DG/√T, squared.

    That they prove their bounds is the claim `worst-case-certificates`.
    """
    for name, factor in NEAR.items():
        s = load(FOLDER / f"{name}.json").statement
        words = f"(bound·√T)² ≤ {factor}², T = {s.steps}"
        yield exactly(words, s.bound**2 * s.steps, Fraction(factor) ** 2)


def check_huber(seed: int) -> Iterable[Result]:
    """Compare certified worst cases of smooth classes with Huber's value."""
    of = FunctionClass(smoothness=1)
    for mu_x, mu_y in SMOOTH:
        method = gpa(mu_x, mu_y, 1)
        found, value = worst_case(method, 5, of=of), float(huber_value(method, 5, of))
        words = f"μ_x = {mu_x}, μ_y = {mu_y}, γL = 1, T = 5"
        yield compare(f"worst case ≤ Huber's (1 + 2e−5): {words}", found.upper, value * 1.00002, 0)
    method = gpa(Fraction(9, 10), 0, Fraction(1, 2))
    found, value = worst_case(method, 3, of=of), float(huber_value(method, 3, of))
    words = "1.02 × Huber's ≤ worst case: μ_x = 0.9, μ_y = 0, γL = 1/2, T = 3"
    yield compare(words, 1.02 * value, found.lower, 1e-15, note="so μ_y matters")


def _claim(
    name: str, statement: str, label: Label, checks: dict[str, Check], source: str = OURS
) -> Claim:
    return Claim(name, statement, source, label, checks)


def claims() -> list[Claim]:
    """Return the claims about worst cases, in reading order."""
    telescoped: dict[str, Check] = {f"proof of {n}": partial(check_upper, n) for n in TELESCOPED}
    stored: dict[str, Check] = {
        f"proof of {p.stem}": partial(check_certificate, p.stem) for p in packaged()
    }
    return [
        _claim(
            "telescoped-worst-case",
            "around subgradient descent with constant γ, without projection, the telescoped gap"
            " mean f(x_t) − f(u) − (ρ/T)(f(x_1) − f(x_T)) is at most D²/(2γT) + γG²/2, and at most"
            " DG − γG²(T−1)/2 if γ ≤ D/(GT), for every T, μ_x, μ_y; the smaller of the two that"
            f" apply is attained at all {len(ATTAINED)} settings run: {ATTAINED_WORDS}",
            Label.PROVED,
            {**telescoped, "attained in Fractions": check_attained},
        ),
        _claim(
            "worst-case-below-bounds",
            "around subgradient descent with γ = D/(G√T), the certified worst f(mean x_t) − f* and"
            f" mean f(x_t) − f* are below the bounds at T = 8 and (μ_x, μ_y) = {_pairs(MODES)}",
            Label.CERTIFIED,
            {"T = 8": check_below_bounds},
        ),
        _claim(
            "schedule-free-minimax",
            "around subgradient descent with γ = D/(G√T), the worst f(x_T) − f* of Schedule-Free is"
            " DG/√T to within 2e−6 of it at (T, μ_y) ="
            f" {_pairs(SCHEDULE_FREE)}; at T = 16, γ = 1/2 all nine settings tried (c_t = 1/t,"
            " polynomial of degree 2, μ_x = 4/5; μ_y = 0, 1/2, 1) have f(x_T) − f* ≥ DG/√T on"
            " f = max(G max_i ⟨e_i, x⟩, −DG/√T), |z_1 − x*| = D",
            Label.CERTIFIED,
            {"both ends": check_attains, "resisting function": check_resisting},
            f"{OURS}; drori2016optimal (the minimax value)",
        ),
        _claim(
            "near-minimax-constants",
            "around subgradient descent there are constant μ_x, μ_y, γ with f(x_T) − f* ≤ 1.0098,"
            " 1.0238, 1.0276, 1.0303 × DG/√T at T = 5, 10, 15, 20, for convex f with |g_t| ≤ G and"
            " |z_1 − x*| ≤ D",
            Label.PROVED,
            {"proof of the factors": check_near},
        ),
        _claim(
            "worst-case-certificates",
            "every packaged certificate proves its worst-case bound in rational arithmetic",
            Label.PROVED,
            stored,
        ),
        _claim(
            "smooth-worst-case",
            "around gradient descent on L-smooth f, the certified worst f(x_T) − f* at T = 5,"
            f" γL = 1, (μ_x, μ_y) = {_pairs(SMOOTH)} is at most 2e−5 of it above Huber's"
            " LD²/(4LγK+2); at T = 3, γL = 1/2, (μ_x, μ_y) = (0.9, 0) it is more than 2 % larger",
            Label.CERTIFIED,
            {"against Huber's value": check_huber},
        ),
    ]
