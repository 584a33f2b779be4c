"""Loading a state dict into a wrapper and its base: checked first, copied whole, or not at all.

torch asks neither whether a state dict belongs to these parameters (see `matching`) nor whether the
weights are those that the state was saved beside; `Marks` do, once both have been loaded.
"""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from torch.optim import Optimizer

from gpa_theory.core.validation import refuse
from gpa_theory.optim.wrapper import hooks
from gpa_theory.optim.wrapper.fingerprint import differ, fingerprint
from gpa_theory.optim.wrapper.matching import check_form, check_matches, keyed_by_name
from gpa_theory.optim.wrapper.restoring import held, kept_on_failure, restore
from gpa_theory.optim.wrapper.tie import LOADING, watched

MARK = "gpa_weights"
_MARK = re.compile(r"([a-z][a-z0-9_]*-)*-?\d+(:[0-9a-f]+)?")
Group = Mapping[str, Any]


class Marks:
    """The marks of the weights that a loaded state belongs to, until they have been compared."""

    def __init__(self, marks: list[tuple[str | None, bool]] | None = None) -> None:
        self._marks = marks  # of every group, and whether its order counts

    @staticmethod
    def marked(base: Optimizer) -> dict[str, Any]:
        """Return the state dict of `base`, each group with the mark of its weights in place."""
        found = base.state_dict()
        both = zip(found["param_groups"], base.param_groups, strict=True)
        marked = [{**saved, MARK: fingerprint(group["params"])} for saved, group in both]
        return {**found, "param_groups": marked}

    @staticmethod
    def expected_by(call: str, loaded: dict[str, Any]) -> Marks:
        """Take the marks out of a state dict that is about to be loaded."""
        groups, marks = loaded["param_groups"], []
        for group in groups:
            mark = group.get(MARK)
            if mark is not None and not (isinstance(mark, str) and _MARK.fullmatch(mark)):
                raise refuse(call, MARK, f"must be a mark that was saved here, not {mark!r}")
            marks.append((mark, not keyed_by_name(group)))
        loaded["param_groups"] = [{k: g[k] for k in g if k != MARK} for g in groups]
        return Marks(marks)

    def confirm(self, call: str, groups: list[dict[str, Any]]) -> None:
        """Raise if a state was loaded and these are not the weights that it was saved beside."""
        if self._marks is None:
            return
        for (mark, placed), group in zip(self._marks, groups, strict=False):
            found = fingerprint(group["params"])
            if not differ(mark, found, placed=placed):
                continue
            rule = "the weights in place are not those that this state was saved beside"
            fix = "save model and optimizer at one moment, both while training or both while"
            out = f"evaluating (or drop {MARK!r} from its groups if that is what you want)"
            if not differ(mark, found, placed=False):
                rule = "the weights in place have another order than those saved with this state"
                fix, out = "give the optimizer its parameters in the saved order", f"({MARK!r})"
            raise RuntimeError(f"`{call}.load_state_dict()`: {rule}: {fix} {out}")
        self._marks = None


def load(
    opt: Any,
    state_dict: Mapping[str, Any],
    *,
    shaped: tuple[str, ...],
    complete: Callable[[Group, Group], dict[str, Any]],
) -> Marks:
    """Load into the base of `opt` what its own hooks leave of the state dict; return its marks.

    `shaped` are the wrapper's entries in the shape of their parameter, the first of them in its
    type too; `complete` checks and returns the wrapper's keys of a group, from the saved group and
    the present one.  Whatever is refused, or fails, leaves base and wrapper as they were.
    """
    call = f"{type(opt).__name__}.load_state_dict()"
    check_form(call, state_dict)
    loaded = hooks.before_loading(opt, dict(state_dict))
    check_form(call, loaded)
    loaded["param_groups"] = copy.deepcopy(list(loaded["param_groups"]))
    marks = Marks.expected_by(call, loaded)
    check_matches(opt, loaded, shaped)
    base = opt.base
    both = list(zip(loaded["param_groups"], base.param_groups, strict=True))
    names = "param_names"  # the optimizer's own stay: the saved ones may have another order
    own = [{names: now[names]} if names in now else {} for _, now in both]
    full = [{**theirs, **complete(theirs, now)} for theirs, now in both]
    full = [{**group, **kept} for group, kept in zip(full, own, strict=True)]
    entries = held(base, loaded["state"], watched(getattr(base, LOADING, {}).values()))
    with kept_on_failure(base):
        with opt._tie.open():
            base.load_state_dict({**loaded, "param_groups": full, "state": entries})
        restore(base.param_groups, base.state, loaded, shaped[0])
    return marks


def follow(
    defaults: dict[str, Any], groups: list[dict[str, Any]], constants: tuple[tuple[str, ...], ...]
) -> None:
    """Let the defaults, which a group that is added later takes, follow the loaded groups.

    Constants that belong together are replaced together: if no loaded group has them any more.
    """
    for keys in constants:
        own = tuple(defaults[key] for key in keys)
        loaded = [tuple(group[key] for key in keys) for group in groups]
        if not loaded or own in loaded:
            continue
        if any(found != loaded[0] for found in loaded):
            rule = f"groups added later take {dict(zip(keys, own, strict=True))}"
            warnings.warn(f"{rule}, which no loaded group has", stacklevel=3)
            continue
        defaults.update(zip(keys, loaded[0], strict=True))
