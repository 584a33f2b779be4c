"""Trainer with DiLoCo and with BatchNorm: evaluated and saved is what is deployed."""

import warnings

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA, DiLoCo, recalibrated
from gpa_theory.optim.integrations import trainer_callback
from tests.optim.builders import same, weights

transformers = pytest.importorskip("transformers", reason="pip install 'gpa-theory[interop]'")
pytest.importorskip("accelerate", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the frameworks' own deprecations
STEPS, SAVED = 6, 3


class Regression(nn.Module):
    """Called as Trainer calls models: with keyword arguments, and it returns its loss."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))
        self.seen = []

    def forward(self, x, labels):
        if not self.training:
            self.seen.append(held(self))
        found = self.net(x).squeeze(-1)
        return {"loss": (found - labels).square().mean(), "logits": found}


def held(model):
    return [value.clone() for value in model.state_dict().values()]


def rows(n, seed):
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(n, 4, generator=generator)
    return [{"x": x, "labels": x.sum()} for x in drawn]


def gpa(model):
    return GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.7)


def diloco(model):
    return DiLoCo(AdamW(model.parameters(), lr=1e-2), inner_steps=4)


CALIBRATION = torch.utils.data.DataLoader(
    rows(32, 5), batch_size=16, collate_fn=transformers.default_data_collator
)


def run(folder, make, callbacks, resume=None, **options):
    model = Regression()
    opt = make(model)
    often = {"eval_strategy": "steps", "eval_steps": SAVED, "save_strategy": "steps"}
    arguments = transformers.TrainingArguments(
        output_dir=str(folder),
        max_steps=STEPS,
        per_device_train_batch_size=8,
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        seed=0,
        data_seed=0,
        logging_strategy="no",
        lr_scheduler_type="constant",
        save_steps=SAVED,
        **{**often, **options},
    )
    made = transformers.Trainer(
        model=model,
        args=arguments,
        train_dataset=rows(64, 1),
        eval_dataset=rows(8, 2),
        optimizers=(opt, None),
        callbacks=list(callbacks),
    )
    made.train(resume_from_checkpoint=resume)
    return made, model, opt


def file_of(folder):
    from safetensors.torch import load_file

    return load_file(folder / f"checkpoint-{SAVED}" / "model.safetensors")


def named(model):
    return [name for name, _ in model.named_parameters()]


@pytest.mark.parametrize("evaluating", [True, False])
def test_diloco_is_evaluated_and_saved_at_its_anchors(tmp_path, evaluating):
    """Three steps into a block of four the anchors are where it began; the resumed run is whole."""
    options = {} if evaluating else {"eval_strategy": "no"}
    _, model, opt = run(tmp_path, diloco, [trainer_callback()], **options)
    begun = weights(Regression())
    found = file_of(tmp_path)
    assert same([found[name] for name in named(model)], begun)
    if evaluating:
        assert same(model.seen[0][:2], begun[:2])
    resume = str(tmp_path / f"checkpoint-{SAVED}")
    _, again, other = run(tmp_path / "b", diloco, [trainer_callback()], resume, **options)
    assert same(weights(again), weights(model))
    assert not same(weights(again), begun)
    opt.train()
    other.train()
    assert same(weights(again), weights(model))


def test_without_the_callback_a_file_holds_the_inner_weights(tmp_path):
    """The control: what Trainer writes is what is in place."""
    run(tmp_path, diloco, [], eval_strategy="no")
    found = file_of(tmp_path)
    assert not torch.equal(found["net.0.weight"], Regression().net[0].weight)


def expected(steps):
    """Return x and its statistics after some steps of the run with nothing around it."""

    class Reads(transformers.TrainerCallback):
        def on_step_end(self, args, state, control, model, optimizer, **rest):
            if state.global_step == steps:
                inputs = [batch["x"] for batch in CALIBRATION]
                with recalibrated(optimizer.optimizer, model.net, inputs):
                    self.x = held(model)
                self.y = held(model)

    return Reads()


class Watch(transformers.TrainerCallback):
    """Sees the weights and statistics of training, before those of x are put in place."""

    def on_optimizer_step(self, args, state, control, model, **rest):
        self.y = held(model)


def test_evaluation_and_file_have_statistics_of_x(tmp_path):
    """Those that `recalibrated` takes; in training nothing is changed by it."""
    plain, end = expected(SAVED), expected(STEPS)
    off = {"eval_strategy": "no", "save_strategy": "no"}
    run(tmp_path / "plain", gpa, [plain, end], **off)
    watch = Watch()
    _, model, _ = run(tmp_path, gpa, [trainer_callback(CALIBRATION), watch])
    assert same(model.seen[0], plain.x)
    found = file_of(tmp_path)
    assert same([found[name] for name in model.state_dict()], plain.x)
    assert same(held(model), end.x)
    assert same(watch.y, end.y)


def test_an_evaluation_without_a_file_has_them_too(tmp_path):
    """Nothing is saved, at that step or ever."""
    plain = expected(SAVED)
    run(tmp_path / "plain", gpa, [plain], eval_strategy="no", save_strategy="no")
    _, model, _ = run(tmp_path, gpa, [trainer_callback(CALIBRATION)], save_strategy="no")
    assert same(model.seen[0], plain.x)


def test_they_are_left_in_the_model_at_the_end(tmp_path):
    """With x, also where the run ends with neither an evaluation nor a file."""
    off = {"eval_strategy": "no", "save_strategy": "no"}
    plain = expected(STEPS)
    run(tmp_path / "plain", gpa, [plain], **off)
    _, model, _ = run(tmp_path, gpa, [trainer_callback(CALIBRATION)], **off)
    assert same(held(model), plain.x)


def test_the_best_model_keeps_the_statistics_of_its_x(tmp_path):
    """They are in its file and are not replaced when it is loaded at the end."""
    best = {"load_best_model_at_end": True, "metric_for_best_model": "loss"}
    made, model, _ = run(tmp_path, gpa, [trainer_callback(CALIBRATION)], **best)
    step = int(made.state.best_model_checkpoint.rpartition("-")[2])
    plain = expected(step)
    run(tmp_path / "plain", gpa, [plain], eval_strategy="no", save_strategy="no")
    assert same(held(model), plain.x)


def told_by(folder, *callbacks, **options):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        run(folder, gpa, callbacks, **options)
    return [str(w.message) for w in told if "trainer_callback()" in str(w.message)]


def test_without_batches_the_statistics_of_y_are_said(tmp_path):
    """Once; and not if they are taken anew."""
    told = told_by(tmp_path / "a", trainer_callback())
    assert len(told) == 1
    assert "pass recalibrate=batches" in told[0]
    assert not told_by(tmp_path / "b", trainer_callback(CALIBRATION))


class Asks(transformers.TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        control.should_save = True


@pytest.mark.parametrize("first", [True, False])
def test_a_file_with_y_in_it_is_said(tmp_path, first):
    """A callback after ours asks for a checkpoint when y is in place; before ours all is well."""
    asked = {"eval_strategy": "no", "save_strategy": "no"}
    both = [Asks(), trainer_callback(CALIBRATION)]
    told = told_by(tmp_path, *(both if first else both[::-1]), **asked)
    assert len(told) == (0 if first else STEPS)
    assert all("with the training weights in place" in one for one in told)
