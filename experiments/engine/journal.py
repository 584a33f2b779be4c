"""The run's folder: a config that must match, metrics that survive a kill, a final record.

Metrics are appended line by line.  A run that resumes at step t first removes the lines after t, so
a run that was killed and resumed leaves the same lines as an uninterrupted one.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import torch

from experiments.engine.config import RunConfig

METRICS, CONFIG, FINAL, ENVIRONMENT = (
    "metrics.jsonl",
    "config.json",
    "final.json",
    "environment.json",
)


def write_json(path: Path, content: Any) -> None:
    """Write atomically: a reader, or a resumed run, sees the old file or the new one."""
    part = path.with_name(path.name + ".part")
    with part.open("w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


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
            self._claim(folder, config)

    def _claim(self, folder: Path, config: RunConfig) -> None:
        path = folder / CONFIG
        if (
            path.exists()
            and RunConfig.from_json(json.loads(path.read_text())).key() != config.key()
        ):
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
        found = json.loads((self.folder / FINAL).read_text())
        return found if found["stopped"] == "done" else None

    def resume(self, step: int) -> None:
        """Forget every line written after `step`."""
        if self.folder is None:
            return
        path = self.folder / METRICS
        raw = path.read_text().splitlines() if path.exists() else []
        self.lines = [line for line in map(_parsed, raw) if line and line["step"] <= step]
        part = path.with_name(path.name + ".part")
        part.write_text("".join(json.dumps(line) + "\n" for line in self.lines))
        part.replace(path)

    def write(self, line: dict[str, Any]) -> None:
        """Append one line of metrics."""
        self.lines.append(line)
        if self.folder is not None:
            with (self.folder / METRICS).open("a") as file:
                file.write(json.dumps(line) + "\n")

    def close(self, record: dict[str, Any]) -> None:
        """Write the final record."""
        if self.folder is not None:
            write_json(self.folder / FINAL, record)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        return json.loads(line)
    except json.JSONDecodeError:  # the line that was being written when the run was killed
        return None


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
