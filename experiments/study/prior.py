"""What earlier runs say about a study: the spread over seeds, and how the loss falls at the end.

It comes from the newest record whose runs were of the same length, data and model, else from the
preset's table `prior`, which a pilot has filled; it is never guessed.  An effect in the final loss
is turned into steps on the curve itself: near the end a schedule flattens it, and a single slope
would promise too much.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.stats.curves import Curves
from experiments.study.preset.preset import Preset

RECORDS = Path(__file__).resolve().parents[1] / "records"
ALIKE = ("steps", "batch_size", "warmup", "schedule", "clip")  # of `run`


@dataclass(frozen=True, slots=True)
class Prior:
    """`sigma`: of the final loss, of the baseline and of the arm.  `drop`: how the loss fell.

    `drop` has rows (share of the steps before the end, loss above the final one), from the end on.
    """

    sigma: tuple[float, float] | None
    drop: Sequence[tuple[float, float]]
    source: str
    pairs: float | None = None  # spread of the difference of two arms on one seed

    def effect(self, share: float) -> float | None:
        """Return how much higher the curve was this share of the steps before its end.

        >>> round(Prior(None, [(0.1, 0.02), (0.2, 0.06)], "a pilot").effect(0.15) or 0, 3)
        0.04
        """
        if not self.drop or share > self.drop[-1][0]:
            return None
        shares, above = zip((0.0, 0.0), *self.drop, strict=True)
        return float(np.interp(share, shares, above))

    def share(self, effect: float) -> float | None:
        """Return how long before its end the curve was so much higher; None beyond what is known.

        >>> round(Prior(None, [(0.1, 0.02), (0.2, 0.06)], "a pilot").share(0.04), 3)
        0.15
        """
        before, below = 0.0, 0.0
        for share, above in self.drop:
            if above >= effect:
                return float(np.interp(effect, [below, above], [before, share]))
            before, below = share, above
        return None


def of(preset: Preset, folder: Path = RECORDS) -> Prior | None:
    """Return what is known before the study is run, or None."""
    for path in sorted(folder.glob("*/data.json"), reverse=True):
        data = json.loads(path.read_text(encoding="utf-8"))
        if _is_alike(preset, data):
            return _recorded(preset, data["curves"], f"record {path.parent.name}")
    if not preset.prior:
        return None
    sigma = preset.prior.get("sigma")
    both = None if sigma is None else (float(sigma), float(sigma))
    drop, pairs = preset.prior.get("drop", ()), preset.prior.get("pairs")
    return Prior(both, [(s, a) for s, a in drop], "a pilot", pairs)


def _is_alike(preset: Preset, data: Any) -> bool:
    """Return whether the data are of a study with the same runs and two seeds of the baseline."""
    if not isinstance(data, dict) or "preset" not in data:
        return False
    other, curve = data["preset"], data.get("curves", {}).get(preset.baseline)
    if curve is None or curve["n"] < 2 or any(row[-1] is None for row in curve["values"]):
        return False
    here = {k: preset.run.get(k) for k in ALIKE}, preset.workload, dict(preset.overrides)
    there = {k: other["run"].get(k) for k in ALIKE}, other["workload"], other["overrides"]
    return here == there


def _recorded(preset: Preset, curves: Mapping[str, Any], source: str) -> Prior:
    base = _curves(curves[preset.baseline or ""])
    ends = [_curves(curves[arm]).final for arm in preset.tuned[1:] if arm in curves]
    spreads = [float(end.std(ddof=1)) for end in ends if np.all(np.isfinite(end)) and len(end) > 1]
    sigma = float(base.final.std(ddof=1))
    share, above = 1 - base.steps / base.horizon, base.mean - base.mean[-1]
    drop = [(float(s), float(a)) for s, a in zip(share[-2::-1], above[-2::-1], strict=True)]
    pairs = [float((end - base.final).std(ddof=1)) for end in ends if len(end) == base.n > 1]
    known = [spread for spread in pairs if np.isfinite(spread)]
    both = (sigma, max(spreads, default=sigma))
    return Prior(both, drop, f"{source}, n = {base.n}", max(known, default=None))


def _curves(found: Mapping[str, Any]) -> Curves:
    rows = [[np.nan if v is None else v for v in row] for row in found["values"]]
    return Curves(found["steps"], rows)
