"""The record of numbers: made anew, it encloses what the checks find; ends are rounded outward."""

import json
from decimal import Decimal

import pytest

from gpa_theory.report import remeasured
from gpa_theory.report.remeasured import MADE, outward
from gpa_theory.report.statements import numbers
from gpa_theory.report.statements.numbers import record
from tests.tolerances import LAST_DIGIT


def apart(recorded, found):
    """Return by how many units of its last digit two decimals differ; words must be equal."""
    try:
        ends = Decimal(recorded), Decimal(found)
    except ArithmeticError:
        assert recorded == found
        return 0
    return abs(ends[0] - ends[1]).scaleb(-ends[0].as_tuple().exponent)


def test_the_record_has_every_claim_that_is_made():
    """Claims of the record and makers of rows are the same."""
    assert set(record()) == set(MADE)


@pytest.mark.solver
@pytest.mark.parametrize("claim", MADE)
def test_the_record_is_what_the_runs_find(claim):
    """Made anew, every number is the one that ships, to a unit of its last digit."""
    made = MADE[claim]()
    assert len(made) == len(record()[claim])
    for old, new in zip(record()[claim], made, strict=True):
        assert old.keys() == new.keys()
        assert max(apart(old[name], new[name]) for name in old) <= LAST_DIGIT


def test_a_number_that_was_edited_is_noticed():
    """Must fail: two units of the last digit are too many, and so is another word."""
    assert apart("0.1234", "0.1236") > LAST_DIGIT
    with pytest.raises(AssertionError):
        apart("mean", "average")


@pytest.mark.parametrize("value", [0.1, 1 / 3, 2.0, 1e-12])
def test_ends_are_rounded_outward(value):
    """The interval of one float holds it exactly."""
    row = outward(value, value, 6)
    assert Decimal(row["lower"]) <= Decimal(value) <= Decimal(row["upper"])


def test_the_record_is_written_whole(monkeypatch, tmp_path):
    """`main` writes what the makers return, and the next reader sees it."""
    target = tmp_path / "numbers.json"
    monkeypatch.setattr(remeasured, "RECORD", target)
    monkeypatch.setattr(remeasured, "MADE", {"a": lambda: [{"lower": "1", "upper": "2"}]})
    remeasured.main()
    assert json.loads(target.read_text()) == {"a": [{"lower": "1", "upper": "2"}]}
    assert numbers.record.cache_info().currsize == 0
