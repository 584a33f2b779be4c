"""Lightning converts the module after loading a checkpoint: every precision resumes exactly."""

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim import DiLoCo
from gpa_theory.optim.integrations import lightning_callback
from tests.optim.builders import batch, same, weights

lightning = pytest.importorskip("lightning.pytorch", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the framework's own advice
from tests.optim.integrations.test_lightning import STEPS, Task, fit  # noqa: E402

SAVED = 3


class Same(Task):
    """The batch is the same at every step: Lightning begins the loader anew on resuming."""

    def training_step(self, data, index):
        return self.net(batch(0, self.net[0].weight.dtype)).square().mean()


class Local(Same):
    def configure_optimizers(self):
        return DiLoCo(AdamW(self.parameters(), lr=1e-2), inner_steps=4)


class Saves(lightning.Callback):
    """Saves after a step, with y in place, or in a validation, with x."""

    def __init__(self, path, validating):
        self.path, self.validating = path, validating

    def on_train_batch_end(self, trainer, pl_module, *rest):
        if trainer.global_step == SAVED and not self.validating:
            trainer.save_checkpoint(self.path)

    def on_validation_epoch_end(self, trainer, pl_module):
        if trainer.global_step == SAVED + 1 and self.validating:
            trainer.save_checkpoint(self.path)


def resumed_and_whole(folder, kind, precision, validating):
    path = folder / "saved.ckpt"
    whole, resumed = kind(), kind(seed=5)
    callbacks = [Saves(path, validating), lightning_callback()]
    fit(folder, whole, callbacks=callbacks, precision=precision)
    fit(folder, resumed, resume=path, precision=precision)
    return weights(resumed), weights(whole), path


KINDS = ["64-true", "bf16-true", "16-true", "bf16-mixed", "16-mixed"]


@pytest.mark.parametrize("validating", [True, False])
@pytest.mark.parametrize("precision", KINDS)
def test_a_resumed_run_is_the_whole_one(tmp_path, precision, validating):
    """Bit for bit, whether x or y was in place when the file was written."""
    resumed, whole, _ = resumed_and_whole(tmp_path, Same, precision, validating)
    assert same(resumed, whole)


def test_diloco_in_double_precision_resumes_as_well(tmp_path):
    """Its inner weights are rounded by Lightning's loading no less than y is."""
    resumed, whole, _ = resumed_and_whole(tmp_path, Local, "64-true", False)
    assert same(resumed, whole)
    assert resumed[0].dtype == torch.float64


class Bare(Same):
    def configure_optimizers(self):
        return AdamW(self.parameters(), lr=1e-2)


def test_without_the_callback_double_precision_is_rounded(tmp_path):
    """The control: Lightning itself loads into float32 weights and converts them then."""
    _, whole, path = resumed_and_whole(tmp_path, Bare, "64-true", False)
    bare = Bare(seed=5)
    fit(tmp_path, bare, resume=path, callbacks=[], precision="64-true")
    assert bare.net[0].weight.dtype == torch.float64
    assert not same(weights(bare), whole)


def test_a_second_fit_is_not_given_the_weights_of_an_earlier_checkpoint(tmp_path):
    """What was kept to be loaded once more is dropped with its run."""
    path, callback = tmp_path / "saved.ckpt", lightning_callback()
    fit(tmp_path, Same(), callbacks=[Saves(path, False), callback], precision="64-true")
    fit(tmp_path, Same(seed=5), resume=path, callbacks=[callback], precision="64-true")
    again, other = Same(seed=7), Same(seed=7)
    fit(tmp_path, again, callbacks=[callback], precision="64-true", steps=STEPS)
    fit(tmp_path, other, precision="64-true", steps=STEPS)
    assert same(weights(again), weights(other))
