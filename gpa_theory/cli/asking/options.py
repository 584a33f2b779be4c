"""The options of `gpa worst-case` that ask another question than the plain one."""

from __future__ import annotations

import argparse
from fractions import Fraction

from gpa_theory.cli.arguments import exact
from gpa_theory.core.validation import refuse

FILES = ("certificate", "rocq")  # options that name a file for a certificate
MORE_METRICS = ("best", "gradient")  # those of `worst_case.questions`, named here without numpy


def add_questions(parser: argparse.ArgumentParser) -> None:
    """Declare the other starts and the projection."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--start-gap", type=exact, help="Δ: f(x_1) − f* ≤ Δ, in place of --radius")
    one.add_argument(
        "--diameter", type=exact, help="R: steps are projected onto a convex set of this diameter"
    )


def asks_more(options: argparse.Namespace) -> bool:
    """Return whether the answer is one of `worst_case.questions`."""
    more = options.start_gap is not None or options.diameter is not None
    return more or options.metric in MORE_METRICS


def fill_radius(options: argparse.Namespace) -> None:
    """Give --radius its default: 1, or the diameter; it does not go with --start-gap."""
    if options.radius is None:
        options.radius = Fraction(1) if options.diameter is None else options.diameter
    elif options.start_gap is not None:
        rule = "does not go with --start-gap, which allows any distance"
        raise refuse("gpa worst-case --start-gap", "--radius", rule)
    for name in FILES:
        if asks_more(options) and getattr(options, name) is not None:
            rule = "needs a metric of values and a start within --radius, without projection"
            raise refuse(f"gpa worst-case --{name}", f"--{name}", rule)
