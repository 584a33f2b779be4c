"""The weighted theorem as numbers: exact on rational runs, and every row says what it should."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import rho as rho_of
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.engine.symbols import T, mu_x
from gpa_theory.symbolic.schemes import SCHEMES, Scheme, t
from tests.strategies import averagings, closed, interior, positive, reals

steps_of = st.lists(st.tuples(reals, positive), min_size=2, max_size=6)  # (Δ_t, p_t)


def trajectory(averaging, mu_y, moves):
    base = lambda s, z, y: z + moves[s - 1][0]  # noqa: E731
    start = Fraction(1, 2)
    return [(y, s.x, s.z) for y, s in run(GPA(averaging, mu_y), start, base, len(moves), Fraction)]


def weighted(averaging, points, moves, f, loss):
    """Return Σ q_t φ_t, Σ p_t r_t and Σ p_t loss_t for u = 0, all exact."""
    p = [weight for _, weight in moves]
    past = [rho_of(averaging, Fraction(s)) for s in range(1, len(p) + 1)]
    kept = [a * (1 + b) for a, b in zip(p, past, strict=True)]
    carried = [a * b for a, b in zip(p[1:], past[1:], strict=True)] + [Fraction(0)]
    phi = [f(x) - f(0) for _, x, _ in points]
    left = sum((k - c) * v for k, c, v in zip(kept, carried, phi, strict=True))
    previous = [points[0], *points[:-1]]
    losses = (
        weight * loss(r, y, x, before[1])
        for weight, r, (y, x, _), before in zip(p, past, points, previous, strict=True)
    )
    return left, p, sum(losses)


@given(averaging=averagings, mu_y=interior, moves=steps_of, h=positive, b=reals)
def test_equality_with_the_bregman_terms(averaging, mu_y, moves, h, b):
    """Σ q φ = Σ p r − Σ p (four Bregman terms), exactly, for any averaging and any moves."""
    f = lambda w: h * w * w / 2 + b * w  # noqa: E731
    g = lambda w: h * w + b  # noqa: E731
    breg = lambda v, w: f(v) - f(w) - g(w) * (v - w)  # noqa: E731
    nu = mu_y / (1 - mu_y)

    def loss(r, y, x, x_prev):
        return breg(0, y) + (1 + nu) * breg(y, x) + nu * breg(x, y) + r * breg(x_prev, x)

    points = trajectory(averaging, mu_y, moves)
    left, p, lost = weighted(averaging, points, moves, f, loss)
    regret = sum(w * g(y) * z for w, (y, _, z) in zip(p, points, strict=True))
    assert left == regret - lost


@given(averaging=averagings, mu_y=closed, moves=steps_of, h=positive, b=reals)
def test_equality_with_the_second_identity(averaging, mu_y, moves, h, b):
    """The same with the gradient at y_t only, μ_y = 1 included, and for a nonsmooth f."""
    f = lambda w: h * abs(w) + b * w  # noqa: E731
    g = lambda w: (h if w >= 0 else -h) + b  # noqa: E731
    breg = lambda v, w: f(v) - f(w) - g(w) * (v - w)  # noqa: E731

    def loss(r, y, x, x_prev):
        share = 1 / (1 + (1 - mu_y) * r)
        jensen = share * f(y) + (1 - share) * f(x_prev) - f(x)
        return breg(0, y) + mu_y * r * share * breg(x_prev, y) + (1 + r) * jensen

    points = trajectory(averaging, mu_y, moves)
    left, p, lost = weighted(averaging, points, moves, f, loss)
    regret = sum(w * g(y) * z for w, (y, _, z) in zip(p, points, strict=True))
    assert left == regret - lost
    assert lost >= 0


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_named_sums_are_the_weighted_sums(scheme):
    """`regrets` is Σ p_t r_t and Σ q_t = Σ p_t, written out for T = 5."""
    steps, m = 5, sp.Rational(3, 4)
    at = lambda e: sp.sympify(e).subs({T: steps, mu_x: m})  # noqa: E731
    p = [at(scheme.first), *(at(scheme.weight(sp.Integer(s))) for s in range(2, steps + 1))]
    q = [at(scheme.q_first()), *[at(scheme.q_middle())] * (steps - 2), at(scheme.q_last())]
    assert sp.simplify(sum(p) - sum(q)) == 0
    r = sp.symbols("r1:6")
    sums = {
        "R_T": sum(r),
        "A_T": sum(m ** (steps - s) * r[s - 1] for s in range(2, steps + 1)),
        "r_1": r[0],
    }
    named = sum(at(c) * sums[name] for name, c in scheme.regrets.terms.items())
    assert sp.expand(named - sum(a * b for a, b in zip(p, r, strict=True))) == 0


ROWS = {  # what theory.md §2 says of each row: (mass it is divided by, expected coefficients)
    "average": (T, {"R_T": 1 / T, "Σφ": -1 / T, "φ_1": mu_x, "φ_T": -mu_x}),
    "schedule_free": (T, {"R_T": 1 / T, "φ_T": -1}),
    "online_to_batch": (T, {"R_T": 1 / T, "Σφ": -1 / T}),
    "last": (None, {"A_T": 1 - mu_x, "φ_1": mu_x ** (T - 1), "φ_T": -1}),
    "last_from_regret": (None, {"A_T": 1 - mu_x, "r_1": mu_x ** (T - 1), "φ_T": -1}),
    "no_remainder": (T, {"R_T": 1 / T, "r_1": mu_x, "Σφ": -1 / T, "φ_T": -mu_x}),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_say_what_they_should(name):
    """The computed rows are the table of the theory; start and end terms carry ρ/T."""
    scheme = SCHEMES[name]
    mass, expected = ROWS[name]
    row = scheme.normalized(mass if mass is not None else scheme.q_last())
    edge = 1 / ((1 - mu_x) * T) if name in ("average", "no_remainder") else 1
    assert set(row.terms) == set(expected)
    for key, value in expected.items():
        scale = edge if key in ("φ_1", "φ_T", "r_1") else 1
        assert sp.simplify(row.coefficient(key) - value * scale) == 0


def test_a_row_with_varying_q_is_refused():
    """A scheme whose q_t depends on t has no closed form here, and says so."""
    odd = Scheme("odd", "", sp.S.One, lambda s: s**2, lambda s: sp.S.Zero, SCHEMES["last"].regrets)
    with pytest.raises(ValueError, match="`Scheme\\(odd\\)`: q_t must not depend on t"):
        odd.q_middle()
    assert t.is_positive
