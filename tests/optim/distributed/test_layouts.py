"""FSDP2 where shards are uneven or empty; every way to save and load that PyTorch offers."""

import json

import pytest
import torch

from tests.optim.distributed import layouts_job as job
from tests.tolerances import PARITY_FLOAT64, PARITY_TORCH, TWO_RANKS
from tests.two_processes import on_two_processes

pytestmark = [
    pytest.mark.xdist_group("layouts"),
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning"),  # torch's advice
]
SAME_LAYOUT = ["plain", "flat", "full", "app", "broadcast"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Save at the middle of a run on this process; return what the job on two of them finds."""
    folder = tmp_path_factory.mktemp("layouts")
    for kind in job.KINDS:
        model, opt = job.built(kind)
        job.train(model, opt, 0, job.SAVED)
        job.save(folder / kind / "one", model, opt)
    place, _ = on_two_processes(lambda place: [job.__file__, str(place)], folder)
    return json.loads((place / "found.json").read_text())


def lone(kind):
    model, opt = job.built(kind)
    job.train(model, opt, 0, job.STEPS)
    return job.end(model, opt)


def close(one, other, tolerance):
    for name in "yx":
        assert one[name] == pytest.approx(other[name], rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("kind", job.KINDS)
def test_uneven_and_empty_shards_train_as_one_process(found, kind):
    """5, 3 and 1 rows on two processes: y and x of the run on one."""
    close(found[kind]["whole"], lone(kind), PARITY_TORCH)


@pytest.mark.parametrize("kind", job.KINDS)
def test_replicated_shards_train_as_one_process(found, kind):
    """A two-dimensional mesh, replicate by shard."""
    close(found["hybrid"][kind], lone(kind), PARITY_TORCH)


@pytest.mark.parametrize("kind", job.KINDS)
@pytest.mark.parametrize("way", SAME_LAYOUT)
def test_every_way_to_load_resumes_bit_exactly(found, kind, way):
    """Sharded, flattened, gathered, through an object with `state_dict`, from one rank's memory."""
    assert found[kind][way] == found[kind]["whole"]


@pytest.mark.parametrize("kind", job.KINDS)
def test_a_checkpoint_of_one_process_resumes_on_two(found, kind):
    """Resharding 1 → 2: the sums of a batch are added in another order, no more."""
    close(found[kind]["from one process"], found[kind]["whole"], PARITY_TORCH)


@pytest.mark.parametrize("kind", job.KINDS)
def test_saved_while_x_is_in_place_it_resumes_to_one_rounding(found, kind):
    """A fresh optimizer asks for no kept y: it is computed, and a step before that is refused."""
    close(found[kind]["evaluating"], found[kind]["whole"], PARITY_FLOAT64)


@pytest.mark.parametrize("kind", job.KINDS)
def test_without_delta_the_resumed_run_is_another(found, kind):
    """The control: what the checkpoints hold is needed."""
    lost, kept = found[kind]["without delta"], found[kind]["whole"]
    gap = torch.tensor(lost["y"]) - torch.tensor(kept["y"])
    assert float(gap.abs().max()) > TWO_RANKS


def test_reading_x_out_is_local(found):
    """As a distributed tensor in the layout of its parameter; no message is sent."""
    for mine in found["locality"]:
        assert mine["messages"] == [0, 0, 0]
        assert mine["sharded alike"]
        assert mine["equal"]
    assert any(mine["empty"] for mine in found["locality"])
