"""All records as one table, which the README of experiments shows.

What a record says is computed from the data for a study or a calibration.  For other kinds it is
`says` in data.json, else the paragraph of the README that begins with "Says:", else its title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.study.calibration import record as calibration_record
from experiments.study.prior import RECORDS
from experiments.study.record import report
from gpa_theory.core.validation import refuse

FOLDER = RECORDS
README = FOLDER.parent / "README.md"
BEGIN, END = "<!-- records -->", "<!-- /records -->"


def found(folder: Path = FOLDER) -> list[Path]:
    """Return the records' folders by date and name."""
    return sorted(path.parent for path in folder.glob("*/data.json"))


def is_study(data: Any) -> bool:
    """Return whether the data are those of a study."""
    return isinstance(data, dict) and {"preset", "comparisons"} <= set(data)


def is_calibration(data: Any) -> bool:
    """Return whether the data are those of a calibration."""
    return isinstance(data, dict) and {"design", "rates"} <= set(data)


def regenerate(folder: Path, draw: bool = True) -> str | None:
    """Return a record's README, made anew from its data, and draw its figures.

    Return None for records other than studies and calibrations: their own commands write them.
    """
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    if is_study(data):
        if draw:
            report.draw_all(data, folder)
        return "\n".join(report.readme(data)) + "\n"
    if is_calibration(data):
        if draw:
            calibration_record.draw(data, folder / "figure.png")
        return "\n".join(calibration_record.readme(data)) + "\n"
    return None


def table(folder: Path = FOLDER) -> Iterator[str]:
    """Yield the table of records, in Markdown."""
    yield "| record | made by | says |"
    yield "|---|---|---|"
    for place in found(folder):
        data = json.loads((place / "data.json").read_text(encoding="utf-8"))
        name = place.name.split("_", 1)[-1]
        link = f"[{name}](records/{place.name}/README.md)"
        yield f"| {link} | `{_command(place, data)}` | {_says(place, data)} |"


def _command(place: Path, data: Mapping[str, Any]) -> str:
    if is_study(data) and "manifest" not in data:
        return f"python -m experiments study {data['preset']['name']}"
    command = data.get("manifest", {}).get("command", "see its README")
    return command.replace(place.name, "FOLDER")


def _says(place: Path, data: Mapping[str, Any]) -> str:
    if is_study(data):
        return " ".join(study_says(data))
    if is_calibration(data):
        return calibration_record.says(data)
    if "says" in data:
        return str(data["says"])
    text = (place / "README.md").read_text(encoding="utf-8")
    said = re.search(r"^Says: (.*?)(?=\n\s*\n|\Z)", text, re.S | re.M)
    if said is None:
        said = re.search(r"^# (.*)$", text, re.M)
    if said is None:
        rule = 'must have a title, or a line that begins with "Says:"'
        raise refuse(f"report({place.name!r})", "README.md", rule)
    return re.sub(r"\s+", " ", said[1]).strip()


def study_says(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the question and the results of a study, a sentence each, with its verdicts."""
    yield data["preset"]["title"]
    for arm, one in data["comparisons"].items():
        if one["verdict"] != "no verdict":
            if "fewer" in one:
                n = data["curves"][arm]["n"]
                detail = f"{report.fewer(one['fewer'])} (*measured*, n = {n} seeds per arm)"
                detail = "; ".join([detail, *one["notes"]])
            else:
                detail = "; ".join(one["notes"])
            yield f"`{arm}`: **{one['verdict']}**, {detail}."
    for remark in data.get("remarks", ()):
        yield f"Remark: {remark}"
    if data.get("ranks", {}).get("sets"):
        yield ranks_say(data["ranks"])
    for line in report.horizon_lines.summary(data["horizon"]) if data.get("horizon") else ():
        yield f"{line}."
    for arm in report.setting_map.names(data):
        yield f"{report.setting_map.sentence(data, arm)}."


def ranks_say(ranks: Mapping[str, Any]) -> str:
    """Return how many of all tests found an order, so that no single one is picked."""
    tests = [(one, f"{bound} over {name}") for name, group in ranks["sets"].items()
             for bound, one in group.items()]  # fmt: skip
    said = []
    for word, how in (("orders", "in the right order"), ("reverses", "in the wrong order")):
        which = [
            f"{where}: τ = {one['tau']:+.2f} [{one['low']:+.2f}, {one['high']:+.2f}]"
            for one, where in tests
            if one["verdict"] == word
        ]
        if which:
            said.append(f"{len(which)} {how} ({'; '.join(which)})")
    rest = "no other is resolved" if said else "none is resolved"
    return f"Rank transfer, {len(tests)} tests: {', '.join([*said, rest])} (*measured*)."


def rendered(text: str, folder: Path = FOLDER) -> str:
    """Return the README's text with a new table between its markers."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise refuse("report", "README.md", f"must hold {BEGIN} and {END} once, in this order")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + "\n".join([BEGIN, *table(folder), END]) + after
