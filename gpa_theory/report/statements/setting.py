r"""Sentences that many statements begin with: the run, the function, and what a bound assumes.

Every symbol of a statement is introduced by one of these or by the statement itself, so that each
can be printed alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic.engine.symbols import epsilon

SPACE = r"Let $V$ be a real inner-product space with norm $|\cdot|$"
NEAREST = r"let $\Pi(v)$ be a point of $C$ nearest to $v$"
COORDINATES = (
    r"$V=\mathbb{R}^d$, $C=K_1\times\dots\times K_d$ with closed intervals $K_i\subseteq\mathbb{R}$"
    r" (a box or the whole space), and $\Pi_i(v)$ is the point of $K_i$ nearest to $v$"
)
AVERAGED = {  # kind of averaging: (its constants, x_t)
    "any": (
        r"$c_1=1$ and $0<c_t\le1$ for $2\le t\le T$",
        r"x_t=(1-c_t)x_{t-1}+c_tz_t",
    ),
    "constant": (
        r"$0\le\mu_x<1$ and $\rho=\mu_x/(1-\mu_x)$",
        r"x_t=\mu_xx_{t-1}+(1-\mu_x)z_t",
    ),
    "uniform": (
        r"$c_t=1/t$ (Schedule-Free averaging)",
        r"x_t=(1-c_t)x_{t-1}+c_tz_t",
    ),
    "weights": (
        r"$w_1,\dots,w_T>0$, $w_{1:t}=w_1+\dots+w_t$ and $c_t=w_t/w_{1:t}$",
        r"x_t=(1-c_t)x_{t-1}+c_tz_t",
    ),
}
SUBGRADIENT = (
    r"$g_t$ a subgradient of $f$ at $y_t$, that is, $f(a)\ge f(y_t)+\langle g_t,a-y_t\rangle$ for"
    r" all $a\in C$"
)
REGRET = r"Put $r_t=\langle g_t,z_t-u\rangle$ and $R_T=r_1+\dots+r_T$."
PAST = r"$\rho_t=(1-c_t)/c_t$"
ASSUMED = {
    Assumption.CONVEX: r"$f$ is convex",
    Assumption.LIPSCHITZ: r"$|g_t|\le G$ for all $t\le T$",
    Assumption.SMOOTH: r"$f$ is $L$-smooth",
    Assumption.STRONGLY_CONVEX: r"$f$ is $\sigma$-strongly convex",
    Assumption.MINIMIZER: r"$f(u)\le f(a)+\varepsilon$ for all $a\in C$",
    Assumption.RADIUS: r"$|z_1-u|\le D$",
    Assumption.DIAMETER: r"$|z_t-u|\le R$ for all $t\le T$",
    Assumption.COORDINATE_DIAMETER: r"$|z_{t,i}-u_i|\le R_\infty$ for all $t\le T$ and all $i$",
    Assumption.COORDINATEWISE: COORDINATES,
}


def run(averaging: str, points: str = r"be any points") -> str:
    """Return the recursion with its constants: what x_t and y_t are, given z_1, …, z_T."""
    constants, x = AVERAGED[averaging]
    return (
        rf"{SPACE}, let $z_1,\dots,z_T\in V$ ($T\ge1$) {points}, {constants}, and"
        r" $0\le\mu_y\le1$. Put $x_1=z_1$,"
        "\n"
        rf"\[ {x}\quad(2\le t\le T),\qquad y_t=\mu_yx_t+(1-\mu_y)z_t\quad(1\le t\le T). \]"
    )


def convex(averaging: str) -> str:
    """Return the recursion around a convex f with a subgradient at every y_t, and the regret."""
    return (
        f"{run(averaging)}\n"
        r"Let $C\subseteq V$ be a convex set that contains $z_1,\dots,z_T$ and $u$, let"
        rf" $f\colon C\to\mathbb{{R}}$ be convex, and {SUBGRADIENT}. {REGRET}"
    )


def display(*formulas: str) -> str:
    r"""Return the formulas as one display, a full stop behind them.

    >>> print(display("a=b", "c=d"))
    \[ a=b,\qquad c=d. \]
    """
    whole = r",\qquad ".join(formulas)
    return rf"\[ {whole}. \]"


def clause(*formulas: str) -> str:
    r"""Return the formulas as one display in the middle of a sentence.

    >>> print(clause("a=b"))
    \[ a=b \]
    """
    whole = r",\qquad ".join(formulas)
    return rf"\[ {whole} \]"


def aligned(*lines: str) -> str:
    r"""Return the lines as one display, each aligned at its &, a full stop behind the last.

    >>> print(aligned("a&=b", "c&=d"))
    \begin{align*}
    a&=b\\
    c&=d.
    \end{align*}
    """
    whole = "\\\\\n".join(lines)
    return f"\\begin{{align*}}\n{whole}.\n\\end{{align*}}"


def items(*paragraphs: str) -> str:
    r"""Return the paragraphs numbered, one alone as it is; no list: classes set lists in many ways.

    >>> print(items("A.", "B."))
    \par\noindent(1)~A.
    \par\noindent(2)~B.
    """
    if len(paragraphs) == 1:
        return paragraphs[0]
    return "\n".join(rf"\par\noindent({k})~{text}" for k, text in enumerate(paragraphs, start=1))


def tex(expression: Any) -> str:
    """Return the expression as LaTeX with the symbols of NOTATION.md."""
    found = sp.latex(sp.sympify(expression).subs(epsilon, sp.Symbol("varepsilon")))
    for ours, theirs in ((r"R_{inf}", r"R_{\infty}"), (r"\log{\left(T \right)}", r"\ln T")):
        found = found.replace(ours, theirs)
    return found


def listed(assumptions: Iterable[Assumption]) -> str:
    """Return the assumptions as a list of formulas, or refuse one that has none.

    That the space has a dimension is said where it is a product of lines.
    """
    wanted = set(assumptions) - {Assumption.DIMENSION}
    for unsaid in wanted - set(ASSUMED):
        raise refuse(f"listed({unsaid.name})", unsaid.name, "must have a row in ASSUMED")
    return ", ".join(words for assumption, words in ASSUMED.items() if assumption in wanted)
