"""What a proof may take for granted: the complete list, each with a name and words.

Every premise of every certificate is one of these, the claim of an earlier part, or an induction
hypothesis.  `proof` refuses anything else, so this list is all there is to believe.
"""

from __future__ import annotations

from gpa_theory.core.certificate import Premise
from gpa_theory.core.gram import Point, constant, norm2
from gpa_theory.symbolic.engine.symbols import D, Expr, G

AXIOMS = {
    "square": "|v|² ≥ 0 for every vector v",
    "constant": "a number proved ≥ 0 is ≥ 0",
    "definition": "an equality by which a name is defined (Q_t = Q_{t−1} + |g_t|² and the like)",
    "convexity": "B(a, b) ≥ 0: f lies above its tangents, g(b) being a subgradient at b",
    "Jensen": "f at a convex combination is at most the combination of f",
    "projection": "⟨v − Π(v), Π(v) − u⟩ ≥ 0 for u in the domain",
    "minimality": "⟨∇F(z), w − z⟩ ≥ 0: z minimizes the convex F over the domain",
    "Lipschitz": "|g_t| ≤ G; summed over t, Σ|g_t|² ≤ T G²",
    "radius": "|z_1 − u| ≤ D",
    "diameter": "|z_t − u| ≤ R for all t (per coordinate: R_∞)",
    "Cauchy-Schwarz": "⟨a, b⟩ ≤ |a| |b|, used as ⟨g_1, z_1 − u⟩ ≤ GD",
    "minimizer": "φ_T ≥ −ε: u minimizes f over the domain up to ε",
    "exponential": "1 − s ≤ e^{−s}, hence (1 − s)^{T−1} ≤ e^{−s(T−1)}",
}


def square(multiplier: Expr, vector: Point) -> Premise:
    """Return |vector|² ≥ 0."""
    return Premise("square", multiplier, norm2(vector))


def nonnegative(value: Expr) -> Premise:
    """Return value · 1 ≥ 0; the sign of `value` is what the check then has to prove."""
    return Premise("constant", value, constant(1))


def definition(multiplier: Expr, gap: Point) -> Premise:
    """Return the equality gap = 0, by which a name in it is defined."""
    return Premise("definition", multiplier, gap, equality=True)


def first_regret_bounded(multiplier: Expr, first_regret: Point) -> Premise:
    """Return r_1 = ⟨g_1, z_1 − u⟩ ≤ GD."""
    return Premise("Cauchy-Schwarz", multiplier, constant(G * D) - first_regret)
