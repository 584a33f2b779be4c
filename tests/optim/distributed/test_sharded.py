"""Two processes train as one: DDP, FSDP2, and checkpoints that fit another number of processes."""

import json

import pytest
import torch

from tests.optim.distributed import sharded_job as job
from tests.tolerances import COARSE_SHARDS, HALF_PRECISION_RANKS, PARITY_TORCH, TWO_RANKS
from tests.two_processes import on_two_processes

WHOLE = {"coarse": TWO_RANKS, "half": HALF_PRECISION_RANKS}  # the others are in float64
SHARDED = {**WHOLE, "coarse": COARSE_SHARDS}  # random bits count the offsets of the shard
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Run the job on two gloo processes, once; return its folder and what it found."""
    folder = tmp_path_factory.mktemp("sharded")
    folder, _ = on_two_processes(lambda place: [job.__file__, str(place)], folder)
    return folder, json.loads((folder / "found.json").read_text())


def lone(kind):
    """Return y and x of the same run in this process alone."""
    model, opt = job.built(kind)
    for t in range(job.STEPS):
        job.step(model, opt, t)
    return {"y": job.weights(model), "x": job.averages(model, opt)}


def close(found, expected, tolerance):
    for name in "yx":
        assert found[name] == pytest.approx(expected[name], rel=tolerance, abs=tolerance)


@pytest.mark.xdist_group("sharded")
@pytest.mark.parametrize("kind", ["adamw", "coarse", "half"])
def test_ddp_is_the_single_process(two, kind):
    """Half a batch on each of two processes: the whole batch on one; replicas agree bit for bit."""
    found = two[1]["ddp"][kind]
    assert found["replicas"]
    close(found, lone(kind), WHOLE.get(kind, PARITY_TORCH))


@pytest.mark.xdist_group("sharded")
@pytest.mark.parametrize("kind", sorted(job.KINDS))
def test_fsdp_is_the_single_process(two, kind):
    """Sharded parameters, δ, moments and masters: y and x are those of an unsharded run."""
    found = two[1]["fsdp"][kind]
    close(found, lone(kind), SHARDED.get(kind, PARITY_TORCH))
    assert found["kept"]
    assert found["exported"]


@pytest.mark.xdist_group("sharded")
@pytest.mark.parametrize("kind", sorted(job.KINDS))
def test_a_distributed_checkpoint_resumes_bit_exactly(two, kind):
    """Loaded into optimizers that never stepped, on as many processes: the same weights."""
    found = two[1]["fsdp"][kind]
    assert found["resumed"] == {name: found[name] for name in "yx"}


@pytest.mark.xdist_group("sharded")
@pytest.mark.parametrize("kind", sorted(job.KINDS))
def test_a_checkpoint_of_two_processes_resumes_on_one(two, kind):
    """Resharding 2 → 1: the run goes on as it would have on one process from the start."""
    folder, found = two
    resumed = job.resumed(kind, folder / kind, shard=False)
    close(resumed, found["fsdp"][kind], SHARDED.get(kind, PARITY_TORCH))


@pytest.mark.xdist_group("sharded")
def test_without_delta_the_resumed_run_is_another(two):
    """The control: a checkpoint that lost δ resumes to visibly different weights."""
    folder, found = two
    lost = job.resumed("adamw", folder / "adamw", shard=False, without="delta")
    gap = torch.tensor(lost["y"]) - torch.tensor(found["fsdp"]["adamw"]["y"])
    assert float(gap.abs().max()) > TWO_RANKS
