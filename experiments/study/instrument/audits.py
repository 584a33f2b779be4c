"""Audits of training runs: gate, sign map, ladder and last iterate, with the controls of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.engine.config import RunConfig
from experiments.study.instrument import controls, last_iterate, sign_map
from experiments.study.instrument import ladder as rungs
from experiments.study.instrument.controls import OFTEN, Companions
from experiments.study.preset.preset import Preset
from experiments.study.watched.audited import audited


@dataclass(frozen=True, slots=True)
class AuditJob:
    """One run to audit; with `kind` "fp64" it is a short repeat in float64, for the gate alone.

    `other` is the seed of the run whose end is u in the control "other_seed".
    """

    arm: str
    config: RunConfig
    every: int
    controls: tuple[str, ...] = ()
    kind: str = "run"
    other: int = -1


def jobs(preset: Preset, chosen: Mapping[str, Mapping[str, Any]]) -> list[AuditJob]:
    """Return the runs to audit: `audit.arms` at their chosen settings on `audit.seeds`.

    If `audit.controls` names "fp64", the first seed of each arm is repeated in float64.
    """
    wanted = preset.audit
    seeds, extra = tuple(wanted.get("seeds", ())), tuple(wanted.get("controls", ()))
    found, repeats = [], []
    for i, seed in enumerate(seeds):
        other = seeds[(i + 1) % len(seeds)] if len(seeds) > 1 else seed + 1
        for arm in wanted.get("arms", ()):
            setting = dict(chosen[arm])
            lr = setting.pop("lr")
            config = preset.config(arm, setting, (lr,), (seed,))
            config = replace(config, eval_every=0, eval_dense=0)
            kept = tuple(c for c in extra if c != "fp64")
            found.append(AuditJob(arm, config, wanted["every"], kept, other=other))
            if "fp64" in extra and i == 0:
                repeats.append(AuditJob(arm, controls.repeated(config), OFTEN, kind="fp64"))
    return repeats + found  # short repeats first: the gate needs them even if time runs out


def run(job: AuditJob) -> dict[str, Any]:
    """Return what the audit of one run says, as plain values."""
    made = Companions(job.config, job.every, job.controls, job.other)
    report, _ = audited(job.config, job.every, made.attach)
    head = {
        "arm": job.arm,
        "seed": job.config.seeds[0],
        "kind": job.kind,
        "gate": controls.gate(report),
        "steps": len(report.records),
        "cost": str(report.cost),
    }
    if job.kind == "fp64":
        return head
    verdict = report.verdict(sign_map.WINDOWS)
    (whole,) = report.windows(1)
    columns = made.base.columns()
    return {
        **head,
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
        "windows": sign_map.windows(report, job.config.steps),
        "ladder": rungs.ladder(report, columns),
        "last_iterate": last_iterate.curves(report, columns, made.averaging, job.config.warmup),
        "controls": made.found(),
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


def summary(audits: Sequence[Mapping[str, Any]], convex: bool) -> dict[str, Any]:
    """Return the instrument's part of a study: lines to print, and the exit code of its gate.

    The gate fails if an identity does not close; on a convex workload also if a divergence is
    negative or a conversion ratio exceeds 1.  A transfer verdict never decides it.
    """
    runs = [a for a in audits if a["kind"] == "run"]
    lines, bad = _gate_lines(audits)
    wrong = [a for a in runs if convex and not _is_convex(a)]
    if convex and runs:
        lines.append(_convex_line(runs, bool(wrong)))
    found: dict[str, dict[str, Any]] = {k: {} for k in ("sign_map", "ladder", "last_iterate")}
    found["controls"] = {}
    for arm in dict.fromkeys(a["arm"] for a in runs):
        own = [a for a in runs if a["arm"] == arm]
        found["sign_map"][arm] = sign_map.sign_map(own)
        found["ladder"][arm] = rungs.over_seeds(own)
        found["last_iterate"][arm] = last_iterate.over_seeds(own)
        found["controls"][arm] = controls.over_seeds(own)
        lines += [
            _line(arm, own),
            sign_map.line(arm, found["sign_map"][arm]),
            rungs.line(arm, found["ladder"][arm]),
            last_iterate.line(arm, found["last_iterate"][arm]),
            *controls.lines(arm, found["controls"][arm]),
        ]
    return {"audits": list(audits), "summary": lines, "exit": int(bool(bad or wrong)), **found}


def _gates(audits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the gates of all audits, those of the controls too."""
    own = [a["gate"] for a in audits]
    return own + [c["gate"] for a in audits for c in a.get("controls", {}).values()]


def _gate_lines(audits: Sequence[Mapping[str, Any]]) -> tuple[list[str], int]:
    lines, bad = [], 0
    for kind, said in (("run", "audits"), ("fp64", "float64 repeats")):
        gates = _gates([a for a in audits if a["kind"] == kind])
        if not gates:
            continue
        failed = sum(not g["passed"] for g in gates)
        bad += failed
        worst = {k: max(_number(g[k]) for g in gates) for k in ("residual", "unexplained")}
        within = sum(_number(g["residual"]) <= g["gate"] for g in gates)
        limit = ", ".join(f"{v:.0e}" for v in sorted({g["gate"] for g in gates}))
        lines.append(
            f"identity gate: {len(gates) - failed} of {len(gates)} {said} close to within {limit}"
            f" of the largest term, {within} of them without any allowance for rounding of the"
            f" iterates; the largest residual is {worst['residual']:.1e}, and that rounding leaves"
            f" at most {worst['unexplained']:.1e} unexplained (*measured*, n ="
            f" {sum(g['steps'] for g in gates)} steps)"
        )
    return lines, bad


def _number(value: float | None) -> float:
    return float("inf") if value is None else value


def _convex_line(runs: Sequence[Mapping[str, Any]], wrong: bool) -> str:
    extra = [c for a in runs for c in a["controls"].values()]
    below = sum(m["below"] for a in runs for m in _divergences(a).values())
    below += sum(c["below"] for c in extra)
    count = 4 * sum(a["steps"] for a in runs) + sum(c["of"] for c in extra)
    ratios = [a["ladder"]["conversion_ratio"] for a in runs]
    ending = "CONTRARY to convexity" if wrong else "as convexity demands"
    return (
        f"convex control: {below} of {count} divergences below −floor, conversion ratio"
        f" ≤ {max(_number(r) for r in ratios):.3f}: {ending} (*measured*, n = {len(runs)} runs and"
        f" {len(extra)} controls on them)"
    )


def _divergences(audit: Mapping[str, Any]) -> dict[str, Any]:
    names = [n for n in audit["means"] if n.startswith("bregman_") and n != "bregman_sum"]
    return {name: audit["means"][name] for name in names}


def _is_convex(audit: Mapping[str, Any]) -> bool:
    """Return whether κ ≤ 1 and no divergence is below its floor, for any u and batch tried."""
    below = [m["below"] for m in _divergences(audit).values()]
    below += [c["below"] for c in audit["controls"].values()]
    return not any(below) and _number(audit["ladder"]["conversion_ratio"]) <= 1


def _line(arm: str, audits: Sequence[Mapping[str, Any]]) -> str:
    """Return an arm's audits in words: premise, bound and conversion ratio, counted over runs."""
    premises = [a["verdict"]["premise"] for a in audits]
    bounds = [a["verdict"]["bound"] for a in audits]
    counted = ", ".join(f"{premises.count(v)} {v}" for v in dict.fromkeys(premises))
    held = ", ".join(f"{bounds.count(v)} {v}" for v in dict.fromkeys(bounds))
    ratios = [a["ladder"]["conversion_ratio"] for a in audits]
    known = [r for r in ratios if r is not None]
    text = f"`{arm}`: premise (all divergences ≥ 0 in every window): {counted}; bound: {held}"
    spread = f"{min(known):.2f} … {max(known):.2f}" if known else "unknown"
    return f"{text}; conversion ratio {spread} (*measured*, n = {len(audits)} seeds)"
