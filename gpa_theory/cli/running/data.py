"""`gpa run --csv FILE --target COLUMN --loss …`: the user's own data as a problem."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpa_theory.core.bases import BASES
from gpa_theory.core.validation import check_range, refuse

if TYPE_CHECKING:
    from gpa_theory.numeric.problems.problem import Problem

LOSSES = ("logistic", "hinge", "absolute", "squared")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is said of a CSV file."""
    own = parser.add_argument_group("own data")
    own.add_argument("--csv", metavar="FILE", help="a table; its first line names the columns")
    own.add_argument("--target", metavar="COLUMN", help="the column to predict")
    own.add_argument("--loss", help=f"{', '.join(LOSSES)}")
    own.add_argument("--radius", type=float, help="of the ball |w| ≤ r; 10 by default")
    own.add_argument(
        "--standardize", action="store_true", help="mean 0 and variance 1 in numeric columns"
    )
    own.add_argument(
        "--drop", action="append", default=[], metavar="COLUMN", help="leave a column out"
    )


def own_problem(options: argparse.Namespace) -> tuple[Problem, dict[str, Any]] | None:
    """Return the problem of the CSV file and what was done to the table; None without one."""
    if options.csv is None:
        _refuse_without_a_file(options)
        return None
    if options.problem is not None:
        raise refuse("gpa run --csv", "--problem", "is not used: the file is the problem")
    call = f"gpa run --csv {options.csv}"
    for name in ("target", "loss"):
        if getattr(options, name) is None:
            raise refuse(call, f"--{name}", "is needed")
    if options.loss not in LOSSES:
        raise refuse(call, "--loss", f"must be one of {', '.join(LOSSES)}")
    from gpa_theory.numeric.problems import encoding, own

    radius = own.RADIUS if options.radius is None else options.radius
    check_range(call, "--radius", radius, 0, 1e6, open_low=True)

    columns = own.read_csv(call, options.csv)
    for name in options.drop:
        if columns.pop(name, None) is None or name == options.target:
            raise refuse(call, "--drop", f"must be a column, and not the target: {name!r}")
    labels = own.needs_labels(call, options.loss)
    standardize = options.standardize
    found = encoding.encode(call, columns, options.target, labels=labels, standardize=standardize)
    box = options.domain == "box" or BASES[options.base].coordinatewise
    name = f"{Path(options.csv).name}-{options.loss}"
    made = own.of(call, name, found, options.loss, radius, box=box)
    return made, {
        "rows": len(found.targets),
        "columns": [*found.columns, "1"],
        "notes": list(found.notes),
    }


def _refuse_without_a_file(options: argparse.Namespace) -> None:
    if options.problem is None:
        raise refuse("gpa run", "--problem", "is needed, or --csv with --target and --loss")
    unused = {"target": None, "loss": None, "radius": None, "standardize": False, "drop": []}
    for name, default in unused.items():
        if getattr(options, name) != default:
            raise refuse("gpa run --problem", f"--{name}", "is not used: it is said of a CSV file")
