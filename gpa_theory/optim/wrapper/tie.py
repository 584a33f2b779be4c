"""The tie between a wrapper and its base: whatever is done to the base alone is noticed.

Wrapper and base share groups and state.  A step of the base alone would move y as if it were z, and
loading into it alone would part the two; so both are refused at the call, by hooks on the base.
Where a base does not run such hooks, a replaced state is noticed at the next step or switch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

import torch
from torch.optim import Optimizer

from gpa_theory.optim.step.watch import OURS

LOADING = "_optimizer_load_state_dict_pre_hooks"
HOOKS = ("_optimizer_step_pre_hooks", LOADING)


def tied(wrapper: Optimizer, base: Optimizer) -> Tie:
    """Return the tie of a base, which a shallow copy of its wrapper shares, or make it."""
    for kept in HOOKS:
        guard = getattr(base, kept, {}).get(OURS)
        tie = None if guard is None else guard.tie()
        if tie is not None and tie.base is base:
            return tie
    return Tie(wrapper, base)


class Tie:
    """Holds a base to its wrapper; inside `open` the base may step and load."""

    def __init__(self, wrapper: Optimizer, base: Optimizer) -> None:
        self._open = False
        self.name, self.base = type(wrapper).__name__, base
        for kept in HOOKS:
            hooks = getattr(base, kept, None)  # a base may never have called torch's constructor
            if hooks is not None:  # put in directly: it may be a plain dictionary
                hooks[OURS] = Guard(self)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Let the wrapper itself use the base inside the block."""
        was, self._open = self._open, True
        try:
            yield
        finally:
            self._open = was

    def check(self, wrapper: Optimizer) -> None:
        """Raise if groups or state of the base, or of its wrapper, have been replaced."""
        if torch.compiler.is_compiling():  # looking at the state twice would compile every step
            return
        base = self.base
        if wrapper.state is base.state and wrapper.param_groups is base.param_groups:
            return
        rule = "the state or the groups were replaced behind its back"
        raise RuntimeError(f"`{self.name}`: {rule}: load state dicts through {self.name}")

    def refuse(self, loading: bool) -> None:
        """Raise unless the wrapper itself is using the base."""
        if self._open:
            return
        act = "load_state_dict" if loading else "step"
        rule = f"the base was asked behind the back of {self.name}, which would lose x and z"
        raise RuntimeError(f"`base.{act}()`: {rule}: call {self.name}.{act}() instead")


class Guard:
    """The hook on a base; idle once the wrapper is gone, and on copies of the base."""

    def __init__(self, tie: Tie | None = None) -> None:
        self.tie: Callable[[], Tie | None] = (lambda: None) if tie is None else ref(tie)

    def __call__(self, base: Optimizer, first: Any, *rest: Any) -> None:
        """Refuse: called with arguments of `step`, or with a state dict."""
        tie = self.tie()
        if tie is not None and tie.base is base:
            tie.refuse(loading=not rest)

    def __reduce__(self) -> Any:
        """Copy it idle: the copy of a wrapper makes its own."""
        return Guard, ()


def watched(hooks: Iterable[Any]) -> bool:
    """Return whether others than the wrapper have hooked into the base."""
    return any(not isinstance(one, Guard) for one in hooks)
