"""Confront every claim with its checks, print a table, and write verify.json.

Exit codes: 0 all hold or are supported, 1 violated, 4 undecided, 5 nothing selected, 6 all hold but
the file could not be written.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count
from gpa_theory.cli.guard import complain
from gpa_theory.cli.results import deliver
from gpa_theory.core.validation import check_count
from gpa_theory.core.writing import check_target

if TYPE_CHECKING:
    from gpa_theory.verify.runner import Unit

MOST_PER_CORE = 4  # processes; more would only fill the memory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa verify`."""
    parser.add_argument("--only", default="*", metavar="GLOB", help="claims by id, e.g. 'regret-*'")
    parser.add_argument("--json", default="verify.json", metavar="PATH", help="where to write")
    parser.add_argument("--seed", type=count, default=0)
    parser.add_argument("--jobs", type=count, default=0, help="processes; 0 (default): all cores")
    parser.add_argument("--progress", choices=("auto", "plain", "none"), default="auto")


def main(options: argparse.Namespace) -> int:
    """Run `gpa verify`."""
    check_count(f"gpa verify --seed {options.seed}", "--seed", options.seed, 0)
    check_count(f"gpa verify --jobs {options.jobs}", "--jobs", options.jobs, 0)
    check_target(f"gpa verify --json {options.json}", "--json", options.json)
    from gpa_theory.verify.registry import claims
    from gpa_theory.verify.runner import run_checks, select

    try:
        chosen = select(claims(), options.only)
    except ValueError as error:
        complain("gpa", str(error))
        return exits.NOTHING_SELECTED
    start = perf_counter()
    outcomes = run_checks(chosen, options.seed, _jobs(options.jobs), _progress(options.progress))
    elapsed = perf_counter() - start
    try:
        return _finish(outcomes, elapsed, options)
    except ValueError as error:  # whatever it is, the user's command line was right
        raise RuntimeError(f"after the checks: {error}") from error


def _jobs(asked: int) -> int:
    """Return the number of processes: all cores, or what was asked for within reason."""
    cores = os.cpu_count() or 1
    return min(asked, MOST_PER_CORE * cores) or cores


def _finish(outcomes: Any, elapsed: float, options: argparse.Namespace) -> int:
    """Print the table, then write the file: what was found is seen even if it cannot be written."""
    code = _report(outcomes, elapsed)
    call = f"gpa verify --json {options.json}"
    written = deliver(call, "--json", options.json, _content(outcomes, elapsed, options))
    if written == exits.OK:
        print(f"details in {Path(options.json).name}")
    return code or written


def _progress(style: str) -> Any:
    """Return the progress callback: one line rewritten on a terminal, plain lines elsewhere."""
    if style == "none":
        return None
    rewrite = style == "auto" and sys.stderr.isatty()
    start = perf_counter()

    def show(done: int, total: int, unit: Unit) -> None:
        elapsed = perf_counter() - start
        left = elapsed / done * (total - done)
        line = f"[{done:3d}/{total}] {elapsed:5.1f}s, about {left:3.0f}s left: {unit.claim}"
        if rewrite:
            end = "\n" if done == total else ""
            print(f"\r{line:<78.78}", end=end, file=sys.stderr, flush=True)
        else:
            print(f"{line}: {unit.check}", file=sys.stderr, flush=True)

    return show


def _content(outcomes: Any, elapsed: float, options: argparse.Namespace) -> str:
    from gpa_theory.report.manifest import collect
    from gpa_theory.report.tables import outcomes_json

    command = ["gpa", "verify", "--only", options.only, "--seed", str(options.seed)]
    content = outcomes_json(outcomes, elapsed, collect(command, options.seed))
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _report(outcomes: Any, elapsed: float) -> int:
    from gpa_theory.report.tables import complaints_text, outcomes_text
    from gpa_theory.verify.verdict import Verdict, worst

    print(outcomes_text(outcomes))
    complaints = complaints_text(outcomes)
    if complaints:
        print("\n" + complaints)
    verdicts = [outcome.verdict for outcome in outcomes]
    counts = ", ".join(
        f"{verdicts.count(v)} {'hold' if v is Verdict.HOLDS else v.value}"
        for v in Verdict
        if v in verdicts
    )
    print(f"\n{len(outcomes)} claims: {counts}; {elapsed:.1f} s", flush=True)
    overall = worst(verdicts)
    return {Verdict.VIOLATED: exits.VIOLATED, Verdict.UNDECIDED: exits.UNDECIDED}.get(
        overall, exits.OK
    )
