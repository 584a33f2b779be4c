r"""Theorem bodies with their hypotheses, generated from what a bound or a regret bound assumes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import BASES, Base
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.symbols import Q_1, Q, T, epsilon, mu_x
from gpa_theory.symbolic.rates import DISCOUNTED, REGRETS
from gpa_theory.symbolic.theorems import bounds

ASSUMED = {
    Assumption.CONVEX: r"$f$ is convex",
    Assumption.LIPSCHITZ: r"every subgradient used has $|g_t|\le G$",
    Assumption.SMOOTH: r"$f$ is $L$-smooth",
    Assumption.STRONGLY_CONVEX: r"$f$ is $\sigma$-strongly convex",
    Assumption.MINIMIZER: r"$f(u)\le\inf f+\varepsilon$ over the domain",
    Assumption.RADIUS: r"$|z_1-u|\le D$",
    Assumption.DIAMETER: r"$|z_t-u|\le R$ for all $t$",
    Assumption.COORDINATE_DIAMETER: r"$|z_{t,i}-u_i|\le R_\infty$ for all $t$ and every $i$",
    Assumption.DIMENSION: r"the space is $\mathbb{R}^d$",
    Assumption.COORDINATEWISE: r"$\Pi$ projects every coordinate alone",
}
PROJECTION = r"$\Pi$ projects onto a closed convex set that contains $z_1$ and $u$"


def tex(expression: Any) -> str:
    """Return the expression as LaTeX with the symbols of NOTATION.md."""
    found = sp.latex(sp.sympify(expression).subs(epsilon, sp.Symbol("varepsilon")))
    for ours, theirs in ((r"R_{inf}", r"R_{\infty}"), (r"\log{", r"\ln{")):
        found = found.replace(ours, theirs)
    return found


def _listed(assumptions: Iterable[Assumption]) -> str:
    wanted = set(assumptions)
    return ", ".join(words for assumption, words in ASSUMED.items() if assumption in wanted)


def body(rests_on: tuple[str, ...]) -> str:
    """Return the theorem that the named bounds state together, or the one named regret bound."""
    if rests_on[0] in bounds():
        return _of_bounds(rests_on)
    (name,) = rests_on
    discounted = name.startswith("discounted-regret-")
    table, prefix = (DISCOUNTED, "discounted-regret-") if discounted else (REGRETS, "regret-")
    base = name.removeprefix(prefix)
    return _of_discounted(table[base]()) if discounted else _of_regret(table[base]())


def _method(base: Base) -> str:
    """Return the base optimizer by name and update, and its domains where not all will do."""
    name = f"{base.words} (on {base.domain})" if base.coordinatewise else base.words
    return f"{name}, ${base.latex}$"


def _base_of(name: str) -> str:
    return next(base for base in REGRETS if name.endswith(f"-{base}"))


def _averaging(name: str) -> str:
    if name.startswith("schedule-free-"):
        return r"$x_{t+1}=(1-c_{t+1})x_t+c_{t+1}z_{t+1}$ with $c_t=1/t$"
    chosen = name.startswith("horizon-")
    constant = "constant $\\mu_x$" + (" as below" if chosen else r", $0\le\mu_x<1$")
    return rf"$x_{{t+1}}=\mu_x x_t+(1-\mu_x)z_{{t+1}}$ with {constant}"


def _of_bounds(rests_on: tuple[str, ...]) -> str:
    """State what all bounds share once, then one line per base; metrics of one base are chained."""
    by_base: dict[str, list[Bound]] = {}
    for name in rests_on:
        by_base.setdefault(_base_of(name), []).append(bounds()[name])
    together = [bound for group in by_base.values() for bound in group]
    shared = frozenset.intersection(*(bound.assumptions for bound in together))
    lines = [
        rf"Let $x_1=z_1$, {_averaging(rests_on[0])}, and $y_t=\mu_y x_t+(1-\mu_y)z_t$ with any"
        r" $0\le\mu_y\le1$; the base optimizer moves $z_t$ with $g_t\in\partial f(y_t)$, and"
        rf" {PROJECTION}.",
        f"Suppose that {_listed(shared)}; $u$ is any such point.",
    ]
    if any(r"\rho" in bound.latex() for bound in together):
        lines.append(r"Put $\rho=\mu_x/(1-\mu_x)$.")
    least = max(bound.least_steps for bound in together)
    lines.append(rf"Then for every $T\ge{least}$:")
    lines += [_line(base, group, shared) for base, group in by_base.items()]
    return "\n".join(lines)


def _line(base: str, group: list[Bound], shared: frozenset[Assumption]) -> str:
    bound = group[0]
    method = BASES[base]
    choices = ", ".join(f"${tex(s)}={tex(value)}$" for s, value in bound.choices.items())
    more = _listed(bound.assumptions - shared)
    extra = f", if {more}" if more else ""
    where = f" ({method.notation})" if method.notation else ""
    left = r" \le ".join(each.latex().partition(r" \le ")[0] for each in group)
    right = tex(bound.expression)
    if bound.per_epsilon != 0:
        right += f" + {tex(bound.per_epsilon * epsilon)}"
    return f"with {_method(method)}{where}, and {choices}{extra},\n\\[ {left} \\le {right} \\]"


def _of_regret(regret: Regret) -> str:
    used = {str(s) for s in regret.observed.free_symbols}
    needed = {a for a in regret.assumptions if a.symbol in used}
    lines = [
        rf"Let {_method(regret.base)}, be given any vectors $g_1,\dots,g_T$, where {PROJECTION}.",
        f"Suppose that {_listed(needed)}. With {_sums(regret)},",
        rf"\[ R_T \le {tex(regret.observed)} \]",
    ]
    more = _listed(regret.assumptions - needed)
    if more:
        lines += [f"and if moreover {more},", rf"\[ R_T \le {tex(regret.worst)} \]"]
    return "\n".join(lines)


def _sums(regret: Regret) -> str:
    found = [r"$R_T=\sum_{t\le T}\langle g_t,z_t-u\rangle$"]
    symbols = regret.observed.free_symbols
    if Q in symbols:
        found.append(rf"${tex(Q)}=\sum_{{t\le T}}|g_t|^2$")
    if Q_1 in symbols:
        found.append(rf"${tex(Q_1)}=\sum_i|g_{{1:T,i}}|$")
    if regret.base.notation:
        found.append(regret.base.notation)
    return ", ".join(found)


def _of_discounted(regret: Regret) -> str:
    left = rf"\sum_{{t=2}}^{{{tex(T)}}}{tex(mu_x)}^{{T-t}}r_t"
    return "\n".join(
        (
            rf"Let {_method(regret.base)}, be given any vectors $g_1,\dots,g_T$, where"
            f" {PROJECTION}.",
            f"Suppose that {_listed(regret.assumptions)}, with $r_t=\\langle g_t,z_t-u\\rangle$.",
            r"Then for every $0\le\mu_x<1$",
            rf"\[ {left} \le {tex(regret.worst)} \]",
        )
    )
