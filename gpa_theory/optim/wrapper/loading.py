"""What torch's own loading would spoil: it casts every state to the type of its parameter.

For a half-precision parameter that would round moments, δ and the master; for a float32 one it
would store a bfloat16 δ in float32.  So states are put back as they were saved, in the type that
GPA declares: float32 beside a half-precision parameter, and for δ the group's `state_dtype`.

Nor does torch ask whether the weights are those that the state was saved beside; `Marks` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.optim.step.groups import DELTA, delta_dtype
from gpa_theory.optim.step.masters import is_half
from gpa_theory.optim.wrapper.fingerprint import differ, fingerprint

MARK = "gpa_weights"


def restore_types(
    groups: list[dict[str, Any]], state: dict[Tensor, dict[str, Any]], saved: Mapping[str, Any]
) -> None:
    """Put every saved float tensor back, in the type that GPA declares for it."""
    for group, saved_group in zip(groups, saved["param_groups"], strict=True):
        for p, index in zip(group["params"], saved_group["params"], strict=True):
            for name, value in saved["state"].get(index, {}).items():
                if isinstance(value, Tensor) and value.is_floating_point() and name != "step":
                    state[p][name] = value.to(p.device, _declared(group, p, name, value), copy=True)


def _declared(group: Mapping[str, Any], p: Tensor, name: str, value: Tensor) -> torch.dtype:
    if name == DELTA:
        return delta_dtype(group, p)
    if is_half(p):
        return torch.float32
    return p.dtype if p.is_floating_point() else value.dtype


class Marks:
    """The marks of the weights that a loaded state belongs to, until they have been compared."""

    def __init__(self, marks: list[str | None] | None = None) -> None:
        self._marks = marks

    @staticmethod
    def marked(base: Optimizer) -> dict[str, Any]:
        """Return the state dict of `base`, each group with the mark of its weights in place."""
        found = base.state_dict()
        both = zip(found["param_groups"], base.param_groups, strict=True)
        marked = [{**saved, MARK: fingerprint(group["params"])} for saved, group in both]
        return {**found, "param_groups": marked}

    @staticmethod
    def expected_by(loaded: dict[str, Any]) -> Marks:
        """Take the marks out of a state dict that is about to be loaded."""
        groups = loaded["param_groups"]
        loaded["param_groups"] = [{k: g[k] for k in g if k != MARK} for g in groups]
        return Marks([group.get(MARK) for group in groups])

    def confirm(self, call: str, groups: list[dict[str, Any]]) -> None:
        """Raise if a state was loaded and these are not the weights that it was saved beside."""
        if self._marks is None:
            return
        for mark, group in zip(self._marks, groups, strict=False):
            if differ(mark, fingerprint(group["params"])):
                rule = "the weights in place are not those that this state was saved beside"
                fix = "save model and optimizer at one moment, both while training or both while"
                out = f"evaluating (or drop {MARK!r} from its groups if that is what you want)"
                raise RuntimeError(f"`{call}.load_state_dict()`: {rule}: {fix} {out}")
        self._marks = None
