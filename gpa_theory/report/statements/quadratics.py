r"""Stability and noise on one eigenvalue of a quadratic; trace and determinant of a step."""

from __future__ import annotations

from gpa_theory.report.statements.setting import aligned, display

CONSTANTS = r"Let $0\le\mu_x<1$, $0\le\mu_y\le1$, $\gamma\in\mathbb{R}$ and $h>0$"
STEP = r"x_{t+1}=\mu_xx_t+(1-\mu_x)z_{t+1}"
POINT = r"y_t=\mu_yx_t+(1-\mu_y)z_t"
TRACE = r"\tau=1+\mu_x-s(1-\mu_x\mu_y),\qquad\delta=\mu_x\bigl(1-s(1-\mu_y)\bigr)"
LIMIT = r"\frac{2(1+\mu_x)}{1+\mu_x-2\mu_x\mu_y}"


def stability() -> str:
    """State the characteristic polynomial and the limit of γh for an SGD base."""
    return "\n".join(
        (
            rf"{CONSTANTS}, and from any $x_1,z_1\in\mathbb{{R}}$ let GPA around gradient descent"
            r" run on $f(w)=\frac h2w^2$: for all $t\ge1$",
            display(POINT, r"z_{t+1}=z_t-\gamma hy_t", STEP),
            r"With $s=\gamma h$,",
            rf"\[ {TRACE}, \]",
            r"each of $x$, $y$ and $z$ satisfies $a_{t+2}=\tau a_{t+1}-\delta a_t$, and",
            display(
                r"(x_t,z_t)\to0\text{ from every }x_1,z_1\quad\Longleftrightarrow\quad"
                rf"0<s<{LIMIT}"
            ),
        )
    )


def momentum_stability() -> str:
    """State both faces of the stable region around a base with momentum of its own."""
    return "\n".join(
        (
            rf"{CONSTANTS}, let $0\le\beta<1$ and $0\le d<1$, and let GPA run on"
            r" $f(w)=\frac h2w^2$ around gradient descent with momentum $\beta$ and dampening $d$"
            r" of its own: for all $t\ge1$, from any $x_1,z_1,b_1\in\mathbb{R}$,",
            aligned(
                r"y_t&=\mu_yx_t+(1-\mu_y)z_t,\qquad b_{t+1}=\beta b_t+(1-d)hy_t",
                rf"z_{{t+1}}&=z_t-\gamma b_{{t+1}},\qquad {STEP}",
            ),
            r"With $s=\gamma h(1-d)$, all roots of the characteristic polynomial of a step have"
            r" modulus below 1, so that every run tends to 0, if and only if",
            aligned(
                r"&0<s<\frac{2(1+\beta)(1+\mu_x)}{1+\mu_x-2\mu_x\mu_y}\qquad\text{and}",
                r"&s\mu_x\bigl(\beta(1-\mu_x\mu_y)-(1-\mu_y)\bigr)"
                r"<(1-\beta)(1-\mu_x)(1-\beta\mu_x)",
            ),
            r"At $\mu_x=\mu_y=\frac9{10}$ and $d=0$ the limit of $s$ is $\frac{95}7$ for $\beta=0$"
            r" and $\frac{19}{639}$ for $\beta=\frac9{10}$. The Routh--Hurwitz criterion"
            r" \cite{hurwitz1895bedingungen} is taken over.",
        )
    )


def variance() -> str:
    """State the stationary variance, and what it is for small steps."""
    return "\n".join(
        (
            rf"{CONSTANTS}, let GPA run around SGD on $f(w)=\frac h2w^2$ with noise $\xi_t$ in its"
            r" gradients,",
            display(POINT, r"z_{t+1}=z_t-\gamma(hy_t+\xi_t)", STEP),
            r"where $E\xi_t^2=\sigma^2$ and $E(\xi_tx_t)=E(\xi_tx_{t-1})=0$, as for $\xi_t$ of mean"
            r" 0 that are independent of one another, and let $s=\gamma h$ satisfy"
            rf" $0<s<{LIMIT}$. If $Ex_t^2$ and $E(x_{{t+1}}x_t)$ do not change with $t$, then,"
            " with",
            rf"\[ {TRACE}, \]",
            display(
                r"Ex_t^2=\frac{(1-\mu_x)^2\gamma^2\sigma^2(1+\delta)}"
                r"{(1-\delta)\bigl((1+\delta)^2-\tau^2\bigr)}"
            ),
            r"Its ratio to $\gamma\sigma^2/(2h)$ tends to 1 as $s\to0$, for all $\mu_x$ and"
            r" $\mu_y$.",
        )
    )


STATEMENTS = {
    "quadratic-stability": stability,
    "quadratic-momentum-stability": momentum_stability,
    "quadratic-variance": variance,
}
