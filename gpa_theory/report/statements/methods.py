r"""Which textbook methods GPA is: equal sequences, whatever the vectors g_t are."""

from __future__ import annotations

from gpa_theory.report.statements.setting import display, items, run

STEPS = (
    r"Let $\gamma\in\mathbb{R}$ and $z_{t+1}=z_t-\gamma g_t$ for $1\le t<T$ with any vectors $g_t$"
)
SGD = f"{STEPS} (for SGD, gradients at $y_t$)."
BUFFER = r"Let $m_1=0$ and, for $1\le t<T$,"


def qhm() -> str:
    """State that y is quasi-hyperbolic momentum."""
    return "\n".join(
        (
            run("constant"),
            SGD,
            BUFFER,
            display(r"m_{t+1}=\mu_xm_t+(1-\mu_x)g_t"),
            r"Then $y_1=z_1$ and, for $1\le t<T$,",
            display(r"y_{t+1}=y_t-\gamma\bigl((1-\mu_y)g_t+\mu_ym_{t+1}\bigr)"),
            r"With $g_t$ a gradient at $y_t$ this is quasi-hyperbolic momentum with $\beta=\mu_x$,"
            r" $\nu=\mu_y$ and $\alpha=\gamma$.",
        )
    )


def nesterov() -> str:
    """State that x is momentum at an extrapolated point, and the two forms of Nesterov's."""
    return "\n".join(
        (
            run("constant"),
            f"{SGD} Put $v_1=0$, $v_t=x_t-x_{{t-1}}$ for $t\\ge2$, and"
            r" $\omega=(1-\mu_y)\mu_x/(1-\mu_x)$. Then",
            display(
                r"x_{t+1}=x_t+\mu_xv_t-(1-\mu_x)\gamma g_t\quad(1\le t<T)",
                r"y_t=x_t+\omega v_t\quad(1\le t\le T)",
            ),
            r"If $\mu_x=\mu_y=\mu$, then $\omega=\mu$, so that, with $g_t$ a gradient at $y_t$, $x$"
            r" is Nesterov's momentum in Sutskever's form with step $(1-\mu)\gamma$; and $y_1=z_1$"
            r" and, with $m_1=0$ and $m_{t+1}=\mu m_t+g_t$,",
            display(r"y_{t+1}=y_t-(1-\mu)\gamma(g_t+\mu m_{t+1})\quad(1\le t<T)"),
            "which is Nesterov's momentum as PyTorch has it, with the same step.",
        )
    )


def heavy_ball() -> str:
    """State that x = y is the heavy ball at μ_y = 1."""
    return "\n".join(
        (
            run("constant"),
            rf"{SGD} If $\mu_y=1$, then $x_t=y_t$ for all $t$ and, with $x_0=x_1$,",
            display(r"x_{t+1}=x_t+\mu_x(x_t-x_{t-1})-(1-\mu_x)\gamma g_t\quad(1\le t<T)"),
            r"With $g_t$ a gradient at $x_t$ this is the heavy ball with momentum $\mu_x$ and step"
            r" $(1-\mu_x)\gamma$.",
        )
    )


def diloco() -> str:
    """State that y is DiLoCo with one worker and one inner step."""
    return "\n".join(
        (
            run("constant"),
            rf"{SGD} Suppose that $\mu_x=\mu_y=\mu$ and"
            r" $\gamma=\gamma_{\mathrm{in}}\gamma_{\mathrm{out}}/(1-\mu)$ with"
            r" $\gamma_{\mathrm{in}},\gamma_{\mathrm{out}}>0$. Put"
            r" $p_t=y_t-(y_t-\gamma_{\mathrm{in}}g_t)$, which is what one worker's SGD step moves,"
            r" $m_1=0$ and $m_{t+1}=\mu m_t+p_t$. Then $y_1=z_1$ and",
            display(r"y_{t+1}=y_t-\gamma_{\mathrm{out}}(p_t+\mu m_{t+1})\quad(1\le t<T)"),
            r"With $g_t$ a gradient at $y_t$ these are the global parameters of DiLoCo with one"
            r" worker, one inner SGD step of size $\gamma_{\mathrm{in}}$ and outer Nesterov"
            r" momentum $\mu$ of step $\gamma_{\mathrm{out}}$.",
        )
    )


def ema_of_base() -> str:
    """State what GPA is at μ_y = 0 and at μ_x = 0, around any base."""
    return "\n".join(
        (
            run("constant"),
            r"Let the steps $z_{t+1}-z_t$ be those of any base optimizer given gradients at"
            r" $y_1,\dots,y_t$; let $w_1=z_1,w_2,\dots,w_T$ be the weights of the same optimizer"
            r" run alone, with gradients at $w_1,w_2,\dots$, and $e_1=w_1$,"
            r" $e_t=\mu_xe_{t-1}+(1-\mu_x)w_t$ their exponential moving average. Then for all"
            r" $1\le t\le T$",
            display(
                r"\mu_y=0\ \Longrightarrow\ y_t=z_t=w_t,\ x_t=e_t",
                r"\mu_x=0\ \Longrightarrow\ x_t=y_t=z_t=w_t",
            ),
        )
    )


def _one_step_later() -> str:
    return "\n".join(
        (
            r"Let $z_{t+1}=z_t-\gamma g(y_t)$ for some $\gamma\in\mathbb{R}$ and any map"
            r" $g\colon V\to V$. Denote by $x'_t,y'_t,z'_t$ the run from $z_1$ with the averaging"
            r" of"
            r" the package, and by $x_t,y_t,z_t$ the Schedule-Free run from $z_1-\gamma g(z_1)$"
            r" with"
            r" the same $\mu_y$, $\gamma$ and $g$. Then",
            display(r"x'_{t+1}=x_t", r"y'_{t+1}=y_t", r"z'_{t+1}=z_t\qquad(1\le t<T)"),
            r"The package stores $y'$ and $z'$: with $c=c_{t+1}=1/t$,",
            display(
                r"y'_{t+1}=(1-c)y'_t+cz'_t+\gamma\bigl(\mu_y(1-c)-1\bigr)g(y'_t)",
                r"z'_{t+1}=z'_t-\gamma g(y'_t)",
            ),
        )
    )


def schedule_free_package() -> str:
    """State what c_t = 1/t averages, in the paper's convention and in the package's."""
    return "\n".join(
        (
            run("any"),
            items(
                r"If $c_t=1/t$ for all $t$ (Schedule-Free), then"
                r" $x_t=\frac1t(z_1+\dots+z_t)$ for $1\le t\le T$.",
                r"If $c_t=1/(t-1)$ for $t\ge2$ (the averaging of the \texttt{schedulefree}"
                r" package without warmup), then $x_t=\frac1{t-1}(z_2+\dots+z_t)$ for"
                r" $2\le t\le T$.",
                _one_step_later(),
            ),
        )
    )


STATEMENTS = {
    "equals-qhm": qhm,
    "equals-nesterov": nesterov,
    "equals-heavy-ball": heavy_ball,
    "equals-diloco-h1": diloco,
    "ema-of-base": ema_of_base,
    "schedule-free-package": schedule_free_package,
}
