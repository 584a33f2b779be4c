"""What the derived rows of the atlas say is what their certificates prove, and holds exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.atlas.catalogue import ROWS
from gpa_theory.core.atlas.row import DERIVED
from gpa_theory.core.averaging import Exponential
from gpa_theory.core.bases import BASES
from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import constant
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.bases import decreasing, drawn_back
from gpa_theory.symbolic.bases.derived import CERTIFIED
from gpa_theory.symbolic.engine.forms import alike
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Q, mu_x
from gpa_theory.symbolic.engine.vocabulary import REGRET
from gpa_theory.symbolic.expressions import expression
from gpa_theory.symbolic.rates import REGRETS
from tests.strategies import interior, positive, reals

every = pytest.mark.parametrize("name", CERTIFIED)
MORE_THAN_0 = sp.Symbol("more than 0", positive=True)
BY_SUBSTITUTION = "discounted-adagrad"


def formula(name: str) -> Any:
    return expression("test", "regret", ROWS[name].regret)


def test_every_derived_row_has_a_certificate():
    """Those of bases are in `rates`; one is another's theorem at other vectors."""
    derived = {row.name for row in ROWS.values() if row.label == DERIVED}
    assert derived == {*CERTIFIED, *BASES, BY_SUBSTITUTION}


@every
def test_a_row_says_what_its_certificate_proves(name):
    """The formulas are one."""
    assert sp.simplify(CERTIFIED[name]().bound() - formula(name)) == 0


@pytest.mark.parametrize("name", BASES)
def test_a_row_of_a_base_says_what_its_regret_bound_says(name):
    """The formulas are one."""
    assert sp.simplify(REGRETS[name]().worst - formula(name)) == 0


def test_forgetting_is_adagrad_at_other_vectors():
    """Q at the vectors μ^{T−t}g_t is at most G² Σ μ^{2(T−t)} ≤ G²/(1 − μ²)."""
    G, mass = sp.symbols("G mass", positive=True)
    observed = REGRETS["adagrad-norm"]().observed.subs(Q, G**2 / mass)
    said = formula(BY_SUBSTITUTION).subs(1 - mu_x**2, mass)
    assert not said.has(mu_x)
    assert sp.simplify(observed - said) == 0


@every
def test_a_bound_that_is_any_smaller_is_not_proved(name):
    """Must fail: the last certificate with something taken off."""
    found = CERTIFIED[name]()
    (*parts, (last, end)) = found.proof.parts
    assert isinstance(end, Certificate)
    less = replace(end, claim=end.claim - constant(MORE_THAN_0))
    with pytest.raises(CertificateError):
        replace(found, proof=Proof("less", (*parts, (last, less)))).bound()


@every
def test_no_premise_can_be_left_out(name):
    """Must fail: the last certificate without any one of its premises."""
    found = CERTIFIED[name]()
    (*parts, (last, end)) = found.proof.parts
    assert isinstance(end, Certificate)
    for i in range(len(end.premises)):
        fewer = replace(end, premises=end.premises[:i] + end.premises[i + 1 :])
        with pytest.raises(CertificateError):
            replace(found, proof=Proof("fewer", (*parts, (last, fewer)))).bound()


def test_decreasing_steps_bound_the_regret_of_the_vocabulary():
    """R_T is Σ⟨g_t, z_t − u⟩ there as everywhere."""
    assert alike(decreasing.plain().proved().scope["end", REGRET.name], REGRET)


def test_steps_that_grow_are_not_covered():
    """Must fail: 1/γ_t that may fall has no proof."""
    any_sign = sp.Symbol("more", real=True)
    proof = decreasing.plain()
    parts = dict(proof.parts)
    carried = parts["carried"]
    growing = replace(carried, step=tuple(
        replace(p, multiplier=sp.sympify(p.multiplier).subs(decreasing.more, any_sign))
        for p in carried.step
    ))  # fmt: skip
    with pytest.raises(CertificateError):
        Proof("growing", (("one step", parts["one step"]), ("carried", growing))).check()


# The same, played exactly: numbers on a line, G = the largest |g_t|, u and z_1 anything ----------
Line = list[Fraction]
plays = st.lists(reals, min_size=2, max_size=7)
small = st.fractions(min_value=Fraction(1, 8), max_value=1, max_denominator=8)


def largest(g: Line) -> Fraction:
    return max(max(map(abs, g)), Fraction(1, 100))


def points(step: Callable[[int, Fraction, Fraction], Fraction], g: Line, z1: Fraction) -> Line:
    """Return z_1, …, z_T, where step(t, z_t, g_t) = z_{t+1}."""
    z = [z1]
    for t, gradient in enumerate(g[:-1], start=1):
        z.append(step(t, z[-1], gradient))
    return z


def clipped(z: Fraction) -> Fraction:
    return max(Fraction(-1), min(Fraction(1), z))


def regrets(g: Line, z: Line, u: Fraction) -> Line:
    return [a * (b - u) for a, b in zip(g, z, strict=True)]


@given(g=plays, u=st.fractions(-1, 1, max_denominator=8), gamma=positive)
def test_ftrl_on_an_interval(g, u, gamma):
    """R_T ≤ D²/(2γ) + (γ/2) Q_T for lazy projections onto [−1, 1], z_1 = 1/2."""
    z1, sums = Fraction(1, 2), [sum(g[:t], Fraction(0)) for t in range(len(g))]
    z = [clipped(z1 - gamma * s) for s in sums]
    bound = (z1 - u) ** 2 / (2 * gamma) + gamma / 2 * sum(v * v for v in g)
    assert sum(regrets(g, z, u)) <= bound


@given(g=plays, hints=st.lists(reals, min_size=7, max_size=7), u=reals, z1=reals, gamma=positive)
def test_optimism(g, hints, u, z1, gamma):
    """A right guess costs nothing, a wrong one as much as it misses."""
    w = points(lambda t, w, v: w - gamma * v, g, z1)
    z = [a - gamma * h for a, h in zip(w, hints, strict=False)]
    missed = sum((v - h) ** 2 for v, h in zip(g, hints, strict=False))
    assert sum(regrets(g, z, u)) <= (z1 - u) ** 2 / (2 * gamma) + gamma / 2 * missed


@given(g=plays, u=st.fractions(-1, 1, max_denominator=8), s=positive)
def test_strong_convexity_pays(g, u, s):
    """Σ(r_t − (s/2)|z_t − u|²) ≤ G²/(2s) Σ1/t at steps 1/(st) on [−1, 1]."""
    z = points(lambda t, z, v: clipped(z - v / (s * t)), g, Fraction(1, 2))
    paid = sum(r - s / 2 * (a - u) ** 2 for r, a in zip(regrets(g, z, u), z, strict=True))
    harmonic = sum(Fraction(1, t) for t in range(1, len(g) + 1))
    assert paid <= largest(g) ** 2 / (2 * s) * harmonic


@given(g=plays, falls=st.lists(small, min_size=7, max_size=7), u=reals, z1=reals)
def test_any_steps_that_do_not_grow(g, falls, u, z1):
    """R_T ≤ R²/(2γ_T) + (G²/2) Σγ_t."""
    steps = [Fraction(2)]
    for share in falls:
        steps.append(steps[-1] * share)
    z = points(lambda t, z, v: z - steps[t - 1] * v, g, z1)
    R2 = max((a - u) ** 2 for a in z)
    used = steps[: len(g)]
    assert sum(regrets(g, z, u)) <= R2 / (2 * used[-1]) + largest(g) ** 2 / 2 * sum(used)


def discounted_bound(mu: Fraction, gamma: Fraction, D2: Fraction, G: Fraction) -> Fraction:
    return D2 / (2 * gamma * mu) + gamma * G**2 / (2 * (1 - mu))


def aged(g: Line, z: Line, u: Fraction, mu: Fraction) -> Fraction:
    T = len(g)
    return sum((mu ** (T - t) * r for t, r in enumerate(regrets(g, z, u), start=1)), Fraction(0))


@given(g=plays, u=reals, z1=reals, mu=interior, gamma=positive)
def test_drawn_back_needs_d_alone(g, u, z1, mu, gamma):
    """The aged regret is at most D²/(2γμ) + γG²/(2(1−μ)), however far the iterates go."""
    z = points(lambda t, z, v: z1 + mu * (z - gamma * v - z1), g, z1)
    assert aged(g, z, u, mu) <= discounted_bound(mu, gamma, (z1 - u) ** 2, largest(g))


def test_descent_that_is_not_drawn_back_needs_more():
    """Must fail: without the pull, gradients of one sign take z so far that D does not suffice."""
    mu, gamma, g = Fraction(9, 10), Fraction(1), [Fraction(1)] * 40 + [Fraction(-1)] * 20
    descent = points(lambda t, z, v: z - gamma * v, g, Fraction(0))
    u = Fraction(1)
    allowed = discounted_bound(mu, gamma, u**2, Fraction(1))
    assert aged(g, descent, u, mu) > allowed
    pulled = points(lambda t, z, v: mu * (z - gamma * v), g, Fraction(0))
    assert aged(g, pulled, u, mu) <= allowed


def test_a_method_that_is_drawn_back_to_nothing_is_none():
    """At μ = 0 the bound is infinite, and its symbol says so: μ/(1 − μ) > 0."""
    assert drawn_back.odds.is_positive


@given(mu_x=interior, mu_y=interior, share=small, L=positive, z1=reals)
def test_smoothness_pays_inside_gpa(mu_x, mu_y, share, L, z1):
    """Σφ_t ≤ D²/(2γ) + ρ(φ_1 − φ_T) for Huber's function, γ ≤ 1/L, any μ_x and μ_y."""
    gaps = gaps_of(mu_x, mu_y, share / L, L, z1)
    rho = mu_x / (1 - mu_x)
    assert sum(gaps) <= z1**2 / (2 * share / L) + rho * (gaps[0] - gaps[-1])


def test_a_step_longer_than_smoothness_allows_is_not_covered():
    """Must fail: γ = 3/L at μ = 0 makes f grow."""
    gaps = gaps_of(Fraction(0), Fraction(0), Fraction(3), Fraction(1), Fraction(1, 2))
    assert sum(gaps) > Fraction(1, 4) / 6


def gaps_of(mu_x: Fraction, mu_y: Fraction, gamma: Fraction, L: Fraction, z1: Fraction) -> Line:
    """Return f(x_t) − min f of GPA around gradient descent on L·huber."""

    def gradient(v: Fraction) -> Fraction:
        return L * clipped(v)

    def value(v: Fraction) -> Fraction:
        return L * (v * v / 2 if abs(v) <= 1 else abs(v) - Fraction(1, 2))

    method = GPA(Exponential(mu_x), mu_y)
    made = run(method, z1, lambda t, z, y: z - gamma * gradient(y), 6, Fraction)
    return [value(s.x) for _, s in made]
