"""What is lost beyond the free region: intervals that agree with the verdict, exact exponents."""

import pytest

from experiments.minimax import beyond
from tests.experiments.minimax.recorded import rows
from tests.tolerances import ROUNDING

ROWS = rows(beyond.NAME)


def line(power, horizons=(10, 20, 50), width=0.0):
    """Return rows whose loss is .001 T^p, known up to a factor 1 ± width."""
    return [
        {"mu_y": "1", "c": 5, "T": T, "free": False, "lower": 1 + loss * (1 - width)}
        | {"upper": 1 + loss * (1 + width)}
        for T in horizons
        for loss in [T**power / 1000]
    ]


def test_all_settings_were_run():
    """Once each, and none is left open."""
    assert sorted((r["mu_y"], r["c"], r["T"]) for r in ROWS) == sorted(beyond.settings())
    assert not [row for row in ROWS if "error" in row]


def test_settings_begin_with_the_shortest_horizon():
    """So that an interrupted run has the cheap ones."""
    horizons = [T for _, _, T in beyond.settings()]
    assert horizons == sorted(horizons)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['mu_y']}-{r['c']}-{r['T']}")
def test_an_interval_agrees_with_the_verdict(row):
    """Free: the worst case is DG/√T, which the interval holds.  Else it lies above, certainly."""
    assert row["lower"] < row["upper"] < row["lower"] * 1.001  # `default_width` at T > 40
    assert row["free"] == (row["lower"] <= 1)
    assert row["upper"] >= 1


@pytest.mark.parametrize(
    "setting", [("0.7", 10, 20), ("1", 10, 20), ("0.7", 5, 20), ("0.5", 10, 40)]
)
def test_a_row_is_made_again(setting):
    """Another run's interval has a point in common with that of the record."""
    old = next(row for row in ROWS if (row["mu_y"], row["c"], row["T"]) == setting)
    new = beyond.certified(*setting)
    assert new["free"] == old["free"]
    assert max(new["lower"], old["lower"]) <= min(new["upper"], old["upper"])


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_exponent_of_a_power_is_exact(power):
    """Where the loss is known, so is the exponent; a twin with one loss changed shows it."""
    found = list(beyond.slopes(line(power)))
    assert [(s["from"], s["to"]) for s in found] == [(10, 20), (20, 50)]
    for slope in found:  # 1 + loss keeps 13 digits of the loss
        assert slope["low"] == pytest.approx(power, abs=1e4 * ROUNDING)
        assert slope["high"] == pytest.approx(power, abs=1e4 * ROUNDING)
    twin = line(power)
    twin[1] |= {"lower": twin[1]["lower"] + 1e-4, "upper": twin[1]["upper"] + 1e-4}
    assert all(abs(slope["low"] - power) > 1e-5 for slope in beyond.slopes(twin))


def test_an_exponent_is_as_uncertain_as_the_losses():
    """It lies between the ends, which are wider the less is known."""
    found = [next(beyond.slopes(line(1, width=width))) for width in (0.01, 0.1)]
    assert all(slope["low"] < 1 < slope["high"] for slope in found)
    assert found[1]["high"] - found[1]["low"] > found[0]["high"] - found[0]["low"]


def test_no_exponent_is_made_of_a_loss_that_may_be_zero():
    """Must not count: a free row, an interval that holds 1, another line, no interval."""
    one, other, last = line(1)
    for twin in ({"free": True}, {"lower": 1.0}, {"mu_y": "0"}, {"c": 6}):
        assert list(beyond.slopes([one, other | twin])) == []
    assert list(beyond.slopes([one, {"mu_y": "1", "c": 5, "T": 20, "free": False}])) == []
    assert [s["to"] for s in beyond.slopes([one, other | {"free": True}, last])] == [50]


def test_a_setting_without_an_interval_keeps_its_error(monkeypatch):
    """The row says why, and the run goes on."""

    def refuses(*given):
        raise beyond.WorstCaseError("too wide")

    monkeypatch.setattr(beyond, "worst_case", refuses)
    row = beyond.certified("1", 5, 20)
    assert row["error"] == "too wide"
    assert "lower" not in row
