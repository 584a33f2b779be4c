"""A state dict is of these parameters, in this order, or it is refused and nothing has moved."""

import copy

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo
from tests.optim.builders import WRAPPERS, net, same, train, weights

REFUSED = (ValueError, RuntimeError)
each_wrapper = pytest.mark.parametrize("make", WRAPPERS.values(), ids=WRAPPERS.keys())


def tensors(*shapes):
    generator = torch.Generator().manual_seed(1)
    return [nn.Parameter(torch.randn(s, generator=generator)) for s in shapes]


def walk(parameters, opt, steps=4):
    for t in range(steps):
        generator = torch.Generator().manual_seed(t)
        for p in parameters:
            p.grad = torch.randn(p.shape, generator=generator).to(p.dtype)
        opt.step()


def twins(parameters):
    return [nn.Parameter(p.detach().clone()) for p in parameters]


@each_wrapper
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_equal_shapes_in_another_order_are_refused(make, mode):
    """The mark of the weights knows their places: no switch, no step, no export, at any try."""
    a, b = tensors((3,), (3,))
    opt = make([a, b])
    walk([a, b], opt)
    getattr(opt, mode)()
    c, d = twins([a, b])
    other = make([d, c])
    other.load_state_dict(opt.state_dict())
    for act in (other.eval, other.train, other.averages, lambda: walk([c, d], other), other.eval):
        with pytest.raises(RuntimeError, match="the weights in place have another order"):
            act()
    assert same([a, b], [c, d])
    other = make([c, d])  # in the saved order: the check can pass
    other.load_state_dict(opt.state_dict())
    other.eval()


@each_wrapper
def test_other_shapes_are_refused_at_once(make):
    """Loading names the parameter, and leaves weights, state and groups as they were."""
    shapes = [(3,), (4,), (2, 2)]
    a, b, c = tensors(*shapes)
    opt = make([a, b, c])
    walk([a, b, c], opt)
    d, e, f = twins([a, b, c])
    other = make([d, f, e])
    walk([d, e, f], other, 1)
    before = copy.deepcopy((weights(nn.ParameterList([d, e, f])), other.state_dict()))
    with pytest.raises(ValueError, match=r"of shape \(4,\) for parameter 1 of group 0, which is"):
        other.load_state_dict(opt.state_dict())
    assert str(before) == str((weights(nn.ParameterList([d, e, f])), other.state_dict()))


def test_the_entries_of_torchs_own_bases_have_shapes_too():
    """A bare base's checkpoint for other parameters is refused as well."""
    a, b = tensors((3,), (2, 2))
    base = SGD([a, b], lr=0.1, momentum=0.9)
    walk([a, b], base)
    other = GPA(SGD(twins([b, a]), lr=0.1, momentum=0.9), mu_x=0.9)
    with pytest.raises(ValueError, match="'momentum_buffer' of shape"):
        other.load_state_dict(base.state_dict())


@each_wrapper
def test_names_are_compared_where_both_sides_have_them(make):
    """Named parameters of one shape and one value are told apart; DDP's prefix is no name."""
    a, b = tensors((3,), (3,))
    opt = make([("a", a), ("b", b)])
    walk([a, b], opt)
    with pytest.raises(ValueError, match="has 'a' at place 0, where the optimizer has 'b'"):
        make([("b", b), ("a", a)]).load_state_dict(opt.state_dict())
    other = make([("module.a", a), ("module.b", b)])
    other.load_state_dict(opt.state_dict())
    assert other.param_groups[0]["param_names"] == ["module.a", "module.b"]
    make([a, b]).load_state_dict(opt.state_dict())


@pytest.mark.parametrize("wrap", [lambda b: GPA(b, mu_x=0.9), lambda b: DiLoCo(b, inner_steps=2)])
@pytest.mark.parametrize("named", [True, False])
def test_checkpoints_matched_by_name_may_have_another_order(wrap, named):
    """torch.distributed.checkpoint finds every entry by name: there the order does not matter."""

    def made(seed, order):
        model = net(seed)
        found = list(model.named_parameters() if named else model.parameters())
        return model, wrap(AdamW(found[::order], lr=1e-2))

    model, opt = made(0, 1)
    train(model, opt, 3)
    state, saved = copy.deepcopy(get_state_dict(model, opt))
    other, fresh = made(3, -1)
    names = fresh.param_groups[0].get("param_names")
    set_state_dict(other, fresh, model_state_dict=state, optim_state_dict=saved)
    assert fresh.param_groups[0].get("param_names") == names
    train(model, opt, 3, first=3)
    train(other, fresh, 3, first=3)
    assert same(weights(model), weights(other))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: [{"params": p[:1]}, {"params": p[1:]}], "different number of parameter groups"),
        (lambda p: p[:1], "has 2 parameters in group 0, not 1"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda b: GPA(b, mu_x=0.9), lambda b: DiLoCo(b, inner_steps=2)])
def test_another_number_is_refused(wrap, make, message):
    """Groups are counted, and parameters within each."""
    a, b = tensors((3,), (3,))
    saved = wrap(SGD([a, b], lr=0.1)).state_dict()
    with pytest.raises(ValueError, match=message):
        wrap(SGD(make([a, b]), lr=0.1)).load_state_dict(saved)


def test_the_state_dict_of_another_wrapper_is_refused():
    """GPA's is not DiLoCo's nor the reverse; those of others are sent to what reads them."""
    (p,) = tensors((3,))
    gpa, diloco = GPA(SGD([p], lr=0.1), mu_x=0.9), DiLoCo(SGD(twins([p]), lr=0.1), inner_steps=2)
    with pytest.raises(ValueError, match="state_dict is of DiLoCo"):
        gpa.load_state_dict(diloco.state_dict())
    with pytest.raises(ValueError, match="state_dict is of GPA"):
        diloco.load_state_dict(gpa.state_dict())
    theirs = {"state": {}, "param_groups": [{"params": [0], "lr": 0.1, "weight_lr_power": 2.0}]}
    with pytest.raises(ValueError, match=r"is of schedulefree: use .*from_schedule_free"):
        gpa.load_state_dict(theirs)


def test_a_state_of_another_kind_of_number_is_refused():
    """Complex δ has no place beside real weights, nor a float32 y beside float32 ones."""
    for dtype, rule in ((torch.complex64, "of type"), (torch.bfloat16, "half-precision")):
        p = nn.Parameter(torch.ones(3, dtype=dtype))
        opt = GPA(SGD([p], lr=0.1), mu_x=0.9)
        p.grad = torch.ones_like(p)
        opt.step()
        with pytest.raises(ValueError, match=rule):
            GPA(SGD(tensors((3,)), lr=0.1), mu_x=0.9).load_state_dict(opt.state_dict())


def test_a_loaded_state_dtype_must_suit_the_parameters():
    """δ in bfloat16 beside float64 is refused when it comes from a file, too."""
    saved = GPA(SGD(tensors((3,)), lr=0.1), mu_x=0.9, state_dtype=torch.bfloat16).state_dict()
    p = nn.Parameter(torch.ones(3, dtype=torch.float64))
    with pytest.raises(ValueError, match=r"state_dtype must be None for torch\.float64"):
        GPA(SGD([p], lr=0.1), mu_x=0.9).load_state_dict(saved)


NOT_A_STATE = [None, 5, [], {}, {"state": {}}, {"state": [], "param_groups": []}]
NOT_A_STATE += [{"state": {}, "param_groups": 3}, {"state": {}, "param_groups": [{}]}]
NOT_A_STATE += [{"state": {}, "param_groups": [{"params": [[0]]}]}]
NOT_A_STATE += [{"state": {0: 3}, "param_groups": [{"params": [0, 1]}]}]


@each_wrapper
@pytest.mark.parametrize("saved", NOT_A_STATE, ids=str)
def test_what_is_no_state_dict_is_refused(make, saved):
    """The message says which entry is missing or of the wrong form."""
    with pytest.raises(ValueError, match=r"load_state_dict\(\)`: state_dict"):
        make(tensors((3,), (3,))).load_state_dict(saved)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gpa_mode", "evaluation"),
        ("gpa_steps", -1),
        ("gpa_steps", 2.5),
        ("gpa_mu_y", 7),
        ("gpa_seed", "x"),
        ("gpa_weights", 5),
        ("gpa_weights", "anything"),
        ("mu_x", "a"),
        ("diloco_mode", "evaluation"),
        ("diloco_steps", -1),
    ],
)
def test_impossible_values_in_a_group_are_refused(key, value):
    """A damaged or edited group is told apart from a good one."""
    make = WRAPPERS["DiLoCo" if key.startswith("diloco") else "GPA"]
    saved = make(tensors((3,))).state_dict()
    make(tensors((3,))).load_state_dict(saved)
    saved["param_groups"][0][key] = value
    with pytest.raises(ValueError, match=key):
        make(tensors((3,))).load_state_dict(saved)


def test_checkpoints_with_older_marks_load():
    """A mark without places is still compared, as a sum over the weights in any order."""
    a, b = tensors((3,), (3,))
    opt = WRAPPERS["GPA"]([a, b])
    walk([a, b], opt)
    saved = copy.deepcopy(opt.state_dict())
    group = saved["param_groups"][0]
    group["gpa_weights"], _, places = group["gpa_weights"].partition(":")
    assert places
    other = WRAPPERS["GPA"](twins([a, b]))
    other.load_state_dict(saved)
    other.eval()
    wrong = WRAPPERS["GPA"](tensors((3,), (3,)))
    wrong.load_state_dict(saved)
    with pytest.raises(RuntimeError, match="not those that this state was saved beside"):
        wrong.eval()
