"""What two gloo processes do for `test_layouts.py`: uneven shards, ways to save and to load."""

import copy
import json
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch import nn
from torch.distributed.checkpoint import state_dict as sd
from torch.distributed.checkpoint.stateful import Stateful
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor.debug import CommDebugMode

from gpa_theory.optim import GPA

STEPS, SAVED = 6, 3
KINDS = {
    "adamw": lambda p: GPA(torch.optim.AdamW(p, lr=1e-2, weight_decay=0.1), mu_x=0.9, mu_y=0.6),
    "momentum": lambda p: GPA(torch.optim.SGD(p, lr=0.05, momentum=0.5), mu_x=0.9, mu_y=0.6),
}
OPTIONS = {
    "plain": sd.StateDictOptions(),
    "flat": sd.StateDictOptions(flatten_optimizer_state_dict=True),
    "full": sd.StateDictOptions(full_state_dict=True),
}


def built(kind, seed=0, mesh=None):
    """Return model and optimizer; 5 and 3 rows do not halve, and of 1 row one process has none."""
    torch.manual_seed(seed)
    sizes = [nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3), nn.Tanh(), nn.Linear(3, 1)]
    model = nn.Sequential(*sizes).double()
    if mesh is not None:
        for layer in (model[0], model[2], model[4]):
            fully_shard(layer, mesh=mesh)
        fully_shard(model, mesh=mesh)
    return model, KINDS[kind](model.parameters())


def train(model, opt, first, last):
    ranks = dist.get_world_size() if dist.is_initialized() else 1
    part = slice(0, 8) if ranks == 1 else slice(dist.get_rank() * 4, dist.get_rank() * 4 + 4)
    for t in range(first, last):
        data = torch.randn(8, 6, generator=torch.Generator().manual_seed(t)).double()
        opt.zero_grad()
        model(data[part]).square().mean().backward()
        opt.step()


def whole(tensors):
    full = [t.full_tensor() if hasattr(t, "full_tensor") else t for t in tensors]
    return [value for t in full for value in t.detach().flatten().tolist()]


def end(model, opt):
    return {"y": whole(model.parameters()), "x": whole(opt.averaged_state_dict(model).values())}


class AppState(Stateful):
    """The object that PyTorch's tutorial hands to `dcp.save` and `dcp.load`."""

    def __init__(self, model, opt):
        self.model, self.opt = model, opt

    def state_dict(self):
        model, opt = sd.get_state_dict(self.model, self.opt)
        return {"model": model, "opt": opt}

    def load_state_dict(self, state_dict):
        weights, state = state_dict["model"], state_dict["opt"]
        sd.set_state_dict(self.model, self.opt, model_state_dict=weights, optim_state_dict=state)


def save(folder, model, opt, options=None):
    weights, state = sd.get_state_dict(model, opt, options=options)
    dcp.save({"model": weights, "opt": state}, checkpoint_id=folder)


def load(folder, model, opt, options=None):
    """Load into an optimizer that has never stepped."""
    weights, state = sd.get_state_dict(model, opt, options=options)
    dcp.load({"model": weights, "opt": state}, checkpoint_id=folder)
    sd.set_state_dict(model, opt, model_state_dict=weights, optim_state_dict=state, options=options)


def ways(kind, mesh, folder):
    """Return where the run ends after each way to save at its middle and load anew."""
    model, opt = built(kind, mesh=mesh)
    train(model, opt, 0, SAVED)
    for name, options in OPTIONS.items():
        save(folder / name, model, opt, options)
    dcp.save({"app": AppState(model, opt)}, checkpoint_id=folder / "app")
    with opt.averaged():
        save(folder / "evaluating", model, opt)
    memory = copy.deepcopy(sd.get_state_dict(model, opt, options=OPTIONS["full"]))
    train(model, opt, SAVED, STEPS)
    found = {"whole": end(model, opt)}
    for name, options in OPTIONS.items():
        found[name] = continued(kind, mesh, load, folder / name, options)
    found["app"] = continued(kind, mesh, load_app, folder / "app")
    found["evaluating"] = continued(kind, mesh, load_evaluating, folder / "evaluating")
    found["broadcast"] = continued(kind, mesh, load_broadcast, memory)
    found["from one process"] = continued(kind, mesh, load, folder / "one")
    found["without delta"] = continued(kind, mesh, load_without_delta, folder / "plain")
    return found


def continued(kind, mesh, loading, source, *more):
    model, opt = built(kind, seed=7, mesh=mesh)
    loading(source, model, opt, *more)
    train(model, opt, SAVED, STEPS)
    return end(model, opt)


def load_app(folder, model, opt):
    dcp.load({"app": AppState(model, opt)}, checkpoint_id=folder)


def load_evaluating(folder, model, opt):
    load(folder, model, opt)
    assert opt.param_groups[0]["gpa_mode"] == "eval"
    with pytest.raises(RuntimeError, match=r"call train\(\) first"):
        opt.step()
    opt.train()


def load_broadcast(memory, model, opt):
    """Only the first process has the content."""
    options = sd.StateDictOptions(full_state_dict=True, broadcast_from_rank0=True)
    weights, state = memory if dist.get_rank() == 0 else ({}, {})
    sd.set_model_state_dict(model, weights, options=options)
    sd.set_optimizer_state_dict(model, opt, state, options=options)


def load_without_delta(folder, model, opt):
    load(folder, model, opt)
    for state in opt.state.values():
        state["delta"].zero_()


def locality(mesh):
    """Return what reading x out communicates, and whether it is sharded as the model is."""
    model, opt = built("adamw", mesh=mesh)
    train(model, opt, 0, SAVED)
    with CommDebugMode() as reading:
        found = list(opt.averaged_state_dict(model).values())
    with CommDebugMode() as going:
        opt.eval()
    at_x = whole(model.parameters())
    with CommDebugMode() as returning:
        opt.train()
    pairs = list(zip(found, model.parameters(), strict=True))
    like = [x.device_mesh == p.device_mesh and x.placements == p.placements for x, p in pairs]
    local = [x.to_local().shape == p.to_local().shape for x, p in pairs]
    return {
        "messages": [mode.get_total_counts() for mode in (reading, going, returning)],
        "sharded alike": all(like) and all(local),
        "empty": any(p.to_local().numel() == 0 for p in model.parameters()),
        "equal": at_x == whole(found),
    }


def main(folder):
    dist.init_process_group("gloo")
    line = init_device_mesh("cpu", (2,))
    square = init_device_mesh("cpu", (2, 1), mesh_dim_names=("replicate", "shard"))
    found = {kind: ways(kind, line, folder / kind) for kind in KINDS}
    found["hybrid"] = {}
    for kind in KINDS:
        model, opt = built(kind, mesh=square)
        train(model, opt, 0, STEPS)
        found["hybrid"][kind] = end(model, opt)
    mine = locality(line)
    everyone = [None, None]
    dist.all_gather_object(everyone, mine)
    found["locality"] = everyone
    if dist.get_rank() == 0:
        (folder / "found.json").write_text(json.dumps(found))
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
