r"""Does the convex theory transfer to this run?  Three answers, never two.

Its premise is that every subtracted term is ≥ 0; its conclusion, the bound in sum form, is

.. math:: \overline{\varphi} + \overline{\rho_t (f(x_t) - f(x_{t-1}))} \le \overline{r}
    \qquad\Longleftrightarrow\qquad \overline{\text{sum of the subtracted terms}} \ge 0,

which is weaker.  Verdicts are about means, at a joint level: each of m intervals at 1 − 0.01/m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpa_theory.optim.audit.columns import LABELS, SUM, AuditColumns, Window
from gpa_theory.optim.audit.mean import LEVEL, NEGATIVE, NONNEGATIVE, NOT_RESOLVED

TRANSFERS, DOES_NOT = "transfers", "does not transfer"
WHY = {NEGATIVE: "negative: ", NOT_RESOLVED: "open: "}
BOUND = {NONNEGATIVE: "holds", NEGATIVE: "violated", NOT_RESOLVED: NOT_RESOLVED}


@dataclass(frozen=True, slots=True)
class TransferVerdict:
    """What the signs say.

    `value` ("transfers", "does not transfer", "not resolved") is about the premise: that every
    subtracted term is ≥ 0 in every window.  `bound` ("holds", "violated", "not resolved") is about
    the conclusion, on the audited steps of the whole run.  `why` names what decided.
    """

    value: str
    bound: str
    why: str
    windows: tuple[Window, ...]


def verdict_of(report: AuditColumns, count: int) -> TransferVerdict:
    """Return the verdict; without a reference B(u, y_t) is unknown, and nothing can transfer."""
    if not report.passed:
        gate = report.header["gate"]
        why = f"residual {report.unexplained:.1e} is above the gate {gate:.0e}"
        return TransferVerdict(
            NOT_RESOLVED, NOT_RESOLVED, why if report.records else "no steps", ()
        )
    comparisons = len(report.parts(count)) * len(report.lost)
    windows = report.windows(count, joint(comparisons))
    value, why = _premise(windows, report.lost)
    if not report.has_u:
        if value == TRANSFERS:
            value, why = NOT_RESOLVED, "B(u, y_t) needs a reference"
        return TransferVerdict(value, NOT_RESOLVED, why, windows)
    return TransferVerdict(value, BOUND[report.whole(count).means[SUM].sign], why, windows)


def joint(comparisons: int) -> float:
    """Return the level of each interval at which all hold together at `LEVEL`.

    >>> round(joint(10), 4)
    0.999
    """
    return 1 - (1 - LEVEL) / max(1, comparisons)


def _premise(windows: Sequence[Window], lost: Sequence[str]) -> tuple[str, str]:
    for sign, value in ((NEGATIVE, DOES_NOT), (NOT_RESOLVED, NOT_RESOLVED)):
        found = [_where(name, sign, windows) for name in lost]
        if any(found):
            return value, WHY[sign] + "; ".join(words for words in found if words)
    return TRANSFERS, "every subtracted term is nonnegative in every window"


def _where(name: str, sign: str, windows: Sequence[Window]) -> str:
    """Return the term and the steps where it has this sign; "" if nowhere."""
    chosen = [w for w in windows if w.means[name].sign == sign]
    if not chosen:
        return ""
    spans = "t = " + ", ".join(f"{w.first}…{w.last}" for w in chosen)
    at = "in every window" if len(chosen) == len(windows) else f"at {spans}"
    return f"{LABELS[name]} {at}" + (_need(chosen, name) if sign == NOT_RESOLVED else "")


def _need(windows: Sequence[Window], name: str) -> str:
    needed = [w.means[name].needed for w in windows]
    known = [n for n in needed if n is not None]
    if len(known) < len(needed):
        return " (within rounding)"
    return f" (needs about {max(known)} audited steps per window)"
