"""Sinks: metrics also go to TensorBoard and W&B, lazily; metrics.jsonl stays the record."""

import json
import subprocess
import sys
import types

import pytest

from experiments.engine import RunConfig, train
from experiments.engine.journal import METRICS
from tests.experiments.fake import Regression

BASE = {
    "workload": "fake",
    "arm": "gpa",
    "lrs": (0.05, 1e300),  # the second member diverges
    "seeds": (0, 1),
    "steps": 6,
    "batch_size": 8,
    "eval_every": 2,
}


def run(folder, **changes):
    config = RunConfig(**{**BASE, **changes})
    options = {"progress": "none", "say": lambda line: None, "workload": Regression()}
    return train(config, folder, **options)


class Writer:
    """Stands for `torch.utils.tensorboard.SummaryWriter`."""

    def __init__(self, place, purge_step):
        self.place, self.purge_step, self.scalars, self.closed = place, purge_step, [], False

    def add_text(self, name, text):
        assert name == "config"

    def add_scalar(self, name, value, step):
        self.scalars.append((name, value, step))

    def close(self):
        self.closed = True


class Run:
    """Stands for a run of `wandb`."""

    def __init__(self, **options):
        self.options, self.logged, self.finished = options, [], False

    def log(self, values, step):
        self.logged.append((step, values))

    def finish(self):
        self.finished = True


@pytest.fixture
def tensorboard(monkeypatch):
    made = []
    module = types.SimpleNamespace(
        SummaryWriter=lambda *a, **k: made.append(Writer(*a, **k)) or made[-1]
    )
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    return made


def test_tensorboard_gets_every_number_of_the_record(tensorboard, tmp_path):
    """Each finite number of metrics.jsonl, under its name and member, at its step."""
    record = run(tmp_path, sinks=("tensorboard",))
    (writer,) = tensorboard
    lines = [json.loads(line) for line in (tmp_path / METRICS).read_text().splitlines()]
    assert lines == record["evals"]
    expected = [
        (f"{name}/{k}", value, line["step"])
        for line in lines
        for name in ("train", "val")
        for k, value in enumerate(line[name])
        if value is not None
    ]
    assert writer.scalars == expected
    assert any(line["val"][1] is None for line in lines)
    assert writer.closed
    assert str(tmp_path) in writer.place


def test_a_resumed_run_hides_what_it_does_again(tensorboard, tmp_path):
    """Stopped after one step, resumed: purged from step 2 on; the first run purges nothing."""
    run(tmp_path, sinks=("tensorboard",), budget_s=1e-9)
    run(tmp_path, sinks=("tensorboard",))
    assert [writer.purge_step for writer in tensorboard] == [None, 2]


def test_wandb_gets_lines_and_goes_on_under_one_id(monkeypatch, tmp_path):
    """One log per line, the config, and an id that a resumed run shares."""
    runs = []
    module = types.SimpleNamespace(init=lambda **options: runs.append(Run(**options)) or runs[-1])
    monkeypatch.setitem(sys.modules, "wandb", module)
    run(tmp_path, sinks=("wandb",), budget_s=1e-9)
    record = run(tmp_path, sinks=("wandb",))
    first, second = runs
    assert first.options["id"] == second.options["id"]
    assert second.options["config"]["arm"] == "gpa"
    assert [step for step, _ in second.logged] == [line["step"] for line in record["evals"]]
    assert second.logged[0][1]["val/0"] == record["evals"][0]["val"][0]
    assert second.finished


@pytest.mark.parametrize("name", ["tensorboard", "wandb"])
def test_a_missing_package_is_said_before_anything_is_done(monkeypatch, tmp_path, name):
    """With the command that installs it; no model was built, nothing written but the folder."""
    module = {"tensorboard": "torch.utils.tensorboard", "wandb": "wandb"}[name]
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(Regression, "model", lambda *a, **k: pytest.fail("a model was built"))
    with pytest.raises(ImportError, match=f"needs the package {name}: pip install {name}"):
        run(tmp_path, sinks=(name,))


def test_sinks_do_not_change_the_run(tensorboard, tmp_path):
    """Key and losses are those of the run without, and a sink needs a folder."""
    with_sink = run(tmp_path / "a", sinks=("tensorboard",))
    without = run(tmp_path / "b")
    assert with_sink["evals"] == without["evals"]
    assert RunConfig(**BASE, sinks=["wandb"]).key() == RunConfig(**BASE).key()
    with pytest.raises(ValueError, match="folder is needed where a sink is asked for"):
        run(None, sinks=("tensorboard",))
    with pytest.raises(ValueError, match="must be of tensorboard, wandb, not 'print'"):
        RunConfig(**BASE, sinks=("print",))


def test_the_command_line_names_sinks(tmp_path):
    """`train --sink wandb` asks for the package, in one line of the command's own."""
    config = {"workload": "bigram", "arm": "adamw", "lrs": [0.1], "seeds": [0], "steps": 2}
    (tmp_path / "config.json").write_text(json.dumps({**config, "batch_size": 4}))
    script = (
        "import sys; sys.modules['wandb'] = None\n"
        "from experiments.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["train", str(tmp_path / "config.json"), "--out", str(tmp_path / "run")]
    done = subprocess.run(
        [sys.executable, "-c", script, *words, "--sink", "wandb"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.strip().endswith("metrics.jsonl has all of it")
    assert "Traceback" not in done.stderr


def test_a_real_tensorboard_reads_what_was_written(tmp_path):
    """Where the package is installed: an event file appears."""
    pytest.importorskip("tensorboard", reason="pip install tensorboard")
    run(tmp_path, sinks=("tensorboard",))
    assert list((tmp_path / "tensorboard").glob("events*"))
