"""A record of a study: README, data, figures; every number with its n and interval."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.engine.journal import jsonable, write_json
from experiments.stats.speedup import gaps
from experiments.study.horizon import figure as horizon_figure
from experiments.study.horizon import lines as horizon_lines
from experiments.study.instrument import audits
from experiments.study.instrument import figures as instrument_figures
from experiments.study.ranks import figure as rank_figure
from experiments.study.ranks import transfer as ranks
from experiments.study.record import setting_map
from experiments.study.record.figures import draw
from experiments.study.record.standing import cuts, standing
from experiments.workloads.registry import load
from gpa_theory.core.writing import write_whole

REPORTED = (
    "For comparison, *reported* by the paper (its versions differ): Llama-160M needs 8.7 to 38 %"
    " fewer steps under GPA, ViT-S 7 % at a small and 25.5 % at a large batch. These numbers cannot"
    " be set beside ours: models, data, budgets and baselines differ."
)


def write(data: Mapping[str, Any], metric: str, folder: Path) -> None:
    """Write README.md, data.json and the figures of a study into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = jsonable({**data, "metric": metric})
    write_json(folder / "data.json", kept)
    draw_all(kept, folder)
    text = "\n".join(readme(kept)) + "\n"
    write_whole(folder / "README.md", text)


def draw_all(data: Mapping[str, Any], folder: Path) -> None:
    """Draw every figure that the README shows."""
    if data["curves"]:
        draw(data, metric_of(data), folder / "figure.png")
    if data.get("ranks", {}).get("sets"):
        rank_figure.draw(data, metric_of(data), folder / rank_figure.NAME)
    if data.get("horizon"):
        horizon_figure.draw(data, folder / horizon_figure.NAME)
    for arm, name in setting_map.names(data).items():
        setting_map.draw(data, arm, metric_of(data), folder / name)
    instrument_figures.draw(data, folder)


def metric_of(data: Mapping[str, Any]) -> str:
    """Return the metric; older records do not name it, and have that of their workload."""
    preset = data["preset"]
    return data.get("metric") or load(preset["workload"], **preset["overrides"]).metric


def readme(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the README, a function of the data alone."""
    metric = metric_of(data)
    yield f"# {data['preset']['title']}"
    yield ""
    yield from summary(data, metric)
    if data["curves"]:
        yield ""
        yield "![Left: loss of every arm. Right: steps saved, with intervals.](figure.png)"
    if data["comparisons"]:
        yield ""
        yield REPORTED
    for section in (_ranks(data, metric), _horizon(data), _maps(data, metric)):
        yield from section
    yield from _instrument(data)
    yield from _settings(data)
    yield ""
    yield from _made(data)


def _ranks(data: Mapping[str, Any], metric: str) -> Iterator[str]:
    if data.get("ranks", {}).get("sets"):
        yield ""
        yield from ranks.lines(data, metric)
        yield ""
        yield f"![{rank_figure.CAPTION}]({rank_figure.NAME})"


def _horizon(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("horizon"):
        yield ""
        yield from horizon_lines.lines(data)
        yield ""
        yield f"![{horizon_figure.CAPTION}]({horizon_figure.NAME})"


def _maps(data: Mapping[str, Any], metric: str) -> Iterator[str]:
    for arm, name in setting_map.names(data).items():
        yield ""
        yield from setting_map.lines(data, arm, metric)
        yield ""
        yield f"![{setting_map.CAPTION}]({name})"


def _instrument(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield links to the figures of the instrument that have data, drawn already or not."""
    found = data.get("instrument", {})
    shown = {"sign_map.png": "sign_map", "ladder.png": "ladder", "last_iterate.png": "last_iterate"}
    for name, key in shown.items():
        if found.get(key):
            yield ""
            yield f"![{instrument_figures.CAPTIONS[name]}]({name})"


def _settings(data: Mapping[str, Any]) -> Iterator[str]:
    if not data["choices"]:
        return
    yield ""
    yield _heading(data)
    yield ""
    for arm, choice in data["choices"].items():
        edge = f"; EDGE of the grid: {', '.join(choice['edges'])}" if choice["edges"] else ""
        yield f"* `{arm}`: {_setting(choice['setting'])} ({standing(data, arm)}{edge})"


def _heading(data: Mapping[str, Any]) -> str:
    """Return the heading of the settings; where the clock cut the tuning, nothing has won."""
    if data["preset"]["only"]:
        return "## Settings"
    if cuts(data):
        return "## Settings, where tuning was stopped by the clock: none has been chosen fairly"
    return "## Settings that won on the tuning seeds"


def _made(data: Mapping[str, Any]) -> Iterator[str]:
    done, planned = data["runs"], data["planned"]
    parts = ", ".join(f"{k} {done[k]}/{planned[k]}" for k in planned if planned[k])
    is_whole = all(done[k] == planned[k] for k in planned)
    stopped = "" if is_whole else " until its clock stopped it"
    ending = f"{stopped}; ensembles done: {parts}" if parts else ""
    manifest = data.get("manifest") or data["environment"]
    command = f"python -m experiments study {data['preset']['name']}"
    if "manifest" in data:
        command = manifest["command"]
    yield f"Made by `{command}` in {data['seconds']:.0f} s{ending}."
    yield (
        f"{_code(manifest)}, torch {manifest['versions']['torch']}, "
        f"accelerator: {manifest['accelerator'] or 'none'}."
    )


def _code(manifest: Mapping[str, Any]) -> str:
    """Return which code ran: its commit, or, where no git says one, the hash of its source."""
    if manifest["commit"]:
        return f"Commit `{manifest['commit']}`"
    source = manifest["hashes"]["source"][:12]
    return f"Commit unknown (not run from a git checkout; SHA-256 of the package `{source}…`)"


def summary(data: Mapping[str, Any], metric: str) -> Iterator[str]:
    """Yield the results of the study, one line per arm and question."""
    base = next(iter(data["preset"]["arms"]), None)
    if base in data["curves"]:
        yield f"Baseline `{base}`: {_final(data['curves'][base], metric)} (*measured*)."
        yield ""
    for arm, said in cuts(data).items():
        yield f"* `{arm}`: {said}"
    for arm, found in data["comparisons"].items():
        yield f"* `{arm}`: **{found['verdict']}**. {_sentence(data, arm, found, metric)}"
    for remark in data.get("remarks", ()):  # written by hand, after the study
        yield f"* Remark: {remark}"
    for arm, found in data["rescheduled"].items():
        yield f"* `{arm}`, planned for a shorter horizon: {fewer(found)} (*measured*)."
    if "why" in data.get("ranks", {}):
        yield f"* rank transfer: {data['ranks']['why']}"
    for line in horizon_lines.summary(data["horizon"]) if data.get("horizon") else ():
        yield f"* {line}"
    for arm in setting_map.names(data):
        yield f"* {setting_map.sentence(data, arm)}"
    for line in _audited(data):
        yield f"* {line}"


def _audited(data: Mapping[str, Any]) -> list[str]:
    """Return what the audits say, made anew from them; older records do not say what is convex."""
    found = data.get("instrument", {})
    if not found:
        return []
    convex = found.get("convex")
    if convex is None:
        convex = load(data["preset"]["workload"], **data["preset"]["overrides"]).convex
    return audits.summary(found["audits"], convex)["summary"]


def _sentence(data: Mapping[str, Any], arm: str, found: Mapping[str, Any], metric: str) -> str:
    notes = "; ".join(found["notes"])
    if "fewer" not in found:
        return f"{notes}."
    low, high = found["difference"]
    text = f"{_final(data['curves'][arm], metric)}; {fewer(found['fewer'])} (*measured*)"
    if low is not None:
        text += f"; final difference [{low:+.4f}, {high:+.4f}]"
    if found.get("paired"):  # older records compare two samples
        looks = ", ".join(map(str, found["looks"]))
        text += (
            f"; {found['n'][0]} pairs of seeds, looks at {looks}, {found['joint_level']:.0%} over"
        )
        text += " all looks and arms"
    if found["verdict"] == "not resolved" and found["needed"]:
        text += f"; n = {found['needed']} per arm would resolve the difference seen"
    return text + (f"; {notes}." if notes else ".")


def fewer(found: Mapping[str, Any]) -> str:
    """Return the steps saved, as text."""
    estimate = found["estimate"]
    middle = "target not reached" if estimate is None else f"{estimate:.1%} fewer steps"
    low = "not reached" if found["low"] is None else f"{found['low']:.1%}"
    text = f"{middle}, {100 * found['level']:.4g}% interval [{low}, {found['high']:.1%}]"
    return text + gaps(found.get("parts", ()))  # older records have no parts


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
