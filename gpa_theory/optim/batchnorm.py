"""BatchNorm at the averaged weights: its statistics belong to y, and x needs its own.

Running means and variances are collected while training, at y.  Evaluated at x they are those of
another network; so they are taken anew at x, by one pass over data, and y's are put back after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.optim import Optimizer
from torch.optim.swa_utils import update_bn

from gpa_theory.optim.wrapper.readout import check_owned, together, unwrapped


class Averager(Protocol):
    """An optimizer with averaged weights: `GPA` or `DiLoCo`."""

    def averaged(self) -> AbstractContextManager[None]:
        """Have the averaged weights in place inside the block."""
        ...


@contextmanager
def recalibrated(
    opt: Averager,
    model: nn.Module,
    loader: Iterable[Any],
    device: torch.device | int | str | None = None,
    others: Optimizer | Iterable[Optimizer] = (),
) -> Iterator[None]:
    """Have x in place, and BatchNorm statistics that were taken at x over `loader`.

    `loader` yields inputs, or tuples that begin with one, as `torch.optim.swa_utils.update_bn`
    takes them; they go to `device` first if it is given.  The pass leaves alone which modules are
    training, the momentum of BatchNorm and the random state that dropout draws from; at the end of
    the block, also after an exception, y and every buffer of the model are what they were, bit for
    bit.  Without BatchNorm it is `averaged()`, and `loader` is not touched.  Every BatchNorm layer
    is recalibrated, frozen ones included, as `update_bn` does.

    Where several optimizers train the model, the other ones are `others`: x is put in place for all
    that average.

    Raises RuntimeError if `loader` was empty: the statistics would be zero and one.  ValueError if
    trainable parameters of the model belong to none of the optimizers.
    """
    every = together(opt, others)
    if hasattr(unwrapped(opt), "param_groups"):
        check_owned("recalibrated(opt, model)", model, every)
    with ExitStack() as at_x:
        for one in map(unwrapped, every):
            if hasattr(one, "averaged"):
                at_x.enter_context(one.averaged())
        if tracking(model):
            at_x.enter_context(_buffers_kept(model))
            _take_anew(model, loader, device)
        yield


def statistics_of(
    model: nn.Module, loader: Iterable[Any], device: torch.device | int | str | None = None
) -> dict[str, Tensor]:
    """Return BatchNorm's buffers by name: their values at the weights in place, over `loader`.

    The model is left as it was, and `loader`, `device` and the error are those of `recalibrated`.
    """
    if not tracking(model):
        return {}
    with _buffers_kept(model):
        _take_anew(model, loader, device)
        return {name: buffer.detach().clone() for name, buffer in named_statistics(model).items()}


def named_statistics(model: nn.Module) -> dict[str, Tensor]:
    """Return BatchNorm's buffers themselves, by their names in the model."""
    own = {id(b) for layer in tracking(model) for b in layer.buffers(recurse=False)}
    return {name: b for name, b in model.named_buffers() if id(b) in own}


def tracking(model: nn.Module) -> list[_BatchNorm]:
    """Return the BatchNorm layers that keep running statistics."""
    layers = (m for m in model.modules() if isinstance(m, _BatchNorm))
    return [layer for layer in layers if layer.running_mean is not None]


def _take_anew(
    model: nn.Module, loader: Iterable[Any], device: torch.device | int | str | None
) -> None:
    layers = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    with _settings_kept(model, layers):
        update_bn(loader, model, device)  # pyright: ignore[reportArgumentType]
    if not any(int(layer.num_batches_tracked) for layer in tracking(model)):  # pyright: ignore
        rule = "no batch came through BatchNorm: give a fresh, non-empty loader"
        raise RuntimeError(f"`recalibrated(loader)`: {rule}")


@contextmanager
def _buffers_kept(model: nn.Module) -> Iterator[None]:
    """Put every buffer back in its place with its content, whether it was changed or replaced."""
    kept = [
        (module, name, buffer, buffer.detach().clone())
        for module in model.modules()
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for module, name, buffer, content in kept:
                module._buffers[name] = buffer.copy_(content)


@contextmanager
def _settings_kept(model: nn.Module, layers: list[_BatchNorm]) -> Iterator[None]:
    """Put back what one pass of `update_bn` changes besides statistics, also if it raises."""
    training = {module: module.training for module in model.modules()}
    momenta = {layer: layer.momentum for layer in layers}
    try:
        with _random_state_kept(model):
            yield
    finally:
        for module, was in training.items():  # one by one: some may be frozen, others not
            module.training = was
        for layer, momentum in momenta.items():
            layer.momentum = momentum


@contextmanager
def _random_state_kept(model: nn.Module) -> Iterator[None]:
    devices = {p.device for p in (*model.parameters(), *model.buffers()) if p.device.type != "cpu"}
    kind = next(iter(devices)).type if devices else "cuda"
    with torch.random.fork_rng([d for d in devices if d.type == kind], device_type=kind):
        yield
