"""A record of a study: README, data, figure; every number with its n and interval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.engine.journal import write_json
from experiments.study.figures import draw


def write(data: Mapping[str, Any], metric: str, folder: Path) -> None:
    """Write README.md, data.json and figure.png of a study into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "data.json", data)
    if data["curves"]:
        draw(data, metric, folder / "figure.png")
    (folder / "README.md").write_text("\n".join(_readme(data, metric)) + "\n")


def _readme(data: Mapping[str, Any], metric: str) -> Iterator[str]:
    preset = data["preset"]
    yield f"# {preset['title']}"
    yield ""
    yield from summary(data, metric)
    if data["curves"]:
        yield ""
        yield "![Left: loss of every arm. Right: steps saved, with intervals.](figure.png)"
    yield ""
    yield "## Settings that won on the tuning seeds"
    yield ""
    for arm, choice in data["choices"].items():
        budget = f"{len(choice['table'])} settings tried" if choice["table"] else "untuned"
        edge = f"; EDGE of the grid: {', '.join(choice['edges'])}" if choice["edges"] else ""
        yield f"* `{arm}`: {_setting(choice['setting'])} ({budget}{edge})"
    yield ""
    command = f"python -m experiments study {preset['name']}"
    done, planned = data["runs"], data["planned"]
    parts = ", ".join(f"{k} {done[k]}/{planned[k]}" for k in planned if planned[k])
    yield f"Made by `{command}` in {data['seconds']:.0f} s; ensembles done: {parts}."
    environment = data["environment"]
    yield (
        f"Commit `{environment['commit']}`, torch {environment['versions']['torch']}, "
        f"accelerator: {environment['accelerator'] or 'none'}."
    )


def summary(data: Mapping[str, Any], metric: str) -> Iterator[str]:
    """Yield what the study says, one line per arm."""
    base = next(iter(data["preset"]["arms"]), None)
    if base in data["curves"]:
        yield f"Baseline `{base}`: {_final(data['curves'][base], metric)} (*measured*)."
        yield ""
    for arm, found in data["comparisons"].items():
        yield f"* `{arm}`: **{found['verdict']}**. {_sentence(data, arm, found, metric)}"
    for arm, found in data["rescheduled"].items():
        yield f"* `{arm}`, planned for a shorter horizon: {_fewer(found)} (*measured*)."
    for line in data.get("instrument", {}).get("summary", []):
        yield f"* {line}"


def _sentence(data: Mapping[str, Any], arm: str, found: Mapping[str, Any], metric: str) -> str:
    notes = "; ".join(found["notes"])
    if "fewer" not in found:
        return f"{notes}."
    low, high = found["difference"]
    text = f"{_final(data['curves'][arm], metric)}; {_fewer(found['fewer'])} (*measured*)"
    if low is not None:
        text += f"; final difference [{low:+.4f}, {high:+.4f}]"
    if found["verdict"] == "not resolved" and found["needed"]:
        text += f"; n = {found['needed']} per arm would resolve the difference seen"
    return text + (f"; {notes}." if notes else ".")


def _fewer(found: Mapping[str, Any]) -> str:
    estimate = found["estimate"]
    middle = "target not reached" if estimate is None else f"{estimate:.1%} fewer steps"
    low = "not reached" if found["low"] is None else f"{found['low']:.1%}"
    return f"{middle}, {found['level']:.0%} interval [{low}, {found['high']:.1%}]"


def _final(curve: Mapping[str, Any], metric: str) -> str:
    values = [row[-1] for row in curve["values"]]
    if any(v is None for v in values):
        return f"{sum(v is None for v in values)} of {len(values)} runs diverged"
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / max(1, len(values) - 1))
    return f"{mean:.4f} {metric}, sd {spread:.4f}, n = {len(values)}"


def _setting(setting: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{k} = {v:g}" if isinstance(v, float) else f"{k} = {v}" for k, v in setting.items()
    )
