"""Which faults are planted: Cosmic Ray's, less those that say nothing about a bound.

Cosmic Ray changes numbers, operators, comparisons, conditions, loops and exceptions, one at a time;
it leaves strings alone.  Of its replacements for one operator, `plan.toml` keeps the nearest ones.
Left out by place: annotations, decorators, signatures but for defaults, what a `raise` says, and
f-strings; and ±1 in a number of roundings, θ(n + 8): `mutants.txt` has these halved, and a
hundredfold.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec

PLAN = Path(__file__).with_name("plan.toml")
Place = tuple[int, int]  # line from 1, column from 0


@dataclass(frozen=True)
class Target:
    """A file that is mutated, and the tests that must notice."""

    file: str
    tests: tuple[str, ...]


def plan() -> dict[str, Any]:
    """Return plan.toml."""
    return tomllib.loads(PLAN.read_text(encoding="utf-8"))


def targets() -> list[Target]:
    """Return every file of the plan with its tests, in the order of the plan."""
    return [
        Target(f"{room}/{name}", tuple(tests.split()))
        for room, files in plan()["files"].items()
        for name, tests in files.items()
    ]


def wanted(specs: list[MutationSpec], source: str) -> list[bool]:
    """Return of each fault whether it is to be planted."""
    operators = re.compile("|".join(plan()["operators"]))
    tree = ast.parse(source)
    excluded, counts = list(_excluded(tree)), list(_counts(tree))

    def is_wanted(spec: MutationSpec) -> bool:
        name = spec.operator_name.removeprefix("core/")
        places = excluded + counts if name == "NumberReplacer" else excluded
        return operators.fullmatch(name) is not None and not any(
            low <= spec.start_pos < high for low, high in places
        )

    return [is_wanted(spec) for spec in specs]


def _counts(tree: ast.AST) -> Iterator[tuple[Place, Place]]:
    """Yield the arguments of θ: one rounding more or less, of tens, is no fault to be seen."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "theta"
        ):
            yield from ((_start(part), _end(part)) for part in node.args)


def _excluded(tree: ast.AST) -> Iterator[tuple[Place, Place]]:
    """Yield what is left out, as places from and to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _signature(node)
        elif isinstance(node, ast.Raise | ast.JoinedStr | ast.ImportFrom):
            yield _start(node), _end(node)
        elif isinstance(node, ast.AnnAssign):
            yield _start(node.annotation), _end(node.annotation)
        elif isinstance(node, ast.ClassDef):
            yield from ((_start(d), _end(d)) for d in node.decorator_list)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[Place, Place]]:
    """Yield decorators and parameters, but not the defaults of these."""
    low = min(map(_start, [node, *node.decorator_list]))
    defaults = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
    for default in sorted(defaults, key=_start):
        yield low, _start(default)
        low = _end(default)
    yield low, _start(node.body[0])


def _start(node: Any) -> Place:
    return node.lineno, node.col_offset


def _end(node: Any) -> Place:
    return node.end_lineno, node.end_col_offset


def mutated(source: str, spec: MutationSpec) -> str:
    """Return the source with the fault in it."""
    operator = get_operator(spec.operator_name)(**spec.operator_args)
    found = mutate_code(source, operator, spec.occurrence)
    if found is None:
        raise ValueError(f"{spec.module_path}: {spec.operator_name} no longer applies")
    return found


def changed(source: str, new: str) -> tuple[str, str]:
    """Return the lines that differ, before and after, each as one line of text."""
    lines = list(unified_diff(source.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    both = [[line[1:].strip() for line in lines if line.startswith(sign)] for sign in "-+"]
    return " ".join(both[0]), " ".join(both[1])
