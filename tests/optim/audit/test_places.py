"""Where models and references come from: files, compiled and parallel models, TF32, eval mode."""

import pytest
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from gpa_theory.optim.audit.loss import full_precision
from gpa_theory.optim.audit.observer import Audit
from gpa_theory.optim.audit.record import digest
from tests.optim.audit.audited import advance, audited, gpa_of, loss_fn, model_of, reference
from tests.tolerances import AUDIT_EXACT


@pytest.mark.parametrize("prefix", ["", "_orig_mod.", "module."])
def test_a_reference_may_be_a_file(tmp_path, prefix):
    """A saved state dict, with the names that wrappers give, is the same u as the dict itself."""
    torch.save({prefix + name: v for name, v in reference().items()}, tmp_path / "u.pt")
    model = model_of()
    audit = audited(model, gpa_of(model), u=tmp_path / "u.pt")
    assert audit.header["reference"] == digest(reference())
    other = audited(model := model_of(), gpa_of(model))
    assert [r["terms"] for r in audit.records] == [r["terms"] for r in other.records]


def test_data_parallel_models(tmp_path):
    """Inside DistributedDataParallel the plain module is evaluated, on this rank's batch."""
    store = f"file://{tmp_path / 'store'}"
    torch.distributed.init_process_group("gloo", init_method=store, rank=0, world_size=1)
    try:
        model = DistributedDataParallel(model_of())
        audit = audited(model, gpa_of(model), every=1, steps=6)
    finally:
        torch.distributed.destroy_process_group()
    assert audit.report().passed
    assert [r["cosine"] for r in audit.records] == pytest.approx([1.0] * 6)


def test_sharded_parameters_are_refused():
    """A DTensor parameter, known by its `full_tensor`, is refused with the way out."""
    model = model_of()
    opt = gpa_of(model)
    model[0].weight.full_tensor = lambda: None
    with pytest.raises(ValueError, match="must not be sharded"):
        Audit(opt, model, loss_fn)


def test_a_step_with_x_in_place_is_the_optimizers_to_refuse():
    """In evaluation mode the audit keeps quiet and the step raises."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=1) as audit:
        opt.eval()
        with pytest.raises(RuntimeError, match="averaged weights are in place"):
            opt.step()
    assert audit.records == []


@pytest.mark.parametrize("precision", ["high", "highest"])
def test_tf32_is_off_inside_and_as_it_was_outside(monkeypatch, precision):
    """Both ways to ask for TF32 read what they read before; inside, products are exact."""
    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: True)
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        allowed = torch.backends.cuda.matmul.allow_tf32
        with full_precision([torch.device("cpu")]):
            inside = getattr(torch.backends.cuda.matmul, "fp32_precision", "ieee")
        assert inside == "ieee"
        assert torch.get_float32_matmul_precision() == precision
        assert torch.backends.cuda.matmul.allow_tf32 == allowed == (precision == "high")
    finally:
        torch.set_float32_matmul_precision(before)


def test_sparse_gradients():
    """An embedding with sparse gradients: ∇f is made dense, and the step still closes."""

    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.out = nn.Embedding(7, 4, sparse=True), nn.Linear(4, 3)

        def forward(self, x):
            return self.out(self.table((x[:, 0].abs() * 3).long().clamp(max=6)))

    torch.manual_seed(0)
    model = Words().double()
    opt = gpa_of(model, lambda p: torch.optim.SGD(p, lr=0.1))
    with Audit(opt, model, loss_fn, every=1) as audit:
        for t in range(1, 7):
            advance(model, opt, t, audit)
    assert audit.report().passed
    assert [r["cosine"] for r in audit.records] == pytest.approx([1.0] * 6)


def test_complex_parameters():
    """Inner products are real parts: a complex model closes like a real one."""

    class Waves(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(6, 3, dtype=torch.complex128))

        def forward(self, x):
            return torch.log((x.to(self.w.dtype) @ self.w).abs().square() + 1)

    torch.manual_seed(0)
    model = Waves()
    opt = gpa_of(model)
    u = {"w": torch.randn(6, 3, dtype=torch.complex128)}

    def loss(model, batch):
        return loss_fn(model, (batch[0].double(), batch[1]))

    with Audit(opt, model, loss, every=1, reference=u) as audit:
        for _ in range(6):
            opt.zero_grad()
            batch = torch.randn(8, 6, dtype=torch.float64), torch.arange(8) % 3
            loss(model, batch).backward()
            audit.observe(batch)
            opt.step()
    assert [r["t"] for r in audit.records] == [1, 2, 3, 4, 5, 6]
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT
    assert audit.header["dtype"] == "float64"
