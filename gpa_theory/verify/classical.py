"""Claims about textbook methods and quadratics: what GPA is in familiar words."""

from __future__ import annotations

from functools import partial

from gpa_theory.core.labels import Label
from gpa_theory.verify import quadratics, textbook
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.theorems import proof

OURS = "this project"
AROUND = (
    r"Let $x_1=z_1$, $x_{t+1}=\mu_x x_t+(1-\mu_x)z_{t+1}$ and $y_t=\mu_y x_t+(1-\mu_y)z_t$ with"
    r" $0\le\mu_x<1$, $0\le\mu_y\le1$"
)
GPA_SGD = rf"{AROUND}, and $z_{{t+1}}=z_t-\gamma g(y_t)$ with any function $g$."
ANY_BASE = rf"{AROUND}, where any base optimizer moves $z$ by gradients taken at $y$."
QUADRATIC = (
    rf"{AROUND}, on $f(w)=\tfrac h2w^2$, $h>0$. Stable means that every root of the characteristic"
    r" polynomial of a step has modulus below 1; the Routh--Hurwitz criterion is taken over."
)
POLYNOMIAL = (
    r"p(r)=r^2-\operatorname{tr}r+\det,\quad\operatorname{tr}=1+\mu_x-s(1-\mu_x\mu_y),\quad"
    r"\det=\mu_x(1-s(1-\mu_y))"
)
CRITERION = "hurwitz1895bedingungen (the Routh-Hurwitz criterion)"


def _claim(
    name: str,
    statement: str,
    latex: str,
    source: str,
    proofs: tuple[str, ...],
    checks: dict[str, Check],
) -> Claim:
    made = {f"proof of {p}": proof(p) for p in proofs} | checks
    return Claim(name, statement, source, Label.PROVED, made, latex)


def _beside(*names: str) -> dict[str, Check]:
    return {f"beside {name}": partial(textbook.check_pair, name) for name in names}


def _momentum() -> list[Claim]:
    return [
        _claim(
            "equals-qhm",
            "y of GPA around SGD is quasi-hyperbolic momentum with β = μ_x, ν = μ_y, α = γ, for any"
            " gradients and constant μ_x, μ_y, γ",
            f"{GPA_SGD} Then $y_t$ is $\\theta_t$ of quasi-hyperbolic momentum from $\\theta_1=z_1$"
            " and $m=0$,\n"
            r"\[ m^+=\mu_x m+(1-\mu_x)g(\theta),\quad"
            r" \theta^+=\theta-\gamma\bigl((1-\mu_y)g(\theta)+\mu_y m^+\bigr) \]",
            f"{OURS}; ma2019quasi (the method)",
            ("quasi-hyperbolic-momentum",),
            _beside("quasi-hyperbolic momentum"),
        ),
        _claim(
            "equals-nesterov",
            "y of GPA around SGD with μ_x = μ_y = μ is torch's Nesterov momentum, and x is"
            " Sutskever's, both with step (1−μ)γ; for any μ_y, x is momentum with its gradient at"
            " x + ω(x − x⁻), ω = (1−μ_y)μ_x/(1−μ_x); any gradients, constant γ",
            f"{GPA_SGD} Then, with $v_t=x_t-x_{{t-1}}$ and $v_1=0$,\n"
            r"\[ x_{t+1}=x_t+\mu_x v_t-(1-\mu_x)\gamma g(x_t+\omega v_t),\quad"
            r" \omega=\tfrac{(1-\mu_y)\mu_x}{1-\mu_x} \]"
            "\nFor $\\mu_x=\\mu_y=\\mu$ this is $\\omega=\\mu$, and $y_t$ is $\\theta_t$ of the"
            " following, from $\\theta_1=z_1$ and $m=0$:\n"
            r"\[ m^+=\mu m+g(\theta),\quad"
            r" \theta^+=\theta-(1-\mu)\gamma\bigl(g(\theta)+\mu m^+\bigr) \]",
            f"{OURS}; sutskever2013importance (the method)",
            ("torch-nesterov", "sutskever-nesterov", "extrapolated-momentum"),
            _beside(
                "torch's Nesterov momentum",
                "Sutskever's Nesterov momentum",
                "momentum with its gradient at x + ω v",
            ),
        ),
        _claim(
            "equals-heavy-ball",
            "GPA around SGD with μ_y = 1 is the heavy ball with momentum μ_x and step (1−μ_x)γ;"
            " there x = y; any gradients, constant γ",
            f"{GPA_SGD} For $\\mu_y=1$, $x_t=y_t$ and, with $x_0=x_1$,\n"
            r"\[ x_{t+1}=x_t+\mu_x(x_t-x_{t-1})-(1-\mu_x)\gamma g(x_t) \]",
            f"{OURS}; polyak1964some (the method); defazio2020momentum (as primal averaging)",
            ("heavy-ball",),
            _beside("heavy ball"),
        ),
        _claim(
            "equals-diloco-h1",
            "y of GPA around SGD with μ_x = μ_y = μ and γ = γ_in γ_out/(1−μ) are the global"
            " parameters of DiLoCo with one worker, one inner SGD step and outer Nesterov momentum,"
            " for any gradients",
            f"{GPA_SGD} Let $\\mu_x=\\mu_y=\\mu$ and"
            r" $\gamma=\gamma_{\mathrm{in}}\gamma_{\mathrm{out}}/(1-\mu)$. Then $y_t$ is $\theta_t$"
            " of the following, from $\\theta_1=z_1$ and $m=0$:\n"
            r"\[ p=\theta-(\theta-\gamma_{\mathrm{in}}g(\theta)),\quad m^+=\mu m+p,\quad"
            r" \theta^+=\theta-\gamma_{\mathrm{out}}(p+\mu m^+) \]",
            f"{OURS}; douillard2023diloco (the method)",
            ("diloco-one-worker",),
            _beside("DiLoCo with one worker, H = 1"),
        ),
    ]


def _averages() -> list[Claim]:
    return [
        _claim(
            "ema-of-base",
            "constant μ_x: μ_y = 0 is the base optimizer and an EMA of its weights; μ_x = 0 is the"
            " base optimizer itself, for any μ_y; any base, any gradients",
            f"{ANY_BASE} Let $w_1=z_1$, $w_2$, \\dots be the weights of the same optimizer run"
            " without GPA, and $e_1=w_1$, $e_{t+1}=\\mu_x e_t+(1-\\mu_x)w_{t+1}$. Then\n"
            r"\[ \mu_y=0\colon\ y_t=z_t=w_t,\ x_t=e_t;\qquad \mu_x=0\colon\ x_t=y_t=z_t=w_t \]",
            OURS,
            ("average-of-base", "base-optimizer"),
            _beside("the EMA of the base's weights", "the base optimizer"),
        ),
        _claim(
            "schedule-free-package",
            "c_t = 1/t is Schedule-Free: x_t is the mean of z_1 … z_t; the schedulefree package"
            " gives z_1 weight 0, and around SGD, without warmup, it is from z_1 the paper's method"
            " from z_1 − γ g(z_1), one step later",
            r"Let $x'_t$, $y'_t$, $z'_t$ be GPA around SGD with $c_1=1$, $c_t=1/(t-1)$, which is"
            r" what the \texttt{schedulefree} package runs without warmup, and $x_t$, $y_t$,"
            r" $z_t$ GPA around SGD with $c_t=1/t$ from $z_1=z'_1-\gamma g(z'_1)$, for the same"
            " $\\mu_y$ and any function $g$. Then\n"
            r"\[ t\,x_t=z_1+\dots+z_t,\quad x'_{t+1}=x_t,\quad y'_{t+1}=y_t,\quad z'_{t+1}=z_t \]",
            f"{OURS}; defazio2024road (the method)",
            ("schedule-free", "schedule-free-package", "package-one-step-later"),
            _beside("the schedulefree package", "the paper's method one step later"),
        ),
    ]


def _quadratic() -> list[Claim]:
    return [
        _claim(
            "quadratic-stability",
            "on h w²/2 with γh = s, h > 0 and constant μ_x < 1, SGD inside GPA is stable iff"
            " 0 < s < 2(1+μ_x)/(1+μ_x−2μ_xμ_y); x, y and z follow"
            " r² − (1+μ_x−s(1−μ_xμ_y)) r + μ_x(1−s(1−μ_y))",
            f"{QUADRATIC} With $s=\\gamma h$ and an SGD base, $x$, $y$ and $z$ obey the"
            " recursion with characteristic polynomial\n"
            rf"\[ {POLYNOMIAL} \]"
            "\nand GPA is stable if and only if\n"
            r"\[ 0<s<\frac{2(1+\mu_x)}{1+\mu_x-2\mu_x\mu_y} \]",
            f"{OURS}; {CRITERION}",
            ("quadratic-characteristic", "quadratic-stability"),
            {"step matrices, exactly": partial(quadratics.check_limit, False)},
        ),
        _claim(
            "quadratic-momentum-stability",
            "on h w²/2 with γh = s, around a base with momentum β of its own, GPA is stable iff"
            " 0 < s < 2(1+β)(1+μ_x)/(1+μ_x−2μ_xμ_y) and"
            " s μ_x(β(1−μ_xμ_y) − (1−μ_y)) < (1−β)(1−μ_x)(1−βμ_x): at μ_x = μ_y = 0.9 the limit"
            " of s is 95/7 for β = 0 and 19/639 for β = 0.9",
            f"{QUADRATIC} Let the base be $b^+=\\beta b+(1-d)g(y)$, $z^+=z-\\gamma b^+$ with"
            " $0\\le\\beta,d<1$, and $s=\\gamma h(1-d)$. GPA is stable if and only if\n"
            r"\[ 0<s<\frac{2(1+\beta)(1+\mu_x)}{1+\mu_x-2\mu_x\mu_y} \]"
            "\nand\n"
            r"\[ s\mu_x\bigl(\beta(1-\mu_x\mu_y)-(1-\mu_y)\bigr)"
            r"<(1-\beta)(1-\mu_x)(1-\beta\mu_x) \]",
            f"{OURS}; {CRITERION}",
            ("quadratic-momentum-stability",),
            {"step matrices, exactly": partial(quadratics.check_limit, True)},
        ),
        _claim(
            "quadratic-variance",
            "on h w²/2 with independent gradient noise of variance σ², SGD inside GPA, where"
            " stable, has the stationary variance"
            " Var x = (1−μ_x)²γ²σ²(1+det)/((1−det)((1+det)²−tr²)); its ratio to γσ²/(2h) tends to 1"
            " as γh → 0, whatever μ_x and μ_y",
            f"{QUADRATIC} Let the base be SGD with gradients $hy+\\xi$, the $\\xi$ independent of"
            r" mean 0 and variance $\sigma^2$, and let $s=\gamma h$ be stable. With"
            " the trace and the determinant of a step's matrix,\n"
            rf"\[ {POLYNOMIAL} \]"
            "\nthe variance of $x_t$ tends to the solution of Lyapunov's equation, for $x$\n"
            r"\[ \frac{(1-\mu_x)^2\gamma^2\sigma^2(1+\det)}"
            r"{(1-\det)((1+\det)^2-\operatorname{tr}^2)} \]",
            OURS,
            ("quadratic-variance",),
            {"impulse responses, exactly": quadratics.check_variance},
        ),
    ]


def claims() -> list[Claim]:
    """Return the claims about textbook methods and quadratics, in reading order."""
    return [*_momentum(), *_averages(), *_quadratic()]
