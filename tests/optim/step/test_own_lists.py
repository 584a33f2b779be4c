"""A base that steps parameters of its own choice trains half precision as well as it does alone."""

import copy

import pytest
import torch
import torch.distributed as dist
from torch.optim import AdamW, Muon, Optimizer

from gpa_theory.optim import GPA
from tests.optim.builders import same, weights

STEPS, NEAR = 30, 0.1  # how near a loss in bfloat16 is to that in float32


class OwnList(Optimizer):
    """Momentum on a list that it made when it was built; what it keeps is in its own state."""

    def __init__(self, params, silent=False):
        super().__init__(list(params), {"lr": 1e-2})
        self.own = [p for group in self.param_groups for p in group["params"]]
        self.silent = silent

    @torch.no_grad()
    def step(self, closure=None):
        for p in self.own:
            own = self.state[p]
            if len(own) == 0:
                own["m"] = torch.zeros_like(p)
            own["m"].mul_(0.9).add_(p.grad)
            (p.data if self.silent else p).sub_(self.param_groups[0]["lr"] * own["m"])


class Lookahead(Optimizer):
    """Slow weights around another optimizer on a list of its own."""

    def __init__(self, params):
        params = list(params)
        super().__init__(params, {"lr": 1e-2})
        self.inner, self.calls = AdamW(params, lr=1e-2), 0
        self.slow = [(p.detach().clone(), p) for p in params]

    @torch.no_grad()
    def step(self, closure=None):
        self.inner.step()
        self.calls += 1
        if self.calls % 3 == 0:
            for slow, p in self.slow:
                p.copy_(slow.add_(p - slow, alpha=0.5))


class Blocks(Optimizer):
    """Steps views of pieces of the parameters, many at once."""

    def __init__(self, params):
        super().__init__(list(params), {"lr": 1e-2})
        self.whole = [p for group in self.param_groups for p in group["params"]]
        self.blocks = [b for p in self.whole for b in p.detach().view(-1).split(3)]

    @torch.no_grad()
    def step(self, closure=None):
        gradients = [b for p in self.whole for b in p.grad.view(-1).split(3)]
        torch._foreach_sub_(self.blocks, torch._foreach_mul(gradients, 0.3))


class Masters(Optimizer):
    """Steps float32 copies of its own and rounds them into the parameters."""

    def __init__(self, params):
        params = list(params)
        super().__init__(params, {"lr": 1e-2})
        self.pairs = [(torch.nn.Parameter(p.detach().float()), p) for p in params]
        self.inner = AdamW([copied for copied, _ in self.pairs], lr=1e-2)

    @torch.no_grad()
    def step(self, closure=None):
        for copied, p in self.pairs:
            copied.grad = p.grad.float()
        self.inner.step()
        for copied, p in self.pairs:
            p.copy_(copied)


class Both(Optimizer):
    """Two optimizers whose groups it shows as its own; their states stay theirs."""

    def __init__(self, params):
        params = list(params)
        super().__init__(params, {})
        matrices = Muon([p for p in params if p.dim() == 2], lr=1e-2)
        self.parts = [matrices, AdamW([p for p in params if p.dim() != 2], lr=1e-2)]
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure=None):
        for part in self.parts:
            part.step()


OWN = {
    "a list": OwnList,
    "a list, through data": lambda p: OwnList(p, silent=True),
    "lookahead": Lookahead,
    "blocks": Blocks,
    "masters": Masters,
}


def net(dtype):
    torch.manual_seed(0)
    layers = torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2)
    return torch.nn.Sequential(*layers).to(dtype)


def trained(make, dtype, wrap=None, steps=STEPS):
    """Return the model, the optimizer and the last loss."""
    model = net(dtype)
    opt = make(model.parameters())
    opt = opt if wrap is None else wrap(opt)
    return model, opt, train(model, opt, steps)


def train(model, opt, steps, first=0):
    loss = torch.zeros(())
    for t in range(first, first + steps):
        x = torch.randn(16, 4, generator=torch.Generator().manual_seed(t))
        x = x.to(next(model.parameters()).dtype)
        opt.zero_grad()
        loss = (model(x) - x[:, :2].sin()).square().mean()
        loss.backward()
        opt.step()
    return float(loss.detach())


TYPES = [torch.bfloat16, torch.float16, torch.float32]
PAIRS = [(own, dtype) for own in OWN for dtype in TYPES]
PAIRS.remove(("lookahead", torch.float16))  # AdamW's ε is zero in float16: alone it overflows


@pytest.mark.parametrize(("own", "dtype"), PAIRS, ids=str)
def test_without_averaging_it_is_the_base_alone(own, dtype):
    """μ_x = 0: the same bits as the base without GPA."""
    alone, _, _ = trained(OWN[own], dtype)
    inside, _, _ = trained(OWN[own], dtype, lambda base: GPA(base, mu_x=0.0))
    assert same(weights(alone), weights(inside))


@pytest.mark.parametrize("own", OWN)
def test_with_averaging_it_trains_as_in_float32(own):
    """The loss in bfloat16 is that of float32, up to what the base itself loses in bfloat16."""
    losses = [
        trained(OWN[own], dtype, lambda base: GPA(base, mu_x=0.9))[2]
        for dtype in (torch.bfloat16, torch.float32)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=NEAR)
    start, inputs = net(torch.float32), torch.randn(16, 4)
    untrained = (start(inputs) - inputs[:, :2].sin()).square().mean()
    assert losses[1] < 0.6 * float(untrained.detach())


def test_a_state_under_the_parameter_is_resumed():
    """What such a base keeps under the parameters themselves is found again after loading."""

    def wrap(base):
        return GPA(base, mu_x=0.9)

    model, opt, _ = trained(OwnList, torch.bfloat16, wrap, 6)
    saved = copy.deepcopy((model.state_dict(), opt.state_dict()))
    train(model, opt, 4, first=6)
    other = net(torch.bfloat16)
    again = wrap(OwnList(other.parameters()))
    other.load_state_dict(saved[0])
    again.load_state_dict(saved[1])
    train(other, again, 4, first=6)
    assert same(weights(model), weights(other))
    assert {own["m"].dtype for own in again.state.values()} == {torch.bfloat16}


def test_optimizers_inside_a_base_step_the_masters_of_its_groups():
    """Where the groups are the base's own, float32 masters are stepped: no small step is lost."""
    runs = [
        trained(Both, dtype, lambda base: GPA(base, mu_x=0.0))
        for dtype in (torch.bfloat16, torch.float32)
    ]
    _, opt, loss = runs[0]
    assert loss == pytest.approx(runs[1][2], rel=NEAR)
    for part in opt.base.parts:
        assert {p.dtype for p in part.state} == {torch.bfloat16}  # keyed by the parameters again
        kept = [v for own in part.state.values() for k, v in own.items() if k != "step"]
        assert {v.dtype for v in kept} == {torch.float32}


@pytest.fixture
def one_process(tmp_path):
    dist.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.mark.usefixtures("one_process")
@pytest.mark.filterwarnings("ignore")  # torch's own, about its internals
def test_zero_redundancy_in_bfloat16():
    """ZeroRedundancyOptimizer steps the shard of an optimizer inside it."""
    from torch.distributed.optim import ZeroRedundancyOptimizer  # warns when it is imported

    def zero(parameters):
        return ZeroRedundancyOptimizer(list(parameters), AdamW, lr=1e-2)

    alone, _, _ = trained(zero, torch.bfloat16)
    inside, _, _ = trained(zero, torch.bfloat16, lambda base: GPA(base, mu_x=0.0))
    assert same(weights(alone), weights(inside))
    losses = [
        trained(make, dtype, lambda base: GPA(base, mu_x=0.9))[2]
        for make, dtype in ((zero, torch.bfloat16), (exact, torch.float32))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=NEAR)


def exact(parameters):
    return AdamW(parameters, lr=1e-2)
