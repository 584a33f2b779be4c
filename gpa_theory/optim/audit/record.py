"""The lines of an audit file: one header per start, one record per audited step, plain JSON.

No host name and no path is recorded.  A number that is not finite is null.  A run that resumes
appends to its file; `read` drops the records of steps that were done again.  It also reads files of
schema 1, which had another name for one term.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from typing import Any

import torch

from gpa_theory.core.validation import refuse
from gpa_theory.optim.audit.measure import AuditedStep
from gpa_theory.optim.audit.points import Interpolation
from gpa_theory.optim.audit.terms import GATE, SLOPE_ROUNDINGS, VALUE_ROUNDINGS, Terms
from gpa_theory.optim.audit.weights import Weights
from gpa_theory.optim.gpa import GPA

SCHEMA = 2
READABLE = (1, 2)
FORMER_NAMES = {"ema_cost": "telescope"}  # schema 1 called the term after the cost, its negative
OF_U = ("phi", "regret", "bregman_u_y")  # empty without a reference


def header(opt: GPA, trained: Weights, form: str, every: int, u: Weights | None) -> dict[str, Any]:
    """Return the first line: what is measured, with which constants and versions."""
    group = opt.param_groups[0]
    fine = all(p.dtype in (torch.float64, torch.complex128) for p in trained.values())
    dtype = "float64" if fine else "float32"
    return {
        "kind": "header",
        "schema": SCHEMA,
        "form": form,
        "every": every,
        "first": 1 + int(group["gpa_steps"]),
        "dtype": dtype,
        "gate": GATE[dtype],
        "roundings": [VALUE_ROUNDINGS, SLOPE_ROUNDINGS],
        "base": type(opt.base).__name__,
        "averaging": group["averaging"],
        "averaging_r": group["averaging_r"],
        "mu_x": group["mu_x"],
        "mu_y": group["mu_y"],
        "parameters": sum(p.numel() for p in trained.values()),
        "reference": None if u is None else digest(u),
        "versions": {
            "gpa-theory": _version(),
            "torch": str(torch.__version__),
            "python": platform.python_version(),
        },
    }


def record(
    at: Interpolation,
    opt: GPA,
    step: AuditedStep,
    found: Terms,
    timed: tuple[float, float | None],
    has_u: bool,
    closure: bool,
) -> dict[str, Any]:
    """Return the line of one audited step; with a closure its gradient does not exist yet."""
    hidden = () if has_u else OF_U
    values, floors = (
        {name: None if name in hidden else _finite(v) for name, v in part.items()}
        for part in (found.values, found.floors)
    )
    f = {name: _finite(v) for name, v in step.values.f.items()}
    norms = {name: _finite(v) for name, v in step.norms.items()}
    if not has_u:
        f["u"] = norms["z-u"] = norms["u-y"] = None
    return {
        "kind": "step",
        "t": at.t,
        "rho": at.rho,
        "c": 1 / (1 + at.rho),
        "mu_y": at.mu_y,
        "lr": _finite(float(opt.param_groups[0].get("lr", "nan"))),
        "terms": values,
        "floors": floors,
        "f": f,
        "norms": norms,
        "residual": _finite(found.residual),
        "unexplained": _finite(found.unexplained),
        "cosine": None if closure or step.cosine is None else _finite(step.cosine),
        "seconds": timed[0],
        "step_seconds": timed[1],
    }


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the last header of a file and the records of the run it describes, by step."""
    top: dict[str, Any] | None = None
    records: dict[int, dict[str, Any]] = {}
    for text in Path(path).read_text(encoding="utf-8").splitlines(keepends=True):
        if not text.endswith("\n"):  # the run was killed while it wrote
            break
        line = json.loads(text)
        if line["kind"] == "header":
            top = line
            records = {t: r for t, r in records.items() if t < line["first"]}
        else:
            records[line["t"]] = _renamed(line)
    if top is None or top["schema"] not in READABLE:
        known = " or ".join(map(str, READABLE))
        raise refuse("read(path)", "path", f"must hold an audit of schema {known}")
    return top, [records[t] for t in sorted(records)]


def _renamed(line: dict[str, Any]) -> dict[str, Any]:
    """Return a record with every term under the name that it has today."""
    terms, floors = (
        {FORMER_NAMES.get(name, name): value for name, value in line[kind].items()}
        for kind in ("terms", "floors")
    )
    return {**line, "terms": terms, "floors": floors}


def digest(u: Weights) -> str:
    """Return the SHA-256 of a point, by name and bytes."""
    found = hashlib.sha256()
    for name in sorted(u):
        found.update(name.encode())
        value = torch.view_as_real(u[name]) if u[name].is_complex() else u[name]
        found.update(value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _version() -> str | None:
    try:
        return version("gpa-theory")
    except PackageNotFoundError:
        return None
