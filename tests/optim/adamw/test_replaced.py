"""Whatever is replaced, moved or reshaped between two fused steps is seen by the second."""

import copy
import pickle

import pytest
import torch
from torch import nn

from gpa_theory.optim import GPAAdamW
from gpa_theory.optim.step import native
from tests.optim.adamw.fused import distance, fused, general, needs_compiler, walk_alike, weights
from tests.tolerances import FUSED_FLOAT32, FUSED_FLOAT64

pytestmark = needs_compiler
SHAPES = [(6, 5), (4, 4), (7,), (), (300,)]


def entries(p, opt):
    return {name: t for name, t in opt.state[p].items() if name != "step"}


def another_storage(moved, opt):
    moved[4].data = 2 * moved[4].data


def another_storage_of_the_state(moved, opt):
    for t in entries(moved[4], opt).values():
        t.data = 2 * t.data


def away_and_back(moved, opt):
    kept = {name: t.data.float() for name, t in entries(moved[4], opt).items()}
    for name, t in entries(moved[4], opt).items():
        t.data = kept[name].double()


def other_entries(moved, opt):
    for name, t in entries(moved[2], opt).items():
        opt.state[moved[2]][name] = 3 * t


def another_dict(moved, opt):
    opt.state[moved[2]] = {name: 3 * t for name, t in opt.state[moved[2]].items()}


def swapped_states(moved, opt):
    pair = (moved[4], nn.Parameter(moved[4].detach().clone()))
    opt.param_groups[0]["params"][4] = moved[4] = pair[1]
    opt.state[pair[1]] = {name: t.clone() for name, t in opt.state.pop(pair[0]).items()}


def transposed_where_it_lies(moved, opt):
    moved[1].data = moved[1].data.t()


def another_layout(moved, opt):
    moved[0].data = moved[0].data.contiguous()


def a_state_in_another_layout(moved, opt):
    own = opt.state[moved[1]]
    own["exp_avg"].data = own["exp_avg"].data.t()


def counts_in_another_type(moved, opt):
    opt.state[moved[2]]["step"] = opt.state[moved[2]]["step"].double()


def an_earlier_checkpoint(moved, opt):
    saved = copy.deepcopy(opt.state_dict())
    walk_alike(moved, opt, 2, first=40)
    for group in saved["param_groups"]:
        del group["gpa_weights"]  # on purpose: other weights than it was saved beside
    opt.load_state_dict(saved)


def another_group(moved, opt):
    moved.append(nn.Parameter(torch.ones(5, dtype=torch.float64)))
    opt.add_param_group({"params": moved[-1], "lr": 0.05, "mu_y": 0.2})


def one_parameter_less(moved, opt):
    del moved[2], opt.param_groups[0]["params"][2]


def another_order(moved, opt):
    opt.param_groups[0]["params"].reverse()


def there_and_back(moved, opt):
    opt.eval()
    opt.train()


def capturable(moved, opt):
    if isinstance(opt, GPAAdamW):  # torch's AdamW refuses that on a CPU
        opt.param_groups[0]["capturable"] = True


def an_observer_for_a_while(moved, opt):
    handle = opt.base.register_step_pre_hook(lambda *_: None)
    walk_alike(moved, opt, 1, first=30)
    handle.remove()


CHANGES = [
    another_storage,
    another_storage_of_the_state,
    away_and_back,
    other_entries,
    another_dict,
    swapped_states,
    transposed_where_it_lies,
    another_layout,
    a_state_in_another_layout,
    counts_in_another_type,
    an_earlier_checkpoint,
    another_group,
    one_parameter_less,
    another_order,
    there_and_back,
    capturable,
    an_observer_for_a_while,
]
BY_ADDRESS = [another_storage, another_storage_of_the_state, other_entries, another_dict]
BY_ADDRESS += [swapped_states, an_earlier_checkpoint, another_order]


def apart(change):
    """Return how far the fused run is from the general one, three steps after the change."""
    start = weights(shapes=SHAPES)
    runs = general(start), fused(start, "compile")
    for moved, opt in runs:
        walk_alike(moved, opt, 3)
        change(moved, opt)
        walk_alike(moved, opt, 3, first=3)
    (a, general_form), (b, opt) = runs
    assert opt.plan() == ("compile", "nothing is in the way")
    return distance(a, general_form, b, opt)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_between_steps_is_seen(change):
    """The run goes on as that of GPA around AdamW does."""
    tolerance = FUSED_FLOAT32 if change is capturable else FUSED_FLOAT64
    assert apart(change) <= tolerance


def test_a_hook_registered_between_steps_is_called():
    """The fused path gives way at once to who wants to see the base step."""
    moved, opt = fused(weights(shapes=SHAPES), "compile")
    walk_alike(moved, opt, 3)
    seen = []
    opt.base.register_step_post_hook(lambda *_: seen.append(1))
    walk_alike(moved, opt, 2, first=3)
    assert seen == [1, 1]


def remembering():
    """Return a `native.call` that looks at gradients anew, but goes where the others first were."""
    true, first = native.call, {}

    def call(name, columns, *constants):
        key = (name, len(columns[0]))
        # Other tensors on the same memory: it stays valid, and does not follow a new `.data`.
        here = first.setdefault(key, [[t.detach() for t in column] for column in columns])
        true(name, [here[0], columns[1], *here[2:]], *constants)

    return call


@pytest.mark.parametrize("change", BY_ADDRESS)
def test_a_step_that_remembers_addresses_is_found(change, monkeypatch):
    """The comparison can fail: with addresses kept from the first steps, each of these does."""
    monkeypatch.setattr(native, "call", remembering())
    assert apart(change) > FUSED_FLOAT64


def test_moved_to_another_type():
    """With `.data` in float32 the state follows, and the steps are those of float32."""
    start = weights(shapes=SHAPES)
    (a, exact), (b, opt) = fused(start, "compile"), fused(start, "compile")
    walk_alike(a, exact, 3)
    walk_alike(b, opt, 3)
    for p in b:
        p.data, p.grad = p.data.float(), None
    walk_alike(a, exact, 3, first=3)
    walk_alike(b, opt, 3, first=3)
    assert {t.dtype for p in b for t in opt.state[p].values()} == {torch.float32}
    assert distance(a, exact, b, opt) <= FUSED_FLOAT32


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_a_copy_has_a_memory_of_its_own(copied):
    """Steps of a copy move the copy alone, and are those that the original takes later."""
    moved, opt = fused(weights(shapes=SHAPES), "compile")
    walk_alike(moved, opt, 3)
    before = [p.detach().clone() for p in moved]
    others, twin = copied((moved, opt))
    walk_alike(others, twin, 3, first=3)
    assert all(torch.equal(p, w) for p, w in zip(moved, before, strict=True))
    walk_alike(moved, opt, 3, first=3)
    assert distance(moved, opt, others, twin) == 0.0
