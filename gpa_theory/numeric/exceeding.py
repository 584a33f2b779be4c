r"""Did the averages beat the base's own iterates, on this run?  Decided by an identity.

The step identity holds for any u; with z_t for u at step t its regret term vanishes, and summed

.. math::
    \tfrac1T \sum f(z_t) - \tfrac1T \sum f(x_t) = \underbrace{\tfrac1T \sum \bigl[B(z_t,y_t)
        + (1+\nu) B(y_t,x_t) + \nu B(x_t,y_t) + \rho_t B(x_{t-1},x_t)\bigr]}_{\text{gained}}
        - \underbrace{\tfrac1T \sum \rho_t (f(x_{t-1}) - f(x_t))}_{\text{paid}}

For constant μ_x what is paid is ρ(f(x_1) − f(x_T))/T.  For convex f what is gained is ≥ 0.

Ours; we know of no earlier statement (claim `match-or-exceed`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpa_theory.core.identity import default_form
from gpa_theory.numeric.divergences import spots, subtracted
from gpa_theory.numeric.identity import Identity, check_decided, closed
from gpa_theory.numeric.trajectory import Trajectory

BEAT, LOST, UNDECIDED = "beat", "lost to", "undecided"


@dataclass(frozen=True, eq=False)
class Exceeding:
    """mean f(z_t) − mean f(x_t) of one run, what it is made of, and what rounding may hide.

    `lead` = `gained` − `paid` up to `budget`; all are means over the steps.
    """

    identity: Identity  # with z_t for u
    lead: float
    gained: float
    paid: float
    budget: float

    @property
    def verdict(self) -> str:
        """Return whether the averages beat the base's iterates, lost to them, or neither is sure.

        Equal values, as at μ_x = 0, are undecided: within what rounding may hide.
        """
        if abs(self.lead) <= self.budget:
            return UNDECIDED
        return BEAT if self.lead > 0 else LOST

    @property
    def words(self) -> str:
        """Return the verdict in one sentence, with both sides of the identity."""
        sides = f"{self.gained:.6g} gained by divergences, {self.paid:.6g} paid for the past"
        if self.verdict == UNDECIDED:
            return (
                "on this run averaging neither beat the base's iterates nor lost to them: the means"
                f" of f differ by {abs(self.lead):.2g}, rounding may hide {self.budget:.2g}"
                f" ({sides})"
            )
        more = ">" if self.verdict == BEAT else "<"
        return (
            f"on this run averaging {self.verdict} the base's iterates by {abs(self.lead):.6g}"
            f" (mean f(x_t) against mean f(z_t)), because {self.gained:.6g} gained by divergences"
            f" {more} {self.paid:.6g} paid for the past"
        )


def exceeding(run: Trajectory) -> Exceeding:
    """Return the comparison of x with z on `run`; a run whose terms leave the floats is refused.

    >>> from gpa_theory import GPA, Exponential, load, simulate
    >>> from gpa_theory.numeric.learners import ogd
    >>> run = simulate(load("absolute"), ogd(0.4), GPA(Exponential(0.5), 0.5), steps=30)
    >>> found = exceeding(run)
    >>> found.verdict, abs(found.lead - (found.gained - found.paid)) <= found.budget
    ('beat', True)
    """
    mu_y = float(run.method.mu_y)
    form = default_form(mu_y)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
        s = spots(run, run.z)
        found = closed(form, s, subtracted(form, s, mu_y), np.ones(run.steps))
    check_decided(found)
    gained = sum(found.divergences.values())
    # The values of f are inexact where the computed f is; a mean of T of them by no more.
    inexact = float((s.x.value_error + s.u.value_error).max())
    T = run.steps
    return Exceeding(
        identity=found,
        lead=0.0 - found.terms["phi"] / T,
        gained=gained / T,
        paid=0.0 - found.terms["telescope"] / T,
        budget=found.budget / T + inexact,
    )
