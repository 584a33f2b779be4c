"""Lightning: validation, test and prediction at x, training at y; checkpoints hold both.

A checkpoint's `state_dict` is x, what one deploys; the training weights are beside it under their
own key, and come back when a run is resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gpa_theory.optim.gpa import GPA

CURRENT = "gpa_training_weights"


def lightning_callback() -> Any:
    """Return a Lightning `Callback`; works with `lightning` and with `pytorch_lightning`."""
    try:
        from lightning.pytorch import Callback  # pyright: ignore[reportMissingImports]
    except ImportError:
        from pytorch_lightning import Callback  # pyright: ignore[reportMissingImports]

    class GPACallback(Callback):
        """Switches every GPA optimizer of the trainer around whatever evaluates."""

        def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
            """Put x in place, for the sanity check too."""
            for opt in optimizers(trainer):
                opt.eval()

        def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
            """Put y back."""
            for opt in optimizers(trainer):
                opt.train()

        on_test_start = on_predict_start = on_validation_start
        on_test_end = on_predict_end = on_validation_end

        def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
            """Write x as the `state_dict`, and the weights in place under their own key."""
            checkpoint[CURRENT] = checkpoint["state_dict"]
            averaged = dict(checkpoint["state_dict"])
            for opt in optimizers(trainer):
                averaged |= _changed(pl_module, opt.averaged_state_dict(pl_module))
            checkpoint["state_dict"] = averaged

        def on_load_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
            """Give a resumed run the weights it was training; anyone else has x.

            Lightning has loaded the `state_dict` by now.
            """
            if trainer.state.fn == "fit" and CURRENT in checkpoint:
                pl_module.load_state_dict(checkpoint[CURRENT])

    return GPACallback()


def optimizers(trainer: Any) -> Iterator[GPA]:
    """Yield the trainer's GPA optimizers, whatever they are wrapped in."""
    for opt in trainer.optimizers:
        inner = getattr(opt, "optimizer", opt)
        if isinstance(inner, GPA):
            yield inner


def _changed(module: Any, averaged: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that an optimizer averages: with several, each owns its own."""
    import torch

    now = module.state_dict()
    return {k: v for k, v in averaged.items() if not torch.equal(v, now[k].to(v.device))}
