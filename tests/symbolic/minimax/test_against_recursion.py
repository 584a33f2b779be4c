"""The proofs' formulas against the recursion itself: multipliers of steps as GPA takes them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from gpa_theory.core.certificate import CertificateError
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import T as STEPS
from gpa_theory.symbolic.minimax import first_column, limit, matched, rows, uniform_mean
from gpa_theory.symbolic.minimax.carried import carried
from gpa_theory.symbolic.quadratics.step import MU_X, MU_Y
from gpa_theory.worst_case.minimax import schedules
from gpa_theory.worst_case.minimax.family import steps_of
from gpa_theory.worst_case.minimax.multipliers import row_of
from tests.strategies import closed, interior, positive

ONE = Fraction(1)


def ratio(mu_x, mu_y):
    """Return r."""
    return mu_x * (1 - mu_y) / (1 - mu_x * mu_y)


def at(expression, **values):
    """Return the value of an expression whose symbols are called so, exactly."""
    names = {s: values[s.name] for s in sp.sympify(expression).free_symbols}
    found = sp.sympify(expression).subs({s: sp.Rational(v) for s, v in names.items()})
    return Fraction(int(found.p), int(found.q))


def geometric(values, r):
    """Return Σ r^i v_i."""
    return sum((r**i * v for i, v in enumerate(values)), Fraction(0))


@given(mu_x=interior, mu_y=closed, b=st.lists(positive, min_size=2, max_size=6))
def test_the_carried_sums_are_those_of_the_recursion(mu_x, mu_y, b):
    """Y_s and P_s, summed from the recursion's multipliers, are geometric sums of the b_k."""
    T, kappa, r = len(b) + 1, 1 - mu_x * mu_y, ratio(mu_x, mu_y)
    h = steps_of(T, mu_x, mu_y, [1 / value for value in b])
    h = [*h[:-1], [1 - Fraction(s, T) for s in range(1, T)]]
    e = [(T - 1 - k) * b[k - 1] for k in range(1, T)]
    for t in range(2, T):
        row = row_of(h, t, ONE)
        for s in range(1, t):
            p = sum((row[j - 1] * mu_x ** (j - s) for j in range(s + 1, t)), Fraction(0))
            y = (1 + sum(row)) * mu_x ** (t - s) - p
            assert y == mu_x / kappa * (b[s - 1] - (1 - r) * geometric(b[s : t - 1], r))
    row = row_of(h, T, ONE)
    for s in range(1, T):
        p = sum((row[j - 1] * mu_x ** (j - s) for j in range(s + 1, T)), Fraction(0))
        assert p == mu_x / kappa * geometric([x - y for x, y in pairwise(e[s - 1 :])], r)


@given(T=st.integers(3, 8), mu_x=interior, mu_y=closed)
def test_the_last_two_rows_of_matched_decay(T, mu_x, mu_y):
    """They differ by one geometric term, in every column; both have j ≥ 2 without a negative."""
    kappa, r = 1 - mu_x * mu_y, ratio(mu_x, mu_y)
    h = steps_of(T, mu_x, mu_y, schedules.matched(T, mu_x))
    before, last = row_of(h, T - 1, ONE), row_of(h, T, ONE)
    gap = T * mu_x * (mu_x - mu_y)
    assert kappa * (last[0] - before[0]) == gap * r ** (T - 3)
    for j in range(2, T - 1):
        power = r ** (T - 2 - j)
        assert kappa**2 * (last[j - 1] - before[j - 1]) == gap * (1 - mu_x) * power
    assert min([*before[1:], *last[1:]]) >= 0
    share = [(k - T * mu_x ** (T - k)) / (T - k) for k in range(2, T - 1)]
    values = {"mu_x": mu_x, "mu_y": mu_y, "T": T, "N": geometric(share, r)}
    found = at(matched.first_column(), u=mu_x ** (T - 1), v=r ** (T - 3), **values)
    assert found == (T - 1) * kappa * before[0]


@settings(max_examples=25)
@given(m=st.integers(2, 5), mu_x=interior, mu_y=closed, more=st.integers(2, 4))
def test_the_integral_is_the_multiplier(m, mu_x, mu_y, more):
    """κλ_{T−1,j}/T with j = T − m ≥ 2."""
    T, r, tau = m + more, ratio(mu_x, mu_y), first_column.TAU
    total = sum(
        (sp.Rational(r) ** (m - 1 - i) * tau ** (i - 1) for i in range(2, m)), sp.Integer(0)
    )
    given_ = {first_column.POWER: tau ** (m - 2), first_column.SUM: total}
    given_ |= {MU_X: sp.Rational(mu_x), MU_Y: sp.Rational(mu_y)}
    whole = sp.integrate(sp.expand(first_column.integrand().subs(given_)), (tau, given_[MU_X], 1))
    row = row_of(steps_of(T, mu_x, mu_y, schedules.matched(T, mu_x)), T - 1, ONE)
    assert Fraction(int(whole.p), int(whole.q)) == (1 - mu_x * mu_y) * row[T - m - 1] / T


@given(T=st.integers(2, 8), mu_y=closed)
def test_schedule_free_moves_by_the_factor(T, mu_y):
    """λ_{t,s}/λ_{t,s+1} of the recursion, with A_t in the last place of each row."""
    h = [[1 - mu_y * Fraction(s, t) for s in range(1, t)] for t in range(1, T)]
    h = [*h, [1 - Fraction(s, T) for s in range(1, T)]]
    for t in range(2, T + 1):
        carried_ = mu_y / (t - mu_y * (t - 1)) if t < T else ONE
        row = row_of(h, t, ONE)
        for s in range(t - 1, 0, -1):
            assert row[s - 1] == carried_ * at(uniform_mean.SHARE, s=s, mu_y=mu_y) >= 0
            carried_ *= at(uniform_mean.FACTOR, s=s, mu_y=mu_y)


@pytest.mark.parametrize(("mu_x", "mu_y"), [(".6", ".5"), (".4", "1"), (".7", ".3")])
def test_phi_is_the_first_column_up_to_two_orders(mu_x, mu_y):
    """T² times (T−1)κλ_{T−1,1} − Φ_T stays bounded as T doubles; with Φ_∞ for Φ_T it grows."""
    mu_x, mu_y = Fraction(mu_x), Fraction(mu_y)
    r, left, first = ratio(mu_x, mu_y), [], []
    for T in (80, 160, 320):
        share = [(k - T * mu_x ** (T - k)) / (T - k) for k in range(2, T - 1)]
        values = {"mu_x": mu_x, "mu_y": mu_y, "T": T, "N": geometric(share, r)}
        exact = at(matched.first_column(), u=mu_x ** (T - 1), v=r ** (T - 3), **values)
        one, none = (limit.phi(MU_X, MU_Y, short) for short in (1 / STEPS, sp.Integer(0)))
        left.append(T**2 * abs(exact - at(one, mu_x=mu_x, mu_y=mu_y, T=T)))
        first.append(T**2 * abs(exact - at(none, mu_x=mu_x, mu_y=mu_y)))
    assert left[2] < Fraction(5, 4) * left[1] + Fraction(1, 10**6)
    assert first[2] > Fraction(3, 2) * first[1]


PROOFS = {
    "rows": rows.rows_proof,
    "matched": matched.matched_proof,
    "first column": first_column.first_column_proof,
    "limit": limit.limit_proof,
    "uniform mean": uniform_mean.uniform_mean_proof,
}


@pytest.mark.parametrize("name", PROOFS)
def test_every_proof_checks_and_assumes_no_convexity(name):
    """They are algebra: the only axiom is that what is proved ≥ 0 of numbers is so."""
    proof = PROOFS[name]()
    proof.check()
    assert set(proof.axioms()) <= {"constant"}


def test_a_false_sum_is_refused_at_its_start_or_step():
    """Must fail: 1 + … + n is neither n(n+1)/2 + 1 nor n²/2."""
    n, total = sp.symbols("n total", nonnegative=True)
    after = {n: n + 1, total: total + n + 1}
    for wrong, place in ((2 * total - n * (n + 1) - 2, "start"), (2 * total - n**2, "step")):
        parts = carried("sum", wrong, {n: 0, total: 0}, after)
        with pytest.raises(CertificateError, match=f"sum: {place}"):
            Proof("a false sum", parts).check()
