"""Lightning, run for real: validation at x, training at y."""

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim import GPA
from gpa_theory.optim.integrations import lightning_callback
from tests.optim.builders import batch, net, same, weights

lightning = pytest.importorskip("lightning.pytorch", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the framework's own advice
STEPS = 6


class Task(lightning.LightningModule):
    def __init__(self, seed=0):
        super().__init__()
        self.net = net(seed, torch.float32)
        self.seen = []

    def training_step(self, data, index):
        return self.net(data).square().mean()

    def validation_step(self, data, index):
        self.seen.append([p.detach().clone() for p in self.parameters()])

    def configure_optimizers(self):
        return GPA(AdamW(self.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.7)


def fit(folder, task, steps=STEPS, resume=None, callbacks=None, **options):
    data = torch.utils.data.DataLoader([batch(t, torch.float32) for t in range(STEPS)], None)
    trainer = lightning.Trainer(
        max_steps=steps,
        default_root_dir=folder,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accelerator="cpu",
        val_check_interval=2,
        callbacks=[lightning_callback()] if callbacks is None else callbacks,
        **options,
    )
    trainer.fit(task, data, data, ckpt_path=resume)
    return trainer, trainer.optimizers[0]


def by_hand(steps, more=()):
    model = net(0, torch.float32)
    opt = GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.7)
    for t in (*range(steps), *more):
        opt.zero_grad()
        model(batch(t, torch.float32)).square().mean().backward()
        opt.step()
    return model, opt


def test_validation_is_at_x_and_leaves_no_trace(tmp_path):
    """Sanity check and validation see x; the trained weights are those of a plain loop."""
    task = Task()
    trained = fit(tmp_path, task)[1]
    model, opt = by_hand(STEPS)
    with opt.averaged():
        assert same(task.seen[-1], weights(model))
    assert same(task.seen[0], weights(net(0, torch.float32)))
    trained.train()
    assert same(weights(task), weights(model))


def test_without_the_callback_validation_is_at_y(tmp_path):
    """The control: Lightning itself does not know train() and eval() of an optimizer."""
    task = Task()
    fit(tmp_path, task, callbacks=[])
    assert same(task.seen[-1], weights(by_hand(STEPS)[0]))
