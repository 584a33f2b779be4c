"""What GPA keeps in a parameter group: plain values, checked, readable by any checkpoint loader.

The user sets `mu_x`, `mu_y`, `averaging` and `state_dtype`; keys that begin with `gpa_` are GPA's
own.  Everything is a str, int or float, so `torch.load(weights_only=True)` accepts a state dict;
but in a `capturable` group `gpa_steps` is a tensor, as torch's own `step` is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor

from gpa_theory.core.averaging import Averaging, Exponential, Polynomial, Uniform
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.core.windows import BiasCorrected, Warmed

TRAIN, EVAL = "train", "eval"
REAL = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
COMPLEX = (torch.complex64, torch.complex128)
State = Mapping[Tensor, Any]  # what the base optimizer keeps of each parameter
DELTA = "delta"  # where the state of a parameter has its buffer δ = x − z
USERS = ("mu_x", "mu_y", "averaging", "averaging_r", "state_dtype")
TOGETHER = (USERS[:1] + USERS[2:4], ("mu_y",), ("state_dtype",), ("gpa_seed",))  # say one thing
OWN = (*USERS, "gpa_steps", "gpa_mode", "gpa_mu_y", "gpa_seed")
PREFIXES = ("mu_", "averaging", "gpa_")  # a key that looks like one of ours must be one of ours
BY_MU_X = {"exponential": Exponential, "warmed": Warmed, "bias_corrected": BiasCorrected}
IDLE = dict.fromkeys(BY_MU_X, ("averaging_r", 0.0)) | {
    "polynomial": ("mu_x", 0.0),
}  # the constant that this averaging does not read, and its value then


def describe(averaging: Averaging) -> dict[str, Any]:
    """Return the plain values that stand for an averaging in a parameter group.

    >>> describe(Exponential(0.9))
    {'averaging': 'exponential', 'mu_x': 0.9, 'averaging_r': 0.0}
    """
    if isinstance(averaging, (Exponential, Warmed, BiasCorrected)):
        name = next(name for name, kind in BY_MU_X.items() if isinstance(averaging, kind))
        return {"averaging": name, "mu_x": float(averaging.mu_x), "averaging_r": 0.0}
    if isinstance(averaging, Uniform):
        return {"averaging": "polynomial", "mu_x": 0.0, "averaging_r": 0.0}
    if isinstance(averaging, Polynomial):
        return {"averaging": "polynomial", "mu_x": 0.0, "averaging_r": float(averaging.r)}
    known = "Uniform, Polynomial, Exponential, Warmed or BiasCorrected"
    raise refuse(f"GPA(averaging={averaging!r})", "averaging", f"must be {known}")


def averaging_of(group: Mapping[str, Any]) -> Averaging:
    """Return the averaging that a parameter group describes; bad values are refused."""
    if group["averaging"] in BY_MU_X:
        return BY_MU_X[group["averaging"]](group["mu_x"])
    if group["averaging"] == "polynomial":
        return Polynomial(group["averaging_r"])
    call = f"GPA(averaging={group['averaging']!r})"
    raise refuse(call, "averaging", f"must be one of {', '.join(IDLE)} in a parameter group")


def next_coefficient(group: Mapping[str, Any]) -> Any:
    """Return c_{t+1}, the share that the coming base iterate gets; t counts from 1.

    A float, or a 0-dim tensor if the steps are counted by one and the share depends on them.
    """
    averaging, steps = averaging_of(group), group["gpa_steps"]
    if isinstance(averaging, Exponential):
        return float(averaging.coefficient(2.0))  # t + 1 ≥ 2: the same at every step
    if isinstance(steps, Tensor) and isinstance(averaging, Warmed):
        return (1 / (steps + 2.0)).clamp(min=1 - averaging.mu_x)  # no branch in a CUDA graph
    if isinstance(steps, Tensor):
        return averaging.coefficient(steps + 2.0)
    return float(averaging.coefficient(float(steps + 2)))


def count_step(group: dict[str, Any], device: torch.device | None) -> None:
    """Count one step, on `device` if the group is capturable: a CUDA graph replays no Python."""
    steps = group["gpa_steps"]
    if not group.get("capturable"):
        group["gpa_steps"] = int(steps) + 1
    elif isinstance(steps, Tensor):
        steps += 1
    else:
        group["gpa_steps"] = torch.tensor(steps + 1.0, dtype=torch.float64, device=device)


def check_type(group: Mapping[str, Any], p: Tensor) -> None:
    """Raise if p cannot be averaged, or not with the group's `state_dtype`."""
    if p.dtype not in (*REAL, *COMPLEX):
        rule = f"must be float or complex of 16 bits or more, not {p.dtype}"
        raise refuse("GPA()", "parameters", rule)
    if group["state_dtype"] is not None and p.dtype in (*COMPLEX, torch.float64):
        rule = f"must be None for {p.dtype}: δ in bfloat16 would void its precision"
        raise refuse(f"GPA(state_dtype={group['state_dtype']})", "state_dtype", rule)


def delta_dtype(group: Mapping[str, Any], p: Tensor) -> torch.dtype:
    """Return the type in which δ of p is stored: p's, but at least float32, or `state_dtype`."""
    if group["state_dtype"] is not None:
        return torch.bfloat16
    return torch.float32 if p.dtype in (torch.bfloat16, torch.float16) else p.dtype


def dtype_name(state_dtype: Any) -> str | None:
    """Return how a group spells `state_dtype`, or refuse it.

    >>> dtype_name(torch.bfloat16)
    'bfloat16'
    """
    if state_dtype in (None, torch.bfloat16, "bfloat16"):
        return None if state_dtype is None else "bfloat16"
    rule = "must be None or torch.bfloat16 (with stochastic rounding)"
    raise refuse(f"GPA(state_dtype={state_dtype})", "state_dtype", rule)


def own_of(group: Mapping[str, Any], defaults: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """Return GPA's keys of a parameter group, completed from `defaults` and checked.

    `averaging` may be given as an object; `mu_x` alone means exponential averaging with it.
    """
    own = {key: group[key] for key in OWN if key in group}
    if "mu_x" in own:
        own.setdefault("averaging", "exponential")
    elif "averaging_r" in own:
        own.setdefault("averaging", "polynomial")
    kind = own.setdefault("averaging", defaults["averaging"])
    if not isinstance(kind, str):
        if "mu_x" in own or "averaging_r" in own:
            raise refuse("GPA()", "mu_x, averaging", "exactly one must be given in a group")
        own.update(describe(kind))
    same = kind == defaults["averaging"]
    if kind in BY_MU_X and not same and "mu_x" not in own:
        raise refuse(f"GPA(averaging={kind!r})", "mu_x", "must be given with it")
    own.setdefault("mu_x", defaults["mu_x"] if same else 0.0)
    own.setdefault("averaging_r", defaults["averaging_r"] if same else 0.0)
    own.setdefault("mu_y", defaults["mu_y"])
    own["state_dtype"] = dtype_name(own.get("state_dtype", defaults["state_dtype"]))
    fixed = {"gpa_steps": 0, "gpa_mode": mode, "gpa_mu_y": own["mu_y"]}
    own = {**fixed, "gpa_seed": defaults["gpa_seed"], **own}
    check({**group, **own}, defaults)
    return own


def check(group: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise if a constant is out of range or without effect, or a key misspells one of them.

    `known` are the keys that the base itself reads, whatever they look like.
    """
    averaging_of(group)
    check_range(f"GPA(mu_y={group['mu_y']})", "mu_y", group["mu_y"], 0, 1)
    idle, zero = IDLE[group["averaging"]]
    if group[idle] != zero:
        rule = f"has no effect with averaging={group['averaging']!r}"
        raise refuse(f"GPA({idle}={group[idle]})", idle, rule)
    for key in group:
        if key.startswith(PREFIXES) and key not in OWN and key not in known:
            raise refuse(f"GPA({key}=…)", key, f"must be one of {', '.join(USERS)}")
