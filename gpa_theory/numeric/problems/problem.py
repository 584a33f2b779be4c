r"""A convex problem whose minimum is enclosed, not estimated.

.. math:: \text{minimum\_lower} \le \min_{w \in X} f(w) \le f(u) \le \text{minimum\_upper},
    \qquad u = \text{minimizer} \in X

The comparator u is a feasible point of floats.  It need not be optimal: every theorem of the
project holds for any u, and the certified gap bounds how far u is from optimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.exact import up
from gpa_theory.numeric.problems.domain import Domain

Oracle = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Problem:
    r"""One convex function with its domain, its constants and a certified enclosure of its minimum.

    `inexactness(w)` returns (value_error, gradient_error), proved for the returned floats:

    .. math::
        |\mathrm{fl} f(w) - f(w)| + \epsilon \le \text{value\_error}, \qquad
        \min_{g \in \partial_\epsilon f(w)} |\mathrm{fl}\, g - g| \le \text{gradient\_error}

    (near a kink the sign of a residual may be wrong, and the subgradient is an ε-subgradient).
    The constants hold over the domain, for the floats that `subgradient` returns and for iterates
    that `domain.project` returns; LIPSCHITZ does not cover what `sample` returns for a single row.
    The constant of MINIMIZER is set to minimum_gap, as f ≥ f(u) − minimum_gap is what is proved;
    COORDINATEWISE is set where the domain projects so, and refused where it does not.

    >>> from gpa_theory.numeric.problems.catalogue import load
    >>> f = load("absolute")
    >>> float(f.value(np.array([-2.0]))), f.subgradient(np.array([-2.0])), f.minimum_gap
    (2.0, array([-1.]), 0.0)
    """

    name: str
    words: str  # one sentence: formula, data, n, d, domain
    dim: int
    start: np.ndarray  # z_1, shape (d,)
    domain: Domain
    value: Oracle  # (..., d) -> (...)
    subgradient: Oracle  # (..., d) -> (..., d)
    constants: Mapping[Assumption, float | None]  # each rounded in the safe direction
    minimizer: np.ndarray  # u, shape (d,), feasible
    minimum_lower: float  # certified: ≤ the minimum over the domain
    minimum_upper: float  # certified: ≥ f(minimizer)
    inexactness: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    # Unbiased: (rng, w) -> φ_i′(⟨a_i, w⟩) a_i for a random row i; finite sums only.
    sample: Callable[[np.random.Generator, np.ndarray], np.ndarray] | None = None

    def __post_init__(self) -> None:
        call = f"Problem(name={self.name!r})"
        object.__setattr__(self, "dim", check_count(call, "dim", self.dim))
        for name in ("start", "minimizer"):
            object.__setattr__(self, name, finite_point(call, name, getattr(self, name), self.dim))
        _check_constants(call, self.constants)
        if Assumption.COORDINATEWISE in self.constants and not self.domain.coordinatewise:
            rule = f"must not be claimed of {self.domain.words}"
            raise refuse(call, "constants[COORDINATEWISE]", rule)
        constants = {k: v if v is None else float(v) for k, v in self.constants.items()}
        self._check_oracles(call)  # their shapes first: the minimum is checked with their help
        self._check_minimum(call)
        constants[Assumption.MINIMIZER] = self.minimum_gap
        if self.domain.coordinatewise:
            constants[Assumption.COORDINATEWISE] = None
        object.__setattr__(self, "constants", MappingProxyType(constants))

    def _check_minimum(self, call: str) -> None:
        for name in ("minimum_lower", "minimum_upper"):
            if not np.isfinite(getattr(self, name)):
                raise refuse(call, name, "must be finite")
        check_range(call, "minimum_upper", self.minimum_upper, self.minimum_lower)
        for name in ("start", "minimizer"):
            if not self.domain.contains_exactly(getattr(self, name)):
                raise refuse(call, name, f"must lie in the domain, {self.domain.words}")
        value, (error, _) = float(self.value(self.minimizer)), self.inexactness(self.minimizer)
        if not self.minimum_lower - error <= value <= self.minimum_upper + error:
            raise refuse(call, "value", "at the minimizer must lie within the certified minimum")

    def _check_oracles(self, call: str) -> None:
        shape = self.start.shape
        for name, expected in (("value", shape[:-1]), ("subgradient", shape)):
            got = np.asarray(getattr(self, name)(self.start))
            if got.shape != expected or not np.all(np.isfinite(got)):
                raise refuse(call, name, f"must be finite of shape {expected} at the start")

    @property
    def minimum_gap(self) -> float:
        """Return minimum_upper − minimum_lower, rounded up: what is unknown about the minimum."""
        return up(Fraction(self.minimum_upper) - Fraction(self.minimum_lower))


def check_generator(call: str, rng: Any) -> None:
    """Raise unless `rng` is a numpy Generator: a bare seed would give the same draw every time."""
    if not isinstance(rng, np.random.Generator):
        raise refuse(call, "rng", "must be a numpy Generator, such as numpy.random.default_rng(5)")


def finite_point(call: str, name: str, value: Any, dim: int) -> np.ndarray:
    """Return `value` as a private read-only array of shape (dim,), or raise unless it is finite.

    >>> finite_point("regret(u)", "u", [0.0, 1.0], 1)
    Traceback (most recent call last):
    ValueError: `regret(u)`: u must have shape (1,)
    """
    try:
        array = np.array(value, dtype=float)  # a copy: problems are cached and shared
    except (TypeError, ValueError):
        raise refuse(call, name, "must be an array of real numbers") from None
    if array.shape != (dim,):
        raise refuse(call, name, f"must have shape ({dim},)")
    if not np.all(np.isfinite(array)):
        raise refuse(call, name, "must be finite")
    array.setflags(write=False)
    return array


def _check_constants(call: str, constants: Mapping[Assumption, float | None]) -> None:
    for assumption, value in constants.items():
        if (value is None) != (assumption.symbol is None):
            rule = "needs a constant" if value is None else "has no constant"
            raise refuse(call, f"constants[{assumption.name}]", rule)
        if value is not None:
            check_range(call, f"constants[{assumption.name}]", value, 0)
