"""The atlas: every row is complete, says on what it rests, and can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gpa_theory.core.atlas.catalogue import ROWS, as_data, as_text, row_named
from gpa_theory.core.atlas.controls import CONTROLS
from gpa_theory.core.atlas.derived import OF_BASES
from gpa_theory.core.atlas.row import DERIVED, DISCOUNTED, LABELS, PLAIN, REPORTED, Row, names
from gpa_theory.core.bases import BASES
from gpa_theory.core.labels import Label

FEWEST = 16  # rows beyond the bases
every = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


def test_there_are_enough_rows_and_each_has_its_name():
    """The bases first, in their order; more than sixteen others."""
    assert [row.name for row in OF_BASES] == list(BASES)
    assert list(ROWS)[: len(BASES)] == list(BASES)
    assert len(ROWS) - len(BASES) >= FEWEST
    assert all(name == row.name for name, row in ROWS.items())


@pytest.mark.parametrize("name", BASES)
def test_the_row_of_a_base_points_at_it(name):
    """Words, update and domain are those of `core.bases`, and the kind of regret too."""
    row, base = ROWS[name], BASES[name]
    assert base.words in row.method
    assert base.update in row.method
    assert row.domain.startswith(base.domain)
    assert row.linearized == base.linearized
    assert row.usable


@every
def test_every_constant_has_a_meaning(row):
    """What is in the formula is explained, and nothing else."""
    assert set(row.meanings) == names(row.regret)
    assert all(row.meanings.values())


@every
def test_a_distance_of_the_iterates_is_named_in_the_domain(row):
    """A bound in R holds only where the iterates stay near u, and the row says so."""
    needs = any("for all t" in words for words in row.meanings.values())
    bounded = "stay" in row.domain or "ball of" in row.domain or "box, of" in row.domain
    assert bounded or not needs


@every
def test_a_row_says_if_it_knows_the_horizon(row):
    """A constant γ with a bound that grows like γT must be tuned for T."""
    grows = row.kind == PLAIN and "gamma" in names(row.regret) and "*T/" in row.regret
    assert not (grows and row.anytime)


def test_what_is_usable_is_plain_linear_regret():
    """Discounted rows feed the last iterate, not the mean; the others nothing, and say why."""
    assert {row.kind for row in ROWS.values() if row.usable} == {PLAIN}
    assert not any(row.usable for row in ROWS.values() if row.unusable)
    silent = {row.kind for row in ROWS.values() if not row.unusable}
    assert silent == {PLAIN, DISCOUNTED}


def test_labels_are_those_of_the_project():
    """Derived is proved, reported is reported."""
    assert LABELS == {DERIVED: Label.PROVED, REPORTED: Label.REPORTED}


GOOD = ROWS["kt"]
REFUSED = [
    ({"name": ""}, "name must not be empty"),
    ({"source": ""}, "source must not be empty"),
    ({"against": ""}, "against must not be empty"),
    ({"kind": "strange"}, "kind must be one of"),
    ({"label": "proved"}, "label must be one of"),
    ({"label": DERIVED}, "proof must be said"),
    ({"proof": "trust me"}, "proof must be said"),
    ({"why": ""}, "why must be said"),
    ({"label": DERIVED, "proof": "here"}, "why must be said"),
    ({"unusable": "no reason"}, "unusable must be said"),
    ({"linearized": False}, "unusable must be said"),
    ({"kind": "weighted"}, "unusable must be said"),
    ({"constants": {}}, "what each name"),
    ({"constants": {"wealth": "ε", "more": "not there"}}, "what each name"),
    ({"regret": "D*"}, "formula must be arithmetic"),
]


@pytest.mark.parametrize(("change", "reason"), REFUSED)
def test_a_row_that_lacks_something_is_refused(change, reason):
    """Must fail: each names the parameter and the rule."""
    with pytest.raises(ValueError, match=reason):
        replace(GOOD, **change)


def test_a_row_may_be_made_by_anybody():
    """The good one has all that is asked for."""
    assert Row("n", "m", "C*T", "a ball", True, "none", "me", {"C": "mine"}, why="w").usable


def test_rows_are_found_by_name():
    """Must fail: a name that is none is refused with those that are."""
    assert row_named("test", "dog") is ROWS["dog"]
    with pytest.raises(ValueError, match=r"base must be one of ogd, .*shampoo"):
        row_named("test", "sgd")


def test_the_catalogue_has_every_row_as_data_and_as_text():
    """Derived first, then reported, then controls; the text has their formulas and reasons."""
    data, text = as_data(), as_text()
    assert list(data) == ["derived", "reported", "controls"]
    shown = [row["name"] for part in data.values() for row in part]
    assert shown == [*ROWS, *CONTROLS]
    for part in ("derived", "reported"):
        assert {row["label"] for row in data[part]} == {part}
    places = [text.index(f"\n{name}  [") for name in shown]
    assert places == sorted(places)
    for row in ROWS.values():
        assert row.regret in text
        assert row.source in text
        assert row.unusable in text
        assert row.why in text


def test_a_control_says_what_it_stays_above():
    """Fractions above 0; proved but for what random play alone has shown."""
    assert {c.name for c in CONTROLS.values() if c.label is Label.MEASURED} == {"lion"}
    assert all(0 < c.least < 1 for c in CONTROLS.values())
    assert "n = 200" in CONTROLS["lion"].seen
