"""BatchNorm in training loops of others: with x come its own statistics, with y come y's."""

import warnings

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA, recalibrated
from gpa_theory.optim.integrations import lightning_callback
from gpa_theory.optim.integrations.statistics import Statistics
from tests.optim.builders import batch, same

lightning = pytest.importorskip("lightning.pytorch", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the framework's own advice
from tests.optim.integrations.test_lightning import STEPS, Task, fit  # noqa: E402

SAVED = 4
CALIBRATION = [batch(t, torch.float32) for t in range(100, 103)]
ModelCheckpoint = lightning.callbacks.ModelCheckpoint


def normed(seed=0):
    torch.manual_seed(seed)
    layers = nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 3)
    return nn.Sequential(*layers)


def held(model):
    return [value.clone() for value in model.state_dict().values()]


class Normed(Task):
    """The batch is the same at every step: Lightning begins the loader anew on resuming."""

    def __init__(self, seed=0):
        super().__init__(seed)
        self.net = normed(seed)

    def forward(self, data):
        return self.net(data)

    def training_step(self, data, index):
        torch.manual_seed(self.global_step)  # dropout
        return self.net(batch(0, torch.float32)).square().mean()

    def validation_step(self, data, index):
        self.seen.append(held(self))


def by_hand(steps):
    model = normed()
    opt = GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.7)
    for t in range(steps):
        torch.manual_seed(t)
        opt.zero_grad()
        model(batch(0, torch.float32)).square().mean().backward()
        opt.step()
    return model, opt


def at_x(steps):
    model, opt = by_hand(steps)
    with recalibrated(opt, model, CALIBRATION):
        return held(model)


def test_lightning_validates_with_statistics_of_x(tmp_path):
    """Those that `recalibrated` takes, and they are left in the model at the end."""
    task = Normed()
    fit(tmp_path, task, callbacks=[lightning_callback(CALIBRATION)])
    assert same(task.seen[-1], at_x(STEPS))
    assert same(held(task), at_x(STEPS))


class AtTheEnd(lightning.Callback):
    def on_train_batch_end(self, trainer, pl_module, *rest):
        if trainer.global_step == STEPS:
            self.y = held(pl_module)


def test_it_leaves_no_trace_in_training(tmp_path):
    """Weights and statistics of y are those of a plain loop after three validations."""
    watch = AtTheEnd()
    fit(tmp_path, Normed(), callbacks=[watch, lightning_callback(CALIBRATION)])
    assert same(watch.y, held(by_hand(STEPS)[0]))


def test_without_batches_the_statistics_of_y_are_evaluated_and_said(tmp_path):
    """The control: x with the statistics of y, and one warning, which names the way out."""
    task = Normed()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fit(tmp_path, task)
    assert not same(task.seen[-1], at_x(STEPS))
    ours = [w for w in told if "recalibrate=batches" in str(w.message)]
    assert len(ours) == 1


@pytest.mark.parametrize("kind", [Task, Normed])
def test_nothing_is_said_where_nothing_is_wrong(tmp_path, kind):
    """A model without BatchNorm, and one whose statistics are taken anew."""
    batches = CALIBRATION if kind is Normed else None
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fit(tmp_path, kind(), callbacks=[lightning_callback(batches)])
    assert not any("recalibrate" in str(w.message) for w in told)


def test_frozen_statistics_are_no_matter():
    """A layer in evaluation mode collects nothing at y."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Statistics("f()", None).warn(normed().eval())
    with pytest.warns(UserWarning, match="training weights"):
        Statistics("f()", None).warn(normed())


class InValidation(lightning.Callback):
    def __init__(self, path):
        self.path = path

    def on_validation_epoch_end(self, trainer, pl_module):
        if trainer.global_step == SAVED:
            trainer.save_checkpoint(self.path)


@pytest.mark.parametrize("validating", [True, False])
def test_a_file_holds_the_statistics_of_x_and_a_resumed_run_has_those_of_y(tmp_path, validating):
    """Whichever was in place when it was written."""
    stepwise = ModelCheckpoint(tmp_path, "saved", every_n_train_steps=SAVED, save_top_k=-1)
    saver = InValidation(tmp_path / "saved.ckpt") if validating else stepwise
    fit(tmp_path, Normed(), callbacks=[saver, lightning_callback(CALIBRATION)])
    found = torch.load(tmp_path / "saved.ckpt", weights_only=False)
    assert same(found["state_dict"].values(), at_x(SAVED))
    watch, resumed = AtTheEnd(), Normed(seed=5)
    callbacks = [watch, lightning_callback(CALIBRATION)]
    fit(tmp_path, resumed, resume=tmp_path / "saved.ckpt", callbacks=callbacks)
    assert same(watch.y, held(by_hand(STEPS)[0]))


def test_what_was_loaded_meanwhile_stays():
    """Statistics that someone put there while x was in place are not overwritten by those of y."""
    model, statistics = normed(), Statistics("f()", CALIBRATION)
    model(batch(0, torch.float32))
    own = held(model)
    statistics.at_x(model, lambda read: read)
    moved = held(model)
    statistics.at_y(model)
    assert not same(moved, own)
    assert same(held(model), own)
    statistics.at_x(model, lambda read: read)
    model[1].running_mean.fill_(3.0)
    statistics.at_y(model)
    assert bool((model[1].running_mean == 3.0).all())
    assert torch.equal(model[1].running_var, own[5])
