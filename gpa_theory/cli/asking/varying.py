"""Constants that change with t: lists or formulas on the command line, or a file.

A file of the name *.csv has a header of names among mu_x, mu_y and gamma, and one line per step;
any other is a JSON object of these names, each a number or a list of T − 1.  Numbers may be
fractions in quotes, and decimals are taken exactly.  What a file leaves out is given by options.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from gpa_theory.cli.arguments import exact
from gpa_theory.cli.asking.formulas import Formula, number_or_formula, values_of
from gpa_theory.core.validation import check_range, refuse

NAMES = ("mu_x", "mu_y", "gamma")
LARGEST = 2**20  # bytes of a file
MOST = 400  # steps of a formula; the programs have as many at most


def add_varying(parser: argparse.ArgumentParser) -> None:
    """Declare μ_x, μ_y and γ, each one number or T − 1 of them."""
    number = number_or_formula
    words = "μ_x in [0, 1), those of x_2 … x_T, or a formula in t and T"
    parser.add_argument("--mu-x", type=number, nargs="+", help=words)
    parser.add_argument("--uniform", action="store_true", help="c_t = 1/t (Schedule-Free) for μ_x")
    parser.add_argument("--mu-y", type=number, nargs="+", help="μ_y in [0, 1], or those of y_1 …")
    parser.add_argument(
        "--gamma", type=number, nargs="+", help="γ, the T−1 steps γ_1 …, or a formula in t and T"
    )
    parser.add_argument(
        "--constants", metavar="FILE", help="mu_x, mu_y, gamma from JSON or CSV: numbers or lists"
    )


def gather(options: argparse.Namespace) -> None:
    """Take in the file, and make a list of one number that number."""
    if options.constants is not None:
        for name, column in read(options.constants).items():
            if getattr(options, name) is not None or (name == "mu_x" and options.uniform):
                flag = f"--{name.replace('_', '-')}"
                call = f"gpa worst-case --constants {options.constants}"
                raise refuse(call, flag, "is in the file too")
            setattr(options, name, column)
    for name in NAMES:
        given = getattr(options, name)
        flag = f"--{name.replace('_', '-')}"
        if given is not None and any(isinstance(value, Formula) for value in given):
            if len(given) > 1:
                raise refuse("gpa worst-case", flag, "must be one formula, or numbers")
            setattr(options, name, values_of(flag, given[0], limited(options.steps)))
    for name in ("mu_x", "mu_y"):
        given = getattr(options, name)
        if given is not None and len(given) == 1:
            setattr(options, name, given[0])


def limited(steps: int) -> int:
    """Return T, or refuse what no worst case is computed for, before a formula is evaluated."""
    check_range(f"gpa worst-case --steps {steps}", "--steps", steps, 2, MOST)
    return steps


def varies(options: argparse.Namespace) -> bool:
    """Return whether μ_x or μ_y changes with t (γ alone may, in GPA itself)."""
    return isinstance(options.mu_x, list) or isinstance(options.mu_y, list)


def scheduled(options: argparse.Namespace) -> Any:
    """Return the method whose constants change with t."""
    from gpa_theory.worst_case.model.scheduled import Scheduled

    lists = {}
    count = options.steps - 1
    for name in NAMES:
        given = getattr(options, name)
        flag = f"--{name.replace('_', '-')}"
        if given is None:
            raise refuse("gpa worst-case", flag, "is needed")
        values = given if isinstance(given, list) else [given]
        if len(values) not in (1, count):
            rule = f"must be one number or T − 1 = {count}, not {len(values)}"
            raise refuse("gpa worst-case", flag, rule)
        lists[name] = tuple(values) * (count if len(values) == 1 else 1)
    return Scheduled(**lists)


def read(name: str) -> dict[str, list[Fraction]]:
    """Return the lists in a file; whatever is odd in it is a usage error."""
    call, path = f"gpa worst-case --constants {name}", Path(name)
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise refuse(call, "--constants", f"must be a file of at most {LARGEST} bytes")
        text = path.read_text(encoding="utf-8")
        found = _csv(text) if path.suffix.lower() == ".csv" else _json(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError, csv.Error) as error:
        raise refuse(call, "--constants", f"cannot be read: {error}") from None
    except (TypeError, argparse.ArgumentTypeError) as error:
        raise refuse(call, "--constants", f"holds what is no number: {error}") from None
    unknown = [given for given in found if given not in NAMES]
    if unknown or not found or not all(found.values()):
        rule = f"must hold lists named among {', '.join(NAMES)}"
        raise refuse(call, "--constants", rule)
    return found


def _json(text: str) -> dict[str, list[Fraction]]:
    found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    if not isinstance(found, dict):
        raise TypeError("no object")
    return {
        str(name): [_number(value) for value in (given if isinstance(given, list) else [given])]
        for name, given in found.items()
    }


def _csv(text: str) -> dict[str, list[Fraction]]:
    header, *rows = [row for row in csv.reader(io.StringIO(text)) if row] or [[]]
    if any(len(row) != len(header) for row in rows) or len(set(header)) < len(header):
        raise TypeError("lines of different length, or a name twice")
    return {
        name.strip(): [_number(row[k].strip()) for row in rows] for k, name in enumerate(header)
    }


def _number(value: Any) -> Fraction:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__}")
    return exact(value)
