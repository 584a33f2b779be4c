"""`gpa bound --list` and `--base` of a row of the atlas: what is printed, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gpa_theory.cli.main import run
from gpa_theory.core.atlas.catalogue import ROWS
from gpa_theory.core.atlas.controls import CONTROLS
from gpa_theory.core.atlas.row import PLAIN
from gpa_theory.core.bases import BASES
from gpa_theory.symbolic.rates import bound

ALL = {
    "lipschitz": "1",
    "radius": "1",
    "diameter": "2",
    "coordinate-diameter": "2",
    "dimension": "3",
    "gamma": "0.5",
}
FLAGS = {
    "G": "lipschitz",
    "D": "radius",
    "R": "diameter",
    "R_inf": "coordinate-diameter",
    "d": "dimension",
    "gamma": "gamma",
}
OTHERS = [name for name in ROWS if name not in BASES]
USABLE = [name for name in OTHERS if not ROWS[name].unusable]
FRACTION = 0.25  # of own constants: β1² < β2


def command(name: str) -> list[str]:
    """Return `gpa bound --base NAME` with every constant that the row and the metric need."""
    row = ROWS[name]
    needed = {"lipschitz", "radius"} | {FLAGS[n] for n in row.meanings if n in FLAGS}
    given = [word for flag in sorted(needed) for word in (f"--{flag}", ALL[flag])]
    own = [word for n in row.constants for word in ("--constant", f"{n}={constant(n)}")]
    metric = "average" if row.kind == PLAIN else "last"
    asked = ["--base", name, "--metric", metric, "--mu-x", "0.9", "--steps", "50"]
    return ["bound", *asked, *given, *own]


def constant(name: str) -> float:
    return FRACTION if name.startswith("beta") else 2.0


def test_the_list_has_every_row(capsys):
    """Derived first, then reported, then controls; the reasons are there."""
    assert run(["bound", "--list"]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(f"\n{name}  [") for name in (*ROWS, *CONTROLS)]
    assert places == sorted(places)
    assert all(row.unusable in shown for row in ROWS.values())


def test_the_list_as_json_says_the_same(capsys):
    """Names, labels and reasons as in the table."""
    assert run(["bound", "--list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for row in (*found["derived"], *found["reported"]):
        assert row["label"] == ROWS[row["name"]].label
        assert row["usable"] == ROWS[row["name"]].usable
        assert row["constants"] == ROWS[row["name"]].meanings
    assert [row["name"] for row in found["controls"]] == list(CONTROLS)


def test_listing_loads_no_library():
    """Neither sympy nor numpy: the list is there at once."""
    said = (
        "import sys; from gpa_theory.cli.main import run; code = run(['bound', '--list']);"
        " sys.exit(code or bool({'sympy', 'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "more",
    [["--steps", "3"], ["--base", "kt"], ["--latex"], ["--mu-x", "0"], ["--metric", "last"]],
)
def test_a_list_takes_nothing_else(more, capsys):
    """Must fail: what would be ignored is refused by name."""
    assert run(["bound", "--list", *more]) == 2
    said = capsys.readouterr()
    assert f"{more[0]} is not used" in said.err
    assert said.out == ""


def test_a_bound_needs_its_horizon(capsys):
    """Must fail: no --steps, no --list."""
    assert run(["bound", "--lipschitz", "1", "--radius", "1", "--mu-x", ".9"]) == 2
    assert "--steps is needed" in capsys.readouterr().err


@pytest.mark.parametrize("name", USABLE)
def test_a_row_is_composed_with_gpa(name, capsys):
    """The value is that of its formula stated by hand; label, method and source are the row's."""
    row = ROWS[name]
    assert run([*command(name), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    kind = "regret" if row.kind == PLAIN else "discounted"
    formula = row.regret if row.kind == PLAIN else row.regret.replace("mu_x", "0.9")
    stated = bound(metric=found["metric"], **{kind: formula})
    numbers = {flag.replace("-", "_"): float(ALL[flag]) for flag in ALL}
    numbers |= {n: constant(n) for n in row.constants}
    numbers |= {"steps": 50, "mu_x": 0.9}
    wanted = stated.at(**{n: v for n, v in numbers.items() if n in stated.parameters})
    assert found["value"] == wanted
    assert found["update"] == row.method
    assert found["inputs"]["base"] == name
    assert (row.proof or row.source) in found["source"]
    assert any((row.proof or row.source) in words for words in found["assumptions"])
    unproved = any("stated, not proved" in words for words in found["assumptions"])
    assert unproved == (row.label != "derived")
    for own, words in row.constants.items():
        assert f"{own}: {words}" in found["assumptions"]


@pytest.mark.parametrize("name", [name for name in OTHERS if name not in USABLE])
def test_a_row_that_is_not_for_gpa_is_refused_with_its_reason(name, capsys):
    """Must fail: regret that is not linearized, weighted or of another quantity."""
    assert run(["bound", "--base", name, "--steps", "9"]) == 2
    assert ROWS[name].unusable in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--base", "sgd"], "base must be one of ogd"),
        (["--base", "kt", "--metric", "last", "--mu-x", ".5"], "discounted is what bounds"),
        (["--base", "kt", "--mu-x", ".5"], "--constant wealth=… (a constant"),
        (["--base", "drawn-back", "--metric", "last"], "--mu-x is needed"),
        (["--base", "drawn-back", "--mu-x", ".5"], "--metric must be last"),
        (["--base", "drawn-back", "--metric", "last", "--mu-x", ".5", "--latex"], "at one μ_x"),
        (["--base", "drawn-back", "--metric", "last", "--mu-x", "0"], "divides by zero"),
        (["--base", "drawn-back", "--metric", "last", "--mu-x", "1"], "mu_x must lie in [0, 1)"),
        (["--base", "ftrl", "--regret", "1", "--mu-x", ".5"], "three ways"),
        (["--base", "ftrl", "--against", "u", "--mu-x", ".5"], "something is said of it"),
    ],
)
def test_what_a_row_does_not_allow_is_a_usage_error(more, reason, capsys):
    """Must fail: exit code 2, one line that says what."""
    assert run(["bound", "--steps", "9", "--lipschitz", "1", "--radius", "1", *more]) == 2
    said = capsys.readouterr()
    assert reason in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_drawing_back_gives_the_last_iterate_without_a_diameter(capsys):
    """DG√((1−μ)/μ) at the tuned step: a third at μ = 9/10, and no R is asked for."""
    asked = ["--base", "drawn-back", "--metric", "last", "--mu-x", "0.9", "--steps", "1000"]
    assert run(["bound", *asked, "--lipschitz", "1", "--radius", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["value"] == pytest.approx(1 / 3, rel=1e-12)
    assert not any("|z_t − u| ≤ R" in words for words in found["assumptions"])


def test_a_number_is_known_no_better_than_its_regret(capsys):
    """Proved regret gives a proved number, a reported one a reported number."""
    for name in USABLE:
        assert run([*command(name), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["label"] == ("proved" if ROWS[name].label == "derived" else "reported")


def test_a_step_without_a_best_value_is_asked_for(capsys):
    """Where γ cannot be tuned in closed form, the flag is named."""
    words = [word for word in command("hedge") if word not in ("--gamma", "0.5")]
    assert run(words) == 2
    assert "--gamma is needed" in capsys.readouterr().err
