"""Lightning: whatever evaluates or is deployed sees x, and training goes on at y, bit for bit.

x comes in place for validation (sanity check included) and at the end of a fit, and stays until the
next training batch.  So outside of a fit there is nothing to switch, and weights that are loaded
for a test are tested as they are.  A checkpoint's `state_dict` is x, what one deploys; if y is in
place when it is written, y is beside it under its own key, and comes back when a run is resumed.
All this holds for DiLoCo as well: its x are the anchors, its y the inner weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import torch

from gpa_theory.optim.diloco.optimizer import DiLoCo
from gpa_theory.optim.gpa import GPA
from gpa_theory.optim.integrations.statistics import Statistics
from gpa_theory.optim.wrapper.readout import replaced

CURRENT = "gpa_training_weights"
ASIDE = "gpa_training_statistics"  # BatchNorm's at y, if those of x are in place

OTHER_AVERAGES = {"WeightAveraging", "StochasticWeightAveraging"}  # Lightning's own callbacks


class Switches:
    """The hooks of the callback, without Lightning's base class."""

    def __init__(self, recalibrate: Iterable[Any] | None = None) -> None:
        self._statistics = Statistics("lightning_callback()", recalibrate)
        self._unrounded: Mapping[str, Any] = {}

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
        """Forget an earlier fit."""
        self._statistics.resume({}, {})
        self._unrounded = {}

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Refuse what would lose x or y, before there is anything to lose.

        The module has its precision now: weights that were rounded when a checkpoint was loaded are
        loaded once more.
        """
        for rule, fix in _refusals(trainer, pl_module):
            raise RuntimeError(f"`lightning_callback()`: {rule}: {fix}")
        if self._unrounded:
            pl_module.load_state_dict(self._unrounded, strict=pl_module.strict_loading)
            self._unrounded = {}

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, index: int) -> None:
        """Put y back."""
        for opt in optimizers(trainer):
            opt.train()
            self._statistics.warn(pl_module)
        self._statistics.at_y(pl_module)

    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
        """Put x in place; outside of a fit the weights are those to be validated."""
        if trainer.state.fn == "fit":
            self.on_train_end(trainer, pl_module)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Put x in place if a file of weights alone may be written now."""
        if _weights_only(trainer):
            self.on_train_end(trainer, pl_module)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Put x in place if a file of weights alone may be written of a fit that failed."""
        fitting = trainer.state.fn == "fit"
        if fitting:
            self.on_train_epoch_end(trainer, pl_module)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Leave x in the model, with BatchNorm's statistics taken there if that was asked for."""
        averaging = list(optimizers(trainer))
        for opt in averaging:
            opt.eval()
        if averaging and not trainer.sanity_checking:  # before the first step x is y
            self._statistics.at_x(pl_module, lambda batch: _read(trainer, batch))

    def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
        """Write x as the `state_dict`, and y under its own key if it is in place.

        If x is in place already, the state of the optimizer has y.
        """
        changed: dict[str, Any] = {}
        for opt in optimizers(trainer):
            at_x = replaced("lightning_callback()", pl_module, opt.averages())
            changed |= _changed(pl_module, at_x)
        aside = self._statistics.aside()
        if aside:
            checkpoint[ASIDE] = aside
        elif changed:
            changed = {**changed, **self._taken(trainer, pl_module)}
        if changed:
            checkpoint[CURRENT] = checkpoint["state_dict"]
            checkpoint["state_dict"] = {**checkpoint["state_dict"], **changed}

    def _taken(self, trainer: Any, pl_module: Any) -> dict[str, Any]:
        with ExitStack() as at_x:
            for opt in optimizers(trainer):
                at_x.enter_context(opt.averaged())
            return self._statistics.taken(pl_module, lambda batch: _read(trainer, batch))

    def on_load_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
        """Give a resumed run the weights it was training; everyone else gets x.

        Lightning has loaded the `state_dict` by now.
        """
        if trainer.state.fn != "fit":
            return
        trained = checkpoint.get(CURRENT, checkpoint["state_dict"])
        if CURRENT in checkpoint:
            pl_module.load_state_dict(trained, strict=pl_module.strict_loading)
        if _rounded(pl_module, trained):
            self._unrounded = trained
        self._statistics.resume(checkpoint.get(ASIDE, {}), checkpoint["state_dict"])

    def __reduce__(self) -> Any:
        """Rebuild it in a spawned process: pickle cannot find a class made in a function."""
        return lightning_callback, (self._statistics.batches,)


def lightning_callback(recalibrate: Iterable[Any] | None = None) -> Any:
    """Return a Lightning `Callback`; works with `lightning` and with `pytorch_lightning`.

    Several GPA or DiLoCo optimizers, and others beside them, are fine.  After an interrupted fit
    the weights are those of the moment: call the optimizer's `eval()` before a test.  So they are
    in a file that you write between two validations by `save_checkpoint(…, weights_only=True)`:
    Lightning asks no callback then.

    BatchNorm's statistics belong to y.  With `recalibrate`, batches of training data in a loader of
    their own, they are taken anew whenever x comes in place or is saved, as by `recalibrated`: the
    module's `forward` is called on each batch, or on its first entry if it is a tuple.  Without it
    a model with BatchNorm is evaluated with those of y, and a warning says so.
    """
    try:
        from lightning.pytorch import Callback  # pyright: ignore[reportMissingImports]
    except ImportError:
        from pytorch_lightning import Callback  # pyright: ignore[reportMissingImports]

    class GPACallback(Switches, Callback):  # pyright: ignore[reportGeneralTypeIssues]
        """Switches every GPA or DiLoCo optimizer of the trainer around whatever evaluates."""

    return GPACallback(recalibrate)


def optimizers(trainer: Any) -> Iterator[GPA | DiLoCo]:
    """Yield the trainer's optimizers that average, whatever they are wrapped in."""
    for opt in trainer.optimizers:
        inner = getattr(opt, "optimizer", opt)
        if isinstance(inner, GPA | DiLoCo):
            yield inner


def _refusals(trainer: Any, module: Any) -> Iterator[tuple[str, str]]:
    """Yield what would put other weights in x's place, or save y for x: what, and the way out."""
    if trainer.checkpoint_callbacks and any(hasattr(p, "to_local") for p in module.parameters()):
        rule = "Lightning's checkpoints of a sharded model cannot hold both x and y"
        fix = "pass enable_checkpointing=False and save with torch.distributed.checkpoint"
        yield rule, fix
    if any(_between_validations(saver) for saver in _weights_only(trainer)):
        rule = "with save_weights_only=True Lightning asks no callback, and would save y here"
        yield rule, "save at validations or ends of epochs, or drop save_weights_only"
    for other in trainer.callbacks:
        if not OTHER_AVERAGES.isdisjoint(kind.__name__ for kind in type(other).__mro__):
            rule = f"{type(other).__name__} would evaluate or leave an average of y instead of x"
            yield (
                rule,
                "use one of the two; `optim.ema` and `optim.polyak` average without feedback",
            )


def _weights_only(trainer: Any) -> list[Any]:
    return [s for s in trainer.checkpoint_callbacks if getattr(s, "save_weights_only", False)]


def _between_validations(saver: Any) -> bool:
    steps, interval = "_every_n_train_steps", "_train_time_interval"
    return bool(getattr(saver, steps, 0)) or getattr(saver, interval, None) is not None


def _changed(module: Any, averaged: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that an optimizer averages: with several, each owns its own."""
    now = module.state_dict()
    return {k: v for k, v in averaged.items() if not torch.equal(v, now[k].to(v.device))}


def _rounded(module: Any, loaded: Mapping[str, Any]) -> bool:
    """Return whether a weight of the module is of another type than the one it was loaded from."""
    now = module.state_dict()
    types = {k: getattr(value, "dtype", None) for k, value in loaded.items()}
    return any(k in now and getattr(now[k], "dtype", None) != types[k] for k in types)


def _read(trainer: Any, batch: Any) -> Any:
    """Return a batch in the precision and on the device of the trainer."""
    return trainer.strategy.batch_to_device(trainer.precision_plugin.convert_input(batch))
