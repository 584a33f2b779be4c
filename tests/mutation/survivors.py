"""Faults that no test can notice, or that none notices yet, each with the reason.

`survivors.txt` holds them: file :: line before :: line after :: reason.  Lines are stripped; in
place of the line after, * stands for every fault in that line.
"""

from __future__ import annotations

from pathlib import Path

LIST = Path(__file__).with_name("survivors.txt")


def reasons() -> dict[tuple[str, str], str]:
    """Return the reason for each (file, "line before, newline, line after or *")."""
    found = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            file, before, after, why = line.split(" :: ")
            found[file, f"{before}\n{after}"] = why
    return found


def explained(file: str, diff: str) -> str | None:
    """Return why this fault survives, None if nobody has said."""
    known, before = reasons(), diff.split("\n", maxsplit=1)[0]
    return known.get((file, diff)) or known.get((file, f"{before}\n*"))
