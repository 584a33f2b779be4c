"""An optimizer around another: one list of groups and one state, whoever looks at them.

So schedulers, hooks, gradient scaling and checkpoints see one optimizer.  What `GPA` and `DiLoCo`
do alike is here: groups that come later, loading, copies, reading the averaged weights out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.optim.step.groups import EVAL, TRAIN
from gpa_theory.optim.wrapper import hooks
from gpa_theory.optim.wrapper.foreign import ForeignGradients
from gpa_theory.optim.wrapper.loading import Marks, follow, load
from gpa_theory.optim.wrapper.readout import averaged_into
from gpa_theory.optim.wrapper.tie import Tie, tied


class Sharing(Optimizer):
    """An optimizer that shares groups and state with its `base`."""

    mode: ClassVar[str]  # the key of a group that says which weights are in place
    shaped: ClassVar[tuple[str, ...]]  # entries in the shape of their parameter
    together: ClassVar[tuple[tuple[str, ...], ...]]  # keys of a group that say one thing
    base: Optimizer
    _marks: Marks
    _tie: Tie
    _foreign: ForeignGradients

    def eval(self) -> None:
        """Put the averaged weights in place."""
        raise NotImplementedError

    def train(self) -> None:
        """Put the training weights in place."""
        raise NotImplementedError

    def averages(self) -> dict[Tensor, Tensor]:
        """Return a copy of the average of every parameter that has one, whichever is in place."""
        raise NotImplementedError

    def _own(
        self, group: Mapping[str, Any], defaults: Mapping[str, Any], mode: str
    ) -> dict[str, Any]:
        """Return the wrapper's own keys of a group, completed and checked, its parameters too."""
        raise NotImplementedError

    def _begin(self, marks: Marks, kept: dict[Tensor, Tensor]) -> None:
        """Set up what is no part of a state dict, with what is kept while averages are in place."""
        self._marks, self._tie, self._foreign = marks, tied(self, self.base), ForeignGradients()

    def _resume(self) -> None:
        """Go on in the mode of the groups, after loading or as a copy."""
        for group in self.param_groups:
            if group[self.mode] == EVAL:
                self._foreign.watch(group["params"])

    def _share(self) -> None:
        """Point groups and state at the base's own, so that there is one of each."""
        self.param_groups, self.state = self.base.param_groups, self.base.state

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group to the base; it may carry constants of its own."""
        if not hasattr(self, "base"):  # torch's constructor, before there is anything to share
            super().add_param_group(param_group)
            return
        self.base.add_param_group(dict(param_group))
        try:
            self._adopt(self.base.param_groups[-1])
        except ValueError:
            del self.base.param_groups[-1]
            raise

    def _adopt(self, group: dict[str, Any]) -> None:
        """Complete a group that the base has got, in the mode of the others."""
        mode = self.param_groups[0][self.mode]
        group.update(self._own(group, self.defaults, mode))
        if mode == EVAL:
            self._foreign.watch(group["params"])

    def _attend(self) -> None:
        """Take note of what was done to the base alone and to the weights; refuse what is wrong."""
        self._tie.check(self)
        for group in self.param_groups:
            if self.mode not in group:  # it was added to the base
                self._adopt(group)
        self._marks.confirm(type(self).__name__, self.param_groups)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Have the averaged weights in place inside the block.

        The training weights come back bit for bit, also after an exception.
        """
        was_training = any(g.get(self.mode, TRAIN) == TRAIN for g in self.param_groups)
        self.eval()
        try:
            yield
        finally:
            if was_training:
                self.train()

    def averaged_state_dict(
        self, model: torch.nn.Module, others: Optimizer | Iterable[Optimizer] = ()
    ) -> dict[str, Any]:
        """Return a copy of the model's state dict with averaged weights; the model is left alone.

        ValueError if trainable parameters belong neither to this optimizer nor to `others`.  Of
        those, optimizers with averages give them, any other the weights as they are.
        """
        return averaged_into(self, model, others)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of the base's parameters."""
        self.base.zero_grad(set_to_none)
        self._foreign.forget()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Load a state dict of this class, or of the bare base: then averaging begins here.

        ValueError if it is of another wrapper, or of other parameters (number, names, shapes); then
        the optimizer is as it was.  Nothing is shared with the state dict.  Weights and state must
        be of one moment, mode and order: that is checked at the next step or switch, when both have
        been loaded.  Groups added later take the loaded constants.
        """
        marks = load(self, state_dict, shaped=self.shaped, complete=self._completed)
        self._share()
        self._begin(marks, {})
        self._resume()
        follow(self.defaults, self.param_groups, self.together)
        hooks.after_loading(self)

    def _completed(self, saved: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
        return self._own({**saved, "params": now["params"]}, {**self.defaults, **now}, TRAIN)

    def __getstate__(self) -> dict[str, Any]:
        own = {"base": self.base, "_marks": self._marks, "_kept": self._kept()}
        return {**super().__getstate__(), **own}

    def _kept(self) -> dict[Tensor, Tensor]:
        """Return what a copy needs to put the training weights back, bit for bit."""
        raise NotImplementedError

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({key: value for key, value in state.items() if key != "_kept"})
        self._begin(self._marks, state.get("_kept", {}))
        self._resume()
