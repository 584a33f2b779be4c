"""The engine: members are lone runs, budgets resume, plans come first."""

import json
from functools import partial

import pytest
import torch

from experiments.arms.table import ARMS
from experiments.engine import RunConfig, train
from tests.experiments.fake import Regression
from tests.tolerances import LOW_PRECISION, PARITY_FLOAT32, PARITY_FLOAT64

BASE = {
    "workload": "fake",
    "arm": "gpa",
    "lrs": (0.05, 0.1),
    "seeds": (0, 1),
    "steps": 30,
    "batch_size": 8,
    "warmup": 3,
    "eval_every": 10,
    "dtype": "float64",
}


def config(**changes):
    return RunConfig(**{**BASE, **changes})


def run(folder=None, **changes):
    options = {"progress": "none", "say": lambda line: None, "workload": Regression()}
    return train(config(**changes), folder, **options)


def without_time(record):
    return {k: v for k, v in record.items() if k != "timing"}


@pytest.mark.parametrize("arm", [name for name in ARMS if not ARMS[name].muon])
def test_every_arm_learns_and_a_member_is_a_lone_run(arm):
    """Losses fall; member k of an ensemble is the run of its own seed and learning rate."""
    together = run(arm=arm)
    first, last = together["evals"][0]["val"], together["final"]["val"]
    assert all(b < a for a, b in zip(first, last, strict=True))
    for k in range(2):
        alone = run(arm=arm, lrs=BASE["lrs"][k : k + 1], seeds=BASE["seeds"][k : k + 1])
        for a, b in zip(together["evals"], alone["evals"], strict=True):
            assert a["val"][k] == pytest.approx(b["val"][0], rel=PARITY_FLOAT64)
            assert a["train"][k] == pytest.approx(b["train"][0], rel=PARITY_FLOAT64)


@pytest.mark.parametrize("arm", ["gpa", "diloco"])
def test_stopping_by_budget_and_resuming_is_the_uninterrupted_run(arm, tmp_path):
    """Stopped after each step or so and started again: the same record, bit for bit."""
    whole = run(arm=arm)
    stops = 0
    for _ in range(BASE["steps"] + 1):
        record = run(tmp_path, arm=arm, budget_s=1e-9)
        if record["stopped"] == "done":
            break
        stops += 1
        assert record["steps_done"] == stops
    again = {**whole["config"], "budget_s": 1e-9}
    assert without_time(record) == {**without_time(whole), "config": again}
    assert stops == BASE["steps"] - 1


def test_a_finished_run_is_not_run_again(tmp_path):
    """The final record is returned as it is, timestamps included."""
    first = run(tmp_path)
    assert run(tmp_path) == first


def test_another_run_in_the_same_folder_is_refused(tmp_path):
    """A folder belongs to one config; what does not change results may change."""
    run(tmp_path, steps=5)
    with pytest.raises(ValueError, match="folder must be new or of the same run"):
        run(tmp_path, steps=6)
    assert run(tmp_path, steps=5, checkpoint_every=2)["stopped"] == "done"


def test_the_plan_is_the_first_line():
    """Steps, units, parameters, memory and ETA, before anything is trained."""
    said = []
    train(config(), progress="none", say=said.append, workload=Regression())
    assert len(said) == 1
    for part in (
        "2 member(s) × 9 parameters",
        "30 steps × 8 rows = 240 each",
        "MB of activations",
        "ETA",
    ):
        assert part in said[0]


def test_bfloat16_is_autocast():
    """Parameters stay in float32, and the losses are those of a float32 run to three digits."""
    low, full = run(dtype="bfloat16"), run(dtype="float32")
    assert low["final"]["val"] == pytest.approx(full["final"]["val"], rel=LOW_PRECISION)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_compiled_run_is_the_eager_one(monkeypatch, dtype):
    """`compile` compiles the model and changes nothing, under autocast too (traced, not built)."""
    real, compiled = torch.compile, []
    traced = partial(real, backend="aot_eager")
    monkeypatch.setattr(torch, "compile", lambda model: compiled.append(model) or traced(model))
    changes = {
        "workload": "llama-bytes",
        "workload_overrides": {"width": 24, "layers": 1, "heads": 2, "length": 8, "val": 4},
        "lrs": (4e-3, 8e-3),
        "steps": 10,
        "dtype": dtype,
    }
    options = {"progress": "none", "say": lambda line: None}
    fast, eager = (train(config(compile=c, **changes), **options) for c in (True, False))
    assert len(compiled) == 1
    tolerance = PARITY_FLOAT32 if dtype == "float32" else LOW_PRECISION
    assert fast["final"]["val"] == pytest.approx(eager["final"]["val"], rel=tolerance)


def test_evaluation_is_dense_where_runs_are_compared():
    """Every third step in the last fifth, every tenth before, and at the end."""
    found = [e["step"] for e in run(eval_dense=3)["evals"]]
    assert found == [10, 20, 24, 27, 30]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lrs": (0.1,)}, "one learning rate and one seed per member"),
        ({"steps": 0}, "steps must be an integer ≥ 1"),
        ({"dtype": "int8"}, "dtype must be one of float32"),
        ({"arm": "sgd"}, "arm must be one of adamw"),
        ({"settings": {"mu_z": 1}}, "mu_z must be one of lr, beta1"),
        ({"mode": "ddp"}, "mode must be single for more than one member"),
        ({"schedule": "step"}, "schedule must be one of constant"),
        ({"clip": 0.0}, "clip must lie in"),
        ({"device": "cuda"}, "needs a CUDA GPU"),
        ({"mode": "ddp", "lrs": (0.1,), "seeds": (0,)}, "needs torchrun"),
    ],
)
def test_bad_configs_are_refused(changes, message):
    """At construction, or before anything is built, with what to do."""
    if "device" in changes and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ValueError, match=message):
        run(**changes)


def test_configs_round_trip_and_unknown_keys_are_refused():
    """JSON and back; the key ignores what cannot change results."""
    made = config()
    assert RunConfig.from_json(json.loads(json.dumps(made.as_json()))) == config()
    assert made.key() == config(checkpoint_every=5, budget_s=3.0).key() != config(steps=31).key()
    with pytest.raises(ValueError, match="wheel must be one of"):
        RunConfig.from_json({"wheel": 1})
