r"""From the regret of z to f at x: what holds around any base, then the bases that have a theorem.

The first part of each statement is written here; the list of bases is made of the proved `Bound`s.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import BASES
from gpa_theory.core.metrics import METRICS
from gpa_theory.report.statements.regrets import REMARKS
from gpa_theory.report.statements.setting import NEAREST, convex, display, items, listed, tex
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.theorems import bounds

AVERAGE, MEAN, LAST = (METRICS[name].latex_gap() for name in ("average", "mean", "last"))
WEIGHTED = r"f(\hat x)-f(u)"  # the point is too wide to be written in every line
ANY_BASE = {  # claim: (averaging, what holds around any base)
    "average-bound": (
        "constant",
        rf"{AVERAGE} \le {MEAN} \le \frac{{R_T}}T+\frac\rho T\bigl(f(x_1)-f(x_T)\bigr)",
    ),
    "weighted-bound": (
        "constant",
        rf"{WEIGHTED}\le\frac{{R_T+\rho r_1}}{{T+\rho}},\qquad"
        r"\hat x=\frac{x_1+\dots+x_{T-1}+(1+\rho)x_T}{T+\rho}",
    ),
    "schedule-free-bound": ("uniform", rf"{LAST} \le \frac{{R_T}}T"),
    "last-bound": (
        "constant",
        rf"{LAST} \le \mu_x^{{T-1}}\bigl(f(x_1)-f(u)\bigr)"
        r"+(1-\mu_x)\sum_{t=2}^T\mu_x^{T-t}r_t",
    ),
    "horizon-rule": ("constant", ""),
}


def of_claim(name: str) -> str:
    """State the conversion of a claim around any base, then its bounds, one base at a time."""
    by_base = _by_base(name)
    together = [bound for group in by_base.values() for bound in group]
    shared = frozenset.intersection(*(bound.assumptions for bound in together))
    least = max(bound.least_steps for bound in together)
    averaging, general = ANY_BASE[name]
    lines = [convex(averaging)]
    if general:
        lines += ["Then, however $z_2,\\dots,z_T$ were chosen,", display(general)]
    lines += [
        f"Suppose {'moreover ' if general else ''}that {listed(shared - {Assumption.CONVEX})},"
        rf" where all constants in capital letters and $\gamma$ are positive; {NEAREST}."
        + (rf" Let $T\ge{least}$." if least > 1 else ""),
        items(*(_item(base, group, shared) for base, group in by_base.items())),
    ]
    return "\n".join(lines)


PREFIXES = {  # claim: the bounds it states; those of one base are chained by ≤
    "average-bound": ("average", "mean"),
    "weighted-bound": ("weighted",),
    "schedule-free-bound": ("schedule-free",),
    "last-bound": ("last",),
    "horizon-rule": ("horizon",),
}


def _by_base(claim: str) -> dict[str, list[Bound]]:
    known = bounds()
    bases = {name.removeprefix(f"{p}-") for p in PREFIXES[claim] for name in known} & set(BASES)
    return {
        base: [known[f"{p}-{base}"] for p in PREFIXES[claim]] for base in BASES if base in bases
    }


def _item(base: str, group: list[Bound], shared: frozenset[Assumption]) -> str:
    """State the bound of one base; of metrics in a chain, on the largest."""
    bound, row = group[0], BASES[base]
    choices = " and ".join(f"${tex(s)}={tex(value)}$" for s, value in bound.choices.items())
    notes = "; ".join(note for note in (row.notation, REMARKS.get(base, "")) if note)
    more = listed(bound.assumptions - shared)
    metric = group[-1].metric
    left = WEIGHTED if metric == "weighted" else METRICS[metric].latex_gap()
    return "\n".join(
        (
            rf"With {row.words}, ${row.latex}$ for $1\le t<T$"
            + (f" ({notes})," if notes else ",")
            + (f" if {more}," if more else "")
            + f" and with {choices}:",
            display(rf"{left} \le {tex(bound.formula)}"),
        )
    )


STATEMENTS: dict[str, Callable[[], str]] = {name: partial(of_claim, name) for name in ANY_BASE}
