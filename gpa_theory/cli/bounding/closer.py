"""Bounds of descent alone that may be the smaller ones: at μ_y = 0, or for long windows."""

from __future__ import annotations

import argparse
from typing import Any

from gpa_theory.core.bases import OGD
from gpa_theory.core.validation import refuse

SEARCHED = frozenset({"gamma", "mu_x"})


def closer(options: argparse.Namespace, given: dict[str, Any]) -> Any:
    """Return such a bound if one is asked for and its numbers are there, else None."""
    own = options.regret is not None or options.discounted_regret is not None
    needed = options.latex or {"radius", "lipschitz"} <= given.keys()
    if own or not needed or options.base not in (None, OGD.name):
        return None
    if options.averaging != "exponential":
        return None
    chosen = SEARCHED & given.keys()
    if options.metric == "last" and options.mu_y == 0:
        from gpa_theory.symbolic.schedules.log_log import log_log

        return log_log(chosen)
    if options.metric in ("average", "mean") and "mu_x" in given:
        from gpa_theory.symbolic.schedules.reach import reached

        return reached(options.metric, chosen)
    return None


def values_of(bound: Any, given: dict[str, Any], call: str) -> dict[str, Any]:
    """Return the numbers the bound takes; refuse what neither it nor its rival could use."""
    rivals = {"diameter"} if bound.metric == "last" else {"epsilon"}
    for name in given.keys() - {*bound.parameters, *rivals}:
        raise refuse(call, f"--{name.replace('_', '-')}", "is not used")
    return {name: given[name] for name in bound.parameters}
