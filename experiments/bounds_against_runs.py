"""The proved bounds beside real runs: how gap and bound fall with T, and where the bound is loose.

`python -m experiments.bounds_against_runs FOLDER` writes data.json and figure.png.  Left panel: the
last iterate under the horizon rule, T from 30 to 10,000.  Right panel: the step identity at
T = 2000, term by term, for growing μ_x.  Deterministic; takes seconds on one core.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from experiments import canvas
from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.numeric.identity import identity
from gpa_theory.report.manifest import collect
from gpa_theory.symbolic.rates import bound
from gpa_theory.verify.experiment import Experiment, converted, execute

PROBLEM, MU_Y = "breast_cancer-logistic", 0.7
HORIZONS = (30, 100, 300, 1000, 3000, 10_000)
MU_X, STEPS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999), 2000


def last_iterate() -> list[dict[str, float]]:
    """Return, per horizon, the gap of x_T under the horizon rule and the bounds on it."""
    rule, rows = bound("ogd", "last").horizon(), []
    for steps in HORIZONS:
        problem = Experiment(PROBLEM).load()
        values = {**rule.constants_from(problem.constants), "steps": steps}
        mu_x = rule.choices_at(**values)["mu_x"]
        run, gamma = execute(Experiment(PROBLEM, "ogd", mu_x, MU_Y, steps, tuned_for="last"))
        rows.append(
            {
                "steps": steps,
                "mu_x": mu_x,
                "gamma": gamma,
                "gap_last": run.gap_last,
                "at_measured_regret": converted(run, "last"),
                "bound": rule.at(**values),
            }
        )
    return rows


def identity_terms() -> list[dict[str, float]]:
    """Return, per μ_x, every term of the step identity divided by T, at one fixed γ."""
    _, gamma = execute(Experiment(PROBLEM, steps=STEPS))
    rows = []
    for mu_x in MU_X:
        run, _ = execute(Experiment(PROBLEM, "ogd", mu_x, MU_Y, STEPS, gamma))
        found = identity(run)
        terms = {name: value / STEPS for name, value in found.terms.items()}
        rows.append({"mu_x": mu_x, **terms, "gap_last": run.gap_last, "residual": found.residual})
    return rows


def draw(data: dict[str, Any], target: Path) -> None:
    """Draw the two panels."""
    figure = canvas.new_figure(10.5, 4.2)
    left, right = figure.subplots(1, 2)
    rows = data["last_iterate"]
    steps = [row["steps"] for row in rows]
    for key, style, label in (
        ("bound", "s-", "bound, horizon rule (proved)"),
        ("at_measured_regret", "^--", "same theorem at the regret of the run"),
        ("gap_last", "o-", "f(x_T) − f*  (measured)"),
    ):
        left.loglog(steps, [row[key] for row in rows], style, label=label)
    left.set(xlabel="T", ylabel="gap", title="Last iterate, breast_cancer-logistic, OGD in GPA")
    left.legend(frameon=False)
    _identity_panel(right, data["identity"])
    canvas.write(figure, target, dpi=140)


def _identity_panel(axes: Any, rows: list[dict[str, float]]) -> None:
    past = [1 / (1 - row["mu_x"]) for row in rows]
    lost = ("bregman_u_y", "bregman_y_x", "bregman_x_y", "bregman_prev_x")
    series = {
        "regret / T": [row["regret"] for row in rows],
        "EMA cost, ρ(f(x_1) − f(x_T))/T": [-row["telescope"] for row in rows],
        "Bregman terms / T": [sum(row[name] for name in lost) for row in rows],
        "mean gap = regret + cost − Bregman": [row["phi"] for row in rows],
    }
    for (label, values), style in zip(series.items(), ("^-", "v-", "d-", "o-"), strict=True):
        axes.semilogx(past, values, style, label=label)
    axes.set(
        xlabel="1/(1 − μ_x)", ylabel="per step", title=f"The identity, term by term, T = {STEPS}"
    )
    axes.legend(frameon=False)


def main(folder: str) -> None:
    """Make the record in `folder`."""
    target = placed("bounds_against_runs", folder, ("data.json", "figure.png"))
    data = {
        "last_iterate": last_iterate(),
        "identity": identity_terms(),
        "manifest": collect(["python", "-m", "experiments.bounds_against_runs", folder], None),
    }
    write_whole(target / "data.json", json.dumps(data, indent=2) + "\n")
    draw(data, target / "figure.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
