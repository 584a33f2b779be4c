"""Floors of the terms: every part that rounding touches counts, with its multiplier, once."""

import numpy as np
import pytest
import torch
from scipy import stats

from gpa_theory.core.identity import FORMS
from gpa_theory.optim.audit.columns import GAIN, SUM, AuditColumns
from gpa_theory.optim.audit.mean import Mean, error, mean_of
from gpa_theory.optim.audit.products import products
from gpa_theory.optim.audit.terms import GATE, ROUNDOFF, BatchValues, terms
from gpa_theory.optim.audit.verdict import joint

RHO, MU_Y = 3.0, 0.75
NU = 3.0  # μ_y/(1 − μ_y)
K = 1.75  # 1 + (1 − μ_y) ρ
F = {"u": 16.0, "x": 2.0, "prev": 4.0, "y": 8.0}
PAIRS = [("u", "y"), ("y", "x"), ("x", "y"), ("prev", "x"), ("prev", "y")]
# How often a value counts in each floor, by the identity: B(a, b) is about f(a) and f(b).
SIZES = {
    "phi": 2.0 + 16.0,
    "telescope": RHO * (2.0 + 4.0),
    "regret": 0.0,
    "bregman_u_y": 16.0 + 8.0,
    "bregman_y_x": (1 + NU) * (8.0 + 2.0),
    "bregman_x_y": NU * (8.0 + 2.0),
    "bregman_prev_x": RHO * (4.0 + 2.0),
    "bregman_prev_y": MU_Y * RHO / K * (4.0 + 8.0),
    "jensen": (1 + RHO) * (8.0 / K + 4.0 * (1 - 1 / K) + 2.0),
    "departure": 0.0,
}
MULTIPLIERS = {
    "regret": 1.0,
    "bregman_u_y": 1.0,
    "bregman_y_x": 1 + NU,
    "bregman_x_y": NU,
    "bregman_prev_x": RHO,
    "bregman_prev_y": MU_Y * RHO / K,
}
VALUE, SLOPE = 8, 128  # unit roundoffs, of a loss and of an inner product
MEASURED_VALUE, MEASURED_SLOPE = 5.2, 61  # the worst that was seen in training


def floors(form, sizes=1.0, reach=0.0, slack=0.0, dtype="float32"):
    """Return the floors for losses of `sizes` times F, and all |∇f||a − b| equal to `reach`."""
    f = {name: sizes * value for name, value in F.items()}
    inner, far = dict.fromkeys(PAIRS, 0.0), dict.fromkeys(PAIRS, reach)
    at = BatchValues(f, inner, far, regret=0.0, regret_reach=reach, slack=slack)
    return terms(form, RHO, MU_Y, at, dtype).floors


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("form", FORMS)
def test_the_floor_of_a_value_is_its_roundings(form, sign, dtype):
    """More than what was measured of each loss, less than twice that."""
    found = floors(form, sizes=sign, dtype=dtype)
    for name, floor in found.items():
        low, high = (
            n * ROUNDOFF[dtype] * SIZES[name] for n in (MEASURED_VALUE, 2 * MEASURED_VALUE)
        )
        assert low <= floor <= high, name


@pytest.mark.parametrize("form", FORMS)
def test_the_floor_of_an_inner_product_is_its_roundings(form):
    """More than what was measured, of |∇f||a − b|, less than three times that."""
    found = floors(form, sizes=0.0, reach=2.0)
    for name, floor in found.items():
        size = 2.0 * MULTIPLIERS.get(name, 0.0) * ROUNDOFF["float32"]
        assert MEASURED_SLOPE * size <= floor <= 3 * MEASURED_SLOPE * size, name


@pytest.mark.parametrize("form", FORMS)
def test_both_parts_of_a_floor_add_up(form):
    """A value and an inner product may be off the same way."""
    both, values, products = floors(form, 1.0, 2.0), floors(form), floors(form, 0.0, 2.0)
    for name, floor in both.items():
        assert floor == pytest.approx(values[name] + products[name], rel=1e-12), name


def test_a_mean_that_is_none_is_charged_to_the_jensen_gap():
    """Its multiplier is 1 + ρ."""
    found = floors("gradient_at_y", sizes=0.0, slack=0.5)
    assert found == {**dict.fromkeys(found, 0.0), "jensen": (1 + RHO) * 0.5}


def test_units_are_those_of_the_types():
    """Half the spacing of floats at 1; the gates lie far above them and far below a real fault."""
    assert {"float32": np.finfo("f4").eps / 2, "float64": np.finfo("f8").eps / 2} == ROUNDOFF
    for dtype, gate in GATE.items():
        assert 2**7 * ROUNDOFF[dtype] < gate < 2**20 * ROUNDOFF[dtype]
    assert GATE["float32"] <= 1e-5


def test_a_sign_needs_the_whole_interval_beyond_the_floor():
    """Must fail: an interval that begins below the floor, or ends above minus the floor."""
    at = lambda low, high: Mean((low + high) / 2, low, high, 0.1, 9, 0, 0).sign  # noqa: E731
    assert [at(0.11, 0.2), at(0.09, 0.2), at(0.1, 0.2)] == ["nonnegative"] + 2 * ["not resolved"]
    assert [at(-0.2, -0.11), at(-0.2, -0.09)] == ["negative", "not resolved"]


def test_the_floor_of_a_mean_is_the_mean_of_the_floors():
    """Not the least and not the largest of them; a step counts beyond its own."""
    found = mean_of([1.0] * 8, [0.0, 2.0] * 4)
    assert (found.floor, found.above, found.below) == (1.0, 4, 0)
    assert mean_of([-1.0] * 8, [0.0, 2.0] * 4).below == 4


def test_the_floor_of_a_sum_is_the_sum_of_the_floors():
    """Errors of two terms may go the same way."""
    names = (
        "phi",
        "telescope",
        "regret",
        "bregman_u_y",
        "bregman_y_x",
        "bregman_x_y",
        "bregman_prev_x",
    )
    records = [
        {
            "t": t,
            "residual": 0.0,
            "unexplained": 1e-6,
            "terms": {name: 1.0 + k for k, name in enumerate((*names, "departure"))},
            "floors": {name: 2.0**k for k, name in enumerate((*names, "departure"))},
            "step_seconds": None,
        }
        for t in range(3)
    ]
    header = {"form": "step", "reference": "u", "gate": 1e-5, "every": 1}
    columns = AuditColumns(header, records)
    assert columns.term(SUM)[1].tolist() == [8.0 + 16 + 32 + 64] * 3
    assert columns.term(GAIN)[1].tolist() == [2.0 + 16 + 32 + 64] * 3
    assert columns.passed
    assert not AuditColumns({**header, "gate": 9e-7}, records).passed


def test_one_interval_of_many_is_wider():
    """Ten intervals hold together at 99 % if each does at 99.9 %; of one, nothing changes."""
    assert [joint(1), joint(10), joint(0)] == pytest.approx([0.99, 0.999, 0.99])


@pytest.mark.parametrize(
    ("rho", "least", "most"), [(0.0, 0.5, 1.4), (0.8, 1.25, 3.0), (-0.8, 0.25, 0.7)]
)
def test_the_standard_error_follows_the_correlation(rho, least, most):
    """Against that of independent noise: larger for correlated, smaller for alternating noise."""
    rng, ratios = np.random.default_rng(0), []
    for _ in range(200):
        noise = rng.standard_normal(64)
        for i in range(1, 64):
            noise[i] = rho * noise[i - 1] + (1 - rho**2) ** 0.5 * noise[i]
        ratios.append(error(noise)[0] * 8)
    assert least < np.median(ratios) < most


def test_an_error_cannot_vanish():
    """Noise that alternates exactly leaves a tenth of the independent variance."""
    v = np.array([1.0, -1.0] * 32)
    independent = np.sqrt((v @ v) / (64 * 62))
    assert error(v)[0] == pytest.approx(np.sqrt(0.1) * independent, rel=0.02)


def test_windows_count_by_their_share():
    """Four windows of equal size and error: the mean has half the error of each."""
    v = np.tile(np.random.default_rng(0).standard_normal(16), 4)
    parts = [np.arange(16) + 16 * k for k in range(4)]
    each = mean_of(v[:16], [0.0] * 16)
    whole = mean_of(v, [0.0] * 64, parts=parts)
    assert whole.mean == pytest.approx(each.mean)
    ratio = (whole.high - whole.low) / (each.high - each.low)
    assert 0.2 < ratio < 0.5  # half, and less for the four times as many degrees of freedom


def test_an_interval_is_students_t_at_the_stated_level():
    """N = 64 has L = 4 lags and 3n/2L − 1 = 23 degrees of freedom; two tails of 1/2 %."""
    v = np.random.default_rng(0).standard_normal(64)
    se, degrees = error(v)
    found = mean_of(v, [0.0] * 64)
    assert degrees == 23
    assert (found.high - found.mean) / se == pytest.approx(stats.t.ppf(0.995, 23), rel=1e-4)


def test_seven_steps_make_no_interval():
    """Eight are the fewest; seven equal values resolve nothing."""
    assert mean_of([1.0, 1.1] * 4, [0.0] * 8).sign == "nonnegative"
    assert mean_of([1.0] * 7, [0.0] * 7).sign == "not resolved"
    assert np.isinf(error(np.ones(7))[0])
    assert np.isfinite(error(np.ones(8))[0])


def followed(off, y):
    """Return whether z = x up to rounding, where entry 0 of z is off by this; float32."""
    y = torch.tensor(y)
    z = y.clone()
    z[0] += off
    points = {"y": y, "z": z, "x": y, "prev": y, "u": y}
    return products(points, [torch.ones(2)], [{"z": 1.0, "x": -1.0}], 0.5)[1]


def test_a_departure_is_seen_beyond_a_few_roundings():
    """At entries of size 1, sixteen half units are rounding and a thousand are not."""
    half = 2.0**-24
    assert followed(16 * half, [1.0, 1.0])
    assert not followed(1000 * half, [1.0, 1.0])


def test_a_small_entry_may_have_come_from_further_away():
    """An entry of 0 among entries of size 2 is rounded like one of mean size; of 0, like none."""
    half = 2.0**-24
    assert followed(4 * half, [0.0, 2.0])
    assert not followed(1000 * half, [0.0, 2.0])
    assert not followed(4 * half, [0.0, 0.0])
