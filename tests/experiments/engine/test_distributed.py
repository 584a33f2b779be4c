"""Two processes give the single process's losses, under DDP and FSDP2, and resume exactly."""

import json
import os
import subprocess
import sys

import pytest

from experiments.engine import RunConfig, train
from tests.experiments.fake import Regression
from tests.tolerances import TWO_RANKS
from tests.two_processes import ROOT, on_two_processes

STEPS = 50
COMMON = {
    "arm": "gpa",
    "seeds": (0,),
    "steps": STEPS,
    "batch_size": 8,
    "eval_every": 1,
    "checkpoint_every": 10,
}
LLAMA = {"width": 24, "layers": 2, "heads": 2, "length": 16, "val": 8}
RUNS = {
    "fake": {**COMMON, "workload": "fake", "lrs": (0.05,)},
    "llama": {
        **COMMON,
        "workload": "llama-bytes",
        "workload_overrides": LLAMA,
        "lrs": (8e-3,),
        "warmup": 5,
    },
}
SCRIPT = """
import json, sys, torch
from pathlib import Path
from experiments.engine import RunConfig, train
from tests.experiments.fake import Regression
torch.distributed.init_process_group("gloo")
place = Path(sys.argv[2])
for name, run in json.loads(sys.argv[1]).items():
    work = {"workload": Regression()} if name == "fake" else {}
    for mode in ("ddp", "fsdp2"):
        for budget in (1e-9, None):  # stopped after one step, then resumed to the end
            config = RunConfig.from_json({**run, "mode": mode, "budget_s": budget})
            train(config, place / f"{name}-{mode}", progress="none", **work)
# FSDP2 wraps each block and the rest, and holds half of every matrix
from torch.distributed.fsdp import FSDPModule
from experiments.engine.ranks import Ranks, spread
from experiments.workloads import load
model = load("llama-bytes", **run["workload_overrides"]).model([0])
whole = {n: p.numel() for n, p in model.named_parameters()}
spread(model, Ranks(torch.distributed.get_rank(), 2, "cpu", "fsdp2"))
assert isinstance(model, FSDPModule) and all(isinstance(b, FSDPModule) for b in model.blocks)
assert all(2 * p.to_local().numel() == whole[n] for n, p in model.named_parameters())
# Muon's steps need whole matrices, and its arm says so
from experiments.arms.table import arm_named
try:
    arm_named("gpa-muon").build(model, model.decayed(), {}, [0.1])
    raise SystemExit("Muon took shards")
except ValueError as error:
    assert "mode must be single or ddp" in str(error)
# and once more, stopped by two processes, for one to go on with
config = RunConfig.from_json({**run, "mode": "fsdp2", "budget_s": 1e-9})
for _ in range(3):
    train(config, place / "to-one", progress="none")
torch.distributed.destroy_process_group()
"""
ALONE = """
import json, sys, torch
from pathlib import Path
from experiments.engine import RunConfig, train
meeting = f"file://{sys.argv[2]}/meeting"
torch.distributed.init_process_group("gloo", init_method=meeting, rank=0, world_size=1)
config = RunConfig.from_json({**json.loads(sys.argv[1]), "mode": "fsdp2"})
train(config, Path(sys.argv[2]) / "to-one", progress="none")
torch.distributed.destroy_process_group()
"""


@pytest.fixture(scope="module")
def two_ranks(tmp_path_factory):
    """Run both workloads in both modes on two gloo processes, once; return the folder."""
    folder = tmp_path_factory.mktemp("ranks")
    script = folder / "both.py"
    script.write_text(SCRIPT)
    place, _ = on_two_processes(lambda place: [str(script), json.dumps(RUNS), str(place)], folder)
    return place


@pytest.fixture(scope="module")
def alone():
    """Return the record of each run in one process."""
    quiet = {"progress": "none", "say": lambda line: None}
    works = {"fake": {"workload": Regression()}, "llama": {}}
    return {name: train(RunConfig(**run), **quiet, **works[name]) for name, run in RUNS.items()}


def furthest(found, expected):
    """Return the largest relative difference of any loss of any step."""
    assert [line["step"] for line in found["evals"]] == list(range(1, STEPS + 1))
    pairs = zip(found["evals"], expected["evals"], strict=True)
    return max(abs(a[k][0] / b[k][0] - 1) for a, b in pairs for k in ("train", "val"))


@pytest.mark.parametrize("mode", ["ddp", "fsdp2"])
@pytest.mark.parametrize("name", RUNS)
def test_two_ranks_give_the_losses_of_one(two_ranks, alone, name, mode):
    """Training and validation loss of every step, to float32 rounding; a resume is in between."""
    found = json.loads((two_ranks / f"{name}-{mode}" / "final.json").read_text())
    assert found["stopped"] == "done"
    assert found["timing"]["steps"] == STEPS - 1
    assert furthest(found, alone[name]) <= TWO_RANKS


def test_one_process_goes_on_with_what_two_had_spread(two_ranks, alone):
    """A distributed checkpoint of two processes' shards, read by one: the same losses."""
    (kept,) = (two_ranks / "to-one").glob("checkpoint-*")
    assert kept.name.endswith("3")
    killed = kept.with_name("checkpoint-000000009.part")  # in the middle of writing a later one
    killed.mkdir()
    (killed / ".metadata").write_bytes(b"half")
    subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(RUNS["llama"]), str(two_ranks)],
        env={**os.environ, "RANK": "0", "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        timeout=240,
        check=True,
    )
    found = json.loads((two_ranks / "to-one" / "final.json").read_text())
    assert found["timing"]["steps"] == STEPS - 3
    assert furthest(found, alone["llama"]) <= TWO_RANKS
