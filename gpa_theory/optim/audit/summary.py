"""An audit as text: what was checked, every term with interval and floor, signs, verdict, cost."""

from __future__ import annotations

from collections.abc import Sequence

from gpa_theory.optim.audit.columns import LABELS, AuditColumns, Window
from gpa_theory.optim.audit.mean import LEVEL, NEGATIVE, NONNEGATIVE, NOT_RESOLVED, Mean
from gpa_theory.optim.audit.verdict import verdict_of

SIGN = {NONNEGATIVE: "+", NEGATIVE: "−", NOT_RESOLVED: "?"}
NAMED = max(map(len, LABELS.values())) + 2  # columns of the text for the name of a term
LEAST_COSINE = 0.5  # below it the audited batch can hardly be the one that the step used


def summary_of(report: AuditColumns, count: int) -> str:
    """Return the text; `count` is the number of windows of the sign map."""
    if not report.records:
        return f"audit: no audited step yet (every = {report.header['every']})"
    verdict = verdict_of(report, count)
    lines = [*_head(report), "", *_table(report, count), "", *_map(report, verdict.windows)]
    lines += [f"premise (every subtracted term ≥ 0): {verdict.value}; {verdict.why}"]
    if report.has_u:
        lines += [
            f"bound (mean φ + mean telescope ≤ mean regret) on the audited steps: {verdict.bound}"
        ]
    return "\n".join([*lines, str(report.cost or "cost: not known yet")])


def _head(report: AuditColumns) -> list[str]:
    h, steps = report.header, report.steps
    kind = h["averaging"]
    averaging = f"μ_x = {h['mu_x']}" if kind == "exponential" else f"{kind} averaging"
    found = "passed" if report.passed else "FAILED: no verdict"
    lines = [
        f"audit of GPA({h['base']}, {averaging}, μ_y = {h['mu_y']}): n = {len(steps)} steps,"
        f" t = {steps[0]} … {steps[-1]}, form {h['form']}, {h['dtype']}",
        f"instrument: residual ≤ {report.residual:.1e} of the largest term; not explained by"
        f" rounding of the iterates: {report.unexplained:.1e} (gate {h['gate']:.0e}): {found}",
    ]
    if report.left_out:
        lines.append(f"left out: {report.left_out} steps whose loss was not finite")
    cosines = [r["cosine"] for r in report.records if r["cosine"] is not None]
    if cosines and min(cosines) < LEAST_COSINE:
        rule = "is the batch handed to observe() the one of the coming step?"
        lines.append(f"warning: gradient and audit disagree (cosine {min(cosines):.2f}): {rule}")
    return lines


def _table(report: AuditColumns, count: int) -> list[str]:
    whole = report.whole(count)
    rows = [f"{'measured':<{NAMED}}{'mean':>11}  {f'{LEVEL:.0%} interval':<25}{'floor':>9}   n+/n−"]
    return [*rows, *(_row(LABELS[name], whole.means[name]) for name in report.names)]


def _row(label: str, m: Mean) -> str:
    interval = f"[{m.low:.3g}, {m.high:.3g}]"
    return f"{label:<{NAMED}}{m.mean:>11.3g}  {interval:<25}{m.floor:>9.1e}   {m.above}/{m.below}"


def _map(report: AuditColumns, windows: Sequence[Window]) -> list[str]:
    """Return one line per subtracted term: its sign in each window."""
    if not windows:
        return []
    spans = [f"{w.first}…{w.last}" for w in windows]
    width = max(len(span) for span in spans) + 2
    lines = [
        f"{'sign of the mean at t =':<{NAMED}}" + "".join(f"{span:>{width}}" for span in spans)
    ]
    for name in report.lost:
        marks = [SIGN[w.means[name].sign] for w in windows]
        lines.append(f"{LABELS[name]:<{NAMED}}" + "".join(f"{mark:>{width}}" for mark in marks))
    return [*lines, ""]
