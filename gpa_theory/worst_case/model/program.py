r"""The cone program of a worst case, in arrays, with every coefficient enclosed.

With Gram matrix X of (z_1, g_1, g_2, …), values F, and pairs (i, j) of samples, x* among them,

.. math::
    \max\ \sum_i w_i (F_i + \tfrac{\sigma}{2}\langle h_i, h_i\rangle_X) \quad\text{s.t.}\quad
    F_j - F_i + \langle g_j, h_i - h_j\rangle_X \;[\, + \tfrac12 |g_i - g_j|_X^2 \,] \le 0, \quad
    X_{00} \le 1 \;[,\ X_{kk} \le 1\,], \quad X \succeq 0

and in its dual the multipliers λ_ij of the pairs carry the weights from x* to the metric (a flow),
with the slack matrix S(λ, ν) positive semidefinite and Σν least.  Gradient coordinates of sample i:
i + 1.  x* is the last sample, index N − 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.model.ball_vector import (
    GROW,
    Array,
    BallVector,
    theta,
    unit_vector,
    upward,
)
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.recording import recorded
from gpa_theory.worst_case.model.sampling import Samples, dimension, sample
from gpa_theory.worst_case.model.scaling import in_units

MOST = 400  # steps
FAR = 1e100  # coordinates beyond overflow in products


@dataclass(frozen=True, slots=True)
class Program:
    """The normalized problem: positions h (N × n) within `radius`, weights, kind of class."""

    method: Method  # in the units of the class; written down unless it is ours
    steps: int
    metric: str
    samples: Samples[BallVector]
    positions: Array  # (N, n), the last row is x* = 0
    radius: Array  # (N, n): |exact − positions| ≤ radius
    weights: Array  # (N,), nearest floats of the exact weights; 0 for x*
    weight_radius: Array  # (N,): |exact − weights| ≤ weight_radius
    smooth: bool
    curvature: Fraction  # σ of the normalized class

    @property
    def count(self) -> int:
        """Return N, the number of samples, x* included."""
        return len(self.positions)

    @property
    def size(self) -> int:
        """Return n, the order of the Gram matrix."""
        return self.positions.shape[1]

    @property
    def quadratic(self) -> Array:
        """Return the Gram weights of the metric, Σ w_i (σ/2) h_i h_i'; zero unless σ > 0."""
        if not self.curvature:
            return np.zeros((self.size, self.size))
        h = self.positions
        return float(self.curvature) / 2 * (h.T * self.weights) @ h

    def quadratic_error(self) -> Array:
        """Return a bound on the entries of `quadratic`'s error."""
        if not self.curvature:
            return np.zeros((self.size, self.size))
        size, share = np.abs(self.positions), np.abs(self.weights) * float(self.curvature)
        cross = (size.T * share) @ self.radius
        own = (self.radius.T * share) @ self.radius
        rounding = theta(self.count + 8) * (size.T * share) @ size
        return (cross + cross.T + own + rounding) * GROW

    def slacks(self, gram: Array, values: Array) -> Array:
        """Return F_i − F_j − ⟨g_j, h_i − h_j⟩ [− ½|g_i − g_j|²], (N, N): ≥ 0 where interpolable."""
        f = np.append(values, 0.0)
        inner = np.zeros((self.count, self.count))
        inner[:, :-1] = (self.positions @ gram)[:, 1:]
        slack = f[:, None] - f[None, :] - (inner - np.diag(inner)[None, :])
        if self.smooth:
            g = np.zeros((self.count, self.count))
            g[:-1, :-1] = gram[1:, 1:]
            own = np.diag(g)
            slack -= (own[:, None] + own[None, :] - 2 * g) / 2
        return slack

    def slack_matrix(self, flow: Array, norms: Array) -> Array:
        """Return S(λ, ν), the dual's matrix, from multipliers (N, N) and norm multipliers (n,)."""
        s = np.zeros((self.size, self.size))
        s[1:] = (flow.T @ self.positions - flow.sum(0)[:, None] * self.positions)[:-1]
        s = (s + s.T) / 2
        if self.smooth:
            pairs = flow[:-1, :-1]
            both = flow.sum(0)[:-1] + flow.sum(1)[:-1]
            s[1:, 1:] += (np.diag(both) - pairs - pairs.T) / 2
        s = s - self.quadratic if self.curvature else s
        return s + np.diag(norms)


def _out_of_range(method: Method) -> ValueError:
    rule = "must move by steps γ that are, times G/D or L−σ, neither below 1e-300 nor so large"
    call = f"worst_case(method={type(method).__name__}(gamma=…))"
    return refuse(call, "gamma", f"{rule} that a run goes beyond {FAR:.0e} D")


def program(method: Method, steps: int, metric: str, of: FunctionClass) -> Program:
    """Return the normalized program of a worst case; bad input is refused here, not by a solver."""
    if check_count(f"worst_case(steps={steps!r})", "steps", steps) > MOST:
        rule = f"must be at most {MOST}: more would take hours, and all of the memory"
        raise refuse(f"worst_case(steps={steps})", "steps", rule)
    room = dimension(steps, metric)
    scaled = in_units(recorded(method, steps), of.step_scale)
    try:
        found = sample(scaled, steps, metric, lambda k: unit_vector(k, room), of.curvature)
    except ArithmeticError:  # a number too small or too large for a relative error bound
        raise _out_of_range(method) from None
    if any(not abs(c) <= FAR for vector in found.positions for c in vector.centers):
        raise _out_of_range(method)
    n = 1 + len(found.names)
    rows = [vector.centers[:n] for vector in found.positions] + [[0.0] * n]
    radii = [vector.radii[:n] for vector in found.positions] + [[0.0] * n]
    weights = [float(w) for w in found.weights]
    off = [
        upward(abs(Fraction(f) - w)) if w else 0.0
        for f, w in zip(weights, found.weights, strict=True)
    ]
    return Program(
        scaled,
        steps,
        metric,
        found,
        np.array(rows),
        np.array(radii),
        np.array([*weights, 0.0]),
        np.array([*off, 0.0]),
        of.is_smooth,
        of.curvature,
    )
