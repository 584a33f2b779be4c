"""Run GPA on a real problem: the gaps, the bounds that cover it, and every term of the identity.

Problems: DATASET-LOSS with breast_cancer, wine, digits (logistic, hinge, least_absolute_deviation,
least_squares) and diabetes (the last two); or absolute, max, quadratic, linear.  A bound larger
than what holds without any theorem, f(x_1) − f(u) for instance, is marked as vacuous.

Own data: `--csv FILE --target COLUMN --loss logistic|hinge|absolute|squared`.  Texts become columns
of 0 and 1, rows that miss a value are left out, and a column of ones is added; all of it is said.
In JSON `minimum` is then the pair [lower, upper].
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count
from gpa_theory.cli.running import data
from gpa_theory.cli.streams import print_json
from gpa_theory.core.bases import BASES
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import check_count, refuse

if TYPE_CHECKING:
    from gpa_theory.numeric.problems.problem import Problem
    from gpa_theory.numeric.trajectory import Trajectory
    from gpa_theory.verify.experiment import Experiment

LONGEST, LARGEST = 10**6, 2 * 10**7  # steps; steps times dimension, of which six arrays are kept


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa run`."""
    parser.add_argument("--problem", help="e.g. breast_cancer-logistic; or --csv")
    data.add_arguments(parser)
    parser.add_argument("--base", default="ogd", help=f"{', '.join(BASES)}; ogd by default")
    parser.add_argument("--mu-x", type=float, help="μ_x in [0, 1) (default 0.9)")
    parser.add_argument("--uniform", action="store_true", help="c_t = 1/t (Schedule-Free) for μ_x")
    parser.add_argument("--mu-y", type=float, default=0.7, help="μ_y in [0, 1] (default 0.7)")
    parser.add_argument("--steps", type=count, default=1000, help="T (default 1000)")
    parser.add_argument("--gamma", type=float, help="step size (or its scale); tuned if not given")
    parser.add_argument("--domain", choices=("ball", "box"), help="the feasible set")
    parser.add_argument(
        "--tune-for", choices=("average", "last"), help="the metric γ is tuned for; average"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(options: argparse.Namespace) -> int:
    """Run `gpa run`."""
    from gpa_theory.verify.experiment import Experiment, execute

    check_count(f"gpa run --steps {options.steps}", "--steps", options.steps)
    _check_used(options)
    own = data.own_problem(options)
    constant = 0.9 if options.mu_x is None else options.mu_x
    experiment = Experiment(
        problem=options.problem if own is None else own[0].name,
        base=options.base,
        mu_x=None if options.uniform else constant,
        mu_y=options.mu_y,
        steps=options.steps,
        gamma=options.gamma,
        domain=options.domain,
        tuned_for=options.tune_for or "average",
    )
    problem = experiment.load() if own is None else own[0]
    _check_size(experiment, problem)
    run, gamma = execute(experiment, problem=problem)
    found = describe(experiment, run, gamma)
    if own is not None:
        found["inputs"] |= {"csv": options.csv, "target": options.target, **own[1]}
        found["minimum"] = [run.problem.minimum_lower, run.problem.minimum_upper]
    if options.json:
        print_json(found)
    else:
        print(_text(found))
    closed = found["identity"]
    broken = closed["residual"] > closed["budget"] or closed["recursion"] > 1
    return exits.VIOLATED if broken else exits.OK


def _check_used(options: argparse.Namespace) -> None:
    """Refuse an argument that the others make meaningless."""
    if options.uniform and options.mu_x is not None:
        raise refuse("gpa run --uniform", "--mu-x", "is not used: c_t = 1/t has no constant μ_x")
    if options.gamma is not None and options.tune_for is not None:
        raise refuse("gpa run --gamma", "--tune-for", "is not used: γ is given")
    if options.uniform and options.tune_for == "average":
        raise refuse(
            "gpa run --uniform", "--tune-for", "must be last, the only metric bounded for c_t = 1/t"
        )


def _check_size(experiment: Experiment, problem: Problem) -> None:
    """Refuse a run whose arrays would not fit, before it takes the memory."""
    most = min(LONGEST, LARGEST // problem.dim)
    if experiment.steps > most:
        call = f"gpa run --problem {experiment.problem} --steps {experiment.steps}"
        raise refuse(call, "--steps", f"must be at most {most}: the whole run is kept")


def describe(experiment: Experiment, run: Trajectory, gamma: float) -> dict[str, Any]:
    """Return the JSON object of `gpa run`."""
    from gpa_theory.numeric.exceeding import exceeding
    from gpa_theory.numeric.identity import identity
    from gpa_theory.verify.experiment import metrics

    closed, beside = identity(run), exceeding(run)
    return {
        "problem": run.problem.words,
        "setting": experiment.words,
        "inputs": asdict(experiment),
        "update": BASES[experiment.base].update,
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
        "against_base": {
            "verdict": beside.verdict,
            "words": beside.words,
            "lead": beside.lead,
            "gained": beside.gained,
            "paid": beside.paid,
            "budget": beside.budget,
        },
    }


def _bound(experiment: Experiment, run: Trajectory, metric: str, gamma: float) -> dict[str, Any]:
    """Return one bound at the run's own γ, or why it does not cover the problem."""
    from gpa_theory.verify.experiment import (
        beaten_by_start,
        bound_value,
        converted,
        theorem,
        vacuous,
    )

    of, shown = theorem(experiment, metric), converted(run, metric)
    beaten = bool(beaten_by_start(run, shown))
    found = {
        "source": of.source,
        "at_measured_regret": shown,
        "vacuous_at_measured_regret": beaten,
    }
    try:
        value = bound_value(experiment, run.problem, metric, gamma)
    except ValueError as error:
        return {"value": None, "reason": str(error), **found}
    why = vacuous(experiment, run, metric, gamma)
    said = {"vacuous": bool(why), **({"reason": why} if why else {})}
    return {"value": value, **said, "label": of.label.value, **found}


def _text(found: dict[str, Any]) -> str:
    from gpa_theory.core.identity import WORDS

    known = found["minimum"]
    low, high = known if isinstance(known, list) else (known["lower"], known["upper"])
    closed = found["identity"]
    lines = [
        found["problem"],
        f"{found['setting']}, γ = {found['gamma']:.6g}",
        *found["inputs"].get("notes", []),
        f"f* in [{low:.12g}, {high:.12g}] (certified, width {high - low:.1e})",
        "",
        f"{'metric':10}  {'gap (measured)':>15}  {'bound (proved)':>15}  at measured regret",
    ]
    for metric in (m for m in METRICS if f"gap_{m}" in found):
        entry = found["bounds"].get(metric)
        value = entry["value"] if entry else None
        shown = f"{value:15.6g}" if value is not None else f"{'none covers it':>15}"
        shown += "*" if entry and entry.get("vacuous") else " "
        seen = f"{entry['at_measured_regret']:18.6g}" if entry else " " * 18
        seen += "*" if entry and entry["vacuous_at_measured_regret"] else ""
        lines.append(f"{metric:10}  {found['gap_' + metric]:15.6g}  {shown} {seen}".rstrip())
    if any("*" in line for line in lines[5:]):
        lines.append("* vacuous: larger than what holds without a theorem")
    lines += _remarks(found["bounds"])
    lines += ["", "identity, summed over steps: φ + telescope = regret − divergences"]
    lines += [f"  {WORDS[name]:36} {value:16.9g}" for name, value in closed["terms"].items()]
    closes = "closes" if closed["residual"] <= closed["budget"] else "DOES NOT CLOSE"
    lines.append(
        f"  residual {closed['residual']:.2e} ≤ budget {closed['budget']:.2e}: {closes};"
        f" recursion residuals {closed['recursion']:.2g} of what rounding allows"
    )
    lines += ["", found["against_base"]["words"]]
    return "\n".join(lines)


def _remarks(bounds: dict[str, dict[str, Any]]) -> list[str]:
    """Return, once each, why a bound does not cover the problem or is vacuous."""
    said: dict[str, list[str]] = {}
    for metric, entry in bounds.items():
        if "reason" in entry:
            words = f"vacuous: {entry['reason']}" if entry.get("vacuous") else entry["reason"]
            said.setdefault(words, []).append(metric)
    return [f"{', '.join(metrics)}: {words}" for words, metrics in sorted(said.items())]
