r"""What Rocq proves for any base and any weights, under noise, and for strongly convex f."""

from __future__ import annotations

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.metrics import METRICS
from gpa_theory.report.statements.setting import (
    ASSUMED,
    AVERAGED,
    NEAREST,
    PAST,
    SPACE,
    aligned,
    convex,
    display,
    items,
    run,
)

AVERAGE, MEAN, LAST, WEIGHTED = (
    METRICS[name].latex_gap() for name in ("average", "mean", "last", "weighted")
)
BOUNDED = f"{ASSUMED[Assumption.RADIUS]} and {ASSUMED[Assumption.LIPSCHITZ]}"
NOISY = (
    rf"{SPACE}, let $C\subseteq V$ be convex, $u\in C$ and $f\colon C\to\mathbb{{R}}$ convex, and"
    r" let $z_1,\dots,z_T$ ($T\ge1$) be random points of $C$. Let $0\le\mu_y\le1$, and in every"
    r" outcome put $x_1=z_1$,"
    "\n"
    rf"\[ {AVERAGED['any'][1]}\quad(2\le t\le T),\qquad y_t=\mu_yx_t+(1-\mu_y)z_t\quad"
    r"(1\le t\le T), \]"
    "\n"
    r"with constants $c_1=1$ and $0<c_t\le1$. Let $g_t$ be a subgradient of $f$ at $y_t$, that is,"
    r" $f(a)\ge f(y_t)+\langle g_t,a-y_t\rangle$ for all $a\in C$, and let the random vectors"
    r" $\tilde g_t$ satisfy $E\langle\tilde g_t,z_t-u\rangle=E\langle g_t,z_t-u\rangle$; all that"
    r" is put under $E$ here and below is assumed integrable."
)
STRONG = (
    r"Let moreover $\sigma{sign}0$ and $f$ be $\sigma$-strongly convex on $C$, that is,"
    r" $f(\lambda a+(1-\lambda)b)\le\lambda f(a)+(1-\lambda)f(b)"
    r"-\tfrac\sigma2\lambda(1-\lambda)|a-b|^2$ for $a,b\in C$, $0\le\lambda\le1$."
)


def any_base() -> str:
    """State the three conversions at a regret of at most B."""
    return "\n".join(
        (
            convex("any"),
            r"Suppose that $R_T\le B$. If $c_t=1/t$ for all $t$, then",
            display(rf"{LAST} \le \frac BT"),
            r"If $c_t=1-\mu_x$ for all $t\ge2$ with $0\le\mu_x<1$, $\rho=\mu_x/(1-\mu_x)$, and"
            f" {BOUNDED} with $D,G>0$, then",
            display(rf"{WEIGHTED} \le \frac{{B+\rho GD}}{{T+\rho}}"),
            rf"and if moreover {ASSUMED[Assumption.MINIMIZER]}, then",
            display(rf"{AVERAGE} \le {MEAN} \le \frac{{B+\rho(GD+\varepsilon)}}T"),
        )
    )


def growing_window() -> str:
    """State that a window that grows by at most one each step costs nothing."""
    return "\n".join(
        (
            convex("any"),
            r"Suppose that $R_T\le B$ and $1/c_{t+1}\le1+1/c_t$ for $t<T$, as for $c_t=1/t$ and,"
            r" with $0\le\mu_x<1$, for $c_t=\max(1/t,1-\mu_x)$ and"
            r" $c_t=(1-\mu_x)/(1-\mu_x^t)$. Put $q_t=1+1/c_t-1/c_{t+1}$ for $t<T$ and $q_T=1/c_T$."
            r" Then $q_t\ge0$, $q_1+\dots+q_T=T$, $\sum q_tx_t=\sum z_t$, and",
            display(
                r"f\Bigl(\tfrac1T\sum_{t\le T}z_t\Bigr)-f(u)"
                r"\le\frac1T\sum_{t\le T}q_t\bigl(f(x_t)-f(u)\bigr)\le\frac BT"
            ),
            r"If moreover $u$ minimizes $f$ on $C$, then",
            display(rf"{LAST} \le c_TB"),
        )
    )


def any_weights() -> str:
    """State the conversion for averaging by any positive weights."""
    return "\n".join(
        (
            convex("weights"),
            "Then",
            display(rf"{LAST} \le \frac1{{w_{{1:T}}}}\sum_{{t=1}}^Tw_tr_t"),
        )
    )


def in_expectation() -> str:
    """State the weighted theorem for random gradients."""
    return "\n".join(
        (
            NOISY,
            rf"For any $p_1,\dots,p_T\ge0$ put {PAST}, $q_t=p_t(1+\rho_t)-p_{{t+1}}\rho_{{t+1}}$"
            r" for $t<T$, and $q_T=p_T(1+\rho_T)$. Then",
            display(
                r"\sum_{t=1}^Tq_t\bigl(Ef(x_t)-f(u)\bigr)\le"
                r"\sum_{t=1}^Tp_tE\langle\tilde g_t,z_t-u\rangle"
            ),
        )
    )


def sgd_in_expectation() -> str:
    """State the three rates of projected SGD inside GPA."""
    return "\n".join(
        (
            NOISY,
            r"Let $z_{t+1}=\Pi(z_t-\gamma\tilde g_t)$ for $1\le t<T$ in every outcome, where"
            r" $\Pi(v)$ is a point of $C$ nearest to $v$, and let $E|\tilde g_t|^2\le G^2$ for all"
            r" $t$; $D,G,R>0$.",
            items(
                r"If $c_t=1/t$ for all $t$, $|z_1-u|\le D$ in every outcome and"
                r" $\gamma=D/(G\sqrt T)$, then"
                "\n" + display(r"Ef(x_T)-f(u)\le\frac{DG}{\sqrt T}"),
                r"If $c_t=1-\mu_x$ for all $t\ge2$ with $0\le\mu_x<1$, $\rho=\mu_x/(1-\mu_x)$,"
                r" $|z_1-u|\le D$ in every outcome and $\gamma=D/(G\sqrt T)$, then"
                "\n"
                + display(
                    r"Ef\Bigl(\tfrac1T\sum_{t\le T}x_t\Bigr)-f(u)\le\frac{DG}{\sqrt T}"
                    r"+\frac\rho TE\bigl(f(x_1)-f(x_T)\bigr)"
                ),
                r"If $c_t=1-\mu_x$ for all $t\ge2$ with $0\le\mu_x<1$, $|z_t-u|\le R$ for all"
                r" $t\le T$ in every outcome and $\gamma=(R/G)\sqrt{1-\mu_x}$, then"
                "\n"
                + display(r"Ef(x_T)-f(u)\le\mu_x^{T-1}E\bigl(f(x_1)-f(u)\bigr)+RG\sqrt{1-\mu_x}"),
            ),
        )
    )


def strong_step() -> str:
    """State what strong convexity gains at every step."""
    return "\n".join(
        (
            convex("any"),
            STRONG.replace("{sign}", r"\ge"),
            rf"With {PAST} and $x_0=x_1$, for every $t\le T$",
            aligned(
                r"&f(x_t)-f(u)+\rho_t\bigl(f(x_t)-f(x_{t-1})\bigr)",
                r"&\qquad\le r_t-\frac\sigma2\bigl(1-(1-c_t)\mu_y^2\bigr)|z_t-u|^2",
            ),
        )
    )


def strong_rate() -> str:
    """State the rate of OGD with steps 1/(s t) inside GPA."""
    return "\n".join(
        (
            convex("constant"),
            STRONG.replace("{sign}", ">"),
            rf"Let $s=\sigma(1-\mu_x\mu_y^2)$, {NEAREST}, $z_{{t+1}}=\Pi\bigl(z_t-g_t/(st)\bigr)$"
            rf" for $1\le t<T$, and {ASSUMED[Assumption.LIPSCHITZ]}. Then",
            display(
                rf"{AVERAGE} \le \frac{{G^2(1+\ln T)}}{{2sT}}"
                r"+\frac\rho T\bigl(f(x_1)-f(x_T)\bigr)"
            ),
        )
    )


def smooth_rate() -> str:
    """State the rate of gradient descent inside GPA where f is smooth."""
    return "\n".join(
        (
            run("constant"),
            r"Let $u\in V$, $L>0$, and let $f\colon V\to\mathbb{R}$ be convex with"
            r" $f(w)\le f(u)+\frac L2|w-u|^2$ for all $w\in V$, as an $L$-smooth convex $f$ has at"
            r" a minimizer $u$. Let $g_t$ be a subgradient of $f$ at $y_t$,"
            r" $z_{t+1}=z_t-\gamma g_t$ for $1\le t<T$ with $\gamma>0$, $\gamma L\le1$, and"
            r" $|z_1-u|\le D$. Then",
            display(
                rf"{AVERAGE} \le\frac1T\sum_{{t\le T}}f(x_t)-f(u)\le\frac{{D^2}}{{2\gamma T}}"
                r"+\frac\rho T\bigl(f(x_1)-f(x_T)\bigr)"
            ),
        )
    )


STATEMENTS = {
    "any-base": any_base,
    "growing-window": growing_window,
    "any-weights": any_weights,
    "weighted-theorem-in-expectation": in_expectation,
    "sgd-in-expectation": sgd_in_expectation,
    "strongly-convex-step": strong_step,
    "strongly-convex-rate": strong_rate,
    "smooth-rate": smooth_rate,
}
