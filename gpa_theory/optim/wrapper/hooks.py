"""Hooks fire once, and see GPA: torch's global step hooks, and the hooks around state dicts.

GPA steps, saves and loads through its base, so torch would run the base's hooks and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch.optim import Optimizer
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks


@contextmanager
def once() -> Iterator[None]:
    """Silence torch's global step hooks inside the block: GPA's own step fires them, once."""
    both = [(_global_optimizer_pre_hooks, {}), (_global_optimizer_post_hooks, {})]
    for hooks, kept in both:
        kept.update(hooks)
        hooks.clear()
    try:
        yield
    finally:
        for hooks, kept in both:
            hooks.update(kept)


def saved_by(opt: Optimizer, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the state dict that `make` makes, with the hooks registered on `opt` around it."""
    for before in opt._optimizer_state_dict_pre_hooks.values():
        before(opt)
    found = make()
    for after in opt._optimizer_state_dict_post_hooks.values():
        changed = after(opt, found)
        found = found if changed is None else changed
    return found


def before_loading(opt: Optimizer, state_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what to load: a shallow copy that the hooks registered on `opt` have seen."""
    state_dict = dict(state_dict)
    for before in opt._optimizer_load_state_dict_pre_hooks.values():
        changed = before(opt, state_dict)
        state_dict = state_dict if changed is None else changed
    return state_dict


def after_loading(opt: Optimizer) -> None:
    """Run the hooks registered on `opt` that want to see the loaded state."""
    for after in opt._optimizer_load_state_dict_post_hooks.values():
        after(opt)
