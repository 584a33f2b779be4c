"""The exact identity on training runs: gate, sign map, ladder of bounds, and the convex control.

Each audited run is made twice (`gpa_theory.optim.replay`): u is its own final x.  An arm without
averaging is audited as GPA with μ_x = μ_y = 0, which is it, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.engine import RunConfig
from experiments.engine.journal import Journal
from experiments.engine.loop import Run
from experiments.engine.ranks import Ranks
from experiments.study.preset import Preset
from gpa_theory.optim import GPA

WINDOWS = 8


class Audited(Run):
    """A run of one member whose every batch is shown to an observer."""

    def __init__(self, config: RunConfig, begin: Callable[..., Any]) -> None:
        if config.members != 1:
            raise ValueError(
                "`Audited(config)`: config must have one member: an audit is of one run"
            )
        ranks = Ranks(0, 1, config.device, "single")
        super().__init__(config, None, ranks, Journal(None, config), None)
        if not isinstance(self.opt, GPA):
            self.opt = GPA(self.opt, mu_x=0.0, mu_y=0.0)
        self.observer = begin(self.opt, self.inner, self._one)

    def _one(self, model: Any, batch: Any) -> Any:
        return self.work.loss(model, batch).sum()

    def observe(self, batch: Any) -> None:
        """Hand the batch over, before the step."""
        self.observer.observe(batch)


def audited(config: RunConfig, every: int) -> Any:
    """Return the `AuditReport` of the run with its own final x as reference."""
    from gpa_theory.optim.replay import replay

    plain = replace(config, budget_s=None, checkpoint_every=0)

    def train(begin: Callable[..., Any]) -> None:
        Audited(plain, begin).to_the_end("none", lambda line: None)

    return replay(train, every=every)


@dataclass(frozen=True, slots=True)
class Job:
    """One run to audit."""

    arm: str
    config: RunConfig
    every: int


def jobs(preset: Preset, chosen: Mapping[str, Mapping[str, Any]]) -> list[Job]:
    """Return the runs to audit: `audit.arms` at their chosen settings on `audit.seeds`."""
    wanted = preset.audit
    found = []
    for seed in wanted.get("seeds", ()):
        for arm in wanted.get("arms", ()):
            setting = dict(chosen[arm])
            lr = setting.pop("lr")
            config = preset.config(arm, setting, (lr,), (seed,))
            found.append(Job(arm, replace(config, eval_every=0, eval_dense=0), wanted["every"]))
    return found


def run(job: Job) -> dict[str, Any]:
    """Return what the audit of one run says, as plain values."""
    report = audited(job.config, job.every)
    verdict = report.verdict(WINDOWS)
    (whole,) = report.windows(1)
    return {
        "arm": job.arm,
        "seed": job.config.seeds[0],
        "gate": {
            "residual": report.residual,
            "unexplained": report.unexplained,
            "passed": report.passed,
            "gate": report.header["gate"],
        },
        "verdict": {"premise": verdict.value, "bound": verdict.bound, "why": verdict.why},
        "means": {name: _mean(m) for name, m in whole.means.items()},
        "signs": [
            {
                "first": w.first,
                "last": w.last,
                "terms": {name: _mean(w.means[name]) for name in report.lost},
            }
            for w in verdict.windows
        ],
        "ladder": ladder(report),
        "steps": len(report.records),
        "cost": str(report.cost),
    }


def _mean(m: Any) -> dict[str, Any]:
    return {
        "mean": m.mean,
        "low": m.low,
        "high": m.high,
        "floor": m.floor,
        "sign": m.sign,
        "above": m.above,
        "below": m.below,
    }


def ladder(report: Any) -> dict[str, float]:
    """Return observed gap ≤ L1 = regret − EMA cost ≤ L3 = (worst-case regret at the D, G seen).

    κ = (gap + EMA term)/regret is the conversion ratio: convex theory says ≤ 1.
    """
    phi, ema, regret = (report.term(name)[0].mean() for name in ("phi", "ema_cost", "regret"))
    distance = max(r["norms"]["z-u"] for r in report.records)
    steepest = max(r["norms"]["g"] for r in report.records)
    steps = int(report.steps[-1])
    return {
        "gap": float(phi),
        "regret_minus_ema": float(regret - ema),
        "worst_case": float(distance * steepest / np.sqrt(steps) - ema),
        "conversion_ratio": float((phi + ema) / regret) if regret > 0 else float("nan"),
        "local_gain": float(report.term("net_gain")[0].mean()),
    }


def summary(audits: Sequence[Mapping[str, Any]], convex: bool) -> dict[str, Any]:
    """Return the instrument's part of a study: lines to print, and the exit code of its gate.

    The gate fails if an identity does not close; on the convex control also if a divergence is
    negative or the conversion ratio above 1.  A transfer verdict never decides it.
    """
    bad = [a for a in audits if not a["gate"]["passed"]]
    wrong = [a for a in audits if convex and not _is_convex(a)]
    lines = [
        f"identity gate: {len(audits) - len(bad)} of {len(audits)} audited runs close within it"
        f" (largest residual {_worst(audits, 'residual'):.1e}, of which"
        f" {_worst(audits, 'unexplained'):.1e} is not rounding of the iterates)"
    ]
    if convex and audits:
        below = sum(m["below"] for a in audits for m in _divergences(a).values())
        steps = sum(a["steps"] for a in audits)
        ratio = max(a["ladder"]["conversion_ratio"] for a in audits)
        ending = "as convexity demands" if not wrong else "CONTRARY to convexity"
        lines.append(
            f"convex control: {below} of {4 * steps} divergences below −floor, conversion ratio"
            f" ≤ {ratio:.3f}: {ending} (*measured*, n = {len(audits)} runs)"
        )
    lines += [_line(arm, [a for a in audits if a["arm"] == arm]) for arm in _arms(audits)]
    return {"audits": list(audits), "summary": lines, "exit": int(bool(bad or wrong))}


def _worst(audits: Sequence[Mapping[str, Any]], name: str) -> float:
    return max((a["gate"][name] for a in audits), default=0.0)


def _divergences(audit: Mapping[str, Any]) -> dict[str, Any]:
    names = [n for n in audit["means"] if n.startswith("bregman_") and n != "bregman_sum"]
    return {name: audit["means"][name] for name in names}


def _is_convex(audit: Mapping[str, Any]) -> bool:
    good = all(m["below"] == 0 for m in _divergences(audit).values())
    return good and audit["ladder"]["conversion_ratio"] <= 1


def _arms(audits: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(a["arm"] for a in audits))


def _line(arm: str, audits: Sequence[Mapping[str, Any]]) -> str:
    """Return what an arm's audits say: premise, bound, and how often B(u, y) is negative."""
    premises = [a["verdict"]["premise"] for a in audits]
    bounds = [a["verdict"]["bound"] for a in audits]
    counted = ", ".join(f"{premises.count(v)} {v}" for v in dict.fromkeys(premises))
    held = ", ".join(f"{bounds.count(v)} {v}" for v in dict.fromkeys(bounds))
    ratios = [a["ladder"]["conversion_ratio"] for a in audits]
    text = f"`{arm}`: premise (all divergences ≥ 0 in every window): {counted}; bound: {held}"
    negative = sum(
        w["terms"]["bregman_u_y"]["sign"] == "negative" for a in audits for w in a["signs"]
    )
    windows = sum(len(a["signs"]) for a in audits)
    return (
        f"{text}; B(u, y) negative in {negative} of {windows} windows; conversion ratio"
        f" {min(ratios):.2f} … {max(ratios):.2f} (*measured*, n = {len(audits)} seeds)"
    )
