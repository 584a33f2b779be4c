r"""What is minimax: the certificate, the product law, and matched decay."""

from __future__ import annotations

from gpa_theory.report.statements.setting import display

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


STATEMENTS = {
    "minimax-certificate": certificate,
    "product-law": product_law,
    "matched-decay": matched_decay,
}
