"""What a sceptic would try on the proof checker, and on the bounds it backs: all refused."""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import Point, basis, constant, norm2
from gpa_theory.symbolic.bases.dual_averaging import anytime
from gpa_theory.symbolic.bases.gradient_descent import discounted, plain
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.proof import Induction, Instance, Proof, Summed
from gpa_theory.symbolic.engine.symbols import rho
from gpa_theory.symbolic.rows import ROWS
from gpa_theory.symbolic.theorems import bounds

a, b = sp.symbols("a b", positive=True)
Z, W = basis("z"), basis("w")
SQUARE = Certificate(norm2(Z), (square(1, Z),))


def sum_of_squares(**changes):
    """Return the induction for Σ|z|² ≥ 0, changed to whatever a sceptic likes."""
    honest = Induction(
        lambda total: total,
        start=(Point({}),),
        now=(W,),
        after=(W + norm2(Z),),
        end=(basis("W_T"),),
        base=(),
        step=(square(1, Z),),
    )
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
    assert proof.claim.coefficient("<z,z>") == 2
    assert proof.axioms() == ("square",)


def test_coordinates_add_up():
    """What holds for every i holds for the sum, if it is linear."""
    each = Certificate(constant(a) - W, (Premise("diameter", 1, constant(a) - W),))
    proof = Proof("theorem", (("i", each), ("all", Summed("i", {a: b}, {"w": "Σw"}))))
    proof.check()
    assert proof.claim == constant(b) - basis("Σw")


FALSE = {
    "an empty proof": ((), "proves nothing"),
    "a free premise": (
        (("end", Certificate(-norm2(Z), (Premise("as is well known", 1, -norm2(Z)),))),),
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
        (("end", Certificate(-norm2(Z), (Premise("square", -1, norm2(Z), equality=True),))),),
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
        "uses its hypothesis once",
    ),
    "an induction without its base": (
        (("sum", sum_of_squares(start=(-norm2(Z),))),),
        "residual",
    ),
    "an induction that claims more": (
        (("sum", sum_of_squares(after=(W + 2 * norm2(Z),))),),
        "residual",
    ),
    "a hypothesis used backwards": (
        (("sum", sum_of_squares(hypothesis=-1, after=(norm2(Z) - W,))),),
        "not proved ≥ 0",
    ),
    "an instance of nothing": ((("end", Instance("lemma", {})),), "not proved before"),
    "a sum of what does not add up": (
        (
            ("i", Certificate(a**2 * constant(1), (nonnegative(a**2),))),
            ("all", Summed("i", {a: b}, {})),
        ),
        "does not add up",
    ),
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
        replace(bound, terms=half).check()
    if bound.per_epsilon != 0:
        with pytest.raises(CertificateError, match="the proof ends in another bound"):
            replace(bound, per_epsilon=0).check()


AXIOMS_OF = {
    Assumption.CONVEX: {"convexity", "Jensen"},
    Assumption.LIPSCHITZ: {"Lipschitz", "Cauchy-Schwarz"},
    Assumption.RADIUS: {"radius", "Cauchy-Schwarz"},
    Assumption.DIAMETER: {"diameter"},
    Assumption.COORDINATE_DIAMETER: {"diameter"},
    Assumption.MINIMIZER: {"minimizer"},
    Assumption.DIMENSION: set(),
    Assumption.COORDINATEWISE: set(),  # the axiom "projection" is used for every base
}
FREE = {"square", "constant", "definition", "projection", "minimality", "exponential"}


@pytest.mark.parametrize("name", bounds())
def test_assumptions_are_the_axioms_used(name):
    """A bound states an assumption if and only if its proof uses it."""
    bound = bounds()[name]
    used = set(bound.proofs[-1].axioms()) - FREE
    assert used <= set().union(*(AXIOMS_OF[assumption] for assumption in bound.assumptions))
    for assumption in bound.assumptions:
        assert not AXIOMS_OF[assumption] or used & AXIOMS_OF[assumption]
