"""What may be put for a symbol, and what may be added up over coordinates: no more than variables.

A claim is proved for every value of a variable; what stands for something already is none.
"""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import basis, constant
from gpa_theory.symbolic.bases.adagrad import REGRET_I, _observed, _root_below
from gpa_theory.symbolic.engine.algebra import Exponential, HorizonRoot, h
from gpa_theory.symbolic.engine.axioms import nonnegative
from gpa_theory.symbolic.engine.components import Total, Vector
from gpa_theory.symbolic.engine.convexity import Convexity
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.instance import Instance
from gpa_theory.symbolic.engine.motion import CoordinateDiameter, Diameter
from gpa_theory.symbolic.engine.proof import Proof, Summed
from gpa_theory.symbolic.engine.run import Place, z_1
from gpa_theory.symbolic.engine.symbols import (
    G,
    R_inf,
    S,
    T,
    d,
    epsilon,
    gamma,
    nu,
    q,
    rho,
)
from gpa_theory.symbolic.engine.vocabulary import (
    NORM_I,
    POWER,
    SQUARES,
    M,
)

v, w = basis("v"), basis("w")


def refused(reason, *parts):
    with pytest.raises(CertificateError, match=reason):
        Proof("theorem", tuple((str(k), part) for k, part in enumerate(parts))).check()


CLAIM = Certificate(constant(rho + 1), (nonnegative(rho + 1),))
GROWN = Induction(constant(1 - M), (POWER,), step=(nonnegative(1 / (1 + rho)),), begins=1)
GROWN = replace(GROWN, hypothesis=rho / (1 + rho))
RULE = Certificate(constant(1 / sp.sqrt(T) - M), (Exponential(M).times(1),))
BAD_INSTANCES = {
    "ρ → −2": (CLAIM, {rho: -2}, "sign of rho"),
    "ρ → a − 1": (CLAIM, {rho: sp.Symbol("a", nonnegative=True) - 1}, "sign of rho"),
    "ρ → 0.5": (CLAIM, {rho: 0.5}, "sign of rho"),
    "γ → −1": (CLAIM, {gamma: -1}, "sign of gamma"),
    "γ → 0": (CLAIM, {gamma: 0}, "sign of gamma"),
    "γ → ν, which may be 0": (CLAIM, {gamma: nu}, "sign of gamma"),
    "T → 0": (CLAIM, {T: 0}, "is no variable"),
    "T → T²": (CLAIM, {T: T**2}, "is no variable"),
    "G → 1": (CLAIM, {G: 1}, "is no variable"),
    "ε → 0": (CLAIM, {epsilon: 0}, "is no variable"),
    "M → 2": (GROWN, {M: 2}, "is no variable"),
    "h → 0": (RULE, {h: 0}, "stands for"),
    "a name": (CLAIM, {"R_T": 0}, "is no symbol"),
    "no dict": (CLAIM, ((rho, 1),), "by a dict"),
}


@pytest.mark.parametrize(("part", "change", "reason"), BAD_INSTANCES.values(), ids=BAD_INSTANCES)
def test_only_variables_take_values(part, change, reason):
    """Only a symbol that a claim is proved for whatever it is takes another value, of its sign."""
    refused(reason, part, Instance("0", change))


def test_an_instance_changes_what_names_mean():
    """With 1 for ρ, M is (1/2)^{T−1}; the horizon's h takes the one value it stands for."""
    proved = Proof("t", (("0", GROWN), ("at 1", Instance("0", {rho: sp.S.One})))).proved()
    assert proved.scope["end", M].factor == sp.S.Half
    found = Proof("t", (("0", RULE), ("1", Instance("0", {h: HorizonRoot().value})))).proved()
    assert found.least_steps == 2
    assert ("value", h) not in found.scope


def coordinate(claim, *premises):
    return Proof("coordinate i", (("only part", Certificate(claim, premises)),))


def summed(proof, roots=None, names=None):
    return Summed(proof, {} if roots is None else roots, {} if names is None else names)


OBSERVED = Proof("i", _observed(R_inf, CoordinateDiameter(), REGRET_I, NORM_I))
NUMBER = Total("N", constant(1))  # the same of every coordinate
CONVEX = Convexity(Place("x", v), Place("y", w))
BAD_SUMS = {
    "f of a coordinate": (summed(coordinate(CONVEX.gap(), CONVEX.times(1))), "hold of coordinates"),
    "R of a coordinate": (summed(coordinate(Diameter().gap(), Diameter().times(1))), "hold of coo"),
    "a square of a root": (
        summed(coordinate(constant(q**2), nonnegative(q**2)), {q: S}),
        "is no sum of roots",
    ),
    "a root called ρ": (summed(OBSERVED, {q: rho}, {"R_{T,i}": "R_T"}), "has a meaning already"),
    "a root called by a name": (summed(OBSERVED, {q: "S"}, {}), "or is no symbol"),
    "a root that is not added up": (summed(OBSERVED, {}, {"R_{T,i}": "R_T"}), "does not add up"),
    "a sum that is not added up": (summed(OBSERVED, {q: S}, {}), "'R_{T,i}' does not add up"),
    "a sum called z": (summed(OBSERVED, {q: S}, {"R_{T,i}": "z"}), "has a meaning already"),
    "a sum that is none": (summed(OBSERVED, {q: S}, {"R_T": "R_T"}), "'R_T' does not add up"),
    "a count of steps": (
        summed(
            Proof("i", (("N", Induction(NUMBER.so_far, (NUMBER,), step=(nonnegative(1),))),)),
            names={"N": "N"},
        ),
        "'N' does not add up",
    ),
    "pairs": (summed(OBSERVED, ((q, S),)), "by a dict"),
    "a name of an earlier part": (Summed("i", {}, {}), "is no part of a proof"),
    "sums of sums": (summed(Proof("i", (("again", summed(OBSERVED)),))), "is no part of a proof"),
}


@pytest.mark.parametrize(("part", "reason"), BAD_SUMS.values(), ids=BAD_SUMS)
def test_only_what_adds_up_is_added_up(part, reason):
    """f, R and products do not add up over coordinates, and no name is changed on the way."""
    refused(reason, part)


def test_coordinates_add_up():
    """Σ_i √Q_{T,i} ≤ Q_T/(2c) + dc/2: roots and sums of squares add up, a number counts d times."""
    c = sp.Symbol("c", positive=True)
    part = summed(_root_below(c), {q: S}, {"Q_{T,i}": "Q_T"})
    proved = Proof("t", (("all", part),)).proved()
    assert proved.claim.coefficient("1") == sp.expand(d * c / 2 - S)
    assert proved.scope["end", "Q_T"] == SQUARES


def test_a_coordinate_is_no_vector():
    """|z_{t,i} − u_i| ≤ R_∞ does not hold of vectors."""
    near = CoordinateDiameter()
    refused("holds of coordinates only", Certificate(near.gap(), (near.times(1),)))


def test_an_instance_of_a_claim_about_any_time():
    """What a vector does at every step is restated with the rest: w = ρ z_1 at ρ = 2 is 2 z_1."""
    stays = Induction(w - rho * z_1, (Vector("w", rho * z_1, w),))
    parts = ("0", stays), ("1", Instance("0", {rho: sp.Integer(2)}))
    proved = Proof("t", parts).proved()
    assert proved.scope["step", "w"] == (Vector("w", 2 * z_1, w), 0)
    assert proved.claim == w - 2 * z_1
