"""Two processes give the single process's losses, under DDP and FSDP2, and resume exactly."""

import json

import pytest

from experiments.engine import RunConfig, train
from tests.experiments.fake import Regression
from tests.tolerances import TWO_RANKS
from tests.two_processes import on_two_processes

STEPS = 50
BASE = {
    "workload": "fake",
    "arm": "gpa",
    "lrs": (0.05,),
    "seeds": (0,),
    "steps": STEPS,
    "batch_size": 8,
    "eval_every": 1,
    "checkpoint_every": 10,
}
SCRIPT = """
import json, sys, torch
from pathlib import Path
from experiments.engine import RunConfig, train
from tests.experiments.fake import Regression
torch.distributed.init_process_group("gloo")
for mode in ("ddp", "fsdp2"):
    for budget in (1e-9, None):  # stopped after one step, then resumed to the end
        config = RunConfig.from_json({**json.loads(sys.argv[1]), "mode": mode, "budget_s": budget})
        train(config, Path(sys.argv[2]) / mode, progress="none", workload=Regression())
torch.distributed.destroy_process_group()
"""


@pytest.fixture(scope="module")
def two_ranks(tmp_path_factory):
    """Run both modes on two gloo processes, once; return the folder of each."""
    folder = tmp_path_factory.mktemp("ranks")
    script = folder / "both.py"
    script.write_text(SCRIPT)
    place, _ = on_two_processes(lambda place: [str(script), json.dumps(BASE), str(place)], folder)
    return place


@pytest.mark.parametrize("mode", ["ddp", "fsdp2"])
def test_two_ranks_give_the_losses_of_one(two_ranks, mode):
    """Training and validation loss of every step, to float32 rounding; a resume is in between."""
    found = json.loads((two_ranks / mode / "final.json").read_text())
    alone = train(RunConfig(**BASE), progress="none", say=lambda line: None, workload=Regression())
    assert found["stopped"] == "done"
    assert found["timing"]["steps"] == STEPS - 1
    for a, b in zip(found["evals"], alone["evals"], strict=True):
        assert a["step"] == b["step"]
        assert a["train"][0] == pytest.approx(b["train"][0], rel=TWO_RANKS)
        assert a["val"][0] == pytest.approx(b["val"][0], rel=TWO_RANKS)
