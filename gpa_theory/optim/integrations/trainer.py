"""Hugging Face Trainer: a checkpoint's model file holds x, its optimizer file the way back to y.

Trainer and accelerate call `train()` and `eval()` of any optimizer that has them, so evaluation is
at x without this callback (at the anchors, with DiLoCo).  But a checkpoint holds whatever is in
place when it is written: x right after an evaluation, y otherwise.  With this callback it is always
x, and so is the model that is saved after training; a resumed run continues from y, bit for bit.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from torch import nn

from gpa_theory.optim.integrations.statistics import Statistics


def trainer_callback(recalibrate: Iterable[Any] | None = None) -> Any:
    """Return a `transformers.TrainerCallback` that has x in place whenever something is saved.

    Give it after callbacks of your own that ask for checkpoints: Trainer calls them in order, and
    a file that was written with y in it is warned of.

    BatchNorm's statistics belong to y.  With `recalibrate`, batches of training data in a loader of
    their own, they are taken anew whenever x comes in place for an evaluation or a file; a resumed
    run goes on from these.  A batch is what the model is called with: keyword arguments if it is a
    mapping, else one argument, the first entry of a tuple.  Without `recalibrate` a model with
    BatchNorm is evaluated with the statistics of y, and a warning says so.
    """
    from transformers import TrainerCallback  # pyright: ignore[reportMissingImports]

    statistics = Statistics("trainer_callback()", recalibrate)

    class SavesAverages(TrainerCallback):
        """Puts x in place for checkpoints and at the end; Trainer itself goes back to y."""

        def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Put the statistics of y back; Trainer is about to do so with y itself."""
            statistics.at_y(Called(kwargs["model"]))

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Switch to x if a file or an evaluation follows; the next step begins with train()."""
            statistics.warn(kwargs["model"])
            if control.should_save or control.should_evaluate:
                _deploy(statistics, args, kwargs)

        def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Switch to x, which is left in the model after the last epoch.

            Trainer then may load the best model: an x, which must not be taken for a y.
            """
            kwargs["optimizer"].eval()
            ends = control.should_training_stop or state.global_step >= state.max_steps
            if ends or control.should_save or control.should_evaluate:
                _deploy(statistics, args, kwargs)

        def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Warn if y was in place when the file was written."""
            groups = kwargs["optimizer"].param_groups
            if any("train" in (g.get("gpa_mode"), g.get("diloco_mode")) for g in groups):
                told = "a checkpoint has just been written with the training weights in place"
                fix = "give this callback after those that ask for checkpoints"
                warnings.warn(f"`trainer_callback()`: {told}: {fix}", UserWarning, stacklevel=2)

    return SavesAverages()


class Called(nn.Module):
    """A model that is called with one batch, as Trainer would call it."""

    def __init__(self, model: nn.Module, device: Any = None) -> None:
        super().__init__()
        self.model, self.device = model, device

    def forward(self, batch: Any) -> Any:
        """Call the model."""
        if isinstance(batch, Mapping):
            return self.model(**{k: _moved(v, self.device) for k, v in batch.items()})
        return self.model(_moved(batch, self.device))


def _deploy(statistics: Statistics, args: Any, kwargs: Mapping[str, Any]) -> None:
    kwargs["optimizer"].eval()
    statistics.at_x(Called(kwargs["model"], args.device), lambda batch: batch)


def _moved(value: Any, device: Any) -> Any:
    return value.to(device) if hasattr(value, "to") else value
