"""The multipliers of `core.identity` close the identity exactly, for any f, in rationals."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core import identity
from gpa_theory.core.averaging import rho
from gpa_theory.core.recursion import GPA, run
from tests.strategies import averagings, interior, reals


def value(w):
    return w**3 - 2 * w**2 + w  # neither convex nor concave


def slope(w):
    return 3 * w**2 - 4 * w + 1


def sides(form, points, past, mu_y, u):
    """Return both sides of the identity of this form, the Jensen gap included."""
    at = {**points, "u": u}
    f = {name: value(w) for name, w in at.items()}
    left = f["x"] - f["u"] + past * (f["x"] - f["prev"])
    right = slope(at["y"]) * (at["z"] - u)
    for _, multiplier, a, b in identity.divergences(form, past, mu_y):
        right -= multiplier * (f[a] - f[b] - slope(at[b]) * (at[a] - at[b]))
    if form == "gradient_at_y":
        kept, moved = identity.jensen_weights(past, mu_y)
        right -= (1 + past) * (moved * f["y"] + kept * f["prev"] - f["x"])
    return left, right


@pytest.mark.parametrize("form", identity.FORMS)
@given(
    averaging=averagings,
    mu_y=interior,
    u=reals,
    zs=st.lists(reals, min_size=2, max_size=5),
)
def test_both_sides_are_equal_at_every_step(form, averaging, mu_y, u, zs):
    """Left = right and every `affine` vector is 0, on any run, towards any u, for a cubic f."""
    prev = zs[0]
    base = lambda t, z, y: zs[t] if t < len(zs) else z  # noqa: E731
    found = run(GPA(averaging, mu_y), zs[0], base, len(zs), Fraction)
    for t, (y, s) in enumerate(found, start=1):
        past, points = rho(averaging, Fraction(t)), {"prev": prev, "x": s.x, "y": y, "z": s.z}
        left, right = sides(form, points, past, mu_y, u)
        assert left == right
        for way in identity.affine(form, past, mu_y).values():
            assert sum(c * points[name] for name, c in way.items()) == 0
        prev = s.x


@pytest.mark.parametrize("form", identity.FORMS)
def test_the_law_can_fail(form):
    """With another ρ the same points do not close it."""
    half = Fraction(1, 2)
    points = {"prev": Fraction(0), "x": half, "y": 3 * half / 2, "z": Fraction(1)}
    left, right = sides(form, points, Fraction(1), half, Fraction(2))
    assert left == right
    left, right = sides(form, points, Fraction(2), half, Fraction(2))
    assert left != right


def test_the_forms_agree_on_what_they_subtract():
    """`LOST` names the divergences of each form, and the Jensen gap of the second."""
    for form, more in (("step", ()), ("gradient_at_y", ("jensen",))):
        named = [name for name, *_ in identity.divergences(form, Fraction(3), Fraction(1, 2))]
        assert (*named, *more) == identity.LOST[form]
        assert set(identity.LOST[form]) < set(identity.WORDS)


def test_the_arithmetic_may_be_symbolic():
    """With symbols for ρ and ν the multipliers are the formulas themselves."""
    past, nu = sp.symbols("rho nu", positive=True)
    assert [m for _, m, _, _ in identity.at_x_and_y(past, nu)] == [1, 1 + nu, nu, past]
    mu_y = nu / (1 + nu)
    assert sp.simplify(identity.nu(mu_y) - nu) == 0
    assert sp.simplify(sum(identity.jensen_weights(past, mu_y)) - 1) == 0


def test_forms_are_checked():
    """An unknown form, and the step identity at μ_y = 1, are refused."""
    identity.check_form("f()", "gradient_at_y", 1)
    with pytest.raises(ValueError, match="form must be one of step, gradient_at_y"):
        identity.check_form("f()", "both", 0.5)
    with pytest.raises(ValueError, match="mu_y must be below 1"):
        identity.check_form("f()", "step", 1)
