"""What torch's own loading would spoil: it casts every state to the type of its parameter.

For a half-precision parameter that would round moments, δ and the master; for a float32 one it
would store a bfloat16 δ in float32; and in lists and dicts it rounds too, turns integers into
floats and strings into nonsense.  So a state that was saved beside a parameter of this type comes
back exactly: every type, at any depth, and tensors that were one are one again.

Everything is a copy: what is loaded twice from one state dict shares nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from numbers import Number
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.optim.step.groups import DELTA, delta_dtype
from gpa_theory.optim.step.masters import MASTER, is_half

STEP = "step"  # torch has a rule of its own for where this entry lives
_BY_TORCH = Optimizer.load_state_dict


class Held:
    """Anything that torch's loading should pass on as it is."""

    def __init__(self, value: Any) -> None:
        self.value = value


def held(base: Optimizer, saved: Mapping[Any, Any], watched: bool) -> dict[Any, Any]:
    """Return the states to give to `base`, with all that torch would spoil out of its sight.

    A base that loads in its own way, or whose loading is `watched` by hooks, sees it all.
    """
    if watched or type(base).load_state_dict is not _BY_TORCH:
        return dict(saved)
    return {
        key: _held(entry) if isinstance(entry, Mapping) else entry for key, entry in saved.items()
    }


def _held(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if _passes(value) else Held(value) for name, value in entry.items()}


def _passes(value: Any) -> bool:
    """Return whether torch's loading takes a value without harm, or what it does can be undone."""
    if isinstance(value, Tensor):
        return not value.is_complex()  # it would warn of imaginary parts that are not lost
    return isinstance(value, Number | None)


def restore(
    groups: list[dict[str, Any]], state: dict[Any, Any], saved: Mapping[str, Any], companion: str
) -> None:
    """Put a copy of every saved value in place of what torch made of it.

    `companion` is the entry whose type tells of which type a parameter was when it was saved.
    """
    copies = Copies()
    mine = set()
    for group, theirs in zip(groups, saved["param_groups"], strict=True):
        for p, index in zip(group["params"], theirs["params"], strict=True):
            mine.add(index)
            entry = saved["state"].get(index)
            if entry:
                _restore(group, p, state[p], entry, copies.beside(p, _alike(p, entry, companion)))
    for key, value in saved["state"].items():
        if key not in mine:  # a base may keep something that belongs to no parameter
            state[key] = copies.exact(value)


def _restore(
    group: Mapping[str, Any],
    p: Tensor,
    now: dict[str, Any],
    entry: Mapping[str, Any],
    place: Place,
) -> None:
    for name, value in entry.items():
        made = now.get(name)
        if name == STEP and isinstance(value, Tensor) and isinstance(made, Tensor):
            now[name] = place.copies.tensor(value, made.device, made.dtype)
        elif name in (DELTA, MASTER) and isinstance(value, Tensor):
            dtype = delta_dtype(group, p) if name == DELTA else torch.float32
            now[name] = place.copies.tensor(value, p.device, dtype)
        elif not isinstance(value, Number | None) or name not in now:
            now[name] = place.copied(value)  # numbers: a base may have made tensors of old ones


def _alike(p: Tensor, entry: Mapping[str, Any], companion: str) -> bool:
    """Return whether the entry was saved beside a parameter of the type of p."""
    beside = entry.get(companion)
    if MASTER in entry or not isinstance(beside, Tensor):
        return MASTER in entry and is_half(p)
    rounded = companion == DELTA and beside.dtype == torch.bfloat16
    return p.dtype == (torch.float32 if rounded else beside.dtype)


class Copies:
    """Copies of saved values; what was one object, or one memory, is one again."""

    def __init__(self) -> None:
        self._memo: dict[int, Any] = {}  # of deepcopy, which keeps the originals alive
        self._made: dict[tuple[Any, ...], tuple[Any, Any]] = {}  # (copy, original)

    def beside(self, p: Tensor, alike: bool) -> Place:
        """Return what copies values to where p is; in their own types if they are `alike`."""
        return Place(self, p, alike)

    def exact(self, value: Any) -> Any:
        """Return a copy that stays on its device."""
        return copy.deepcopy(value, self._memo)

    def tensor(self, value: Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
        """Return a copy of a tensor on this device, in this type."""
        key = (id(value), device, dtype)
        if key not in self._made:
            here = value.device == device and value.dtype == dtype
            bare = value.detach()
            made = self.exact(bare) if here else bare.to(device, dtype, copy=True)
            self._made[key] = made, value
        return self._made[key][0]

    def once(self, key: tuple[Any, ...], original: Any, copied: Any) -> None:
        """Remember the copy of a container, so that there is one of it."""
        self._made[key] = copied, original

    def known(self, key: tuple[Any, ...]) -> Any:
        """Return the copy that was made of a container, or None."""
        return self._made.get(key, (None,))[0]


class Place:
    """Copies values to where a parameter is."""

    def __init__(self, copies: Copies, p: Tensor, alike: bool) -> None:
        self.copies, self._p, self._alike = copies, p, alike

    def copied(self, value: Any, name: Any = None) -> Any:
        """Return a copy of a value, tensors inside of it included."""
        if isinstance(value, Tensor):
            device = value.device if name == STEP else self._p.device
            return self.copies.tensor(value, device, self._dtype(value, name))
        if not isinstance(value, dict | list | tuple | set):
            return self.copies.exact(value)
        key = (id(value), self._p.device, self._alike or self._p.dtype)
        found = self.copies.known(key)
        return self._container(key, value) if found is None else found

    def _container(self, key: tuple[Any, ...], value: Any) -> Any:
        if isinstance(value, tuple):
            items = [self.copied(item) for item in value]
            made = type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
            self.copies.once(key, value, made)
            return made
        made = copy.copy(value)  # of the same class, with what else it knows
        made.clear()
        self.copies.once(key, value, made)  # before its content, which may lead back to it
        if isinstance(value, dict):
            made.update((k, self.copied(item, k)) for k, item in value.items())
        elif isinstance(value, set):
            made.update(self.copied(item) for item in value)
        else:
            made.extend(self.copied(item) for item in value)
        return made

    def _dtype(self, value: Tensor, name: Any) -> torch.dtype:
        """Return the saved type, or what a state has beside a parameter of another type."""
        p = self._p
        if self._alike or name == STEP or not value.is_floating_point():
            return value.dtype
        if is_half(p):
            return torch.float32
        return p.dtype if p.is_floating_point() else value.dtype


@contextmanager
def kept_on_failure(base: Any) -> Iterator[None]:
    """Put back groups and state of a base, and of what it surrounds itself, if loading fails."""
    before = []
    while base is not None:
        before.append((base, base.state, base.param_groups))
        base = vars(base).get("base")
    try:
        yield
    except BaseException:
        for one, state, groups in before:
            one.state, one.param_groups = state, groups
        raise
