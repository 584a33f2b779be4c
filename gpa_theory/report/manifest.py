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
            ["git", *arguments], cwd=PACKAGE_FOLDER, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def commit() -> str | None:
    """Return the commit of the checkout the package runs from, "+dirty" if it was edited.

    None outside a checkout.
    """
    head = _git("rev-parse", "HEAD")
    if head is None:
        return None
    return f"{head}+dirty" if _git("status", "--porcelain", "--", ".") else head


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
