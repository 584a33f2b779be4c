"""Every proof checks exactly, and every way of weakening one is refused."""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import basis, norm2
from gpa_theory.symbolic.fields import RATIONAL_FUNCTIONS, is_nonnegative
from gpa_theory.symbolic.proof import Proof, induction
from gpa_theory.symbolic.symbols import nu, rho
from gpa_theory.symbolic.theorems import PROOFS, bounds

CERTIFICATES = {
    f"{name}: {part}": certificate
    for name, make in PROOFS.items()
    for part, certificate in make().parts
}
CERTIFICATES |= {
    f"{name}: {part}": certificate
    for name, bound in bounds().items()
    for part, certificate in bound.proofs[-1].parts
}
PREMISES = [(n, i) for n, c in CERTIFICATES.items() for i in range(len(c.premises))]


@pytest.mark.parametrize("name", PROOFS)
def test_proof_checks(name):
    """Residual zero, signs proved, citations honest."""
    PROOFS[name]().check()


@pytest.mark.parametrize("bound", bounds().values(), ids=bounds())
def test_bound_checks(bound):
    """Conversion, regret and composition re-check for every bound the project states."""
    bound.check()


@pytest.mark.parametrize(("name", "index"), PREMISES)
def test_every_premise_is_needed(name, index):
    """Dropping any premise leaves a residual: the check can fail."""
    proof = CERTIFICATES[name]
    rest = proof.premises[:index] + proof.premises[index + 1 :]
    with pytest.raises(CertificateError, match="residual"):
        replace(proof, premises=rest).check(RATIONAL_FUNCTIONS)


@pytest.mark.parametrize(("name", "index"), PREMISES)
def test_every_sign_matters(name, index):
    """Flipping the sign of any gap leaves a residual."""
    proof = CERTIFICATES[name]
    flipped = replace(proof.premises[index], gap=-proof.premises[index].gap)
    premises = (*proof.premises[:index], flipped, *proof.premises[index + 1 :])
    with pytest.raises(CertificateError, match="residual"):
        replace(proof, premises=premises).check(RATIONAL_FUNCTIONS)


@pytest.mark.parametrize(("name", "index"), PREMISES)
def test_a_gap_and_multiplier_both_flipped_are_refused(name, index):
    """With gap and multiplier negated the identity stands; an inequality's sign is then refused."""
    proof = CERTIFICATES[name]
    old = proof.premises[index]
    new = replace(old, gap=-old.gap, multiplier=-1 * old.multiplier)
    premises = (*proof.premises[:index], new, *proof.premises[index + 1 :])
    turned = replace(proof, premises=premises)
    assert turned.residual(RATIONAL_FUNCTIONS) == {}
    if old.equality:
        turned.check(RATIONAL_FUNCTIONS)
    else:
        with pytest.raises(CertificateError, match="not proved ≥ 0"):
            turned.check(RATIONAL_FUNCTIONS)


a, b = sp.symbols("a b", positive=True)
real = sp.Symbol("r", real=True)


@pytest.mark.parametrize(
    ("expression", "proved"),
    [
        (0, True),
        (3, True),
        (-1, False),
        (nu / (1 + nu), True),
        (1 - nu / (1 + nu), True),
        ((a - b) ** 2, False),  # true, but its coefficients are mixed: not proved
        (-a / (-b - 1), True),
        (-a / (b + 1), False),
        (real**2, False),  # the sign of r is not declared
        (sp.sqrt(b) + a / sp.sqrt(b), True),
        (1 / (1 - a), False),
        (sp.Symbol("unknown"), False),
    ],
)
def test_signs_are_proved_not_sampled(expression, proved):
    """Only quotients of polynomials with coefficients of one sign are accepted."""
    assert is_nonnegative(expression) is proved


def test_a_number_of_unknown_sign_is_refused():
    """A constant that sympy cannot sign is not a proof."""
    assert not is_nonnegative(sp.I)


def test_an_empty_proof_is_refused():
    """Nothing follows from nothing."""
    with pytest.raises(CertificateError, match="proves nothing"):
        Proof("empty", ()).check()


def test_an_induction_must_use_its_hypothesis():
    """A step that never mentions the hypothesis is not an induction step."""
    trivial = Certificate(norm2(basis("z")), (Premise("square", 1, norm2(basis("z"))),))
    with pytest.raises(CertificateError, match="does not use its hypothesis"):
        induction("none", trivial, trivial)


def test_a_citation_must_state_what_was_proved():
    """A premise with the name of an earlier part cannot claim more than that part proved."""
    z = norm2(basis("z"))
    lemma = Certificate(z, (Premise("square", 1, z),))
    honest = Certificate(rho * z, (Premise("lemma", rho, z),))
    Proof("honest", (("lemma", lemma), ("end", honest))).check()
    more = Certificate(rho * z - z, (Premise("lemma", 1, rho * z - z),))
    with pytest.raises(CertificateError, match="cites 'lemma' for what that part does not prove"):
        Proof("dishonest", (("lemma", lemma), ("end", more))).check()


def test_a_failing_part_is_named():
    """The error says which theorem and which part."""
    z = norm2(basis("z"))
    with pytest.raises(CertificateError, match="theorem: part two: residual"):
        Proof("theorem", (("part two", Certificate(z, ())),)).check()


def test_premises_are_listed_once_each():
    """A proof can say everything it rests on."""
    names = PROOFS["regret-ogd"]().premises()
    assert names[:2] == ("⟨v − Π(v), Π(v) − u⟩ ≥ 0", "|v − Π(v)|² ≥ 0")
    assert len(names) == len(set(names))
