"""The list of faults is alive: every entry still matches its file, once, and names real tests."""

import pytest

from tests.replay_mutants import ROOT, mutants

MUTANTS = mutants()


def test_there_are_enough():
    """At least ten faults, in core, symbolic and numeric."""
    assert len(MUTANTS) >= 10
    for room in ("core", "symbolic", "numeric", "verify"):
        assert any(f"gpa_theory/{room}/" in mutant.file for mutant in MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.file}: {m.new}")
def test_it_still_applies(mutant):
    """`old` stands exactly once in its file, and changing it changes something."""
    assert mutant.occurrences() == 1
    assert mutant.old != mutant.new
    assert (ROOT / mutant.tests).exists()
