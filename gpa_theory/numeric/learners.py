r"""Base optimizers as pure learners: `init(z_1)` and `step(state, t, z, g)`; nothing is mutated.

Each is the method of one regret theorem; its update stands in its row of `core.bases`.  γ is the
step size, or its scale where the step varies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import hypot, sqrt
from typing import Any

import numpy as np

from gpa_theory.core.bases import (
    ADAGRAD_DIAGONAL,
    ADAGRAD_NORM,
    DUAL_AVERAGING,
    OGD,
    OGD_ANYTIME,
    base_named,
)
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.numeric.problems.domain import Domain, Space


@dataclass(frozen=True, slots=True)
class Learner:
    """A base optimizer: `init(z_1)` is its state, `step(state, t, z, g)` is (z_{t+1}, state).

    Its iterates stay in `domain`; `simulate` refuses a learner whose domain is not the problem's.

    >>> learner = ogd(0.5)
    >>> learner.step(learner.init(1.0), 1, 1.0, 2.0)
    (0.0, None)
    """

    name: str
    gamma: Any
    init: Callable[[Any], Any]
    step: Callable[[Any, int, Any, Any], tuple[Any, Any]]
    domain: Domain = field(default_factory=Space)


def ogd(gamma: Any, domain: Domain = Space()) -> Learner:  # noqa: B008  Space is immutable
    """Return projected online gradient descent with constant γ > 0, in any arithmetic on Space."""
    check_range(f"ogd(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        return domain.project(z - gamma * g), None

    return Learner(OGD.name, gamma, lambda z_1: None, step, domain)


def dual_averaging(gamma: float, domain: Domain = Space()) -> Learner:  # noqa: B008
    """Return dual averaging with γ_t = γ/√t: the anchor z_1 and the sum of gradients are kept."""
    check_range(f"dual_averaging(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(state: tuple[Any, Any], t: int, z: Any, g: Any) -> tuple[Any, tuple[Any, Any]]:
        anchor, total = state[0], state[1] + g
        return domain.project(anchor - gamma / sqrt(t + 1) * total), (anchor, total)

    return Learner(DUAL_AVERAGING.name, gamma, lambda z_1: (z_1, 0 * z_1), step, domain)


def adagrad_norm(gamma: float, domain: Domain = Space()) -> Learner:  # noqa: B008
    """Return AdaGrad with one scalar step γ/√Σ|g|²; it stands still while all gradients are 0."""
    check_range(f"adagrad_norm(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(size: float, t: int, z: Any, g: Any) -> tuple[Any, float]:
        size = hypot(size, *np.ravel(g))  # squares of 1e-170 or 1e170 would leave the floats
        return (domain.project(z - gamma * (g / size)) if size > 0 else z), size

    return Learner(ADAGRAD_NORM.name, gamma, lambda z_1: 0.0, step, domain)


def adagrad_diagonal(gamma: float, domain: Domain = Space()) -> Learner:  # noqa: B008
    """Return diagonal AdaGrad; the domain must project coordinate by coordinate."""
    call = f"adagrad_diagonal(gamma={gamma}, domain={domain})"
    check_range(call, "gamma", gamma, 0, open_low=True)
    if not domain.coordinatewise:
        raise refuse(
            call, "domain", f"must be {ADAGRAD_DIAGONAL.domain}: its projection is separable"
        )

    def step(sizes: np.ndarray, t: int, z: Any, g: Any) -> tuple[Any, np.ndarray]:
        sizes = np.hypot(sizes, g)
        direction = np.divide(g, sizes, out=np.zeros_like(sizes), where=sizes > 0)
        return domain.project(z - gamma * direction), sizes

    start = lambda z_1: np.zeros_like(z_1, dtype=float)  # noqa: E731
    return Learner(ADAGRAD_DIAGONAL.name, gamma, start, step, domain)


def ogd_anytime(gamma: float, domain: Domain = Space()) -> Learner:  # noqa: B008
    """Return projected online gradient descent with γ_t = γ/√t."""
    check_range(f"ogd_anytime(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        return domain.project(z - gamma / sqrt(t) * g), None

    return Learner(OGD_ANYTIME.name, gamma, lambda z_1: None, step, domain)


LEARNERS: dict[str, Callable[[float, Domain], Learner]] = {
    "ogd": ogd,
    "dual-averaging": dual_averaging,
    "adagrad-norm": adagrad_norm,
    "adagrad-diagonal": adagrad_diagonal,
    "ogd-anytime": ogd_anytime,
}


def learner(base: str, gamma: float, domain: Domain) -> Learner:
    """Return the base optimizer called `base`.

    >>> learner("sgd", 0.1, Space())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `learner(base='sgd')`: base must be one of ogd, dual-averaging, ...
    """
    return LEARNERS[base_named("learner", base).name](gamma, domain)
