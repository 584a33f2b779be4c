"""Learning-rate schedules: one factor for all members, depending on the steps already taken."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from torch.optim import Optimizer

from gpa_theory.core.validation import refuse


def remember_learning_rates(opt: Optimizer) -> None:
    """Note every group's learning rate(s) as the initial ones, which schedules multiply.

    Call this before loading a checkpoint.  A distributed checkpoint restores only keys that exist
    already; without the note, a resumed run would take its scheduled rate for the initial one.
    """
    for group in opt.param_groups:
        group.setdefault("initial_lr", group["lr"])


def set_learning_rates(opt: Optimizer, factor: float) -> None:
    """Multiply every group's initial learning rate(s) by `factor`, the schedule's value now."""
    remember_learning_rates(opt)
    for group in opt.param_groups:
        group["lr"] = group["initial_lr"] * factor


def schedule(kind: str, warmup: int, steps: int) -> Callable[[int], float]:
    """Return the function from steps already taken to the learning rate's factor.

    It rises linearly over `warmup` steps and then decays until `steps`, as `kind` says.

    >>> [round(schedule("linear", 2, 6)(step), 2) for step in range(6)]
    [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]
    """
    kinds: dict[str, Callable[[float], float]] = {
        "constant": lambda share: 1.0,
        "linear": lambda share: 1.0 - share,
        "cosine": lambda share: 0.5 * (1.0 + math.cos(math.pi * share)),
    }
    if kind not in kinds:
        raise refuse(f"schedule({kind!r})", "schedule", f"must be one of {', '.join(kinds)}")
    return partial(_factor, kinds[kind], warmup, steps)


def _factor(decay: Callable[[float], float], warmup: int, steps: int, step: int) -> float:
    if step < warmup:
        return (step + 1) / warmup
    return decay((step - warmup) / max(1, steps - warmup))
