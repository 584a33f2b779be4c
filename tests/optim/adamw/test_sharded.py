"""Fused AdamW on shards: every process steps what it holds, as it would step the whole."""

import copy

import pytest
import torch
from torch import distributed
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Replicate, Shard, distribute_tensor

from gpa_theory.optim import GPAAdamW
from tests.optim.adamw.fused import needs_compiler
from tests.optim.builders import net, same, train, weights

pytestmark = needs_compiler
PLAN = ("compile", "nothing is in the way")


@pytest.fixture
def mesh():
    """Yield a mesh of this one process."""
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield init_device_mesh("cpu", (1,))
    distributed.destroy_process_group()


def made(mesh=None, seed=0):
    model = net(seed, torch.float32)
    if mesh is not None:
        fully_shard(model, mesh=mesh)
    return model, GPAAdamW(model.parameters(), lr=1e-2, mu_x=0.9, mu_y=0.6, backend="compile")


def local(model):
    return [w.to_local() for w in weights(model)]


def test_shards_step_as_the_whole(mesh):
    """Under FSDP2 the fused path is taken, and x and y are those of the unsharded run."""
    (model, opt), (plain, whole) = made(mesh), made()
    for m, o in ((model, opt), (plain, whole)):
        train(m, o, 4)
        assert o.plan() == PLAN
    assert same(local(model), weights(plain))
    with opt.averaged(), whole.averaged():
        assert same(local(model), weights(plain))


def test_a_distributed_checkpoint_resumes_exactly(mesh):
    """Saved by torch's distributed checkpoint, loaded into a fresh optimizer, continued."""
    model, opt = made(mesh)
    train(model, opt, 3)
    saved = copy.deepcopy(get_state_dict(model, opt))
    train(model, opt, 3, first=3)
    other, fresh = made(mesh, seed=3)
    set_state_dict(other, fresh, model_state_dict=saved[0], optim_state_dict=saved[1])
    train(other, fresh, 3, first=3)
    assert fresh.plan() == PLAN
    assert same(local(model), local(other))


def test_shards_of_different_layouts_are_left_to_torch(mesh):
    """A gradient that is not sharded as its parameter is has other elements here."""
    for layout, plan in [
        ([Shard(0)], PLAN),
        ([Replicate()], ("foreach", "tensors of type DTensor that are not shards of one layout")),
    ]:
        w = torch.nn.Parameter(distribute_tensor(torch.ones(4, 3), mesh, [Shard(0)]))
        opt = GPAAdamW([w], mu_x=0.9, backend="compile")
        w.grad = distribute_tensor(torch.ones(4, 3), mesh, layout)
        assert opt.plan() == plan
