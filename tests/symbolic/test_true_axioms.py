"""The axioms are true, not only well formed: in Fractions, on models drawn at random.

Every axiom that a shipped proof uses is read on vectors of ℚ³, a convex f and a box; then whole
proofs are read on runs of the recursion, where R_T, φ_T and the like are what they are said to be.
"""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from gpa_theory.symbolic.engine import algebra, convexity, motion, stated
from gpa_theory.symbolic.engine.axioms import CLASSES
from gpa_theory.symbolic.engine.content import content
from gpa_theory.symbolic.engine.symbols import D, G, R, R_inf, T, e, epsilon, in_rho, q, rho
from gpa_theory.symbolic.theorems import PROOFS, any_base, bounds
from tests.symbolic.model import SIZE, Model, length

DRAWS = 3


def used():
    """Return every axiom of every shipped proof, once per content."""
    composed = (*bounds().values(), *any_base().values())
    proofs = [make() for make in PROOFS.values()] + [b.proofs[-1] for b in composed]
    found = {}
    for proof in proofs:
        for _, certificate in proof.certificates():
            for premise in certificate.premises:
                if premise.axiom is not None:
                    found.setdefault(content(premise.axiom), premise.axiom)
    return list(found.values())


USED = used()


def settle_root(model, root):
    """Choose q, e and the vector so that (q + e)² = q² + |vector|², all rational."""
    m, k = sorted(model.rng.choice(range(1, 9), 2, replace=False))
    model.symbols |= {q: sp.Integer(k**2 - m**2), e: sp.Integer(2 * m**2)}
    (name,) = root.vector.terms
    model.vectors[name] = np.array([Fraction(int(2 * m * k)), Fraction(0), Fraction(0)])
    model.scalars[root.total.name] = Fraction(int(k**2 - m**2)) ** 2


def settle_projection(model, axiom):
    model.vectors["u"] = model.box(model.vector("u"))
    model.vectors["z_next"] = model.sign * model.box(model.at(axiom.target))


def settle_minimality(model, axiom):
    F = axiom.minimizer
    curvature = model.number(F.curvature)
    model.vectors[axiom.other] = model.box(model.vector(axiom.other))
    free = model.vector("z_1") - model.at(F.total) / curvature
    model.vectors[axiom.at] = model.sign * model.box(free)


def settle_distance(model, axiom):
    vector, name = {
        motion.Lipschitz: (model.vector("g(y)"), G),
        motion.Radius: (model.vector("z_1") - model.vector("u"), D),
        motion.Diameter: (model.vector("z") - model.vector("u"), R),
        motion.CoordinateDiameter: (model.vector("z") - model.vector("u"), R_inf),
    }[type(axiom)]
    found = length(vector) if model.sign == 1 else max(map(abs, vector)) / 2
    model.symbols[name] = sp.Rational(found.numerator, found.denominator)


def settle_run(model, axiom):
    """Draw x_1 … x_T and u, and give the sums of gaps their values."""
    steps = int(model.number(T))
    points = [model.draw(SIZE) for _ in range(steps)]
    least = model.f(model.vector("u"))[0]
    phi = [model.f(x)[0] - least for x in points]
    model.scalars |= {"Σφ": sum(phi), "φ_1": phi[0], "φ_T": phi[-1], "1": Fraction(1)}
    if isinstance(axiom, convexity.Minimizer):
        gap = max(-phi[-1], Fraction(0)) if model.sign == 1 else -phi[-1] - 1
        model.symbols[epsilon] = sp.Rational(gap.numerator, gap.denominator)
        return
    every, first, last = (model.number(axiom.gaps.coefficient(n)) for n in ("Σφ", "φ_1", "φ_T"))
    mean = every * sum(points) + first * points[0] + last * points[-1]
    model.scalars[convexity.AT_MEAN] = model.f(mean)[0] - least


def settle_stated(model, axiom):
    """Draw a base's regret, within what is stated of it; the constant is then what it must be."""
    model.settle()
    model.symbols[rho] = sp.Integer(int(model.rng.integers(2, 6)) ** 2 - 1)  # √(1−μ_x) rational
    (name,) = (n for n in axiom.gap().terms if n != "1")
    bound = model.number(in_rho(axiom.bound))
    model.scalars[name] = bound - model.sign * Fraction(model.rng.integers(0, 9), 4) * abs(bound)


SETTLE = {
    algebra.Square: lambda model, axiom: None,
    algebra.Constant: lambda model, axiom: model.settle(),
    algebra.SquaredNumber: lambda model, axiom: model.settle(),
    algebra.GrowingRoot: lambda model, axiom: (model.settle(), settle_root(model, axiom.root)),
    algebra.RootOfSquares: lambda model, axiom: (model.settle(), settle_root(model, axiom.root)),
    convexity.Convexity: lambda model, axiom: model.settle(axiom.above, axiom.tangent),
    convexity.Jensen: lambda model, axiom: model.settle(axiom.at, *(p for _, p in axiom.parts)),
    convexity.JensenOverRun: settle_run,
    convexity.Minimizer: settle_run,
    stated.StatedRegret: settle_stated,
    motion.Projection: settle_projection,
    motion.Minimality: settle_minimality,
    **dict.fromkeys(
        (motion.Lipschitz, motion.Radius, motion.Diameter, motion.CoordinateDiameter),
        lambda model, axiom: (model.settle(), settle_distance(model, axiom)),
    ),
}


def gap_of(axiom, seed, sign=1):
    model = Model(seed, sign)
    SETTLE[type(axiom)](model, axiom)
    return model.form(axiom.gap())


def kind(axiom):
    return type(axiom).__name__


RATIONAL = [axiom for axiom in USED if not isinstance(axiom, algebra.Exponential)]


def test_every_axiom_is_used_and_read():
    """The list of what must be believed has no dead entry, and all of it is read below."""
    assert {type(axiom) for axiom in USED} == set(CLASSES)
    assert {*SETTLE, algebra.Exponential} == set(CLASSES)


@pytest.mark.parametrize("axiom", RATIONAL, ids=map(kind, RATIONAL))
def test_an_axiom_is_true(axiom):
    """Its gap is ≥ 0, and 0 if it is an equality, on every model drawn."""
    for seed in range(DRAWS):
        found = gap_of(axiom, seed)
        assert found == 0 if axiom.equality else found >= 0


FALSIFIABLE = sorted({type(a) for a in USED if a.assumes or "law" in str(a.meanings())}, key=str)


@pytest.mark.parametrize("of", FALSIFIABLE, ids=lambda c: c.__name__)
def test_an_axiom_fails_where_its_assumption_does(of):
    """Must fail: f concave, no projection, G and R too small; so the reading can tell."""
    axioms = [axiom for axiom in USED if type(axiom) is of]
    assert min(gap_of(axiom, seed, -1) for axiom in axioms for seed in range(9 * DRAWS)) < 0


@pytest.mark.parametrize("steps", [2, 3, 4, 10, 100, 10**4, 10**8])
def test_the_exponential_is_true(steps):
    """(1 − s)^{T−1} ≤ 1/√T at s = ln T/(2(T−1)), and not at a quarter of it."""
    with mpmath.workdps(40):
        s = mpmath.log(steps) / (2 * (steps - 1))
        assert (1 - s) ** (steps - 1) <= 1 / mpmath.sqrt(steps)
        assert (1 - s / 4) ** (steps - 1) > 1 / mpmath.sqrt(steps)
