"""Running checks: every (claim, check) pair is one unit of work, in this process or in several.

A worker looks its unit up in the registry by name, so only names and results pass between
processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from time import perf_counter
from typing import Any

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.verify.claims import Claim, Outcome
from gpa_theory.verify.verdict import Result


class CheckFailed(RuntimeError):
    """A check raised instead of returning a result: a defect of the project, not a violation."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one check of one claim found."""

    claim: str
    check: str
    results: tuple[Result, ...]
    elapsed_s: float


def select(claims: Sequence[Claim], pattern: str = "*") -> list[Claim]:
    """Return the claims whose id matches the shell pattern; none is an error.

    >>> from gpa_theory.verify.registry import claims
    >>> [claim.id for claim in select(claims(), "step-*")]
    ['step-identity']
    """
    chosen = [claim for claim in claims if fnmatchcase(claim.id, pattern)]
    if not chosen:
        raise refuse(f"select(pattern={pattern!r})", "pattern", "must match at least one claim")
    return chosen


def run_unit(claim: str, check: str, seed: int) -> Unit:
    """Run one check by name.  A check that returns nothing has shown nothing: it is refused."""
    from gpa_theory.verify.registry import find

    start = perf_counter()
    try:
        results = tuple(find(claim).checks[check](seed))
    except Exception as error:
        raise CheckFailed(f"{claim}: {check}: {type(error).__name__}: {error}") from error
    if not results:
        raise CheckFailed(f"{claim}: {check}: the check returned no result")
    return Unit(claim, check, results, perf_counter() - start)


def _units(pairs: list[tuple[str, str]], seed: int, jobs: int) -> Iterator[Unit]:
    if jobs == 1:
        yield from (run_unit(claim, check, seed) for claim, check in pairs)
        return
    from joblib import Parallel, delayed

    work = (delayed(run_unit)(claim, check, seed) for claim, check in pairs)
    parallel: Any = Parallel(n_jobs=jobs, return_as="generator_unordered")
    yield from parallel(work)


def run_checks(
    claims: Sequence[Claim],
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[int, int, Unit], None] | None = None,
) -> list[Outcome]:
    """Return the outcome of every claim, in the order given; `progress(done, total, unit)`."""
    check_count(f"run_checks(jobs={jobs})", "jobs", jobs)
    check_count(f"run_checks(seed={seed})", "seed", seed, 0)
    pairs = [(claim.id, check) for claim in claims for check in claim.checks]
    found: dict[tuple[str, str], Unit] = {}
    for done, unit in enumerate(_units(pairs, seed, jobs), start=1):
        found[unit.claim, unit.check] = unit
        if progress is not None:
            progress(done, len(pairs), unit)
    return [_outcome(claim, found) for claim in claims]


def _outcome(claim: Claim, found: dict[tuple[str, str], Unit]) -> Outcome:
    units = [found[claim.id, check] for check in claim.checks]
    results = tuple(result for unit in units for result in unit.results)
    return Outcome(claim, results, sum(unit.elapsed_s for unit in units))
