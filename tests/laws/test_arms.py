"""The laws of an arm; every row of `ARMS` is held to them, whoever adds it."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from experiments.arms import ARMS, arm_named
from experiments.canvas import COLORS
from experiments.models.bigram import Bigram
from experiments.workloads import load
from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from tests.laws.places import missing, ready, text_of
from tests.tolerances import PARITY_FLOAT64

README = Path(__file__).resolve().parents[2] / "experiments" / "README.md"
STEPS, LR = 20, 0.02
BASE = {"beta1": 0.6, "beta2": 0.95, "eps": 1e-8, "weight_decay": 0.1}
WORK = load("llama-bytes", width=12, layers=1, heads=2, length=8, val=8)  # it has hidden matrices
# What each arm is, as the core's recursion: settings, and the method they stand for.
REFERENCES = {
    "adamw": ({}, GPA(Exponential(0.0), 0.0)),
    "gpa": ({"mu_x": 0.8, "mu_y": 0.7}, GPA(Exponential(0.8), 0.7)),
    "gpa-muon": ({"mu_x": 0.8, "mu_y": 0.7}, GPA(Exponential(0.8), 0.7)),
    "schedule-free": ({"mu_y": 0.7}, GPA(Uniform(), 0.7)),
    "ema": ({"decay": 0.8}, GPA(Exponential(0.8), 0.0)),
    "nesterov": ({"mu": 0.8}, GPA(Exponential(0.8), 0.8)),
    "diloco": (
        {"inner_steps": 1, "outer_lr": 0.2, "outer_momentum": 0.8, "weight_decay": 0.0},
        GPA(Exponential(0.8), 0.8),
    ),
}
every = pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
referenced = pytest.mark.parametrize("name", ready(ARMS, REFERENCES))


def gradient(model, t):
    """Leave in the model the gradients of the loss of step t, where it is."""
    model.zero_grad()
    WORK.loss(model, WORK.stream([3], 8).batch(t)).sum().backward()


def put(model, flat):
    torch.nn.utils.vector_to_parameters(flat.clone(), model.parameters())


def flat(model):
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach().clone()


def bare(arm):
    """Return the arm's base optimizer alone, as an arm."""
    return replace(arm, wrap=lambda base, settings: base, sequence="y")


def begun(arm, settings):
    model = WORK.model([3], torch.float64)
    known = {k: v for k, v in BASE.items() if k in arm.settings}
    return model, arm.build(model, model.decayed(), {**known, **settings}, [LR])


def trained(arm, settings, first=0, steps=STEPS, made=None):
    """Return y_t (where gradients are taken) of every step, and what the arm deploys at the end."""
    model, opt = made or begun(arm, settings)
    points = []
    for t in range(first, first + steps):
        points.append(flat(model))
        gradient(model, t)
        opt.step()
    with arm.evaluating(opt):
        return torch.stack(points), flat(model)


def expected(arm, settings, method):
    """Return y_t, x and the next y of the core's recursion, in which the arm's base moves z."""
    model, base = begun(bare(arm), {k: v for k, v in settings.items() if k in BASE})
    probe = WORK.model([3], torch.float64)

    def step(t, z, y):
        put(probe, y)
        gradient(probe, t - 1)
        put(model, z)
        for p, q in zip(model.parameters(), probe.parameters(), strict=True):
            p.grad = q.grad
        base.step()
        return flat(model)

    found = list(run(method, flat(model), step, STEPS + 1))
    points = torch.stack([y for y, _ in found])
    return points[:STEPS], found[STEPS][1].x, points[STEPS]


def near(a, b):
    return torch.allclose(a, b, rtol=0, atol=PARITY_FLOAT64)


@referenced
def test_an_arm_is_the_method_its_words_say(name):
    """Gradients at y, the base with β1 and decay on z, and what is deployed: x, or the next y."""
    arm, (settings, method) = ARMS[name], REFERENCES[name]
    points, deployed = trained(arm, settings)
    y, x, next_y = expected(arm, settings, method)
    assert near(points, y)
    assert near(deployed, x if arm.sequence == "x" else next_y)
    if arm.buffers:  # with none there is one sequence
        assert not near(deployed, next_y if arm.sequence == "x" else x)


@referenced
def test_another_method_is_told_apart(name):
    """Must fail: the recursion with other constants is not the arm."""
    arm, (settings, _) = ARMS[name], REFERENCES[name]
    y, *_ = expected(arm, settings, GPA(Exponential(0.5), 0.5))
    assert not near(trained(arm, settings)[0], y)


@every
def test_what_is_evaluated_leaves_no_trace(arm):
    """Y comes back bit for bit; "y" is the weights as they are, any other sequence is not."""
    model, opt = begun(arm, {})
    trained(arm, {}, made=(model, opt))
    before = flat(model)
    with arm.evaluating(opt):
        assert torch.equal(flat(model), before) is (arm.sequence == "y")
    assert torch.equal(flat(model), before)


@every
def test_an_arm_resumes_bit_for_bit(arm):
    """Weights and optimizer written and loaded in the middle end where the whole run ends."""
    half = begun(arm, {})
    trained(arm, {}, steps=9, made=half)
    model, opt = begun(arm, {})
    model.load_state_dict(copy.deepcopy(half[0].state_dict()))
    opt.load_state_dict(copy.deepcopy(half[1].state_dict()))
    for a, b in zip(*(trained(arm, {}, 9, 9, made) for made in (half, (model, opt))), strict=True):
        assert torch.equal(a, b)


def other(value):
    return 0.3 if value == 0 else value // 2 if isinstance(value, int) else value / 2


@pytest.mark.parametrize(
    ("arm", "name"),
    [(arm, name) for arm in ARMS.values() for name in arm.settings if name != "lr"],
    ids=lambda v: v if isinstance(v, str) else v.name,
)
def test_every_setting_matters(arm, name):
    """Another value gives other weights: no setting is a name that nobody reads."""
    values = (arm.settings[name], other(arm.settings[name]))
    one, two = (trained(arm, {name: v}, steps=9) for v in values)
    assert not all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


@every
def test_defaults_are_whole(arm):
    """β1 can be tuned for every arm, AdamW too; an unknown setting is refused by name."""
    assert ARMS[arm.name] is arm
    assert arm.words
    assert {"lr", *BASE} <= set(arm.settings)
    assert arm.complete({"beta1": 0.3}) == {**arm.settings, "beta1": 0.3}
    assert arm.sequence in ("x", "y", "anchor")
    with pytest.raises(ValueError, match="mu_z must be one of lr"):
        arm.complete({"mu_z": 1})


@every
def test_buffers_are_counted(arm):
    """What the wrapper stores beside the base is what the engine asks memory for."""

    def stored(arm):
        model, opt = begun(arm, {})
        trained(arm, {}, steps=1, made=(model, opt))
        tensors = [v for state in opt.state.values() for v in state.values()]
        return sum(v.numel() for v in tensors if torch.is_tensor(v) and v.ndim)

    assert stored(arm) == stored(bare(arm)) + arm.buffers * WORK.parameters()


def test_the_base_is_torch_adamw():
    """β1 and decay included, in the groups that the model names."""
    model = WORK.model([3], torch.float64)
    decays = model.decayed()
    named = dict(model.named_parameters())
    groups = [
        {"params": [p for n, p in named.items() if (n in decays) is is_in], "weight_decay": decay}
        for is_in, decay in ((True, BASE["weight_decay"]), (False, 0.0))
    ]
    base = torch.optim.AdamW(groups, lr=LR, betas=(BASE["beta1"], BASE["beta2"]), eps=BASE["eps"])
    for t in range(STEPS):
        gradient(model, t)
        base.step()
    assert near(trained(arm_named("adamw"), {})[1], flat(model))


def test_ema_is_torch_averaged_model():
    """`AveragedModel`, updated once before training and after every step, has the x of `ema`."""
    model, opt = begun(arm_named("adamw"), {})
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.8))
    average.update_parameters(model)
    for t in range(STEPS):
        gradient(model, t)
        opt.step()
        average.update_parameters(model)
    assert near(trained(arm_named("ema"), {"decay": 0.8})[1], flat(average.module))


def test_diloco_deploys_the_anchor():
    """Within a block of H = 7 the anchors are where its start was; H = 4 is not H = 1."""
    points, deployed = trained(arm_named("diloco"), {"inner_steps": 7})
    assert near(deployed, points[14])
    assert not near(deployed, points[-1])
    outer = [{**REFERENCES["diloco"][0], "inner_steps": h} for h in (1, 4)]
    one, four = (trained(arm_named("diloco"), settings)[0] for settings in outer)
    assert not near(one, four)


def test_muon_needs_hidden_matrices():
    """The convex control has none: the arm says which models have."""
    model = Bigram(8).materialize([0])
    with pytest.raises(ValueError, match="model must have hidden matrices: a Llama or a ViT"):
        arm_named("gpa-muon").build(model, model.decayed(), {}, [0.1])


PLACES = {
    "experiments/arms/table.py, the tuple _ALL": lambda name: name in ARMS,
    "experiments/README.md, the table of arms": lambda name: (
        f"\n| `{name}` |" in README.read_text(encoding="utf-8")
    ),
    "experiments/canvas.py, COLORS": lambda name: name in COLORS,
    "tests/laws/test_arms.py, REFERENCES": lambda name: name in REFERENCES,
}


def test_every_arm_is_everywhere():
    """Each is named in every table; the message lists the places that lack one."""
    found = missing({**ARMS, **REFERENCES, **COLORS}, PLACES)
    assert not found, text_of(found)


def test_a_place_that_lacks_a_row_is_named():
    """Must fail: an arm that is nowhere."""
    assert len(missing(["no-such"], PLACES)) == len(PLACES)
