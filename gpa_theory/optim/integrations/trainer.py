"""Hugging Face Trainer: a checkpoint's model file holds x, its optimizer file the way back to y.

Trainer and accelerate call `train()` and `eval()` of any optimizer that has them, so evaluation is
at x without this callback.  But a checkpoint holds whatever is in place when it is written: x right
after an evaluation, y otherwise.  With this callback it is always x, and so is the model that is
saved after training; a resumed run continues from y, bit for bit.
"""

from __future__ import annotations

from typing import Any


def trainer_callback() -> Any:
    """Return a `transformers.TrainerCallback` that has x in place whenever something is saved.

    Give it after callbacks of your own that ask for checkpoints: Trainer calls them in order.
    """
    from transformers import TrainerCallback  # pyright: ignore[reportMissingImports]

    class SavesAverages(TrainerCallback):
        """Puts x in place for checkpoints and at the end; Trainer itself goes back to y."""

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Switch to x if this step ends in a checkpoint; the next step begins with train()."""
            if control.should_save:
                kwargs["optimizer"].eval()

        def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            """Switch to x, which is left in the model after the last epoch.

            Trainer then may load the best model: an x, which must not be taken for a y.
            """
            kwargs["optimizer"].eval()

    return SavesAverages()
