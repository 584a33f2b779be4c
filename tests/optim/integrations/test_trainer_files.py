"""What the Trainer callback is for: files that hold x, and best models that stay what they were."""

import pytest
import torch

from gpa_theory.optim.integrations import trainer_callback
from tests.optim.builders import same, weights

transformers = pytest.importorskip("transformers", reason="pip install 'gpa-theory[interop]'")
pytest.importorskip("accelerate", reason="pip install 'gpa-theory[interop]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # the frameworks' own deprecations
from tests.optim.integrations.test_trainer import STEPS, model_of, trainer_for  # noqa: E402


class StopsEarly(transformers.TrainerCallback):
    """Ends training between two evaluations, as a time budget does."""

    def on_step_end(self, args, state, control, **kwargs):
        control.should_training_stop = state.global_step == 5


def with_best_model(folder, *callbacks):
    """Return the trainer after a run that ended by loading its best model, and the model."""
    options = {"load_best_model_at_end": True, "metric_for_best_model": "loss"}
    saving = {"save_strategy": "steps", "save_steps": 2, "callbacks": callbacks}
    made, model, _ = trainer_for(folder, True, **options, **saving)
    made.train()
    return made, model, weights(model_of().from_pretrained(made.state.best_model_checkpoint))


@pytest.mark.parametrize("first", [True, False])
def test_the_best_model_stays_what_it_was(tmp_path, first):
    """Loaded at the end, wherever training stopped, it is x of its step, and is evaluated as x."""
    both = [trainer_callback(), StopsEarly()]
    made, model, best = with_best_model(tmp_path, *(both if first else reversed(both)))
    assert same(weights(model), best)
    made.evaluate()
    assert same(weights(model), best)


def test_without_the_callback_the_best_model_is_moved(tmp_path):
    """The control: Trainer loads x where y was, and its own evaluation goes to x once more."""
    made, model, best = with_best_model(tmp_path, StopsEarly())
    made.evaluate()
    assert not same(weights(model), best)


def saved_at_end_of_epoch(folder, *callbacks):
    made, model, opt = trainer_for(folder, False, save_strategy="epoch", callbacks=callbacks)
    made.train()
    opt.train()
    y = weights(model)
    with opt.averaged():
        x = weights(model)
    return weights(model_of().from_pretrained(folder / f"checkpoint-{STEPS}")), x, y


def test_a_checkpoint_of_an_epoch_holds_x(tmp_path):
    """No evaluation came before it."""
    found, x, _ = saved_at_end_of_epoch(tmp_path, trainer_callback())
    assert same(found, x)


def test_without_the_callback_it_holds_y(tmp_path):
    """The control: what Trainer writes is what is in place."""
    found, x, y = saved_at_end_of_epoch(tmp_path)
    assert same(found, y)
    assert not any(torch.equal(p, q) for p, q in zip(found, x, strict=True))


def test_the_final_model_is_x(tmp_path):
    """`save_model()` after training writes x, as does whoever takes the model from there."""
    made, model, opt = trainer_for(
        tmp_path, False, save_strategy="no", callbacks=[trainer_callback()]
    )
    made.train()
    made.save_model(tmp_path / "final")
    at_x = weights(model)
    assert same(weights(model_of().from_pretrained(tmp_path / "final")), at_x)
    opt.train()
    with opt.averaged():
        assert same(weights(model), at_x)
    assert not same(weights(model), at_x)
