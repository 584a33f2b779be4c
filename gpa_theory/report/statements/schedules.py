r"""What steps and averaging make of one another: weights on descent, tied averaging, log-log."""

from __future__ import annotations

from gpa_theory.report.statements.setting import NEAREST, SPACE, SUBGRADIENT, clause, display, run

AT_Z = (
    rf"{SPACE}, $C\subseteq V$ a convex set that contains $u$, $f\colon C\to\mathbb{{R}}$ convex,"
    rf" {NEAREST}, and $T\ge"
)
STEPS = r"$z_{t+1}=\Pi(z_t-\gamma_tg_t)$ for $t<T$, with $z_1\in C$"
SLOPE_AT_Z = (
    r"$g_t$ a subgradient of $f$ at $z_t$, that is, $f(a)\ge f(z_t)+\langle g_t,a-z_t\rangle$ for"
    r" all $a\in C$"
)


def weights() -> str:
    """State bound (E): weights whose tails grow relative to those of the steps."""
    return "\n".join(
        (
            rf"{AT_Z}1$. Let {STEPS}, any $\gamma_1,\dots,\gamma_T$ with $\gamma_t>0$,"
            rf" {SLOPE_AT_Z}, and $|z_1-u|\le D$. Let $\pi_1+\dots+\pi_T=1$,"
            r" $\gamma_{1:T}=\gamma_1+\dots+\gamma_T$ and"
            r" $m_t=(\pi_t+\dots+\pi_T)/(\gamma_t+\dots+\gamma_T)$. If $m_t\le m_{t+1}$ for $t<T$,"
            r" then",
            display(
                r"\sum_{t\le T}\pi_t\bigl(f(z_t)-f(u)\bigr)\le\frac{D^2}{2\gamma_{1:T}}"
                r"+\sum_{t\le T}\frac{\gamma_t^2|g_t|^2}2\,m_{\min(t+1,T)}"
            ),
        )
    )


def tied() -> str:
    """State bound (S): the averaging follows the steps."""
    return "\n".join(
        (
            run("any"),
            rf"Let $C\subseteq V$ be a convex set that contains $u$ and $z_1$, {NEAREST}, let"
            rf" $f\colon C\to\mathbb{{R}}$ be convex, {SUBGRADIENT}, and"
            r" $z_{t+1}=\Pi(z_t-\gamma_tg_t)$ for $t<T$, with any $\gamma_1,\dots,\gamma_T$,"
            r" $\gamma_t>0$, and $|z_1-u|\le D$. If $c_t=\gamma_t/\gamma_{1:t}$ with"
            r" $\gamma_{1:t}=\gamma_1+\dots+\gamma_t$ for all $t$, then",
            display(
                r"f(x_T)-f(u)\le\frac1{2\gamma_{1:T}}\Bigl(D^2+\sum_{t\le T}\gamma_t^2|g_t|^2\Bigr)"
            ),
        )
    )


def log_log() -> str:
    """State what constant steps and constant μ_x cost at μ_y = 0."""
    return "\n".join(
        (
            rf"{AT_Z}2$. Let $z_{{t+1}}=\Pi(z_t-\gamma g_t)$ for $t<T$, with $z_1\in C$,"
            rf" $\gamma>0$, {SLOPE_AT_Z}, and $x_1=z_1$, $x_t=\mu_xx_{{t-1}}+(1-\mu_x)z_t$ for"
            r" $2\le t\le T$ with $0\le\mu_x<1$. If $\mu_x^{T-1}\le1/T$, $|g_t|\le G$ for"
            r" $t\le T$ and $|z_1-u|\le D$, then",
            clause(
                r"f(x_T)-f(u)\le\frac{D^2}{2\gamma T}+\frac{\gamma G^2}2S,\qquad"
                r" S=\sum_{m=1}^{T-1}\frac{1-\mu_x^m}m+1-\mu_x"
            ),
            r"and, for $D,G>0$ and $\gamma=D/(G\sqrt{TS})$,",
            display(r"f(x_T)-f(u)\le DG\sqrt{S/T}"),
        )
    )


def reach() -> str:
    """State what averaging costs by how far descent reaches."""
    return "\n".join(
        (
            run("constant"),
            rf"Let $C\subseteq V$ be a convex set that contains $u$ and $z_1$, {NEAREST}, let"
            rf" $f\colon C\to\mathbb{{R}}$ be convex, {SUBGRADIENT}, and"
            r" $z_{t+1}=\Pi(z_t-\gamma g_t)$ for $t<T$, with $\gamma>0$. If $|g_t|\le G$ for"
            r" $t\le T$ and $|z_1-u|\le D$, then",
            clause(
                r"\frac1T\sum_{t\le T}f(x_t)-f(u)\le\frac{D^2}{2\gamma T}+\frac{\gamma G^2}2K,"
                r"\qquad K=1+2\rho\bigl(1-\mu_x^{T-1}\bigr)\frac{T-1}T"
            ),
            r"and, for $D,G>0$ and $\gamma=D/(G\sqrt{TK})$,",
            display(r"\frac1T\sum_{t\le T}f(x_t)-f(u)\le DG\sqrt{K/T}"),
        )
    )


def drawn_back() -> str:
    """State the regret of descent drawn back to z_1, and the last iterate of GPA around it."""
    return "\n".join(
        (
            rf"{SPACE}, $C\subseteq V$ a convex set, $z_1,u\in C$, $|z_1-u|\le D$; {NEAREST}. Let"
            r" $\gamma>0$, $0<\mu<1$, $T\ge1$, any vectors"
            r" $g_1,\dots,g_T\in V$ with $|g_t|\le G$, and"
            r" $z_{t+1}=\Pi\bigl(z_1+\mu(z_t-\gamma g_t-z_1)\bigr)$ for $1\le t<T$. Then",
            display(
                r"\sum_{t\le T}\mu^{T-t}\langle g_t,z_t-u\rangle\le\frac{D^2}{2\gamma\mu}"
                r"+\frac{\gamma G^2}{2(1-\mu)}"
            ),
            r"If instead $z_2=z_1$ and $z_{t+1}$ is as above for $2\le t<T$, $x_1=z_1$,"
            r" $x_t=\mu x_{t-1}+(1-\mu)z_t$ and $y_t=\mu_yx_t+(1-\mu_y)z_t$ with $0\le\mu_y\le1$,"
            r" and $g_t$ is a subgradient at $y_t$ of an $f$ that is convex on $C$, then",
            display(
                r"f(x_T)-f(u)\le\mu^{T-1}\bigl(f(x_1)-f(u)\bigr)"
                r"+(1-\mu)\Bigl(\frac{D^2}{2\gamma\mu}+\frac{\gamma G^2}{2(1-\mu)}\Bigr)"
            ),
        )
    )


STATEMENTS = {
    "descent-weights": weights,
    "tied-averaging": tied,
    "log-log": log_log,
    "drawn-back": drawn_back,
    "descent-reach": reach,
}
