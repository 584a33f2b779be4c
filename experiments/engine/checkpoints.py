"""Checkpoints that a kill cannot spoil: written aside, then renamed; the newest whole one counts.

A single process and DDP write one file, which `torch.load(weights_only=True)` reads; under FSDP2
every process writes its shards of a distributed checkpoint.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from experiments.engine.ranks import Ranks

FILE = "checkpoint.pt"


def save(
    folder: Path, ranks: Ranks, model: nn.Module, opt: Optimizer, extra: dict[str, Any]
) -> None:
    """Write model, optimizer and `extra` (plain values and tensors, "step" among them)."""
    if ranks.mode == "fsdp2":
        _save_shards(folder, ranks, model, opt, extra)
    elif ranks.is_first:
        part = folder / (FILE + ".part")
        content = {"model": _inner(model).state_dict(), "opt": opt.state_dict(), **extra}
        torch.save(content, part)
        part.replace(folder / FILE)  # atomic: a kill leaves the old file or the new one
    ranks.wait()


def load(
    folder: Path, ranks: Ranks, model: nn.Module, opt: Optimizer, extra: dict[str, Any]
) -> dict[str, Any] | None:
    """Load the newest checkpoint into model and optimizer; return its extra, None without one."""
    if ranks.mode == "fsdp2":
        return _load_shards(folder, ranks, model, opt, extra)
    path = folder / FILE
    if not path.exists():
        return None
    found = torch.load(path, map_location=ranks.device, weights_only=True)
    _inner(model).load_state_dict(found.pop("model"))
    opt.load_state_dict(found.pop("opt"))
    return found


def _inner(model: nn.Module) -> nn.Module:
    return model.module if isinstance(model, nn.parallel.DistributedDataParallel) else model


def _save_shards(
    folder: Path, ranks: Ranks, model: nn.Module, opt: Optimizer, extra: dict[str, Any]
) -> None:
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint.state_dict import get_state_dict

    weights, state = get_state_dict(model, opt)
    target = folder / f"checkpoint-{extra['step']:09d}"
    if ranks.agree(target.exists()):  # complete already, and the same: config and step determine it
        return
    part = target.with_name(target.name + ".part")
    if ranks.is_first:
        shutil.rmtree(part, ignore_errors=True)
    ranks.wait()
    dcp.save({"model": weights, "opt": state, "extra": extra}, checkpoint_id=part)
    ranks.wait()
    if ranks.is_first:
        part.rename(target)
        for old in _whole(folder)[:-1]:  # only now: until here the old one was the newest whole one
            shutil.rmtree(old)


def _load_shards(
    folder: Path, ranks: Ranks, model: nn.Module, opt: Optimizer, extra: dict[str, Any]
) -> dict[str, Any] | None:
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict

    newest = _whole(folder)[-1:]
    if not newest:
        return None
    weights, state = get_state_dict(model, opt)
    content = {"model": weights, "opt": state, "extra": dict(extra)}
    dcp.load(content, checkpoint_id=newest[0])
    set_state_dict(model, opt, model_state_dict=content["model"], optim_state_dict=content["opt"])
    return content["extra"]


def _whole(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("checkpoint-*") if not p.name.endswith(".part"))
