r"""The scalar losses φ(v; b) of a finite sum, each with its conjugate φ*.

.. math:: f(w) = \frac1n \sum_i \varphi(\langle a_i, w\rangle; b_i), \qquad
    \varphi^*(l) = \sup_v\, (l v - \varphi(v)), \quad l \text{ the dual variable}

Each loss gives floats for the oracle (`value`, `slope`), rational upper bounds for the certificate
(`value_up`, `conjugate_up`, exact where the loss is rational), a projection into dom φ* (`clip`)
and its cvxpy expression.  At a kink the slope is the smallest in size, which is 0.

`tests/laws/test_losses.py` holds every row of `LOSSES` to this, and lists what a new one lacks.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from gpa_theory.core.validation import refuse
from gpa_theory.numeric.exact import log1p_exp_up, x_log_x_up

LOSS_ROUNDINGS = 16  # relative error of `Loss.value` and of smooth slopes, in units roundoff


class Loss(Protocol):
    """A convex function of the prediction v, given the target b; arrays broadcast."""

    name: str
    formula: str
    labels_only: bool  # targets must be ±1
    slope_bound: float | None  # |φ′| ≤ this, None if unbounded
    curvature: float | None  # φ″ ≤ this, None if there is a kink
    least_curvature: float  # φ″ ≥ this

    def value(self, v: Any, b: Any) -> np.ndarray:
        """Return φ(v; b), with relative error below `LOSS_ROUNDINGS` units roundoff."""
        ...

    def slope(self, v: Any, b: Any) -> np.ndarray:
        """Return a subgradient in v: exact where there is a kink, else as accurate as `value`."""
        ...

    def kink(self, v: Any, b: Any) -> np.ndarray:
        """Return the distance of v from the kink, ∞ if there is none."""
        ...

    def value_up(self, v: Fraction, b: Fraction) -> Fraction:
        """Return a rational ≥ φ(v; b)."""
        ...

    def conjugate_up(self, dual: Fraction, b: Fraction) -> Fraction:
        """Return a rational ≥ φ*(dual; b), for a dual in dom φ*."""
        ...

    def clip(self, dual: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the nearest point of dom φ*, without rounding."""
        ...

    def objective(self, cp: Any, v: Any, b: np.ndarray) -> Any:
        """Return Σ_i φ(v_i; b_i) for cvxpy (the module is passed in, so that it loads late)."""
        ...


class Logistic:
    """log(1 + e^{−bv}), the loss of logistic regression; b = ±1."""

    name = "logistic"
    formula = "log(1 + exp(−b⟨a, w⟩))"
    labels_only = True
    slope_bound: float | None = 1.0
    curvature: float | None = 0.25
    least_curvature = 0.0  # φ″ decays to 0; its minimum on a bounded domain is not used

    def value(self, v: Any, b: Any) -> np.ndarray:
        """Return log(1 + e^{−bv})."""
        return np.logaddexp(0.0, -b * v)

    def slope(self, v: Any, b: Any) -> np.ndarray:
        """Return −b/(1 + e^{bv})."""
        m = np.asarray(b * v)
        tail = np.exp(-np.abs(m))  # ≤ 1: nothing overflows and nothing cancels
        return -b * np.where(m >= 0, tail, 1.0) / (1.0 + tail)

    def kink(self, v: Any, b: Any) -> np.ndarray:
        """Return ∞: the loss is smooth."""
        return np.full(np.shape(v), np.inf)

    def value_up(self, v: Fraction, b: Fraction) -> Fraction:
        """Return log(1 + e^{−bv}), rounded up."""
        return log1p_exp_up(b * v)

    def conjugate_up(self, dual: Fraction, b: Fraction) -> Fraction:
        """Return s log s + (1 − s) log(1 − s), s = −b·dual in [0, 1], rounded up."""
        s = -b * dual
        return x_log_x_up(s) + x_log_x_up(1 - s)

    def clip(self, dual: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the nearest dual with −b·dual in [0, 1]."""
        return -b * np.clip(-b * dual, 0.0, 1.0)

    def objective(self, cp: Any, v: Any, b: np.ndarray) -> Any:
        """Return Σ_i log(1 + e^{−b_i v_i})."""
        return cp.sum(cp.logistic(-cp.multiply(b, v)))


class Hinge:
    """max(0, 1 − bv), the loss of support vector machines; b = ±1; slope 0 at the kink bv = 1."""

    name = "hinge"
    formula = "max(0, 1 − b⟨a, w⟩)"
    labels_only = True
    slope_bound: float | None = 1.0
    curvature: float | None = None
    least_curvature = 0.0

    def value(self, v: Any, b: Any) -> np.ndarray:
        """Return max(0, 1 − bv)."""
        return np.maximum(0.0, 1.0 - b * v)

    def slope(self, v: Any, b: Any) -> np.ndarray:
        """Return −b where bv < 1, else 0."""
        return np.where(b * v < 1.0, -b, 0.0)

    def kink(self, v: Any, b: Any) -> np.ndarray:
        """Return |1 − bv|."""
        return np.abs(1.0 - b * v)

    def value_up(self, v: Fraction, b: Fraction) -> Fraction:
        """Return max(0, 1 − bv), exactly."""
        return max(Fraction(0), 1 - b * v)

    def conjugate_up(self, dual: Fraction, b: Fraction) -> Fraction:
        """Return b·dual, exactly."""
        return b * dual

    def clip(self, dual: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the nearest dual with −b·dual in [0, 1]."""
        return -b * np.clip(-b * dual, 0.0, 1.0)

    def objective(self, cp: Any, v: Any, b: np.ndarray) -> Any:
        """Return Σ_i max(0, 1 − b_i v_i)."""
        return cp.sum(cp.pos(1 - cp.multiply(b, v)))


class LeastAbsoluteDeviation:
    """|v − b|, the loss of median regression; slope 0 at the kink v = b."""

    name = "least_absolute_deviation"
    formula = "|⟨a, w⟩ − b|"
    labels_only = False
    slope_bound: float | None = 1.0
    curvature: float | None = None
    least_curvature = 0.0

    def value(self, v: Any, b: Any) -> np.ndarray:
        """Return |v − b|."""
        return np.abs(v - b)

    def slope(self, v: Any, b: Any) -> np.ndarray:
        """Return the sign of v − b."""
        return np.sign(v - b)

    def kink(self, v: Any, b: Any) -> np.ndarray:
        """Return |v − b|."""
        return np.abs(v - b)

    def value_up(self, v: Fraction, b: Fraction) -> Fraction:
        """Return |v − b|, exactly."""
        return abs(v - b)

    def conjugate_up(self, dual: Fraction, b: Fraction) -> Fraction:
        """Return b·dual, exactly."""
        return b * dual

    def clip(self, dual: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the nearest dual in [−1, 1]."""
        return np.clip(dual, -1.0, 1.0)

    def objective(self, cp: Any, v: Any, b: np.ndarray) -> Any:
        """Return Σ_i |v_i − b_i|."""
        return cp.norm1(v - b)


class LeastSquares:
    """(v − b)²/2: curvature 1 everywhere, slopes as large as the residuals."""

    name = "least_squares"
    formula = "(⟨a, w⟩ − b)²/2"
    labels_only = False
    slope_bound: float | None = None
    curvature: float | None = 1.0
    least_curvature = 1.0

    def value(self, v: Any, b: Any) -> np.ndarray:
        """Return (v − b)²/2."""
        return np.square(v - b) / 2

    def slope(self, v: Any, b: Any) -> np.ndarray:
        """Return v − b."""
        return np.asarray(v - b)

    def kink(self, v: Any, b: Any) -> np.ndarray:
        """Return ∞: the loss is smooth."""
        return np.full(np.shape(v), np.inf)

    def value_up(self, v: Fraction, b: Fraction) -> Fraction:
        """Return (v − b)²/2, exactly."""
        return (v - b) ** 2 / 2

    def conjugate_up(self, dual: Fraction, b: Fraction) -> Fraction:
        """Return dual²/2 + b·dual, exactly."""
        return dual * dual / 2 + b * dual

    def clip(self, dual: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the dual: dom φ* is the whole line."""
        return dual

    def objective(self, cp: Any, v: Any, b: np.ndarray) -> Any:
        """Return Σ_i (v_i − b_i)²/2."""
        return cp.sum_squares(v - b) / 2


_LOSSES: tuple[Loss, ...] = (Logistic(), Hinge(), LeastAbsoluteDeviation(), LeastSquares())
LOSSES = {loss.name: loss for loss in _LOSSES}


def loss_named(call: str, name: str) -> Loss:
    """Return the loss called `name`; `call` is the caller's, for the message.

    >>> loss_named("finite_sum(...)", "hinge").formula
    'max(0, 1 − b⟨a, w⟩)'
    """
    if name not in LOSSES:
        raise refuse(call, "loss", f"must be one of {', '.join(LOSSES)}, not {name!r}")
    return LOSSES[name]
