"""When GPA matches its base and when it exceeds it: any base, a run, and worst cases."""

from __future__ import annotations

from gpa_theory.core.metrics import METRICS
from gpa_theory.report.statements.numbers import interval, record
from gpa_theory.report.statements.setting import aligned, convex, display, items
from gpa_theory.report.statements.worst_cases import LIPSCHITZ, descent
from gpa_theory.verify.exceeding import BAD, LATE, SMALL

LAST, MEAN = (METRICS[name].latex_gap() for name in ("last", "mean"))


def match_or_exceed() -> str:
    """State what any base keeps, and what averaging gains on a run."""
    return "\n".join(
        (
            convex("any"),
            r"Put $\varphi_1=f(x_1)-f(u)$ and let $R_T\le K\sqrt T$ with $K>0$.",
            items(
                "If $c_t=1/t$ for all $t$, then\n" + display(rf"{LAST}\le\frac K{{\sqrt T}}"),
                r"If $c_t=1-\mu_x$ for all $t\ge2$ with $0\le\mu_x<1$ and $\rho=\mu_x/(1-\mu_x)$,"
                r" if $f(x_T)\ge f(u)$, $\eta>0$ and"
                r" $T\ge\bigl(\rho\varphi_1/(\eta K)\bigr)^2$, then"
                "\n" + display(rf"{MEAN}\le(1+\eta)\frac K{{\sqrt T}}"),
                r"For the same $c_t$ and $B(a,b)=f(a)-f(b)-\langle g(b),a-b\rangle$ with any"
                r" vectors $g(y_t)=g_t$ and $g(x_t)$, for $\mu_y<1$ and $\nu=\mu_y/(1-\mu_y)$, and"
                r" whether $f$ is convex or not,"
                "\n"
                + aligned(
                    r"\sum_{t\le T}\bigl(f(z_t)-f(x_t)\bigr)&=\sum_{t\le T}\bigl[B(z_t,y_t)"
                    r"+(1+\nu)B(y_t,x_t)+\nu B(x_t,y_t)\bigr]",
                    r"&\qquad{}+\rho\sum_{2\le t\le T}B(x_{t-1},x_t)"
                    r"-\rho\bigl(f(x_1)-f(x_T)\bigr)",
                ),
                r"For the same $c_t$,"
                "\n"
                + display(
                    r"\rho\bigl(f(x_1)-f(x_T)\bigr)\le\rho\bigl(1-\mu_x^{T-1}\bigr)"
                    r"|g_1|\max_{t\le T}|z_t-z_1|"
                ),
            ),
        )
    )


def _rows(kind: str) -> str:
    chosen = [row for row in record()["exceed-in-worst-case"] if row["kind"] == kind]
    return aligned(
        *(
            line
            for row in chosen
            for line in (
                rf"{row['at']}\colon",
                rf"&\qquad S\in{interval(row)},\quad"
                rf" S_0\in{interval(row, 'base_lower', 'base_upper')}",
            )
        )
    )


def in_worst_case() -> str:
    """State the certified worst cases of GPA beside those of its base."""
    T, gamma = SMALL
    horizons = ", ".join(map(str, LATE))
    return "\n".join(
        (
            descent("constant", LIPSCHITZ),
            r"Let $S$ be the largest value of the metric named, less $f(x_*)$, over all such $f$,"
            r" $V$ and $z_1$, in units of $DG$, and $S_0$ that of the base itself, which is"
            r" $\mu_x=0$.",
            items(
                r"The metric being $f$ at the mean of $x_1,\dots,x_T$, with $\mu_x=99/100$,"
                r" $\mu_y=0$ and $T=5$, the step in units of $D/G$:" + "\n" + _rows("untuned"),
                rf"The same metric with $\mu_x=7/10$, $\mu_y=1$ and $T={BAD[2]}$, for steps"
                r" $\gamma_t=s$, the last $10s$, each at the best $s$ found:"
                "\n" + _rows("schedule"),
                rf"The metric being $f(x_T)$ with $T={horizons}$, at the constants printed, and for"
                r" the base at the best step found:" + "\n" + _rows("last"),
                rf"At $T={T}$ and $\gamma=\tfrac{{{gamma.numerator}}}{{{gamma.denominator}}}D/G$"
                r" the base has the smaller $f(x_T)$, against $c_t=1/t$ in place of $1-\mu_x$ too:"
                "\n" + _rows("small"),
                r"The metric being $f$ at the mean, at $\gamma=D/(G\sqrt T)$ and $T=5,8$, the base"
                r" has $S_0\le(1+2\cdot10^{-6})/\sqrt T$, and GPA with"
                r" $(\mu_x,\mu_y)=(\tfrac12,\tfrac12)$ or $(\tfrac9{10},0)$ has"
                r" $S\ge S_0-2\cdot10^{-6}$. Reported: the last iterate of AdaGrad-norm is tight at"
                r" $T^{-1/4}$.",
            ),
        )
    )


STATEMENTS = {
    "match-or-exceed": match_or_exceed,
    "exceed-in-worst-case": in_worst_case,
}
