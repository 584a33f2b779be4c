"""Certificates on the command line: refused before the work, and never a fault of the program."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.cli import worst_case as command
from gpa_theory.core.certificate import CertificateError
from gpa_theory.worst_case.rational.stored import FOLDER, digest

SETTING = ["worst-case", "--steps", "3", "--mu-x", ".5", "--mu-y", ".5", "--gamma", ".5"]
GOOD = FOLDER / "last_T04_schedule_free.json"


@pytest.fixture
def unsolved(monkeypatch):
    """Fail the test if anything is solved."""
    monkeypatch.setattr(command, "solve", lambda options: pytest.fail("solved"))


@pytest.mark.usefixtures("unsolved")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--certificate", "no/such/folder/c.json"], "there is no folder"),
        (["--certificate", "."], "it is a folder"),
        (["--certificate", ""], "it is a folder"),
        (["--certificate", os.devnull], "it is not a regular file"),
        (["--certificate", "x" * 300], "name too long"),
        (["--certificate", "c.json", "--gamma", ".5", ".4"], "files hold no schedules"),
        (["--certificate", "c.json", "--smoothness", "1"], "needs a Lipschitz class"),
        (["--certificate", "c.json", "--steps", "129"], "steps must be at most 128"),
        (["--certificate", "c.json", "--gamma", f".{'1' * 280}", "--steps", "90"], "many digits"),
        (["--rocq", "no/such/folder/c.v"], "there is no folder"),
        (["--rocq", "c.v", "--metric", "weighted"], "to become a theorem"),
        (["--rocq", "c.v", "--smoothness", "1"], "needs a Lipschitz class"),
        (["--certificate", "c.json", "--rocq", "."], "it is a folder"),
        (["--certificate", "c.v", "--rocq", "./c.v"], "must name two files"),
    ],
)
def test_a_certificate_that_cannot_be_written_is_refused_first(
    options, words, capsys, tmp_path, monkeypatch
):
    """Exit 2, the option by name, nothing solved and nothing left behind."""
    monkeypatch.chdir(tmp_path)
    assert main([*SETTING, *options]) == 2
    said = capsys.readouterr().err
    assert ("--rocq" if "--rocq" in options else "--certificate") in said
    assert words in said
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.solver
def test_a_disk_that_fills_up_meanwhile_loses_nothing(tmp_path, capsys, monkeypatch):
    """Exit 6 in one line: the interval was printed, the old file is whole, the new one kept."""
    target, other = tmp_path / "c.json", tmp_path / "other"
    shutil.copy(GOOD, target)
    other.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(other))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(target), "replace", full)
    assert main([*SETTING, "--certificate", str(target)]) == exits.UNWRITTEN
    said = capsys.readouterr()
    assert "max f(x_T)" in said.out
    assert "--certificate could not be written: No space left" in said.err
    assert len(said.err.splitlines()) == 1
    assert target.read_bytes() == GOOD.read_bytes()
    (kept,) = other.iterdir()
    assert str(kept) in said.err
    assert main(["check-certificate", str(kept)]) == exits.OK


@pytest.mark.solver
def test_both_files_are_written(tmp_path, capsys):
    """--certificate and --rocq go together: the theorem states the bound that the JSON holds."""
    made, stated = tmp_path / "c.json", tmp_path / "c.v"
    assert main([*SETTING, "--certificate", str(made), "--rocq", str(stated)]) == exits.OK
    above, below = json.loads(made.read_text())["bound"].split("/")
    assert f"f (x 3%nat) - f u <= ({above} / {below})." in stated.read_text()
    assert "certificate  metric ≤" in capsys.readouterr().out


@pytest.mark.solver
def test_a_theorem_without_a_factor_is_undecided(tmp_path, capsys, monkeypatch):
    """No rounded factor was found: exit 4, and the certificate is written all the same."""

    def fails(*_):
        raise CertificateError("no rounded factor")

    monkeypatch.setattr("gpa_theory.worst_case.rational.theorem.factored", fails)
    files = ["--certificate", str(tmp_path / "c.json"), "--rocq", str(tmp_path / "c.v")]
    assert main([*SETTING, *files]) == exits.UNDECIDED
    assert "no rounded factor" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]


@pytest.mark.solver
def test_multipliers_that_do_not_round_are_undecided(tmp_path, capsys, monkeypatch):
    """No proof was found: exit 4, no fault of the user's; the interval is printed all the same."""

    def fails(found):
        raise CertificateError("the multipliers did not round to a proof")

    monkeypatch.setattr("gpa_theory.worst_case.rational.rounding.prove", fails)
    assert main([*SETTING, "--certificate", str(tmp_path / "c.json")]) == 4
    said = capsys.readouterr()
    assert "did not round" in said.err
    assert "max f(x_T)" in said.out
    assert list(tmp_path.iterdir()) == []


def test_every_file_is_checked_and_each_refusal_is_a_line(tmp_path, capsys):
    """A wrong type, a folder, a pipe, no JSON, no UTF-8: exit 1, and the good ones are proved."""
    wrong = json.loads(GOOD.read_text())
    wrong["steps"] = "4"
    wrong["sha256"] = digest(wrong)
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "deep.json").write_text("[" * 10**6)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe{")
    (tmp_path / "dangling.json").symlink_to(tmp_path / "none.json")
    (tmp_path / "two\nlines\x1b[2J.json").write_text("{}")
    bad = sorted(map(str, tmp_path.iterdir()))
    assert main(["check-certificate", bad[0], str(GOOD), *bad[1:], str(GOOD)]) == 1
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == len(bad) == 7
    assert all(line.startswith("refused  ") for line in said.err.splitlines())
    assert "\x1b" not in said.err
    assert said.out.count("proved   ") == 2


def test_a_reason_is_short(tmp_path, capsys):
    """A file whose residual has a thousand terms is refused in one short line."""
    wrong = json.loads((FOLDER / "last_T20.json").read_text())
    wrong["bound"] = "1/7"
    wrong["norms"]["z1"] = "9"
    wrong["sha256"] = digest(wrong)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(wrong))
    assert main(["check-certificate", str(path)]) == 1
    assert len(capsys.readouterr().err) < 300


def test_time_is_limited(capsys):
    """--seconds is obeyed; what is no time is a usage error."""
    assert main(["check-certificate", "--seconds", "1e-9", str(GOOD)]) == 1
    assert "longer than was allowed" in capsys.readouterr().err
    for seconds in ("0", "nan", "-1"):
        assert main(["check-certificate", f"--seconds={seconds}", str(GOOD)]) == 2


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--gamma", "1e400"], 2, "gamma must move"),
        (["--gamma", "1e-308"], 2, "gamma must move"),
        (["--gamma", "1e9999999"], 2, "--gamma"),
        (["--gamma", "1e-9999999"], 2, "--gamma"),
        (["--gamma", "1" * 400], 2, "--gamma"),
        (["--radius", "1e9999999"], 2, "--radius"),
        (["--radius", "1e200"], 2, "radius"),
        (["--radius", "1e-200"], 2, "radius"),
        (["--smoothness", "1e150"], 2, "smoothness"),
        (["--lipschitz", "1e-150"], 2, "lipschitz"),
        (["--lipschitz", "1e60", "--radius", "1e60"], 2, "radius"),
        (["--steps", "401"], 2, "steps must be at most 400"),
        (["--steps", "1" * 30], 2, "steps must be at most 400"),
        (["--width", "1e-400"], 2, "width"),
        (["--mu-x", "1e-1001"], 2, "--mu-x"),
    ],
)
def test_absurd_numbers_are_refused_at_once(options, code, words, capsys):
    """Exit 2 in one line that names the parameter; the program itself is at no fault."""
    assert main([*SETTING, *options]) == code
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "options", [["--radius", "1e200"], ["--steps", "100000"], ["--lipschitz", "1e-9999999"]]
)
def test_tune_refuses_them_too(options, capsys):
    """The same checks, before a search."""
    assert main(["tune", "--steps", "3", *options]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.solver
@pytest.mark.parametrize("gamma", ["1e-12", "1e-9", "1e12"])
def test_a_solver_that_breaks_down_is_not_heard(gamma):
    """One line at most on stderr, from a process of its own; exit 0 or 4."""
    ask = [sys.executable, "-m", "gpa_theory", "worst-case", "--steps", "5", "--mu-x", ".5"]
    done = subprocess.run(
        [*ask, "--mu-y", ".5", "--gamma", gamma, "--solver", "clarabel"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 4)
    assert len(done.stderr.splitlines()) <= 1
    assert "panicked" not in done.stderr


@pytest.mark.solver
@pytest.mark.parametrize(("gamma", "value"), [(".1", 0.85), (".25", 0.625), (".5", 0.5)])
def test_the_telescoped_bound_has_two_branches(gamma, value, capsys):
    """T = 4: 1 − 3γ/2 up to γ = 1/4, 1/(8γ) + γ/2 from there on."""
    options = ["--steps", "4", "--gamma", gamma, "--metric", "telescoped", "--json"]
    assert main([*SETTING, *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["bound"] == value
    assert found["lower"] <= value <= found["upper"] * (1 + 1e-12)
    assert main([*SETTING, *options[:-1], "--lipschitz", "2", "--radius", "4"]) == 0
    assert "proved bound" in capsys.readouterr().out


@pytest.mark.solver
def test_tuned_steps_are_those_of_the_units(capsys):
    """G = 1000: a thousandth of the step, a thousand times the value."""
    assert main(["tune", "--steps", "3", "--family", "sgd", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    options = ["--steps", "3", "--family", "sgd", "--json", "--lipschitz", "1e6"]
    assert main(["tune", *options]) == 0
    many = json.loads(capsys.readouterr().out)
    assert many["constants"]["gamma"] == pytest.approx(one["constants"]["gamma"] / 1e6, rel=1e-5)
    assert many["upper"] == pytest.approx(1e6 * one["upper"], rel=1e-6)
