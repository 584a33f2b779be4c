"""The base's step between the two halves of ours: z is put in place for it, whatever happens then.

A base of torch's own is stepped in place.  Any other may leave a step out, step a list of its own,
or take every entry of its state for its own: there y is kept, δ is hidden, and what it has done is
looked at afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from torch.optim import Optimizer

from gpa_theory.optim.step.groups import DELTA
from gpa_theory.optim.step.masters import MASTER, stand_ins
from gpa_theory.optim.step.passage import Passage, uncover, undo
from gpa_theory.optim.step.watch import Watch, steps_always


def around(base: Optimizer, watch: Watch, step: Callable[[], None]) -> list[Passage]:
    """Return, group by group, the passages of what the base has stepped, to be covered.

    `step` steps the base.  If it raises, the parameters hold y again, not z, and those in their
    first step are as they were.
    """
    careful = not steps_always(base)
    passages = [uncover(group, base.state, careful) for group in base.param_groups]
    marks = watch.marks(passages, base.state) if careful else []
    masters = {p: z for one in passages for p, z in one.masters.items()}
    try:
        with entries_hidden(base) if careful else nullcontext(), stand_ins(base, masters):
            step()
    except BaseException:
        if careful:
            passages = watch.settled(base, passages, marks)
        for group, under_way in zip(base.param_groups, passages, strict=True):
            undo(under_way, group)
        raise
    return watch.settled(base, passages, marks) if careful else passages


@contextmanager
def entries_hidden(base: Optimizer) -> Iterator[None]:
    """Take our entries out of the base's state while it steps."""
    hidden = {}
    for p, own in base.state.items():
        hidden[p] = {key: own.pop(key) for key in (DELTA, MASTER) if key in own}
    for p in [p for p in hidden if not base.state[p]]:
        del base.state[p]  # a base that has kept nothing yet may ask whether there is an entry
    try:
        yield
    finally:
        for p, own in hidden.items():  # into what may be another dictionary by now
            if own:
                base.state.setdefault(p, {}).update(own)
