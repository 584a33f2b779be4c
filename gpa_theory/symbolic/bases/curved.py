r"""Projected gradient descent where f is curved: what smoothness and strong convexity pay back.

.. math::
    \sum_t \Bigl(r_t - \tfrac1{2L}|g_t|^2\Bigr) &\le \frac{D^2}{2\gamma}
        && (\gamma \le 1/L) \\
    \sum_t \Bigl(r_t - \tfrac s2|z_t-u|^2\Bigr) &\le \frac{G^2}{2s}\sum_t\frac1t
        && (\gamma_t = 1/(st))

Neither is linear regret alone: f has to pay for what is taken off.  Inside GPA with constant μ_x it
does.  For σ-strongly convex f, s = σ(1 − μ_x μ_y²): claim `strongly-convex-step`.  If f is convex,
L-smooth and u minimizes it over the whole space, B(u, y_t) ≥ |g_t|²/(2L), and B(u, y_t) is a term
of the step identity; so mean f(x_t) − f(u) ≤ D²/(2γT) + ρ(f(x_1) − f(x_T))/T for every μ_y.

The first, as a statement about GPA, is ours; we know of no earlier statement.  The second is in
hazan2007logarithmic for losses at z_t, and as a claim of this project for GPA.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, norm2
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, one_step, z_last
from gpa_theory.symbolic.bases.regret import linear_regret, projection
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Lipschitz, Radius
from gpa_theory.symbolic.engine.numbers import Count
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import COUNT, D, Expr, G, T, gamma

slack: Expr = sp.Symbol("slack", nonnegative=True)  # 1/L = γ + slack
s: Expr = sp.Symbol("s", positive=True)  # the modulus that is left inside GPA

SMOOTH = Total("Σ(r_t − |g_t|²/(2L))", linear_regret() - (gamma + slack) / 2 * norm2(g))
STRONG = Total("Σ(r_t − (s/2)|z_t − u|²)", linear_regret() - s / 2 * norm2(z - u))
HARMONIC = Total("Σ1/t", constant(1 / (COUNT + 1)))


@cache
def smooth() -> Proof:
    """Prove Σ(r_t − |g_t|²/(2L)) ≤ D²/(2γ) for γ ≤ 1/L; no bound on |g_t| is needed."""
    weight = 1 / (2 * gamma)
    telescoped = Induction(
        weight * (norm2(z_1 - u) - norm2(z - u)) - SMOOTH.so_far,
        (SMOOTH, ITERATES),
        step=(Premise("one step", 1, one_step().claim), square(slack / 2, g)),
    )
    end = Certificate(
        constant(weight * D**2) - basis(SMOOTH.name),
        (
            Premise("telescoped", 1, telescoped.claim),
            Radius().times(weight),
            square(weight, z_last - u),
        ),
    )
    parts = (("one step", one_step()), ("telescoped", telescoped), ("end", end))
    return Proof("Σ(r_t − |g_t|²/(2L)) ≤ D²/(2γ), γ ≤ 1/L", parts)


def shrinking_step() -> Certificate:
    """Certify (k/2)(|z_t − u|² − |z_{t+1} − u|²) + |g_t|²/(2k) ≥ r_t for k = s t, t = n + 1."""
    k = s * (COUNT + 1)
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        k / 2 * moved + 1 / (2 * k) * norm2(g) - linear_regret(),
        projection(z - 1 / k * g, k / 2),
    )


@cache
def strong() -> Proof:
    """Prove Σ(r_t − (s/2)|z_t − u|²) ≤ G²/(2s) Σ 1/t for γ_t = 1/(s t)."""
    carried = Induction(
        G**2 / (2 * s) * HARMONIC.so_far - STRONG.so_far - s * COUNT / 2 * norm2(z - u),
        (STRONG, HARMONIC, Count(COUNT), ITERATES),
        step=(
            Premise("shrinking step", 1, shrinking_step().claim),
            Lipschitz().times(1 / (2 * s * (COUNT + 1))),
        ),
    )
    end = Certificate(
        G**2 / (2 * s) * basis(HARMONIC.name) - basis(STRONG.name),
        (Premise("carried", 1, carried.claim), square(s * T / 2, z_last - u)),
    )
    parts = (("shrinking step", shrinking_step()), ("carried", carried), ("end", end))
    return Proof("Σ(r_t − (s/2)|z_t − u|²) ≤ G²/(2s) Σ1/t, γ_t = 1/(st)", parts)
