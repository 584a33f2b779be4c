r"""Proofs that a matrix known up to rounding is positive semidefinite.

If floating-point Cholesky of A runs to its end, then λ_min(A) ≥ −θ tr(A) in any order of summation,
θ = θ_{n+2}/(1 − θ_{n+2}).  Where entries differ by orders, errors are compared to the entries they
belong to: with p_k the power of two next to Â_kk^{−1/2}, the products in P Â P are exact, and

.. math:: |A - \hat A| \le E, \quad \lambda_{\min}(P \hat A P) \ge \|P E P\|_\infty
    \quad\Rightarrow\quad A \succeq 0

Reference: rump2006verification.
"""

from __future__ import annotations

import numpy as np

from gpa_theory.worst_case.model.ball_vector import GROW, TINY, UNIT, Array, theta
from gpa_theory.worst_case.model.program import Program

FARTHEST = 200  # exponents of p_k: products of matrix entries stay far from under- and overflow


def certainly_above(matrix: Array, level: float) -> bool:
    """Return True only if the exact symmetric matrix of these floats has λ_min ≥ level ≥ 0, proved.

    >>> certainly_above(np.eye(3), 0.5), certainly_above(np.eye(3), 1.5)
    (True, False)
    """
    n = len(matrix)
    diagonal = np.diag(matrix)
    gamma = theta(n + 2)
    lost = gamma / (1 - gamma) * float(np.abs(diagonal).sum()) + 4 * UNIT * (
        float(np.abs(diagonal).max()) + abs(level)
    )
    shift = (level + 2 * lost) * GROW + TINY
    with np.errstate(invalid="ignore"):  # ∞ − ∞: what is not finite is refused below
        lowered = matrix - shift * np.eye(n)
    if not (level >= 0 and np.isfinite(lowered).all()):
        return False
    try:
        np.linalg.cholesky(lowered)
    except np.linalg.LinAlgError:
        return False
    return True


def certainly_definite(matrix: Array, errors: Array) -> bool:
    """Return True only if every symmetric matrix within `errors` of this one is ⪰ 0, proved.

    >>> graded = np.diag([1.0, 1e-20])
    >>> certainly_definite(graded, 1e-3 * graded), certainly_definite(graded, np.full((2, 2), 1e-9))
    (True, False)
    """
    diagonal = np.diag(matrix)
    if not (np.isfinite(matrix).all() and np.isfinite(errors).all() and (diagonal > 0).all()):
        return False
    power = np.clip(np.rint(-np.log2(diagonal) / 2), -FARTHEST, FARTHEST)
    p = np.ldexp(1.0, power.astype(int))
    scaled, off = p[:, None] * matrix * p, p[:, None] * errors * p + TINY
    return certainly_above(scaled, float(off.sum(1).max()) * (1 + theta(len(off) + 4)))


def slack_errors(of: Program, flow: Array, norms: Array, left: Array) -> Array:
    """Return bounds on the entries of the error of `of.slack_matrix(flow, norms)`, (n, n).

    The largest sum of a column bounds its norm.  Up to `left` per sample is carried by arcs to or
    from x* that are counted here, not computed: an arc to i is worth −⟨g_i, h_i⟩ [+ ½|g_i|²], an
    arc from i [½|g_i|²].
    """
    size, into, out = np.abs(of.positions), flow.sum(0), flow.sum(1)
    total = into[:, None]
    error = np.zeros((of.size, of.size))
    rounding = theta(of.count + 8) * (flow.T @ size + total * size)
    error[1:] = (flow.T @ of.radius + total * of.radius + rounding)[:-1]
    error[1:] += left[:, None] * (size + of.radius)[:-1]
    error = (error + error.T) / 2 + np.diag(theta(8) * np.abs(norms))
    if of.curvature:
        error += of.quadratic_error()
    if of.smooth:
        both = np.diag(into + out)[:-1, :-1]
        error[1:, 1:] += theta(of.count + 8) * (both + flow[:-1, :-1] + flow.T[:-1, :-1])
        error[1:, 1:] += np.diag(left) / 2
    return error * (1 + theta(of.count + 16))
