"""The oracle of finite sums against exact arithmetic: errors are bounded, samples are unbiased."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.numeric.exact import down, exactly, norm_up
from gpa_theory.numeric.precision import theta
from gpa_theory.numeric.problems import oracle
from gpa_theory.numeric.problems.comparator import Certifier
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.problems.losses import LOSSES
from gpa_theory.numeric.problems.oracle import FiniteSum
from tests.strategies import seeds
from tests.tolerances import ROUNDING

losses = st.sampled_from(list(LOSSES.values()))
scales = st.integers(min_value=-3, max_value=3)


def _instance(seed, loss, scale=0, near_kink=False):
    """Return rng, data and a point; `near_kink` puts every residual within rounding of 0."""
    rng = np.random.default_rng(seed)
    n, d = rng.integers(1, 8), rng.integers(1, 5)
    features = 10.0**scale * rng.standard_normal((n, d))
    w = rng.standard_normal(d)
    if loss.labels_only:
        targets = rng.choice([-1.0, 1.0], size=n)
        if near_kink:  # rescale the rows so that b⟨a, w⟩ = 1 up to rounding
            features = features * (targets / (features @ w))[:, None]
    else:
        targets = features @ w if near_kink else rng.standard_normal(n)
    return rng, FiniteSum(features, targets, loss), w


def _exact_value(f, w):
    """Return f(w) in Fractions, up to 1e-49 for the logistic loss."""
    certifier = Certifier(f.features, f.targets, f.loss, Ball(1.0))
    return Fraction(certifier.upper(w)), Fraction(
        np.nextafter(certifier.upper(w), -np.inf)
    )  # f(w) lies between these adjacent floats


@given(loss=losses, seed=seeds, scale=scales, near_kink=st.booleans())
def test_value_error_is_a_bound(loss, seed, scale, near_kink):
    """|fl f(w) − f(w)| ≤ value_error, in rational arithmetic, near kinks too."""
    _, f, w = _instance(seed, loss, scale, near_kink)
    above, below = _exact_value(f, w)
    value, error = Fraction(float(f.value(w))), Fraction(float(f.inexactness(w)[0]))
    assert value - error <= above
    assert value + error >= below


@given(loss=losses, seed=seeds, scale=scales, near_kink=st.booleans(), reach=scales)
def test_subgradient_inequality_holds_within_inexactness(loss, seed, scale, near_kink, reach):
    """f(v) ≥ f(w) + ⟨g(w), v − w⟩ − value_error − gradient_error |v − w|, decided in rationals."""
    rng, f, w = _instance(seed, loss, scale, near_kink)
    v = w + 10.0 ** (3 * reach) * rng.standard_normal(len(w))
    f_v, f_w = _exact_value(f, v)[0], _exact_value(f, w)[1]
    value_error, gradient_error = (Fraction(float(e)) for e in f.inexactness(w))
    step = [a - b for a, b in zip(exactly(v), exactly(w), strict=True)]
    linear = sum(g * s for g, s in zip(exactly(f.subgradient(w)), step, strict=True))
    assert f_v >= f_w + linear - value_error - gradient_error * norm_up(step)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_wrong_subgradient_breaks_the_inequality(loss):
    """The check can fail: with −g for g it does."""
    _, f, w = _instance(3, loss)
    g, (value_error, gradient_error) = f.subgradient(w), f.inexactness(w)
    v = w - 1e-3 * g
    slack = value_error + gradient_error * np.linalg.norm(v - w)
    assert f.value(v) >= f.value(w) + g @ (v - w) - slack
    assert f.value(v) < f.value(w) - g @ (v - w) - slack


def test_errors_are_small_and_needed():
    """The bounds are of the size of rounding, and zero would be wrong: float and exact differ."""
    misses = 0
    for seed in range(20):
        _, f, w = _instance(seed, LOSSES["least_absolute_deviation"])
        above, below = _exact_value(f, w)
        assert f.inexactness(w)[0] <= 100 * ROUNDING * (1 + f.value(w))
        misses += not below <= Fraction(float(f.value(w))) <= above
    assert misses > 0


def test_a_kink_within_rounding_is_charged():
    """Where all signs are noise the budget is 3 e: e for the value and 2 e for ε; else e."""
    lad = LOSSES["least_absolute_deviation"]
    for seed in range(5):
        _, f, w = _instance(seed, lad, near_kink=True)
        e = theta(2 * len(w) + 8) * (np.abs(f.features) @ np.abs(w)).mean()
        away = FiniteSum(f.features, f.targets + 1.0, lad)
        rounding = theta(2 * len(f.targets) + 64) * away.value(w)
        assert 3 * e <= f.inexactness(w)[0] <= 3 * e + rounding
        assert e <= away.inexactness(w)[0] <= e + rounding


class _EveryRow:
    """A "generator" that draws the rows 0, 1, …, n − 1, once each."""

    def integers(self, n, size):
        assert size == (n,)
        return np.arange(n)


@given(loss=losses, seed=seeds)
def test_samples_average_to_the_gradient(loss, seed):
    """The mean over all rows of the sampled gradients is the subgradient, within its error."""
    _, f, w = _instance(seed, loss)
    n = len(f.targets)
    rows = f.sample(_EveryRow(), np.tile(w, (n, 1)))
    error = np.linalg.norm(rows.mean(0) - f.subgradient(w))
    assert error <= 2 * f.inexactness(w)[1]


@given(seed=seeds, loss=st.sampled_from(["hinge", "least_absolute_deviation", "least_squares"]))
def test_samples_are_exactly_unbiased_on_integers(seed, loss):
    """On small integers with n a power of two nothing rounds: the mean *equals* the subgradient."""
    rng = np.random.default_rng(seed)
    features = rng.integers(-5, 6, size=(8, 3)).astype(float)
    targets = rng.choice([-1.0, 1.0], size=8)
    w = rng.integers(-5, 6, size=3).astype(float)
    f = FiniteSum(features, targets, LOSSES[loss])
    rows = f.sample(_EveryRow(), np.tile(w, (8, 1)))
    assert np.array_equal(rows.mean(0), f.subgradient(w))


def test_samples_are_rows_drawn_by_the_generator():
    """The same seed gives the same row; over many draws every row comes."""
    f = FiniteSum(np.diag([1.0, 2.0, 4.0]), np.full(3, 9.0), LOSSES["least_absolute_deviation"])
    w = np.zeros((200, 3))
    first, again = (f.sample(np.random.default_rng(5), w) for _ in range(2))
    assert np.array_equal(first, again)
    assert {tuple(r) for r in first} == {tuple(-r) for r in f.features}
    assert f.sample(np.random.default_rng(5), w[0]).shape == (3,)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_leading_axes_are_a_batch_and_blocks_do_not_matter(loss, monkeypatch):
    """(2, 3, d) points give the (2, 3) single results up to rounding, also cut into blocks."""
    rng, f, w = _instance(11, loss)
    points = rng.standard_normal((2, 3, len(w)))
    whole = f.value(points), f.subgradient(points), *f.inexactness(points)
    monkeypatch.setattr(oracle, "_BLOCK", 1)
    cut = f.value(points), f.subgradient(points), *f.inexactness(points)
    assert [a.shape for a in cut] == [(2, 3), points.shape, (2, 3), (2, 3)]
    # Values and slopes may cancel; the error bounds are sums of nonnegative numbers, and tiny.
    for a, b, absolute in zip(whole, cut, (ROUNDING, ROUNDING, 0, 0), strict=True):
        assert a == pytest.approx(b, rel=100 * ROUNDING, abs=absolute)
    assert f.value(points[1, 2]) == pytest.approx(whole[0][1, 2], rel=100 * ROUNDING, abs=0)


@pytest.mark.parametrize(
    ("loss", "w", "slope"),
    [("hinge", 1.0, 0.0), ("hinge", 0.5, -1.0), ("least_absolute_deviation", 1.0, 0.0)],
)
def test_ties_break_to_slope_zero(loss, w, slope):
    """At the kink the subgradient is 0, always."""
    f = FiniteSum(np.ones((1, 1)), np.ones(1), LOSSES[loss])
    assert f.subgradient(np.array([w])).tolist() == [slope]


@pytest.mark.parametrize("margin", [-800.0, 800.0])
def test_logistic_does_not_overflow(margin):
    """Far out the loss is max(0, −m) and the slope 0 or −1; warnings are errors."""
    f = FiniteSum(np.ones((1, 1)), np.ones(1), LOSSES["logistic"])
    w = np.array([margin])
    assert float(f.value(w)) == pytest.approx(max(0.0, -margin), abs=ROUNDING)
    assert f.subgradient(w)[0] == pytest.approx(-float(margin < 0), abs=ROUNDING)
    assert down(Fraction(0)) <= f.inexactness(w)[0] <= 1e-10
