"""The rooms of the Rocq development: each file imports only from the rooms that its own may use."""

from pathlib import Path

import pytest

from gpa_theory.report.proofs_page import ROOMS
from tests.proofs.development import imported
from tests.proofs.test_gate import SOURCES

ROOM_OF = {Path(name).stem: name.split("/")[0] for name in SOURCES}


def forbidden(room, text):
    """Return the files that `text`, a file of `room`, imports from a room it may not import."""
    allowed = {room, *ROOMS[room][1]}
    return sorted(name for name in imported(text) if ROOM_OF[name] not in allowed)


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_imports_only_from_rooms_below(name):
    """What the page says of a room holds of every file in it."""
    assert forbidden(name.split("/")[0], SOURCES[name]) == []


def test_rooms_stand_in_an_order():
    """Each room imports rooms that are read before it, so there is no circle between rooms."""
    read = []
    for room, (_, below) in ROOMS.items():
        assert set(below) <= set(read)
        read.append(room)
    assert read == list(dict.fromkeys(name.split("/")[0] for name in SOURCES))


def test_an_upward_import_is_found():
    """Must fail: foundations may not import a rate, nor quadratics the recursion."""
    rising = "From GPA Require Import Definitions Rates.\n"
    assert forbidden("foundations", rising) == ["Rates"]
    assert forbidden("quadratics", "From GPA Require Import Sums\n  Recursion.") == ["Recursion"]
