"""`gpa worst-case --show`: the worst function as a picture and as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from gpa_theory.cli import exits
from gpa_theory.cli.asking.options import asks_more
from gpa_theory.cli.results import deliver
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import check_target

NAMES = ("worst_function.svg", "worst_function.json")  # of the files, unless they are named
SUFFIXES = (".png", ".svg", ".json")


def add_show(parser: argparse.ArgumentParser) -> None:
    """Declare --show."""
    words = f"write the worst function to these files, {', '.join(SUFFIXES)} (default: svg, json)"
    parser.add_argument("--show", metavar="FILE", nargs="*", help=words)


def check_show(options: argparse.Namespace) -> None:
    """Raise, before anything is solved, for a file that cannot be written, or of no known kind."""
    if options.show is None:
        return
    options.show = options.show or list(NAMES)
    if asks_more(options):
        rule = "shows functions of the plain metrics and starts, without a projection"
        raise refuse("gpa worst-case --show", "--show", rule)
    for name in options.show:
        call = f"gpa worst-case --show {name}"
        if Path(name).suffix not in SUFFIXES:
            raise refuse(call, "--show", f"must end in {', '.join(SUFFIXES)}")
        check_target(call, "--show", name)


def show(found: Any, names: list[str] | None) -> int:
    """Write what is asked for, each whole, and return the exit code."""
    if not names:
        return exits.OK
    from gpa_theory.report.worst_function import drawn
    from gpa_theory.worst_case.shown import shown

    seen, codes = shown(found), []
    for name in names:
        suffix = Path(name).suffix
        text: str | bytes = json.dumps(seen.as_json(), indent=1, ensure_ascii=False) + "\n"
        content = text if suffix == ".json" else drawn(seen, suffix)
        codes.append(deliver(f"gpa worst-case --show {name}", "--show", name, content))
    return max(codes)
