"""The registry: every claim the project makes, in the order a reader should meet them."""

from __future__ import annotations

from functools import cache

from gpa_theory.core.validation import refuse
from gpa_theory.verify.claims import Claim, named


@cache
def claims() -> tuple[Claim, ...]:
    """Return all claims; ids are unique."""
    from gpa_theory.verify import (
        classical,
        derived,
        drawn_back,
        exceeding,
        multipliers,
        observed,
        shipped,
        tightness,
        torch_parity,
    )
    from gpa_theory.verify.formal import necessity, schedules, statements

    found = (
        *derived.claims(),
        *statements.claims(),
        *necessity.claims(),
        *multipliers.claims(),
        *schedules.claims(),
        *drawn_back.claims(),
        *exceeding.claims(),
        *classical.claims(),
        *tightness.claims(),
        *shipped.claims(),
        *observed.claims(),
        *torch_parity.claims(),
    )
    ids = [claim.id for claim in found]
    repeated = {name for name in ids if ids.count(name) > 1}
    if repeated:
        raise refuse("claims()", "id", f"must be unique, repeated: {', '.join(sorted(repeated))}")
    return found


def find(name: str) -> Claim:
    """Return the claim called `name`; a refusal lists all, and at its end the nearest."""
    return named({claim.id: claim for claim in claims()}, name)
