"""Tables of claims and outcomes, for a terminal, for Markdown and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gpa_theory.report.proofs import cell

if TYPE_CHECKING:
    from gpa_theory.report.printed import Worded
    from gpa_theory.verify.claims import Outcome
    from gpa_theory.verify.verdict import Result

SCHEMA = 1
MARKS = {"holds": "✓", "supported": "○", "undecided": "?", "violated": "✗"}


def claims_markdown(claims: Sequence[Worded]) -> str:
    """Return the registry as a Markdown table: id, statement, label, lemma, source, checks.

    The lemma is the machine-checked one of `proofs/`, or "not machine-checked" if only a Python
    certificate proves the claim.

    >>> from gpa_theory.verify.registry import claims
    >>> claims_markdown(claims()).splitlines()[0]
    '| claim | statement | label | lemma | source | checks |'
    """
    rows = ["| claim | statement | label | lemma | source | checks |", "|---|---|---|---|---|---|"]
    for claim in claims:
        words, label, checks = claim.statement, claim.label.value, "; ".join(claim.checks)
        cells = (f"`{claim.id}`", words, label, cell(claim), claim.source, checks)
        rows.append("| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |")
    return "\n".join(rows)


def _tightest(results: Sequence[Result]) -> Result:
    """Return the result that decides: worst verdict first, then the smallest relative margin.

    An exact 0 ≤ 0 is shown only if there is nothing else.
    """
    telling = [r for r in results if r.measured or r.allowed] or list(results)
    scale = [max(abs(r.allowed), abs(r.measured), r.budget) or 1.0 for r in telling]
    ranked = zip(telling, scale, strict=True)
    return min(ranked, key=lambda pair: (-pair[0].verdict.severity(), pair[0].margin / pair[1]))[0]


def outcomes_text(outcomes: Sequence[Outcome]) -> str:
    """Return one line per claim: verdict, label, number of checks, and its tightest comparison."""
    width = max(len(outcome.claim.id) for outcome in outcomes)
    head = f"    {'claim':{width}}  {'label':9}  {'results':>7}  {'time':>6}  tightest result"
    lines = [head, "-" * min(len(head) + 40, 120)]
    for outcome in outcomes:
        tight = _tightest(outcome.results)
        lines.append(
            f"{MARKS[outcome.verdict.value]}   {outcome.claim.id:{width}}"
            f"  {outcome.claim.label.value:9}  {len(outcome.results):7d}"
            f"  {outcome.elapsed_s:5.1f}s  {tight.name}: {tight.measured:.6g} ≤ {tight.allowed:.6g}"
        )
    return "\n".join(lines)


def complaints_text(outcomes: Sequence[Outcome]) -> str:
    """Return every result that is undecided or violated, with its numbers, one per line."""
    return "\n".join(
        f"{r.verdict.value}: {o.claim.id}: {r.name}: measured {r.measured!r},"
        f" allowed {r.allowed!r}, margin {r.margin:.3g}, budget {r.budget:.3g}"
        for o in outcomes
        for r in o.results
        if r.verdict.value in ("undecided", "violated")
    )


def outcomes_json(
    outcomes: Sequence[Outcome], elapsed_s: float, manifest: dict[str, Any]
) -> dict[str, Any]:
    """Return the content of `verify.json`, schema version `SCHEMA`."""
    return {
        "schema": SCHEMA,
        "claims": [
            {
                "id": o.claim.id,
                "statement": o.claim.statement,
                "label": o.claim.label.value,
                "source": o.claim.source,
                "verdict": o.verdict.value,
                "checks": [{**asdict(r), "verdict": r.verdict.value} for r in o.results],
            }
            for o in outcomes
        ],
        "elapsed_s": elapsed_s,
        "manifest": manifest,
    }
