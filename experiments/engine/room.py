"""Is there room for model and optimizer in memory, and for checkpoints on disk?  Checked first.

Counted per parameter: the weight, its gradient, AdamW's two moments, and the buffers of the arm.
Activations come on top; the plan's line gives them after a first forward pass.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch

from experiments.arms.table import arm_named
from experiments.engine.config import RunConfig
from gpa_theory.core.validation import refuse

KEPT = 3  # of the four numbers a checkpoint holds three: weight and moments
COPIES = 2  # the present checkpoint and the next, while it is written


def state_bytes(config: RunConfig, parameters: int, base: int = 4) -> int:
    """Return the bytes of all members' weights, gradients and optimizer state.

    >>> state_bytes(RunConfig("bigram", "gpa", (0.1, 0.1), (0, 1), 1, 1), 1000)
    40000
    """
    width = 8 if config.dtype == "float64" else 4
    return (base + arm_named(config.arm).buffers) * width * config.members * parameters


def check_memory(config: RunConfig, parameters: int, ranks: int, free: int | None) -> None:
    """Raise if one process's share of the state exceeds the free memory; None means unknown."""
    need = state_bytes(config, parameters)
    if config.mode == "fsdp2":  # the weights exist whole for a moment, before they are sharded
        need = max(need // ranks, state_bytes(config, parameters, 1))
    if free is not None and need > free:
        rule = (
            f"has {free / 1e9:.1f} GB free, weights and optimizer alone need {need / 1e9:.1f}: take"
            " fewer members, or mode fsdp2 on more processes, or a smaller model"
        )
        raise refuse(f"train({config.workload!r}, members={config.members})", config.device, rule)


def check_batch(config: RunConfig, one: Any, free: int | None) -> None:
    """Raise if a batch exceeds the free memory; `one` is the batch of one sample per member."""
    need = config.batch_size * sum(part.nbytes for part in one)
    if free is not None and need > free:
        rule = f"must be smaller: a batch has {need / 1e9:.3g} GB, {free / 1e9:.1f} GB are free"
        raise refuse(f"train(batch_size={config.batch_size})", "batch_size", rule)


def check_disk(config: RunConfig, parameters: int, folder: Path) -> None:
    """Raise if the run's folder has no room for its checkpoints."""
    need = COPIES * state_bytes(config, parameters, KEPT)
    free = shutil.disk_usage(folder).free
    if need > free:
        rule = f"needs {need / 1e9:.1f} GB for checkpoints, its disk has {free / 1e9:.1f} free"
        raise refuse(f"train(folder={folder.name!r})", "folder", rule)


def free_memory(device: str) -> int | None:
    """Return the free bytes of a device, or None where the system does not say."""
    if device.startswith("cuda"):
        return torch.cuda.mem_get_info(device)[0]
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        (line,) = (line for line in lines if line.startswith("MemAvailable"))
        return 1024 * int(line.split()[1])
    except (OSError, ValueError):
        return None
