r"""What is minimax: the certificate, the product law, and matched decay."""

from __future__ import annotations

from gpa_theory.report.statements.setting import aligned, clause, display
from gpa_theory.verify.multipliers import ENDS, WITHIN

METHOD = (
    r"Let $V$ be a real inner-product space, $f$ convex on a convex set that holds $u$ and"
    r" the points $p_1,\dots,p_T$, $T\ge2$, and let $g_t$ be a subgradient of $f$ at $p_t$ with"
    r" $|g_t|\le G$ for $t\le T$ (no step uses $g_T$), and $|z_1-u|\le D$, $D,G>0$."
    r" Put $a=D/(G\sqrt T)$."
)
RATE = r"f(p_T)-f(u)\le\frac{DG}{\sqrt T}"


def certificate() -> str:
    """State that nonnegative multipliers prove the rate."""
    return "\n".join(
        (
            METHOD,
            r"Let $p_t=z_1-\sum_{s<t}h_{ts}g_s$ with $h_{Ts}=a(1-s/T)$ for $s<T$, and let"
            r" $\lambda_{tj}\ge0$ ($1\le j<t\le T$) satisfy, with"
            r" $\Lambda_t=\sum_{j<t}\lambda_{tj}$,",
            display(r"(1+\Lambda_t)h_{ts}-\sum_{s<j<t}\lambda_{tj}h_{js}=a\qquad(1\le s<t\le T)"),
            "Then",
            display(
                RATE.replace(
                    r"\frac{DG}{\sqrt T}",
                    r"\frac1{2T}\Bigl(\frac{D^2}a+a\sum_{t\le T}|g_t|^2\Bigr)\le\frac{DG}{\sqrt T}",
                )
            ),
        )
    )


def in_expectation() -> str:
    """State the certificate for random gradients."""
    return "\n".join(
        (
            r"Let $V$ be a real inner-product space, $f$ convex on a convex set $C$, $z_1\in V$,"
            r" $u\in C$, $|z_1-u|\le D$, $a>0$, $T\ge2$, and let $h_{ts}$ and $\lambda_{tj}\ge0$ be"
            r" as in the minimax certificate, not random: $h_{Ts}=a(1-s/T)$ for $s<T$ and"
            r" $(1+\Lambda_t)h_{ts}-\sum_{s<j<t}\lambda_{tj}h_{js}=a$ for $1\le s<t\le T$,"
            r" $\Lambda_t=\sum_{j<t}\lambda_{tj}$. In every outcome let"
            r" $p_t=z_1-\sum_{s<t}h_{ts}\tilde g_s\in C$ with random $\tilde g_1,\dots,\tilde g_T$,"
            r" and let $g_t$ be a subgradient of $f$ at $p_t$, with",
            clause(
                r"E\langle\tilde g_t-g_t,p_t-u\rangle=0",
                r"E\langle\tilde g_t-g_t,p_t-p_j\rangle=0\quad(j<t)",
            ),
            r"for $t\le T$, all of it and $f(p_t)$, $|\tilde g_t|^2$, $\langle g_t,p_t-p_j\rangle$"
            r" and $\langle\tilde g_t,p_t-p_j\rangle$ ($j\le T$) integrable. Then",
            clause(
                r"Ef(p_T)-f(u)\le\frac1{2T}\Bigl(\frac{D^2}a+a\sum_{t\le T}E|\tilde g_t|^2\Bigr)"
            ),
            r"and, if $E|\tilde g_t|^2\le G^2$ for $t\le T$ and $a=D/(G\sqrt T)$ with $D,G>0$,",
            display(r"Ef(p_T)-f(u)\le\frac{DG}{\sqrt T}"),
        )
    )


SPACE = (
    r"Let $V$ be a real inner-product space with $T$ orthonormal vectors, $T\ge{}$, $D,G>0$ and"
    r" $a=D/(G\sqrt T)$."
)
ATTAINED = (
    r"$f(p_T)-f(u)\le DG/\sqrt T$ for every convex $G$-Lipschitz $f\colon V\to\mathbb{R}$, all"
    r" $z_1,u\in V$ with $|z_1-u|\le D$ and all subgradients $g_t$ of $f$ at $p_t$, $t\le T$"
)


def necessary() -> str:
    """State that only methods with a certificate attain the rate."""
    return "\n".join(
        (
            SPACE.format(2),
            rf"Let $p_t=z_1-\sum_{{s<t}}h_{{ts}}g_s$. Then {ATTAINED}, if and only if"
            r" $h_{Ts}=a(1-s/T)$ for $s<T$ and there are $\lambda_{tj}\ge0$ ($1\le j<t\le T$) with",
            display(r"(1+\Lambda_t)h_{ts}-\sum_{s<j<t}\lambda_{tj}h_{js}=a\qquad(1\le s<t\le T)"),
            r"where $\Lambda_t=\sum_{j<t}\lambda_{tj}$."
            r" In that case $h_{ts}>0$ for all $s<t\le T$.",
        )
    )


def all_schedules() -> str:
    """State which schedules of subgradient descent some average makes minimax."""
    return "\n".join(
        (
            SPACE.format(3),
            r"Let $p_t=z_1-\sum_{s<t}\gamma_sg_s$ for $t<T$ with $\gamma_1,\dots,\gamma_{T-1}$"
            r" positive, and $p_T=z_1-\sum_{s<T}\gamma_s\Pi_sg_s$ with real $\Pi_s$."
            rf" Then {ATTAINED}, if and only if $\gamma_s\Pi_s=a(1-s/T)$ for $s<T$,"
            r" $\frac{T-2}{T-1}a\le\gamma_1\le a$, $\gamma_t\le\gamma_{t-1}$ for"
            r" $2\le t\le T-2$ and $(T-1-t)\gamma_{t-1}\le(T-t)\gamma_t$ for $2\le t\le T-1$. That"
            r" and $1\ge\Pi_1\ge\dots\ge\Pi_{T-1}$ hold if and only if $\gamma_s\Pi_s=a(1-s/T)$ for"
            r" $s<T$ and",
            aligned(
                r"a\Bigl(1-\frac1T\Bigr)&\le\gamma_1\le a",
                r"\gamma_t&\le\gamma_{t-1}\quad(2\le t\le T-2)",
                r"(T-t)\gamma_{t-1}&\le(T-t+1)\gamma_t\quad(2\le t\le T-1)",
            ),
        )
    )


def product_law() -> str:
    """State which steps some output makes minimax."""
    return "\n".join(
        (
            METHOD,
            r"Let $p_t=z_1-\sum_{s<t}\gamma_sg_s$ for $t<T$ and"
            r" $p_T=z_1-\sum_{s<T}a(1-s/T)g_s$, with"
            r" $\gamma_t>0$, $\frac{T-2}{T-1}a\le\gamma_1\le a$, $\gamma_t\le\gamma_{t-1}$ for"
            r" $2\le t\le T-2$ and $(T-1-t)\gamma_{t-1}\le(T-t)\gamma_t$ for $2\le t\le T-1$. Then",
            display(RATE),
        )
    )


def matched_decay() -> str:
    """State the rate of matched decay."""
    return "\n".join(
        (
            r"Let $V$ be a real inner-product space, $T\ge2$, $D,G>0$, $0\le\mu_x<1$ and"
            r" $\mu_x^{T-1}\le1/T$. Let $z_{t+1}=z_t-\gamma_tg_t$ for $t<T$, with $g_t$ a"
            r" subgradient of the convex $f$ at $z_t$, $x_1=z_1$,"
            r" $x_t=\mu_xx_{t-1}+(1-\mu_x)z_t$ for $2\le t\le T$, and",
            display(r"\gamma_t=\frac D{G\sqrt T}\cdot\frac{1-t/T}{1-\mu_x^{T-t}}"),
            r"If $|g_t|\le G$ for $t<T$, $f$ has a subgradient $g_T$ at $x_T$ with $|g_T|\le G$,"
            r" and $|z_1-u|\le D$, then",
            display(r"f(x_T)-f(u)\le\frac{DG}{\sqrt T}"),
        )
    )


def multipliers() -> str:
    """State the multipliers of GPA in closed form, and which of them decide."""
    return "\n".join(
        (
            r"Let $T\ge2$, $0\le\mu_x<1$, $0\le\mu_y\le1$, $a>0$, $\gamma_t>0$,"
            r" $b_s=a/\gamma_s$, $e_s=(T-1-s)b_s$, $\kappa=1-\mu_x\mu_y$,"
            r" $r=\mu_x(1-\mu_y)/\kappa$, $h_{ts}=\gamma_s(1-\mu_y\mu_x^{t-s})$ for $s<t<T$ and"
            r" $h_{Ts}=a(1-s/T)$. The solution of",
            clause(r"(1+\Lambda_t)h_{ts}-\sum_{s<j<t}\lambda_{tj}h_{js}=a\qquad(1\le s<t\le T)"),
            r"with $\Lambda_t=\sum_{j<t}\lambda_{tj}$ is, for $1<s<t$,",
            clause(
                r"\kappa\lambda_{ts}=b_s-b_{s-1}+\frac{\mu_x\mu_y(1-\mu_x)}\kappa"
                r"\Bigl(b_s-(1-r)\sum_{s<k<t}r^{k-s-1}b_k\Bigr)"
            ),
            r"for $t<T$, and",
            clause(
                r"\kappa\lambda_{Ts}=e_{s-1}-e_s-\frac{\mu_x\mu_y(1-\mu_x)}\kappa"
                r"\sum_{k=s}^{T-2}r^{k-s}(e_k-e_{k+1})"
            ),
            r"and $\lambda_{t+1,s}\le\lambda_{ts}$ for $t+1<T$, $s\ge1$. If"
            r" $T\ge3$ and $\gamma_s=a(1-s/T)/(1-\mu_x^{T-s})$, then $\lambda_{T-1,s}\ge0$ and"
            r" $\lambda_{Ts}\ge0$ for $s\ge2$, and",
            display(
                r"\kappa(\lambda_{T1}-\lambda_{T-1,1})=T\mu_x(\mu_x-\mu_y)r^{T-3}",
            ),
            r"If instead $h_{ts}=a(1-\mu_ys/t)$ for $t<T$, that is, $c_t=1/t$ and $\gamma_s=a$,"
            r" then $\lambda_{tj}\ge0$ for all $j<t\le T$.",
        )
    )


def window_end() -> str:
    """State where the window of matched decay ends, at the settings that were run."""
    horizons, shares = (sorted({row[k] for row in ENDS}) for k in (0, 1))
    return "\n".join(
        (
            r"For matched decay, $\gamma_t=a(1-t/T)/(1-\mu_x^{T-t})$ with $a>0$ and $0\le\mu_x<1$,"
            r" let $\lambda_{tj}$ be the multipliers of the minimax certificate. For"
            rf" $T={', '.join(map(str, horizons))}$ and"
            rf" $\mu_y={', '.join(f'{float(share):g}' for share in shares)}$ there are"
            r" $\mu_x<\mu_x'$, all $\lambda_{tj}\ge0$ at $\mu_x$ and one $\lambda_{tj}<0$ at"
            r" $\mu_x'$, with",
            display(
                r"\Bigl|\mu-\frac1{1+\mu_y}+\frac2{(1+\mu_y)^2T}\Bigr|\le"
                rf"\frac{{{WITHIN}}}{{T^2}}\qquad(\mu=\mu_x,\mu_x')"
            ),
        )
    )


STATEMENTS = {
    "minimax-certificate": certificate,
    "minimax-in-expectation": in_expectation,
    "product-law": product_law,
    "minimax-necessary": necessary,
    "minimax-schedules": all_schedules,
    "matched-decay": matched_decay,
    "minimax-multipliers": multipliers,
    "minimax-window-end": window_end,
}
