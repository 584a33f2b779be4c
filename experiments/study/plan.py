"""What a study will cost and which effects it can resolve, before anything is spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from experiments.engine.plan import words_for
from experiments.stats.over_seeds import LEVEL
from experiments.stats.verdicts import POWER, detectable, power_of
from experiments.study import prior
from experiments.study.horizon import runs as horizon
from experiments.study.instrument import audits as instrument
from experiments.study.judging import level_of
from experiments.study.preset import jobs
from experiments.study.preset.grid import hopeless
from experiments.study.preset.preset import Preset
from experiments.study.ranks import bounds as rank_bounds
from gpa_theory.core.validation import refuse


def lines(preset: Preset, seconds_per_member_step: float | None, workers: int) -> Iterator[str]:
    """Yield the plan: runs by phase, time, and the smallest effect that is likely to be resolved.

    What is known before comes from a record or a pilot (see `prior`).  Grids in which every value
    is an end resolve nothing, whatever is spent; the plan says so.
    """
    first = {arm: {**preset.settings(arm)[0]} for arm in preset.arms}
    phases: dict[str, Sequence[Any]] = {"tune": jobs.tuning(preset)}
    if not preset.only:
        phases["fresh"] = jobs.fresh(preset, first)
        phases["horizon"] = jobs.horizons(preset, first)
    total = 0
    for name, wanted in {**phases, **_beside(preset, first)}.items():
        runs = sum(job.config.members for job in wanted)
        steps = sum(job.config.members * job.config.steps for job in wanted)
        total += steps
        if wanted:
            yield f"{name}: {len(wanted)} ensembles, {runs} runs, {steps:,} member-steps"
    if seconds_per_member_step is not None:
        time = total * seconds_per_member_step / workers
        yield f"time: {words_for(time)} on {workers} worker(s), training alone"
    yield from _power(preset)


def _beside(preset: Preset, first: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
    """Return the runs made besides those that are compared; an audited run is made twice."""
    given = {arm: {**setting, "lr": jobs.lr_of(arm, setting)} for arm, setting in first.items()}
    audits = instrument.jobs(preset, given)
    found: dict[str, Sequence[Any]] = {"rank": rank_bounds.wanted(preset)}
    if preset.horizon:
        found |= {"short": horizon.shorts(preset), "ladder": horizon.ladder(preset)}
    return {**found, "audit": [job for job in audits for _ in range(2)]}


def warnings(preset: Preset) -> Iterator[str]:
    """Yield why no verdict can come of the study, or of an arm of it; nothing if one can."""
    if preset.only:
        return
    if len(preset.tuned) < 2:
        yield "no verdict can come of this: fewer than two arms are tuned"
    for arm in preset.tuned:
        names = hopeless(preset.arms[arm])
        if names:
            grids = "; ".join(
                f"{k}: {', '.join(f'{v:g}' for v in preset.arms[arm][k])}" for k in names
            )
            whose = "any arm" if arm == preset.baseline else f"`{arm}`"
            yield (
                f"no verdict on {whose} can come of this: every setting of `{arm}` is at an edge of"
                f" its grid ({grids}); give three values or more"
            )


def _power(preset: Preset) -> Iterator[str]:
    if preset.only:
        yield f"no verdict on arms can come of this: it is for the {preset.only} alone"
        return
    yield from warnings(preset)
    n, known = len(preset.fresh_seeds), prior.of(preset)
    if known is None or known.sigma is None:
        yield "minimum detectable effect: unknown (no record or pilot of such runs)"
        return
    if preset.looks:
        yield from _paired_power(preset, known)
        return
    least = detectable(*known.sigma, n)
    spread = " and ".join(f"{s:.3g}" for s in dict.fromkeys(known.sigma))
    text = f"minimum detectable effect with n = {n} per arm, {LEVEL:.0%} level, {POWER:.0%} power:"
    text += f" {least:.4f} in the final loss (sd {spread}; {known.source})"
    yield text + _steps(known, least)


def _paired_power(preset: Preset, known: prior.Prior) -> Iterator[str]:
    """Yield what pairs can resolve; refuse a margin that they would miss more often than not."""
    looks = ", ".join(map(str, preset.looks))
    yield f"paired by seed, judged after {looks} pairs (O'Brien and Fleming), {LEVEL:.0%} over all"
    if known.pairs is None:
        yield "minimum detectable effect: unknown (no record or pilot of pairs)"
        return
    n, level = preset.looks[-1], level_of(preset, len(preset.looks))
    least = detectable(known.pairs, 0.0, n, level)
    text = f"minimum detectable effect with {n} pairs, {POWER:.0%} power: {least:.4f} in the final"
    text += f" loss (sd of a pair {known.pairs:.3g}; {known.source})"
    yield text + _steps(known, least)
    effect = known.effect(preset.margin) if preset.margin else None
    if effect is None:
        return
    power = power_of(effect, known.pairs, 0.0, n, level)
    if power < POWER:
        rule = f"must be larger, or the pairs more: {preset.margin:.1%} fewer steps would be seen"
        rule += f" with a chance of {power:.0%} only"
        raise refuse(f"study plan {preset.name!r}", "margin", rule)
    yield f"power for {preset.margin:.1%} fewer steps ({effect:.4f} in the final loss): {power:.1%}"


def _steps(known: prior.Prior, effect: float) -> str:
    """Return the effect in steps, where a curve is known."""
    if not known.drop:
        return ""
    share = known.share(effect)
    if share is None:
        return f", more than {known.drop[-1][0]:.1%} of the steps"
    return f", about {share:.1%} of the steps on the baseline's curve"
