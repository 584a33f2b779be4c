"""`gpa worst-case`: other metrics, starts, projected steps, constants that change with t."""

import json

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli.asking.options import MORE_METRICS
from gpa_theory.worst_case.questions.question import WORDS

SETTING = ["worst-case", "--mu-x", ".8", "--mu-y", ".35", "--gamma", ".4", "--steps", "4"]


def asked(capsys, *options):
    """Return the JSON object of a command line that is right."""
    assert main([*options, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_metrics_are_named_as_in_the_room():
    """The names are typed again so that --help stays light."""
    assert set(MORE_METRICS) == set(WORDS)


@pytest.mark.solver
@pytest.mark.parametrize(
    "options",
    [
        ["--metric", "best"],
        ["--metric", "gradient", "--smoothness", "2"],
        ["--start-gap", "3/2"],
        ["--diameter", "2", "--radius", "1"],
    ],
)
def test_other_questions_have_intervals(options, capsys):
    """In words and as JSON, with the multipliers of the proof."""
    found = asked(capsys, *SETTING, *options)
    assert 0 < found["lower"] <= found["upper"]
    assert found["multipliers"]
    assert main([*SETTING, *options]) == 0
    assert "both ends exact for f convex" in capsys.readouterr().out


@pytest.mark.solver
def test_projected_steps_have_their_proved_bound(capsys):
    """With a diameter the discounted bound of the last iterate applies; it is not exceeded."""
    found = asked(capsys, *SETTING, "--diameter", "1")
    assert found["upper"] <= found["bound"]


@pytest.mark.solver
@pytest.mark.parametrize("kind", ["options", "json", "csv"])
def test_constants_may_change_with_t(kind, capsys, tmp_path):
    """Lists, a JSON object and a table say the same; what a file leaves out is given beside it."""
    start = ["worst-case", "--steps", "3"]
    if kind == "options":
        found = asked(capsys, *start, "--mu-x", ".5", ".7", "--mu-y", ".2", "--gamma", ".5", ".3")
    elif kind == "json":
        file = tmp_path / "c.json"
        file.write_text('{"mu_x": [0.5, "7/10"], "mu_y": 0.2, "gamma": [0.5, 0.3]}')
        found = asked(capsys, *start, "--constants", str(file))
    else:
        file = tmp_path / "c.csv"
        file.write_text("mu_x,gamma\n.5,.5\n.7,.3\n")
        found = asked(capsys, *start, "--constants", str(file), "--mu-y", ".2")
    assert found["lower"] <= 0.62031266 <= found["upper"]
    assert found["bound"] is None


@pytest.mark.solver
def test_constants_may_be_formulas(capsys):
    """Linear decay to 0 at T attains DG/√T; with μ's that change too, the same by lists."""
    start = ["worst-case", "--steps", "4"]
    found = asked(capsys, *start, "--mu-x=0", "--mu-y=0", "--gamma", "0.5*(1-t/T)")
    assert found["lower"] <= 0.5 * (1 + 1e-6)
    assert found["upper"] >= 0.5 * (1 - 1e-6)
    formula = asked(capsys, *start, "--mu-x", "1-1/(t+1)", "--mu-y=.9", "--gamma=.5")
    lists = asked(capsys, *start, "--mu-x", "1/2", "2/3", "3/4", "--mu-y=.9", "--gamma=.5")
    assert formula == lists


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("t*C", "must be a formula in t and T alone, not C"),
        ("sqrt(1-t)", "has no real value at t = 2"),
        ("1/(t-1)", "has no real value at t = 1"),
        ("exit(t)", "no function of it"),
        ("-t", "gamma must lie in (0, ∞)"),
    ],
)
def test_a_formula_that_is_none_is_refused(formula, words, capsys):
    """Exit 2, with the reason."""
    setting = ["worst-case", "--steps", "4", "--mu-x", "0", "--mu-y", "0"]
    assert main([*setting, f"--gamma={formula}"]) == 2
    assert words in capsys.readouterr().err


def test_one_formula_at_a_time(capsys):
    """No list of formulas, and no horizon beyond what is computed."""
    setting = ["worst-case", "--mu-x", "0", "--mu-y", "0", "--gamma"]
    assert main([*setting, "1/t", "1/t", "--steps", "3"]) == 2
    assert "must be one formula, or numbers" in capsys.readouterr().err
    assert main([*setting, "1/t", "--steps", "1000000"]) == 2
    assert "--steps must lie in [2, 400]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", "holds what is no number"),
        ('{"mu": [1]}', "must hold lists named among"),
        ('{"mu_x": []}', "must hold lists named among"),
        ('{"mu_x": [true]}', "holds what is no number"),
        ('{"mu_x": [NaN]}', "is not a number"),
        ("{", "cannot be read"),
        ('{"mu_y": [0.1]}', "--mu-y is in the file too"),
    ],
)
def test_a_file_that_is_odd_is_refused(text, words, capsys, tmp_path):
    """Exit 2 and the reason, before anything is solved."""
    file = tmp_path / "c.json"
    file.write_text(text)
    assert main([*SETTING, "--constants", str(file)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--start-gap", "1", "--radius", "2"], "--radius does not go with --start-gap"),
        (["--start-gap", "1", "--diameter", "2"], "not allowed with argument"),
        (["--mu-x", ".1", ".2"], "must be one number or T − 1 = 3, not 2"),
        (["--metric", "best", "--certificate", "c.json"], "needs a metric of values"),
        (["--mu-x", ".1", ".2", ".3", "--certificate", "c.json"], "files hold no schedules"),
        (["--constants", "no-such-file.json"], "must be a file of at most"),
        (["--metric", "weighted", "--mu-x", ".1", ".2", ".3"], "must have a constant μ_x"),
    ],
)
def test_what_does_not_go_together_is_refused(options, words, capsys):
    """Exit 2, with the reason."""
    assert main([*SETTING, *options]) == 2
    assert words in capsys.readouterr().err


def test_a_table_with_uneven_lines_is_refused(capsys, tmp_path):
    """One line is short."""
    file = tmp_path / "c.csv"
    file.write_text("mu_x,gamma\n.5,.5\n.7\n")
    assert main(["worst-case", "--steps", "3", "--mu-y", "0", "--constants", str(file)]) == 2
    assert "lines of different length" in capsys.readouterr().err


def test_a_constant_that_is_missing_is_asked_for(capsys, tmp_path):
    """The file holds μ_x alone."""
    file = tmp_path / "c.csv"
    file.write_text("mu_x\n.5\n.7\n")
    assert main(["worst-case", "--steps", "3", "--gamma", "1", "--constants", str(file)]) == 2
    assert "--mu-y is needed" in capsys.readouterr().err
