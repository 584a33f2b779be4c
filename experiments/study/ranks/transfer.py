"""Do the bounds order the settings as the final losses do, and what does trusting them cost?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.stats.over_seeds import LEVEL
from experiments.stats.pooled import pooled
from experiments.stats.ranks import RankTransfer, rank_transfer
from experiments.study.preset.jobs import Choice
from experiments.study.ranks.bounds import NAMES, averaged, mean

EVERYTHING = "all settings"


def summary(
    rows: Sequence[Mapping[str, Any]],
    choices: Mapping[str, Choice],
    reference: tuple[str, Mapping[str, Any]],
    seeds: Sequence[int],
) -> dict[str, Any]:
    """Return τ, its interval and p for every bound within every arm and over all settings.

    `cost` is the loss at the setting with the least bound minus the loss at the tuned setting, both
    on the tuning seeds, with an interval from the spread pooled over the settings compared.
    """
    made = averaged(rows)
    losses = {arm: {_key(row): row["losses"] for row in c.table} for arm, c in choices.items()}
    for row in made:
        row["losses"] = losses[row["arm"]][_key(row["setting"])]
        row["loss"] = mean(row["losses"])
    arms = list(dict.fromkeys(row["arm"] for row in made))
    groups = {arm: [r for r in made if r["arm"] == arm] for arm in arms}
    if len(arms) > 1:
        groups[EVERYTHING] = made
    groups = {name: group for name, group in groups.items() if len(group) > 3}
    tests = max(1, len(groups) * len(NAMES))
    sets = {
        name: {bound: _one(group, bound, tests) for bound in NAMES}
        for name, group in groups.items()
    }
    return {
        "reference": {"arm": reference[0], "setting": dict(reference[1])},
        "seeds": list(seeds),
        "level": LEVEL,
        "tests": tests,
        "rows": made,
        "sets": sets,
    }


def _key(setting: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    kept = ("loss", "losses", "n")
    return tuple(sorted((k, v) for k, v in setting.items() if k not in kept))


def _one(group: Sequence[Mapping[str, Any]], bound: str, tests: int) -> dict[str, Any]:
    predicted = [row["bounds"][bound] for row in group]
    found = rank_transfer(predicted, [row["loss"] for row in group])
    chosen = group[int(np.argmin(predicted))]
    best = min(group, key=lambda row: row["loss"])
    spread = pooled([row["losses"] for row in group if np.isfinite(row["loss"])])
    cost = chosen["loss"] - best["loss"]
    half = 0.0 if chosen is best else spread.half_width(len(best["losses"]), LEVEL)
    return {
        "tau": found.tau,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "n": found.n,
        "verdict": verdict(found, tests),
        "chosen": {"arm": chosen["arm"], **chosen["setting"]},
        "cost": cost,
        "cost_low": cost - half,
        "cost_high": cost + half,
        "sd": spread.sd,
        "freedom": spread.freedom,
        "span": _span(group),
    }


def _span(group: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the median loss minus the least, the cost of a blind choice; None if all diverged."""
    finite = [row["loss"] for row in group if np.isfinite(row["loss"])]
    return float(np.median(finite) - min(finite)) if finite else None


def verdict(found: RankTransfer, tests: int) -> str:
    """Return "orders", "reverses" or "not resolved", jointly over all tests (Bonferroni).

    >>> verdict(RankTransfer(0.9, 1e-4, 12), 8), verdict(RankTransfer(0.1, 0.4, 12), 8)
    ('orders', 'not resolved')
    """
    limit = (1 - LEVEL) / 2 / tests
    if found.p < limit:
        return "orders"
    return "reverses" if found.p_reversed < limit else "not resolved"


def lines(data: Mapping[str, Any], metric: str) -> Iterator[str]:
    """Yield the section of the README."""
    ranks = data["ranks"]
    where = ranks["reference"]
    yield "## Rank transfer: does a bound order the settings as their final losses do?"
    yield ""
    seeds = ("seeds " if len(ranks["seeds"]) > 1 else "seed ") + ", ".join(map(str, ranks["seeds"]))
    yield (
        "Bounds (A) and (B) at every setting of the grid: once with the regret of the run, and once"
        " with its worst case for the D, R, G and step lengths of the run, which is a textbook's"
        f" advice and no certificate for AdamW. All are against one u, the end of `{where['arm']}`"
        f" at its tuned setting. The bounds are from {seeds}, the losses from the tuning seeds"
        f" (*measured*). τ is Kendall's, with a {ranks['level']:.0%} interval that takes the n"
        " settings for a sample; p is one-sided, by permutation; verdicts hold jointly over"
        f" {ranks['tests']} tests. The cost of trusting a bound is the final loss at the setting it"
        f" chooses minus the loss at the tuned one, in {metric}, with an interval from the spread"
        " pooled over settings. The tuned one is the least of many, so this cost is a little too"
        " large. Beside it is the cost of the median setting."
    )
    yield ""
    yield "| settings | bound | n | τ | p | verdict | cost of trusting it | of the median setting |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, group in ranks["sets"].items():
        for bound, found in group.items():
            yield (
                f"| {name} | {bound} | {found['n']}"
                f" | {found['tau']:+.2f} [{found['low']:+.2f}, {found['high']:+.2f}]"
                f" | {found['p']:.4f} | {found['verdict']} | {_cost(found)}"
                f" | {'' if found['span'] is None else format(found['span'], '.3f')} |"
            )


def _cost(found: Mapping[str, Any]) -> str:
    if found["cost"] is None:
        return "its choice diverged"
    if found["cost_low"] is None:
        return f"{found['cost']:.3f} (no interval: one seed)"
    return f"{found['cost']:.3f} [{found['cost_low']:+.3f}, {found['cost_high']:+.3f}]"
