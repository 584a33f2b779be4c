"""The plan of mutation is alive: its files, tests and survivors are there; places are left out."""

from types import SimpleNamespace

import pytest

from tests.mutation.faults import targets, wanted
from tests.mutation.survivors import reasons
from tests.replay_mutants import ROOT

TARGETS = targets()


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.file)
def test_every_file_and_every_test_is_there(target):
    """A renamed file would drop out of the plan in silence."""
    assert (ROOT / target.file).is_file()
    assert target.tests
    assert all((ROOT / test).exists() for test in target.tests)


def test_every_survivor_still_stands_in_its_file():
    """A reason for a line that is gone explains nothing."""
    for file, diff in reasons():
        before, after = diff.split("\n")
        lines = {line.strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines()}
        assert before in lines, (file, before)
        assert before != after
    assert {file for file, _ in reasons()} <= {target.file for target in TARGETS}


@pytest.mark.parametrize(
    ("source", "operator", "column", "expected"),
    [
        ("x = 1\n", "NumberReplacer", 4, True),
        ("x: Literal[1] = 2\n", "NumberReplacer", 11, False),
        ("x: Literal[1] = 2\n", "NumberReplacer", 16, True),
        ("def f(a: int | None, b=1): ...\n", "ReplaceBinaryOperator_BitOr_BitAnd", 13, False),
        ("def f(a: int | None, b=1): ...\n", "NumberReplacer", 23, True),
        ("raise E(1)\n", "NumberReplacer", 8, False),
        ("x = f'{1}'\n", "NumberReplacer", 7, False),
        ("x = theta(n + 8)\n", "NumberReplacer", 14, False),
        ("x = theta(n + 8)\n", "ReplaceBinaryOperator_Add_Sub", 12, True),
        ("x = 2 + 3\n", "ReplaceBinaryOperator_Add_Pow", 6, False),
    ],
)
def test_faults_are_left_out_by_place_and_kind(source, operator, column, expected):
    """Values, defaults and nearest operators are changed; types, messages and counts are not."""
    spec = SimpleNamespace(operator_name=f"core/{operator}", start_pos=(1, column))
    assert wanted([spec], source) == [expected]
