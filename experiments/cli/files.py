"""What a command reads and where it writes: refused by name, before the work."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.core.writing import check_target

LONGEST = 10**6  # bytes of a config: no run needs more, and a device has no end
RECORD = ("README.md", "data.json", "figure.png")
MOST_WORKERS = 10_000


def read_config(call: str, parameter: str, path: str) -> Any:
    """Return what a JSON file says, or raise a `ValueError` that names it; no key may come twice.

    >>> read_config("train", "CONFIG", "/")
    Traceback (most recent call last):
    ValueError: `train`: CONFIG cannot be read: Is a directory
    """
    try:
        data = _bytes(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(call, parameter, f"cannot be read: {reason}") from None
    if len(data) > LONGEST:
        raise refuse(call, parameter, f"must be a file of at most {LONGEST:,} bytes")

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise refuse(call, name, "must not be given twice")
        return dict(pairs)

    try:
        return json.loads(data, object_pairs_hook=table)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise refuse(call, parameter, "must be a JSON file") from None
    except RecursionError:
        raise refuse(call, parameter, "must be JSON that is not nested so deeply") from None


def _bytes(path: str) -> bytes:
    # Not to wait for a writer, if this is a pipe that has none.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(descriptor, True)
        return file.read(LONGEST + 1)


def check_record(call: str, parameter: str, folder: str | None) -> None:
    """Raise if a record cannot be written to this folder, which need not be there yet."""
    if folder is None:
        return
    if not folder:
        raise refuse(call, parameter, "must name a folder")
    place = Path(folder)
    try:
        known = next(p for p in (place, *place.parents) if p.exists() or p.is_symlink())
        if not known.is_dir():
            raise NotADirectoryError(0, f"{known} is not a folder")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(call, parameter, f"cannot be written: {reason}") from None
    for name in RECORD if known == place else ("data.json.new",):
        check_target(call, parameter, known / name)


def check_workers(call: str, workers: int | None) -> int:
    """Return how many processes are meant: one per core if nothing is said.

    >>> check_workers("study", 0)
    Traceback (most recent call last):
    ValueError: `study`: --workers must lie in [1, 10000]
    """
    if workers is None:
        return os.cpu_count() or 1
    check_range(call, "--workers", workers, 1, MOST_WORKERS)
    return workers
