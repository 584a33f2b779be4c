"""Checkpoints that a kill cannot spoil: written aside, then renamed; the newest whole one counts.

A single process and DDP write one file, which `torch.load(weights_only=True)` reads; under FSDP2
every process writes its shards of a distributed checkpoint.  Each carries the SHA-256 of what was
written (`sealing`): a run never goes on from anything else, nor from another run's checkpoint.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from torch import nn
from torch.optim import Optimizer

from experiments.engine import sealing
from experiments.engine.ranks import Ranks
from gpa_theory.core.validation import refuse

FILE = "checkpoint.pt"
ANEW = "delete it, and the run begins again"


def save(
    folder: Path, ranks: Ranks, model: nn.Module, opt: Optimizer, extra: dict[str, Any]
) -> None:
    """Write model, optimizer and `extra` (plain values and tensors, "step" and "run" among them).

    Errors: `OSError`, after which the old checkpoint stands as it was.
    """
    if ranks.mode == "fsdp2":
        _save_shards(folder, ranks, model, opt, extra)
    elif ranks.is_first:
        content = {"model": _inner(model).state_dict(), "opt": opt.state_dict(), **extra}
        sealing.save(folder / FILE, content)
    ranks.wait()


def load(
    folder: Path, ranks: Ranks, model: nn.Module, opt: Optimizer, extra: dict[str, Any]
) -> dict[str, Any] | None:
    """Load the newest checkpoint into model and optimizer; return its extra, None without one.

    Errors: `ValueError` if it is damaged or of another run, before anything is loaded.
    """
    if ranks.mode == "fsdp2":
        return _load_shards(folder, ranks, model, opt, extra)
    path = folder / FILE
    if not path.exists():
        return None
    found = sealing.load(path, ranks.device, ANEW)
    found.setdefault("run", extra["run"])  # earlier versions did not say whose it is
    if set(found) != {"model", "opt", *extra} or found["run"] != extra["run"]:
        raise _foreign(path)
    _inner(model).load_state_dict(found.pop("model"))
    opt.load_state_dict(found.pop("opt"))
    return found


def _foreign(path: Path) -> ValueError:
    return refuse(f"train(folder={path.parent.name!r})", str(path), f"is of another run: {ANEW}")


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
    sealing.seal(part, ranks.rank, ranks.ranks)
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
    problem, is_sealed = None, False
    try:
        is_sealed = sealing.check(newest[0], ranks.rank, ranks.ranks, ANEW)
    except ValueError as error:
        problem = error
    ranks.all_or_none(problem)
    weights, state = get_state_dict(model, opt)
    asked = {k: v for k, v in extra.items() if is_sealed or k != "run"}
    content = {"model": weights, "opt": state, "extra": asked}
    dcp.load(content, checkpoint_id=newest[0])
    if content["extra"].get("run", extra["run"]) != extra["run"]:
        raise _foreign(newest[0])
    set_state_dict(model, opt, model_state_dict=content["model"], optim_state_dict=content["opt"])
    return content["extra"]


def _whole(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("checkpoint-*") if not p.name.endswith(".part"))
