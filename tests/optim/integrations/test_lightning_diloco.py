"""DiLoCo under Lightning: validated, saved and left at its anchors, resumed inside a block."""

import pytest
import torch
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo
from gpa_theory.optim.integrations import lightning_callback
from tests.optim.builders import batch, net, same, weights

lightning = pytest.importorskip("lightning.pytorch", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the framework's own advice
from tests.optim.integrations.test_lightning import STEPS, Task, fit  # noqa: E402

H = 5  # no multiple of the two steps between validations: most fall inside a block
SAVED = 4


class Local(Task):
    def configure_optimizers(self):
        return DiLoCo(AdamW(self.parameters(), lr=1e-2), inner_steps=H)

    def test_step(self, data, index):
        self.seen.append(weights(self))


def by_hand(steps, more=()):
    model = net(0, torch.float32)
    opt = DiLoCo(AdamW(model.parameters(), lr=1e-2), inner_steps=H)
    for t in (*range(steps), *more):
        opt.zero_grad()
        model(batch(t, torch.float32)).square().mean().backward()
        opt.step()
    return model, opt


def anchors(steps, more=()):
    model, opt = by_hand(steps, more)
    with opt.averaged():
        return weights(model)


def test_validation_is_at_the_anchors_and_leaves_no_trace(tmp_path):
    """As at x with GPA; the inner weights are those of a plain loop."""
    task = Local()
    opt = fit(tmp_path, task)[1]
    assert same(task.seen[-1], anchors(STEPS))
    assert same(weights(task), anchors(STEPS))
    opt.train()
    assert same(weights(task), weights(by_hand(STEPS)[0]))


def test_without_the_callback_validation_is_at_the_inner_weights(tmp_path):
    """The control: inside a block they are not the anchors."""
    task = Local()
    fit(tmp_path, task, callbacks=[])
    assert same(task.seen[-1], weights(by_hand(STEPS)[0]))
    assert not same(task.seen[-1], anchors(STEPS))


def test_a_checkpoint_inside_a_block_holds_the_anchors_and_resumes_exactly(tmp_path):
    """Written after four of five inner steps; the resumed run ends the block as the whole one."""
    saver = lightning.callbacks.ModelCheckpoint(
        tmp_path, "saved", every_n_train_steps=SAVED, save_top_k=-1
    )
    fit(tmp_path, Local(), callbacks=[saver, lightning_callback()])
    found = torch.load(tmp_path / "saved.ckpt", weights_only=False)
    assert same(found["state_dict"].values(), anchors(SAVED))
    resumed = Local(seed=5)
    _, opt = fit(tmp_path, resumed, resume=tmp_path / "saved.ckpt")
    assert same(weights(resumed), anchors(SAVED, (0, 1)))  # Lightning begins the loader anew
    opt.train()
    assert same(weights(resumed), weights(by_hand(SAVED, (0, 1))[0]))


def test_tests_after_a_fit_are_at_the_anchors(tmp_path):
    """The fit has left them in the model."""
    task = Local()
    trainer, _ = fit(tmp_path, task)
    loader = torch.utils.data.DataLoader([batch(0, torch.float32)], None)
    trainer.test(task, loader, verbose=False)
    assert same(task.seen[-1], anchors(STEPS))


def test_validation_between_accumulated_gradients_is_at_the_anchors(tmp_path):
    """Half of a step's gradient is there already; the step is the one without a validation."""
    task, other = Local(), Local()
    halves = {"accumulate_grad_batches": 2, "steps": STEPS // 2}
    opt = fit(tmp_path, task, **halves)[1]
    plain = fit(tmp_path, other, limit_val_batches=0, **halves)[1]
    assert same(weights(task), weights(other))
    opt.train()
    plain.train()
    assert same(weights(task), weights(other))


class Both(Local):
    automatic_optimization = False

    def training_step(self, data, index):
        self.manual_backward(self.net(data).square().mean())
        for opt in self.optimizers():
            opt.step()
            opt.zero_grad()

    def configure_optimizers(self):
        first, last = self.net[0].parameters(), self.net[2].parameters()
        return GPA(AdamW(first, lr=1e-2), mu_x=0.9), DiLoCo(SGD(last, lr=1e-2), inner_steps=H)


def test_beside_gpa_each_shows_its_own(tmp_path):
    """Validation and file hold x of the one and the anchors of the other."""
    task, path = Both(), tmp_path / "both.ckpt"
    trainer, _ = fit(tmp_path, task, steps=2 * SAVED)  # Lightning counts the steps of both
    deployed = weights(task)
    assert same(task.seen[-1], deployed)
    for opt in trainer.optimizers:
        opt.train()
    assert not any(torch.equal(p, q) for p, q in zip(weights(task), deployed, strict=True))
    trainer.save_checkpoint(path)
    assert same(torch.load(path, weights_only=False)["state_dict"].values(), deployed)
