"""A name means one thing: what inductions, instances and sums may not do with names and symbols."""

from dataclasses import dataclass, replace

import pytest
import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import ZERO, Point, basis, constant, inner, norm2
from gpa_theory.symbolic.bases.methods import ROOTS
from gpa_theory.symbolic.engine.algebra import Exponential, GrowingRoot, RootOfSquares, h
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Kept, Latest, Total, Vector
from gpa_theory.symbolic.engine.convexity import Convexity, Minimizer
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Lipschitz, Projection
from gpa_theory.symbolic.engine.numbers import Count, Power, RootOfCount, Sequence
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Place, g, u, z, z_1
from gpa_theory.symbolic.engine.symbols import (
    G,
    T,
    e,
    gamma,
    q,
    rho,
    root_step,
)
from gpa_theory.symbolic.engine.vocabulary import (
    FIRST,
    GAPS,
    LAST,
    NORM,
    POWER,
    REGRET,
    SQUARES,
    M,
)

n, n_1 = sp.Symbol("n", nonnegative=True), sp.Symbol("m", nonnegative=True)
p = sp.Symbol("p", positive=True)
v, w = basis("v"), basis("w")
SUM = Total("W_T", norm2(v))
SQUARE = square(1, v)


def refused(reason, *parts):
    with pytest.raises(CertificateError, match=reason):
        Proof("theorem", tuple((str(k), part) for k, part in enumerate(parts))).check()


class Strange(Point):
    """A form that may be another form each time it is asked."""


@dataclass(frozen=True)
class MySum(Total):
    """A sum, says its author, that ends as zero."""


def trivial(*components, begins=0, invariant=None, **more):
    """Return the induction that 0 ≥ 0, for a state that is not as it should be."""
    return Induction(ZERO if invariant is None else invariant, components, begins=begins, **more)


BAD_STATES = {
    "a component of one's own": (trivial(MySum("W_T", norm2(v))), "is no component"),
    "a list of components": (Induction(ZERO, [SUM]), "are tuples"),
    "a name that is not carried": (trivial(SUM, invariant=norm2(w)), "which is not carried along"),
    "g_t as if it stayed": (trivial(SUM, invariant=inner(g, u)), "which is not carried along"),
    "a total as if it were known": (trivial(SUM, invariant=basis("W_T")), "not carried along"),
    "a number that is not carried": (
        trivial(ROOTS, invariant=constant(root_step)),
        "number that is not carried along",
    ),
    "u moves": (trivial(Vector("u", z_1, v)), "has a meaning already"),
    "z_1 moves": (trivial(Vector("z_1", z_1, v)), "has a meaning already"),
    "1 moves": (trivial(Vector("1", ZERO, v)), "has a meaning already"),
    "f(u) moves": (trivial(Vector("f(u)", ZERO, v)), "is a name of f"),
    "g_t moves": (trivial(Vector("g(y)", ZERO, v)), "is a name of f"),
    "an inner product moves": (trivial(Vector("<u,z>", ZERO, v)), "is a name of f"),
    "a sum called z": (trivial(Total("z", g)), "has a meaning already"),
    "a sum called 1": (trivial(Total("1", norm2(v))), "has a meaning already"),
    "a sum called by no word": (trivial(Total(1, norm2(v))), "is a name of f"),
    "what is kept is called u": (trivial(Kept("u", z_1), begins=1), "has a meaning already"),
    "an end called z_1": (trivial(Vector("v", z_1, v, last="z_1")), "has a meaning already"),
    "one name twice": (trivial(SUM, replace(SUM, term=2 * norm2(v))), "have one name"),
    "a name and its placeholder": (trivial(SUM, Vector("W_T so far", v, v, "t")), "have one name"),
    "one number twice": (trivial(Count(n), Sequence(n, n_1, n)), "move one number"),
    "an increase that is given": (trivial(NORM, Sequence(e, e, e)), "move one number"),
    "T counts": (trivial(Count(T)), "has a meaning already"),
    "γ moves": (trivial(Sequence(gamma, p, gamma)), "has a meaning already"),
    "ρ is a root": (trivial(RootOfCount(rho, root_step)), "has a meaning already"),
    "a root that is its increase": (trivial(RootOfCount(p, p)), "stands for two numbers"),
    "G is a power": (trivial(Power(G, rho), begins=1), "has a meaning already"),
    "a positive count that starts at 0": (trivial(Count(p)), "proved to have the sign"),
    "a number that starts below 0": (trivial(Sequence(n, n, -1)), "proved to have the sign"),
    "a number that falls below 0": (trivial(Sequence(n, n - 1, 0)), "proved to have the sign"),
    "a negative factor": (trivial(Power(n, -rho), begins=1), "proved to have the sign"),
    "terms of many readings": (trivial(Total("W_T", Strange(norm2(v).terms))), "no linear form"),
    "a first term of many readings": (
        trivial(replace(SUM, first=Strange(norm2(v).terms))),
        "no linear form",
    ),
    "a vector of many readings": (trivial(Vector("v", z_1, Strange({}), "t")), "no linear form"),
    "a start of many readings": (trivial(Kept("k", Strange({})), begins=1), "no linear form"),
    "an imaginary vector": (trivial(Vector("v", sp.I * z_1, v, "t")), "is no exact coefficient"),
    "a gap before step 1": (trivial(LAST), "before step 1"),
    "a start before step 1": (trivial(FIRST), "before step 1"),
    "a power before step 1": (trivial(POWER), "from step 1"),
    "a root after step 1": (trivial(NORM, begins=1), "from before step 1"),
    "a sum from step 2, before step 1": (trivial(replace(SUM, since=2)), "before its first term"),
    "a sum from step 3": (trivial(replace(SUM, since=3), begins=1), "before its first term"),
    "a sum after step 2": (trivial(SUM, begins=2), "before its first term"),
    "two gaps": (trivial(LAST, Latest("φ"), begins=1), "have one name"),
    "the end and any time": (trivial(SUM, Vector("v", z_1, v)), "about the end, or about any time"),
    "any time, after step 1": (trivial(Vector("v", z_1, v), begins=1), "begins before step 1"),
    "a base case that moves z": (
        trivial(SUM, base=(Projection(z).times(0),)),
        "must not say how the run moves",
    ),
    "f at two points": (
        trivial(LAST, begins=1, step=(Convexity(Place("x_prev", v), Place("y", w)).times(0),)),
        "means two things",
    ),
}


@pytest.mark.parametrize(("part", "reason"), BAD_STATES.values(), ids=BAD_STATES)
def test_a_state_cannot_invent_sums(part, reason):
    """A name of the run keeps its meaning, and what moves is carried along with its sign."""
    refused(reason, part)


def test_what_ends_is_not_what_is_now():
    """M is μ^{T−1} in the claim of a part, and μ^{t−1} in the step of another: no citation."""
    small = Certificate(constant(1 / sp.sqrt(T) - M), (Exponential(M).times(1),))
    cited = Premise("0", 0, small.claim)
    grown = Induction(ZERO, (Power(M, 1 - 1 / (1 + h) ** 2),), step=(cited,), begins=1)
    refused("M is used within a step and at the end at once", small, grown)


def test_a_root_within_a_step_is_not_that_at_the_end():
    """Q is √Q_{t−1} in one law and √Q_T in the other: no certificate has both."""
    laws = GrowingRoot(NORM).times(1), RootOfSquares(NORM).times(1)
    claim = laws[0].gap + laws[1].gap
    refused("within a step and at the end at once", Certificate(claim, laws))


def test_what_is_always_zero_is_no_divisor():
    """Q = Σ|w|² of w = 0 is 0, and so is its root q: 1/q² times −q² ≥ 0 is not −1 ≥ 0."""
    still = Vector("w", ZERO, ZERO, last="w_T")
    squares = Total("X_T", norm2(w))
    nothing = Induction(-squares.so_far - norm2(w), (squares, still))
    zero_root = replace(NORM, total=squares, vector=w)
    law = RootOfSquares(zero_root).times(1)
    low = Certificate(-norm2(basis("w_T")) - constant(q**2), (Premise("0", 1, nothing.claim), law))
    low = replace(low, premises=(*low.premises, square(1, basis("w_T"))), claim=-constant(q**2))
    end = Certificate(constant(-1), (Premise("1", 1 / q**2, low.claim),))
    Proof("q is 0", (("0", nothing), ("1", low))).check()
    refused("divides by what may be 0", nothing, low, end)
    refused("divides by what may be 0", Certificate(constant(1 / rho), (nonnegative(1 / rho),)))


def test_an_idle_step_changes_nothing():
    """Where a root grows by e > 0, a step that adds nothing must leave the invariant as it is."""
    counted = Induction(constant(q + n), (NORM, Count(n)), step=(nonnegative(e + 1),))
    refused("adds nothing must change nothing", counted)


def test_one_name_is_one_sum():
    """Two sums of one name do not meet: Σ⟨g, z − u⟩ under the name of Σ|v|²."""
    first = Induction(SUM.so_far, (SUM,), step=(SQUARE,))
    other = replace(SUM, term=2 * norm2(v))
    second = Induction(other.so_far, (other,), step=(square(2, v),))
    both = Certificate(2 * basis("W_T"), tuple(Premise(k, 1, basis("W_T")) for k in "01"))
    refused("W_T means two things", first, second, both)


def test_one_place_is_one_point():
    """B(x, y) and B(y, x) with x in two places would make f what it is not."""
    y = Place("y", w)
    one = Convexity(Place("x", v), y)
    two = Convexity(y, Place("x", 2 * v))
    premises = (one.times(1), two.times(1))
    refused("x means two things", Certificate(one.gap() + two.gap(), premises))


def test_z_moves_in_one_way():
    """z_next is the image of one target."""
    one, two = Projection(z - g), Projection(z + g)
    claim = one.gap() + two.gap()
    refused("z means two things", Certificate(claim, (one.times(1), two.times(1))))


def test_a_constant_does_not_move():
    """Σ e r with one e for all steps is not Σ (√t − √(t−1)) r, though both are written alike."""
    weighted = Total("X", root_step * norm2(v))
    constant_e = Induction(weighted.so_far, (weighted,), step=(square(root_step, v),))
    moving_e = replace(constant_e, components=(weighted, ROOTS))
    claim = Certificate(2 * basis("X"), tuple(Premise(k, 1, basis("X")) for k in "01"))
    refused("is a constant and a number that moves", constant_e, moving_e, claim)


def test_when_it_began_is_part_of_what_a_vector_is():
    """T doublings of z_1 are not T − 1 of them."""
    doubled = Vector("d", z_1, 2 * basis("d"), last="d_T")
    early = Induction(norm2(basis("d")), (doubled,), base=(square(1, z_1),), hypothesis=4)
    late = replace(early, begins=1)
    claim = norm2(basis("d_T"))
    both = Certificate(2 * claim, tuple(Premise(k, 1, claim) for k in "01"))
    refused("d_T means two things|d means two things", early, late, both)


def test_honest_meanings():
    """The claim's names are in the scope: R_T is Σ⟨g, z − u⟩, and φ_T the last gap."""
    bounded = Induction(constant(n * G**2) - SQUARES.so_far, (SQUARES, Count(n)))
    bounded = replace(bounded, step=(Lipschitz().times(1),))
    assert Proof("t", (("0", bounded),)).proved().scope["end", "Q_T"] == SQUARES
    last = Certificate(Minimizer().gap(), (Minimizer().times(1),))
    assert Proof("t", (("0", last),)).proved().scope == {("end", "φ_T"): LAST}
    assert (REGRET.name, GAPS.name) == ("R_T", "Σφ")
