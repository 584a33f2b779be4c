"""Each arm is the method its words say: against the core's recursion, torch's averages, DiLoCo."""

import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from experiments.arms.table import ARMS, arm_named
from experiments.models.bigram import Bigram
from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from tests.experiments.fake import Regression
from tests.tolerances import PARITY_FLOAT64

STEPS, LR = 40, 0.05
BASE = {"beta1": 0.6, "beta2": 0.95, "eps": 1e-8, "weight_decay": 0.1}


def gradient(work, model, t, point=None):
    """Return the loss's gradients at `point`, or where the model is."""
    if point is not None:
        put(model, point)
    model.zero_grad()
    work.loss(model, work.stream([3], 8, dtype=torch.float64).batch(t)).sum().backward()


def put(model, flat):
    torch.nn.utils.vector_to_parameters(flat.clone(), model.parameters())


def flat(model):
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach().clone()


def trained(arm, settings):
    """Return y_t (where gradients are taken) of every step, and what the arm deploys at the end."""
    work = Regression()
    model = work.model([3], torch.float64)
    opt = arm_named(arm).build(model, model.decayed(), {**BASE, **settings}, [LR])
    points = []
    for t in range(STEPS):
        points.append(flat(model))
        gradient(work, model, t)
        opt.step()
    with arm_named(arm).evaluating(opt):
        return torch.stack(points), flat(model)


def expected(method):
    """Return the same of the core's recursion around torch's AdamW, which steps z itself."""
    work = Regression()
    model, probe = (work.model([3], torch.float64) for _ in range(2))
    groups = [
        {"params": [model.weight], "weight_decay": BASE["weight_decay"]},
        {"params": [model.bias], "weight_decay": 0.0},
    ]
    betas = (BASE["beta1"], BASE["beta2"])
    base = torch.optim.AdamW(groups, lr=LR, betas=betas, eps=BASE["eps"])

    def step(t, z, y):
        gradient(work, probe, t - 1, y)
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


@pytest.mark.parametrize(
    ("arm", "settings", "method"),
    [
        ("gpa", {"mu_x": 0.8, "mu_y": 0.7}, GPA(Exponential(0.8), 0.7)),
        ("schedule-free", {"mu_y": 0.7}, GPA(Uniform(), 0.7)),
        ("ema", {"decay": 0.8}, GPA(Exponential(0.8), 0.0)),
    ],
)
def test_an_averaging_arm_is_the_recursion_and_deploys_x(arm, settings, method):
    """Gradients at y, AdamW with β1 and decay on z, x at the end: forty steps in float64."""
    points, deployed = trained(arm, settings)
    y, x, _ = expected(method)
    assert near(points, y)
    assert near(deployed, x)
    assert not near(deployed, points[-1])


def test_nesterov_is_the_recursion_with_equal_mu_and_deploys_y():
    """μ_x = μ_y = μ, and what is evaluated is the next gradient point."""
    points, deployed = trained("nesterov", {"mu": 0.8})
    y, x, next_y = expected(GPA(Exponential(0.8), 0.8))
    assert near(points, y)
    assert near(deployed, next_y)
    assert not near(deployed, x)


def test_adamw_is_torch_adamw():
    """The base alone, β1 and decay included: the recursion without averaging."""
    points, deployed = trained("adamw", {})
    z, _, next_z = expected(GPA(Exponential(0.0), 0.0))
    assert near(points, z)
    assert near(deployed, next_z)


def test_ema_is_torch_averaged_model():
    """`AveragedModel`, updated once before training and after every step, has the x of `ema`."""
    work = Regression()
    model = work.model([3], torch.float64)
    opt = arm_named("adamw").build(model, model.decayed(), BASE, [LR])
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.8))
    average.update_parameters(model)
    for t in range(STEPS):
        gradient(work, model, t)
        opt.step()
        average.update_parameters(model)
    assert near(trained("ema", {"decay": 0.8})[1], flat(average.module))


def test_diloco_with_one_inner_step_is_nesterov():
    """H = 1, no decay, outer lr 1 − μ: the parameters of `nesterov`; with H = 4 they are not."""
    plain = {"weight_decay": 0.0}
    nesterov, _ = trained("nesterov", {"mu": 0.8, **plain})
    outer = {"outer_lr": 0.2, "outer_momentum": 0.8, **plain}
    one, four = (trained("diloco", {"inner_steps": h, **outer})[0] for h in (1, 4))
    assert near(one, nesterov)
    assert not near(four, nesterov)


def test_diloco_deploys_the_anchor():
    """Within a block of H = 7 the anchors are where its start was."""
    points, deployed = trained("diloco", {"inner_steps": 7})
    assert near(deployed, points[35])
    assert not near(deployed, points[-1])


@pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
def test_beta1_is_in_every_space(arm):
    """Every arm says what it is, and β1 can be tuned for each, AdamW included."""
    assert arm.words
    assert "beta1" in arm.settings
    assert arm.complete({"beta1": 0.3})["beta1"] == 0.3


@pytest.mark.parametrize("arm", [name for name in ARMS if name != "gpa-muon"])
def test_beta1_matters(arm):
    """Another β1 gives other weights: the setting reaches the base of every arm."""
    assert not near(trained(arm, {"beta1": 0.3})[0], trained(arm, {"beta1": 0.6})[0])


def test_muon_needs_hidden_matrices():
    """The convex control has none: the arm says which models have."""
    model = Bigram(8).materialize([0])
    with pytest.raises(ValueError, match="model must have hidden matrices: a Llama or a ViT"):
        arm_named("gpa-muon").build(model, model.decayed(), {}, [0.1])
