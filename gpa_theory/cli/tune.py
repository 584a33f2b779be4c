"""Find the constants with the least worst case, and certify the worst case they have.

The search is local (several starts); what is certified is the interval at the constants printed.
"""

from __future__ import annotations

import argparse
from math import sqrt
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count
from gpa_theory.cli.guard import complain
from gpa_theory.cli.streams import print_json
from gpa_theory.cli.worst_case import add_class, add_metric, function_class
from gpa_theory.core.validation import check_count
from gpa_theory.worst_case.model.families import FAMILIES, diloco, family_named

if TYPE_CHECKING:
    from gpa_theory.worst_case.tuning import Tuned


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa tune`."""
    parser.add_argument("--steps", type=count, required=True, help="T")
    add_metric(parser)
    first, *others = FAMILIES
    words = f"{first} (default), {', '.join(others)}, diloco"
    parser.add_argument("--family", default=first, help=words)
    parser.add_argument("--inner-steps", type=count, default=2, help="H, for --family diloco")
    add_class(parser)
    parser.add_argument("--width", type=float, help="largest relative width (default: by T)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(options: argparse.Namespace) -> int:
    """Run `gpa tune`."""
    check_count(f"gpa tune --steps {options.steps}", "--steps", options.steps, 2)
    from gpa_theory.worst_case.model.result import WorstCaseError
    from gpa_theory.worst_case.tuning import tune

    name = options.family
    family = diloco(options.inner_steps) if name == "diloco" else family_named("gpa tune", name)
    of = function_class(options)
    try:
        found = tune(family, options.steps, options.metric, of, width=options.width)
    except WorstCaseError as error:
        complain("gpa", str(error))
        return exits.UNDECIDED
    described = describe(found)
    if options.json:
        print_json(described)
        return exits.OK
    print(f"{found.family.words}, T = {options.steps}, f {of.words}")
    for name, value in found.constants.items():
        print(f"  {name:12} {float(value):.6g}")
    print(found.found.words)
    if described["minimax"] is not None:
        print(f"minimax GD/√T = {described['minimax']:.9g}, ratio ≤ {described['ratio']:.6g}")
    return exits.OK


def describe(found: Tuned) -> dict[str, Any]:
    """Return the JSON object of `gpa tune`."""
    worst = found.found
    best = None if worst.of.is_smooth else float(worst.of.value_scale) / sqrt(worst.steps)
    return {
        "family": found.family.words,
        "constants": {name: float(value) for name, value in found.constants.items()},
        "lower": worst.lower,
        "upper": worst.upper,
        "label": "certified",
        "metric": worst.metric,
        "steps": worst.steps,
        "class": worst.of.words,
        "minimax": best,
        "ratio": None if best is None else worst.upper / best,
        "evaluations": found.evaluations,
    }
