r"""One step of one group: y gives way to z, the base moves z, z is averaged into x, y returns.

Between the two halves a `Passage` holds what is under way: homes hold y, then z, z⁺, y⁺; buffers
hold x in between and δ at both ends.  A buffer is the stored δ itself, except where δ is stored in
bfloat16 or not stored yet: then it is a temporary one, in the type of y.

Around a base that may leave a step out the passage is `careful`: y is kept aside and δ stays as it
is until the base has stepped, so that what was left alone comes back bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.step import rounding
from gpa_theory.optim.step.groups import DELTA, State, check_type, delta_dtype
from gpa_theory.optim.step.masters import MASTER, current, is_half
from gpa_theory.optim.step.update import add, cover_base, shift, uncover_base


def has_delta(p: Tensor, state: State) -> bool:
    """Return whether p has a buffer; asking `state[p]` would make an entry."""
    return DELTA in state.get(p, ())


@dataclass(frozen=True, slots=True)
class Passage:
    """The parameters of a group that have a gradient; the first `seen` have been stepped before.

    `kept` is empty, or holds y of those, and their buffers still hold δ.
    """

    parameters: list[Tensor]
    homes: list[Tensor]
    buffers: list[Tensor]
    seen: int
    mu_y: float
    kept: list[Tensor]

    @property
    def device(self) -> torch.device | None:
        """Return the device of the first parameter, None if there is none."""
        return self.homes[0].device if self.homes else None

    @property
    def masters(self) -> dict[Tensor, Tensor]:
        """Return what the base must step in place of half-precision parameters."""
        pairs = zip(self.parameters, self.homes, strict=True)
        return {p: home for p, home in pairs if is_half(p)}


def uncover(group: Mapping[str, Any], state: State, careful: bool = False) -> Passage:
    """Put z in place wherever there is a gradient, and x into the buffers.

    A careful passage leaves δ in the buffers, and puts z into half-precision parameters too.
    """
    # Parameters that were stepped before come first: only their pairs (y, δ) have to be uncovered.
    moving = [p for p in group["params"] if p.grad is not None]
    seen: list[Tensor] = []
    fresh: list[Tensor] = []
    for p in moving:
        (seen if has_delta(p, state) else fresh).append(p)
    for p in fresh:  # one that was frozen until now may be of any type
        check_type(group, p)
    homes = [current(p, state) for p in (*seen, *fresh)]
    stored = [state[p][DELTA] for p in seen]
    buffers = [d if d.dtype == y.dtype else d.to(y.dtype) for d, y in zip(stored, homes)]  # noqa: B905
    mu_y = group["gpa_mu_y"]  # by which y was covered; the group may have another by now
    begun = [y.detach().clone() for y in homes[len(seen) :]]  # x_1 = z_1 = y_1
    kept: list[Tensor] = []  # whatever may fail for want of memory comes before anything moves
    if careful:
        kept = [y.detach().clone() for y in homes[: len(seen)]]
        shift(homes[: len(seen)], buffers, -mu_y)
    else:
        uncover_base(homes[: len(seen)], buffers, mu_y)
    one = Passage([*seen, *fresh], homes, [*buffers, *begun], len(seen), mu_y, kept)
    if careful:
        for p, home in one.masters.items():
            p.copy_(home)
    return one


def as_they_are(parameters: list[Tensor]) -> Passage:
    """Return a careful passage of parameters that hold what the base steps, with no average."""
    copies = [p.detach().clone() for p in parameters]
    return Passage(parameters, list(parameters), copies, 0, 0.0, [])


def opened(careful: Passage, place: int) -> Tensor:
    """Return z of one parameter as it was before the base's step."""
    if place >= careful.seen:
        return careful.buffers[place]
    z = careful.kept[place].clone()
    shift([z], [careful.buffers[place]], -careful.mu_y)
    return z


def settle(careful: Passage, alone: list[bool]) -> Passage:
    """Return the passage of what the base has stepped, as `cover` needs it.

    What it left alone is as it was before, y bit for bit; δ was not touched.
    """
    stepped = []
    for place, (p, home) in enumerate(zip(careful.parameters, careful.homes, strict=True)):
        if alone[place]:
            _put_back(careful, place, p, home)
        else:
            stepped.append(place)
    seen = [place for place in stepped if place < careful.seen]
    z, buffers = [careful.kept[i] for i in seen], [careful.buffers[i] for i in stepped]
    shift(z, buffers[: len(seen)], -careful.mu_y)
    add(buffers[: len(seen)], z)  # x = z + δ
    parameters, homes = (
        [column[i] for i in stepped] for column in (careful.parameters, careful.homes)
    )
    return Passage(parameters, homes, buffers, len(seen), careful.mu_y, [])


def _put_back(careful: Passage, place: int, p: Tensor, home: Tensor) -> None:
    home.copy_(careful.kept[place] if place < careful.seen else careful.buffers[place])
    if is_half(p):
        p.copy_(home)


def cover(
    passage: Passage, group: Mapping[str, Any], state: State, c: Any, keys: Mapping[Tensor, Any]
) -> None:
    """Average z⁺ into x and put y⁺ in place; `keys` are those of δ's random rounding.

    State is written only now: a base that has not stepped yet would take the entry for its own.
    """
    homes, buffers = passage.homes, passage.buffers
    pairs = zip(passage.parameters, homes, strict=True)
    coarse = {i for i, (p, home) in enumerate(pairs) if delta_dtype(group, p) != home.dtype}
    fine = [i for i in range(len(homes)) if i not in coarse]
    cover_base([homes[i] for i in fine], [buffers[i] for i in fine], c, group["mu_y"])
    cover_base([homes[i] for i in coarse], [buffers[i] for i in coarse], c, 0.0)  # homes stay z⁺
    for i in coarse:  # y⁺ is made of δ⁺ as it is stored, so that z = y − μ_y δ stays exact
        p = passage.parameters[i]
        rounded = rounding.stochastic(buffers[i], keys[p])
        shift([homes[i]], [rounded.to(homes[i].dtype)], group["mu_y"])
        buffers[i] = rounded
    for i, p in enumerate(passage.parameters):
        if i >= passage.seen or i in coarse:
            state[p][DELTA] = buffers[i]
    _finish(passage, state)


def undo(passage: Passage, group: Mapping[str, Any]) -> None:
    """Put y in place without averaging; a parameter in its first step gets no state."""
    homes, buffers, seen = passage.homes, passage.buffers, passage.seen
    # c = 0 averages nothing: y = z + μ_y (x − z), for whatever z the base left behind.
    cover_base(homes[:seen], buffers[:seen], 0.0, group["gpa_mu_y"])
    for home, x in zip(homes[seen:], buffers[seen:], strict=True):
        home.copy_(x)
    for p, home in passage.masters.items():
        p.copy_(home)


def _finish(passage: Passage, state: State) -> None:
    for p, home in passage.masters.items():
        state[p][MASTER] = home
        p.copy_(home)  # round to nearest: the image, from which nothing is computed


def tensors_of(group: Mapping[str, Any], state: State) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return (parameter, home of y, δ) for each parameter of the group that has a buffer."""
    known = [p for p in group["params"] if has_delta(p, state)]
    return [(p, state[p].get(MASTER, p), state[p][DELTA]) for p in known]


def refreshed(group: Mapping[str, Any], state: State) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return `tensors_of`, after each master has taken over what was written into its parameter."""
    with torch.no_grad():
        for p, _, _ in (found := tensors_of(group, state)):
            current(p, state)
    return found
