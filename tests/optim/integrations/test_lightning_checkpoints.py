"""Lightning's checkpoints, whenever they are written: x to deploy, y to go on from."""

import inspect
import pickle
from types import SimpleNamespace

import pytest
import torch
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA
from gpa_theory.optim.integrations import lightning_callback
from gpa_theory.optim.integrations.lightning import CURRENT, Switches
from tests.optim.builders import batch, same, weights

lightning = pytest.importorskip("lightning.pytorch", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the framework's own advice
from tests.optim.integrations.test_lightning import STEPS, Task, by_hand, fit  # noqa: E402

SAVED = 4
AGAIN = (0, 1)  # a resumed run goes on like this: Lightning begins a plain data loader anew
ModelCheckpoint = lightning.callbacks.ModelCheckpoint


class WithTest(Task):
    def test_step(self, data, index):
        self.seen.append(weights(self))


class SavesInValidation(lightning.Callback):
    def __init__(self, path):
        self.path = path

    def on_validation_epoch_end(self, trainer, pl_module):
        if trainer.global_step == SAVED:
            trainer.save_checkpoint(self.path)


def x_of(steps, more=()):
    model, opt = by_hand(steps, more)
    with opt.averaged():
        return weights(model)


def written(folder, when):
    """Return the path of a checkpoint after four steps, written in that moment."""
    path = folder / "saved.ckpt"
    stepwise = ModelCheckpoint(folder, "saved", every_n_train_steps=SAVED, save_top_k=-1)
    savers = {"step": [stepwise], "validation": [SavesInValidation(path)], "end": []}
    callbacks = [*savers[when], lightning_callback()]
    steps = SAVED if when == "end" else STEPS
    trainer, _ = fit(folder, Task(), steps=steps, callbacks=callbacks)
    if when == "end":
        trainer.save_checkpoint(path)
    return path


def state_of(path):
    return list(torch.load(path, weights_only=False)["state_dict"].values())


@pytest.mark.parametrize("when", ["step", "validation", "end"])
def test_a_checkpoint_holds_x_and_resumes_exactly(tmp_path, when):
    """Written in a step, in a validation or after the fit: x, and the resumed run is the whole."""
    path = written(tmp_path, when)
    assert same(state_of(path), x_of(SAVED))
    resumed = Task(seed=5)
    _, opt = fit(tmp_path, resumed, resume=path)
    assert same(weights(resumed), x_of(SAVED, AGAIN))
    opt.train()
    assert same(weights(resumed), weights(by_hand(SAVED, AGAIN)[0]))


def test_a_checkpoint_that_lost_y_is_refused(tmp_path):
    """The control: without the training weights the state is beside other weights than its own."""
    path = written(tmp_path, "step")
    found = torch.load(path, weights_only=False)
    del found[CURRENT]
    torch.save(found, path)
    with pytest.raises(RuntimeError, match="not those that this state was saved beside"):
        fit(tmp_path, Task(seed=5), resume=path)


def test_loaded_weights_are_tested_as_they_are(tmp_path):
    """`fit`, then `test(ckpt_path=…)`, or weights put there by hand: nothing is added."""
    path, task = written(tmp_path, "step"), WithTest()
    trainer, _ = fit(tmp_path, task)
    loader = torch.utils.data.DataLoader([batch(0, torch.float32)], None)
    trainer.test(task, loader, verbose=False)
    assert same(task.seen[-1], x_of(STEPS))
    trainer.test(task, loader, ckpt_path=path, verbose=False)
    assert same(task.seen[-1], x_of(SAVED))
    for opt in trainer.optimizers:  # as after a fit that was interrupted
        opt.train()
    task.load_state_dict(Task(seed=8).state_dict())
    trainer.validate(task, loader, verbose=False)
    assert same(task.seen[-1], weights(Task(seed=8)))


@pytest.mark.parametrize("validating", [True, False])
def test_weights_alone_are_x(tmp_path, validating):
    """A file without optimizer state, written after a validation or an epoch, holds x."""
    saver = ModelCheckpoint(tmp_path, "alone", save_weights_only=True)
    limit = {"limit_val_batches": 1.0 if validating else 0}
    fit(tmp_path, Task(), callbacks=[lightning_callback(), saver], **limit)
    assert same(state_of(tmp_path / "alone.ckpt"), x_of(STEPS))


def test_weights_alone_between_validations_are_refused(tmp_path):
    """No callback is asked then, and y would be written: said before the first step."""
    saver = ModelCheckpoint(tmp_path, save_weights_only=True, every_n_train_steps=2)
    with pytest.raises(RuntimeError, match="would save y here"):
        fit(tmp_path, Task(), callbacks=[lightning_callback(), saver])


class Fails(lightning.Callback):
    def on_train_batch_end(self, trainer, *rest):
        if trainer.global_step == SAVED:
            raise InterruptedError


@pytest.mark.skipif(
    "save_on_exception" not in inspect.signature(ModelCheckpoint).parameters,
    reason="this release of Lightning saves nothing when a fit fails",
)
@pytest.mark.parametrize("alone", [True, False])
def test_what_is_saved_of_a_failed_fit_is_x(tmp_path, alone):
    """With the optimizer's state, where the callback is asked, and without it, where it is not."""
    saver = ModelCheckpoint(tmp_path, "failed", save_on_exception=True, save_weights_only=alone)
    with pytest.raises(InterruptedError):
        fit(tmp_path, Task(), callbacks=[lightning_callback(), saver, Fails()])
    assert same(state_of(tmp_path / "failed.ckpt"), x_of(SAVED))


def other_averages():
    made = [lightning.callbacks.StochasticWeightAveraging(1e-2, swa_epoch_start=1)]
    if hasattr(lightning.callbacks, "EMAWeightAveraging"):  # in newer releases
        made.append(lightning.callbacks.EMAWeightAveraging())
    return made


@pytest.mark.parametrize("other", other_averages(), ids=lambda other: type(other).__name__)
def test_another_average_is_refused(tmp_path, other):
    """It would be evaluated, or left in the model, in place of x; nothing is trained."""
    task = Task()
    with pytest.raises(RuntimeError, match="an average of y instead of x: use one of the two"):
        fit(tmp_path, task, callbacks=[other, lightning_callback()])
    assert same(weights(task), weights(Task()))


class Two(Task):
    automatic_optimization = False

    def training_step(self, data, index):
        loss = self.net(data).square().mean()
        self.manual_backward(loss)
        for opt in self.optimizers():
            opt.step()
            opt.zero_grad()

    def configure_optimizers(self):
        first, last = self.net[0].parameters(), self.net[2].parameters()
        return GPA(AdamW(first, lr=1e-2), mu_x=0.9), GPA(SGD(last, lr=1e-2), mu_x=0.8)


def test_several_optimizers_each_average_their_own(tmp_path):
    """The `state_dict` is x of both, not x of one and y of the other."""
    task, path = Two(), tmp_path / "two.ckpt"
    trainer, opt = fit(tmp_path, task)
    at_x = weights(task)
    for opt in trainer.optimizers:
        opt.train()
    assert not any(torch.equal(p, x) for p, x in zip(weights(task), at_x, strict=True))
    trainer.save_checkpoint(path)
    assert same(state_of(path), at_x)


class Partial(Task):
    strict_loading = False

    def on_save_checkpoint(self, checkpoint):
        for part in ("state_dict", CURRENT):
            checkpoint.get(part, {}).pop("net.0.bias", None)


def test_modules_that_save_a_part_load_a_part(tmp_path):
    """`strict_loading = False` holds for the training weights as well."""
    saver = ModelCheckpoint(tmp_path, "part", every_n_train_steps=SAVED, save_top_k=-1)
    fit(tmp_path, Partial(), callbacks=[lightning_callback(), saver])
    resumed = Partial(seed=5)
    with pytest.raises(RuntimeError, match="saved beside"):  # the bias is another: rightly refused
        fit(tmp_path, resumed, resume=tmp_path / "part.ckpt")
    assert same(weights(resumed)[2:], weights(by_hand(SAVED)[0])[2:])


def test_sharded_models_are_refused_where_a_checkpoint_would_be_half():
    """Their `state_dict` is not what one process could write beside another."""
    shard = SimpleNamespace(to_local=None)
    model = SimpleNamespace(parameters=lambda: [shard])
    with pytest.raises(RuntimeError, match="sharded"):
        Switches().on_fit_start(SimpleNamespace(checkpoint_callbacks=[None], callbacks=[]), model)
    Switches().on_fit_start(SimpleNamespace(checkpoint_callbacks=[], callbacks=[]), model)


class WithBuffer(Task):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.register_buffer("rows", torch.tensor(3.0))


def test_what_is_not_averaged_is_saved_as_well(tmp_path):
    """Buffers are in the `state_dict`, as they are."""
    saver = ModelCheckpoint(tmp_path, "all", every_n_train_steps=SAVED, save_top_k=-1)
    fit(tmp_path, WithBuffer(), callbacks=[lightning_callback(), saver])
    found = torch.load(tmp_path / "all.ckpt", weights_only=False)["state_dict"]
    assert found.pop("rows") == 3
    assert same(found.values(), x_of(SAVED))


def test_the_callback_goes_into_a_spawned_process():
    """It can be pickled, and is a callback again."""
    copy = pickle.loads(pickle.dumps(lightning_callback()))
    assert isinstance(copy, lightning.Callback)
    assert isinstance(copy, Switches)
