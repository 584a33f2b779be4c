"""Whether a state dict belongs to this optimizer: to its wrapper, and to its parameters in order.

torch matches entries to parameters by place alone and asks for nothing but their number.  Here the
shapes must be right, and so must the names where both sides have them (`param_names`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.core.validation import refuse
from gpa_theory.optim.step.masters import MASTER, is_half
from gpa_theory.optim.wrapper.construction import LEFT_BY

Group = Mapping[str, Any]
READERS = {
    "weight_lr_power": ("schedulefree", "gpa_theory.optim.from_schedule_free"),
    "train_interp_coeff": ("the released GPAAdamW", "gpa_theory.optim.from_released_gpa_adamw"),
}  # a key in the groups of others, whose they are, and what reads them
OF_TORCH = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "square_avg"}
OF_TORCH |= {"acc_delta", "sum", "prev", "step_size", "ax"}  # torch's own, shaped as a parameter
_WRAPPERS = ("module.", "_orig_mod.")  # what DistributedDataParallel and compile put into names


def check_form(call: str, saved: Any, parameter: str = "state_dict") -> None:
    """Raise unless `saved` has the form of an optimizer's state dict."""
    entries = ("state", "param_groups")
    if not isinstance(saved, Mapping) or not all(key in saved for key in entries):
        raise refuse(call, parameter, "must have the entries 'state' and 'param_groups'")
    if not isinstance(saved["state"], Mapping):
        raise refuse(call, f"{parameter}['state']", "must map parameters to their entries")
    groups = saved["param_groups"]
    if not isinstance(groups, list | tuple) or not all(_is_group(group) for group in groups):
        raise refuse(call, f"{parameter}['param_groups']", "must be groups with a list of 'params'")
    own = {index for group in groups for index in group["params"]}
    for key, entry in saved["state"].items():
        if key in own and not isinstance(entry, Mapping):
            raise refuse(call, f"{parameter}['state'][{key!r}]", "must map names to values")


def check_matches(opt: Optimizer, saved: Mapping[str, Any], shaped: Collection[str]) -> None:
    """Raise ValueError unless the state dict is of this wrapper and of these parameters.

    The entries `shaped` are known to have the shape of their parameter, and so are those of
    torch's own optimizers; what shape other entries have is their base's business.
    """
    call, base = f"{type(opt).__name__}.load_state_dict()", opt.base  # pyright: ignore
    groups, saved_groups = base.param_groups, saved["param_groups"]
    if len(saved_groups) != len(groups):
        rule = "has a different number of parameter groups"
        raise refuse(call, "state_dict", f"{rule}: {len(saved_groups)}, not {len(groups)}")
    names = {*shaped, *(OF_TORCH if type(base).__module__.startswith("torch.optim.") else ())}
    for place, (group, theirs) in enumerate(zip(groups, saved_groups, strict=True)):
        if len(theirs["params"]) != len(group["params"]):
            rule = f"has {len(theirs['params'])} parameters in group {place}"
            raise refuse(call, "state_dict", f"{rule}, not {len(group['params'])}")
        _check_wrapper(call, group, theirs)
        _check_names(call, group, theirs)
        for i, (p, index) in enumerate(zip(group["params"], theirs["params"], strict=True)):
            where = f"parameter {_name(group, i)} of group {place}"
            _check_entry(call, where, p, saved["state"].get(index, {}), names)


def keyed_by_name(group: Group) -> bool:
    """Return whether a saved group was matched by name, as torch.distributed.checkpoint does."""
    return any(isinstance(index, str) for index in group["params"])


def _is_group(group: Any) -> bool:
    listed = group.get("params") if isinstance(group, Mapping) else None
    return isinstance(listed, list | tuple) and all(isinstance(i, int | str) for i in listed)


def _check_wrapper(call: str, group: Group, theirs: Group) -> None:
    for mark, wrapper in LEFT_BY.items():
        if mark in theirs and mark not in group:
            rule = f"is of {wrapper}: its weights and entries mean something else"
            raise refuse(call, "state_dict", f"{rule}; load it into {wrapper}")
    for key, (whose, reader) in READERS.items():
        if key in theirs and key not in group:
            raise refuse(call, "state_dict", f"is of {whose}: use {reader}")


def _check_names(call: str, group: Group, theirs: Group) -> None:
    if not ("param_names" in group and "param_names" in theirs) or keyed_by_name(theirs):
        return
    saved, own = ([_bare(name) for name in g["param_names"]] for g in (theirs, group))
    for place, (name, expected) in enumerate(zip(saved, own, strict=False)):
        if name != expected:
            rule = f"has {name!r} at place {place}, where the optimizer has {expected!r}"
            fix = "give the parameters in the saved order, or drop 'param_names' if only renamed"
            raise refuse(call, "state_dict", f"{rule}: {fix}")


def _check_entry(
    call: str, where: str, p: Tensor, entry: Mapping[str, Any], shaped: Collection[str]
) -> None:
    for name in shaped:
        value = entry.get(name)
        if not isinstance(value, Tensor):
            continue
        if value.shape != p.shape:
            rule = f"has {name!r} of shape {tuple(value.shape)} for {where}"
            raise refuse(call, "state_dict", f"{rule}, which is {tuple(p.shape)}: another order?")
        if value.is_complex() != p.is_complex():
            rule = f"has {name!r} of type {value.dtype} for {where}"
            raise refuse(call, "state_dict", f"{rule}, which is {p.dtype}")
    if MASTER in shaped and MASTER in entry and not is_half(p):
        rule = f"is of half-precision parameters, but {where} is {p.dtype}"
        fix = f"load both in the saved type, or copy {MASTER!r} into the weights and drop it"
        raise refuse(call, "state_dict", f"{rule}: {fix}")


def _name(group: Group, place: int) -> str:
    names = group.get("param_names")
    return repr(names[place]) if names and len(names) > place else str(place)


def _bare(name: str) -> str:
    for wrapper in _WRAPPERS:
        name = name.replace(wrapper, "")
    return name
