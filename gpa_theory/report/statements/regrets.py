r"""Regret of a base optimizer: one frame for all, filled with what each proved bound says.

The formulas and the assumptions are those of the `Regret`, so that they are written once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import Base
from gpa_theory.report.statements.setting import (
    COORDINATES,
    NEAREST,
    SPACE,
    display,
    listed,
    tex,
)
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.engine.symbols import Q_1, Q, gamma, mu_x, word
from gpa_theory.symbolic.rates import DISCOUNTED, REGRETS
from gpa_theory.symbolic.tuning import minimizer

REMARKS = {  # what else has to be said of an update
    "adagrad-norm": "where a step with all gradients zero so far leaves $z_t$ in place",
    "adagrad-diagonal": "where a coordinate whose gradients are all zero so far stays in place",
}


def played(base: Base) -> str:
    """Return what the base optimizer does with any vectors g_t, and on which set."""
    if base.coordinatewise:
        domain = rf"Let {COORDINATES}. Let $z_1,u\in C$ and $\gamma>0$"
    else:
        domain = rf"{SPACE}, $C\subseteq V$ a convex set, $z_1,u\in C$ and $\gamma>0$; {NEAREST}"
    notes = [note for note in (base.notation, REMARKS.get(base.name, "")) if note]
    return (
        f"{domain}. Let {base.words} be given any vectors $g_1,\\dots,g_T\\in V$, $T\\ge1$:\n"
        rf"\[ {base.latex}\qquad(1\le t<T){',' if notes else '.'} \]"
        + (f"\n{'; '.join(notes)}." if notes else "")
    )


def _sums(regret: Regret) -> str:
    found = [r"$R_T=\sum_{t\le T}\langle g_t,z_t-u\rangle$"]
    symbols = regret.observed.free_symbols
    if Q in symbols:
        found.append(rf"${tex(Q)}=\sum_{{t\le T}}|g_t|^2$")
    if Q_1 in symbols:
        found.append(rf"${tex(Q_1)}=\sum_i|g_{{1:T,i}}|$")
    return ", ".join(found)


def of_base(base: str) -> str:
    """State the regret bound of one base: for the gradients seen, for |g_t| ≤ G, and tuned."""
    regret = REGRETS[base]()
    used = {str(s) for s in regret.observed.free_symbols}
    needed = {a for a in regret.assumptions if a.symbol in used}
    lines = [
        played(regret.base),
        f"If {listed(needed)}, then, with {_sums(regret)},",
        display(rf"R_T\le {tex(regret.observed)}"),
    ]
    more = listed(regret.assumptions - needed - {Assumption.COORDINATEWISE})
    if more:
        lines += [f"If moreover {more}, then", display(rf"R_T\le {tex(regret.worst)}")]
    best = minimizer(regret.worst, word(gamma))
    tuned = tex(regret.worst.subs(gamma, best).simplify())
    return "\n".join((*lines, f"For $\\gamma={tex(best)}$ the right side is ${tuned}$."))


def discounted() -> str:
    """State the discounted regret of OGD, and that a radius in place of R does not do."""
    regret = DISCOUNTED["ogd"]()
    return "\n".join(
        (
            played(regret.base),
            rf"If {listed(regret.assumptions)}, then for every $0\le\mu<1$",
            display(
                r"\sum_{t=2}^T\mu^{T-t}\langle g_t,z_t-u\rangle\le "
                + tex(regret.worst).replace(tex(mu_x), r"\mu")
            ),
            r"With $|z_1-u|\le D$ in place of the bound on all $|z_t-u|$, and $D$ in place of $R$,"
            r" the inequality is false for some $z_1,u,g_1,\dots,g_T$, $\gamma$ and $\mu$.",
        )
    )


STATEMENTS: dict[str, Callable[[], str]] = {
    **{f"regret-{base}": partial(of_base, base) for base in REGRETS},
    "discounted-regret-ogd": discounted,
}
