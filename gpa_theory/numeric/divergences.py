r"""The subtracted terms of the step identity on a run, each with what rounding may hide.

.. math:: B(a, b) = f(a) - f(b) - \langle g(b), a - b\rangle \ge 0 \quad (f \text{ convex})

A computed divergence may fall below zero by its `inexact` at most: the errors of the function
values, of the subgradient, and of the summation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpa_theory.core import identity
from gpa_theory.numeric.precision import affine_residual, dot, theta
from gpa_theory.numeric.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class Spot:
    """f, its chosen subgradient and their errors at T points: w (T, d), slope (T, d), f (T,)."""

    w: np.ndarray
    f: np.ndarray
    slope: np.ndarray
    value_error: np.ndarray
    gradient_error: np.ndarray


@dataclass(frozen=True, eq=False)
class Divergence:
    """multiplier · value per step; `size` is the magnitude summed, `inexact` the error allowed."""

    multiplier: np.ndarray
    value: np.ndarray
    size: np.ndarray
    inexact: np.ndarray

    @property
    def term(self) -> np.ndarray:
        """Return multiplier · value, shape (T,)."""
        return self.multiplier * self.value


@dataclass(frozen=True, eq=False)
class Spots:
    """The four points of every step: the comparator u_t, x_{t−1} (`prev`), x_t and y_t."""

    run: Trajectory
    u: Spot
    prev: Spot
    x: Spot
    y: Spot


def _shifted(spot: Spot) -> Spot:
    """Return the spot of step t−1 at step t; step 1 keeps its own, where ρ_1 = 0 anyway."""
    back = lambda a: np.concatenate([a[:1], a[:-1]])  # noqa: E731
    return Spot(*(back(getattr(spot, name)) for name in Spot.__dataclass_fields__))


def spots(run: Trajectory, u: np.ndarray) -> Spots:
    """Return everything the divergences need, evaluated once; u is one point, or one per step."""
    problem = run.problem
    at_u = Spot(
        np.broadcast_to(u, run.x.shape),
        np.broadcast_to(problem.value(u), run.steps),
        np.broadcast_to(problem.subgradient(u), run.x.shape),
        *(np.broadcast_to(e, run.steps) for e in problem.inexactness(u)),
    )
    x = Spot(run.x, run.f_x, run.h, *problem.inexactness(run.x))
    y = Spot(run.y, run.f_y, run.g, *problem.inexactness(run.y))
    return Spots(run, at_u, _shifted(x), x, y)


def bregman(multiplier: np.ndarray, a: Spot, b: Spot) -> Divergence:
    """Return multiplier · B(a, b) with its error allowance."""
    moved = a.w - b.w
    value = a.f - b.f - dot(b.slope, moved)
    size = np.abs(a.f) + np.abs(b.f) + dot(np.abs(b.slope), np.abs(a.w) + np.abs(b.w))
    distance = np.sqrt(dot(moved, moved)) * (1 + theta(a.w.shape[-1] + 4))
    inexact = a.value_error + b.value_error + b.gradient_error * distance
    return Divergence(multiplier, value, size, inexact + theta(a.w.shape[-1] + 6) * size)


def subtracted(form: str, s: Spots, mu_y: float) -> dict[str, Divergence]:
    """Return the subtracted terms of the identity of this form, by name; "step" needs μ_y < 1."""
    rho, one = s.run.rho, np.ones(s.run.steps)
    found = {
        name: bregman(multiplier * one, getattr(s, a), getattr(s, b))
        for name, multiplier, a, b in identity.divergences(form, rho, mu_y)
    }
    if form == "gradient_at_y":
        found["jensen"] = _jensen(s, rho, *identity.jensen_weights(rho, mu_y))
    return found


def _jensen(s: Spots, rho: np.ndarray, kept: np.ndarray, moved: np.ndarray) -> Divergence:
    """Return (1+ρ)[f(y)/k + (1−1/k) f(x_{t−1}) − f(x_t)]; x_t is the mean only up to rounding.

    `moved` = 1/k and `kept` = 1 − 1/k = (1−μ_y)ρ/k, each within ten roundings.
    """
    value = moved * s.y.f + kept * s.prev.f - s.x.f
    size = moved * np.abs(s.y.f) + kept * np.abs(s.prev.f) + np.abs(s.x.f)
    off = affine_residual(s.x.w, kept[:, None], s.prev.w, moved[:, None], s.y.w)
    slope = np.abs(s.x.slope) + s.x.gradient_error[:, None]
    inexact = s.y.value_error + s.prev.value_error + s.x.value_error + dot(slope, off)
    return Divergence(1 + rho, value, size, inexact + theta(16) * size)
