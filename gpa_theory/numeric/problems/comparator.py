r"""The certified minimum of a finite sum over a ball or a box.

.. math::
    \min_{w \in X} \frac1n \sum_i \varphi_i(\langle a_i, w\rangle)
    \;\ge\; -\frac1n \sum_i \varphi_i^*(l_i) - \frac1n\, \text{support}_X(-A^\top l)
    \qquad \text{for every } l \in \operatorname{dom} \varphi^*

Proof: φ_i(v) ≥ l_i v − φ_i*(l_i) with v = ⟨a_i, w⟩, and ⟨A′l, w⟩ ≥ −support(−A′l).  It holds for
every l, so the solver need not be trusted: a bad l makes the enclosure wide, never wrong.

Reference: jansson2004rigorous (rigorous bounds from approximate solutions).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gpa_theory.core.validation import refuse
from gpa_theory.numeric.exact import down, exactly, integers, products, up
from gpa_theory.numeric.problems.domain import Bounded
from gpa_theory.numeric.problems.losses import Loss

_TOLERANCE = 1e-12  # what Clarabel is asked for; measured gaps stay below 1e-10 on every data set


class SolverFailure(RuntimeError):
    """The cone solver found no point; the message gives its status, the loss, n and d."""


def _failure(status: str, loss: Loss, n: int, d: int) -> SolverFailure:
    return SolverFailure(f"Clarabel returned {status!r} on {loss.name}, n = {n}, d = {d}")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A feasible point and floats with lower ≤ min f ≤ f(minimizer) ≤ upper."""

    minimizer: np.ndarray  # (d,)
    lower: float
    upper: float


class Certifier:
    """The weak-duality bound and the exact value for one data set, loss and domain.

    >>> from gpa_theory.numeric.problems.domain import Ball
    >>> from gpa_theory.numeric.problems.losses import LOSSES
    >>> lad = LOSSES["least_absolute_deviation"]
    >>> certifier = Certifier(np.array([[1.0]]), np.array([3.0]), lad, Ball(1.0))  # min |w − 3| = 2
    >>> certifier.lower(np.array([-1.0])), certifier.lower(np.array([-0.5]))
    (2.0, 1.0)
    >>> certifier.upper(np.array([1.0]))
    2.0
    """

    def __init__(
        self, features: np.ndarray, targets: np.ndarray, loss: Loss, domain: Bounded
    ) -> None:
        self.features, self.targets, self.loss, self.domain = features, targets, loss, domain
        self._rows = integers(features)
        self._columns = (self._rows[0].T, self._rows[1])
        self._exact_targets = exactly(targets)

    def lower(self, dual: np.ndarray) -> float:
        """Return a float ≤ the minimum, from any finite vector `dual` of shape (n,)."""
        # Outside dom φ* the conjugate is ∞, and so would be the width of the enclosure.
        dual = self.loss.clip(np.asarray(dual, dtype=float), self.targets)
        if not np.all(np.isfinite(dual)):
            raise refuse("Certifier.lower(dual)", "dual", "must be finite")
        pairs = zip(exactly(dual), self._exact_targets, strict=True)
        conjugates = sum((self.loss.conjugate_up(l_i, b) for l_i, b in pairs), Fraction(0))
        pull = [-v for v in products(self._columns, dual)]
        return down(-(conjugates + self.domain.support_up(pull)) / len(dual))

    def upper(self, w: np.ndarray) -> float:
        """Return a float ≥ f(w), the least such float unless the loss needs a logarithm."""
        pairs = zip(products(self._rows, w), self._exact_targets, strict=True)
        return up(sum((self.loss.value_up(v, b) for v, b in pairs), Fraction(0)) / len(self))

    def __len__(self) -> int:
        return len(self.targets)


def feasible(domain: Bounded, w: np.ndarray) -> np.ndarray:
    """Return a point near w that lies in the domain, exactly and by the test in floats.

    >>> from gpa_theory.numeric.problems.domain import Ball
    >>> w = feasible(Ball(1.0), np.array([1.0, 1.0, 1.0]))
    >>> Ball(1.0).contains_exactly(w), bool(np.linalg.norm(w) > 1 - 1e-14)
    (True, True)
    """
    w = domain.project(w)
    while not (domain.contains_exactly(w) and domain.contains(w)):
        w = w * (1 - 2.0**-50)  # 0 lies inside; a step of a few roundings costs the gap nothing
    return w


def solve(
    features: np.ndarray, targets: np.ndarray, loss: Loss, domain: Bounded
) -> tuple[np.ndarray, np.ndarray]:
    """Return Clarabel's approximate minimizer (d,) and dual vector (n,); they prove nothing.

    The tolerance asked for, 1e-12, is often just out of reach, so "optimal_inaccurate" is accepted:
    `Certifier` trusts no solver.  Any other status but "optimal" raises `SolverFailure`.
    """
    import cvxpy as cp

    n, d = features.shape
    w, v = cp.Variable(d), cp.Variable(n)
    residual = v == features @ w  # named, because its multiplier is the dual vector
    program = cp.Problem(
        cp.Minimize(loss.objective(cp, v, targets) / n), [residual, domain.constraint(cp, w)]
    )
    options = dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), _TOLERANCE)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Solution may be inaccurate")
        try:
            program.solve(solver=cp.CLARABEL, **options)
        except cp.SolverError as error:
            raise _failure(cp.SOLVER_ERROR, loss, n, d) from error
    if program.status not in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE):
        raise _failure(program.status, loss, n, d)
    # Stationarity in v: φ_i′(v_i)/n + multiplier_i = 0, and l_i = φ_i′(v_i).
    return np.asarray(w.value), -n * np.asarray(residual.dual_value)


def certified_minimum(
    features: np.ndarray, targets: np.ndarray, loss: Loss, domain: Bounded
) -> Enclosure:
    """Return a feasible near-minimizer with certified bounds on the minimum."""
    w, dual = solve(features, targets, loss, domain)
    certifier = Certifier(features, targets, loss, domain)
    minimizer = feasible(domain, w)
    return Enclosure(minimizer, certifier.lower(dual), certifier.upper(minimizer))
