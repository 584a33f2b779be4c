"""Run GPA on a real problem: the gaps, the bounds that cover it, and every term of the identity.

Problems: DATASET-LOSS with breast_cancer, wine, digits (logistic, hinge, least_absolute_deviation,
least_squares) and diabetes (the last two); or absolute, max, quadratic, linear.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.core.bases import BASES
from gpa_theory.core.metrics import METRICS

if TYPE_CHECKING:
    from gpa_theory.numeric.trajectory import Trajectory
    from gpa_theory.verify.experiment import Experiment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa run`."""
    parser.add_argument("--problem", required=True, help="e.g. breast_cancer-logistic")
    parser.add_argument("--base", default="ogd", help=f"{', '.join(BASES)}; ogd by default")
    parser.add_argument("--mu-x", type=float, default=0.9, help="μ_x in [0, 1) (default 0.9)")
    parser.add_argument("--uniform", action="store_true", help="c_t = 1/t (Schedule-Free) for μ_x")
    parser.add_argument("--mu-y", type=float, default=0.7, help="μ_y in [0, 1] (default 0.7)")
    parser.add_argument("--steps", type=int, default=1000, help="T (default 1000)")
    parser.add_argument("--gamma", type=float, help="step size (or its scale); tuned if not given")
    parser.add_argument("--domain", choices=("ball", "box"), help="the feasible set")
    parser.add_argument("--tune-for", default="average", choices=("average", "last"))
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(options: argparse.Namespace) -> int:
    """Run `gpa run`."""
    from gpa_theory.core.validation import check_count
    from gpa_theory.verify.experiment import Experiment, execute

    check_count(f"gpa run --steps {options.steps}", "--steps", options.steps)
    experiment = Experiment(
        problem=options.problem,
        base=options.base,
        mu_x=None if options.uniform else options.mu_x,
        mu_y=options.mu_y,
        steps=options.steps,
        gamma=options.gamma,
        domain=options.domain,
        tuned_for=options.tune_for,
    )
    run, gamma = execute(experiment)
    found = describe(experiment, run, gamma)
    print(json.dumps(found, indent=2, ensure_ascii=False) if options.json else _text(found))
    closed = found["identity"]
    broken = closed["residual"] > closed["budget"] or closed["recursion"] > 1
    return exits.VIOLATED if broken else exits.OK


def describe(experiment: Experiment, run: Trajectory, gamma: float) -> dict[str, Any]:
    """Return the JSON object of `gpa run`."""
    from gpa_theory.numeric.identity import identity
    from gpa_theory.verify.experiment import metrics

    closed = identity(run)
    return {
        "problem": run.problem.words,
        "setting": experiment.words,
        "gamma": gamma,
        **{f"gap_{metric}": run.gap(metric) for metric in run.metrics},
        "minimum": {
            "lower": run.problem.minimum_lower,
            "upper": run.problem.minimum_upper,
            "label": "certified",
        },
        "bounds": {
            metric: _bound(experiment, run, metric, gamma) for metric in metrics(experiment)
        },
        "identity": {
            "form": closed.form,
            "terms": dict(closed.terms),
            "residual": closed.residual,
            "budget": closed.budget,
            "recursion": closed.recursion,
            "allowances": dict(closed.allowances),
        },
    }


def _bound(experiment: Experiment, run: Trajectory, metric: str, gamma: float) -> dict[str, Any]:
    """Return one bound at the run's own γ, or why it does not cover the problem."""
    from gpa_theory.verify.experiment import bound_value, converted, theorem

    of = theorem(experiment, metric)
    found = {"source": of.source, "at_measured_regret": converted(run, metric)}
    try:
        value = bound_value(experiment, run.problem, metric, gamma)
    except ValueError as error:
        return {"value": None, "reason": str(error), **found}
    return {"value": value, "label": of.label.value, **found}


def _text(found: dict[str, Any]) -> str:
    from gpa_theory.core.identity import WORDS

    low, high = found["minimum"]["lower"], found["minimum"]["upper"]
    closed = found["identity"]
    lines = [
        found["problem"],
        f"{found['setting']}, γ = {found['gamma']:.6g}",
        f"f* in [{low:.12g}, {high:.12g}] (certified, width {high - low:.1e})",
        "",
        f"{'metric':10}  {'gap (measured)':>15}  {'bound (proved)':>15}  at measured regret",
    ]
    for metric in (m for m in METRICS if f"gap_{m}" in found):
        entry = found["bounds"].get(metric)
        value = entry["value"] if entry else None
        shown = f"{value:15.6g}" if value is not None else f"{'none covers it':>15}"
        seen = f"{entry['at_measured_regret']:18.6g}" if entry else " " * 18
        lines.append(f"{metric:10}  {found['gap_' + metric]:15.6g}  {shown}  {seen}")
    reasons = {entry["reason"] for entry in found["bounds"].values() if "reason" in entry}
    lines += sorted(reasons)
    lines += ["", "identity, summed over steps: φ + telescope = regret − divergences"]
    lines += [f"  {WORDS[name]:36} {value:16.9g}" for name, value in closed["terms"].items()]
    closes = "closes" if closed["residual"] <= closed["budget"] else "DOES NOT CLOSE"
    lines.append(
        f"  residual {closed['residual']:.2e} ≤ budget {closed['budget']:.2e}: {closes};"
        f" recursion residuals {closed['recursion']:.2g} of what rounding allows"
    )
    return "\n".join(lines)
