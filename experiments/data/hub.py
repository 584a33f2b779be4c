"""C4, FineWeb and the like: streamed once from the Hugging Face hub into token shards.

Training itself never touches the hub, which refuses a cluster whose machines all read it at start.
Needs the packages `datasets` and `transformers`, and a network that reaches the hub.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from experiments.data.shards import check_space, write
from experiments.data.sources import SOURCES, TOKENIZERS

LEAST_WIDTH = 2  # bytes of a token, as long as the tokenizer is not known


def prepare(
    workload: str, source: str, out: Path, tokens: int, *, hub: Any = None, tokenizer: Any = None
) -> dict[str, Any]:
    """Write token shards for `workload` from `source` and return their manifest.

    `hub` (rows with a text column) and `tokenizer` are fetched if not given.
    """
    chosen = SOURCES[source]
    check_space(out, tokens, LEAST_WIDTH)
    if tokenizer is None:
        tokenizer = _tokenizer(TOKENIZERS[workload])
    rows = _rows(chosen) if hub is None else hub
    about = {"workload": workload, "source": chosen, "tokenizer": TOKENIZERS[workload]}
    return write(
        out,
        _tokenized(rows, tokenizer, chosen["column"]),
        tokens=tokens,
        vocabulary=len(tokenizer),
        source=about,
    )


def _tokenized(rows: Iterable[dict[str, Any]], tokenizer: Any, column: str) -> Iterator[list[int]]:
    end = tokenizer.eos_token_id
    for row in rows:
        yield [*tokenizer(row[column], add_special_tokens=False)["input_ids"], end]


def _rows(chosen: dict[str, str]) -> Iterable[dict[str, Any]]:
    try:
        from datasets import load_dataset  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImportError(
            "preparing hub data needs the package datasets: pip install datasets"
        ) from None
    return load_dataset(chosen["path"], chosen["name"], split="train", streaming=True)


def _tokenizer(name: str) -> Any:
    try:
        from transformers import AutoTokenizer  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImportError(
            "preparing hub data needs the package transformers: pip install 'gpa-theory[interop]'"
        ) from None
    return AutoTokenizer.from_pretrained(name)
