r"""GPA around AdamW in one pass: the same steps and the same state as GPA(AdamW(…)), less traffic.

AdamW alone moves seven numbers per parameter and step (reads ∇f, y, m, v; writes y, m, v), the
fused step nine (and δ), the general wrapper at least fifteen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.optim import AdamW

from gpa_theory.core.averaging import Averaging
from gpa_theory.core.validation import refuse
from gpa_theory.optim.adamw import cpu as adamw_cpu
from gpa_theory.optim.adamw import cuda as adamw_cuda
from gpa_theory.optim.adamw.backends import Plan, check_backend, plan, ready
from gpa_theory.optim.adamw.columns import Columns
from gpa_theory.optim.gpa import GPA
from gpa_theory.optim.step import groups
from gpa_theory.optim.step.columns import dense
from gpa_theory.optim.wrapper.tie import watched

MOMENTS = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")  # the last one with `amsgrad`


class GPAAdamW(GPA):
    r"""GPA around `torch.optim.AdamW`, each step in one pass over memory where that is possible.

    Of AdamW it takes lr, betas, eps, weight_decay and amsgrad, in AdamW's order, and by name
    maximize, foreach, capturable and fused; the rest is GPA's.  `fused` and `foreach` change
    nothing but rounding: they choose torch's kernel where the step is torch's own, as it is with
    `amsgrad`.  `differentiable` is refused: the parameters move in place.

    `backend` is a wish: "triton" (CUDA), "compile" (CPU, by the machine's C++ compiler), "foreach"
    (GPA around torch's own AdamW), or "auto", the fastest of them.  Where a wish cannot be granted
    the step is that of "foreach": `plan()` says which way the next step goes, and why.  State dicts
    are those of `GPA(AdamW(…))`, in both directions.

    ValueError for what AdamW or GPA refuse, with the reason.

    >>> w = torch.nn.Parameter(torch.ones(3))
    >>> opt = GPAAdamW([w], lr=0.1, mu_x=0.9, mu_y=0.7)
    >>> w.square().sum().backward()
    >>> opt.step()
    >>> sorted(opt.state[w])
    ['delta', 'exp_avg', 'exp_avg_sq', 'step']
    >>> opt.plan()
    ('foreach', 'fewer than 131072 elements')

    Reference: defazio2025smoothing.
    """

    def __init__(
        self,
        params: Any,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        mu_x: float | None = None,
        inner_steps: int | None = None,
        averaging: Averaging | None = None,
        mu_y: float = 0.7,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        state_dtype: torch.dtype | None = None,
        seed: int = 0,
        backend: str = "auto",
    ) -> None:
        check_backend(backend)
        flags = {"maximize": maximize, "foreach": foreach, "capturable": capturable}
        flags |= {"differentiable": differentiable, "fused": fused}
        base = _adamw(params, lr, betas, eps, weight_decay, amsgrad, **flags)
        self._backend, self._tables = backend, adamw_cuda.Tables()
        how = {"mu_x": mu_x, "inner_steps": inner_steps, "averaging": averaging}
        super().__init__(base, mu_y=mu_y, state_dtype=state_dtype, seed=seed, **how)

    def plan(self) -> Plan:
        """Return (backend, reason) for a step with the gradients as they are now."""
        if self._is_watched():
            return "foreach", "others want to see the base step"
        return plan(self.param_groups, self.state, self._backend)

    def _is_watched(self) -> bool:
        base = self.base
        hooked = (*base._optimizer_step_pre_hooks.values(), *base._optimizer_step_post_hooks)
        return watched(hooked) or "step" in vars(base)  # a scheduler made for the base replaces it

    def _step(self) -> None:
        if torch.compiler.is_compiling():
            super()._step()
            return
        columns: list[Columns] = []
        if not self._is_watched():
            columns = ready(self.param_groups, self.state, self._backend)
        backend = "compile" if columns else self.plan()[0]
        if backend == "foreach":
            with _torch_fused(self.param_groups, self.state):
                super()._step()
            return
        order = self._order() if backend == "triton" else {}
        for place, group in enumerate(self.param_groups):
            c = groups.next_coefficient(group)
            if backend == "compile":
                adamw_cpu.step_group(group, self.state, c, columns[place] if columns else None)
            else:
                adamw_cuda.step_group(group, self.state, c, order, self._tables)
            group["gpa_mu_y"] = group["mu_y"]
            moved = next((p for p in group["params"] if p.grad is not None), None)
            groups.count_step(group, None if moved is None else moved.device)

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_backend": self._backend, "_tables": adamw_cuda.Tables()}


def _adamw(*arguments: Any, **flags: Any) -> AdamW:
    """Return torch's AdamW; what it says about its flags is a ValueError too."""
    if flags["differentiable"]:
        rule = "must be False: the parameters move in place, and autograd does not see it"
        raise refuse("GPAAdamW(differentiable=True)", "differentiable", rule)
    try:
        return AdamW(*arguments, **flags)
    except RuntimeError as error:
        wishes = ", ".join(f"{key}={value}" for key, value in flags.items() if value)
        raise refuse(f"GPAAdamW({wishes})", "flags", f"cannot be obeyed: {error}") from error


@contextmanager
def _torch_fused(groups: list[dict[str, Any]], state: Mapping[Tensor, Any]) -> Iterator[None]:
    """Have torch step with its own one-pass AdamW, in the groups where that is right."""
    free = [g for g in groups if g.get("fused") is not False and not g.get("foreach")]
    wishes = [group.get("fused") for group in free]
    for group in free:
        group["fused"] = True if _fusible(group, state) else None
    try:
        yield
    finally:
        for group, wish in zip(free, wishes, strict=True):
            group["fused"] = wish


def _fusible(group: Mapping[str, Any], state: Mapping[Tensor, Any]) -> bool:
    """Return whether every tensor lies in memory as its parameter does, without gaps.

    On a CPU torch's fused kernel assumes this, and computes something else where it is not so.
    """
    for p in group["params"]:
        if p.grad is None:
            continue
        own = state.get(p, {})
        of_base = [own[k] for k in MOMENTS if k in own]
        if not p.is_floating_point() or p.device.type not in ("cpu", "cuda"):
            return False
        if any(t.stride() != p.stride() or t.device != p.device for t in (p.grad, *of_base)):
            return False
        if not dense(p) or p.grad.is_neg():  # refused: a minus sign not applied yet
            return False
    return True
