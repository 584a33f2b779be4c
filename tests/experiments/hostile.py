"""Argument vectors and files that nobody should write and somebody will."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from experiments.cli.commands import COMMANDS
from experiments.engine.config import RunConfig
from gpa_theory.cli.guard import Parser

TINY = {
    "workload": "vit-digits",
    "arm": "gpa",
    "lrs": [0.004],
    "seeds": [0],
    "steps": 1,
    "batch_size": 2,
    "workload_overrides": {"width": 8, "layers": 1, "heads": 2},
}
# As JSON: infinities and NaN are what Python's own writer makes of them, and reads.
NUMBERS = [0, -1, 1.5, -0.0, 1e-320, 1e308, 10**30, 10**400, float("inf"), float("nan")]
VALUES: list[Any] = [None, True, False, "", "x", "0.1", "a\nb", "\0", "tpu", "cuda:7", *NUMBERS]
VALUES += [[], {}, [None], ["x"], [[0.1]], [0.1, True], {"x": 1}, {"x": {}}, {"": []}]
TEXTS = ["", " ", "x", "-1", "0", "-0", "1.5", "nan", "inf", "-inf", "1e400", "1e-400", "0x10"]
TEXTS += ["9" * 4000, "٣", "1_000", "a\nb", "\0", "\udcff", "tpu", "cuda:7", "cpu:0", "ray", "/"]
TEXTS += ["/dev/null", "/dev/null/x", "/dev/full", "no/such/file", "x" * 5000, "--", "é\x1b[2J"]


def configs() -> list[Any]:
    """Return contents of config files: every key missing, every key with every value."""
    keys = [key for key in RunConfig.__dataclass_fields__ if key != "workload_overrides"]
    found: list[Any] = [{k: v for k, v in TINY.items() if k != key} for key in TINY]
    for key in keys:
        found += [{**TINY, key: value} for value in VALUES if (key, value) != ("compile", True)]
    for name in ("width", "layers", "heads"):
        sizes = {**TINY["workload_overrides"]}
        found += [{**TINY, "workload_overrides": {**sizes, name: v}} for v in VALUES]
    found += [{**TINY, "workload_overrides": v} for v in VALUES if v != {}]
    for name in ("lr", "beta1", "beta2", "eps", "weight_decay", "mu_x", "mu_y", "wheel"):
        found += [{**TINY, "settings": {name: value}} for value in VALUES]
    for name in ("inner_steps", "outer_lr", "outer_momentum"):
        found += [{**TINY, "arm": "diloco", "settings": {name: value}} for value in VALUES]
    return [*found, None, [], "x", 3, [TINY], {**TINY, "wheel": 1}]


def vectors() -> list[list[str]]:
    """Return argument vectors: every command with every option at every text, and without."""
    found = [[], ["--nope"], ["studdy"], ["--help", "x"], [""], ["\0"]]
    needed = {
        "study": ["smoke"],
        "train": ["no-config.json", "--out", "out"],
        "prepare": ["llama-160m", "--out", "out"],
        "calibrate": [],
        "report": ["--check"],
    }
    for name, command in COMMANDS.items():
        parser = Parser()
        command.add_arguments(parser)
        found += [[name], [name, "--nope"], [name, *needed[name], "one", "more"]]
        for action in parser._actions:
            for option in action.option_strings[:1] if action.nargs != 0 else ():
                found += [[name, *needed[name], option]]
                found += [[name, *needed[name], option, text] for text in TEXTS]
                found += [[name, *needed[name], f"{option}={text}"] for text in TEXTS]
        found += [[name, text, *needed[name][1:]] for text in TEXTS]
    return [*found, *(["study", "plan", text] for text in TEXTS)]


def files(folder: Path) -> list[str]:
    """Make what is no config in this folder, and return the paths."""
    written = {
        "empty": b"",
        "binary": bytes(range(256)),
        "half": json.dumps(TINY).encode()[:-5],
        "deep": b"[" * 100_000,
        "deep-table": b'{"a":' * 50_000,
        "twice": json.dumps(TINY)[:-1].encode() + b', "steps": 2}',
        "digits": b'{"steps": ' + b"9" * 10_000 + b"}",
        "utf16": json.dumps(TINY)[:-1].encode("utf-16"),
        "large": b" " * 3_000_000,
        "nulls": b"\0" * 100,
        "latin": b'{"arm": "\xe9"}',
    }
    for name, content in written.items():
        (folder / name).write_bytes(content)
    (folder / "a-folder").mkdir()
    (folder / "dangling").symlink_to(folder / "nowhere")
    (folder / "circle").symlink_to(folder / "circle")
    os.mkfifo(folder / "pipe")
    odd = [str(folder / "x\0y"), "", str(folder / ("x" * 300)), "/dev/null", "/dev/zero"]
    return [*(str(path) for path in sorted(folder.iterdir())), *odd, str(folder / "missing")]


def changed(content: Any) -> list[str]:
    """Return the keys in which a config's content differs from a good one, those in tables too."""
    if not isinstance(content, dict):
        return []
    keys = [key for key in {**TINY, **content} if content.get(key) != TINY.get(key)]
    tables = [content[key] for key in keys if isinstance(content.get(key), dict)]
    return [*keys, *(name for table in tables for name in table)]
