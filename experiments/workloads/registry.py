"""Every workload by name, with the function that makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experiments.workloads import images, settings, text
from experiments.workloads.workload import Workload
from gpa_theory.core.validation import refuse

WORKLOADS: dict[str, Callable[..., Workload]] = {**text.WORKLOADS, **images.WORKLOADS}


def load(name: str, **overrides: Any) -> Workload:
    """Return the workload called `name`; `overrides` are its own settings, sizes for example.

    >>> load("bigram").metric
    'bits per byte'
    """
    if not isinstance(name, str) or name not in WORKLOADS:
        raise refuse(f"load({name!r})", "workload", f"must be one of {', '.join(WORKLOADS)}")
    settings.check(name, WORKLOADS[name], overrides)
    return WORKLOADS[name](**overrides)
