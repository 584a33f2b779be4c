"""The proved bound beside a certified interval, where one is about the same question."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gpa_theory.cli.asking.options import MORE_METRICS
from gpa_theory.cli.asking.varying import varies
from gpa_theory.core.metrics import METRICS

if TYPE_CHECKING:
    from gpa_theory.worst_case.model.classes import FunctionClass

OF_DIAMETER = {("last", "exponential")}  # whose proved bound needs more than G and D


def proved_bound(
    metric: str, steps: int, of: FunctionClass, options: argparse.Namespace
) -> float | None:
    """Return the proved bound at the same constants, if there is one that needs no more."""
    if options.method is not None or varies(options) or options.start_gap is not None:
        return None
    averaging = "uniform" if options.uniform else "exponential"
    needs_more = (metric, averaging) in OF_DIAMETER and options.diameter is None
    if metric in MORE_METRICS or not METRICS[metric].bounded or needs_more:
        return None
    if of.is_smooth or len(options.gamma) > 1:
        return None
    if metric == "telescoped" and steps > 1 and options.diameter is None:
        from gpa_theory.worst_case.extremal.telescoped import closed_form

        return float(closed_form(options.gamma[0], steps, of))
    from gpa_theory.symbolic.rates import bound
    from gpa_theory.symbolic.readings import READINGS

    if (metric, averaging) not in READINGS:
        return None
    known = {
        "lipschitz": of.lipschitz,
        "radius": of.radius,
        "diameter": options.diameter,
        "steps": steps,
        "gamma": options.gamma[0],
        "mu_x": options.mu_x,
    }
    bounded = bound("ogd", metric, averaging)
    return bounded.at(**{name: float(known[name]) for name in bounded.parameters})
