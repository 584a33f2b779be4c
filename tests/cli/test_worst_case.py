"""`gpa worst-case`, `gpa tune` and `gpa check-certificate`, as a user types them."""

import argparse
import json
import subprocess
import sys

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli.asking.proved import OF_DIAMETER
from gpa_theory.cli.worst_case import add_arguments
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.readings import READINGS
from gpa_theory.worst_case.interval import SOLVERS
from gpa_theory.worst_case.rational.stored import FOLDER

SETTING = ["worst-case", "--mu-x", ".83", "--mu-y", ".37", "--gamma", ".29", "--steps", "5"]


@pytest.mark.solver
def test_worst_case_prints_an_interval(capsys):
    """The default class is G = D = 1, the default metric the last iterate."""
    assert main(SETTING) == 0
    assert "max f(x_T) − f* ∈ [" in capsys.readouterr().out


@pytest.mark.solver
@pytest.mark.parametrize("metric", ["average", "mean", "weighted", "telescoped"])
def test_worst_case_json_has_interval_bound_and_certificate(metric, capsys, tmp_path):
    """The ends are in order and below the bound; the other command re-checks the certificate."""
    path = tmp_path / "c.json"
    assert main([*SETTING, "--metric", metric, "--json", "--certificate", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["lower"] <= found["upper"] <= found["bound"] + 1e-6
    assert main(["check-certificate", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("proved")
    assert found["certificate"] in out


@pytest.mark.solver
def test_schedule_free_and_step_lists(capsys):
    """--uniform is c_t = 1/t; --gamma takes one step per gradient."""
    uniform = ["worst-case", "--uniform", "--mu-y", ".9", "--gamma", ".5", "--steps", "4", "--json"]
    assert main(uniform) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["lower"] <= 0.5 <= found["bound"] + 1e-12
    assert (
        main(
            ["worst-case", "--mu-x", "1/2", "--mu-y", "0", "--gamma", "1/2", "1/3", "--steps", "3"]
        )
        == 0
    )


def test_bounds_that_need_a_diameter_are_known():
    """Without --diameter, what needs one is named, so that it is not even derived."""
    needing = {key for key in READINGS if "diameter" in bound("ogd", *key).parameters}
    assert needing == OF_DIAMETER


@pytest.mark.solver
def test_smooth_classes(capsys):
    """--smoothness and --strong-convexity choose the class; no proved bound is printed for it."""
    options = ["--smoothness", "2", "--strong-convexity", ".1", "--radius", "2", "--json"]
    assert main([*SETTING, *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["bound"] is None
    assert found["class"] == "1/10-strongly convex, 2-smooth, |z_1 − x*| ≤ 2"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--mu-x", "1"], "mu_x must lie in [0, 1)"),
        (["--gamma", "0"], "gamma must lie in (0, ∞)"),
        (["--metric", "worst"], "metric must be one of"),
        (["--uniform"], "--mu-x or --uniform is needed, and not both"),
        (["--strong-convexity", ".1"], "needs smoothness"),
        (["--lipschitz", "0"], "lipschitz must lie"),
        (["--mu-y", "x"], "is not a number"),
    ],
)
def test_bad_settings_are_one_line(options, words, capsys):
    """Infeasible and unbounded settings exit with 2 before any solve."""
    assert main([*SETTING, *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.solver
def test_an_interval_too_wide_is_undecided(capsys):
    """Exit code 4, with the interval and the status."""
    assert main([*SETTING, "--width", "1e-14"]) == 4
    assert "is wider than" in capsys.readouterr().err
    assert main(["tune", "--steps", "3", "--family", "sgd", "--width", "1e-14"]) == 4


@pytest.mark.solver
@pytest.mark.parametrize("family", ["sgd", "diloco"])
def test_tune_prints_constants_and_interval(family, capsys):
    """Text and JSON; the ratio to the minimax rate is at least 1."""
    assert main(["tune", "--steps", "3", "--family", family]) == 0
    assert "minimax GD/√T" in capsys.readouterr().out
    assert main(["tune", "--steps", "3", "--family", family, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ratio"] >= 1
    assert found["lower"] <= found["upper"]


def test_tune_refuses_one_step(capsys):
    """With T = 1 there is nothing to tune."""
    assert main(["tune", "--steps", "1"]) == 2
    assert "must be an integer ≥ 2" in capsys.readouterr().err


def test_an_edited_certificate_exits_with_one(tmp_path, capsys):
    """Must fail: one digit changed; a missing file is a usage error."""
    text = (FOLDER / "last_T05_tuned.json").read_text()
    path = tmp_path / "c.json"
    path.write_text(text.replace('"gamma": "99/250"', '"gamma": "98/250"'))
    assert main(["check-certificate", str(path)]) == 1
    assert "refused" in capsys.readouterr().err
    assert main(["check-certificate", str(tmp_path / "none.json")]) == 2


def test_checking_a_certificate_needs_no_numerical_library():
    """No numpy, no solver, no sympy is imported."""
    ask = (
        "import sys; from gpa_theory.__main__ import main;"
        f"code = main(['check-certificate', {str(FOLDER / 'last_T05_tuned.json')!r}]);"
        "print(code, [m for m in ('numpy', 'sympy', 'cvxpy', 'clarabel', 'scipy', 'torch')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_help_names_every_solver():
    """The list is typed by hand, since importing the solvers would not be light."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    (action,) = [a for a in parser._actions if a.dest == "solver"]
    assert sorted(str(action.help).split(", ")) == sorted(SOLVERS)


@pytest.mark.parametrize("command", ["worst-case", "tune", "check-certificate"])
def test_help_is_light(command):
    """--help imports no heavy library."""
    ask = (
        f"import sys; from gpa_theory.__main__ import main; main([{command!r}, '--help']);"
        "print([m for m in ('numpy', 'sympy', 'cvxpy', 'clarabel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
