r"""Layers whose parameters have a leading member axis: M models of one shape, side by side.

A linear layer is one batched product :math:`[M, n, d_{in}] \times [M, d_{in}, d_{out}]`; M = 1 is
the ordinary model.  Each member is drawn from its own generator in float64 and then rounded, so
member k depends neither on M nor on its neighbors nor on the type.  Each layer says which of its
parameters decay; their shape could not, as the member axis makes a norm's weight two-dimensional.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ONES, ZEROS = "ones", "zeros"


class Layer(nn.Module):
    """A module that remembers how each of its parameters begins and whether it decays."""

    def __init__(self) -> None:
        super().__init__()
        self.roles: dict[str, tuple[float | str, bool]] = {}

    def add(self, name: str, shape: Sequence[int], start: float | str, decays: bool) -> None:
        """Declare a parameter of shape [M, *shape]; `start` is a standard deviation, or its value.

        It is allocated with one member on the meta device; `materialize` gives it its size.
        """
        self.roles[name] = (start, decays)
        self.register_parameter(name, nn.Parameter(torch.empty(1, *shape, device="meta")))


class Linear(Layer):
    """x W (+ b) per member: [M, n, d_in] → [M, n, d_out]."""

    def __init__(self, d_in: int, d_out: int, std: float | None = None, bias: bool = False) -> None:
        super().__init__()
        self.add("weight", (d_in, d_out), d_in**-0.5 if std is None else std, True)
        self.bias = None
        if bias:
            del self.bias
            self.add("bias", (d_out,), ZEROS, False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the product, with the bias if there is one."""
        y = torch.bmm(x, self.weight)
        return y if self.bias is None else y + self.bias[:, None]


class Norm(Layer):
    """Root-mean-square normalization with one weight per member and channel."""

    def __init__(self, width: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.add("weight", (width,), ONES, False)

    def forward(self, x: Tensor) -> Tensor:
        """Return x divided by its root mean square, times the weight."""
        return F.rms_norm(x, (x.shape[-1],), None, self.eps) * self.weight[:, None]


class Ensemble(Layer):
    """A whole model of M members, with all that training and evaluation need."""

    members = 1

    def decayed(self) -> set[str]:
        """Return the names of the parameters that weight decay applies to."""
        return {name for name, _, (_, decays) in self._declared() if decays}

    def matrices(self) -> set[str]:
        """Return the names of the hidden matrices, those of the blocks: what Muon is for."""
        decayed = self.decayed()
        return {name for name in decayed if name.startswith("blocks.")}

    def materialize(
        self, seeds: Sequence[int], dtype: torch.dtype = torch.float32, device: Any = "cpu"
    ) -> Any:
        """Give every parameter its members, member k drawn from the generator of seeds[k].

        On the meta device nothing is allocated: sizes can be counted for models of any size.
        """
        self.members = len(seeds)
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        for name, p, (start, _) in list(self._declared()):
            owner, _, last = name.rpartition(".")
            shape = p.shape[1:]
            if str(device) == "meta":
                whole = torch.empty(len(seeds), *shape, dtype=dtype, device="meta")
            else:
                whole = torch.stack([_draw(start, shape, g).to(dtype) for g in generators])
            setattr(self.get_submodule(owner), last, nn.Parameter(whole.to(device)))
        return self

    def _declared(self) -> Any:
        for prefix, module in self.named_modules():
            for name, role in getattr(module, "roles", {}).items():
                yield f"{prefix}.{name}".lstrip("."), getattr(module, name), role


def _draw(start: float | str, shape: Sequence[int], generator: torch.Generator) -> Tensor:
    if start == ONES:
        return torch.ones(*shape, dtype=torch.float64)
    if start == ZEROS:
        return torch.zeros(*shape, dtype=torch.float64)
    return float(start) * torch.randn(*shape, generator=generator, dtype=torch.float64)


def parameters_of(model: nn.Module) -> int:
    """Return how many numbers one member has."""
    return sum(p[0].numel() for p in model.parameters())
