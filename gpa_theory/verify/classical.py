"""Claims about textbook methods and quadratics: what GPA is in familiar words."""

from __future__ import annotations

from functools import partial

from gpa_theory.core.labels import Label
from gpa_theory.verify import quadratics, textbook
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.theorems import proof

OURS = "this project"
CRITERION = "hurwitz1895bedingungen (the Routh-Hurwitz criterion)"


def _claim(
    name: str,
    statement: str,
    source: str,
    proofs: tuple[str, ...],
    checks: dict[str, Check],
) -> Claim:
    made = {f"proof of {p}": proof(p) for p in proofs} | checks
    return Claim(name, statement, source, Label.PROVED, made)


def _beside(*names: str) -> dict[str, Check]:
    return {f"beside {name}": partial(textbook.check_pair, name) for name in names}


def _momentum() -> list[Claim]:
    return [
        _claim(
            "equals-qhm",
            "y of GPA around SGD is quasi-hyperbolic momentum with β = μ_x, ν = μ_y, α = γ, for any"
            " gradients and constant μ_x, μ_y, γ",
            f"{OURS}; ma2019quasi (the method)",
            ("quasi-hyperbolic-momentum",),
            _beside("quasi-hyperbolic momentum"),
        ),
        _claim(
            "equals-nesterov",
            "y of GPA around SGD with μ_x = μ_y = μ is torch's Nesterov momentum, and x is"
            " Sutskever's, both with step (1−μ)γ; for any μ_y, x is momentum with its gradient at"
            " x + ω(x − x⁻), ω = (1−μ_y)μ_x/(1−μ_x); any gradients, constant γ",
            f"{OURS}; sutskever2013importance (the method)",
            ("torch-nesterov", "sutskever-nesterov", "extrapolated-momentum"),
            _beside(
                "torch's Nesterov momentum",
                "Sutskever's Nesterov momentum",
                "momentum with its gradient at x + ω v",
            ),
        ),
        _claim(
            "equals-heavy-ball",
            "GPA around SGD with μ_y = 1 is the heavy ball with momentum μ_x and step (1−μ_x)γ;"
            " there x = y; any gradients, constant γ",
            f"{OURS}; polyak1964some (the method); defazio2020momentum (as primal averaging)",
            ("heavy-ball",),
            _beside("heavy ball"),
        ),
        _claim(
            "equals-diloco-h1",
            "y of GPA around SGD with μ_x = μ_y = μ and γ = γ_in γ_out/(1−μ) are the global"
            " parameters of DiLoCo with one worker, one inner SGD step and outer Nesterov momentum,"
            " for any gradients",
            f"{OURS}; douillard2023diloco (the method)",
            ("diloco-one-worker",),
            _beside("DiLoCo with one worker, H = 1"),
        ),
    ]


def _averages() -> list[Claim]:
    return [
        _claim(
            "ema-of-base",
            "constant μ_x: μ_y = 0 is the base optimizer and an EMA of its weights; μ_x = 0 is the"
            " base optimizer itself, for any μ_y; any base, any gradients",
            f"{OURS}; immediate from the definition of GPA",
            ("average-of-base", "base-optimizer"),
            _beside("the EMA of the base's weights", "the base optimizer"),
        ),
        _claim(
            "schedule-free-package",
            "c_t = 1/t is Schedule-Free: x_t is the mean of z_1 … z_t; the schedulefree package"
            " gives z_1 weight 0, and around SGD, without warmup, it is from z_1 the paper's method"
            " from z_1 − γ g(z_1), one step later",
            f"{OURS}; defazio2024road (the method)",
            ("schedule-free", "schedule-free-package", "package-one-step-later"),
            _beside("the schedulefree package", "the paper's method one step later"),
        ),
    ]


def _quadratic() -> list[Claim]:
    return [
        _claim(
            "quadratic-stability",
            "on h w²/2 with γh = s, h > 0, constant μ_x < 1 and any μ_y, SGD inside GPA is stable"
            " (every run, from any state, tends to 0) iff"
            " 0 < s < 2(1+μ_x)/(1+μ_x−2μ_xμ_y); x, y and z follow"
            " r² − (1+μ_x−s(1−μ_xμ_y)) r + μ_x(1−s(1−μ_y))",
            f"{OURS}; {CRITERION}",
            ("quadratic-characteristic", "quadratic-stability"),
            {"step matrices, exactly": partial(quadratics.check_limit, False)},
        ),
        _claim(
            "quadratic-momentum-stability",
            "on h w²/2 with γh = s, h > 0, constant μ_x < 1 and any μ_y, around SGD with momentum"
            " β < 1 of its own, GPA is stable (all roots of a step lie inside the unit circle) iff"
            " 0 < s < 2(1+β)(1+μ_x)/(1+μ_x−2μ_xμ_y) and"
            " s μ_x(β(1−μ_xμ_y) − (1−μ_y)) < (1−β)(1−μ_x)(1−βμ_x): at μ_x = μ_y = 0.9 the limit"
            " of s is 95/7 for β = 0 and 19/639 for β = 0.9",
            f"{OURS}; {CRITERION}",
            ("quadratic-momentum-stability",),
            {"step matrices, exactly": partial(quadratics.check_limit, True)},
        ),
        _claim(
            "quadratic-variance",
            "on h w²/2 with independent gradient noise of mean 0 and variance σ², SGD inside GPA,"
            " where stable, has the stationary variance (the one that a step leaves as it is)"
            " Var x = (1−μ_x)²γ²σ²(1+det)/((1−det)((1+det)²−tr²)), tr = 1+μ_x−s(1−μ_xμ_y),"
            " det = μ_x(1−s(1−μ_y)), s = γh; its ratio to γσ²/(2h) tends to 1 as s → 0, whatever"
            " μ_x and μ_y",
            OURS,
            ("quadratic-variance",),
            {"impulse responses, exactly": quadratics.check_variance},
        ),
    ]


def claims() -> list[Claim]:
    """Return the claims about textbook methods and quadratics, in reading order."""
    return [*_momentum(), *_averages(), *_quadratic()]
