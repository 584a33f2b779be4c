r"""What rests on runs alone: certified minima, and remarks with their n and their intervals.

The numbers are those of the record of `numbers`, the settings those of the checks.
"""

from __future__ import annotations

from gpa_theory.report.statements.numbers import interval, record
from gpa_theory.report.statements.setting import AVERAGED, aligned
from gpa_theory.verify import observed, torch_parity

RUN = (
    r"Let $x_1=z_1$, "
    rf"${AVERAGED['constant'][1]}$ for $t\ge2$ and $y_t=\mu_yx_t+(1-\mu_y)z_t$"
)
PYTORCH = (
    r"Let \texttt{gpa\_theory.optim.GPA} run around an optimizer of PyTorch, with gradients at"
    r" $y_t$: $x_1=z_1$, $x_t=(1-c_t)x_{t-1}+c_tz_t$ with $c_t=1-\mu_x$, $0\le\mu_x<1$, for $t\ge2$"
    r" if nothing else is said, and $y_t=\mu_yx_t+(1-\mu_y)z_t$ with $0\le\mu_y\le1$."
)
LOSSES = {
    "logistic": r"$\ln(1+e^{-b_i\langle a_i,w\rangle})$",
    "hinge": r"$\max(0,1-b_i\langle a_i,w\rangle)$",
    "least_absolute_deviation": r"$|\langle a_i,w\rangle-b_i|$",
    "least_squares": r"$\frac12(\langle a_i,w\rangle-b_i)^2$",
}


def _words(name: str) -> str:
    return name.replace("_", " ")


def minima() -> str:
    """State the enclosure of the minimum of every problem of the catalogue."""
    rows = record()["certified-minima"]
    losses = "; ".join(f"{_words(name)}: {formula}" for name, formula in LOSSES.items())
    lines = [
        rf"&\text{{{_words(row['problem']).replace('-', ', ')}: }}\min f\in{interval(row)}"
        for row in rows
    ]
    return "\n".join(
        (
            r"Let $f(w)=\frac1n\sum_{i\le n}\ell_i(w)$ with the losses $\ell_i(w)$ given below, for"
            r" the rows $a_i$, with a column of ones, and targets $b_i$ of a data set of"
            r" scikit-learn: standardized columns, and for digits gray levels between 0 and 1;"
            r" $b_i=\pm1$ tells"
            r" benign from malignant, the first cultivar from the others, and odd digits from even"
            r" ones, and for diabetes is the standardized progression. The minimum of $f$ over the"
            rf" ball $|w|\le2$ lies in the interval, for each of the {len(rows)} problems"
            f" ({losses}).",
            aligned(*lines),
            r"The lower end is a dual value and the upper end a value of $f$, both rounded"
            " outward.",
        )
    )


def telescoped() -> str:
    """Remark how close f = max_i w_i comes to the telescoped bound."""
    rows = record()["telescoped-bound-is-tight"]
    steps = observed.TIGHT_STEPS
    lines = [
        rf"\mu_x&={r['mu_x']},\quad\mu_y={r['mu_y']}\colon\quad\Phi\in{interval(r)}" for r in rows
    ]
    return "\n".join(
        (
            rf"On $f(w)=\max_iw_i$ in $\mathbb{{R}}^{{{steps + 1}}}$ over the unit ball, from"
            r" $z_1=0$, with subgradients of length $G=1$, $D=1$ the distance to a minimizer $u$,"
            rf" and projected subgradient steps $\gamma=D/(G\sqrt T)$, $T={steps}$. {RUN}, and"
            r" $\rho=\mu_x/(1-\mu_x)$. Let $\Phi$ be the telescoped gap"
            r" $\frac1T\sum_{t\le T}f(x_t)-f(u)-\frac\rho T(f(x_1)-f(x_T))$ in units of"
            rf" $DG/\sqrt T$. In $n={len(rows)}$ runs without randomness, rounded outward,",
            aligned(*lines),
        )
    )


def online() -> str:
    """Remark that regret at x is not bounded as regret at z is."""
    rows = record()["online-losses-are-not-covered"]
    lines = [
        rf"\mu_x&={r['mu_x']}\colon\quad R_z\in{interval(r, 'z_lower', 'z_upper')},"
        rf"\quad R_x\in{interval(r)}"
        for r in rows
    ]
    return "\n".join(
        (
            r"Let the losses change from step to step: linear losses with gradients $g_t$ of length"
            rf" $G$ along $x_t-z_t$, in $\mathbb{{R}}^4$. {RUN}, $\mu_y=0.7$, with projected steps"
            rf" $\gamma=D/(G\sqrt T)$ on a ball of radius $D$, $T={observed.ONLINE_STEPS}$. Against"
            r" the worst comparator $u$ at distance $D$ let $R_z=\sum_t\langle g_t,z_t-u\rangle$"
            r" and"
            r" $R_x=\sum_t\langle g_t,x_t-u\rangle$, in units of $DG\sqrt T$, which bounds the"
            rf" first. In $n={len(rows)}$ runs without randomness, rounded outward,",
            aligned(*lines),
        )
    )


def noise() -> str:
    """Remark that the mean gap under sampled gradients stays below the bound."""
    rows = record()["average-bound-with-noise"]
    example = observed.noisy(observed.NOISE_PROBLEMS[0])
    lines = [
        rf"&\text{{{_words(r['problem']).replace('-', ', ')}: }}"
        rf"\text{{mean gap in }}{interval(r)},\quad\text{{bound }}{r['bound']}"
        for r in rows
    ]
    return "\n".join(
        (
            rf"{RUN}, $\mu_x={example.mu_x}$, $\mu_y={example.mu_y}$, around projected gradient"
            rf" steps $\gamma={example.gamma}$ with gradients of one row drawn at random,"
            rf" $T={example.steps}$, on a mean of losses $f$ over the ball $|w|\le2$ with minimum"
            rf" $f_*$. Over $n={observed.SEEDS}$ seeds the mean gap"
            r" $\frac1T\sum_{t\le T}f(x_t)-f_*$ has the mean given, as a Student $t$ interval of"
            rf" level ${100 * observed.LEVEL:g}\,\%$; beside it stands the bound"
            r" $D^2/(2\gamma T)+\gamma G^2/2+\rho GD/T$ with $\rho=\mu_x/(1-\mu_x)$, $D=|z_1-u|$"
            r" for a minimizer $u$, and $G=\max_t|g_t|$ over all gradients $g_t$ seen.",
            aligned(*lines),
        )
    )


def recursion() -> str:
    """Remark how closely the optimizer follows the recursion."""
    p = torch_parity
    return "\n".join(
        (
            PYTORCH,
            rf"Around SGD on dyadic data ($n={len(p.DYADIC)}$ pairs $(\mu_x,\mu_y)$,"
            rf" $T={p.DYADIC_STEPS}$) its $x_t$ and $y_t$ equal those of the recursion in exact"
            r" arithmetic. Around SGD with momentum, AdamW (plain and fused, with weight decay),"
            rf" RMSprop, NAdam and Adagrad ({p.STEPS} steps in float64, 32 weights, constant"
            rf" $c_t$ and $c_t=1/t$, three $\mu_y$), no step missed the recursion, or the step"
            rf" of the bare optimizer at $z_t$, by more than {p.OPERATIONS} roundings, that is"
            rf" ${p.OPERATIONS}\cdot2^{{-53}}$ times the largest number involved. The runs are"
            r" single ones: there is no sampling, and so no interval.",
        )
    )


def textbook() -> str:
    """Remark that PyTorch's own momentum methods come out bit for bit."""
    return "\n".join(
        (
            PYTORCH,
            r"Around SGD with step $\gamma=\frac12$ and $\mu_x=\frac12$ its $y_t$ was, bit for bit,"
            r" the parameter of PyTorch's SGD with momentum $\frac12$ and step $(1-\mu_x)\gamma$:"
            r" with Nesterov momentum for $\mu_y=\frac12$, without for $\mu_y=1$, in"
            rf" {torch_parity.DYADIC_STEPS} steps on dyadic data ($n=2$ runs of 3 weights, without"
            r" randomness).",
        )
    )


def evaluation() -> str:
    """Remark that evaluating at x changes no bit of y."""
    return "\n".join(
        (
            PYTORCH,
            r"Putting $x$ in place and $y$ back changed no bit of $y$ in $n=100$ evaluations of"
            r" 1000 weights around AdamW ($\mu_x=0.9$, $\mu_y=0.7$), in each of float64, float32"
            r" and bfloat16.",
        )
    )


STATEMENTS = {
    "certified-minima": minima,
    "telescoped-bound-is-tight": telescoped,
    "online-losses-are-not-covered": online,
    "average-bound-with-noise": noise,
    "torch-follows-the-recursion": recursion,
    "torch-textbook-methods": textbook,
    "torch-evaluation-leaves-no-trace": evaluation,
}
