"""One LaTeX statement for each claim, by its id; a test fails for a claim that has none."""

from __future__ import annotations

from collections.abc import Callable

from gpa_theory.core.validation import refuse
from gpa_theory.report.statements import (
    conversions,
    exceeding,
    general,
    identities,
    measured,
    methods,
    minimax,
    quadratics,
    regrets,
    schedules,
    worst_cases,
)

STATEMENTS: dict[str, Callable[[], str]] = {
    **identities.STATEMENTS,
    **regrets.STATEMENTS,
    **conversions.STATEMENTS,
    **general.STATEMENTS,
    **exceeding.STATEMENTS,
    **minimax.STATEMENTS,
    **schedules.STATEMENTS,
    **methods.STATEMENTS,
    **quadratics.STATEMENTS,
    **worst_cases.STATEMENTS,
    **measured.STATEMENTS,
}


def statement(claim: str) -> str:
    """Return the body of the claim's environment: hypotheses, formulas, numbers.

    >>> statement("any-base").splitlines()[-1].startswith(chr(92) + "[")
    True
    >>> statement("fermat")
    Traceback (most recent call last):
    ValueError: `statement(claim='fermat')`: claim must have a row in report.statements
    """
    if claim not in STATEMENTS:
        rule = "must have a row in report.statements"
        raise refuse(f"statement(claim={claim!r})", "claim", rule)
    return STATEMENTS[claim]()
