"""Lightning: validation at x, training at y; checkpoints hold both."""

import lightning.pytorch as pl
import torch

from gpa_theory.optim import GPA
from gpa_theory.optim.integrations import lightning_callback


class Task(pl.LightningModule):
    """A small regression."""

    def __init__(self):
        super().__init__()
        self.net = torch.nn.Linear(8, 1)

    def training_step(self, x, index):
        """Return the loss."""
        return (self.net(x).squeeze() - x.sum(1)).square().mean()

    def validation_step(self, x, index):
        """Log the loss, taken at x."""
        self.log("val", self.training_step(x, index), batch_size=len(x))

    def configure_optimizers(self):
        """Return GPA like any other optimizer."""
        return GPA(torch.optim.AdamW(self.parameters(), lr=3e-2), mu_x=0.9, mu_y=0.9)


data = torch.utils.data.DataLoader([torch.randn(64, 8) for _ in range(100)], batch_size=None)
quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
trainer = pl.Trainer(max_epochs=1, callbacks=[lightning_callback()], accelerator="cpu", **quiet)
trainer.fit(Task(), data, data)
print(f"loss at x: {trainer.callback_metrics['val']:.4f}")
