"""A bound is what its proof ends in, as a whole: the metric, the method, the names, the label."""

import copy
import pickle
from dataclasses import dataclass, replace

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ADAGRAD_NORM, OGD, OGD_ANYTIME
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import ZERO, basis, constant, norm2
from gpa_theory.core.labels import Label
from gpa_theory.core.metrics import BOUNDED
from gpa_theory.symbolic.bases import gradient_descent
from gpa_theory.symbolic.bases.regret import Regret, linear_regret, projection
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import D, G, R, T, epsilon, gamma, mu_x, rho
from gpa_theory.symbolic.engine.vocabulary import REGRET
from gpa_theory.symbolic.rates import REGRETS
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
