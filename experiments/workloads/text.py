"""Language models: bytes of the standard library, the bigram control, and token shards."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from experiments.data import stdlib
from experiments.data.chunks import Chunks, fixed
from experiments.data.shards import SPLITS, Shards, folder_for
from experiments.models.bigram import Bigram
from experiments.models.block import Shape
from experiments.models.llama import LLAMA_1B, LLAMA_8B, LLAMA_160M, Llama, LlamaConfig
from experiments.workloads.settings import check_heads, check_length
from experiments.workloads.workload import Batch, Workload

BITS = 1 / math.log(2)
EVALUATED = 64  # sequences per forward pass of an evaluation


def _open(tokens: Callable[[], Any], length: int, epochs: int) -> Callable[..., Chunks]:
    def open_stream(seeds: Sequence[int], batch_size: int, dtype: Any, **place: Any) -> Chunks:
        return Chunks(tokens(), length, seeds, batch_size, epochs=epochs, **place)

    return open_stream


def _validation(
    tokens: Callable[[], Any], length: int, count: int
) -> Callable[[Any, str], dict[str, Iterator[Batch]]]:
    def batches(dtype: Any, device: str) -> dict[str, Iterator[Batch]]:
        inputs, targets = fixed(tokens(), length, count, device)
        pairs = zip(inputs.split(EVALUATED), targets.split(EVALUATED), strict=True)
        return {"val": iter(list(pairs))}

    return batches


def _bytes(
    name: str,
    build: Callable[[], Any],
    length: int,
    val: int,
    epochs: int,
    convex: bool = False,
) -> Workload:
    return Workload(
        name=name,
        metric="bits per byte",
        build=build,
        open_stream=_open(lambda: stdlib.corpus().train, length, epochs),
        validation=_validation(lambda: stdlib.corpus().validation, length, val),
        unit=(length, "bytes"),
        describe=lambda: {**stdlib.corpus().about, "length": length, "epochs": epochs},
        need=lambda: check_length(name, stdlib.corpus().validation, length),
        scale=BITS,
        convex=convex,
        defaults={"lr": 8e-3, "warmup": 30, "batch_size": 16},
    )


def llama_bytes(
    width: int = 48,
    layers: int = 2,
    heads: int = 3,
    length: int = 48,
    val: int = 512,
    epochs: int = 1,
) -> Workload:
    """Return a byte-level Llama on the standard library's sources."""
    check_heads("llama-bytes", width, heads, is_rotary=True)
    config = LlamaConfig(256, Shape(width, layers, heads))
    return _bytes("llama-bytes", partial(Llama, config), length, val, epochs)


def bigram(length: int = 48, val: int = 512, epochs: int = 1) -> Workload:
    """Return the convex control on the same bytes."""
    return _bytes("bigram", Bigram, length, val, epochs, convex=True)


def _shards(name: str, config: LlamaConfig) -> Callable[..., Workload]:
    def workload(data: str = "", length: int = 1024, val: int = 2048, epochs: int = 1) -> Workload:
        place = folder_for(name, data)

        def tokens(split: str) -> Any:
            return Shards(Path(place), split, config.vocabulary)

        return Workload(
            name=name,
            metric="nats per token",
            build=partial(Llama, config),
            open_stream=_open(partial(tokens, "train"), length, epochs),
            validation=_validation(partial(tokens, "validation"), length, val),
            unit=(length, "tokens"),
            describe=lambda: {"length": length, "epochs": epochs, **tokens("train").about},
            need=lambda: [check_length(name, tokens(split), length) for split in SPLITS],
            defaults={"lr": 1e-3, "warmup": 500, "batch_size": 256},
        )

    return workload


WORKLOADS: dict[str, Callable[..., Workload]] = {
    "llama-bytes": llama_bytes,
    "bigram": bigram,
    "llama-160m": _shards("llama-160m", LLAMA_160M),
    "llama-1b": _shards("llama-1b", LLAMA_1B),
    "llama-8b": _shards("llama-8b", LLAMA_8B),
}
