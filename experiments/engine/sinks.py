"""Where metrics go besides metrics.jsonl, which is the record: TensorBoard, Weights & Biases.

A sink has `write(line)` and `close()`.  Its package is imported only if the sink is used, and then
before anything is allocated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from gpa_theory.core.validation import refuse


class Sink(Protocol):
    """What takes lines of metrics."""

    def write(self, line: Mapping[str, Any]) -> None:
        """Take one line."""

    def close(self) -> None:
        """Flush and close."""


class TensorBoard:
    """Scalars "val/0", … under FOLDER/tensorboard; steps that a resumed run repeats are purged."""

    package, module = "tensorboard", "torch.utils.tensorboard"

    def __init__(self, module: Any, folder: Path, name: str, config: dict, step: int) -> None:
        purge = step + 1 if step else None
        self._to = module.SummaryWriter(str(folder / "tensorboard"), purge_step=purge)
        self._to.add_text("config", str(config))

    def write(self, line: Mapping[str, Any]) -> None:
        """Add every number of the line."""
        for name, value in scalars(line):
            self._to.add_scalar(name, value, line["step"])

    def close(self) -> None:
        """Flush."""
        self._to.close()


class Wandb:
    """Weights & Biases; the config's key is the run's id, so a resumed run continues there."""

    package, module = "wandb", "wandb"

    def __init__(self, module: Any, folder: Path, name: str, config: dict, step: int) -> None:
        place = {"project": "gpa-theory", "dir": str(folder), "id": name, "resume": "allow"}
        self._to = module.init(config=config, **place)

    def write(self, line: Mapping[str, Any]) -> None:
        """Log every number of the line."""
        self._to.log(dict(scalars(line)), step=line["step"])

    def close(self) -> None:
        """Finish."""
        self._to.finish()


SINKS: dict[str, Any] = {"tensorboard": TensorBoard, "wandb": Wandb}


def scalars(line: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a line of metrics by name and member, without those of diverged members.

    >>> list(scalars({"step": 3, "val": [0.5, None]}))
    [('val/0', 0.5)]
    """
    for name, values in line.items():
        if name != "step":
            yield from ((f"{name}/{k}", v) for k, v in enumerate(values) if v is not None)


def needed(names: Sequence[str]) -> list[Callable[..., Sink]]:
    """Return a function per sink that opens it; raise an ImportError that says what to install."""
    found = []
    for name in names:
        kind = SINKS[name]
        try:
            module = import_module(kind.module)
        except ImportError:
            raise ImportError(
                f"the sink {name} needs the package {kind.package}: pip install {kind.package},"
                " or leave it out: metrics.jsonl has all of it"
            ) from None
        found.append(_opener(kind, module))
    return found


def _opener(kind: Any, module: Any) -> Callable[..., Sink]:
    return lambda folder, name, config, step: kind(module, folder, name, config, step)


def check(call: str, names: Sequence[str]) -> None:
    """Raise unless every name is a sink's.

    >>> check("RunConfig()", ["printer"])
    Traceback (most recent call last):
    ValueError: `RunConfig()`: sinks must be of tensorboard, wandb, not 'printer'
    """
    for name in names:
        if not isinstance(name, str) or name not in SINKS:
            raise refuse(call, "sinks", f"must be of {', '.join(SINKS)}, not {name!r}")
