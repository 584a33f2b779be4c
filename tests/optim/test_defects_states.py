"""Defects of peers in states, modes and graphs, shown absent here; `test_defects` has the table."""

import copy
import logging

import pytest
import torch
from torch import distributed, nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Uniform
from gpa_theory.optim import GPA, DiLoCo
from gpa_theory.optim.step.groups import next_coefficient
from tests.optim.builders import loss_of, made, net, same, train, weights
from tests.tolerances import PARITY_FLOAT32, PARITY_FLOAT64


def lone(dtype):
    return nn.Parameter(torch.ones(2, dtype=dtype))


@pytest.mark.parametrize("switches", [["train"], ["eval", "train"], ["train", "eval", "train"]])
def test_dcp_after_switching(switches):
    """`train()` must leave no state, or DCP restores none: a peer then loads nothing, silently."""
    model, opt = made()
    train(model, opt, 5)
    state, groups = get_state_dict(model, opt)
    state, groups = copy.deepcopy((state, groups))
    other, fresh = made(seed=3)
    for switch in switches:
        getattr(fresh, switch)()
    set_state_dict(other, fresh, model_state_dict=state, optim_state_dict=groups)
    train(model, opt, 3, first=5)
    train(other, fresh, 3, first=5)
    assert same(weights(model), weights(other))


def test_counts_survive_half_precision():
    """Loading casts sums to bfloat16, where they stall (released class); ours is an int."""
    w = lone(torch.bfloat16)
    opt = GPA(SGD([w], lr=0.1), averaging=Uniform())
    w.grad = torch.ones_like(w)
    opt.step()
    saved = opt.state_dict()
    saved["param_groups"][0]["gpa_steps"] = 100_003
    opt.load_state_dict(saved)
    opt.step()
    assert opt.param_groups[0]["gpa_steps"] == 100_004
    assert next_coefficient(opt.param_groups[0]) == 1 / 100_006


def test_gradients_are_left_as_they_were():
    """A peer overwrites `.grad`, which breaks logging and retained accumulation."""
    model, opt = made(weight_decay=0.1)
    train(model, opt, 2)
    loss_of(model, 2).backward()
    before = [p.grad.clone() for p in model.parameters()]
    opt.step()
    assert same([p.grad for p in model.parameters()], before)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, on tracing
def test_a_new_lr_is_no_new_graph():
    """With lr in a tensor a schedule does not recompile, as plain floats do in a peer."""
    torch.compiler.reset()
    graphs = []

    def counting(module, inputs):
        graphs.append(module)
        return module.forward

    w = lone(torch.float32)
    opt = GPA(SGD([w], lr=torch.tensor(0.5), foreach=True), mu_x=0.5, mu_y=0.5)
    step = torch.compile(opt.step, fullgraph=True, backend=counting)
    y = x = z = 1.0
    for t in range(8):
        opt.param_groups[0]["lr"].fill_(0.5 / (1 + t))
        w.grad = torch.ones_like(w)
        (opt.step if t < 2 else step)()
        z -= 0.5 / (1 + t)
        x = 0.5 * (x + z)
        y = 0.5 * (x + z)
    assert w.tolist() == pytest.approx([y, y], rel=PARITY_FLOAT32)
    assert 1 <= len(graphs) <= 2  # the second has the count as a symbol


def test_switching_is_silent_and_writes_no_state(caplog):
    """The released class logs and reads a scalar from the device at every switch."""
    caplog.set_level(logging.DEBUG)
    model, opt = made()
    for _ in range(3):
        opt.eval()
        opt.train()
    assert len(opt.state) == 0
    train(model, opt, 1)
    keys = [sorted(entry) for entry in opt.state.values()]
    opt.eval()
    opt.train()
    assert [sorted(entry) for entry in opt.state.values()] == keys
    assert not caplog.records


def test_switching_in_every_micro_batch():
    """Trainers call `optimizer.train()` before every micro-batch; it changes nothing."""
    (model, opt), (other, plain) = made(), made()
    for t in range(4):
        for m, o in ((model, opt), (other, plain)):
            o.zero_grad()
            for micro in range(2):
                if o is opt:
                    o.train()
                loss_of(m, 2 * t + micro).backward()
            o.step()
    assert same(weights(model), weights(other))


def test_tied_weights_switch_once():
    """A tensor under two names is one parameter: to x and back once."""
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)).double()
    model[1].weight = model[0].weight
    opt = GPA(AdamW(model.parameters(), lr=0.1), mu_x=0.9, mu_y=0.5)
    train(model, opt, 3)
    y, delta = model[0].weight.detach().clone(), opt.state[model[0].weight]["delta"]
    with opt.averaged():
        expected = (y + 0.5 * delta).detach()
        assert torch.allclose(model[1].weight, expected, rtol=0, atol=PARITY_FLOAT64)
    assert torch.equal(model[1].weight, y)


@pytest.fixture
def mesh():
    """Yield a mesh of this one process."""
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield init_device_mesh("cpu", (1,))
    distributed.destroy_process_group()


@pytest.mark.parametrize("wrap", [lambda b: GPA(b, mu_x=0.9), lambda b: DiLoCo(b, inner_steps=2)])
def test_the_average_of_sharded_weights(wrap, mesh):
    """A second model cannot be copied under FSDP; the average needs none, and stays in shards."""
    model, plain = net(dtype=torch.float32), net(dtype=torch.float32)
    fully_shard(model, mesh=mesh)
    pairs = [(m, wrap(AdamW(m.parameters(), lr=1e-2))) for m in (model, plain)]
    for m, opt in pairs:
        train(m, opt, 3)
    sharded, whole = (list(opt.averaged_state_dict(m).values()) for m, opt in pairs)
    assert same([x.to_local() for x in sharded], whole)
    y = weights(plain)
    with pairs[0][1].averaged():
        assert same([p.to_local() for p in weights(model)], whole)
        assert not same(whole, y)
    assert same([p.to_local() for p in weights(model)], y)
