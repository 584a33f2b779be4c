"""One process or many: this one's rank, how the model is spread, and what all must agree on.

torchrun starts the processes and sets their environment; they use gloo on the CPU, nccl on CUDA.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from experiments.engine.rules import check_device_name
from gpa_theory.core.validation import refuse


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process's place: its rank, how many there are, and its device."""

    rank: int
    ranks: int
    device: str
    mode: str

    @property
    def is_first(self) -> bool:
        """Return whether this process writes and prints."""
        return self.rank == 0

    def mean(self, value: Tensor) -> Tensor:
        """Return the mean over all processes."""
        if self.ranks > 1:
            dist.all_reduce(value)
            value = value / self.ranks
        return value

    def agree(self, flag: bool) -> bool:
        """Return the flag of the first process, so that all stop at the same step."""
        if self.ranks == 1:
            return flag
        told = torch.tensor(int(flag), device=self.device)
        dist.broadcast(told, 0)
        return bool(told)

    def all_or_none(self, problem: ValueError | None) -> None:
        """Raise in every process if one of them has a problem: none waits for it then."""
        flag = torch.tensor(float(problem is not None), device=self.device)
        if float(self.mean(flag)) > 0:
            raise problem or ValueError("`train`: another process says what is wrong")

    def wait(self) -> None:
        """Wait for all."""
        if self.ranks > 1:
            dist.barrier()


@contextmanager
def joined(mode: str, device: str) -> Iterator[Ranks]:
    """Join the process group that torchrun describes, and leave it at the end."""
    check_device(device)
    if mode == "single":
        yield Ranks(0, 1, device, mode)
        return
    if "RANK" not in os.environ:
        rule = "needs torchrun: torchrun --nproc-per-node N -m experiments train CONFIG"
        raise refuse(f"train(mode={mode!r})", "mode", rule)
    local = int(os.environ.get("LOCAL_RANK", 0))
    if device == "cuda":
        torch.cuda.set_device(local)
        device = f"cuda:{local}"
    own = not dist.is_initialized()
    if own:
        dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield Ranks(dist.get_rank(), dist.get_world_size(), device, mode)
    finally:
        if own:
            dist.destroy_process_group()


def check_device(device: str) -> None:
    """Raise if the device has no such name or is missing, and say what to do instead."""
    call = f"train(device={device!r})"
    check_device_name(call, device)
    if not device.startswith("cuda"):
        return
    if not torch.cuda.is_available():
        rule = (
            "is not there: this preset needs a CUDA GPU (run it on one, or choose the preset cpu,"
            " smoke or patient, or pass --device cpu and expect days)"
        )
        raise refuse(call, "device", rule)
    count = torch.cuda.device_count()
    if int(device.partition(":")[2] or 0) >= count:
        raise refuse(call, "device", f"is not there: this machine has cuda:0 … cuda:{count - 1}")


def spread(model: nn.Module, ranks: Ranks) -> nn.Module:
    """Return the model as its mode needs it: unchanged, wrapped in DDP, or sharded by FSDP2."""
    if ranks.mode == "ddp":
        ids = [torch.device(ranks.device).index] if ranks.device.startswith("cuda") else None
        return nn.parallel.DistributedDataParallel(model, device_ids=ids)
    if ranks.mode == "fsdp2":
        _shard(model, ranks)
    return model


def _shard(model: nn.Module, ranks: Ranks) -> None:
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard
    from torch.distributed.tensor import Shard

    mesh = init_device_mesh(ranks.device.partition(":")[0], (ranks.ranks,))

    def place(p: nn.Parameter) -> Any:
        """Shard along the first axis that divides evenly: axis 0 counts members, here one."""
        even = (dim for dim in range(1, p.ndim) if p.shape[dim] % ranks.ranks == 0)
        return Shard(next(even, 0))

    for block in getattr(model, "blocks", []):
        fully_shard(block, mesh=mesh, shard_placement_fn=place)
    fully_shard(model, mesh=mesh, shard_placement_fn=place)


def gather_anew(model: nn.Module) -> None:
    """Make FSDP2 forget the gathered weights it kept from a forward pass without a backward pass.

    It keeps the root's gathered parameters for the backward pass, which does not come after an
    evaluation.  The next training step would then use x although the shards hold y again.
    """
    from torch.distributed.fsdp import FSDPModule

    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.reshard()
