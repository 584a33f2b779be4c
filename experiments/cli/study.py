"""Run a study, or print what it would cost and what it could see."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

OPTIONS = ("out", "executor", "workers", "budget", "device", "record")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `study`."""
    parser.add_argument("words", nargs="+", metavar="[plan] PRESET", help="a preset or TOML file")
    parser.add_argument("--out", help="folder, default runs/PRESET; the same one resumes")
    parser.add_argument("--executor", default=None, help="serial, joblib, ray, dask or submitit")
    parser.add_argument("--workers", type=int, default=None, help="processes, default one per core")
    parser.add_argument("--budget", default=None, help="stop after this time: 90s, 5m, 2h")
    parser.add_argument("--device", default=None, help="cpu or cuda, instead of the preset's")
    parser.add_argument("--record", default=None, help="also write README, data and figure there")


def run(options: argparse.Namespace) -> int:
    """Run `study`."""
    started = time.time()  # loading libraries takes of the budget too
    from experiments.cli.durations import seconds
    from experiments.cli.files import check_record, check_workers
    from experiments.engine.ranks import check_device
    from experiments.engine.rules import check_device_name
    from experiments.locking import held
    from experiments.study.run.executors import check_executor

    planning = options.words[0] == "plan"
    if len(options.words) != 1 + planning:
        raise ValueError("`study`: give one PRESET, or: study plan PRESET")
    workers = check_workers("study", options.workers)
    limit = seconds(options.budget) if options.budget is not None else None
    executor = options.executor or ("joblib" if workers > 1 and not options.device else "serial")
    check_executor(executor)
    if options.device is not None:
        check_device_name("study", options.device)
    check_record("study", "--record", options.record)
    preset = _preset(options.words[-1])
    if options.device is not None:
        preset = _on(preset, options.device)
    if limit is None and preset.budget:
        limit = seconds(preset.budget)
    if planning:
        return _plan(preset, workers)
    check_device(preset.run.get("device", "cpu"))
    out = options.out if options.out is not None else f"runs/{preset.name}"
    with held("study", "--out", out) as folder:
        clock = {"budget_s": limit, "started": started}
        return _study(preset, folder, options, executor, workers, clock)


def _preset(name: str) -> Any:
    from experiments.study.preset.preset import load
    from gpa_theory.core.validation import refuse

    try:
        return load(name)
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "it is no TOML file"
        raise refuse(f"study {name!r}", "PRESET", f"cannot be read: {reason}") from None


def _on(preset: Any, device: str) -> Any:
    from dataclasses import replace

    return replace(preset, run={**preset.run, "device": device})


def _plan(preset: Any, workers: int) -> int:
    from experiments.study import plan
    from experiments.study.preset.timing import seconds_per_member_step

    print(f"{preset.name}: {preset.title}")
    for line in plan.lines(preset, seconds_per_member_step(preset), workers):
        print(line)
    return 0


def _study(
    preset: Any, folder: Path, options: Any, executor: str, workers: int, clock: dict[str, Any]
) -> int:
    from experiments.engine.journal import jsonable
    from experiments.study.flow import Study
    from experiments.study.record import report
    from experiments.study.record.command import command_line
    from experiments.workloads.registry import load

    made_by = command_line(["study", *options.words], {k: getattr(options, k) for k in OPTIONS})
    study = Study(preset, folder, executor=executor, workers=workers, command=made_by, **clock)
    data = study.data()
    work = load(preset.workload, **preset.overrides)
    metric = work.metric
    data["data"] = jsonable(work.describe())  # sizes and hashes: what was trained on
    print("\n".join(report.summary(data, metric)))
    for place in (folder, *([Path(options.record)] if options.record else [])):
        report.write(data, metric, place)
    print(f"record: {folder}/README.md, data.json" + (", figure.png" if data["curves"] else ""))
    return data.get("instrument", {}).get("exit", 0)
