"""What a study does, read from a TOML file and checked whole before anything is spent.

All tuned arms get equally many settings, since the arm that is tuned harder would win.  The first
arm is the baseline.  An arm with one setting is *untuned* and is reported without a verdict.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from experiments.engine.config import RunConfig
from experiments.engine.rules import check_number
from experiments.reading import read_regular
from experiments.study.preset import audit_table, horizon_table, keys, prior_table
from experiments.study.preset.seeds import different, seeds_of
from gpa_theory.core.validation import refuse

FOLDER = Path(__file__).resolve().parents[2] / "presets"


@dataclass(frozen=True, slots=True)
class Preset:
    """One study: see `experiments/presets/*.toml` for the keys."""

    name: str
    title: str
    workload: str
    run: Mapping[str, Any]  # what all runs share: keys.RUN_KEYS
    arms: Mapping[str, Mapping[str, Sequence[Any]]]  # arm: setting: values to try
    tuning_seeds: tuple[int, ...]
    fresh_seeds: tuple[int, ...]
    members: int = 4  # runs in one ensemble, at most
    overrides: Mapping[str, Any] = field(default_factory=dict)
    schedules: Mapping[str, str] = field(
        default_factory=dict
    )  # arm: its schedule, where it differs
    horizons: tuple[int, ...] = ()  # of the tuned arms, for the rescheduled speed-up
    audit: Mapping[str, Any] = field(default_factory=dict)
    budget: str = ""  # wall-clock time; --budget overrules it
    ranks: Mapping[str, Any] = field(default_factory=dict)  # seeds to measure the bounds on
    horizon: Mapping[str, Any] = field(default_factory=dict)  # T* predicted and tested
    only: str = ""  # one of keys.ONLY: then no arms are compared
    prior: Mapping[str, Any] = field(default_factory=dict)  # of a pilot, for `study plan`
    looks: tuple[int, ...] = ()  # numbers of pairs after which the arms are judged, by seed
    margin: float = 0.0  # share of the steps that the study is to resolve, for `study plan`

    def __post_init__(self) -> None:
        call = f"preset {self.name!r}"
        keys.check_plain(call, {f.name: getattr(self, f.name) for f in fields(self)})
        check_number(call, "margin", self.margin, 0, 1, open_high=True)
        keys.check_grids(call, self.arms)
        keys.check_schedules(call, self.schedules, self.arms)
        self._check_seeds(call)
        sizes = {arm: len(self.settings(arm)) for arm in self.tuned}
        if len(set(sizes.values())) > 1:
            raise refuse(call, "arms", f"must give tuned arms equally many settings, not {sizes}")
        self._check_tables(call)
        for arm in self.arms or (horizon_table.BASE,):  # the run's own keys are checked by it
            for steps in (None, *self.horizons):
                self.config(arm, {}, (1.0,), (0,), steps)

    def _check_seeds(self, call: str) -> None:
        for key in ("tuning_seeds", "fresh_seeds"):
            object.__setattr__(self, key, seeds_of(call, key, getattr(self, key)))
        object.__setattr__(self, "horizons", different(call, "horizons", self.horizons))
        if set(self.tuning_seeds) & set(self.fresh_seeds):
            raise refuse(call, "fresh_seeds", "must be others than the tuning seeds")
        object.__setattr__(self, "looks", different(call, "looks", self.looks, 2))
        if self.looks and (
            list(self.looks) != sorted(self.looks) or self.looks[-1] != len(self.fresh_seeds)
        ):
            rule = f"must increase to the number of fresh seeds, {len(self.fresh_seeds)}"
            raise refuse(call, "looks", rule)
        if self.tuned and not self.tuning_seeds:
            raise refuse(call, "tuning_seeds", "must not be empty if an arm is tuned")
        if self.arms and len(self.fresh_seeds) < 2 and not self.only:
            raise refuse(call, "fresh_seeds", "must be two or more: one seed has no spread")

    def _check_tables(self, call: str) -> None:
        if self.ranks:
            if set(self.ranks) != {"seeds"} or not self.ranks["seeds"]:
                raise refuse(call, "ranks", "must hold seeds, at least one, and nothing else")
            seeds = seeds_of(call, "ranks.seeds", self.ranks["seeds"])
            if set(seeds) & {*self.tuning_seeds, *self.fresh_seeds}:
                raise refuse(call, "ranks.seeds", "must be others than tuning and fresh seeds")
        if self.horizon:
            horizon_table.check(call, self.horizon)
        if self.audit:
            audit_table.check(call, self.audit, self.arms)
        prior_table.check(call, self.prior)
        self._check_purpose(call)

    def _check_purpose(self, call: str) -> None:
        """Raise if there is nothing to do, or nothing of what is the only thing to do."""
        wanted = {"instrument": "audit", "horizon": "horizon"}.get(self.only)
        if wanted and not getattr(self, wanted):
            raise refuse(call, wanted, "must be there if nothing else is to be done")
        if self.only in ("", "grid") and not self.arms:
            raise refuse(call, "arms", "must hold one arm or more: [arms.adamw] with its settings")

    def settings(self, arm: str) -> list[dict[str, Any]]:
        """Return every setting of the arm's grid."""
        grid = self.arms[arm]
        return [
            dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())
        ]

    @property
    def tuned(self) -> list[str]:
        """Return the arms with more than one setting."""
        return [arm for arm in self.arms if len(self.settings(arm)) > 1]

    @property
    def baseline(self) -> str | None:
        """Return the arm that others are compared with."""
        return next(iter(self.arms), None)

    def config(
        self,
        arm: str,
        setting: Mapping[str, Any],
        lrs: Sequence[float],
        seeds: Sequence[int],
        steps: int | None = None,
    ) -> RunConfig:
        """Return the config of one ensemble; `steps` gives it another horizon."""
        run = dict(self.run)
        if steps is not None:
            run["warmup"] = round(run.get("warmup", 0) * steps / run["steps"])
            run["steps"] = steps
        run["schedule"] = self.schedules.get(arm, run.get("schedule", "linear"))
        rest = {k: v for k, v in setting.items() if k != "lr"}
        return RunConfig(
            workload=self.workload,
            arm=arm,
            lrs=tuple(lrs),
            seeds=tuple(seeds),
            settings=rest,
            workload_overrides=self.overrides,
            **run,
        )


def load(name: str) -> Preset:
    """Return the preset called `name`, or the one in the TOML file of that path.

    >>> load("smoke").workload
    'vit-digits'
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
        raise refuse(f"study {name!r}", "PRESET", f"must be a TOML file or one of {known}")
    try:
        found = tomllib.loads(read_regular(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(f"study {name!r}", "PRESET", f"must be TOML in UTF-8: {error}") from None
    except OSError as error:
        raise refuse(f"study {name!r}", "PRESET", f"cannot be read: {error.strerror}") from None
    known = {f.name: f for f in fields(Preset) if f.name != "name"}
    for key in found:
        if key not in known:
            raise refuse(f"study {name!r}", key, f"must be one of {', '.join(known)}")
    for key in ("title", "workload", "run"):
        if key not in found:
            raise refuse(f"study {name!r}", key, "must be there: it has no default")
    arms = found.pop("arms", {})
    if isinstance(arms, dict):
        arms = {arm: _listed(grid) for arm, grid in arms.items()}
    empty = {"tuning_seeds": (), "fresh_seeds": ()}
    return Preset(name=path.stem, arms=arms, **{**empty, **found})


def _listed(grid: Any) -> Any:
    """Return the grid with a list for every single value; anything else is left to be refused."""
    if not isinstance(grid, dict):
        return grid
    return {k: v if isinstance(v, list) else [v] for k, v in grid.items()}
