"""Claims proved by the certificates that ship: exact fractions, re-checked without a solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.verdict import Result, exactly
from gpa_theory.worst_case.rational.statement import Statement
from gpa_theory.worst_case.rational.stored import FOLDER, Stored, load, packaged

OURS = "this project"


def refused(stored: Stored) -> int:
    """Return 1 if a certificate is refused, 0 if it proves its statement."""
    try:
        stored.check()
    except CertificateError:
        return 1
    return 0


def check_certificate(name: str, seed: int) -> Iterable[Result]:
    """Re-check one packaged certificate in Fractions; a smaller bound must be refused."""
    stored = load(FOLDER / f"{name}.json")
    yield replace(exactly("refused", refused(stored), 0), note=stored.words)
    less = replace(stored.statement, bound=stored.statement.bound * (1 - Fraction(1, 10**6)))
    survived = 1 - refused(replace(stored, statement=less)) if stored.statement.steps <= 10 else 0
    yield exactly("a bound smaller by 1e−6, still passing (T ≤ 10)", survived, 0)


NEAR = {"last_T05_tuned": "1.0098", "last_T10_tuned": "1.0238", "last_T15_tuned": "1.0276"}
NEAR |= {"last_T20_tuned": "1.0303"}


def near() -> Iterator[tuple[Fraction, Statement]]:
    """Yield each factor of DG/√T with the statement of the certificate that proves it."""
    for name, factor in NEAR.items():
        yield Fraction(factor), load(FOLDER / f"{name}.json").statement


def statements() -> Iterator[Statement]:
    """Yield what each packaged certificate proves, in the order of `packaged`."""
    for path in packaged():
        yield load(path).statement


def constants(of: Statement) -> tuple[Any, Any, Any]:
    """Return μ_x, μ_y and γ of a statement about constant averaging."""
    method: Any = of.method
    return method.method.averaging.mu_x, method.method.mu_y, method.gamma


def check_near(seed: int) -> Iterable[Result]:
    """Compare the bounds of the packaged certificates with multiples of DG/√T, squared.

    That they prove their bounds is the claim `worst-case-certificates`.
    """
    for factor, s in near():
        words = f"(bound·√T)² ≤ {float(factor):g}², T = {s.steps}"
        yield exactly(words, s.bound**2 * s.steps, factor**2)


def _near_words() -> str:
    rows = [(s.steps, *constants(s), f"{float(factor):.4f}") for factor, s in near()]
    return ", ".join(f"({', '.join(map(str, row))})" for row in rows)


def claims() -> list[Claim]:
    """Return the claims about the packaged certificates, in reading order."""
    stored: dict[str, Check] = {
        f"proof of {p.stem}": partial(check_certificate, p.stem) for p in packaged()
    }
    return [
        Claim(
            "near-minimax-constants",
            "around subgradient descent there are constant μ_x, μ_y, γ with f(x_T) − f* ≤ κ DG/√T"
            f" for convex G-Lipschitz f and |z_1 − x*| ≤ D: (T, μ_x, μ_y, γG/D, κ) ="
            f" {_near_words()}",
            OURS,
            Label.PROVED,
            {"proof of the factors": check_near},
        ),
        Claim(
            "worst-case-certificates",
            f"each of the {len(stored)} packaged certificates proves its worst-case bound, for one"
            " method around subgradient descent, one T and one metric, in rational arithmetic",
            OURS,
            Label.PROVED,
            stored,
        ),
    ]
