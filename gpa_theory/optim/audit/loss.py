r"""The loss of one batch as a function of the trained parameters, and nothing but a function.

An evaluation leaves no trace in the run, and repeating it gives the same value:

* Given tensors stand in the parameters' place, so that parameters, gradients and the graph of the
  training step stay as they are.
* Buffers are copied, so that running statistics stay as they are.
* The random state is the same each time, so that dropout draws the same mask for every term; it is
  put back at the end, so that the run goes on as if nothing had been drawn.
* Arithmetic is in float32 or finer: no autocast, no TF32, no compiled code.

Train or eval mode is the model's own.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import Module
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from gpa_theory.optim.audit.weights import Weights, plain
from gpa_theory.optim.step.masters import HALF, is_half

LossFn = Callable[[Module, Any], Tensor]


class BatchLoss:
    """f of one batch: `value(w)` and `gradient(w)` at points w that name the trained parameters."""

    def __init__(self, model: Module, loss_fn: LossFn) -> None:
        self._call = _Call(plain(model), loss_fn)
        self._half = any(is_half(p) for p in model.parameters())
        self._checked = False
        self._batch: Any = None
        self._rewind: Callable[[], None] = lambda: None

    @contextmanager
    def of(self, batch: Any, y: Weights) -> Iterator[BatchLoss]:
        """Evaluate on `batch` inside the block; the first time, check that f is a function."""
        devices = sorted({w.device for w in y.values()}, key=str)
        with same_randomness(devices) as self._rewind, full_precision(devices):
            # The inputs of a half-precision model are of its type; here its weights are float32.
            self._batch = tree_map_only(Tensor, _fine, batch) if self._half else batch
            try:
                if not self._checked:
                    self._check(y)
                    self._checked = True
                yield self
            finally:
                self._batch = None

    def value(self, w: Weights) -> float:
        """Return f(w)."""
        with torch.no_grad():
            return float(self._evaluate(w, ()))

    def gradient(self, w: Weights) -> tuple[float, dict[str, Tensor]]:
        """Return f(w) and ∇f(w), zero where f does not depend on a parameter."""
        leaves = {name: v.detach().requires_grad_() for name, v in w.items()}
        with torch.enable_grad():
            f, found = self._evaluate(leaves, tuple(leaves.values()))
        pairs = zip(leaves.items(), found, strict=True)
        return float(f), {name: _dense(g, leaf) for (name, leaf), g in pairs}

    def _evaluate(self, w: Weights, leaves: tuple[Tensor, ...]) -> Any:
        self._rewind()
        model = self._call.model
        kept = {name: _fine(p.detach()) for name, p in model.named_parameters() if name not in w}
        buffers = {name: _fine(b).clone() for name, b in model.named_buffers()}
        here = {f"model.{name}": v for name, v in {**kept, **buffers, **w}.items()}
        return functional_call(self._call, here, (self._batch, leaves))

    def _check(self, y: Weights) -> None:
        with _NoHalf():
            first = self.value(y)
        again = self.value(y)
        dtype = max((v.dtype for v in y.values()), key=lambda d: torch.finfo(d).eps)
        if abs(first - again) > 64 * torch.finfo(dtype).eps * abs(first):
            rule = "must give the same loss for the same batch and parameters; here it gave"
            raise RuntimeError(
                f"`Audit(loss_fn)`: loss_fn {rule} {first!r} and {again!r}: draw augmentation"
                " and noise from torch's global generator, or when the batch is made"
            )


class _Call(Module):
    """loss_fn as a module, so that its model's tensors can be given with the call."""

    def __init__(self, model: Module, loss_fn: LossFn) -> None:
        super().__init__()
        self.model, self.loss_fn = model, loss_fn

    def forward(self, batch: Any, leaves: tuple[Tensor, ...]) -> Any:
        loss = self.loss_fn(self.model, batch)
        if not isinstance(loss, Tensor) or loss.numel() != 1:
            raise RuntimeError("`Audit(loss_fn)`: loss_fn must return a tensor with one entry")
        if not leaves:
            return loss.detach()
        # Here and not outside: a checkpointed layer evaluates the model again, at these tensors.
        return loss.detach(), torch.autograd.grad(loss.sum(), leaves, allow_unused=True)


class _NoHalf(TorchDispatchMode):
    """Raises where something is computed in half precision: an autocast inside loss_fn."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if isinstance(out, Tensor) and out.dtype in HALF and _multiplies(func):
            rule = "must compute in float32 here: have autocast around loss_fn, not inside it"
            raise RuntimeError(f"`Audit(loss_fn)`: loss_fn {rule}")
        return out


def _multiplies(func: Any) -> bool:
    name = str(func)
    return any(word in name for word in ("mm", "conv", "attention", "mul", "linear"))


def _fine(v: Tensor) -> Tensor:
    return v.float() if is_half(v) else v


def _dense(g: Tensor | None, like: Tensor) -> Tensor:
    if g is None:
        return torch.zeros_like(like, requires_grad=False)
    return (g.to_dense() if g.is_sparse else g).detach()


@contextmanager
def same_randomness(devices: Iterable[torch.device]) -> Iterator[Callable[[], None]]:
    """Yield a function that puts every global random generator back; the end calls it too."""
    states: list[tuple[Callable[[Any], Any], Any]] = [
        (torch.set_rng_state, torch.get_rng_state()),
        (random.setstate, random.getstate()),
        (np.random.set_state, np.random.get_state()),  # noqa: NPY002  the run's, not ours
    ]
    for device in devices:
        if device.type in ("cuda", "xpu"):
            module = torch.get_device_module(device)
            state = module.get_rng_state(device)
            states.append((lambda s, m=module, d=device: m.set_rng_state(s, d), state))

    def rewind() -> None:
        for put_back, state in states:
            put_back(state)

    try:
        yield rewind
    finally:
        rewind()


@contextmanager
def full_precision(devices: Iterable[torch.device]) -> Iterator[None]:
    """Keep autocast, TF32 and compiled code out of what is evaluated inside."""
    with ExitStack() as stack:
        for kind in sorted({"cpu", *(device.type for device in devices)}):
            stack.enter_context(torch.autocast(kind, enabled=False))
        if "torch._dynamo" in sys.modules:  # importing it takes seconds, and nothing is compiled
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        stack.enter_context(_no_tf32())
        yield


@contextmanager
def _no_tf32() -> Iterator[None]:
    if not torch.backends.cuda.is_built():
        yield
        return
    every: Any = torch.backends
    backends = (every.cuda.matmul, every.cudnn.conv, every.cudnn.rnn)
    new = all(hasattr(b, "fp32_precision") for b in backends)  # torch ≥ 2.9
    name, exact = ("fp32_precision", "ieee") if new else ("allow_tf32", False)
    where = backends if new else (every.cuda.matmul, every.cudnn)
    were = [getattr(backend, name) for backend in where]
    try:
        for backend in where:
            setattr(backend, name, exact)
        yield
    finally:
        for backend, was in zip(where, were, strict=True):
            setattr(backend, name, was)
