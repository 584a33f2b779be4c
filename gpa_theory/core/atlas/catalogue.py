"""All rows of the atlas, found by name, and printed: as data and as text."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gpa_theory.core.atlas.controls import CONTROLS, Control
from gpa_theory.core.atlas.derived import ROWS as OF_THIS_PROJECT
from gpa_theory.core.atlas.reported import ROWS as OF_OTHERS
from gpa_theory.core.atlas.row import KINDS, Row
from gpa_theory.core.validation import refuse

ROWS: dict[str, Row] = {**OF_THIS_PROJECT, **OF_OTHERS}
USE = (
    "A row that is usable, or discounted, is composed with GPA by `gpa bound --base NAME --steps T"
    " …`; constants of its own are given as `--constant NAME=VALUE`."
)


def row_named(call: str, name: str) -> Row:
    """Return the row called `name`, or refuse a name that is none.

    >>> row_named("doctest", "kt").anytime
    True
    >>> row_named("doctest", "sgd")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `doctest(base='sgd')`: base must be one of ogd, dual-averaging, ...
    """
    if name not in ROWS:
        raise refuse(f"{call}(base={name!r})", "base", f"must be one of {', '.join(ROWS)}")
    return ROWS[name]


def as_data() -> dict[str, list[dict[str, Any]]]:
    """Return the catalogue as plain data: derived rows, reported rows, negative controls.

    >>> sorted(as_data())
    ['controls', 'derived', 'reported']
    """
    return {
        "derived": [_row_data(row) for row in OF_THIS_PROJECT.values()],
        "reported": [_row_data(row) for row in OF_OTHERS.values()],
        "controls": [_control_data(control) for control in CONTROLS.values()],
    }


def _row_data(row: Row) -> dict[str, Any]:
    found = {**asdict(row), "constants": row.meanings, "bounds": KINDS[row.kind]}
    return {**found, "usable": row.usable}


def _control_data(control: Control) -> dict[str, Any]:
    return {**asdict(control), "least": str(control.least), "label": control.label.value}


def as_text() -> str:
    """Return the catalogue for a terminal."""
    lines = ["DERIVED: proved in this project"]
    for row in OF_THIS_PROJECT.values():
        lines += _row_lines(row)
    lines += [
        "",
        "REPORTED: somebody else's, played against adversaries unless the row says otherwise",
    ]
    for row in OF_OTHERS.values():
        lines += _row_lines(row)
    lines += ["", "NEGATIVE CONTROLS: average regret does not vanish"]
    for control in CONTROLS.values():
        lines += _control_lines(control)
    return "\n".join([*lines, "", USE])


def _row_lines(row: Row) -> list[str]:
    own = "; ".join(f"{name}: {row.constants[name]}" for name in sorted(row.constants))
    when = "anytime" if row.anytime else "tuned for T"
    linear = "linearized" if row.linearized else "not linearized"
    found = [
        f"{row.name}  [{row.label}]",
        f"    {row.method}",
        f"    {KINDS[row.kind]} ≤ {row.regret}" + (f", {own}" if own else ""),
        f"    {row.domain}; for {row.against}; {when}; {linear}; dimension: {row.dimension}",
    ]
    if row.unusable:
        found.append(f"    not for GPA: {row.unusable}")
    found.append(f"    proof: {row.proof}" if row.proof else f"    not derived: {row.why}")
    return [*found, f"    {row.source}"]


def _control_lines(control: Control) -> list[str]:
    return [
        f"{control.name}  [{control.label.value}]",
        f"    {control.method}; {control.instance}",
        f"    {control.of} stays ≥ {control.least} ({control.seen})",
        f"    {control.source}",
    ]
