"""`python -m experiments`: one clear line for what is wrong, and a smoke study that does it all."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from experiments.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["study", "no-such"], "PRESET must be a TOML file or one of cpu, diloco, gpu-10m"),
        (["study", "plan"], "give one PRESET, or: study plan PRESET"),
        (["study", "smoke", "cpu"], "give one PRESET, or: study plan PRESET"),
        (["study", "smoke", "--budget", "soon"], "budget must be a duration such as 90s, 5m or 2h"),
        (["study", "smoke", "--budget", "0s"], "budget must be a duration"),
        (["study", "smoke", "--executor", "cloud"], "executor must be one of serial, joblib"),
        (["calibrate", "--replications", "0"], "--replications"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_2(arguments, message, capsys, tmp_path):
    """No traceback, and nothing is trained."""
    out = ["--out", str(tmp_path)] if "plan" not in arguments else []
    assert main([*arguments, *out]) == 2
    said = capsys.readouterr().err
    assert said.startswith("experiments: ")
    assert message in said
    assert len(said.splitlines()) == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
@pytest.mark.parametrize("preset", ["gpu-ensemble", "gpu-vit", "llama-160m-c4"])
def test_a_gpu_preset_on_a_machine_without_one_says_what_to_do(preset, capsys, tmp_path):
    """Before any data is looked for."""
    assert main(["study", preset, "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "cuda" in said
    assert "pass --device cpu" in said


def test_an_unknown_command_is_refused_with_the_known(capsys):
    """The message is argparse's; exit code 2."""
    assert main(["studdy"]) == 2
    assert "'study'" in capsys.readouterr().err


def test_the_plan_costs_nothing_and_says_what_it_can_see(capsys, monkeypatch, tmp_path):
    """Phases, time on this machine, and that no record says what such runs can see."""
    monkeypatch.chdir(tmp_path)
    assert main(["study", "plan", "smoke", "--workers", "2"]) == 0
    said = capsys.readouterr().out
    assert "Smoke test on digits" in said
    assert "tune: 2 ensembles, 6 runs, 180 member-steps" in said
    assert "on 2 worker(s), training alone" in said
    assert "minimum detectable effect" in said
    assert not list(tmp_path.iterdir())


def test_smoke_runs_as_a_user_runs_it(tmp_path):
    """A fresh process; all phases; README, figures, valid data with manifest; exit code 0."""
    command = [sys.executable, "-m", "experiments", "study", "smoke", "--executor", "serial"]
    record = tmp_path / "record"
    command += ["--out", str(tmp_path / "out"), "--record", str(record), "--budget", "2h"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    data = json.loads((record / "data.json").read_text())
    assert data["runs"] == data["planned"]
    assert {"tune": 2, "fresh": 2, "horizon": 0}.items() <= data["runs"].items()
    assert data["comparisons"]["gpa"]["verdict"] in (
        "transfers",
        "does not transfer",
        "not resolved",
    )
    given = f"--out {tmp_path}/out --executor serial --budget 2h --record {record}"
    assert data["manifest"]["command"] == f"python -m experiments study smoke {given}"
    assert data["manifest"]["hashes"]["experiments"]
    assert data["data"]["images"] > 1000
    assert set(data["ranks"]["sets"]["all settings"]) == {
        "A, run",
        "B, run",
        "A, worst",
        "B, worst",
    }
    assert data["instrument"]["exit"] == 0
    text = (record / "README.md").read_text()
    assert text == (tmp_path / "out" / "README.md").read_text()
    for name in (part.split(")")[0] for part in text.split("](")[1:]):
        assert (record / name).stat().st_size > 5_000
    assert "identity gate" in done.stdout
    kept = json.dumps(data) + text + done.stdout.replace(str(tmp_path), "")
    assert str(ROOT) not in kept
