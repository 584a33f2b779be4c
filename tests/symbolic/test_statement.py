"""A bound is what its proof ends in, as a whole: the metric, the method, the names, the label."""

import copy
import pickle
from dataclasses import dataclass, replace

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import ZERO, basis, constant, norm2
from gpa_theory.core.labels import Label
from gpa_theory.core.metrics import BOUNDED
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.forms import alike
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.instance import Instance
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import z
from gpa_theory.symbolic.engine.symbols import D, G, R, T, epsilon, gamma, mu_x, rho
from gpa_theory.symbolic.engine.vocabulary import M
from gpa_theory.symbolic.rates import REGRETS, bound
from gpa_theory.symbolic.rows import ROWS
from gpa_theory.symbolic.theorems import PROOFS, bounds

TUNED = bounds()["average-ogd"]


def as_proof(part):
    return Proof("theorem", (("only part", part),))


@pytest.mark.parametrize("metric", BOUNDED)
@pytest.mark.parametrize("name", ["average-ogd", "mean-ogd", "weighted-ogd", "schedule-free-ogd"])
def test_a_proof_of_one_metric_is_none_of_another(name, metric):
    """The mean of f(x_t), f at the mean and f(x_T) are three things; the name says which."""
    found = bounds()[name]
    if metric != found.metric:
        with pytest.raises(CertificateError, match="ends in another bound"):
            replace(found, metric=metric)


UNRELATED = {
    "a number": as_proof(Certificate(constant(T**-5), (nonnegative(T**-5),))),
    "a row": ROWS["schedule_free"].proof(),
    "a regret bound": REGRETS["ogd"]().proof,
    "an identity": PROOFS["step-identity"](),
    "an equality": as_proof(Certificate(ZERO, ())),
    "another base at another rate": bounds()["schedule-free-adagrad-norm"].proofs[-1],
}


@pytest.mark.parametrize("proof", UNRELATED.values(), ids=UNRELATED)
def test_a_true_proof_of_something_else_is_refused(proof):
    """Every proof here is sound; none ends in D/T^5 − (f(x_T) − f(u)) ≥ 0."""
    proof.check()
    terms = {"magic": D * T**-5}
    with pytest.raises(CertificateError, match="ends in another bound"):
        Bound("last", terms, proof.proved().assumptions, "nobody", (proof,))


@dataclass(frozen=True)
class Believed(Proof):
    """A proof that checks, says its author."""

    def check(self):
        """Say yes."""

    def proved(self, *, coordinate=False):
        return TUNED.proofs[-1].proved()


NO_PROOFS = {
    "none": (),
    "a list": list(TUNED.proofs),
    "a name": ("well known",),
    "a subclass": (Believed("x", TUNED.proofs[-1].parts),),
}


@pytest.mark.parametrize("proofs", NO_PROOFS.values(), ids=NO_PROOFS)
def test_without_a_proof_there_is_no_bound(proofs):
    """No label can be given by hand, and none is there without a proof."""
    with pytest.raises(CertificateError, match="nothing proves it"):
        replace(TUNED, proofs=proofs)
    with pytest.raises(TypeError):
        Bound("last", {}, frozenset(), "me", proofs, label=Label.PROVED)  # pyright: ignore


CHANGES = {
    "γ chosen otherwise": {"choices": {gamma: D / (2 * G * sp.sqrt(T))}},
    "γ negative": {"choices": {gamma: -D / (G * sp.sqrt(T))}},
    "D chosen": {"choices": {D: sp.S.One}},
    "μ_x chosen": {"choices": {**TUNED.choices, mu_x: sp.S.Half}},
    "no choice": {"choices": {}},
    "a term of floats": {"terms": {**TUNED.terms, "regret": 1.0 * D * G / sp.sqrt(T)}},
    "a term that is None": {"terms": {"regret": sp.nan}},
    "a negative price": {"per_epsilon": -epsilon},
    "assumptions in a list": {"assumptions": list(TUNED.assumptions)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_part_of_a_bound_is_compared(change):
    """Choices, terms, price and assumptions: each is what the proof says or the bound is none."""
    with pytest.raises(CertificateError):
        replace(TUNED, **change)


def test_the_horizon_is_part_of_its_rule():
    """The rule is proved for T ≥ 2, with its own γ and μ_x."""
    rule = bounds()["horizon-ogd"]
    with pytest.raises(CertificateError, match="it is proved for T ≥ 2 only"):
        replace(rule, least_steps=1)
    for symbol, other in ((mu_x, 1 - 1 / T), (gamma, R / G)):
        with pytest.raises(CertificateError, match=r"ends in another bound|another base"):
            replace(rule, choices={**rule.choices, symbol: other})


def test_label_and_check_agree_whatever_was_done():
    """Copies keep their label; one whose terms or proof were changed from behind has none."""
    for other in (copy.deepcopy(TUNED), copy.copy(TUNED), pickle.loads(pickle.dumps(TUNED))):
        assert other.label is Label.PROVED
    changed = copy.deepcopy(TUNED)
    changed.terms["regret"] = D * G / T
    forged = copy.deepcopy(TUNED)
    object.__setattr__(forged, "metric", "last")
    emptied = copy.deepcopy(TUNED)
    object.__setattr__(emptied, "proofs", ())
    spoilt = copy.deepcopy(TUNED)
    (_, certificate) = spoilt.proofs[-1].parts[-1]
    certificate.claim.terms["1"] = D * G / T
    for other in (changed, forged, emptied, spoilt):
        with pytest.raises(CertificateError):
            other.check()
        with pytest.raises(CertificateError):
            _ = other.label
    assert TUNED.label is Label.PROVED


def test_what_is_proved_cannot_be_changed_from_outside():
    """The memory of the checker is its own."""
    proved = TUNED.proofs[-1].proved()
    proved.claim.terms["1"] = 0
    proved.scope.clear()
    assert TUNED.proofs[-1].proved().claim.coefficient("1") != 0
    TUNED.check()


def faked(name, term):
    """Return a proof that a sum of one's own, under a known name, is ≤ 0."""
    total = Total(name, term)
    return as_proof(Induction(-total.so_far, (total,), step=(square(1, z),)))


def test_a_fake_regret_does_not_enter_a_bound():
    """Composed with the row, R_T of another meaning is refused where the two meet."""
    fake, row = faked("R_T", -norm2(z)), ROWS["schedule_free"]
    claim = row.inequality()
    end = Certificate(
        claim + 1 / T * -basis("R_T"),
        (Premise("row", 1, claim), Premise("regret bound", 1 / T, -basis("R_T"))),
    )
    proof = Proof("f(x_T) ≤ f(u)", (("row", row.proof()), ("regret bound", fake), ("end", end)))
    with pytest.raises(CertificateError, match="R_T means two things"):
        Bound("last", {}, frozenset({Assumption.CONVEX}), "nobody", (proof,))


def test_a_row_alone_bounds_nothing():
    """Where z is anything, and R_T is what it is, no base is named and nothing is bounded."""
    row = ROWS["schedule_free"]
    with pytest.raises(CertificateError, match="ends in another bound"):
        Bound("last", {}, frozenset({Assumption.CONVEX}), "nobody", (row.proof(),))


def test_what_is_chosen_is_not_given():
    """A bound at a chosen μ_x or γ has neither in its formula: at() would take another value."""
    rule, h = bounds()["horizon-ogd"], T / (1 + T)
    free = bound("ogd", "last")
    chosen = {rho: h / (1 - h), gamma: R / G}
    proof = Proof("at T/(1+T)", (("last", free.proofs[-1]), ("here", Instance("last", chosen))))
    at_choice = {"choices": {mu_x: h, gamma: R / G}, "proofs": (proof,), "least_steps": 1}
    terms = {"regret": R * G * (1 + 1 / (1 + T)) / 2, "start": mu_x ** (T - 1) * G * D}
    assert sp.simplify(proof.claim.coefficient("1").subs(M, 0) - terms["regret"]) == 0
    with pytest.raises(CertificateError, match="is no constant that one can give"):
        replace(rule, terms=terms, **at_choice)
    with pytest.raises(CertificateError, match="is no constant that one can give"):
        replace(TUNED, terms={**TUNED.terms, "zero": M - M + sp.Symbol("magic")})


def test_another_step_size_is_another_method():
    """At 2γ the bound of OGD is D²/(4γT) + γG²: true, but not of the base of step γ."""
    free = bound("ogd", "last", "uniform")
    twice = Instance("free", {gamma: 2 * gamma})
    proof = Proof("at 2γ", (("free", free.proofs[-1]), ("twice", twice)))
    terms = {name: term.subs(gamma, 2 * gamma) for name, term in free.terms.items()}
    with pytest.raises(CertificateError, match="ends in another bound"):
        replace(free, terms=terms, proofs=(proof,))


def test_a_schedule_of_one_averaging_is_none_of_another():
    """With c_t = 1/t at step t, x is elsewhere than with c_t = 1/(1+ρ): the places say which."""
    uniform = bound("ogd", "last", "uniform").proofs[-1].proved().scope
    constant_mu = bound("ogd", "last").proofs[-1].proved().scope
    assert not alike(uniform["place", "x"], constant_mu["place", "x"])
    assert alike(uniform["first place", "x"], constant_mu["first place", "x"])


def test_what_is_done_to_a_bound_stays_with_it():
    """What a caller does to a bound does not reach the bound that the next caller gets."""
    mine = bound("ogd", "average")
    mine.terms["regret"] = 0 * T
    with pytest.raises(CertificateError, match="another bound"):
        _ = mine.label
    assert bound("ogd", "average").terms["regret"].has(gamma)
