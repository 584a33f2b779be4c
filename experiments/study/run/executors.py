"""Where runs go: into this process, to this machine's cores, or to a cluster; one function each.

All have the same shape, `executor(function, items, workers) -> results in order`.  `function`
writes its own results to disk, so that finished work survives a crash of the rest.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from gpa_theory.core.validation import refuse

Function = Callable[[Any], Any]


def serial(function: Function, items: Sequence[Any], workers: int) -> Iterable[Any]:
    """Run one after the other, here."""
    return map(function, items)


def local(function: Function, items: Sequence[Any], workers: int) -> Iterable[Any]:
    """Run in `workers` processes with one thread each: two threads on shared cores collapse."""
    from joblib import Parallel, delayed, parallel_config

    jobs = min(workers, max(1, len(items)))
    with parallel_config("loky", inner_max_num_threads=1), _deaf_children():
        return Parallel(n_jobs=jobs, return_as="generator")(delayed(function)(i) for i in items)


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that ignore Ctrl-C: this one hears it too, and ends them in silence."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)


def on_ray(function: Function, items: Sequence[Any], workers: int) -> Iterable[Any]:
    """Run on the Ray cluster of the environment (RAY_ADDRESS), or a local one."""
    import ray  # pyright: ignore[reportMissingImports]

    ray.init(ignore_reinit_error=True)
    remote = ray.remote(function)
    return ray.get([remote.remote(item) for item in items])


def on_dask(function: Function, items: Sequence[Any], workers: int) -> Iterable[Any]:
    """Run on the Dask cluster of the environment (DASK_SCHEDULER_ADDRESS), or a local one."""
    from dask.distributed import Client  # pyright: ignore[reportMissingImports]

    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    with Client(address) if address else Client(n_workers=workers, threads_per_worker=1) as client:
        return client.gather(client.map(function, list(items)))


def on_slurm(function: Function, items: Sequence[Any], workers: int) -> Iterable[Any]:
    """Submit one Slurm job per run through submitit; options come from SUBMITIT_* variables."""
    import submitit  # pyright: ignore[reportMissingImports]

    executor = submitit.AutoExecutor(folder="submitit")
    options = {
        k.removeprefix("SUBMITIT_").lower(): v
        for k, v in os.environ.items()
        if k.startswith("SUBMITIT_")
    }
    executor.update_parameters(slurm_array_parallelism=workers, **options)
    return [job.result() for job in executor.map_array(function, list(items))]


EXECUTORS: dict[str, tuple[Callable[..., Iterable[Any]], str]] = {
    "serial": (serial, ""),
    "joblib": (local, "joblib"),
    "ray": (on_ray, "ray"),
    "dask": (on_dask, "dask[distributed]"),
    "submitit": (on_slurm, "submitit"),
}


def check_executor(name: str) -> None:
    """Raise unless there is an executor of that name."""
    if name not in EXECUTORS:
        raise refuse(f"execute({name!r})", "executor", f"must be one of {', '.join(EXECUTORS)}")


def execute(name: str, function: Function, items: Sequence[Any], workers: int) -> Iterable[Any]:
    """Run `function` on all items with the executor of that name; results come in order."""
    check_executor(name)
    run, package = EXECUTORS[name]
    try:
        return run(function, items, workers)
    except ImportError as error:
        rule = f"needs a package that is missing: pip install '{package}' ({error})"
        raise refuse(f"execute({name!r})", "executor", rule) from None
