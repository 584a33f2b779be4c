"""Make the exact certificates that come with the package.

`python -m experiments.worst_case.certificates [FOLDER]` solves each setting, rounds its multipliers
to fractions, checks the proof and writes it as JSON; without FOLDER, into the package.  Constants
are short decimals near the tuned ones; G = D = 1.  About a minute.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import Averaged, gpa, schedule_free
from gpa_theory.worst_case.rational.rounding import prove
from gpa_theory.worst_case.rational.stored import FOLDER, load, save


def decimals(mu_x: str, mu_y: str, gamma: str) -> Averaged:
    """Return GPA with constants exactly as written."""
    return gpa(Fraction(mu_x), Fraction(mu_y), Fraction(gamma))


SETTINGS: dict[str, tuple[str, int, Averaged]] = {
    "last_T05_tuned": ("last", 5, decimals("0.7", "0.5", "0.396")),
    "last_T10_tuned": ("last", 10, decimals("0.771", "0.15", "0.232")),
    "last_T15_tuned": ("last", 15, decimals("0.824", "0.113", "0.182")),
    "last_T20_tuned": ("last", 20, decimals("0.852", "0.089", "0.152")),
    "last_T10": ("last", 10, decimals("0.9", "0.5", "0.3")),
    "last_T20": ("last", 20, decimals("0.9", "0.5", "0.22")),
    "last_T04_schedule_free": ("last", 4, schedule_free(Fraction("0.9"), Fraction(1, 2))),
    "last_T09_schedule_free": ("last", 9, schedule_free(Fraction("0.5"), Fraction(1, 3))),
    "average_T10": ("average", 10, decimals("0.9", "0.5", "0.3")),
    "mean_T05": ("mean", 5, decimals("0.8", "0.3", "0.4")),
    "base_T08": ("base", 8, decimals("0.8", "0.3", "0.3")),
    "telescoped_T09": ("telescoped", 9, decimals("0.9", "0.5", "1/3")),
}


def main(folder: str | None = None) -> None:
    """Make every certificate, and read it back."""
    target = FOLDER if folder is None else Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, (metric, steps, method) in SETTINGS.items():
        found = worst_case(method, steps, metric, solver="clarabel")
        save(prove(found), target / f"{name}.json")
        stored = load(target / f"{name}.json")
        stored.check()
        excess = float(stored.statement.bound) - found.lower
        print(
            f"{name}: {len(stored.flow)} multipliers, {excess:.1e} above the lower end", flush=True
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
