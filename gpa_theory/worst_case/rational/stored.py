"""Exact certificates as JSON: written once, re-checked anywhere.

A file holds the statement (method, horizon, metric, class, bound) and the multipliers, every number
a fraction in a string; the checker rebuilds the inequalities from the definitions.  The digest
covers all of it, so that a file in which one digit was changed is refused even where the changed
statement happens to be true.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.recording import is_ours
from gpa_theory.worst_case.rational.statement import Statement, certificate

FOLDER = Path(__file__).resolve().parents[1] / "certificates"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """A statement with its multipliers, exact."""

    statement: Statement
    flow: dict[tuple[str, str], Fraction]
    norms: dict[str, Fraction]

    def certificate(self) -> Certificate:
        """Return the certificate; building it already refuses what is no proof."""
        return certificate(self.statement, self.flow, self.norms)

    def check(self) -> None:
        """Raise `CertificateError` unless the multipliers prove the statement."""
        self.certificate().check()

    @property
    def words(self) -> str:
        """Return the whole statement in words."""
        method = _method_content(self.statement.method)
        described = ", ".join(f"{name} = {value}" for name, value in method.items())
        return f"GPA ({described}): {self.statement.words}"


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


def _method(content: dict[str, str]) -> Averaged:
    kinds = {"exponential": lambda: Exponential(Fraction(content["mu_x"])), "uniform": Uniform}
    averaging = kinds[content["averaging"]]()
    return Averaged(GPA(averaging, Fraction(content["mu_y"])), Fraction(content["gamma"]))


def content(of: Stored) -> dict[str, Any]:
    """Return the JSON object of a stored certificate, digest included."""
    s = of.statement
    limits = {"radius": str(s.of.radius)}
    name = "smoothness" if s.of.is_smooth else "lipschitz"
    limits[name] = str(getattr(s.of, name))
    found: dict[str, Any] = {
        "format": FORMAT,
        "method": _method_content(s.method),
        "steps": s.steps,
        "metric": s.metric,
        "class": limits,
        "bound": str(s.bound),
        "norms": {name: str(value) for name, value in of.norms.items()},
        "multipliers": [[i, j, str(value)] for (i, j), value in of.flow.items()],
    }
    return {**found, "sha256": digest(found)}


def digest(found: dict[str, Any]) -> str:
    """Return the SHA-256 of the content without its own digest, in canonical form."""
    whole = {name: value for name, value in found.items() if name != "sha256"}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load(path: Path) -> Stored:
    """Read a certificate; a file that is not one, or was edited, raises `CertificateError`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise CertificateError(f"format {found['format']} is not known")
        if found["sha256"] != digest(found):
            raise CertificateError("the digest does not match: the file was edited")
        limits = {name: Fraction(value) for name, value in found["class"].items()}
        statement = Statement(
            _method(found["method"]),
            found["steps"],
            found["metric"],
            FunctionClass(**limits),
            Fraction(found["bound"]),
        )
        flow = {(i, j): Fraction(value) for i, j, value in found["multipliers"]}
        norms = {name: Fraction(value) for name, value in found["norms"].items()}
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError, ZeroDivisionError) as error:
        raise CertificateError(f"{path.name}: not a certificate: {error!r}") from None
    if len(flow) != len(found["multipliers"]):
        raise CertificateError(f"{path.name}: a pair occurs twice")
    return Stored(statement, flow, norms)


def save(of: Stored, path: Path) -> None:
    """Write a certificate, one multiplier a line."""
    found = content(of)
    rows = ",\n    ".join(json.dumps(row) for row in found.pop("multipliers"))
    head = json.dumps(found, indent=2)
    marker = '\n  "sha256"'
    text = head.replace(marker, f'\n  "multipliers": [\n    {rows}\n  ],{marker}')
    path.write_text(text + "\n", encoding="utf-8")


def packaged() -> list[Path]:
    """Return the certificates that come with the package, by name."""
    return sorted(FOLDER.glob("*.json"))
