"""The atlas of regret bounds on the command line: the list, and a row as a stated regret."""

from __future__ import annotations

import argparse

from gpa_theory.cli import exits
from gpa_theory.cli.streams import print_json
from gpa_theory.core.atlas.catalogue import as_data, as_text, row_named
from gpa_theory.core.atlas.row import DERIVED, DISCOUNTED, Row
from gpa_theory.core.bases import BASES
from gpa_theory.core.validation import check_range, refuse

DEFAULTS = {"metric": "average", "averaging": "exponential"}


def show_list(options: argparse.Namespace) -> int:
    """Print the atlas, as JSON if asked for; any other option is refused."""
    for name, value in vars(options).items():
        left_out = value is None or value is False or value in ([], DEFAULTS.get(name))
        if name not in ("list", "json") and not left_out:
            raise refuse("gpa bound --list", f"--{name.replace('_', '-')}", "is not used")
    if options.json:
        print_json(as_data())
    else:
        print(as_text())
    return exits.OK


def row_of(options: argparse.Namespace) -> Row | None:
    """Return the row of the atlas that `--base` names, or None for a base of the table.

    Raises:
        ValueError: if there is no such row, or its bound feeds no theorem about GPA.
    """
    name = options.base
    if name is None or name in BASES:
        return None
    row = row_named("gpa bound", name)
    if row.unusable:
        raise refuse(f"gpa bound --base {name}", "base", f"is not for GPA: {row.unusable}")
    return row


def as_stated(row: Row, options: argparse.Namespace) -> dict[str, str]:
    """Return the regret of a row, as `symbolic.rates.bound` takes one that is stated.

    A discounted one is stated at the μ_x given, since its formula may hold for μ_x > 0 only.
    """
    known = {"against": row.against, "domain": f"{row.domain}, {standing(row)}"}
    if row.kind != DISCOUNTED:
        return {"regret": row.regret, **known}
    call = f"gpa bound --base {row.name}"
    if options.metric != "last":
        raise refuse(call, "--metric", "must be last: a discounted regret bounds that alone")
    if options.latex:
        raise refuse(call, "--latex", "is not for a regret that is stated at one μ_x")
    if options.mu_x is None:
        raise refuse(call, "--mu-x", "is needed")
    check_range(f"{call} --mu-x {options.mu_x}", "mu_x", options.mu_x, 0, 1, open_high=True)
    return {"discounted": row.regret.replace("mu_x", repr(options.mu_x)), **known}


def standing(row: Row) -> str:
    """Return on what the bound of a row rests, in words.

    >>> standing(row_named("doctest", "ftrl"))
    'proved apart: certificate in symbolic.bases.ftrl'
    """
    return f"proved apart: {row.proof}" if row.label == DERIVED else f"reported: {row.source}"
