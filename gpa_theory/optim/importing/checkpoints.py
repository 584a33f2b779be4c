r"""Checkpoints of others continue as GPA: the released GPAAdamW, AdamW- and SGDScheduleFree.

All three store z beside a parameter that holds y while training and x while evaluating, so

.. math:: \delta = x - z \ \text{(evaluating)}, \qquad \delta = (y - z)/\mu_y \ \text{(training)}

Only dicts are read, whatever loaded them: nothing of theirs is imported or executed.  (The released
class keeps an Enum in its groups, which `torch.load` accepts only after
`torch.serialization.add_safe_globals([IterateAveragingType])`.)

Two differences are taken care of.  Their averages give z_1 weight 0, ours weight 1, so their step k
is our k − 1.  And they correct Adam's bias by the step count of the group, so every parameter gets
that count.  What cannot be continued exactly is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Averaging, Exponential
from gpa_theory.core.validation import refuse
from gpa_theory.optim.gpa import GPA
from gpa_theory.optim.importing.polynomial_match import matching
from gpa_theory.optim.step.groups import DELTA, TRAIN, describe
from gpa_theory.optim.step.masters import MASTER, is_half
from gpa_theory.optim.wrapper.matching import check_form

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Imported:
    """What was made of a foreign checkpoint: GPA's state dict, and y for every parameter."""

    state_dict: dict[str, Any]  # for GPA.load_state_dict
    parameters: list[Tensor]  # y, in the order of opt's groups: what its parameters should hold

    def into(self, opt: GPA) -> None:
        """Load the state and put y into the parameters; `opt` is in training mode then."""
        opt.load_state_dict(self.state_dict)
        with torch.no_grad():
            places = (p for group in opt.param_groups for p in group["params"])
            for p, y in zip(places, self.parameters, strict=True):
                p.copy_(y)


@dataclass(frozen=True)
class _Source:
    """What a foreign group says, in our words."""

    base: type  # the torch optimizer that takes its steps
    options: dict[str, Any]  # of that base
    mu_y: float
    averaging: Averaging
    steps: int  # our count: the next coefficient is that of steps + 2
    training: bool  # the parameters hold y, not x
    state: Callable[[Entry], dict[str, Any]]  # of the base, from a parameter's entry


def from_schedule_free(opt: GPA, saved: Mapping[str, Any], *, exact: bool = True) -> Imported:
    """Continue a checkpoint of `schedulefree`'s AdamWScheduleFree or SGDScheduleFree in GPA.

    `opt` is GPA around AdamW or SGD without momentum, its parameters hold what the checkpoint's
    model held; lr, betas (0, β₂), eps, μ_y and the averaging come from the checkpoint.  Its
    averaging is `Uniform()` or, for r = 1, `Polynomial(1)`, from now on independent of lr.

    Refused always: a checkpoint before the end of its warm-up, or without any step.  Refused unless
    `exact=False`: weight decay (at y there, at z here), and weights that no polynomial averaging
    continues (after a warm-up, or r > 1; then the nearest step count is taken).

    >>> w = torch.nn.Parameter(torch.tensor([0.5]))  # y, as the checkpoint's model had it
    >>> opt = GPA(SGD([w], lr=1.0), mu_x=0.9)
    >>> group = {"params": [0], "lr": 0.5, "momentum": 0.5, "weight_decay": 0.0, "k": 4, "r": 0.0}
    >>> group |= {"warmup_steps": 0, "weight_lr_power": 2.0, "lr_max": 0.5, "weight_sum": 1.0}
    >>> entries = {0: {"z": torch.tensor([0.25])}}
    >>> saved = {"state": entries, "param_groups": [{**group, "train_mode": True}]}
    >>> from_schedule_free(opt, saved).into(opt)
    >>> with opt.averaged():
    ...     w.item()  # x = y + (1 − μ_y)(y − z)/μ_y
    0.75
    """
    return _imported("from_schedule_free", opt, saved, exact, _schedule_free)


def from_released_gpa_adamw(opt: GPA, saved: Mapping[str, Any], *, exact: bool = True) -> Imported:
    """Continue a checkpoint of the released GPAAdamW in `opt`, which is GPA around AdamW.

    The parameters of `opt` hold what the checkpoint's model held.  lr, betas, eps, μ_x, μ_y come
    from the checkpoint.  Its Schedule-Free mode becomes `Uniform()` or `Polynomial(1)` as in
    `from_schedule_free`, with the same refusals.

    Refused unless `exact=False`: weight decay.  There it moved y or z alone, or both by λy; here it
    is AdamW's, on z, and x follows.
    """
    return _imported("from_released_gpa_adamw", opt, saved, exact, _gpa_adamw)


def _imported(
    call: str,
    opt: GPA,
    saved: Mapping[str, Any],
    exact: bool,
    read: Callable[[str, Entry, Mapping[Any, Entry], bool], _Source],
) -> Imported:
    check_form(call, saved, "saved")
    theirs, entries = saved["param_groups"], saved["state"]
    if [len(g["params"]) for g in theirs] != [len(g["params"]) for g in opt.param_groups]:
        raise refuse(f"{call}(opt)", "opt", "must have the groups and parameters of the checkpoint")
    sources = [read(call, group, entries, exact) for group in theirs]
    if len({source.training for source in sources}) > 1:
        rule = "must be wholly in training or wholly in evaluation mode: y or x is ambiguous"
        raise refuse(f"{call}(saved)", "saved", rule)
    state, groups, parameters = {}, [], []
    for group, source, their in zip(opt.param_groups, sources, theirs, strict=True):
        _check_base(call, opt, group, source)
        groups.append(_group_of(group, source, their))
        for p, index in zip(group["params"], their["params"], strict=True):
            entry = entries.get(index, {})
            y, own = _state_of(call, p, entry, source) if "z" in entry else (p, None)
            parameters.append(y.detach().to(p.dtype, copy=True))
            if own is not None:
                state[index] = own
    return Imported({"state": state, "param_groups": groups}, parameters)


def _check_base(call: str, opt: GPA, group: Entry, source: _Source) -> None:
    name = source.base.__name__
    if not isinstance(opt.base, source.base):
        raise refuse(f"{call}(opt)", "opt", f"must be GPA around torch.optim.{name}")
    for key in ("momentum", "amsgrad", "maximize"):
        if group.get(key):
            raise refuse(
                f"{call}(opt)", key, f"must be off in {name}: the checkpoint was made without"
            )


def _group_of(group: Entry, source: _Source, their: Entry) -> dict[str, Any]:
    names = {key: their[key] for key in ("param_names",) if key in their}  # compared on loading
    return {
        **group,
        **names,
        **source.options,
        **describe(source.averaging),
        "mu_y": source.mu_y,
        "gpa_mu_y": source.mu_y,
        "gpa_steps": source.steps,
        "gpa_mode": TRAIN,
        "params": list(their["params"]),
    }


def _state_of(call: str, p: Tensor, entry: Entry, source: _Source) -> tuple[Tensor, dict[str, Any]]:
    """Return y and GPA's state of a parameter that holds y or x, from the entry with its z."""
    if entry["z"].shape != p.shape:
        raise refuse(f"{call}(opt)", "opt", "must have the parameters of the checkpoint, in order")
    here = p.detach().float() if is_half(p) else p.detach()
    delta = here - entry["z"].to(here.device, here.dtype)
    if source.training:
        y, delta = here, delta / source.mu_y
    else:
        y = here - (1 - source.mu_y) * delta
    own = {**source.state(entry), DELTA: delta}
    return y, {**own, MASTER: y.clone()} if is_half(p) else own


def _adamw_state(steps: int) -> Callable[[Entry], dict[str, Any]]:
    def state(entry: Entry) -> dict[str, Any]:
        second = entry["exp_avg_sq"]
        first = entry.get("exp_avg", torch.zeros_like(second))  # at β₁ = 0 it is not read
        moments = {"exp_avg": first, "exp_avg_sq": second}  # copied by GPA.load_state_dict
        return {"step": torch.tensor(float(steps)), **moments}

    return state


def _check_decay(call: str, group: Entry, exact: bool) -> None:
    if exact and group["weight_decay"]:
        rule = "must be 0: there it is not AdamW's on z; exact=False makes it so from here on"
        raise refuse(f"{call}(exact=True)", "weight_decay", rule)


def _schedule_free(call: str, group: Entry, entries: Mapping[Any, Entry], exact: bool) -> _Source:
    needed = {"k", "weight_sum", "lr_max", "train_mode", "r", "weight_lr_power", "warmup_steps"}
    if missing := needed - set(group):
        rule = f"must be of AdamWScheduleFree or SGDScheduleFree: no {', '.join(sorted(missing))}"
        raise refuse(f"{call}(saved)", "saved", rule)
    if group["k"] < group["warmup_steps"]:
        raise refuse(
            f"{call}(saved)", "saved", "must be past its warm-up, in which weights depend on lr"
        )
    _check_decay(call, group, exact)
    options = {"lr": group["lr"], "weight_decay": group["weight_decay"]}
    if "betas" in group:
        mu_y, beta2 = group["betas"]
        options |= {"betas": (0.0, beta2), "eps": group["eps"]}
        base, state = AdamW, _adamw_state(group["k"])
    else:
        mu_y, base, state = group["momentum"], SGD, lambda entry: {}
    averaging, steps = matching(
        call,
        group["k"],
        group["r"],
        group["lr_max"] ** group["weight_lr_power"],
        group["weight_sum"],
        exact,
    )
    return _Source(base, options, mu_y, averaging, steps, bool(group["train_mode"]), state)


def _gpa_adamw(call: str, group: Entry, entries: Mapping[Any, Entry], exact: bool) -> _Source:
    needed = {"train_interp_coeff", "eval_interp_coeff", "iterate_averaging_type", "beta1"}
    if missing := needed - set(group):
        rule = f"must be of the released GPAAdamW: no {', '.join(sorted(missing))}"
        raise refuse(f"{call}(saved)", "saved", rule)
    _check_decay(call, group, exact)
    first = entries.get(group["params"][0], {}) if group["params"] else {}
    shared = {**group, **first}  # scalars are kept with the first parameter, formerly in the group
    if "step" not in shared:
        raise refuse(f"{call}(saved)", "saved", "must have taken a step")
    k = int(shared["step"])
    kind = getattr(group["iterate_averaging_type"], "value", group["iterate_averaging_type"])
    if kind == "gpa":
        averaging, steps = Exponential(float(group["eval_interp_coeff"])), k
    else:
        scale = float(shared["lr_max"]) ** group["weight_lr_power"]
        total = float(shared["weight_sum"])
        r = group["weight_pow_coeff"]
        averaging, steps = matching(call, k, r, scale, total, exact, coarse=True)
    options = {key: group[key] for key in ("lr", "eps", "weight_decay")}
    options["betas"] = (group["beta1"], group["beta2"])
    mu_y, training = float(group["train_interp_coeff"]), bool(shared["train_mode"])
    return _Source(AdamW, options, mu_y, averaging, steps, training, _adamw_state(k))
