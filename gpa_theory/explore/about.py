"""What a page says about itself: who made it, from which code, and how to cite it."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

REFERENCES = Path(__file__).resolve().parent.parent / "report" / "REFERENCES.bib"
CITED = ("gpatheory2026", "defazio2025smoothing", "zinkevich2003online")


@dataclass(frozen=True, slots=True)
class About:
    """The manifest that goes into every download, and the BibTeX entries that the page copies."""

    manifest: dict[str, Any]
    bibtex: str


def about(command: str, manifest: dict[str, Any] | None = None) -> About:
    """Return what the page says about itself; `manifest` replaces the short one made here.

    >>> about("gpa explore").manifest["command"]
    'gpa explore'
    """
    short = {
        "package": {"name": "gpa-theory", "version": _version("gpa-theory")},
        "python": platform.python_version(),
        "versions": {"numpy": _version("numpy"), "sympy": _version("sympy")},
        "command": command,
    }
    return About(manifest or short, bibtex())


def bibtex() -> str:
    """Return the entries of the project, the paper and the regret bound the page draws.

    >>> bibtex().splitlines()[0]
    '@misc{gpatheory2026,'
    """
    text = REFERENCES.read_text(encoding="utf-8")
    found = (re.search(rf"^@\w+\{{{key},.*?^\}}", text, re.MULTILINE | re.DOTALL) for key in CITED)
    return "\n\n".join(entry.group(0) for entry in found if entry)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
