"""Lightning: whatever evaluates or is deployed sees x, and training goes on at y, bit for bit.

x comes in place for validation (sanity check included) and at the end of a fit, and stays until the
next training batch.  So outside of a fit there is nothing to switch, and weights that are loaded
for a test are tested as they are.  A checkpoint's `state_dict` is x, what one deploys; if y is in
place when it is written, y is beside it under its own key, and comes back when a run is resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gpa_theory.optim.gpa import GPA

CURRENT = "gpa_training_weights"


class Switches:
    """The hooks of the callback, without Lightning's base class."""

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Refuse what would lose x or y in a checkpoint, before there is anything to lose."""
        sharded = any(hasattr(p, "to_local") for p in pl_module.parameters())
        if trainer.checkpoint_callbacks and sharded:
            rule = "Lightning's checkpoints of a sharded model cannot hold both x and y"
            fix = "pass enable_checkpointing=False and save with torch.distributed.checkpoint"
            raise RuntimeError(f"`lightning_callback()`: {rule}: {fix}")
        if any(_between_validations(saver) for saver in _weights_only(trainer)):
            rule = "with save_weights_only=True Lightning asks no callback, and would save y here"
            fix = "save at validations or ends of epochs, or drop save_weights_only"
            raise RuntimeError(f"`lightning_callback()`: {rule}: {fix}")

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, index: int) -> None:
        """Put y back."""
        for opt in optimizers(trainer):
            opt.train()

    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
        """Put x in place; outside of a fit the weights are those to be validated."""
        if trainer.state.fn == "fit":
            self.on_train_end(trainer, pl_module)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Put x in place if a file of weights alone may be written now."""
        if _weights_only(trainer):
            self.on_train_end(trainer, pl_module)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Leave x in the model."""
        for opt in optimizers(trainer):
            opt.eval()

    def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
        """Write x as the `state_dict`, and y under its own key if it is in place.

        If x is in place already, the state of the optimizer has y.
        """
        changed: dict[str, Any] = {}
        for opt in optimizers(trainer):
            changed |= _changed(pl_module, opt.averaged_state_dict(pl_module))
        if changed:
            checkpoint[CURRENT] = checkpoint["state_dict"]
            checkpoint["state_dict"] = {**checkpoint["state_dict"], **changed}

    def on_load_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
        """Give a resumed run the weights it was training; everyone else gets x.

        Lightning has loaded the `state_dict` by now.
        """
        if trainer.state.fn == "fit" and CURRENT in checkpoint:
            pl_module.load_state_dict(checkpoint[CURRENT], strict=pl_module.strict_loading)

    def __reduce__(self) -> Any:
        """Rebuild it in a spawned process: pickle cannot find a class made in a function."""
        return lightning_callback, ()


def lightning_callback() -> Any:
    """Return a Lightning `Callback`; works with `lightning` and with `pytorch_lightning`.

    Several GPA optimizers, and others beside them, are fine.  After an interrupted fit the weights
    are those of the moment: call the optimizer's `eval()` before a test.
    """
    try:
        from lightning.pytorch import Callback  # pyright: ignore[reportMissingImports]
    except ImportError:
        from pytorch_lightning import Callback  # pyright: ignore[reportMissingImports]

    class GPACallback(Switches, Callback):  # pyright: ignore[reportGeneralTypeIssues]
        """Switches every GPA optimizer of the trainer around whatever evaluates."""

    return GPACallback()


def optimizers(trainer: Any) -> Iterator[GPA]:
    """Yield the trainer's GPA optimizers, whatever they are wrapped in."""
    for opt in trainer.optimizers:
        inner = getattr(opt, "optimizer", opt)
        if isinstance(inner, GPA):
            yield inner


def _weights_only(trainer: Any) -> list[Any]:
    return [s for s in trainer.checkpoint_callbacks if getattr(s, "save_weights_only", False)]


def _between_validations(saver: Any) -> bool:
    steps, interval = "_every_n_train_steps", "_train_time_interval"
    return bool(getattr(saver, steps, 0)) or getattr(saver, interval, None) is not None


def _changed(module: Any, averaged: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that an optimizer averages: with several, each owns its own."""
    import torch

    now = module.state_dict()
    return {k: v for k, v in averaged.items() if not torch.equal(v, now[k].to(v.device))}
