r"""What holds step by step: the affine relations, the two buffers, both identities, the weights."""

from __future__ import annotations

from gpa_theory.report.statements.setting import PAST, SUBGRADIENT, aligned, display, run

SLOPES = (
    r"For any function $f\colon V\to\mathbb{R}$, any $u\in V$ and any map $g\colon V\to V$ put"
    r" $B(a,b)=f(a)-f(b)-\langle g(b),a-b\rangle$."
)
LEFT = r"f(x_t)-f(u)+\rho_t\bigl(f(x_t)-f(x_{t-1})\bigr)"
AT_Y = r"\langle g(y_t),z_t-u\rangle-B(u,y_t)"
JENSEN = r"\Bigl[\tfrac{f(y_t)}{k_t}+\bigl(1-\tfrac1{k_t}\bigr)f(x_{t-1})-f(x_t)\Bigr]"
BETWEEN = r"$k_t=1+(1-\mu_y)\rho_t$"


def affine_relations() -> str:
    """State where x, y and z stand to one another."""
    return "\n".join(
        (
            run("any"),
            rf"With {PAST},",
            display(r"z_t-x_t=\rho_t(x_t-x_{t-1})\quad(2\le t\le T)"),
            r"If $\mu_y<1$ and $\nu=\mu_y/(1-\mu_y)$, then",
            display(r"z_t-y_t=\nu(y_t-x_t)\quad(1\le t\le T)"),
            r"If $w_1,\dots,w_T>0$, $w_{1:t}=w_1+\dots+w_t$ and $c_t=w_t/w_{1:t}$ for all $t$,"
            " then",
            display(r"x_T=\frac1{w_{1:T}}\sum_{t=1}^Tw_tz_t"),
        )
    )


def two_buffer_forms() -> str:
    """State both updates that store y and one more vector, and how x and z are read off."""
    return "\n".join(
        (
            run("any"),
            r"Put $\delta_t=x_t-z_t$, and for $1\le t<T$ let $\Delta=z_{t+1}-z_t$ (any vector, so"
            r" weight decay may be part of it) and $c=c_{t+1}$. Then",
            aligned(
                r"y_{t+1}&=(1-c)y_t+cz_t+\bigl(1-\mu_y(1-c)\bigr)\Delta",
                r"\delta_{t+1}&=(1-c)(\delta_t-\Delta),\qquad"
                r" y_{t+1}=y_t+\Delta+\mu_y(\delta_{t+1}-\delta_t)",
                r"x_t&=y_t+(1-\mu_y)\delta_t,\qquad z_t=y_t-\mu_y\delta_t",
            ),
            r"Also $x_t=\bigl(y_t-(1-\mu_y)z_t\bigr)/\mu_y$ where $\mu_y>0$.",
        )
    )


def step_identity() -> str:
    """State the identity of a step with slopes at y_t and x_t."""
    return "\n".join(
        (
            run("any"),
            rf"{SLOPES} If $\mu_y<1$, $\nu=\mu_y/(1-\mu_y)$ and {PAST}, then for $2\le t\le T$",
            aligned(
                LEFT.replace("f(x_t)", "&f(x_t)", 1),
                rf"&\quad={AT_Y}-(1+\nu)B(y_t,x_t)-\nu B(x_t,y_t)-\rho_tB(x_{{t-1}},x_t)",
            ),
        )
    )


def second_identity() -> str:
    """State the identity of a step with one slope, at y_t."""
    return "\n".join(
        (
            run("any"),
            rf"{SLOPES} With {PAST} and {BETWEEN}, for $2\le t\le T$",
            aligned(
                LEFT.replace("f(x_t)", "&f(x_t)", 1),
                rf"&\quad={AT_Y}-\frac{{\mu_y\rho_t}}{{k_t}}B(x_{{t-1}},y_t)",
                rf"&\qquad-(1+\rho_t){JENSEN}",
            ),
        )
    )


def weighted_theorem() -> str:
    """State the weighted theorem, the total weight, and what lies between its two sides."""
    return "\n".join(
        (
            run("any"),
            r"Let $C\subseteq V$ be a convex set that contains $z_1,\dots,z_T$ and $u$, let"
            rf" $f\colon C\to\mathbb{{R}}$ be convex, and {SUBGRADIENT}. For any"
            rf" $p_1,\dots,p_T\ge0$ put {PAST}, $q_t=p_t(1+\rho_t)-p_{{t+1}}\rho_{{t+1}}$ for"
            r" $t<T$, and $q_T=p_T(1+\rho_T)$. Then",
            display(
                r"\sum_{t=1}^Tq_t\bigl(f(x_t)-f(u)\bigr)\le\sum_{t=1}^Tp_t\langle g_t,z_t-u\rangle",
                r"\sum_{t=1}^Tq_t=\sum_{t=1}^Tp_t",
            ),
            r"The right side of the inequality exceeds the left by $\sum_{t=1}^Tp_t\ell_t$, where,"
            rf" with {BETWEEN}, $x_0=x_1$ and $B(a,y_t)=f(a)-f(y_t)-\langle g_t,a-y_t\rangle$,",
            display(r"\ell_t=B(u,y_t)+\frac{\mu_y\rho_t}{k_t}B(x_{t-1},y_t)+(1+\rho_t)" + JENSEN),
        )
    )


STATEMENTS = {
    "affine-relations": affine_relations,
    "two-buffer-forms": two_buffer_forms,
    "step-identity": step_identity,
    "second-identity": second_identity,
    "weighted-theorem": weighted_theorem,
}
