"""A folder belongs to one process; a full disk and a folder that is gone lose nothing measured."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.engine import checkpoints, loop
from experiments.engine.journal import FINAL, METRICS
from experiments.engine.loop import Run
from experiments.engine.ranks import Ranks
from experiments.locking import FILE, check_folder, held
from tests.experiments.engine.test_engine import config, run
from tests.experiments.fake import Regression
from tests.experiments.hostile import TINY

ROOT = Path(__file__).resolve().parents[3]


def test_a_second_run_is_refused_and_the_first_undisturbed(tmp_path, monkeypatch):
    """Started again in the middle of itself: in use; the first one ends with its own losses."""
    said, real, whole = [], Run.observe, run()

    def meanwhile(self, batch):
        if self.step == 12:
            before = sorted((p.name, p.read_bytes()) for p in tmp_path.iterdir())
            with pytest.raises(ValueError, match="folder is in use: another process works in"):
                run(tmp_path)
            assert sorted((p.name, p.read_bytes()) for p in tmp_path.iterdir()) == before
            said.append("refused")
        real(self, batch)

    monkeypatch.setattr(Run, "observe", meanwhile)
    assert run(tmp_path)["evals"] == whole["evals"]
    assert said == ["refused"]


@pytest.mark.parametrize("words", [["study", "smoke"], ["calibrate"], ["prepare", "llama-160m"]])
def test_every_command_holds_its_folder(words, tmp_path, capfd):
    """A study, a calibration and a preparation are told as well, with exit code 2."""
    with held("test", "--out", tmp_path / "out"):
        assert main([*words, "--out", str(tmp_path / "out")]) == 2
    assert "--out is in use" in capfd.readouterr().err
    assert [p.name for p in (tmp_path / "out").iterdir()] == [FILE]


def test_a_lock_ends_with_its_holder(tmp_path):
    """What a killed process held is free at once."""
    script = (
        "import os, signal, sys; from experiments.locking import held\n"
        "with held('test', '--out', sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    with held("test", "--out", tmp_path):
        pass


def test_the_processes_of_one_run_do_not_lock_each_other_out(tmp_path):
    """The first holds the folder for all."""
    with loop._holding(tmp_path, Ranks(0, 2, "cpu", "ddp")):
        with loop._holding(tmp_path, Ranks(1, 2, "cpu", "ddp")):
            pass
        with (
            pytest.raises(ValueError, match="in use"),
            loop._holding(tmp_path, Ranks(0, 2, "cpu", "ddp")),
        ):
            pass


def test_what_cannot_be_a_folder_is_refused(tmp_path):
    """Files, devices, links to nowhere, names that no system takes."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link", "file/below", "x" * 300, "a\0b"):
        with pytest.raises(ValueError, match="--out cannot be written"):
            check_folder("train", "--out", tmp_path / name)
    for name in ("", os.devnull):
        with pytest.raises(ValueError, match="--out"):
            check_folder("train", "--out", name)
    assert (tmp_path / "file").read_text() == "mine"


def measured(tmp_path, monkeypatch, at, then):
    """Run until step `at`, do `then`; return what was said, and the error that came of it."""
    real, said = Run.observe, []

    def observe(self, batch):
        if self.step == at:
            then()
        real(self, batch)

    monkeypatch.setattr(Run, "observe", observe)
    options = {"progress": "none", "say": said.append, "workload": Regression()}
    with pytest.raises(OSError, match=r"No space left|No such file") as error:
        loop.train(config(checkpoint_every=7), tmp_path, **options)
    monkeypatch.setattr(Run, "observe", real)
    return said, error.value


def test_a_full_disk_keeps_what_was_written_and_says_the_rest(tmp_path, monkeypatch):
    """The checkpoint before it is whole, the run goes on from there, and the losses are printed."""
    real = checkpoints.sealing.torch.save

    def full():
        def save(content, file):
            real(content, file)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(checkpoints.sealing.torch, "save", save)

    said, error = measured(tmp_path, monkeypatch, 28, full)
    assert error.filename == str(tmp_path / checkpoints.FILE)
    whole = run()
    assert said[1] == f"done at step 30: {whole['final']}"
    assert not list(tmp_path.glob("*.part"))
    monkeypatch.setattr(checkpoints.sealing.torch, "save", real)
    assert len((tmp_path / METRICS).read_text().splitlines()) == 3
    assert run(tmp_path, checkpoint_every=7)["evals"] == whole["evals"]


def test_a_folder_that_is_gone_is_an_error_of_writing(tmp_path, monkeypatch):
    """Deleted in the middle of the run: no other error, and no folder made anew."""
    place = tmp_path / "run"
    _, error = measured(place, monkeypatch, 8, lambda: shutil.rmtree(place))
    assert isinstance(error, FileNotFoundError)
    assert not place.exists()


def test_an_error_of_writing_is_one_line_and_code_6(tmp_path, monkeypatch, capfd):
    """With the name of the file, and not an internal error."""
    (tmp_path / "c.json").write_text(json.dumps(TINY))
    error = OSError(28, "No space left on device", "out/checkpoint.pt")
    monkeypatch.setattr(Run, "_save", lambda self: (_ for _ in ()).throw(error))
    assert main(["train", str(tmp_path / "c.json"), "--out", str(tmp_path / "out")]) == 6
    told = capfd.readouterr()
    assert told.err.count("\n") == 1
    assert "out/checkpoint.pt: No space left on device" in told.err
    assert "done at step 1" in told.out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupted_run_says_so_in_a_line_and_goes_on(number, code, tmp_path):
    """Twice Ctrl-C, or a system's SIGTERM: 128 + its number; started again, it resumes."""
    long = {**TINY, "steps": 10**9, "checkpoint_every": 5}
    (tmp_path / "c.json").write_text(json.dumps(long))
    words = ["train", str(tmp_path / "c.json"), "--out", str(tmp_path / "out")]
    running = subprocess.Popen(
        [sys.executable, "-m", "experiments", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        # a shell's background job ignores Ctrl-C, and so would what it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 120
    while not (tmp_path / "out" / checkpoints.FILE).exists() and time.monotonic() < until:
        time.sleep(0.05)
    for _ in range(2 if number == "SIGINT" else 1):
        running.send_signal(getattr(signal, number))
    told = running.communicate(timeout=60)[1]
    assert running.returncode == code
    assert told.count("\n") == 1
    assert told.strip().endswith("run the same command again to go on")
    assert main([*words, "--budget", "0.01s"]) == 0
    found = json.loads((tmp_path / "out" / FINAL).read_text())
    assert found["steps_done"] - found["timing"]["steps"] >= 5
