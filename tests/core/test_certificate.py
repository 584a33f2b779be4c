"""Certificates accept proofs and refuse everything else."""

from dataclasses import replace
from fractions import Fraction

import pytest

from gpa_theory.core.assumptions import Assumption, check_assumptions
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import basis, inner, norm2

z, g = basis("z"), basis("g")


def young(weight=Fraction(3)):
    """Certify w|z|² + |g|²/w − 2⟨z, g⟩ ≥ 0, and that ⟨z, g⟩ is what it is."""
    return Certificate(
        claim=weight * norm2(z) + (1 / weight) * norm2(g) - 2 * inner(z, g),
        premises=(
            Premise("a square", weight, norm2(z - (1 / weight) * g)),
            Premise("a triviality", Fraction(-1), inner(z, g) - inner(g, z), equality=True),
        ),
    )


def test_a_proof_checks():
    """Zero residual, multipliers ≥ 0, an equality with any sign."""
    young().check()
    assert young().residual() == {}


def test_dropping_a_premise_is_refused():
    """Without its square the claim is unproved, and the residual says what is missing."""
    proof = young()
    with pytest.raises(CertificateError, match="residual"):
        replace(proof, premises=proof.premises[1:]).check()


def test_a_wrong_claim_is_refused():
    """A claim that the premises do not sum to leaves a residual."""
    proof = young()
    with pytest.raises(CertificateError, match="residual"):
        replace(proof, claim=proof.claim - norm2(g)).check()


def test_a_negative_multiplier_is_refused():
    """−|z|² ≥ 0 does not follow from |z|² ≥ 0, though the identity is exact."""
    with pytest.raises(CertificateError, match="'a square' is not proved ≥ 0: -1"):
        Certificate(-norm2(z), (Premise("a square", -1, norm2(z)),)).check()


@pytest.mark.parametrize("inexact", [0.5, 1j])
def test_inexact_coefficients_are_refused(inexact):
    """A float is not a proof."""
    with pytest.raises(CertificateError, match="not exact"):
        Certificate(inexact * basis("f"), ()).check()


def test_missing_assumption_is_named():
    """A theorem refuses a problem that lacks what it assumes."""
    given = {Assumption.CONVEX: None, Assumption.RADIUS: 1.0}
    check_assumptions("bound", [Assumption.CONVEX, Assumption.RADIUS], given)
    with pytest.raises(ValueError, match="`bound`: LIPSCHITZ is needed"):
        check_assumptions("bound", [Assumption.CONVEX, Assumption.LIPSCHITZ], given)
