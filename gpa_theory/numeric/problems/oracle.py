r"""The oracle of a finite sum, and a proof of how far its floats are from the truth.

.. math:: f(w) = \frac1n \sum_i \varphi_i(\langle a_i, w\rangle), \qquad
    g(w) = \frac1n \sum_i \varphi_i'(\langle a_i, w\rangle)\, a_i

With e_i ≥ |fl⟨a_i, w⟩ − ⟨a_i, w⟩| every error follows from one bound per row: values move by at
most |φ′| e_i + φ″ e_i²/2, slopes of smooth losses by φ″ e_i, and a slope at a kink is wrong only
if the kink lies within e_i, where it is an ε-subgradient with ε ≤ 2 e_i.

Assumed: exp and log1p of the platform are within 4 units in the last place, matrix products sum
their n·d products in some order (no Strassen), with or without fused multiply-add.

Reference: higham2002accuracy, §3.1 (θ_k is γ_k there).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gpa_theory.numeric.precision import TINY, theta
from gpa_theory.numeric.problems.losses import LOSS_ROUNDINGS, Loss

_BLOCK = 2**22  # at most this many predictions at a time: a long trajectory must not fill memory


class FiniteSum:
    """Value, subgradient, error bounds and row sampling of (1/n) Σ φ(⟨a_i, w⟩; b_i).

    >>> from gpa_theory.numeric.problems.losses import LOSSES
    >>> f = FiniteSum(np.array([[1.0], [3.0]]), np.array([0.0, 0.0]), LOSSES["least_squares"])
    >>> f.value(np.array([[0.0], [1.0]])), f.subgradient(np.array([1.0]))
    (array([0. , 2.5]), array([5.]))
    """

    def __init__(self, features: np.ndarray, targets: np.ndarray, loss: Loss) -> None:
        self.features, self.targets, self.loss = features, targets, loss
        self._sizes = np.abs(features)

    def value(self, w: np.ndarray) -> np.ndarray:
        """Return f(w): (..., d) -> (...)."""
        return self._blocks(w, self._value)

    def subgradient(self, w: np.ndarray) -> np.ndarray:
        """Return g(w): (..., d) -> (..., d); a loss has slope 0 at its kink."""
        return self._blocks(w, self._subgradient)

    def inexactness(self, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (value_error, gradient_error), see `Problem`: (..., d) -> (...) each."""
        both = self._blocks(w, self._inexactness)
        return both[..., 0], both[..., 1]

    def sample(self, rng: np.random.Generator, w: np.ndarray) -> np.ndarray:
        """Return φ_i′(⟨a_i, w⟩) a_i for a uniformly random row i, one row per point of w."""
        w = np.asarray(w, dtype=float)
        i = rng.integers(len(self.targets), size=w.shape[:-1])
        rows = self.features[i]
        return self.loss.slope((rows * w).sum(-1), self.targets[i])[..., None] * rows

    def _value(self, w: np.ndarray) -> np.ndarray:
        return self.loss.value(w @ self.features.T, self.targets).mean(-1)

    def _subgradient(self, w: np.ndarray) -> np.ndarray:
        slopes = self.loss.slope(w @ self.features.T, self.targets)
        return slopes @ self.features / len(self.targets)

    def _inexactness(self, w: np.ndarray) -> np.ndarray:
        n, d = self.features.shape
        loss, b = self.loss, self.targets
        v = w @ self.features.T
        e = theta(2 * d + 8) * (np.abs(w) @ self._sizes.T) + TINY  # 2d: it is a float product too
        slopes = np.abs(loss.slope(v, b))
        roundings = theta(n + LOSS_ROUNDINGS + 8)
        moved, slope_error = _shifts(loss, slopes, e)
        # Within e of the kink the slope may belong to the other side: an ε-subgradient, ε ≤ 2 e.
        near = np.where(loss.kink(v, b) <= e * (1 + theta(8)), 2 * e, 0.0)
        value_error = (moved + near + roundings * loss.value(v, b) + TINY).mean(-1)
        slope_error = roundings * slopes + slope_error
        gradient_error = np.linalg.norm(slope_error @ self._sizes, axis=-1) / n + TINY
        widen = 1 + theta(2 * (n + d) + 64)  # the bounds are sums of nonnegative floats themselves
        return widen * np.stack([value_error, gradient_error], axis=-1)

    def _blocks(self, w: np.ndarray, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        w = np.asarray(w, dtype=float)
        flat = w.reshape(-1, w.shape[-1])
        step = max(1, _BLOCK // len(self.targets))
        if len(flat) <= step:
            return function(w)
        parts = [function(flat[i : i + step]) for i in range(0, len(flat), step)]
        joined = np.concatenate(parts)
        return joined.reshape(w.shape[:-1] + joined.shape[1:])


def _shifts(loss: Loss, slopes: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray | float]:
    """Return how far value and slope can move when the prediction moves by at most e."""
    if loss.curvature is None:  # kinks are charged to ε, not to the slope
        assert loss.slope_bound is not None
        return loss.slope_bound * e, 0.0
    steepest = slopes * (1 + theta(32)) + loss.curvature * e / 2
    return steepest * e, loss.curvature * e
