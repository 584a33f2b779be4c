r"""The explicit function behind a lower bound: a max-affine one, or its Moreau envelope.

.. math:: \varphi(u) = \max(0, \max_i b_i + \langle g_i, u\rangle), \quad b_i \le 0

so that φ is least, 0, at x* = 0.  f is φ itself where gradients are bounded, and where they are
Lipschitz its Moreau envelope, which is 1-smooth; (σ/2)|x|² is added where f is strongly convex.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gpa_theory.worst_case.model.ball_vector import Array


@dataclass(frozen=True, slots=True)
class Witness:
    """A worst function of the normalized class: z_1, slopes and offsets of the affine pieces."""

    start: Array  # z_1, (r,)
    slopes: Array  # (N−1, r)
    offsets: Array  # (N−1,), ≤ 0
    smooth: bool
    curvature: Fraction

    def value(self, x: Array) -> float:
        """Return f(x) to working precision."""
        if not self.smooth:
            best = float(max(0.0, (self.offsets + self.slopes @ x).max()))
        else:
            best = self._envelope(x)
        return best + float(self.curvature) / 2 * float(x @ x)

    def _envelope(self, x: Array) -> float:
        """Return min_u φ(u) + |x − u|²/2 by its dual, a quadratic program over the simplex."""
        from scipy.optimize import nnls

        # min |Σλg|²/2 − Σλ(b + ⟨g, x⟩) over λ ≥ 0, Σλ ≤ 1, as a nonnegative least-squares problem
        # in (λ, slack) with the sum constraint weighted heavily.
        gains = np.append(self.offsets + self.slopes @ x, 0.0)
        g = np.vstack([self.slopes, np.zeros(len(x))])
        hessian = g @ g.T + 1e-12 * np.eye(len(g))
        root = np.linalg.cholesky(hessian).T
        target = np.linalg.solve(root.T, gains)
        weight = 1e5
        stacked = np.vstack([root, weight * np.ones(len(g))])
        share, _ = nnls(stacked, np.append(target, weight))
        share /= share.sum()
        return float(share @ gains - 0.5 * (share @ g) @ (g.T @ share))
