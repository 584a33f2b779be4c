"""`gpa bound --regret`: the bound for a base of the user's own, and what is refused."""

from __future__ import annotations

import json

import pytest

from gpa_theory.cli.main import run

STATED = ["bound", "--regret", "C*sqrt(T)", "--constant", "C=3", "--steps", "100"]
LAST = ["--metric", "last", "--averaging", "uniform"]


def test_the_bound_rests_on_what_was_stated(capsys):
    """The value, the update of any base, and the hypothesis with the u and the domain it names."""
    given = [*STATED, *LAST, "--json", "--against", "every u", "--domain", "a ball"]
    assert run(given) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["value"] == 0.3
    assert found["label"] == "proved"
    assert "whatever the base makes" in found["update"]
    assert any("≤ C*sqrt(T) for every u, on a ball" in words for words in found["assumptions"])
    assert found["inputs"]["constants"] == {"C": 3.0}
    assert found["inputs"]["base"] == "any"


def test_the_keys_are_those_of_a_base_of_the_table(capsys):
    """A reader of the JSON need not know which it was, but for what is stated."""
    assert run([*STATED, *LAST, "--json"]) == 0
    stated = json.loads(capsys.readouterr().out)
    constants = ["--lipschitz", "1", "--radius", "1", "--steps", "100", "--json"]
    assert run(["bound", *LAST, *constants]) == 0
    known = json.loads(capsys.readouterr().out)
    assert set(stated) == set(known)
    assert set(known["inputs"]) < set(stated["inputs"])


def test_the_text_says_that_it_is_stated(capsys):
    """A reader of the text sees that nobody proved the regret here."""
    assert run([*STATED, *LAST]) == 0
    assert "(stated, not proved)" in capsys.readouterr().out


def test_a_discounted_regret_bounds_the_last_iterate(capsys):
    """(1−μ) A + μ^{T−1} GD at A = 2, T = 3, μ = 1/2, G = D = 1: 1 + 1/4."""
    given = "bound --discounted-regret 2 --metric last --mu-x .5 --lipschitz 1 --radius 1"
    assert run([*given.split(), "--steps", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == 1.25


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--base", "ogd"], "three ways to say one thing"),
        (["--not-linearized"], "says nothing there"),
        (["--constant", "E=1"], "--constant E=… is not used"),
        (["--constant", "C=1"], "each name once"),
        (["--constant", "C"], "NAME=VALUE"),
        (["--constant", "=1"], "NAME=VALUE"),
        (["--constant", "X=abc"], "NAME=VALUE"),
        (["--constant", "steps=1"], "NAME=VALUE"),
        (["--gamma", "1"], "--gamma is not used"),
        (["--metric", "mean"], "only"),
        (["--discounted-regret", "1"], "not allowed with"),
    ],
)
def test_what_does_not_belong_together_is_a_usage_error(more, reason, capsys):
    """Must fail: exit code 2 and one line that says what."""
    assert run([*STATED, *LAST, *more]) == 2
    said = capsys.readouterr()
    assert reason in said.err
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize("given", [["--constant", "C=1"], ["--against", "u"], ["--not-linearized"]])
def test_what_is_said_of_no_regret_is_refused(given, capsys):
    """Must fail: a constant, a comparator, a doubt, and no regret."""
    assert run(["bound", "--steps", "9", "--lipschitz", "1", "--radius", "1", *LAST, *given]) == 2
    assert "--regret is needed" in capsys.readouterr().err
