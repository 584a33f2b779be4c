r"""How far does the loss grow?  Lower ends at long horizons, from functions on a line.

`python -m experiments.minimax.line FOLDER` writes FOLDER/line.json.  A row is f(x_T) − f* over
DG/√T on f(x) = max(x, −qx), z_1 = 1 (D = G = 1), for the steps of `beyond`.  The run is enclosed
(`model.ball_vector`), so the number is a certified lower end of the worst case.  The slope q is the
best of a grid, found in floats.  No upper end is known at these horizons.

**Proposition** (ours; we know of no earlier statement; argued on paper, here).  Fix c ≥ 1, μ_y < 1.
On f = G|x| matched decay with μ_x = 1 − c/T leaves at least DG e^{−c/(1−μ_y)} − o(1): the worst
case over DG/√T grows at least like √T.  For D = G = 1, 1 ≤ c < T, a = 1/√T, κ = μ_y/(1−μ_y),
δ = c/T let

.. math:: \varepsilon = \gamma_1(1+\kappa\delta) + \kappa(1+\kappa)\delta, \qquad
    r = (1-\delta)/(1+\kappa\delta)

If √T ≥ κc²(1+κ+ε), then x_T ≥ r^{T−1} − (1−μ_y)ε(1 − r^{T−1}) where that is > 0.

Proof.  With m = T − t, 1 − μ_x^m ≤ mδ gives γ_t ≥ a/c, and (1 − μ_x^m)/m falls in m, so γ_t ≤ γ_1;
γ_1 ≤ 2(T−1)T^{−3/2} ≤ 1, for μ_x^{T−1} ≤ (1 − 1/T)^{T−1} ≤ 1/2.
Let w_t = z_t + κx_t; y_t = (1−μ_y)w_t.  While x_t > 0: z ≤ 1 and x ≤ 1, since z rises only where
w_t ≤ 0, so z_t ≤ 0, and then to γ_1 at most.  Also w_t ≥ −ε.  For
w_{t+1} = (1+κδ)(w_t − γ_t g_t) − κδ(1+κ)x_t is ≥ −ε at once where w_t ≥ 0 and g_t ≤ 1, and where
−ε ≤ w_t ≤ 0 it is ≥ −ε + γ_t − κδ(ε+1+κ) ≥ −ε, by γ_t ≥ a/c.  So z_{t+1} ≥ −ε − κx_{t+1}, and
x_{t+1} = (1−δ)x_t + δz_{t+1} gives x_{t+1} + (1−μ_y)ε ≥ r (x_t + (1−μ_y)ε).
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from math import isqrt, sqrt
from time import process_time
from typing import Any

import numpy as np

from experiments.minimax.beyond import steps
from experiments.placing import placed
from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.model.ball_vector import BallVector, downward, unit_vector
from gpa_theory.worst_case.model.methods import gpa

NAME = "line.json"
HORIZONS = (1000, 3000, 10_000, 30_000, 100_000)
WINDOWS = (1, 2, 5, 10, 20, 40)  # c = (1 − μ_x)T
MU_Y = ("0.7", "1")
SLOPES, FLATTEST = 60, 0.05  # how many q are tried, and the least, over 1/√T


def searched(mu_y: str, c: int, T: int) -> float:
    """Return the slope q on which x_T is worst, of those on a grid, in floats."""
    q = np.append(np.geomspace(FLATTEST / sqrt(T), 1, SLOPES)[:-1], 1.0)
    gamma = [*steps(c, T), 0.0]

    def base(t: int, z: Any, y: Any) -> Any:
        return z - gamma[t - 1] * np.where(y > 0, 1.0, -q)

    x = q
    for _, now in run(GPA(Exponential(1 - c / T), float(mu_y)), np.ones_like(q), base, T):
        x = now.x
    return float(q[np.argmax(np.maximum(x, -q * x))])


def lower_end(mu_y: str, c: int, T: int, q: float) -> float:
    """Return a float ≤ f(x_T)√T on f(x) = max(x, −qx), f* = 0.

    Errors: `ArithmeticError` where the sign of a y_t stays open.

    >>> 1 - 1e-14 < lower_end("0", 1, 4, 1.0) < 1  # x_4 = 1/2
    True
    """

    def oracle(t: int, y: BallVector) -> BallVector:
        if abs(y.centers[0]) <= y.radii[0] > 0:
            raise ArithmeticError(f"the sign of y_{t} stays open")
        return BallVector([1.0 if y.centers[0] > 0 else -q], [0.0])

    method = gpa(1 - Fraction(c, T), Fraction(mu_y), steps(c, T))
    x = method.play(oracle, unit_vector(0, 1), T).x[-1]
    center, radius = Fraction(x.centers[0]), Fraction(x.radii[0])
    value = max(center - radius, -Fraction(q) * (center + radius))
    return downward(value * Fraction(isqrt(T * 10**40), 10**20))


def proved(mu_y: str, c: int, T: int) -> float:
    """Return the proposition's lower bound over DG/√T; 0 where it says nothing.

    >>> proved("0.7", 10, 1000), 1 < proved("0.7", 1, 100_000) < 12
    (0.0, True)
    """
    y, delta = float(mu_y), c / T
    if y == 1:
        return 0.0
    kappa, first = y / (1 - y), steps(c, T)[0]
    epsilon = first * (1 + kappa * delta) + kappa * (1 + kappa) * delta
    if sqrt(T) < kappa * c**2 * (1 + kappa + epsilon):
        return 0.0
    left = ((1 - delta) / (1 + kappa * delta)) ** (T - 1)
    return max(0.0, sqrt(T) * (left - (1 - y) * epsilon * (1 - left)))


def end(mu_y: str, c: int, T: int) -> dict[str, Any]:
    """Return the row of one setting."""
    begun = process_time()
    q = searched(mu_y, c, T)
    row = {"mu_y": mu_y, "c": c, "T": T, "q": q, "lower": lower_end(mu_y, c, T, q)}
    return row | {"proved": proved(mu_y, c, T), "cpu_seconds": round(process_time() - begun, 2)}


def main(folder: str) -> None:
    """Find what is not found yet, and write after each horizon."""
    target = placed("minimax.line", folder, (NAME,)) / NAME
    rows = json.loads(target.read_text(encoding="utf-8"))["rows"] if target.exists() else []
    known = {(row["mu_y"], row["c"], row["T"]) for row in rows}
    for T in HORIZONS:
        settings = [(mu_y, c, T) for mu_y in MU_Y for c in WINDOWS]
        new = [end(*setting) for setting in settings if setting not in known]
        if new:
            rows += new
            print(f"T = {T}: {sum(row['cpu_seconds'] for row in new):.3g} s", flush=True)
            command = ["python", "-m", "experiments.minimax.line", folder]
            data = {"rows": rows, "manifest": collect(command, None)}
            write_whole(target, json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
