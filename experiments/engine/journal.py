"""The run's folder: a config that must match, metrics that survive a kill, a final record.

Metrics are appended line by line.  A run that resumes at step t first removes the lines after t, so
a run that was killed and resumed leaves the same lines as an uninterrupted one.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import torch

from experiments.engine.config import RunConfig
from experiments.reading import read_regular
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import write_whole

METRICS, CONFIG, FINAL, ENVIRONMENT = (
    "metrics.jsonl",
    "config.json",
    "final.json",
    "environment.json",
)
RECORD = ("config", "evals", "final", "steps_done", "stopped", "timing")  # keys of a final record
ANEW = "delete it and the checkpoint, and the run begins again"


def write_json(path: Path, content: Any) -> None:
    """Write atomically: a reader, or a resumed run, sees the old file or the new one."""
    write_whole(path, json.dumps(content, indent=1) + "\n")


def read_json(path: Path, keys: Iterable[str], what_to_do: str) -> dict[str, Any]:
    """Return the JSON object of a run's file, or raise a `ValueError` that names the file."""
    try:
        found = json.loads(read_regular(path).decode())
    except (ValueError, RecursionError, OSError):
        found = None
    if not isinstance(found, dict) or not set(keys) <= set(found):
        raise _damaged(path, what_to_do)
    return found


def _damaged(path: Path, what_to_do: str) -> ValueError:
    call = f"train(folder={path.parent.name!r})"
    return refuse(call, str(path), f"is damaged, or was not written by a run; {what_to_do}")


def jsonable(content: Any) -> Any:
    """Return the content with None for every number that is not finite: JSON has no infinity.

    >>> jsonable({"low": float("-inf"), "n": [1, (2.5,)]})
    {'low': None, 'n': [1, [2.5]]}
    """
    if isinstance(content, dict):
        return {str(k): jsonable(v) for k, v in content.items()}
    if isinstance(content, list | tuple):
        return [jsonable(v) for v in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def plain(values: Iterable[float]) -> list[float | None]:
    """Return the numbers with None for those that are not finite, as after a divergence."""
    return [v if math.isfinite(v) else None for v in values]


class Journal:
    """Where a run writes; without a folder it only remembers."""

    def __init__(self, folder: Path | None, config: RunConfig) -> None:
        self.folder, self._config = folder, config
        self.lines: list[dict[str, Any]] = []
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            self._claim(folder, config)

    def _claim(self, folder: Path, config: RunConfig) -> None:
        path = folder / CONFIG
        if path.exists() and _config_of(path).key() != config.key():
            raise ValueError(
                f"`train(folder={folder.name!r})`: folder must be new or of the same run: the"
                f" {CONFIG} in it describes a run with other results"
            )
        write_json(path, config.as_json())
        write_json(folder / ENVIRONMENT, environment())

    def final(self) -> dict[str, Any] | None:
        """Return the final record if the run is done."""
        if self.folder is None or not (self.folder / FINAL).exists():
            return None
        found = read_json(self.folder / FINAL, RECORD, "delete it, and the run goes on")
        return found if found["stopped"] == "done" else None

    def resume(self, step: int) -> None:
        """Forget every line written after `step`; what is left must be what was written."""
        if self.folder is None:
            return
        path = self.folder / METRICS
        self.lines = [line for line in _lines(path) if line["step"] <= step]
        if [line["step"] for line in self.lines] != self._config.evaluations(step):
            raise _damaged(path, f"it must have a line for each evaluation; {ANEW}")
        write_whole(path, "".join(json.dumps(line) + "\n" for line in self.lines))

    def write(self, line: dict[str, Any]) -> None:
        """Append one line of metrics, which is on the disk before any checkpoint after it."""
        self.lines.append(line)
        if self.folder is not None:
            try:
                with (self.folder / METRICS).open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                error.filename = str(self.folder / METRICS)
                raise

    def close(self, record: dict[str, Any]) -> None:
        """Write the final record."""
        if self.folder is not None:
            write_json(self.folder / FINAL, record)


def _sweep(folder: Path) -> None:
    """Remove what killed runs were writing: the folder is held, so nobody is."""
    for part in folder.glob("*.part"):
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part)
        else:
            part.unlink()


def _config_of(path: Path) -> RunConfig:
    found = read_json(path, (), "name another folder")
    try:
        return RunConfig.from_json(found)
    except ValueError:
        raise _damaged(path, "name another folder") from None


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of metrics; the last one may be torn, by a kill, and is then left out."""
    try:
        raw = read_regular(path) if path.exists() else b""
    except OSError:
        raise _damaged(path, ANEW) from None
    *whole, torn = raw.split(b"\n")
    found = [_parsed(line) for line in whole]
    for place, line in enumerate(found, start=1):
        if line is None:
            raise _damaged(path, f"line {place} is no line of metrics; {ANEW}")
    return [*found, *filter(None, [_parsed(torn)])]  # type: ignore[list-item]


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_line = isinstance(found, dict) and type(found.get("step")) is int
    values = [v for k, v in found.items() if k != "step"] if is_line else []
    return found if values and all(isinstance(v, list) for v in values) else None


def environment() -> dict[str, Any]:
    """Return versions and the source hash, without host name or path."""
    from gpa_theory.report import manifest

    found = manifest.collect(["experiments"], None)
    found["hashes"]["experiments"] = _own_source()
    cuda = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {**found, "threads": torch.get_num_threads(), "accelerator": cuda}


@cache
def _own_source() -> str:
    digest, folder = hashlib.sha256(), Path(__file__).resolve().parent.parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
