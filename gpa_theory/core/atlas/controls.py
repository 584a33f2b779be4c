"""Negative controls: methods whose average regret does not vanish, each on one instance.

`numeric.atlas.controls` has the instances.  They say what the atlas would look like if everything
had a bound: these have none, and a bound stated for one of them is false.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gpa_theory.core.labels import Label


@dataclass(frozen=True, slots=True)
class Control:
    """A method, the instance that defeats it, and what its average regret stays above.

    `least` is a lower bound of liminf R_T/T where the label is proved, and of what was seen where
    it is measured; `seen` says of which numbers.
    """

    name: str
    method: str
    instance: str
    least: Fraction
    of: str
    label: Label
    seen: str
    source: str


CONTROLS = {
    control.name: control
    for control in (
        Control(
            "adam",
            "Adam with β1 = 0, β2 = 1/10 and steps γ/√t; no bias correction, no ε",
            "losses 3, −1, −1, … on [−1, 1], from z_1 = 1, γ = 1/2",
            Fraction(2, 3),
            "R_T/T at u = −1",
            Label.PROVED,
            "Adam is back at +1 after every third step; AMSGrad's average tends to 0",
            "Reddi, Kale and Kumar 2018",
        ),
        Control(
            "sign-descent",
            "signSGD with constant step 1/10, sign(0) = 1",
            "g = 3 with probability 3/10, else −1, on [−1, 1]",
            Fraction(19, 50),
            "lim R_T/T, of at most 2/5",
            Label.PROVED,
            "the stationary law of its walk gives the limit exactly: 0.38500001 to eight digits",
            "this project; after Bernstein et al. 2018",
        ),
        Control(
            "lion",
            "Lion with β = (0.9, 0.99) and steps 1/√t",
            "g = 1 with probability 1/1000, else −7/10000, on [−1, 1]",
            Fraction(3, 4),
            "R_T/T in units of its maximum",
            Label.MEASURED,
            "0.770 ± 0.011 (95 %, n = 200 seeds, T = 8000), and no less than at T = 2000",
            "this project",
        ),
        Control(
            "polar-descent",
            "Muon without momentum: W_{t+1} = W_t − γ_t U Vᵀ, G_t = U Σ Vᵀ, sign(0) = 1",
            "f = |x_1 − x_2| + |x_1 + x_2|/10 of the diagonal (x_1, x_2), from (1, 2/5)",
            Fraction(7, 50),
            "f(W_t) − min f, at every t",
            Label.PROVED,
            "x_1 + x_2 is conserved, whatever the steps; the same for signSGD on (x_1, x_2)",
            "this project",
        ),
    )
}
