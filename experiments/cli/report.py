"""Make every record's README and figures anew from its data, and the table of all records."""

from __future__ import annotations

import argparse
from pathlib import Path

from gpa_theory.core.writing import write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `report`."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if stale")


def run(options: argparse.Namespace) -> int:
    """Run `report`; with --check, return exit code 1 if a README differs from what its data say."""
    from experiments.study.record import records

    stale = []
    for folder in records.found():
        text = records.regenerate(folder, draw=not options.check)
        if text is not None:
            stale += _settle(folder / "README.md", text, options.check)
    old = records.README.read_text(encoding="utf-8")
    stale += _settle(records.README, records.rendered(old), options.check)
    word = "stale" if options.check else "rewritten"
    for path in stale:
        print(f"{word}: {path.relative_to(records.README.parent)}")
    print(f"{len(records.found())} records, {len(stale)} {word}")
    return int(bool(stale) and options.check)


def _settle(path: Path, text: str, is_check: bool) -> list[Path]:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    if not is_check:
        write_whole(path, text)
    return [path]
