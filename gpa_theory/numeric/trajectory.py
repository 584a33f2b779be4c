r"""One run of GPA on one problem: the arrays, and the quantities read off them.

.. math::
    R_T(u) = \sum_t \langle g_t, z_t - u\rangle, \qquad
    \text{gap\_last} = f(x_T) - f(u), \quad
    \text{gap\_average} = f(\tfrac1T \textstyle\sum x_t) - f(u), \quad
    \text{gap\_mean} = \tfrac1T \sum f(x_t) - f(u)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np

from gpa_theory.core.averaging import Exponential, rho
from gpa_theory.core.metrics import METRICS, metric_named
from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.precision import dot
from gpa_theory.numeric.problems.problem import Problem, check_generator, finite_point


@dataclass(frozen=True, eq=False)
class Trajectory:
    r"""The record of T steps: x, y, z of shape (T, d), with subgradients and values at them.

    `g` is the subgradient at y and `h` the one at x; `used` is what the base optimizer was given
    (`g` itself unless the run was stochastic).  Gaps are taken against u = problem.minimizer, whose
    value is within problem.minimum_gap of the minimum.

    >>> from gpa_theory.core.averaging import Exponential
    >>> from gpa_theory.numeric.problems.catalogue import load
    >>> from gpa_theory.numeric.learners import ogd
    >>> t = simulate(load("absolute"), ogd(0.25), GPA(Exponential(0.5), 0.5), steps=4)
    >>> t.z[:, 0]
    array([1.  , 0.75, 0.5 , 0.25])
    >>> float(t.gap_last), t.regret()
    (0.46875, 2.5)
    """

    problem: Problem
    method: GPA
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    g: np.ndarray
    h: np.ndarray
    used: np.ndarray
    f_x: np.ndarray  # (T,)
    f_y: np.ndarray  # (T,)

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.x)

    @property
    def coefficients(self) -> np.ndarray:
        """Return c_t, shape (T,): the floats that the run used."""
        averaging = self.method.averaging
        return np.array([averaging.coefficient(float(t)) for t in range(1, self.steps + 1)])

    @property
    def rho(self) -> np.ndarray:
        """Return ρ_t = (1 − c_t)/c_t, shape (T,); ρ_1 = 0."""
        averaging = self.method.averaging
        return np.array([rho(averaging, float(t)) for t in range(1, self.steps + 1)])

    def step_regrets(self, u: np.ndarray | None = None, *, used: bool = False) -> np.ndarray:
        """Return r_t = ⟨g_t, z_t − u⟩, shape (T,); u is the problem's minimizer if not given."""
        return dot(self.used if used else self.g, self.z - self.comparator("regret(u)", u))

    def comparator(self, call: str, u: np.ndarray | None = None) -> np.ndarray:
        """Return u, or the minimizer of the problem; `call` refuses u unless finite, shape (d,)."""
        return self.problem.minimizer if u is None else finite_point(call, "u", u, self.problem.dim)

    def weights(self, call: str, p: np.ndarray | None = None) -> np.ndarray:
        """Return p, or T ones; `call` refuses p unless finite, shape (T,)."""
        return np.ones(self.steps) if p is None else finite_point(call, "p", p, self.steps)

    def regret(self, u: np.ndarray | None = None, *, used: bool = False) -> float:
        """Return R_T(u) = Σ r_t, with the gradients the base was given if `used`."""
        return fsum(self.step_regrets(u, used=used))

    def weighted_regret(self, p: np.ndarray, u: np.ndarray | None = None) -> float:
        """Return Σ p_t r_t for weights p of shape (T,)."""
        return fsum(self.weights("weighted_regret(p)", p) * self.step_regrets(u))

    def discounted_regret(self, mu: float, u: np.ndarray | None = None, first: int = 1) -> float:
        """Return Σ_{first ≤ t ≤ T} μ^{T−t} r_t, 0 ≤ μ < 1."""
        check_range(f"discounted_regret(mu={mu})", "mu", mu, 0, 1, open_high=True)
        first = check_count(f"discounted_regret(first={first})", "first", first)
        powers = mu ** np.arange(self.steps - 1.0, -1.0, -1.0)
        return fsum((powers * self.step_regrets(u))[first - 1 :])

    @property
    def gap_last(self) -> float:
        """Return f(x_T) − f(u)."""
        return float(self.f_x[-1]) - self.problem.minimum_upper

    @property
    def gap_average(self) -> float:
        """Return f(mean x_t) − f(u)."""
        return float(self.problem.value(self.mean_x)) - self.problem.minimum_upper

    @property
    def gap_mean(self) -> float:
        """Return mean f(x_t) − f(u)."""
        return fsum(self.f_x) / self.steps - self.problem.minimum_upper

    @property
    def gap_base(self) -> float:
        """Return f(z_T) − f(u): the last iterate of the base optimizer, for comparison."""
        return float(self.problem.value(self.z[-1])) - self.problem.minimum_upper

    @property
    def mean_x(self) -> np.ndarray:
        """Return (x_1 + … + x_T)/T, shape (d,)."""
        return self.x.mean(axis=0)

    @property
    def gap_weighted(self) -> float:
        """Return f((x_1 + … + x_{T−1} + (1+ρ) x_T)/(T+ρ)) − f(u), for constant μ_x."""
        share = np.ones(self.steps)
        share[-1] += self._constant_rho("gap_weighted")
        x_hat = share @ self.x / share.sum()
        return float(self.problem.value(x_hat)) - self.problem.minimum_upper

    @property
    def gap_telescoped(self) -> float:
        """Return mean f(x_t) − f(u) − (ρ/T)(f(x_1) − f(x_T)), for constant μ_x."""
        past = self._constant_rho("gap_telescoped") / self.steps
        return self.gap_mean - past * float(self.f_x[0] - self.f_x[-1])

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the names of the metrics that are defined for the averaging of this run."""
        is_constant = isinstance(self.method.averaging, Exponential)
        return tuple(name for name, m in METRICS.items() if is_constant or not m.needs_rho)

    def _constant_rho(self, call: str) -> float:
        """Return ρ_T; refuse an averaging whose μ_x changes."""
        if not isinstance(self.method.averaging, Exponential):
            raise refuse(call, "averaging", "must be Exponential: the metric needs constant μ_x")
        return float(self.rho[-1])

    def gap(self, metric: str) -> float:
        """Return the gap of one metric of `core.metrics`."""
        return getattr(self, f"gap_{metric_named('gap', metric).name}")


def simulate(
    problem: Problem,
    learner: Learner,
    method: GPA,
    steps: int,
    rng: np.random.Generator | None = None,
) -> Trajectory:
    """Return the trajectory of GPA(method) around `learner` on `problem`, started at problem.start.

    With `rng` the base optimizer gets stochastic subgradients, `problem.sample(rng, y_t)`; the
    recorded `g` stays the subgradient of f.  A run that leaves the floats is refused with its step,
    and so is a learner of another domain, whose iterates no bound on this problem covers.

    >>> from gpa_theory.core.averaging import Uniform
    >>> from gpa_theory.numeric.problems.catalogue import load
    >>> from gpa_theory.numeric.learners import ogd
    >>> simulate(load("absolute"), ogd(0.5), GPA(Uniform(), 1.0), steps=3).x[:, 0]
    array([1.  , 0.75, 0.5 ])
    """
    call = f"simulate(problem={problem.name!r}, steps={steps})"
    steps = check_count(call, "steps", steps)
    _check_parts(call, problem, learner, method)
    if rng is not None:
        check_generator(call, rng)
        if problem.sample is None:
            raise refuse(call, "rng", "needs a problem with stochastic subgradients (a finite sum)")
    state, used = learner.init(problem.start), []

    def base(t: int, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        nonlocal state
        g = problem.subgradient(y) if rng is None else problem.sample(rng, y)  # type: ignore[misc]
        used.append(g)
        z_next, state = learner.step(state, t, z, g)
        _check_finite(call, t, g, z_next)
        return z_next

    with np.errstate(over="ignore", invalid="ignore"):  # divergence is refused above, by step
        points = list(run(method, problem.start, base, steps))  # asks for every base step, T in all
        y = np.array([point for point, _ in points])
        x, z = (np.array([getattr(s, name) for _, s in points]) for name in ("x", "z"))
        made = _recorded(problem, method, x, y, z, np.array(used), exact=rng is None)
    for t in range(steps):  # f overflows long before the iterates do
        _check_finite(call, t + 1, made.f_x[t], made.f_y[t], made.g[t], made.h[t])
    return made


def _check_parts(call: str, problem: Problem, learner: Learner, method: GPA) -> None:
    if learner.domain != problem.domain:
        rule = f"must have the domain of the problem, {problem.domain}, not {learner.domain}"
        raise refuse(call, "learner", rule)
    # A Fraction or a symbol would turn the arrays into objects, on which numpy fails far from here.
    for parameter, value in (
        ("mu_y", method.mu_y),
        ("averaging", method.averaging.coefficient(2.0)),
        ("gamma", learner.gamma),
    ):
        if np.asarray(value).dtype.kind not in "fiu":
            raise refuse(call, parameter, f"must be made of floats, not {type(value).__name__}")


def _check_finite(call: str, t: int, *values: np.ndarray) -> None:
    if not all(np.all(np.isfinite(v)) for v in values):
        raise refuse(call, "gamma", f"is too large: the run diverged at step {t}")


def _recorded(
    problem: Problem,
    method: GPA,
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray,
    used: np.ndarray,
    exact: bool,
) -> Trajectory:
    return Trajectory(
        problem=problem,
        method=method,
        x=x,
        y=y,
        z=z,
        g=used if exact else problem.subgradient(y),
        h=problem.subgradient(x),
        used=used,
        f_x=problem.value(x),
        f_y=problem.value(y),
    )
