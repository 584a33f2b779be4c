"""What a run is judged by: one table of metrics, for bounds, measurements and worst cases alike.

A metric is a weighted sum of values of f, minus f(u); the weights add up to 1.  At which points,
and with which weights, is said once, by `readout`, for every arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gpa_theory.core.validation import refuse

V = TypeVar("V")
Readout = list[tuple[str, Any, Any]]  # name of the point, the point, its weight


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, what is compared with f(u), in words and in LaTeX, and its readout.

    `readout(x, z, rho, share)` gets x_1 … x_T, z_1 … z_T, ρ and 1/T; `needs_rho` says whether it
    is defined for constant μ_x only, `bounded` whether a theorem of `symbolic` bounds it.

    >>> METRICS["last"].gap(), METRICS["last"].gap("f*")
    ('f(x_T) − f(u)', 'f(x_T) − f*')
    """

    name: str
    value: str
    latex: str
    readout: Callable[[Sequence[Any], Sequence[Any], Any, Any], Readout]
    needs_rho: bool = False
    bounded: bool = True
    correction: str = ""  # what is subtracted beside f(u)
    latex_correction: str = ""

    def gap(self, minimum: str = "f(u)") -> str:
        """Return the metric in words, compared with `minimum`."""
        return f"{self.value} − {minimum}{self.correction}"

    def latex_gap(self) -> str:
        """Return the metric as LaTeX, compared with f(u).

        >>> METRICS["base"].latex_gap()
        'f(z_T)-f(u)'
        """
        return f"{self.latex}-f(u){self.latex_correction}"


def _mean(x: Sequence[Any], share: Any) -> Any:
    total = x[0]
    for point in x[1:]:
        total = total + point
    return share * total


def _at_every_x(x: Sequence[Any], share: Any) -> Readout:
    return [(f"x{t}", point, share) for t, point in enumerate(x, 1)]


def _without_remainder(x: Sequence[Any], rho: Any, share: Any) -> Any:
    """Return (x_1 + … + x_{T−1} + (1+ρ) x_T)/(T + ρ)."""
    kept = 1 / (1 + share * rho)  # T/(T + ρ)
    return kept * _mean(x, share) + (1 - kept) * x[-1]


def _telescoped(x: Sequence[Any], rho: Any, share: Any) -> Readout:
    past = rho * share
    at_ends = [("x1", x[0], -past), (f"x{len(x)}", x[-1], past)] if len(x) > 1 else []
    return [*_at_every_x(x, share), *at_ends]


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "last",
            "f(x_T)",
            r"f(x_T)",
            lambda x, z, rho, share: [(f"x{len(x)}", x[-1], 1)],
        ),
        Metric(
            "average",
            "f(mean x_t)",
            r"f\Bigl(\tfrac1T\sum_{t\le T} x_t\Bigr)",
            lambda x, z, rho, share: [("mean", _mean(x, share), 1)],
        ),
        Metric(
            "mean",
            "mean f(x_t)",
            r"\tfrac1T\sum_{t\le T} f(x_t)",
            lambda x, z, rho, share: _at_every_x(x, share),
        ),
        Metric(
            "weighted",
            "f((x_1 + … + x_{T−1} + (1+ρ) x_T)/(T+ρ))",
            r"f\Bigl(\tfrac{x_1+\dots+x_{T-1}+(1+\rho)x_T}{T+\rho}\Bigr)",
            lambda x, z, rho, share: [("weighted mean", _without_remainder(x, rho, share), 1)],
            needs_rho=True,
        ),
        Metric(
            "base",
            "f(z_T)",
            r"f(z_T)",
            lambda x, z, rho, share: [(f"z{len(z)}", z[-1], 1)],
            bounded=False,
        ),
        Metric(
            "telescoped",
            "mean f(x_t)",
            r"\tfrac1T\sum_{t\le T} f(x_t)",
            lambda x, z, rho, share: _telescoped(x, rho, share),
            needs_rho=True,
            correction=" − (ρ/T)(f(x_1) − f(x_T))",
            latex_correction=r"-\tfrac{\rho}{T}\bigl(f(x_1)-f(x_T)\bigr)",
        ),
    )
}


BOUNDED = tuple(name for name, metric in METRICS.items() if metric.bounded)


def metric_named(call: str, name: str) -> Metric:
    """Return the metric, or refuse a name that is none.

    >>> metric_named("worst_case", "best")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `worst_case(metric='best')`: metric must be one of last, average, mean, ...
    """
    if name not in METRICS:
        rule = f"must be one of {', '.join(METRICS)}"
        raise refuse(f"{call}(metric={name!r})", "metric", rule)
    return METRICS[name]
