"""A regret bound is what its proof ends in: the sum, the base, what is observed and assumed."""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ADAGRAD_NORM, OGD, OGD_ANYTIME
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import ZERO, basis, constant, norm2
from gpa_theory.symbolic.bases import gradient_descent
from gpa_theory.symbolic.bases.methods import METHODS, moves_as
from gpa_theory.symbolic.bases.regret import (
    BOUNDED_GRADIENTS,
    Regret,
    bounded_gradients,
    by_bounded_gradients,
    linear_regret,
    projection,
)
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Total, Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Projection
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Z_LAST, Z, g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import G, T, gamma, rho
from gpa_theory.symbolic.engine.vocabulary import REGRET, SQUARES
from gpa_theory.symbolic.rates import REGRETS


def as_proof(part):
    return Proof("theorem", (("only part", part),))


def other_base(step):
    """Return the proof of plain OGD for z_next = Π(z − step g), or for z_next = Π(u)."""
    target = u if step is None else z - step * g
    size = gamma if step is None else step
    moved = norm2(z - u) - norm2(z_next - u)
    claim = 1 / (2 * size) * moved + size / 2 * norm2(g) - linear_regret()
    one = Certificate(claim, projection(target, 1 / (2 * size)))
    parts = dict(gradient_descent.plain().proof.parts)
    return Proof("R_T", tuple((name, {"one step": one}.get(name, p)) for name, p in parts.items()))


def test_a_regret_bound_is_one_for_its_base():
    """The proof of OGD is none of OGD with decreasing steps, nor one with its laws changed."""
    plain = gradient_descent.plain()
    with pytest.raises(CertificateError, match="about another base optimizer"):
        replace(plain, base=OGD_ANYTIME)
    with pytest.raises(CertificateError):
        replace(plain, proof=other_base(2 * gamma))
    with pytest.raises(CertificateError):
        replace(plain, proof=other_base(None))
    with pytest.raises(CertificateError, match="about another base optimizer"):
        replace(REGRETS["adagrad-norm"](), base=OGD)
    with pytest.raises(CertificateError, match="about another base optimizer"):
        replace(REGRETS["ogd-anytime"](), base=ADAGRAD_NORM)


def faked(name, term):
    """Return a proof that a sum of one's own, under a known name, is ≤ 0."""
    total = Total(name, term)
    return as_proof(Induction(-total.so_far, (total,), step=(square(1, z),)))


FAKES = {
    "R_T is a sum of squares": faked("R_T", -norm2(z)),
    "R_T is discounted": as_proof(
        Induction(ZERO - 0 * REGRET.so_far, (replace(REGRET, discount=rho),))
    ),
    "R_T is nothing": as_proof(Certificate(ZERO, ())),
    "Q_T is negative": faked("Q_T", -norm2(z)),
}


@pytest.mark.parametrize("proof", FAKES.values(), ids=FAKES)
def test_a_regret_bound_is_one_on_the_regret(proof):
    """A sum that merely bears the name R_T is not Σ⟨g_t, z_t − u⟩."""
    proof.check()
    with pytest.raises(CertificateError):
        Regret(OGD, basis("R_T"), sp.S.Zero, sp.S.Zero, frozenset(), "nobody", proof)


@pytest.mark.parametrize("base", REGRETS)
@pytest.mark.parametrize("field", ["observed", "assumptions", "quantity", "proof"])
def test_every_part_of_a_regret_bound_is_compared(base, field):
    """What a run has observed, what is assumed and what is bounded are the proof's."""
    regret = REGRETS[base]()
    other = {
        "observed": regret.observed / 2,
        "assumptions": regret.assumptions ^ {Assumption.RADIUS},
        "quantity": basis("A_T"),
        "proof": "well known",
    }
    with pytest.raises(CertificateError):
        replace(regret, **{field: other[field]})


def test_a_regret_bound_is_one_for_a_known_base():
    """Or for a user's own, under a name of its own: a row that differs from OGD's is not OGD."""
    plain = gradient_descent.plain()
    replace(plain, base=replace(OGD, name="newton")).check()
    for base in (replace(OGD, words="magic"), "ogd", None):
        with pytest.raises(CertificateError, match="base must be a row"):
            replace(plain, base=base)


def test_what_is_observed_is_said_of_the_same_names():
    """A part that no other cites may call R_T what it likes: it proves nothing of the regret."""
    plain = gradient_descent.plain()
    seen = faked("R_T", -norm2(z))
    (*parts, last) = plain.proof.parts
    proof = Proof("R_T", (*parts, ("seen", seen), last))
    with pytest.raises(CertificateError, match="means something else by R_T"):
        replace(plain, observed=sp.S.Zero, proof=proof)


def test_z_starts_at_z_1():
    """Started at u, OGD has R_T ≤ γTG²/2: a true proof, of which z_1 is no part."""
    at_u = Vector(Z, u, z_next, last=Z_LAST)
    invariant = gamma / 2 * SQUARES.so_far - 1 / (2 * gamma) * norm2(z - u) - REGRET.so_far
    step = gradient_descent.one_step()
    near = Induction(invariant, (REGRET, SQUARES, at_u), step=(Premise("one step", 1, step.claim),))
    worst = gamma * T * G**2 / 2
    end = Certificate(
        constant(worst) - basis("R_T"),
        (
            Premise("telescoped", 1, near.claim),
            square(1 / (2 * gamma), basis(Z_LAST) - u),
            by_bounded_gradients(gamma / 2),
        ),
    )
    parts = ("one step", step), ("telescoped", near), (BOUNDED_GRADIENTS, bounded_gradients())
    proof = Proof("R_T ≤ γTG²/2", (*parts, ("worst case", end)))
    proof.check()
    lipschitz = frozenset({Assumption.LIPSCHITZ})
    with pytest.raises(CertificateError, match="moves z in a way of its own"):
        Regret(OGD, basis("R_T"), worst, worst, lipschitz, "nobody", proof)


def test_a_method_has_its_laws_and_no_others():
    """Two laws for one iterate would make it what it is not."""
    laws = METHODS["ogd"]
    assert moves_as(laws, laws)
    assert not moves_as({**laws, ("law", Z_LAST): Projection(z)}, laws)
    assert not moves_as({}, laws)


def test_a_name_without_a_meaning_is_no_regret():
    """A vector may be called R_T, and stay 0; then R_T is no sum of the run."""
    stays = as_proof(Induction(-basis("R_T"), (Vector("R_T", ZERO, basis("R_T")),)))
    stays.check()
    with pytest.raises(CertificateError, match="does not say what R_T is"):
        Regret(OGD, basis("R_T"), sp.S.Zero, sp.S.Zero, frozenset(), "nobody", stays)
