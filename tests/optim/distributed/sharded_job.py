"""What two gloo processes do for `test_sharded.py`: DDP, FSDP2, checkpoints; results to a file."""

import json
import sys
from pathlib import Path

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

from gpa_theory.optim import GPA, GPAAdamW

STEPS = 6
KINDS = {
    "adamw": lambda p: GPA(torch.optim.AdamW(p, lr=1e-2, weight_decay=0.1), mu_x=0.9, mu_y=0.6),
    "momentum": lambda p: GPA(torch.optim.SGD(p, lr=0.05, momentum=0.5), mu_x=0.9, mu_y=0.6),
    "fused": lambda p: GPAAdamW(p, lr=1e-2, weight_decay=0.1, mu_x=0.9, mu_y=0.6),
    "coarse": lambda p: GPA(
        torch.optim.AdamW(p, lr=1e-2), mu_x=0.9, mu_y=0.6, state_dtype=torch.bfloat16
    ),
}
DTYPES = {"coarse": torch.float32, "half": torch.bfloat16}
KINDS["half"] = KINDS["adamw"]


def network(kind, seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(6, 10), nn.Tanh(), nn.Linear(10, 4))
    return model.to(DTYPES.get(kind, torch.float64))


def batch(t, dtype):
    return torch.randn(8, 6, generator=torch.Generator().manual_seed(t)).to(dtype)


def step(model, opt, t, part=slice(None)):
    dtype = next(model.parameters()).dtype
    opt.zero_grad()
    model(batch(t, dtype)[part]).square().mean().backward()
    opt.step()


def built(kind, seed=0, shard=False):
    model = network(kind, seed)
    if shard:
        fully_shard(model, mesh=init_device_mesh("cpu", (dist.get_world_size(),)))
    return model, KINDS[kind](model.parameters())


def whole(tensor):
    tensor = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
    return tensor.detach().double().flatten().tolist()


def weights(model):
    return [value for p in model.parameters() for value in whole(p)]


def averages(model, opt):
    return [value for x in opt.averaged_state_dict(model).values() for value in whole(x)]


def half_of_batch():
    rank, ranks = dist.get_rank(), dist.get_world_size()
    return slice(rank * 8 // ranks, (rank + 1) * 8 // ranks)


def ddp(kind):
    model = network(kind)
    wrapped, opt = nn.parallel.DistributedDataParallel(model), KINDS[kind](model.parameters())
    for t in range(STEPS):
        step(wrapped, opt, t, half_of_batch())
    mine = torch.tensor(weights(model))
    others = [torch.empty_like(mine) for _ in range(dist.get_world_size())]
    dist.all_gather(others, mine)
    same = all(torch.equal(mine, other) for other in others)
    return {"y": weights(model), "x": averages(model, opt), "replicas": same}


def fsdp(kind, folder):
    model, opt = built(kind, shard=True)
    for t in range(STEPS // 2):
        step(model, opt, t, half_of_batch())
    save(folder, model, opt)
    before = weights(model)
    with opt.averaged():
        at_x = weights(model)
    kept = weights(model) == before
    for t in range(STEPS // 2, STEPS):
        step(model, opt, t, half_of_batch())
    found = {"y": weights(model), "x": averages(model, opt), "kept": kept}
    found["exported"] = at_x == middle_averages(kind)
    return {**found, "resumed": resumed(kind, folder, shard=True, part=half_of_batch())}


def middle_averages(kind):
    model, opt = built(kind, shard=True)
    for t in range(STEPS // 2):
        step(model, opt, t, half_of_batch())
    return averages(model, opt)


def save(folder, model, opt):
    state, groups = get_state_dict(model, opt)
    dcp.save({"model": state, "opt": groups}, checkpoint_id=folder)


def resumed(kind, folder, shard, part=slice(None), without=None):
    """Load into a fresh optimizer that never stepped, perhaps on another number of processes."""
    model, opt = built(kind, seed=7, shard=shard)
    state, groups = get_state_dict(model, opt)
    content = {"model": state, "opt": groups}
    dcp.load(content, checkpoint_id=folder)
    set_state_dict(model, opt, model_state_dict=state, optim_state_dict=groups)
    if without:
        for p in model.parameters():
            opt.state[p][without].zero_()
    for t in range(STEPS // 2, STEPS):
        step(model, opt, t, part)
    return {"y": weights(model), "x": averages(model, opt)}


def main(folder):
    dist.init_process_group("gloo")
    found = {"ddp": {kind: ddp(kind) for kind in ("adamw", "coarse", "half")}}
    found["fsdp"] = {kind: fsdp(kind, folder / kind) for kind in KINDS}
    if dist.get_rank() == 0:
        (folder / "found.json").write_text(json.dumps(found))
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
