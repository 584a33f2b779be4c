r"""From the tails of a run to any weights: subgradient descent with gradients at z_t (μ_y = 0).

With φ_t = f(z_t) − f(u), s_t = γ_t²|g_t|²/2, sums a_{≥k} = a_k + … + a_T, weights π_t that add up
to 1, and m_k = π_{≥k}/γ_{≥k}, which must not fall in k:

.. math::
    \sum_t \pi_t\varphi_t \le \frac{D^2}{2\gamma_{\ge1}} + \sum_t s_t\, m_{\min(t+1,T)}

Descent from step k on, against the point z_k itself, gives (γφ)_{≥k} − γ_{≥k}φ_k ≤ s_{≥k} =: S_k;
against u from step 1, (γφ)_{≥1} ≤ D²/2 + S_1.  Backward in k, with N_k the sum over t ≥ k of
s_t m_{min(t+1,T)},

.. math:: (\pi\varphi)_{\ge k} \le m_k\bigl((\gamma\varphi)_{\ge k} - S_k\bigr) + N_k

since one step takes it from k + 1 to k at a cost of (m_{k+1} − m_k) times what descent says of k.
The steps are certified here, the whole for every T in Rocq (`tails_to_weights`,
`weighted_descent`).  Step T is never taken: its γ_T > 0 is any number.

Ours for general weights, as far as we know; defazio2023optimal has the last iterate of the
base, π_T = 1.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import norm2
from gpa_theory.symbolic.bases.gradient_descent import one_step
from gpa_theory.symbolic.bases.regret import linear_regret
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import D, Expr, gamma
from gpa_theory.symbolic.quadratics.step import above, zero

HALF = sp.Rational(1, 2)
STEP, REST, SHARE, GROWTH = sp.symbols("gamma_k Gamma m e", positive=True)  # Γ = γ_{≥k+1}
WEIGHTED, NOISE, PAID, GAP, NOW = sp.symbols("W S N phi s_k", real=True)  # from k + 1 on; at k


def bounded(share: Expr, weighted: Expr, noise: Expr, paid: Expr) -> Expr:
    """Return m(W − S) + N, which bounds a tail of Σ π_t φ_t."""
    return share * (weighted - noise) + paid


def one_step_along() -> Certificate:
    """Certify γ r + (|z_{t+1} − u|² − |z_t − u|²)/2 ≤ γ²|g|²/2: a tail gains one step."""
    moved = HALF * (norm2(z - u) - norm2(z_next - u))
    claim = moved + gamma**2 / 2 * norm2(g) - gamma * linear_regret()
    return Certificate(claim, (Premise("one step", gamma, one_step().claim),))


def backward() -> Expr:
    """Return what going from k + 1 to k must leave: 0, if every cost is counted."""
    later = SHARE + GROWTH  # m_{k+1}
    weight = SHARE * (REST + STEP) - later * REST  # π_k
    at_k = bounded(SHARE, WEIGHTED + STEP * GAP, NOISE + NOW, PAID + NOW * later)
    descent = (REST + STEP) * GAP - (WEIGHTED + STEP * GAP) + (NOISE + NOW)
    return at_k - weight * GAP - bounded(later, WEIGHTED, NOISE, PAID) - GROWTH * descent


def tails_proof() -> Proof:
    """Prove the steps from the tails of descent to any weights."""
    mass = 1 / REST  # m_1, for weights that add up to 1
    whole = D**2 / (2 * REST) + PAID
    end = bounded(SHARE, STEP * GAP, NOW, NOW * SHARE) - SHARE * STEP * GAP
    return Proof(
        "Σ π_t φ_t ≤ D²/(2γ_{≥1}) + Σ s_t m_{min(t+1,T)}, if m_k = π_{≥k}/γ_{≥k} does not fall",
        (
            ("one step", one_step()),
            ("one step of a tail", one_step_along()),
            ("at T", zero(end)),
            ("from k + 1 to k", zero(backward())),
            ("m_{k+1} − m_k", above(GROWTH)),
            ("at 1", zero(whole - bounded(mass, D**2 / 2 + NOISE, NOISE, PAID))),
        ),
    )
