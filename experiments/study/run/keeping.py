"""Results that are computed once and kept on disk; none is begun after its deadline."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from experiments.engine.journal import jsonable, write_json
from experiments.reading import read_regular
from gpa_theory.core.validation import refuse


def place(folder: Path, job: Any) -> Path:
    """Return where the result of a job (a dataclass with `arm` and `config`) is kept.

    The name holds a hash of all that determines the result: the config and every other field.
    """
    rest = {f.name: getattr(job, f.name) for f in fields(job) if f.name not in ("arm", "config")}
    also = hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:6]
    return folder / f"{job.arm}-{job.config.key()}-{also}.json"


def _read(path: Path) -> Any:
    try:
        return json.loads(read_regular(path).decode())
    except (ValueError, RecursionError, OSError):
        rule = "is damaged; delete it, and what it held is computed again"
        raise refuse("study", str(path), rule) from None


def kept(folder: Path, deadline: float | None, compute: Callable[[Any], Any], job: Any) -> Any:
    """Return `compute(job)`, from disk if it is there; None if it is too late to begin."""
    path = place(folder, job)
    if path.exists():
        return _read(path)
    if deadline is not None and time.time() > deadline:
        return None
    found = jsonable(compute(job))
    folder.mkdir(parents=True, exist_ok=True)
    write_json(path, found)
    return found
