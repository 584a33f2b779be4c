"""Every proof checks exactly, and every way of weakening one is refused."""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import basis, norm2
from gpa_theory.symbolic.engine.axioms import AXIOMS
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS, is_nonnegative
from gpa_theory.symbolic.engine.symbols import nu
from gpa_theory.symbolic.theorems import PROOFS, any_base, bounds

CERTIFICATES = {
    f"{name}: {part}": certificate
    for name, make in PROOFS.items()
    for part, certificate in make().certificates()
}
CERTIFICATES |= {
    f"{name}: {part}": certificate
    for name, bound in bounds().items()
    for part, certificate in bound.proofs[-1].certificates()
    if not part.startswith(("row", "regret bound", "last iterate"))  # attacked above
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


def test_a_float_is_not_exact():
    """Neither field accepts a float in a certificate."""
    square = norm2(basis("z"))
    with pytest.raises(CertificateError, match="holds a float"):
        Certificate(1.5 * square - 1.25 * square, ()).check(RATIONAL_FUNCTIONS)


def test_a_number_of_unknown_sign_is_refused():
    """A constant that sympy cannot sign is not a proof."""
    assert not is_nonnegative(sp.I)


def test_every_axiom_is_used_and_has_words():
    """The list of what must be believed has no dead entry."""
    used = {n for make in PROOFS.values() for n in make().axioms()}
    composed = (*bounds().values(), *any_base().values())
    used |= {n for bound in composed for n in bound.proofs[-1].axioms()}
    assert used == set(AXIOMS)
    assert all(AXIOMS.values())
