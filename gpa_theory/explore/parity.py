"""How well the page's JavaScript agrees with Python: the stamp of the last full comparison.

The stamp is written by a test run in a real browser.  It holds a hash of the code that was
compared, so a page assembled after an edit carries no stamp.  `golden` is a handful of numbers from
Python that every page, exported ones too, compares again on the reader's own machine.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from gpa_theory.core.writing import write_whole
from gpa_theory.explore import tour
from gpa_theory.explore.setting import Setting

FOLDER = Path(__file__).resolve().parent
STAMP = FOLDER / "parity.json"
AGREES = 1e-12  # relative: some thousand roundings of 2^-53, in the same order in both languages


def compared() -> str:
    """Return the SHA-256 of the JavaScript mirror and of the Python it mirrors."""
    digest = hashlib.sha256()
    mirror = ("problems", "kernel", "record", "bounds", "standing", "vacuous")
    for path in [FOLDER / "page" / "mirror" / f"{name}.js" for name in mirror] + [
        FOLDER / f"{name}.py"
        for name in ("observation", "bounding", "running", "standing", "toys", "noise")
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamp() -> dict[str, Any] | None:
    """Return the stamp, or None if there is none for this code."""
    if not STAMP.exists():
        return None
    found = json.loads(STAMP.read_text(encoding="utf-8"))
    return found if found.get("compared") == compared() else None


def write(values: int, worst: float, browser: str) -> None:
    """Record a comparison of `values` numbers whose largest relative difference was `worst`."""
    found = {"values": values, "worst": worst, "browser": browser, "compared": compared()}
    write_whole(STAMP, json.dumps(found, indent=1) + "\n")


@cache
def golden() -> list[dict[str, Any]]:
    """Return what Python finds at a few settings, thinned to a few times."""
    from gpa_theory.explore.observation import observe

    settings = [setting for _, setting, _ in tour.STOPS[:4]]
    settings.append(Setting(problem="bowl", base="adagrad-norm", mu_x=0.95, gamma=1.0, steps=200))
    return [observe(s, times=(1, 2, 7, s.steps)).content() for s in settings]
