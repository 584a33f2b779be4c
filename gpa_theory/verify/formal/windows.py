"""Exact runs on averages whose window grows by at most one each step, around any sequence z_t."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise

import numpy as np

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.windows import BiasCorrected, Warmed
from gpa_theory.verify.claims import Check
from gpa_theory.verify.verdict import Result, exactly

SAMPLES, LENGTH = 40, 9  # runs on the line, and their T
WINDOWS: dict[str, Averaging] = {
    "c_t = 1/t": Uniform(),
    "max(1/t, 1/4)": Warmed(Fraction(3, 4)),
    "bias-corrected, μ_x = 3/4": BiasCorrected(Fraction(3, 4)),
}
JUMP = Exponential(Fraction(99, 100))  # a window of 100 at t = 2


def weights_of(averaging: Averaging, steps: int) -> list[Fraction]:
    """Return q_1 … q_T: 1 + 1/c_t − 1/c_{t+1}, and 1/c_T at the end.

    >>> weights_of(Warmed(Fraction(2, 3)), 5)  # nothing until the window is full
    [Fraction(0, 1), Fraction(0, 1), Fraction(1, 1), Fraction(1, 1), Fraction(3, 1)]
    """
    window = [1 / averaging.coefficient(Fraction(t)) for t in range(1, steps + 1)]
    return [1 + a - b for a, b in pairwise(window)] + window[-1:]


def observed(
    averaging: Averaging, z: Sequence[Fraction], mu_y: Fraction, u: Fraction
) -> tuple[list[Fraction], Fraction]:
    """Return x_1 … x_T and R_T(u) of f = |w| around the base sequence z, exactly."""
    following = [*z[1:], z[-1]]
    points = list(run(GPA(averaging, mu_y), z[0], lambda t, *_: following[t - 1], len(z), Fraction))
    slopes = [Fraction((y > 0) - (y < 0)) for y, _ in points]
    regret = sum((g * (s.z - u) for g, (_, s) in zip(slopes, points, strict=True)), Fraction(0))
    return [s.x for _, s in points], regret


def check_means(name: str, seed: int) -> Iterable[Result]:
    """Compare f(mean z), the weighted mean of f(x_t) and R_T/T, and the two means of points."""
    rng, averaging = np.random.default_rng(seed), WINDOWS[name]
    q = weights_of(averaging, LENGTH)
    first, second, apart = Fraction(-9), Fraction(-9), Fraction(0)
    for _ in range(SAMPLES):
        z, mu_y, u = _drawn(rng)
        x, regret = observed(averaging, z, mu_y, u)
        between = sum((w * (abs(p) - abs(u)) for w, p in zip(q, x, strict=True)), Fraction(0))
        mean = sum(z, Fraction(0))
        apart = max(apart, abs(mean - sum(w * p for w, p in zip(q, x, strict=True))))
        first = max(first, LENGTH * (abs(mean / LENGTH) - abs(u)) - between)
        second = max(second, between - regret)
    words = f"{SAMPLES} random sequences, μ_y and u, T = {LENGTH}, {name}"
    yield exactly(f"T(f(mean z) − f(u)) − Σ q_t(f(x_t) − f(u)) for |w|: {words}", first, 0)
    yield exactly(f"Σ q_t(f(x_t) − f(u)) − R_T for |w|: {words}", second, 0)
    yield exactly(f"|Σ q_t x_t − Σ z_t|: {words}", apart, 0)
    yield exactly(f"|Σ q_t − T|: {name}", abs(sum(q) - LENGTH), 0)
    yield exactly(f"−min q_t: {name}", -min(q), 0)


def check_last(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − min f with c_T R_T; must fail: a window that jumps at once."""
    rng = np.random.default_rng(seed)
    for name, averaging in WINDOWS.items():
        c = averaging.coefficient(Fraction(LENGTH))
        worst = Fraction(-9)
        for _ in range(SAMPLES):
            z, mu_y, _ = _drawn(rng)
            x, regret = observed(averaging, z, mu_y, Fraction(0))
            worst = max(worst, abs(x[-1]) - c * regret)
        words = f"{SAMPLES} random sequences and μ_y, T = {LENGTH}, {name}"
        yield exactly(f"f(x_T) − min f − c_T R_T for |w|: {words}", worst, 0)
    z = [Fraction(1)] + [Fraction(0)] * (LENGTH - 1)
    x, regret = observed(JUMP, z, Fraction(1, 2), Fraction(0))
    above = abs(x[-1]) - Fraction(1, 100) * regret
    name = "must fail: 1/2 ≤ f(x_T) − min f − c_T R_T, constant μ_x = 99/100 from t = 2 on"
    yield exactly(name, Fraction(1, 2), above)
    yield exactly("must fail: 50 ≤ −q_1 there", 50, -weights_of(JUMP, LENGTH)[0])


def _drawn(rng: np.random.Generator) -> tuple[list[Fraction], Fraction, Fraction]:
    z = [Fraction(int(v), 4) for v in rng.integers(-9, 10, LENGTH)]
    return z, Fraction(int(rng.integers(0, 9)), 8), Fraction(int(rng.integers(-9, 10)), 4)


def checks() -> dict[str, Check]:
    """Return the checks of the claim."""
    found: dict[str, Check] = {name: partial(check_means, name) for name in WINDOWS}
    return found | {"last iterate, and a window that jumps": check_last}
