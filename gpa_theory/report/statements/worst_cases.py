r"""Worst cases: what holds for every T, what the packaged certificates prove, what is certified.

Constants and bounds are read from the certificates, intervals from the record of `numbers`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.metrics import METRICS
from gpa_theory.report.statements.numbers import interval, record, table
from gpa_theory.report.statements.setting import AVERAGED, display
from gpa_theory.verify.shipped import constants, near, statements

MINIMIZER = r"x_*"
LAST = METRICS["last"].latex_gap().replace("f(u)", f"f({MINIMIZER})")


def descent(averaging: str, of: str, step: str = r"\gamma>0") -> str:
    """Return the run around subgradient descent, for the functions `of` some class."""
    constants, x = AVERAGED[averaging]
    return (
        rf"Let $T\ge1$, let $f\colon V\to\mathbb{{R}}$ be {of} on a real inner-product space $V$"
        rf" with norm $|\cdot|$, let $x_*$ minimize $f$, $|z_1-x_*|\le D$, {constants},"
        rf" $0\le\mu_y\le1$ and"
        rf" ${step}$. Put $x_1=z_1$ and, with a subgradient $g_t$ of $f$ at $y_t$,"
        "\n"
        r"\begin{gather*}"
        "\n"
        r"y_t=\mu_yx_t+(1-\mu_y)z_t,\qquad z_{t+1}=z_t-\gamma g_t\qquad(1\le t<T),\\"
        "\n"
        rf"{x}\qquad(2\le t\le T)."
        "\n"
        r"\end{gather*}"
    )


LIPSCHITZ = r"convex and $G$-Lipschitz ($G,D>0$)"


def _fraction(value: Any) -> str:
    return str(Fraction(value))


def telescoped() -> str:
    """State both halves of the telescoped metric's worst case, and where it is attained."""
    from gpa_theory.verify.tightness import ATTAINED

    left = METRICS["telescoped"].latex_gap()
    horizons, modes, gammas = (sorted(set(column)) for column in zip(*ATTAINED, strict=True))
    pairs = ", ".join(f"({_fraction(a)},{_fraction(b)})" for a, b in modes)
    return "\n".join(
        (
            r"Let $V$ be a real inner-product space with norm $|\cdot|$, $f\colon V\to\mathbb{R}$"
            r" convex, $z_1,u\in V$, $T\ge1$, $0\le\mu_x<1$, $\rho=\mu_x/(1-\mu_x)$,"
            r" $0\le\mu_y\le1$ and $\gamma>0$. Put $x_1=z_1$ and, with a subgradient $g_t$ of $f$"
            r" at $y_t$,",
            r"\begin{gather*}",
            r"y_t=\mu_yx_t+(1-\mu_y)z_t,\qquad z_{t+1}=z_t-\gamma g_t\qquad(1\le t\le T),\\",
            rf"{AVERAGED['constant'][1]}\qquad(2\le t\le T).",
            r"\end{gather*}",
            r"If $|z_1-u|\le D$ and $|g_t|\le G$ for all $t\le T$ with $D,G>0$, then",
            r"\begin{multline*}",
            rf"{left}\\",
            r"\le\begin{cases}\dfrac{D^2}{2\gamma T}+\dfrac{\gamma G^2}2&\text{always},\\[2ex]"
            r"DG-\dfrac{\gamma G^2(T-1)}2&\text{if }\gamma\le\dfrac D{GT}.\end{cases}",
            r"\end{multline*}",
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
        (str(s.steps), *map(_fraction, constants(s)), f"{float(factor):.4f}")
        for factor, s in near()
    ]
    return "\n".join(
        (
            descent("constant", LIPSCHITZ),
            r"Then $f(x_T)-f(x_*)\le\kappa\,DG/\sqrt T$ for each of",
            table("c|ccc|c", ("T", r"\mu_x", r"\mu_y", r"\gamma G/D", r"\kappa"), rows),
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
            rf"\item $T={s.steps}$, ${mean}$, $\mu_y={_fraction(method.method.mu_y)}$,"
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
            r"\begin{enumerate}",
            *map(_certified, statements()),
            r"\end{enumerate}",
        )
    )


def below_bounds() -> str:
    """State the certified worst cases at T = 8 beside the bounds."""
    rows = record()["worst-case-below-bounds"]
    metrics = {
        name: METRICS[name].latex.replace(r"_{t\le T}", r"_t") for name in ("average", "mean")
    }
    return "\n".join(
        (
            descent("constant", LIPSCHITZ),
            r"For $T=8$ and $\gamma=D/(G\sqrt T)$ the largest value of $F-f(x_*)$, over all such"
            r" $f$, $V$ and $z_1$, lies in the interval given, in units of $DG$; beside it stands"
            r" the bound $1/\sqrt T+\rho/T$ of the theorem, rounded up.",
            table(
                "ccccc",
                (r"\mu_x", r"\mu_y", "F", r"\text{largest}", r"\text{bound}"),
                [
                    (r["mu_x"], r["mu_y"], metrics[r["metric"]], interval(r), r["bound"])
                    for r in rows
                ],
            ),
        )
    )


def schedule_free() -> str:
    """State the certified worst cases of Schedule-Free, and the function that resists."""
    rows = record()["schedule-free-minimax"]
    return "\n".join(
        (
            descent("uniform", LIPSCHITZ),
            rf"For $\gamma=D/(G\sqrt T)$ the largest value of ${LAST}$, over all such $f$, $V$ and"
            r" $z_1$, lies in the interval given, in units of $DG$.",
            table(
                "cccc",
                ("T", r"\mu_y", r"\text{largest}", r"1/\sqrt T"),
                [(r["T"], r["mu_y"], interval(r), f"{int(r['T']) ** -0.5:.7f}") for r in rows],
            ),
            r"For $T=16$ and $\gamma=1/(2G)$, on"
            r" $f(x)=\max\bigl(G\max_{i\le T}\langle e_i,x\rangle,-DG/\sqrt T\bigr)$ in"
            r" $\mathbb{R}^T$ from $z_1=0$, where $|z_1-x_*|=D$, one has"
            rf" ${LAST}\ge DG/\sqrt T$ for $c_t=1/t$, for $c_t=3/(t+2)$ and for constant"
            r" $c_t=1-\mu_x=\tfrac15$ ($t\ge2$), each with $\mu_y=0,\tfrac12,1$, if the"
            r" subgradient at $y_t$ is $Ge_t$; these nine runs are exact.",
        )
    )


def smooth() -> str:
    """State the certified worst cases of smooth classes beside Huber's value."""
    rows = record()["smooth-worst-case"]
    return "\n".join(
        (
            descent("constant", r"convex and $L$-smooth ($L,D>0$)"),
            rf"The largest value of ${LAST}$, over all such $f$, $V$ and $z_1$, lies in the"
            r" interval given, in units of $LD^2$; beside it stands $1/(4L\gamma K+2)$ with"
            r" $K=\sum_{t<T}(1-\mu_x^{T-t})$, which Huber's function attains.",
            table(
                "cccccc",
                ("T", r"\gamma L", r"\mu_x", r"\mu_y", r"\text{largest}", r"\text{Huber's}"),
                [
                    (r["T"], _fraction(r["gamma"]), r["mu_x"], r["mu_y"], interval(r), r["huber"])
                    for r in rows
                ],
            ),
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
