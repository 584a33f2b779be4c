"""Provenance: which code, which versions, which seed and command made a result.

No host name, no user and no path is recorded: a manifest can be published as it is.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "scipy", "sympy", "cvxpy", "clarabel", "torch", "scikit-learn", "joblib")
PACKAGE_FOLDER = Path(__file__).resolve().parent.parent


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments],  # another git may be at work here
            cwd=PACKAGE_FOLDER,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def commit() -> str | None:
    """Return the commit of the checkout the package runs from, "+dirty" if it was edited.

    Any change of a tracked file counts, wherever it is, and any new file among the sources.  None
    outside a checkout of this project: installed somewhere inside another repository, say.
    """
    head, own = _git("rev-parse", "HEAD"), _git("rev-parse", "HEAD:./__init__.py")
    if head is None or own is None:
        return None
    lines = (_git("status", "--porcelain", "--untracked-files=all") or "").splitlines()
    return f"{head}+dirty" if any(map(_matters, lines)) else head


def _matters(line: str) -> bool:
    """Return whether a line of git's status is an edit: not a new file beside the sources."""
    path = line.removeprefix("?? ").strip('"')
    is_source = path.startswith(("gpa_theory/", "experiments/"))
    # A record that is being written does not change what is run.
    return path == line or (is_source and not path.startswith("experiments/records/"))


def source_hash() -> str:
    """Return the SHA-256 of the package's Python files, by relative name and content."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE_FOLDER.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE_FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def collect(command: list[str], seed: int | None) -> dict[str, Any]:
    """Return the manifest of a result made by `command` with `seed`."""
    return {
        "package": {"name": "gpa-theory", "version": _version("gpa-theory")},
        "python": platform.python_version(),
        "machine": platform.machine(),
        "versions": {name: _version(name) for name in PACKAGES},
        "commit": commit(),
        "seed": seed,
        "command": " ".join(Path(a).name if "/" in a else a for a in command),
        "hashes": {"source": source_hash()},
    }
