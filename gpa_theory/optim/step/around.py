"""The base's step between the two halves of ours: z is put in place for it, whatever happens then.

A base of torch's own is stepped in place.  Any other may leave a step out, step a list of its own,
or take every entry of its state for its own: there y is kept, δ is hidden, and what it has done is
looked at afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.optim.step.groups import DELTA
from gpa_theory.optim.step.masters import MASTER, is_half, stand_ins
from gpa_theory.optim.step.passage import Passage, as_they_are, settle, uncover, undo
from gpa_theory.optim.step.watch import Watch, hooked


def around(base: Optimizer, watch: Watch, step: Callable[[], None]) -> list[Passage]:
    """Return, group by group, the passages of what the base has stepped, to be covered.

    `step` steps the base.  If it raises, the parameters hold y again, not z, and those in their
    first step are as they were.
    """
    careful = watch.looks(base)
    passages: list[Passage] = []
    marks = []
    try:
        for group in base.param_groups:
            passages.append(uncover(group, base.state, careful))
        marks = watch.marks(passages, base.state) if careful else []
        masters = {p: z for one in passages for p, z in one.masters.items()}
        with (
            entries_hidden(base, (DELTA, MASTER)) if careful else nullcontext(),
            stand_ins(base, masters),
            _capturable_where_it_can_be(base),
        ):
            step()
    except BaseException:
        if marks:
            passages = watch.settled(base, passages, marks)
        elif careful:
            passages = [settle(one, [True] * len(one.parameters)) for one in passages]
        # Fewer passages than groups: a later group could not be uncovered.
        for group, under_way in zip(base.param_groups, passages, strict=False):
            undo(under_way, group)
        raise
    return watch.settled(base, passages, marks) if careful else passages


def stepped(
    base: Optimizer, watch: Watch, step: Callable[[], None], ours: tuple[str, ...]
) -> list[list[Tensor]]:
    """Have the base step the parameters as they are; return, group by group, which it has stepped.

    `ours` are the entries of the state that the base must not take for its own.
    """
    moving = [[p for p in g["params"] if p.grad is not None] for g in base.param_groups]
    if not watch.looks(base):
        with _capturable_where_it_can_be(base):
            step()
        return moving
    passages = [as_they_are(parameters) for parameters in moving]
    marks = watch.marks(passages, base.state)
    with entries_hidden(base, ours), _capturable_where_it_can_be(base):
        step()
    return [one.parameters for one in watch.settled(base, passages, marks)]


def traceable(base: Optimizer, watch: Watch, entry: str = DELTA) -> bool:
    """Return whether the compiler may trace the next step; if not, it has to be made eagerly.

    State is made eagerly, as torch's own optimizers make theirs; the compiler knows no optimizer
    whose groups hold stand-ins; a traced step of the base fires no hook of its own; and whether a
    base leaves a step out is seen only by asking it.
    `entry` is what the state of a parameter holds once it has been made.
    """
    if watch.careful or "step" in vars(base) or hooked(base, "pre", "post"):
        return False
    moving = [p for group in base.param_groups for p in group["params"] if p.grad is not None]
    return all(entry in base.state.get(p, ()) and not is_half(p) for p in moving)


def _capturable_where_it_can_be(base: Optimizer) -> AbstractContextManager[None]:
    """Take back, for an eager step, what torch's compiler has written into groups on a CPU."""
    return nullcontext() if torch.compiler.is_compiling() else _not_on_cpu(base)


@contextmanager
def _not_on_cpu(base: Optimizer) -> Iterator[None]:
    marked = [g for g in base.param_groups if g.get("capturable") and _on_cpu(g["params"])]
    for group in marked:
        group["capturable"] = False
    try:
        yield
    finally:
        for group in marked:
            group["capturable"] = True


def _on_cpu(parameters: list[Tensor]) -> bool:
    return any(p.is_cpu for p in parameters)


@contextmanager
def entries_hidden(base: Optimizer, ours: tuple[str, ...]) -> Iterator[None]:
    """Take our entries out of the base's state while it steps."""
    hidden = {}
    for p, own in base.state.items():
        hidden[p] = {key: own.pop(key) for key in ours if key in own}
    for p in [p for p in hidden if not base.state[p]]:
        del base.state[p]  # a base that has kept nothing yet may ask whether there is an entry
    try:
        yield
    finally:
        for p, own in hidden.items():  # into what may be another dictionary by now
            if own:
                base.state.setdefault(p, {}).update(own)
