"""Whatever a base keeps comes back as it was saved: every type, at any depth, shared or not."""

import collections
import copy
import decimal
import io

import numpy as np
import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim import GPA, DiLoCo
from tests.optim.builders import net, same, train, weights

Pair = collections.namedtuple("Pair", "first second")
WRAPS = {
    "GPA": lambda base: GPA(base, mu_x=0.9),
    "DiLoCo": lambda base: DiLoCo(base, inner_steps=3),
}
CASES = [("GPA", dtype) for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16)]
CASES += [("DiLoCo", torch.float64), ("DiLoCo", torch.float32)]
each_case = pytest.mark.parametrize(("kind", "dtype"), CASES)


class Keeper(torch.optim.Optimizer):
    """A base that keeps one of everything, and steps with part of it."""

    def __init__(self, params, lr=1e-2):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in (p for p in group["params"] if p.grad is not None):
                own = self.state[p]
                if not own:
                    own.update(begun(p))
                own["moments"]["m"].mul_(0.9).add_(p.grad.float())
                own["coarse"].mul_(0.9).add_(p.grad.bfloat16())
                own["shared"].add_(1)
                own["count"] += 1
                own["step"] += 1
                own["plain"] += 1
                own["moments"]["deep"][0].add_(0.1)
                moved = own["moments"]["m"] + own["coarse"].float() + 1e-3 * own["also"]
                p.sub_((group["lr"] * moved).to(p.dtype))


def begun(p):
    shared = torch.zeros(p.shape)
    deep = [torch.zeros(2, dtype=torch.float16), (torch.zeros(1, dtype=torch.int64), "text", None)]
    return {
        "moments": {"m": torch.zeros(p.shape), "deep": deep},
        "coarse": torch.zeros(p.shape, dtype=torch.bfloat16),
        "shared": shared,
        "also": shared,
        "view": shared.view(-1)[:2],
        "step": torch.tensor(0.0),
        "count": torch.tensor(0),
        "mask": torch.ones(3, dtype=torch.bool),
        "codes": torch.zeros(4, dtype=torch.uint8),
        "complex": torch.full((2,), 1 + 2j),
        "plain": 0,
        "flag": True,
        "none": None,
        "name": "shampoo",
        "bytes": b"xy",
        "decimal": decimal.Decimal("0.1"),
        "pair": Pair(torch.ones(2, dtype=torch.bfloat16), 3),
        "ordered": collections.OrderedDict(a=torch.ones(2, dtype=torch.float64)),
        "recent": collections.deque([1, 2], maxlen=5),
        "seen": {1, 2},
        "array": np.arange(3.0),
        "size": torch.Size([1, 2]),
    }


def differences(a, b, path=""):
    """Yield where two values are not of one type and equal, tensors bit for bit."""
    if type(a) is not type(b):
        yield f"{path}: {type(a)} and {type(b)}"
    elif isinstance(a, torch.Tensor):
        if a.dtype != b.dtype or not torch.equal(a, b):
            yield f"{path}: {a} and {b}"
    elif isinstance(a, dict):
        if list(a) != list(b):
            yield f"{path}: {list(a)} and {list(b)}"
        for key in a:
            yield from differences(a[key], b.get(key), f"{path}.{key}")
    elif isinstance(a, list | tuple | collections.deque):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from differences(x, y, f"{path}[{i}]")
    elif not np.all(np.asarray(a == b)):
        yield f"{path}: {a} and {b}"


def made(kind, dtype, seed=0):
    model = net(seed, dtype)
    return model, WRAPS[kind](Keeper(model.parameters()))


def resumed(kind, dtype, model, saved):
    other, fresh = made(kind, dtype, seed=3)
    other.load_state_dict(model.state_dict())
    fresh.load_state_dict(saved)
    return other, fresh


def through_a_file(saved):
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@each_case
@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("way", [dict, through_a_file])
def test_every_entry_is_what_was_saved(kind, dtype, mode, way):
    """Types and values agree at every depth, and the resumed run is the same, bit for bit."""
    model, opt = made(kind, dtype)
    train(model, opt, 4)
    getattr(opt, mode)()
    other, fresh = resumed(kind, dtype, model, way(opt.state_dict()))
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert not list(differences(opt.state[p], fresh.state[q]))
    opt.train()
    fresh.train()
    train(model, opt, 4, first=4)
    train(other, fresh, 4, first=4)
    assert same(weights(model), weights(other))


@each_case
def test_what_was_one_tensor_is_one_again(kind, dtype):
    """Two names of a tensor and a view into it stay so; nothing is shared with the state dict."""
    model, opt = made(kind, dtype)
    train(model, opt, 2)
    saved = opt.state_dict()
    other, fresh = resumed(kind, dtype, model, saved)
    for index, q in enumerate(other.parameters()):
        own, theirs = fresh.state[q], saved["state"][index]
        assert own["shared"] is own["also"]
        assert own["view"].data_ptr() == own["shared"].data_ptr()
        assert own["shared"].data_ptr() != theirs["shared"].data_ptr()
        assert own["moments"] is not theirs["moments"]


def test_a_tensor_shared_between_parameters_stays_shared():
    """A count or a preconditioner of all parameters is one after loading, too."""
    model, opt = made("GPA", torch.bfloat16)
    train(model, opt, 1)
    common = torch.zeros(2)
    for own in opt.state.values():
        own["common"], own["table"] = common, {"of all": common}
    other, fresh = resumed("GPA", torch.bfloat16, model, opt.state_dict())
    found = [fresh.state[q] for q in other.parameters()]
    assert len({id(own["common"]) for own in found}) == 1
    assert all(own["table"]["of all"] is own["common"] for own in found)
    assert found[0]["common"].data_ptr() != common.data_ptr()


def test_a_container_that_leads_back_to_itself_loads():
    """Caches of a base may hold themselves."""
    model, opt = made("GPA", torch.float32)
    train(model, opt, 1)
    loop = {"here": torch.ones(2)}
    loop["again"] = loop
    opt.state[next(model.parameters())]["loop"] = loop
    saved = opt.state_dict()
    other, fresh = resumed("GPA", torch.float32, model, saved)
    found = fresh.state[next(other.parameters())]["loop"]
    assert found["again"] is found
    assert found["here"] is not loop["here"]


def test_a_state_of_no_parameter_is_copied():
    """What a base keeps for all parameters comes back, and belongs to one optimizer."""
    model, opt = made("GPA", torch.float32)
    train(model, opt, 1)
    opt.state["all"] = {"count": torch.ones(1)}
    saved = opt.state_dict()
    _, fresh = resumed("GPA", torch.float32, model, saved)
    fresh.state["all"]["count"].add_(1)
    assert saved["state"]["all"]["count"].item() == 1.0


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_a_bare_checkpoint_is_taken_as_torch_takes_it(dtype):
    """The moments come in the type of the weights, or float32 beside half precision."""
    model = net(dtype=torch.float64)
    base = AdamW(model.parameters(), lr=1e-2)
    train(model, base, 2)
    other = net(dtype=dtype)
    opt = GPA(AdamW(other.parameters(), lr=1e-2), mu_x=0.9)
    opt.load_state_dict(copy.deepcopy(base.state_dict()))
    expected = torch.float32 if dtype == torch.bfloat16 else dtype
    found = opt.state[next(other.parameters())]
    assert found["exp_avg"].dtype == found["exp_avg_sq"].dtype == expected
    assert found["step"].dtype == torch.float32
    train(other, opt, 1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_integers_of_a_bare_checkpoint_stay_integers(dtype):
    """Counts, masks and codes are no floats, whatever the weights are now."""
    model = net(dtype=torch.float32)
    base = Keeper(model.parameters())
    train(model, base, 2)
    other = net(dtype=dtype)
    opt = GPA(Keeper(other.parameters()), mu_x=0.9)
    opt.load_state_dict(base.state_dict())
    found = opt.state[next(other.parameters())]
    kinds = {"count": torch.int64, "mask": torch.bool, "codes": torch.uint8}
    kinds |= {"complex": torch.complex64, "step": torch.float32}
    assert {name: found[name].dtype for name in kinds} == kinds
    assert found["moments"]["deep"][1][0].dtype == torch.int64
    train(other, opt, 1)
