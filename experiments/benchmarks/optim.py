"""Seconds per optimizer step, GPA and its peers, as ratios to torch's fused AdamW.

`python -m experiments.benchmarks.optim FOLDER [--device cuda] [--dtype bfloat16]` writes data.json
and README.md: 51M parameters in the shapes of a Llama model, and 300 tensors of 1,000.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from experiments.benchmarks.paired import LEVEL, Contender, compared, rounds
from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.optim.adamw.optimizer import GPAAdamW
from gpa_theory.optim.gpa import GPA
from gpa_theory.report.manifest import collect

Shapes = list[tuple[int, ...]]
RATE = {"lr": 1e-3, "weight_decay": 0.1}
AVERAGING = {"mu_x": 0.9967, "mu_y": 0.7}
BASELINE, SEED, WARM_UP = "AdamW fused", 0, 3
LABELS = {
    BASELINE: "the baseline; at least 7 numbers per parameter move",
    "AdamW foreach": "torch's default on CUDA, and what a CPU gets without `fused=True`",
    "GPA(AdamW fused)": "the wrapper around any base; at least 15",
    "GPAAdamW": "the fused step; at least 9",
    "GPAAdamW, δ in bfloat16": "the fused step with half a buffer",
    "AdamWScheduleFree": "the `schedulefree` package",
}


def llama(width: int = 512, inner: int = 1536, layers: int = 10, words: int = 16384) -> Shapes:
    """Return the shapes of a Llama model's parameters; 51M by default."""
    block: Shapes = [*[(width, width)] * 4, *[(inner, width)] * 2, (width, inner), (width,)]
    return [(words, width), (words, width), *[*block, (width,)] * layers, (width,)]


SETS: dict[str, tuple[Shapes, int]] = {
    "llama-51M": (llama(), 1),
    "300x1000": ([(1000,)] * 300, 5),
}


def schedule_free(parameters: list[Tensor]) -> Optimizer | None:
    """Return the peer's optimizer in training mode, or None where it is not installed."""
    try:
        from schedulefree import AdamWScheduleFree
    except ImportError:
        return None
    peer = AdamWScheduleFree(parameters, **RATE)
    peer.train()
    return peer


def contenders(device: str, dtype: torch.dtype) -> dict[str, Callable[[list[Tensor]], Any]]:
    """Return a factory for every contender that runs here."""
    made: dict[str, Callable[[list[Tensor]], Any]] = {
        BASELINE: lambda p: AdamW(p, fused=True, **RATE),
        "AdamW foreach": lambda p: AdamW(p, foreach=True, **RATE),
        "GPA(AdamW fused)": lambda p: GPA(AdamW(p, fused=True, **RATE), **AVERAGING),
        "GPAAdamW": lambda p: GPAAdamW(p, **RATE, **AVERAGING),
    }
    if device == "cuda":
        coarse = {"state_dtype": torch.bfloat16, **RATE, **AVERAGING}
        made["GPAAdamW, δ in bfloat16"] = lambda p: GPAAdamW(p, **coarse)
    if dtype == torch.float32:
        made["AdamWScheduleFree"] = schedule_free
    else:  # the bare optimizers would keep their state in half precision: they get float32 masters
        for name in (BASELINE, "AdamW foreach"):
            made[name] = over_masters(made[name])
    return made


def over_masters(make: Callable[[list[Tensor]], Any]) -> Callable[[list[Tensor]], Any]:
    """Return a factory of the usual recipe: step float32 copies, round them into the parameters."""

    class Masters:
        def __init__(self, parameters: list[Tensor]) -> None:
            self.parameters = parameters
            self.masters = [p.detach().float() for p in parameters]
            self.base = make(self.masters)
            self.state = self.base.state

        def step(self) -> None:
            for p, master in zip(self.parameters, self.masters, strict=True):
                master.grad = None if p.grad is None else p.grad.float()
            self.base.step()
            torch._foreach_copy_([p.detach() for p in self.parameters], self.masters)

    return Masters


def measure(
    shapes: Shapes, repeats: int, count: int, blocks: int, device: str, dtype: torch.dtype
) -> dict[str, dict[str, Any]]:
    """Return the comparison on one set of shapes, with first-step seconds and bytes of state."""
    found, extra = [], {}
    for seed in range(blocks):
        steps, now = _prepared(shapes, device, dtype, seed)
        found.append(rounds(steps, count, repeats, device, seed))
        extra = extra or now
        del steps
        gc.collect()
    table = compared(found, BASELINE, SEED)
    return {name: {**table[name], **extra[name]} for name in LABELS if name in table}


def _prepared(
    shapes: Shapes, device: str, dtype: torch.dtype, seed: int
) -> tuple[dict[str, Contender], dict[str, dict[str, Any]]]:
    """Return the steps of every contender on tensors of its own, warm, and what they hold.

    They are made in random order: who comes first gets the memory that is best laid out.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = [torch.randn(s, generator=generator).to(device, dtype) for s in shapes]
    steps: dict[str, Contender] = {}
    extra: dict[str, dict[str, Any]] = {}
    makes = contenders(device, dtype)
    for place in torch.randperm(len(makes), generator=generator).tolist():
        name, make = list(makes.items())[place]
        parameters = [nn.Parameter(0.02 * w) for w in drawn]
        for p, w in zip(parameters, drawn, strict=True):
            p.grad = w.clone()  # its own: `schedulefree` writes into gradients
        opt = make(parameters)
        if opt is None:
            continue
        start = time.perf_counter()
        opt.step()
        _finished(device)
        extra[name] = {"first_step_s": time.perf_counter() - start}
        for _ in range(WARM_UP):
            opt.step()
        held = sum(t.nbytes for s in opt.state.values() for t in s.values() if torch.is_tensor(t))
        extra[name]["state_bytes_per_parameter"] = held / sum(w.numel() for w in drawn)
        if isinstance(opt, GPAAdamW):
            extra[name]["plan"] = ": ".join(opt.plan())
        steps[name] = opt.step
    return steps, extra


def _finished(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def machine(device: str) -> str:
    """Return what the numbers were measured on, in words."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU, {torch.backends.cpu.get_cpu_capability()}"


def peers() -> dict[str, str | None]:
    """Return the versions of what was compared."""
    found: dict[str, str | None] = {}
    for name in ("schedulefree", "triton"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


METHOD = f"""In every round each contender takes a step, in random order; ratios are to torch's
fused AdamW in the same round. Rounds come in blocks, each with fresh tensors made in random order.
*Measured*: the median over n rounds, with a {LEVEL:.0%} bootstrap interval over blocks and the
rounds within them. Weight decay is on. On a shared machine ratios say more than times.
"""
MISSING = """
## Missing

The same on a GPU: none was available. The command is the same, with `--device cuda --dtype float32`
and with `--device cuda --dtype bfloat16`.
"""


def readme(data: dict[str, Any], command: str) -> str:
    """Return the record in words and tables."""
    lines = [f"# Seconds per optimizer step, {data['device']}, {data['dtype']}", ""]
    lines += [f"Made by `{command}`; data and manifest in `data.json`."]
    lines += [f"Machine: {data['machine']}, {data['threads']} thread(s), torch {data['torch']}."]
    lines += METHOD.splitlines()
    lines += [""]
    for name, table in data["sets"].items():
        lines += [f"## {name}", ""]
        lines += [
            "| optimizer | ratio | interval | n | ms | state bytes/parameter | first step, s |"
        ]
        lines += ["|---|---|---|---|---|---|---|"]
        for who, r in table.items():
            interval = f"{r['ratio_low']:.2f} … {r['ratio_high']:.2f}"
            rest = f"{r['n']} | {r['median_ms']:.2f} | {r['state_bytes_per_parameter']:.1f}"
            lines += [
                f"| {who} | **{r['ratio']:.2f}** | {interval} | {rest} | {r['first_step_s']:.2f} |"
            ]
        plans = {who: r["plan"] for who, r in table.items() if "plan" in r}
        lines += ["", *(f"`{who}.plan()` said {plan!r}." for who, plan in plans.items()), ""]
    lines += ["## What is what", ""]
    lines += [f"* {name}: {words}." for name, words in LABELS.items() if name in table]
    if data["device"] == "cpu":
        lines += MISSING.splitlines()
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make the record in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--blocks", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    if given.device == "cpu" and given.dtype == "bfloat16":
        parser.error("--dtype bfloat16 needs --device cuda")
    folder = placed("benchmarks.optim", given.folder, ("data.json", "README.md"))
    torch.set_num_threads(given.threads)
    options = f"--device {given.device} --dtype {given.dtype} --rounds {given.rounds}"
    options += f" --blocks {given.blocks} --threads {given.threads}"
    command = f"python -m experiments.benchmarks.optim FOLDER {options}"
    data: dict[str, Any] = {"device": given.device, "dtype": given.dtype, "sets": {}}
    data |= {"machine": machine(given.device), "threads": given.threads, "torch": torch.__version__}
    for name, (shapes, repeats) in SETS.items():
        dtype = getattr(torch, given.dtype)
        count = (given.rounds, given.blocks)
        data["sets"][name] = measure(shapes, repeats, *count, given.device, dtype)
    data |= {"peers": peers(), "manifest": collect(command.split(), SEED)}
    write_whole(folder / "data.json", json.dumps(data, indent=2) + "\n")
    write_whole(folder / "README.md", readme(data, command))


if __name__ == "__main__":
    main()
