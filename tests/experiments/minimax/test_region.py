"""The map of the free region: every row says what is so, and one that does not is found."""

from fractions import Fraction

import pytest

from experiments.minimax import region
from tests.experiments.minimax.recorded import rows

ROWS = rows(region.NAME)
REACHED = 1e-12  # `threshold.FINE` is 2^-40: what an enclosure may be wide, and a bit to be certain
CHECKED = (*[row for row in ROWS if row["T"] <= 14], next(r for r in ROWS if r["T"] == 1000))
# T²(end − expansion) is O(1); measured −15.21 at μ_y = 0.1 and nearer to 0 above.  Without the
# second term, 2/((1+μ_y)²T), it would be at least T/2.
SECOND_ORDER = 16


def of(T, mu_y):
    return next(row for row in ROWS if (row["T"], row["mu_y"]) == (T, mu_y))


def test_the_map_is_whole():
    """Each horizon with each μ_y, once; every enclosure is narrow."""
    found = sorted((row["T"], row["mu_y"]) for row in ROWS)
    assert found == sorted((T, mu_y) for T in region.HORIZONS for mu_y in region.MU_Y)
    assert max(region.HORIZONS) == 10_000
    assert all(0 < row["high"] - row["low"] < REACHED for row in ROWS)


def test_rows_hold():
    """Minimax at the lower end and not at the upper one, decided anew."""
    assert [row for row in CHECKED if not region.holds(row)] == []


@pytest.mark.parametrize("shift", [{"high": -REACHED}, {"low": REACHED}])
@pytest.mark.parametrize("mu_y", ["0", "1/5", "7/10", "1"])
def test_a_row_whose_end_lies_on_the_wrong_side_is_found(mu_y, shift):
    """Must fail: a `high` that is minimax, a `low` that is not, by less than anyone would see."""
    row = of(20, mu_y)
    assert region.holds(row)
    assert not region.holds(row | {name: row[name] + by for name, by in shift.items()})


@pytest.mark.parametrize(("T", "mu_y"), [(3, "9/10"), (10, "1/2"), (100, "0.01")])
def test_a_row_is_made_again(T, mu_y):
    """The same ends, to the last bit."""
    assert region.end(T, mu_y) | {"cpu_seconds": 0} == of(T, mu_y) | {"cpu_seconds": 0}


def test_without_query_averaging_the_end_is_known():
    """μ_y = 0: T^(−1/(T−1)) lies between; a twin shifted by the width does not."""
    for T in region.HORIZONS:
        row = of(T, "0")
        assert row["low"] <= region.without(T) <= row["high"]
        assert not row["low"] <= region.without(T) + REACHED <= row["high"]


@pytest.mark.parametrize("mu_y", [y for y in region.MU_Y if Fraction(y) >= Fraction(1, 10)])
def test_the_end_tends_to_its_limit(mu_y):
    """T²(end − expansion) stays small where T is largest; without the second term it is large."""
    T, value = max(region.HORIZONS), float(Fraction(mu_y))
    row = of(T, mu_y)
    assert abs(row["low"] - region.limit(T, value)) * T**2 < SECOND_ORDER
    assert abs(row["low"] - 1 / (1 + value)) * T**2 > T / 2 - SECOND_ORDER
