"""Checkpoints of others go on in GPA as they would have gone on at home, or are refused."""

import pickle

import pytest
import torch
from schedulefree import AdamWScheduleFree, RAdamScheduleFree, SGDScheduleFree
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Polynomial
from gpa_theory.optim import GPA, GPAAdamW, from_schedule_free
from gpa_theory.optim import from_released_gpa_adamw as from_released
from gpa_theory.optim.step.groups import averaging_of
from tests.optim.builders import net, train, weights
from tests.optim.importing.released import Kind, Released
from tests.tolerances import CONTINUED_FLOAT32, PARITY_TORCH

SF_ADAMW = (AdamWScheduleFree, {"lr": 1e-2, "betas": (0.8, 0.99)}, AdamW)
SF_SGD = (SGDScheduleFree, {"lr": 0.1, "momentum": 0.8}, SGD)


def started(cls, options, steps=5, dtype=torch.float64):
    model = net(dtype=dtype)
    opt = cls(model.parameters(), **options)
    opt.train()
    train(model, opt, steps)
    return model, opt


def gpa(model, base=AdamW, **options):
    """Return GPA with constants that the checkpoint must replace."""
    if base is GPAAdamW:
        return GPAAdamW(model.parameters(), lr=123.0, mu_x=0.5, mu_y=0.3)
    return GPA(base(model.parameters(), lr=123.0, **options), mu_x=0.5, mu_y=0.3)


def moved(convert, model, theirs, base, mode="train", **options):
    """Import what `theirs` would save in `mode` into a new model with GPA around `base`."""
    getattr(theirs, mode)()
    other = net(seed=9, dtype=next(model.parameters()).dtype)
    other.load_state_dict(model.state_dict())
    opt = gpa(other, base)
    convert(opt, theirs.state_dict(), **options).into(opt)
    theirs.train()
    return other, opt


def read(model, opt):
    y = weights(model)
    opt.eval()
    x = weights(model)
    opt.train()
    return y + x


def apart(model, theirs, other, ours, first=5, steps=10):
    """Return the largest difference in y or x over the continuations."""
    worst = 0.0
    for t in range(first, first + steps):
        a, b = read(model, theirs), read(other, ours)
        worst = max([worst, *(float((p - q).abs().max()) for p, q in zip(a, b, strict=True))])
        train(model, theirs, 1, first=t)
        train(other, ours, 1, first=t)
    return worst


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("r", [0.0, 1.0])
@pytest.mark.parametrize(("cls", "options", "base"), [SF_ADAMW, SF_SGD])
def test_schedule_free_goes_on(cls, options, base, r, mode):
    """Saved in either mode, continued by both: y and x agree for ten steps."""
    model, theirs = started(cls, {**options, "r": r})
    other, ours = moved(from_schedule_free, model, theirs, base, mode)
    assert averaging_of(ours.param_groups[0]) == Polynomial(r)
    assert ours.param_groups[0]["gpa_steps"] == 4  # their step k is our k − 1
    assert apart(model, theirs, other, ours) <= PARITY_TORCH


def test_a_shift_by_one_step_would_show():
    """The check can fail: with the package's own count the average goes elsewhere."""
    model, theirs = started(*SF_ADAMW[:2])
    other, ours = moved(from_schedule_free, model, theirs, AdamW)
    ours.param_groups[0]["gpa_steps"] += 1
    assert apart(model, theirs, other, ours) > 1e3 * PARITY_TORCH


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("into", [AdamW, GPAAdamW])
def test_the_released_class_goes_on(kind, mode, into):
    """GPA and Schedule-Free mode, saved in either mode, in float32, into either form of ours."""
    model, theirs = started(Released, {"lr": 1e-2, "kind": kind}, dtype=torch.float32)
    other, ours = moved(from_released, model, theirs, into, mode)
    group = ours.param_groups[0]
    assert (group["lr"], group["betas"], group["mu_y"]) == (1e-2, (0.9, 0.99), 0.7)
    assert group["mu_x"] == (0.9 if kind is Kind.GPA else 0.0)
    assert apart(model, theirs, other, ours) <= CONTINUED_FLOAT32


def test_released_scalars_in_their_other_places():
    """A loaded flag is a float, a frozen first parameter has scalars only, old ones sit above."""
    model, theirs = started(Released, {"lr": 1e-2}, dtype=torch.float32)
    saved = theirs.state_dict()
    scalars = {k: saved["state"][0].pop(k) for k in ("train_mode", "lr_max", "weight_sum")}
    saved["param_groups"][0] |= {**scalars, "train_mode": torch.tensor(1.0)}
    saved["state"][0] = {"step": saved["state"][0]["step"]}
    found = from_released(gpa(model), saved)
    assert sorted(found.state_dict["state"]) == [1, 2, 3]
    assert found.state_dict["state"][1]["step"].item() == 5
    assert torch.equal(found.parameters[0], model[0].weight)


def test_a_long_float32_sum_of_weights_is_still_whole():
    """The released class sums weights in float32: what that lost is no warm-up."""
    model, theirs = started(Released, {"lr": 0.1, "kind": Kind.SCHEDULE_FREE}, dtype=torch.float32)
    saved = theirs.state_dict()
    first = saved["state"][0]
    for _ in range(995):
        first["weight_sum"] += first["lr_max"] ** 2
    first["step"] += 995
    assert from_released(gpa(model), saved).state_dict["param_groups"][0]["gpa_steps"] == 999
    first["weight_sum"] += 0.3 * first["lr_max"] ** 2
    with pytest.raises(ValueError, match="averaging cannot be continued exactly"):
        from_released(gpa(model), saved)


def test_its_enum_is_read_as_the_value_it_has(tmp_path):
    """A default load refuses the file; with the Enum allowed, the dict it gives goes on."""
    model, theirs = started(Released, {"lr": 0.1}, dtype=torch.float32)
    torch.save(theirs.state_dict(), tmp_path / "released.pt")
    with pytest.raises(pickle.UnpicklingError):
        torch.load(tmp_path / "released.pt", weights_only=True)
    with torch.serialization.safe_globals([Kind]):
        saved = torch.load(tmp_path / "released.pt", weights_only=True)
    opt = gpa(model)
    from_released(opt, saved).into(opt)
    torch.save(opt.state_dict(), tmp_path / "gpa.pt")
    opt.load_state_dict(torch.load(tmp_path / "gpa.pt", weights_only=True))
    train(model, opt, 1, first=5)


def test_a_checkpoint_with_half_precision_parameters():
    """The float32 master holds y, the parameter its image; training goes on."""
    model, theirs = started(*SF_SGD[:2], dtype=torch.bfloat16)
    y = weights(model)
    other, ours = moved(from_schedule_free, model, theirs, SGD)
    for p, q in zip(other.parameters(), y, strict=True):
        assert torch.equal(p, q)
        assert ours.state[p]["y"].dtype == ours.state[p]["delta"].dtype == torch.float32
    train(other, ours, 2, first=5)


def test_a_warm_up_is_continued_by_the_nearest_count():
    """Refused as it is; with `exact=False` x is close to theirs, by the size of the refusal."""
    options = {**SF_SGD[1], "warmup_steps": 3}  # 1/9 + 4/9 + 3 weights: c = 0.2195, not 1/5
    model, theirs = started(SGDScheduleFree, options)
    with pytest.raises(ValueError, match=r"off by 8\.9e-02; exact=False accepts that"):
        from_schedule_free(gpa(model, SGD), theirs.state_dict())
    other, ours = moved(from_schedule_free, model, theirs, SGD, exact=False)
    assert averaging_of(ours.param_groups[0]) == Polynomial(0.0)
    assert PARITY_TORCH < apart(model, theirs, other, ours) < 0.01


def test_decay_moves_to_z():
    """Refused as it is; with `exact=False` it is AdamW's own from here on."""
    model, theirs = started(AdamWScheduleFree, {**SF_ADAMW[1], "weight_decay": 0.1})
    with pytest.raises(ValueError, match="weight_decay must be 0: there it is not AdamW's on z"):
        from_schedule_free(gpa(model), theirs.state_dict())
    other, ours = moved(from_schedule_free, model, theirs, AdamW, exact=False)
    assert ours.param_groups[0]["weight_decay"] == 0.1
    assert PARITY_TORCH < apart(model, theirs, other, ours) < 0.01


def test_the_checkpoint_is_not_touched():
    """Importing and training on leaves the saved tensors as they were."""
    model, theirs = started(*SF_ADAMW[:2])
    saved = theirs.state_dict()
    before = [v.clone() for entry in saved["state"].values() for v in entry.values()]
    opt = gpa(model)
    from_schedule_free(opt, saved).into(opt)
    train(model, opt, 2)
    after = [v for entry in saved["state"].values() for v in entry.values()]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def refused(cls, options, change=None, base=AdamW, steps=2, convert=from_schedule_free, **other):
    model, theirs = started(cls, options, steps, torch.float32)
    saved = theirs.state_dict()
    if change:
        change(saved)
    convert(gpa(model, base, **other), saved)


def mixed_modes(saved):
    saved["param_groups"].append({**saved["param_groups"][0], "params": [2, 3]})
    saved["param_groups"][0]["params"] = [0, 1]
    saved["param_groups"][1]["train_mode"] = False


def other_shape(saved):
    saved["state"][0]["z"] = torch.zeros(7)


def refused_released(change=None, **options):
    refused(Released, {"lr": 0.1, **options}, change, convert=from_released)


SF = SF_ADAMW[:2]
REFUSALS = {
    "must be past its warm-up": lambda: refused(SF[0], {**SF[1], "warmup_steps": 9}),
    "must have taken a step with lr > 0": lambda: refused(SF[0], {**SF[1], "lr": 0.0}),
    "no lr_max, r, warmup_steps": lambda: refused(
        *SF, lambda s: [s["param_groups"][0].pop(k) for k in ("lr_max", "r", "warmup_steps")]
    ),
    "must be of AdamWScheduleFree or": lambda: refused(RAdamScheduleFree, {"lr": 0.1}),
    "must be GPA around torch.optim.SGD": lambda: refused(*SF_SGD[:2]),
    "must be GPA around torch.optim.AdamW": lambda: refused(*SF, base=SGD),
    "momentum must be off in SGD": lambda: refused(*SF_SGD[:2], base=SGD, momentum=0.9),
    "amsgrad must be off": lambda: refused(*SF, amsgrad=True),
    "must have the groups and parameters": lambda: refused(*SF, mixed_modes),
    "must have the parameters of the checkpoint, in order": lambda: refused(*SF, other_shape),
    "averaging cannot be continued exactly": lambda: refused(SF[0], {**SF[1], "r": 2.0}),
    "must be of the released GPAAdamW": lambda: refused(*SF, convert=from_released),
    "must have taken a step": lambda: refused_released(change=lambda s: s["state"].clear()),
    r"mu_x must lie in \[0, 1\)": lambda: refused_released(mu_x=1.0),
    "weight_decay must be 0": lambda: refused_released(decay=0.1),
}


@pytest.mark.parametrize("message", REFUSALS)
def test_what_cannot_go_on_is_refused(message):
    """With the reason, and before anything is loaded."""
    with pytest.raises(ValueError, match=message):
        REFUSALS[message]()


def test_groups_in_different_modes_are_refused():
    """A group added while training is recorded as evaluating: whether it holds y is not known."""
    a, b = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    theirs = Released([{"params": [a]}, {"params": [b]}], lr=0.1)
    theirs.train()
    a.grad, b.grad = torch.ones(2), torch.ones(2)
    theirs.step()
    theirs.state[b]["train_mode"].fill_(False)
    opt = GPA(AdamW([{"params": [a]}, {"params": [b]}]), mu_x=0.9)
    with pytest.raises(ValueError, match="y or x is ambiguous"):
        from_released(opt, theirs.state_dict())
