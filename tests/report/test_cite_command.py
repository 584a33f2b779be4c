"""`gpa cite`: several claims at once, names that are nearly right, output in any encoding."""

import os
import subprocess
import sys

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.verify.registry import find


def test_several_claims_share_what_they_need(capsys):
    """Each claim once, in the order given; one line of needs; without --latex, one entry a key."""
    assert main(["cite", "--latex", "any-weights", "any-base", "any-weights"]) == exits.OK
    out = capsys.readouterr().out
    assert out.count("% needs") == 1
    assert out.index("gpa:any-weights") < out.index("gpa:any-base")
    assert out.count("gpa:any-weights") == 1
    assert main(["cite", "any-weights", "any-base"]) == exits.OK
    assert capsys.readouterr().out.count("@inproceedings{defazio2024road,") == 1


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("regret-odg", "regret-ogd"), ("Near-Minimax-Constants", "near-minimax-constants")],
)
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(name, nearest, capsys):
    """The refusal lists all claims and ends in the nearest; nothing is printed on stdout."""
    assert main(["cite", name]) == exits.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.split("; nearest: ")[1].startswith(nearest)


def test_a_name_like_no_other_gets_no_suggestion():
    """The list alone: a suggestion that is none would mislead."""
    with pytest.raises(ValueError, match="must be one of") as refused:
        find("x" * 40)
    assert "nearest" not in str(refused.value)


@pytest.mark.parametrize("shape", ["--latex", "--bibtex"])
def test_the_output_is_the_same_in_any_encoding(shape):
    """It is ASCII, so that a terminal or a pipe of any encoding carries it unchanged."""
    command = [sys.executable, "-m", "gpa_theory", "cite", "step-identity", shape]
    settings = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=settings, timeout=300)
    assert done.returncode == exits.OK
    assert done.stdout.isascii()
    assert done.stderr == b""
