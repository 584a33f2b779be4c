"""What a sceptic would try on the proof checker, and on the bounds it backs: all refused."""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import basis, norm2
from gpa_theory.symbolic.bases.dual_averaging import anytime
from gpa_theory.symbolic.bases.gradient_descent import discounted, plain
from gpa_theory.symbolic.engine.axioms import CLASSES, Square, nonnegative, square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.instance import Instance
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import rho
from gpa_theory.symbolic.rows import ROWS
from gpa_theory.symbolic.theorems import bounds

Z, W = basis("v"), basis("w")
SQUARE = Certificate(norm2(Z), (square(1, Z),))
TOTAL = Total("W_T", norm2(Z))


def sum_of_squares(**changes):
    """Return the induction for Σ|v|² ≥ 0, changed to whatever a sceptic likes."""
    honest = Induction(TOTAL.so_far, (TOTAL,), step=(square(1, Z),))
    return replace(honest, **changes)


def test_an_honest_proof_with_every_kind_of_part():
    """Certificate, citation, induction, nested proof, instance."""
    scaled = Certificate(rho * norm2(Z), (Premise("lemma", rho, norm2(Z)),))
    proof = Proof(
        "theorem",
        (
            ("lemma", SQUARE),
            ("scaled", scaled),
            ("counted", sum_of_squares()),
            ("inner", Proof("inner", (("again", SQUARE),))),
            ("at 2", Instance("scaled", {rho: sp.Integer(2)})),
        ),
    )
    proof.check()
    assert proof.claim.coefficient("<v,v>") == 2
    assert proof.axioms() == ("square",)


FALSE = {
    "an empty proof": ((), "proves nothing"),
    "no part at all": ((("end", "as is well known"),), "is no part of a proof"),
    "a free premise": (
        (("end", Certificate(-norm2(Z), (Premise("as is well known", 1, -norm2(Z)),))),),
        "neither an axiom nor proved before",
    ),
    "a premise that bears an axiom's name": (
        (("end", Certificate(-norm2(Z), (Premise("square", 1, -norm2(Z)),))),),
        "neither an axiom nor proved before",
    ),
    "a citation of more than was proved": (
        (("lemma", SQUARE), ("end", Certificate(W, (Premise("lemma", 1, W),)))),
        "cites 'lemma' for what that part does not prove",
    ),
    "an inequality cited as an equality": (
        (
            ("lemma", SQUARE),
            ("end", Certificate(-norm2(Z), (Premise("lemma", -1, norm2(Z), equality=True),))),
        ),
        "an inequality, as an equality",
    ),
    "an axiom used as an equality": (
        (("end", Certificate(-norm2(Z), (replace(square(-1, Z), equality=True),))),),
        "is an inequality, used as an equality",
    ),
    "two parts of one name": ((("lemma", SQUARE), ("lemma", SQUARE)), "must be its own"),
    "a part that poses as an axiom": ((("square", SQUARE),), "must be its own"),
    "a hypothesis outside an induction": (
        (("end", Certificate(-W, (Premise("hypothesis", 1, -W),))),),
        "neither an axiom nor proved before",
    ),
    "a second hypothesis": (
        (("sum", sum_of_squares(step=(square(1, Z), Premise("hypothesis", 0, W)))),),
        "neither an axiom nor proved before",
    ),
    "an induction without its base": (
        (("sum", sum_of_squares(invariant=TOTAL.so_far - norm2(basis("z_1")))),),
        "residual",
    ),
    "an induction that claims more": (
        (("sum", sum_of_squares(invariant=-TOTAL.so_far)),),
        "residual",
    ),
    "a hypothesis used backwards": (
        (("sum", sum_of_squares(components=(replace(TOTAL, discount=-1),), hypothesis=-1)),),
        "not proved ≥ 0",
    ),
    "a base case that cites": (
        (("lemma", SQUARE), ("sum", sum_of_squares(base=(Premise("lemma", 0, norm2(Z)),)))),
        "neither an axiom nor proved before",
    ),
    "an instance of nothing": ((("end", Instance("lemma", {})),), "not proved before"),
}


@pytest.mark.parametrize(("parts", "reason"), FALSE.values(), ids=FALSE)
def test_false_proofs_are_refused(parts, reason):
    """The checker leaves nothing to good will."""
    with pytest.raises(CertificateError, match=reason):
        Proof("theorem", parts).check()


def test_a_failing_part_is_named():
    """The error says which theorem and which part."""
    with pytest.raises(CertificateError, match="theorem: part two: residual"):
        Proof("theorem", (("part two", Certificate(norm2(Z), ())),)).check()


@pytest.mark.parametrize("make", [plain, discounted])
@pytest.mark.parametrize("change", ["worst", "proof"])
def test_a_regret_bound_must_be_what_its_proof_ends_in(make, change):
    """A tenth of the bound, or another base's proof, is refused at construction."""
    regret = make()
    new = {"worst": regret.worst / 10, "proof": anytime().proof}[change]
    with pytest.raises(CertificateError, match="the proof ends in another bound"):
        replace(regret, **{change: new})


def test_a_row_must_be_what_its_weights_say():
    """Dropping r_1 from the regrets of a scheme breaks the row's proof."""
    row = ROWS["no_remainder"]
    wrong = replace(row, scheme=replace(row.scheme, regrets=basis("R_T")))
    with pytest.raises(CertificateError, match="residual"):
        wrong.proof().check()


@pytest.mark.parametrize("name", bounds())
def test_a_bound_must_be_what_its_proof_ends_in(name):
    """Half the terms, or no price for ε, is refused though every certificate is sound."""
    bound = bounds()[name]
    half = {key: term / 2 for key, term in bound.terms.items()}
    with pytest.raises(CertificateError, match="the proof ends in another bound"):
        replace(bound, terms=half)
    if bound.per_epsilon != 0:
        with pytest.raises(CertificateError, match="the proof ends in another bound"):
            replace(bound, per_epsilon=0)


@pytest.mark.parametrize("name", bounds())
def test_assumptions_are_those_of_the_axioms_used(name):
    """A bound states an assumption if and only if its proof uses it, and with one less or more."""
    bound = bounds()[name]
    used = {
        p.axiom.assumes for _, c in bound.proofs[-1].certificates() for p in c.premises if p.axiom
    }
    added_up = {Assumption.DIMENSION, Assumption.COORDINATEWISE}
    assert bound.assumptions - added_up == used - {None}
    assert added_up <= bound.assumptions or not added_up & bound.assumptions
    for assumption in Assumption:
        with pytest.raises(CertificateError, match="rests on other assumptions"):
            replace(bound, assumptions=bound.assumptions ^ {assumption})


def test_every_axiom_says_what_it_assumes():
    """Names and words are there; Square, say, assumes nothing."""
    assert all(axiom.name and axiom.words for axiom in CLASSES)
    assert Square.assumes is None
    assert nonnegative(1).axiom.assumes is None
