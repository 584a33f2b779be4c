r"""The exact step identity on a run: every term, the residual, and what rounding can explain.

With weights p_t (1 unless given)

.. math::
    \sum p_t \varphi_t + \sum p_t \rho_t (f(x_t) - f(x_{t-1})) = \sum p_t r_t
        - \sum p_t (\text{divergences of step } t)

Function values cancel formally and the rest is bilinear, so with the recorded floats taken as exact
data the two sides of step t differ by exactly

.. math::
    (1+\nu)\langle g_t - h_t, e^y_t\rangle + (1+\rho_t)\langle h_t, e^x_t\rangle
    \qquad \text{(step identity, } \mu_y < 1) \\
    \tfrac{1+\rho_t}{k_t}\,\langle g_t, \mu_y e^x_t + e^y_t\rangle
    \qquad \text{(second identity, gradient at } y_t \text{ only)}

in the recursion residuals of `numeric.precision`.  `budget` bounds this for a run whose residuals
are rounding and nothing else, and adds the rounding of evaluating the terms; so a run that does not
follow the recursion misses its budget.  An inequality has slack for bugs to hide in; this has none.
At μ_x = μ_y a y_t made of x_{t−1} equals x_t, another valid y, which the identity cannot notice;
`recursion` looks at the residuals themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, nan
from typing import Any

import numpy as np

from gpa_theory.core.identity import check_form, default_form, k, nu
from gpa_theory.core.validation import refuse
from gpa_theory.numeric.divergences import Divergence, Spots, spots, subtracted
from gpa_theory.numeric.precision import UNIT_ROUNDOFF, affine_rounding, dot, theta
from gpa_theory.numeric.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class Identity:
    """The terms of the identity, summed with weights p_t, and how well they close.

    `terms` holds phi, telescope, regret and the divergences, multipliers included; `steps` the same
    per step, shape (T,).  `residual` = |left − right|; a true run has residual ≤ budget.
    `recursion` is the largest recursion residual in units of what rounding allows, ≤ 1 for a true
    run.  `allowances` says by how much each computed divergence may lie below zero.
    """

    form: str
    terms: Mapping[str, float]
    steps: Mapping[str, np.ndarray]
    residual: float
    budget: float
    recursion: float
    allowances: Mapping[str, float]

    @property
    def divergences(self) -> dict[str, float]:
        """Return the subtracted terms, each ≥ 0 for convex f up to its allowance."""
        return {name: self.terms[name] for name in self.allowances}


def identity(
    run: Trajectory,
    u: np.ndarray | None = None,
    form: str | None = None,
    p: np.ndarray | None = None,
) -> Identity:
    """Return every term of the identity on `run`, for comparator u and weights p of shape (T,).

    `form` is "step" (needs μ_y < 1) or "gradient_at_y"; by default the first where it applies.
    A run so large that its terms leave the floats is refused: nothing would be checked.

    >>> from gpa_theory import GPA, Exponential, load, simulate
    >>> from gpa_theory.numeric.learners import ogd
    >>> found = identity(simulate(load("absolute"), ogd(0.1), GPA(Exponential(0.9), 0.7), 50))
    >>> found.residual <= found.budget < 1e-10
    True
    """
    mu_y = float(run.method.mu_y)
    form = form or default_form(mu_y)
    weights, u = run.weights("identity()", p), run.comparator("identity()", u)
    _check(form, mu_y, weights)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
        s = spots(run, u)
        found = closed(form, s, subtracted(form, s, mu_y), weights)
    check_decided(found)
    return found


def _check(form: str, mu_y: float, weights: np.ndarray) -> None:
    check_form(f"identity(form={form!r})", form, mu_y)
    if np.any(weights < 0):
        raise refuse("identity()", "p", f"must be {len(weights)} weights ≥ 0")


def check_decided(found: Identity) -> None:
    """Raise ValueError if a term left the floats, for then nothing is checked."""
    sums = [found.residual, found.budget, *found.terms.values(), *found.allowances.values()]
    # `recursion` may be ∞: a run that misses where rounding may lose nothing.
    if not np.all(np.isfinite(sums)) or np.isnan(found.recursion):
        raise refuse("identity()", "run", "is not finite, or too large: its terms leave the floats")


def _sum(values: np.ndarray) -> float:
    """Return the correctly rounded sum, NaN where `fsum` would raise its own error."""
    try:
        return fsum(values)
    except (OverflowError, ValueError):  # a partial sum beyond the floats, ∞ − ∞
        return nan


def closed(form: str, s: Spots, lost: dict[str, Divergence], p: np.ndarray) -> Identity:
    """Return the identity of this form at these spots, summed with weights p."""
    run = s.run
    regret = dot(run.g, run.z - s.u.w)
    steps = {
        "phi": p * (s.x.f - s.u.f),
        "telescope": p * run.rho * (s.x.f - s.prev.f),
        "regret": p * regret,
        **{name: p * d.term for name, d in lost.items()},
    }
    signs = {"regret": -1.0, "phi": 1.0, "telescope": 1.0}  # left minus right; divergences add
    together = np.concatenate([signs.get(name, 1.0) * term for name, term in steps.items()])
    explained = recursion_error(s, form) + theta(run.x.shape[1] + 32) * _sizes(s, lost)
    return Identity(
        form=form,
        terms={name: _sum(term) for name, term in steps.items()},
        steps=steps,
        residual=abs(_sum(together)),
        budget=_sum(p * explained) * (1 + 64 * UNIT_ROUNDOFF),
        recursion=max(_excess(*affine) for affine in _recursions(s)),
        allowances={
            name: _sum(p * d.multiplier * (d.inexact + theta(4) * d.size)) * (1 + theta(64))
            for name, d in lost.items()
        },
    )


def _sizes(s: Spots, lost: dict[str, Divergence]) -> np.ndarray:
    """Return the magnitude of everything that is added up at each step, shape (T,)."""
    f_x, f_prev, f_u = np.abs(s.x.f), np.abs(s.prev.f), np.abs(s.u.f)
    regret = dot(np.abs(s.run.g), np.abs(s.run.z) + np.abs(s.u.w))
    divergences = sum(d.multiplier * d.size for d in lost.values())
    return f_x + f_u + s.run.rho * (f_x + f_prev) + regret + divergences


def _recursions(s: Spots) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return (result, kept, first, moved, second) of x_t = … and of y_t = …."""
    run, mu_y, c = s.run, float(s.run.method.mu_y), s.run.coefficients[:, None]
    return (run.x, 1 - c, s.prev.w, c, run.z), (run.y, mu_y, run.x, 1 - mu_y, run.z)


def _excess(result: Any, *combination: Any) -> float:
    """Return the largest residual relative to what it and its evaluation may lose to rounding."""
    kept, first, moved, second = combination
    residual = np.abs(result - kept * first - moved * second)
    return float((residual / (3 * affine_rounding(*combination))).max())


def recursion_error(s: Spots, form: str) -> np.ndarray:
    """Return bounds, shape (T,), of what rounding in the recursion contributes to the identity."""
    run, mu_y, rho = s.run, float(s.run.method.mu_y), s.run.rho
    e_x, e_y = (affine_rounding(*combination) for _, *combination in _recursions(s))
    g, h = np.abs(run.g), np.abs(run.h)
    if form == "step":
        found = (1 + nu(mu_y)) * dot(np.abs(run.g - run.h), e_y) + (1 + rho) * dot(h, e_x)
    else:
        found = (1 + rho) / k(rho, mu_y) * dot(g, mu_y * e_x + e_y)
    return found * (1 + theta(run.x.shape[1] + 16))
