"""AC-SA is GPA with a μ_y that changes: its three sequences, there and back, and what is not it."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.conversions.acsa import Coupled, Growing, from_acsa, to_acsa
from gpa_theory.core.conversions.converted import Converted
from gpa_theory.core.conversions.varying import Counted, Later, Varying
from gpa_theory.core.recursion import GPA, Iterates, run
from tests.core.conversions.trajectories import cubic
from tests.strategies import averagings, positive, reals


def projected(w):
    """Return the point of [−1, 1] that is nearest, the prox step of its indicator."""
    return max(Fraction(-1), min(Fraction(1), w))


def lan(lr, start, steps, beta, prox=lambda w: w):
    """Yield (x_t^md, x_t^ag, x_t) of AC-SA with γ_t = lr · β_t, as Lan writes it."""
    x = aggregated = start
    for t in range(1, steps + 1):
        share = 1 / beta(Fraction(t))
        middle = share * x + (1 - share) * aggregated
        yield middle, aggregated, x
        x = prox(x - lr * beta(Fraction(t)) * cubic(middle))
        aggregated = share * x + (1 - share) * aggregated


def ours(setting, start, steps, prox=lambda w: w):
    base = setting.descent(cubic, Fraction)
    step = lambda t, z, y: prox(base(t, z, y))  # noqa: E731
    return [(y, s.x, s.z) for y, s in run(setting.method, start, step, steps, Fraction)]


@given(lr=positive, start=reals)
def test_it_is_lans_recursion(lr, start):
    """Exactly, with his β_t = (t+1)/2."""
    theirs = list(lan(lr, start, 4, lambda t: (t + 1) / 2))
    assert ours(from_acsa(lr), start, 4) == theirs


@given(lr=positive, start=reals, weights=averagings)
def test_so_it_is_with_a_prox_step_and_with_any_beta(lr, start, weights):
    """Exactly, around a projection, for every β_t ≥ 1 with β_1 = 1."""
    theirs = list(lan(lr, start, 4, lambda t: 1 / weights.coefficient(t), projected))
    assert ours(from_acsa(lr, weights), start, 4, projected) == theirs


LAN = Polynomial(1)
OTHERS = {  # name: (method, γ), each with one part that is not AC-SA's
    "z_1 counted": (Varying(LAN, Coupled(LAN)), Growing(1, LAN)),
    "another μ_y": (Varying(Later(LAN), Coupled(Uniform())), Growing(1, LAN)),
    "a constant μ_y": (GPA(Later(LAN), Fraction(1, 2)), Growing(1, LAN)),
    "a constant γ": (Varying(Later(LAN), Coupled(LAN)), 1),
}


@pytest.mark.parametrize(("method", "gamma"), OTHERS.values(), ids=OTHERS)
def test_anything_else_is_not(method, gamma):
    """Must fail: each part of the setting is needed."""
    theirs = list(lan(1, Fraction(2), 4, lambda t: (t + 1) / 2))
    assert ours(from_acsa(1), Fraction(2), 4) == theirs
    assert ours(Converted(method, gamma, "identity", ""), Fraction(2), 4) != theirs


@given(lr=positive, weights=averagings)
def test_there_and_back(lr, weights):
    """Exactly."""
    setting = from_acsa(lr, weights)
    assert to_acsa(setting.method, setting.gamma) == {"lr": lr, "weights": weights}
    assert from_acsa(**to_acsa(setting.method, setting.gamma)) == setting
    assert setting.mu_x is None


REFUSED = [
    (GPA(Exponential(0.9), 0.9), Growing(1, LAN), "averaging must be Later"),
    (Varying(Later(LAN), Coupled(LAN)), 0.1, "averaging must be Later"),
    (Varying(Later(LAN), Coupled(Uniform())), Growing(1, LAN), "mu_y must be 1 − 1/β_t"),
    (GPA(Later(LAN), 0.5), Growing(1, LAN), "mu_y must be 1 − 1/β_t"),
    (Varying(Later(LAN), Coupled(LAN)), Growing(1, Uniform()), "gamma must grow like β_t"),
]


@pytest.mark.parametrize(("method", "gamma", "rule"), REFUSED)
def test_where_there_is_none_it_is_refused(method, gamma, rule):
    """With the part that does not fit."""
    with pytest.raises(ValueError, match=rf"`to_acsa\(.*\)`: {rule}"):
        to_acsa(method, gamma)


def test_a_negative_step_is_refused():
    """At the call."""
    with pytest.raises(ValueError, match=r"`from_acsa\(lr=-1, .*lr must lie in \[0, ∞\)"):
        from_acsa(-1)


@given(averaging=averagings, start=reals, mu_y=st.fractions(0, 1, max_denominator=8))
def test_a_schedule_that_is_constant_is_gpa(averaging, start, mu_y):
    """`Varying` with one value is `GPA` with it, exactly."""

    class Same:
        def at(self, t):
            return mu_y

    base = lambda t, z, y: z - cubic(y)  # noqa: E731
    plain = run(GPA(averaging, mu_y), start, base, 4, Fraction)
    found = run(Varying(averaging, Same()), start, base, 4, Fraction)
    assert [(y, s.x, s.z) for y, s in found] == [(y, s.x, s.z) for y, s in plain]


@pytest.mark.parametrize("mu_y", [0.5, None, sp.Symbol("mu_y")])
def test_a_constant_is_no_schedule(mu_y):
    """A sympy symbol is none either, though it can be called."""
    with pytest.raises(ValueError, match=r"`Varying\(mu_y=.*\)`: mu_y must be a schedule"):
        Varying(Uniform(), mu_y)


def test_a_schedule_out_of_range_is_refused_at_its_step():
    """When it is used: nobody can look at all steps beforehand."""

    class Climbing:
        def at(self, t):
            return t / 2

    found = run(Varying(Uniform(), Climbing()), 1.0, lambda t, z, y: z, 3)
    assert [next(found)[0], next(found)[0]] == [1.0, 1.0]
    with pytest.raises(ValueError, match=r"mu_y must lie in \[0, 1\]"):
        next(found)


def test_the_start_is_all_three_and_later_iterates_know_their_step():
    """y_1 = z_1 whatever μ_y says; after that t is part of the iterates."""
    method = Varying(Uniform(), Coupled(LAN))
    assert method.query(Iterates(x=1.0, z=1.0)) == 1.0
    assert method.advance(Iterates(x=1.0, z=1.0), 3.0, 2.0) == Counted(x=2.0, z=3.0, t=2.0)


def test_weights_that_are_no_averaging_are_refused():
    """At the call, not at the first step."""
    with pytest.raises(ValueError, match="weights must be an Averaging"):
        from_acsa(0.1, 3)
