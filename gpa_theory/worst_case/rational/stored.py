"""Exact certificates as JSON: written once, re-checked anywhere.

A file holds the statement (method, horizon, metric, class, bound) and the multipliers, every number
a fraction in a string, and since format 2 a rounded factor (see `integral`).  The checker rebuilds
the inequalities from the definitions.  The digest covers all of it, so that a file in which one
digit was changed is refused even where the changed statement happens to be true.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.metrics import metric_named
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import write_whole
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.recording import is_ours
from gpa_theory.worst_case.rational.integral import check_factor
from gpa_theory.worst_case.rational.reading import (
    LONGEST,
    columns,
    count,
    exactly,
    multipliers,
    number,
    numbers,
    read_json,
    shown,
    text,
)
from gpa_theory.worst_case.rational.statement import Statement, certificate

FOLDER = Path(__file__).resolve().parents[1] / "certificates"
FORMAT = 1  # the multipliers alone
FACTORED = 2  # and a factor of what they leave
LONGEST_RUN = 16_000  # characters of μ_x, μ_y and γ, times T: each step multiplies by them


@dataclass(frozen=True, slots=True)
class Stored:
    """A statement with its multipliers, exact."""

    statement: Statement
    flow: dict[tuple[str, str], Fraction]
    norms: dict[str, Fraction]
    factor: list[list[int]] | None = None  # of what is left, by `integral`; None: to be factored

    def certificate(self, seconds: float = inf) -> Certificate:
        """Return the certificate; building it already refuses what is no proof."""
        return certificate(self.statement, self.flow, self.norms, monotonic() + seconds)

    def check(self, seconds: float = inf) -> None:
        """Raise `CertificateError` unless the multipliers prove the statement, in that time.

        With a factor the check is in integers and factors nothing; without one it is LDL' in
        fractions, whose pivots grow: T = 40 takes many seconds.
        """
        if self.factor is None:
            self.certificate(seconds).check()
        else:
            due = monotonic() + seconds
            check_factor(self.statement, self.flow, self.norms, self.factor, due)

    @property
    def words(self) -> str:
        """Return the whole statement in words."""
        method = _method_content(self.statement.method)
        described = ", ".join(f"{name} = {value}" for name, value in method.items())
        return f"GPA ({described}): {self.statement.words}"


def check_storable(method: Any, steps: int) -> dict[str, str]:
    """Return the JSON object of a method, or refuse what a file cannot hold."""
    found = _method_content(method)
    constants = [value for name, value in found.items() if name != "averaging"]
    if steps > LONGEST or steps * sum(map(len, constants)) > LONGEST_RUN:
        rule = f"must be at most {LONGEST}, and fewer where constants have many digits"
        raise refuse(f"Stored(steps={steps})", "steps", rule)
    return found


def _method_content(method: Any) -> dict[str, str]:
    if not (isinstance(method, Averaged) and is_ours(method)) or isinstance(method.gamma, tuple):
        raise refuse("Stored(method=…)", "method", "must be GPA with a constant step")
    averaging = method.method.averaging
    if isinstance(averaging, Exponential):
        kind = {"averaging": "exponential", "mu_x": str(averaging.mu_x)}
    elif isinstance(averaging, Uniform):
        kind = {"averaging": "uniform"}
    else:
        raise refuse("Stored(method=…)", "averaging", "must be Exponential or Uniform")
    return {**kind, "mu_y": str(method.method.mu_y), "gamma": str(method.gamma)}


def _method(found: Any) -> Averaged:
    uniform = isinstance(found, dict) and found.get("averaging") == "uniform"
    kinds: dict[str, Any] = {"averaging": text, "mu_y": number, "gamma": number}
    read = exactly(found, "method", kinds if uniform else kinds | {"mu_x": number})
    if not uniform and read["averaging"] != "exponential":
        raise CertificateError(f"not a certificate: averaging {shown(read['averaging'])}")
    averaging = Uniform() if uniform else Exponential(read["mu_x"])
    return Averaged(GPA(averaging, read["mu_y"]), read["gamma"])


def _class(found: Any) -> FunctionClass:
    kinds = {"radius": number, "lipschitz": number, "smoothness": number}
    return FunctionClass(**exactly(found, "class", kinds, either=("lipschitz", "smoothness")))


def _same(value: Any) -> Any:
    return value


KINDS: dict[str, Any] = {
    "format": _same,
    "method": _method,
    "steps": count,
    "metric": text,
    "class": _class,
    "bound": number,
    "norms": numbers,
    "multipliers": multipliers,
    "sha256": text,
}


def content(of: Stored) -> dict[str, Any]:
    """Return the JSON object of a stored certificate, digest included."""
    s = of.statement
    limits = {"radius": str(s.of.radius)}
    name = "smoothness" if s.of.is_smooth else "lipschitz"
    limits[name] = str(getattr(s.of, name))
    found: dict[str, Any] = {
        "format": FORMAT if of.factor is None else FACTORED,
        "method": check_storable(s.method, s.steps),
        "steps": s.steps,
        "metric": s.metric,
        "class": limits,
        "bound": str(s.bound),
        "norms": {name: str(value) for name, value in of.norms.items()},
        "multipliers": [[i, j, str(value)] for (i, j), value in of.flow.items()],
    }
    if of.factor is not None:
        found["factor"] = [" ".join(map(str, column)) for column in of.factor]
    return {**found, "sha256": digest(found)}


def digest(found: dict[str, Any]) -> str:
    """Return the SHA-256 of the content without its own digest, in canonical form."""
    whole = {name: value for name, value in found.items() if name != "sha256"}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load(path: Path) -> Stored:
    """Read a certificate; a file that is not one, or was edited, raises `CertificateError`."""
    found = read_json(path)
    if type(found.get("format")) is not int or found["format"] not in (FORMAT, FACTORED):
        raise CertificateError(f"not a certificate of format {FORMAT} or {FACTORED}")
    try:
        more = {"factor": columns} if found["format"] == FACTORED else {}
        read = exactly(found, "the file", KINDS | more)
        metric_named("certificate", read["metric"])
        check_storable(read["method"], read["steps"])
    except CertificateError:
        raise
    except ValueError as error:  # a constant out of its range
        raise CertificateError(f"not a certificate: {error}") from None
    if read["sha256"] != digest(found):
        raise CertificateError("the digest does not match: the file was edited")
    statement = Statement(*(read[name] for name in ("method", "steps", "metric", "class", "bound")))
    return Stored(statement, read["multipliers"], read["norms"], read.get("factor"))


def as_text(of: Stored) -> str:
    """Return a certificate as the text of its file, one multiplier a line."""
    found = content(of)
    rows = ",\n    ".join(json.dumps(row) for row in found.pop("multipliers"))
    head = json.dumps(found, indent=2)
    marker = '\n  "sha256"'
    return head.replace(marker, f'\n  "multipliers": [\n    {rows}\n  ],{marker}') + "\n"


def save(of: Stored, path: Path) -> None:
    """Write a certificate whole, or raise `OSError` and leave what was there."""
    write_whole(path, as_text(of))


def packaged() -> list[Path]:
    """Return the certificates that come with the package, by name."""
    return sorted(FOLDER.glob("*.json"))
