"""The horizon prediction in words: T* predicted, seen, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def lines(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the section of the README."""
    found, table = data["horizon"], data["horizon"]["table"]
    yield "## From which horizon on does GPA overtake its base?"
    yield ""
    yield (
        f"The prediction is T* = C/g from runs of {table['short']} steps, with g the mean"
        " local gain per step and C the summed EMA cost in the step identity (audited every"
        f" {table['every']} steps, n = {len(table['short_seeds'])} seeds, no reference point). It"
        " is tested by the final validation losses of GPA and of its base, the same AdamW without"
        f" averaging (lr = {table['lr']:g}, β1 = {table['beta1']:g}), in runs planned for each"
        f" horizon on n = {len(table['seeds'])} other seeds. The {found['points']} rungs are judged"
        f" at a joint level of {found['level']:.0%} (*measured*)."
    )
    yield ""
    yield "| μ_x | T* predicted | overtaking seen | rungs: predicted / seen | verdict |"
    yield "|---|---|---|---|---|"
    for mu_x, one in found["by_mu_x"].items():
        rungs = ", ".join(f"{r['steps']}: {r['predicted']}/{r['observed']}" for r in one["rungs"])
        yield (
            f"| {mu_x} | {star(one['predicted'])} | {bracket(one['observed'])} | {rungs}"
            f" | **{one['verdict']}** |"
        )


def summary(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line per μ_x: T* predicted, seen, verdict."""
    for mu_x, one in found["by_mu_x"].items():
        yield (
            f"T*(μ_x = {mu_x}) predicted {star(one['predicted'])}, overtaking seen"
            f" {bracket(one['observed'])}: **{one['verdict']}** (*measured*, n = {one['n']} short"
            " runs)"
        )


def star(predicted: Mapping[str, Any]) -> str:
    """Return the prediction as text.

    >>> star({"at": 90.4, "low": 70.0, "high": None})
    '90 [70, ∞)'
    """
    low, high = predicted["low"], predicted["high"]
    ends = f"[{'1' if low is None else f'{low:.0f}'}, " + ("∞)" if high is None else f"{high:.0f}]")
    return f"{'none' if predicted['at'] is None else f'''{predicted['at']:.0f}'''} {ends}"


def bracket(observed: Mapping[str, Any]) -> str:
    """Return between which rungs GPA overtook its base.

    >>> bracket({"low": 40, "high": 160}), bracket({"low": None, "high": 40})
    ('40 … 160', 'by 40')
    """
    low, high = observed["low"], observed["high"]
    if low is None and high is None:
        return "not resolved"
    if high is None:
        return f"after {low}"
    return f"by {high}" if low is None else f"{low} … {high}"
