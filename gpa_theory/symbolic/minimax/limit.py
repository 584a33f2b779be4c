r"""Where the free region of matched decay ends for large T: 1/(1+μ_y) − 2/((1+μ_y)²T) + O(T⁻²).

For fixed 0 < μ_y ≤ 1, `matched` gives (T−1)κλ_{T−1,1} with a sum over
(T−1)k/(T−k) = k + k(k−1)/T + k²(k−1)/(T(T−k)).  The first two add up in closed form, up to terms
with r^{T−3}; so, for μ_x < 1 fixed or in a compact,

.. math::
    (T-1)\kappa\lambda_{T-1,1} = \Phi_T(\mu_x) + O(T^{-2}), \qquad
    \Phi_T = \frac{\kappa(1-\mu_x-\mu_x\mu_y)}{1-\mu_x}
        - \frac{2\mu_x\mu_y\kappa^2}{(1-\mu_x)^2 T}

What is left out: r^{k−2} k²(k−1)/(T(T−k)) adds up to O(T⁻²) over k ≤ T/2, where T − k ≥ T/2; over
k > T/2, like all terms that hold μ_x^{T−k}r^{k−2} or r^{T−3}, it is at most T³ times a power of
max(μ_x, r) < 1 whose exponent is about T/2; so is κ(λ_{T1} − λ_{T−1,1}).  Φ_∞ > 0 below 1/(1+μ_y),
and near there Φ_T has one root, which moves as stated.  This paragraph is an argument on paper; the
identities in it are certified here.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, T
from gpa_theory.symbolic.minimax.carried import Parts, carried
from gpa_theory.symbolic.minimax.rows import RATIO
from gpa_theory.symbolic.quadratics.step import MU_X, MU_Y, above, zero

K, COUNT = sp.symbols("k n", positive=True)
R, POWER, TOTAL, SHORT = sp.symbols("r w S e", nonnegative=True)  # r, r^{n−1}, Σ_{2≤k≤n}, 1/T
MINUS_R = MU_X - RATIO


def phi(mu_x: Expr, mu_y: Expr, short: Expr) -> Expr:
    """Return Φ_T at 1/T = `short`."""
    kappa = 1 - mu_x * mu_y
    lead = kappa * (1 - mu_x - mu_x * mu_y) / (1 - mu_x)
    return lead - 2 * mu_x * mu_y * kappa**2 / (1 - mu_x) ** 2 * short


def _sums() -> Parts:
    """Certify Σ_{2≤k≤n} k r^{k−2} and Σ_{2≤k≤n} k(k−1) r^{k−2}, their last terms included."""
    n, w = COUNT, POWER
    first = (1 - R) ** 2 * TOTAL - (2 - R - (n + 1) * w + n * R * w)
    ends = n * (n + 1) - 2 * (n**2 - 1) * R + n * (n - 1) * R**2
    second = (1 - R) ** 3 * TOTAL - (2 - w * ends)
    start = {TOTAL: 0, POWER: 1, COUNT: 1}
    moved = {POWER: R * w, COUNT: n + 1}
    return (
        *carried("Σ k r^{k−2}", first, start, {**moved, TOTAL: TOTAL + (n + 1) * w}),
        *carried("Σ k(k−1) r^{k−2}", second, start, {**moved, TOTAL: TOTAL + (n + 1) * n * w}),
    )


def _expansion() -> Parts:
    """Certify the summand's parts, and Φ_T as what the two sums tend to."""
    parts = K + K * (K - 1) / T + K**2 * (K - 1) / (T * (T - K))
    summed = (2 - RATIO) / (1 - RATIO) ** 2 + 2 / (1 - RATIO) ** 3 / T
    return (
        ("(T−1)k/(T−k)", zero((T - 1) * K / (T - K) - parts)),
        ("Φ_T", zero(1 - MINUS_R * summed - phi(MU_X, MU_Y, 1 / T))),
    )


def _root() -> Parts:
    """Certify that the root begins at 1/(1+μ_y), where Φ falls, and how it moves with 1/T."""
    end = 1 / (1 + MU_Y)
    at_end = {MU_X: end, SHORT: 0}
    whole = phi(MU_X, MU_Y, SHORT)
    slope, push = (sp.diff(whole, v).subs(at_end) for v in (MU_X, SHORT))
    return (
        ("Φ_∞ at 1/(1+μ_y)", zero(whole.subs(at_end))),
        ("Φ_∞ falls there", above(-slope * MU_Y, 1)),
        ("how the root moves", zero(push - slope * 2 / (1 + MU_Y) ** 2)),
    )


def limit_proof() -> Proof:
    """Prove the identities behind the end of the free region for large T."""
    return Proof(
        "(T−1)κλ_{T−1,1} → κ(1−μ_x−μ_xμ_y)/(1−μ_x), and its root moves by −2/(1+μ_y)² per 1/T",
        (*_sums(), *_expansion(), *_root()),
    )
