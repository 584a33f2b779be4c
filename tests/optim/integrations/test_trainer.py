"""Hugging Face Trainer and accelerate, run for real on a model made from a configuration."""

import os

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim import GPA
from gpa_theory.optim.integrations import trainer_callback
from tests.optim.builders import batch, loss_of, net, same, weights

os.environ.setdefault("HF_HUB_OFFLINE", "1")
transformers = pytest.importorskip("transformers", reason="pip install 'gpa-theory[interop]'")
accelerate = pytest.importorskip("accelerate", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the frameworks' own deprecations
STEPS = 6


def model_of():
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=32,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=16,
    )
    return transformers.LlamaForCausalLM(config)


def rows(n):
    generator = torch.Generator().manual_seed(n)
    tokens = torch.randint(0, 32, (n, 8), generator=generator)
    return [{"input_ids": row, "labels": row} for row in tokens]


def trainer_for(folder, evaluate, callbacks=(), steps=STEPS, **options):
    model = model_of()
    opt = GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9, mu_y=0.7)
    arguments = transformers.TrainingArguments(
        output_dir=str(folder),
        max_steps=steps,
        per_device_train_batch_size=4,
        report_to=[],
        eval_strategy="steps" if evaluate else "no",
        eval_steps=2,
        disable_tqdm=True,
        use_cpu=True,
        seed=0,
        data_seed=0,
        logging_strategy="no",
        lr_scheduler_type="constant",
        **options,
    )
    made = transformers.Trainer(
        model=model,
        args=arguments,
        train_dataset=rows(32),
        eval_dataset=rows(8),
        optimizers=(opt, None),
        callbacks=list(callbacks),
    )
    return made, model, opt


def test_trainer_evaluates_at_x_and_trains_on_as_if_it_had_not(tmp_path):
    """Losses logged in training are x's; the weights are those of a run without evaluation."""
    made, model, opt = trainer_for(tmp_path / "a", True, save_strategy="no")
    made.train()
    opt.train()
    other, plain, _ = trainer_for(tmp_path / "b", False, save_strategy="no")
    other.train()
    assert same(weights(model), weights(plain))
    logged = [entry["eval_loss"] for entry in made.state.log_history if "eval_loss" in entry]
    with opt.averaged():
        at_x = made.evaluate()["eval_loss"]
    assert logged[-1] == pytest.approx(at_x, abs=1e-6)
    opt.train()
    at_y = model(**{k: torch.stack([r[k] for r in rows(8)]) for k in ("input_ids", "labels")}).loss
    assert abs(at_y.item() - at_x) > 1e-3


@pytest.mark.parametrize("evaluate", [True, False])
def test_checkpoints_hold_x_and_resume_exactly(tmp_path, evaluate):
    """With the callback the model file is x, whether an evaluation came before it or not."""
    options = {"save_strategy": "steps", "save_steps": 4, "callbacks": [trainer_callback()]}
    made, model, opt = trainer_for(tmp_path / "a", evaluate, **options)
    made.train()
    opt.train()
    again, resumed, fresh = trainer_for(tmp_path / "a", evaluate, **options)
    again.train(resume_from_checkpoint=str(tmp_path / "a" / "checkpoint-4"))
    saved = model_of().from_pretrained(tmp_path / "a" / "checkpoint-4")
    fresh.train()
    assert same(weights(model), weights(resumed))
    four, at_four, opt_four = trainer_for(tmp_path / "c", False, steps=4, save_strategy="no")
    four.train()
    with opt_four.averaged():
        assert same(weights(saved), weights(at_four))


def test_accelerate_prepares_forwards_and_saves(tmp_path):
    """prepare() before the first step, train()/eval() forwarded, save_state/load_state exact."""
    accelerate.state.AcceleratorState._reset_state(True)
    accelerator = accelerate.Accelerator(cpu=True)

    def prepared(seed):
        model = net(seed, torch.float32)
        return accelerator.prepare(model, GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9))

    def train(model, opt, first):
        for t in range(first, first + 3):
            opt.zero_grad()
            accelerator.backward(model(batch(t, torch.float32)).square().mean())
            opt.step()

    model, opt = prepared(0)
    train(model, opt, 0)
    y = weights(model)
    opt.eval()
    assert not same(weights(model), y)
    opt.train()
    assert same(weights(model), y)
    accelerator.save_state(str(tmp_path))
    train(model, opt, 3)
    expected = weights(model)
    accelerator.load_state(str(tmp_path))
    train(model, opt, 3)
    assert same(weights(model), expected)
    assert loss_of(model, 0).item() > 0
