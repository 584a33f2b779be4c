r"""Worst cases: what holds for every T, what the packaged certificates prove, what is certified.

Constants and bounds are read from the certificates, intervals from the record of `numbers`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.metrics import METRICS
from gpa_theory.report.statements.numbers import interval, record
from gpa_theory.report.statements.setting import AVERAGED, aligned, display, items
from gpa_theory.verify.shipped import constants, near, statements
from gpa_theory.verify.tightness import ATTAINED

MINIMIZER = r"x_*"
LAST = METRICS["last"].latex_gap().replace("f(u)", f"f({MINIMIZER})")


def descent(averaging: str, of: str) -> str:
    """Return the run around subgradient descent, for the functions `of` some class."""
    constants, x = AVERAGED[averaging]
    return (
        rf"Let $T\ge1$, let $f\colon V\to\mathbb{{R}}$ be {of} on a real inner-product space $V$"
        rf" with norm $|\cdot|$, let $x_*$ minimize $f$, $|z_1-x_*|\le D$, {constants},"
        r" $0\le\mu_y\le1$ and $\gamma>0$. Put $x_1=z_1$ and, with a subgradient $g_t$ of $f$ at"
        " $y_t$,\n" + _steps(x, "<")
    )


def _steps(x: str, last: str) -> str:
    """Return the recursion; `last` says whether z is moved after step T too."""
    return aligned(
        rf"y_t&=\mu_yx_t+(1-\mu_y)z_t,\qquad z_{{t+1}}=z_t-\gamma g_t\qquad(1\le t{last} T)",
        rf"{x.replace('=', '&=', 1)}\qquad(2\le t\le T)",
    )


LIPSCHITZ = r"convex and $G$-Lipschitz ($G,D>0$)"


def _fraction(value: Any) -> str:
    return str(Fraction(value))


def telescoped() -> str:
    """State both halves of the telescoped metric's worst case, and where it is attained."""
    left = METRICS["telescoped"].latex_gap()
    horizons, modes, gammas = (sorted(set(column)) for column in zip(*ATTAINED, strict=True))
    pairs = ", ".join(f"({_fraction(a)},{_fraction(b)})" for a, b in modes)
    return "\n".join(
        (
            r"Let $V$ be a real inner-product space with norm $|\cdot|$, $f\colon V\to\mathbb{R}$"
            r" convex, $z_1,u\in V$, $T\ge1$, $0\le\mu_x<1$, $\rho=\mu_x/(1-\mu_x)$,"
            r" $0\le\mu_y\le1$ and $\gamma>0$. Put $x_1=z_1$ and, with a subgradient $g_t$ of $f$"
            r" at $y_t$,",
            _steps(AVERAGED["constant"][1], r"\le"),
            r"If $|z_1-u|\le D$ and $|g_t|\le G$ for all $t\le T$ with $D,G>0$, then",
            display(rf"{left}\le\frac{{D^2}}{{2\gamma T}}+\frac{{\gamma G^2}}2"),
            r"If moreover $\gamma\le D/(GT)$, then",
            display(rf"{left}\le DG-\frac{{\gamma G^2(T-1)}}2"),
            rf"The smaller of the two that apply is attained, by a maximum of $T+1$ affine"
            rf" functions, at all {len(ATTAINED)} settings that were run exactly:"
            rf" $T={horizons[0]},\dots,{horizons[-1]}$,"
            rf" $(\mu_x,\mu_y)\in\{{{pairs}\}}$,"
            rf" $\gamma\in\{{{','.join(map(_fraction, gammas))}\}}$, $G=\tfrac32$, $D=\tfrac23$.",
        )
    )


def near_minimax() -> str:
    """State the constants and factors of the tuned certificates."""
    rows = [
        rf"T&={s.steps},\quad\mu_x={mu_x},\quad\mu_y={mu_y},\quad\gamma G/D={gamma},"
        rf"\quad\kappa={float(factor):.4f}"
        for factor, s in near()
        for mu_x, mu_y, gamma in [constants(s)]
    ]
    return "\n".join(
        (
            descent("constant", LIPSCHITZ),
            r"Then $f(x_T)-f(x_*)\le\kappa\,DG/\sqrt T$ for each of",
            aligned(*rows),
        )
    )


def _certified(s: Any) -> str:
    method = s.method
    averaging = method.method.averaging
    given = isinstance(averaging, Exponential)
    mean = rf"c_t=1-\mu_x,\ \mu_x={_fraction(averaging.mu_x)}" if given else "c_t=1/t"
    left = METRICS[s.metric].latex_gap().replace("f(u)", f"f({MINIMIZER})")
    above = -((-s.bound.numerator * 10**6) // s.bound.denominator)
    return "\n".join(
        (
            rf"$T={s.steps}$, ${mean}$, $\mu_y={_fraction(method.method.mu_y)}$,"
            rf" $\gamma G/D={_fraction(method.gamma)}$:",
            display(
                rf"{left}\le\tfrac{{{s.bound.numerator}}}{{{s.bound.denominator}}}\,DG"
                rf"\le{above / 10**6:.6f}\,DG"
            ),
        )
    )


def certificates() -> str:
    """State every packaged certificate with its constants and its bound."""
    return "\n".join(
        (
            descent("any", LIPSCHITZ),
            r"The following hold, where $c_t$ is given for $t\ge2$ and $\rho=\mu_x/(1-\mu_x)$.",
            items(*map(_certified, statements())),
        )
    )


def below_bounds() -> str:
    """State the certified worst cases at T = 8 beside the bounds."""
    average, mean = (
        METRICS[name].latex.replace(r"_{t\le T}", "_t") for name in ("average", "mean")
    )
    rows = [
        rf"\mu_x&={r['mu_x']},\quad\mu_y={r['mu_y']}\colon\quad"
        rf" S_{{\mathrm{{{r['metric']}}}}}\in{interval(r)},\quad B={r['bound']}"
        for r in record()["worst-case-below-bounds"]
    ]
    return "\n".join(
        (
            descent("constant", LIPSCHITZ),
            r"Let $T=8$ and $\gamma=D/(G\sqrt T)$. In units of $DG$, let $S_{\mathrm{average}}$ and"
            rf" $S_{{\mathrm{{mean}}}}$ be the largest values of ${average}-f(x_*)$ and"
            rf" ${mean}-f(x_*)$ over all such $f$, $V$ and $z_1$, and $B=1/\sqrt T+\rho/T$ the"
            rf" proved"
            " bound on both, rounded up. Then",
            aligned(*rows),
        )
    )


def schedule_free() -> str:
    """State the certified worst cases of Schedule-Free, and the function that resists."""
    rows = [
        rf"T&={r['T']},\quad\mu_y={r['mu_y']}\colon\quad S\in{interval(r)},"
        rf"\quad 1/\sqrt T\approx{int(r['T']) ** -0.5:.7f}"
        for r in record()["schedule-free-minimax"]
    ]
    return "\n".join(
        (
            descent("uniform", LIPSCHITZ),
            rf"For $\gamma=D/(G\sqrt T)$ let $S$ be the largest value of ${LAST}$ over all such"
            rf" $f$,"
            " $V$ and $z_1$, in units of $DG$. Then",
            aligned(*rows),
            r"For $T=16$ and $\gamma=1/(2G)$, on"
            r" $f(x)=\max\bigl(G\max_{i\le T}\langle e_i,x\rangle,-DG/\sqrt T\bigr)$ in"
            r" $\mathbb{R}^T$ from $z_1=0$, where $|z_1-x_*|=D$, one has"
            rf" ${LAST}\ge DG/\sqrt T$ for $c_t=1/t$, for $c_t=3/(t+2)$ and for constant"
            r" $c_t=1-\mu_x=1/5$ ($t\ge2$), each with $\mu_y=0,1/2,1$, if the subgradient at $y_t$"
            r" is $Ge_t$; these nine runs are exact.",
        )
    )


def smooth() -> str:
    """State the certified worst cases of smooth classes beside Huber's value."""
    rows = [
        rf"({r['T']},{r['gamma']},{r['mu_x']},{r['mu_y']})&\colon\quad S\in{interval(r)},"
        rf"\quad H\approx{r['huber']}"
        for r in record()["smooth-worst-case"]
    ]
    return "\n".join(
        (
            descent("constant", r"convex and $L$-smooth ($L,D>0$)"),
            rf"Let $S$ be the largest value of ${LAST}$ over all such $f$, $V$ and $z_1$, and"
            r" $H=1/(4L\gamma K+2)$ with $K=\sum_{t<T}(1-\mu_x^{T-t})$ what Huber's function"
            r" attains, both in units of $LD^2$. At $(T,\gamma L,\mu_x,\mu_y)=$",
            aligned(*rows),
        )
    )


STATEMENTS = {
    "telescoped-worst-case": telescoped,
    "near-minimax-constants": near_minimax,
    "worst-case-certificates": certificates,
    "worst-case-below-bounds": below_bounds,
    "schedule-free-minimax": schedule_free,
    "smooth-worst-case": smooth,
}
