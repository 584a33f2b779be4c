"""Controls of the instrument: audits under another batch, another u, another precision.

"fresh_batch": every term is taken on a batch that the run never trains on.  In the audit itself, u
is where the run ends, so it has been trained on the batch of every step, and that favors it.
"other_seed": u is where the run of another seed ends, a point that this run does not approach.
"fp64": in a short repeat in float64 the identity must close to within 1e-10 of the largest term,
without any allowance for rounding of the iterates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from experiments.engine.config import RunConfig
from experiments.stats.over_seeds import interval, words
from experiments.study.instrument.base_regret import BaseRegret
from experiments.study.instrument.sign_map import windows
from experiments.study.watched.audited import Audited
from gpa_theory.core.validation import refuse
from gpa_theory.optim.audit.observer import Audit
from gpa_theory.optim.audit.report import AuditReport
from gpa_theory.optim.audit.weights import Weights
from gpa_theory.optim.step.groups import averaging_of

SHORT, OFTEN = 24, 3  # steps of the float64 repeat, and how often it is audited


class Companions:
    """The other instruments on an audited run; `attach` puts them there."""

    def __init__(self, config: RunConfig, every: int, controls: Sequence[str], other: int) -> None:
        self.config, self.every, self.controls = config, every, controls
        self.audits: dict[str, Audit] = {}
        self.elsewhere: Weights | None = None
        if "other_seed" in controls:
            run = Audited(replace(config, seeds=(other,)))
            run.finish()
            self.elsewhere = run.point()

    def attach(self, run: Audited, u: Weights) -> Companions:
        """Put the instruments on `run`, whose own final x is u."""
        self.base = BaseRegret(run, u)
        self.averaging = averaging_of(run.opt.param_groups[0])
        self.repeats = "replacement" in str(run.work.describe().get("samples", ""))
        if "fresh_batch" in self.controls:
            self._check(run)
            self._watch(run, "fresh_batch", u, lambda batch: self._fresh(run))
        if self.elsewhere is not None:
            self._watch(run, "other_seed", self.elsewhere, lambda batch: batch)
        return self

    def _watch(self, run: Audited, name: str, u: Weights, pick: Any) -> None:
        audit = Audit(run.opt, run.inner, run.loss_of, every=self.every, reference=dict(u))
        self.audits[name] = audit

        def look(batch: Any) -> None:
            if (run.step + 1) % self.every == 0:
                audit.observe(pick(batch))

        run.befores.append(look)

    def _fresh(self, run: Audited) -> Any:
        return run.stream.batch(self.config.steps + run.step)

    def _check(self, run: Audited) -> None:
        try:
            run.stream.batch(2 * self.config.steps - 1)
        except ValueError as error:
            rule = f"fresh_batch needs twice as many batches as the run has steps: {error}"
            raise refuse("audit", "controls", rule) from None

    def found(self) -> dict[str, Any]:
        """Return the results of the control audits as plain values."""
        made = {}
        for name, audit in self.audits.items():
            audit.close()
            made[name] = one(audit.report(), self.config.steps)
        if "fresh_batch" in made:
            made["fresh_batch"]["repeats"] = self.repeats
        return made


def one(report: AuditReport, steps: int) -> dict[str, Any]:
    """Return the part of an audit in which a control is compared with it."""
    terms = {name: report.term(name) for name in report.names}
    phi, ema, regret = (float(terms[name][0].mean()) for name in ("phi", "telescope", "regret"))
    return {
        "gate": gate(report),
        "means": {name: float(values.mean()) for name, (values, _) in terms.items()},
        "below": sum(int((v < -f).sum()) for v, f in (terms[name] for name in report.lost)),
        "of": len(report.lost) * len(report.records),
        "conversion_ratio": (phi + ema) / regret if regret > 0 else float("nan"),
        "windows": windows(report, steps),
    }


def gate(report: AuditReport) -> dict[str, Any]:
    """Return the identity gate: in float64 the whole residual must be within its limit.

    In float32 the rounding of stored iterates, which ρ multiplies, may explain part of it.  That
    part is computed from the iterates, not assumed.
    """
    limit, strict = report.header["gate"], report.header["dtype"] == "float64"
    passed = report.passed and (report.residual <= limit or not strict)
    return {
        "residual": report.residual,
        "unexplained": report.unexplained,
        "passed": bool(passed),
        "gate": limit,
        "dtype": report.header["dtype"],
        "steps": len(report.records),
    }


def repeated(config: RunConfig) -> RunConfig:
    """Return the short float64 repeat of a run."""
    steps = min(config.steps, SHORT)
    warmup = min(config.warmup, steps // 4)
    return replace(config, dtype="float64", steps=steps, warmup=warmup, compile=False)


def over_seeds(audits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the controls of one arm with intervals over seeds."""
    found: dict[str, Any] = {}
    for name in ("fresh_batch", "other_seed"):
        pairs = [(a, a["controls"][name]) for a in audits if name in a["controls"]]
        if pairs:
            found[name] = _compared(pairs)
    return found


def _compared(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, Any]:
    own = {n: [a["means"][n]["mean"] for a, _ in pairs] for n in ("regret", "bregman_u_y", "phi")}
    new = {n: [c["means"][n] for _, c in pairs] for n in own}
    pair = zip(own["regret"], new["regret"], strict=True)
    ratio = [c / a if a is not None and c is not None and a > 0 else None for a, c in pair]
    cells = [w["terms"]["bregman_u_y"] for _, c in pairs for w in c["windows"]]
    return {
        "own": {n: interval(v) for n, v in own.items()},
        "control": {n: interval(v) for n, v in new.items()},
        "regret_ratio": interval(ratio),
        "conversion_ratio": interval([c["conversion_ratio"] for _, c in pairs]),
        "negative_windows": sum(w["mean"] < -w["floor"] for w in cells),
        "windows": len(cells),
        "below": sum(c["below"] for _, c in pairs),
        "of": sum(c["of"] for _, c in pairs),
        "repeats": any(c.get("repeats", False) for _, c in pairs),
        "n": len(pairs),
    }


def lines(arm: str, found: Mapping[str, Any]) -> list[str]:
    """Return one line per control."""
    said = {
        "fresh_batch": "all terms on batches not trained on",
        "other_seed": "u is where another seed's run ended",
    }
    made = []
    for name, c in found.items():
        again = " (drawn with replacement: new batches, not new data)" if c["repeats"] else ""
        made.append(
            f"`{arm}`, control {name} ({said[name]}){again}: regret {words(c['control']['regret'])}"
            f" against {words(c['own']['regret'])}, ratio {words(c['regret_ratio'])}; mean B(u, y)"
            f" {words(c['control']['bregman_u_y'])} against {words(c['own']['bregman_u_y'])},"
            f" negative in {c['negative_windows']} of {c['windows']} windows;{_ratio(c)}"
            f" (*measured*, n = {c['n']} seeds, 95 % intervals)"
        )
    return made


def _ratio(found: Mapping[str, Any]) -> str:
    """Return the conversion ratio in words; it is defined only where the regret is positive."""
    regret = found["control"]["regret"]
    least = regret["mean"] if regret["low"] is None else regret["low"]
    if least is None or least <= 0:
        return " conversion ratio undefined: the regret is not positive"
    return f" conversion ratio {words(found['conversion_ratio'])}"
