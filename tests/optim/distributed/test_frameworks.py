"""Lightning, Trainer and accelerate on two processes: x, y and checkpoints as on one."""

import json

import pytest
import torch

from tests.tolerances import TWO_RANKS
from tests.two_processes import on_two_processes

for name in ("transformers", "accelerate", "lightning"):
    pytest.importorskip(name, reason="pip install 'gpa-theory[interop]'")
pytestmark = [
    pytest.mark.xdist_group("frameworks"),
    pytest.mark.filterwarnings("ignore"),  # the frameworks' own advice
]
from tests.optim.builders import batch  # noqa: E402
from tests.optim.distributed import frameworks_job as job  # noqa: E402


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Run the job once; return what each of the two processes found."""
    folder = tmp_path_factory.mktemp("frameworks")
    place, _ = on_two_processes(lambda place: [job.__file__, str(place)], folder)
    return json.loads((place / "found.json").read_text())


def lone(order):
    """Return y and x of the same steps, whole batches, in this process alone."""
    model, opt = job.made()
    for t in order:
        opt.zero_grad()
        model(batch(t, torch.float32)).square().mean().backward()
        opt.step()
    y = job.values(model.parameters())
    return y, job.values(opt.averaged_state_dict(model).values())


def near(values):
    return pytest.approx(values, rel=TWO_RANKS, abs=TWO_RANKS)


@pytest.mark.parametrize("framework", ["lightning", "trainer", "accelerate", "switched"])
def test_both_processes_end_alike(found, framework):
    """Replicas agree bit for bit, after evaluations and checkpoints too."""
    one, other = (mine[framework] for mine in found)
    assert one == other


def test_lightning_is_the_single_process(found):
    """Validation, the end of the fit and the checkpoint are at the x of a plain loop."""
    mine = found[0]["lightning"]
    x = lone(range(job.STEPS))[1]
    assert mine["seen"] == mine["x"] == near(x)
    assert mine["saved"] == near(lone(range(job.SAVED))[1])
    again = (*range(job.SAVED), 0, 1)  # Lightning begins a plain data loader anew
    assert mine["resumed"] == near(lone(again)[1])
    assert mine["resumed"] != near(x)


def test_trainer_resumes_exactly_and_saves_x(found):
    """The resumed run is the whole one; the model file is x of a run that ended there."""
    mine = found[0]["trainer"]
    assert mine["resumed"] == mine["x"]
    assert mine["saved"] == mine["by hand"]
    assert mine["saved"] != near(mine["x"])


def test_accelerate_is_the_single_process(found):
    """`prepare`, `backward`, `save_state` and `load_state` on two processes."""
    mine = found[0]["accelerate"]
    assert mine["y"] == near(lone(range(job.STEPS))[0])
    assert mine["resumed"] == mine["y"]


def test_parameters_may_be_switched_before_the_first_step(found):
    """What accelerate's `prepare` does for FSDP2, by its own function: the base sees it as well."""
    mine = found[0]["switched"]
    assert mine["y"] == near(lone(range(job.STEPS))[0])
    assert mine["states"] == 4  # two weights, two biases, and none of the old
