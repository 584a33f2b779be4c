"""C4, FineWeb and the like: streamed once from the Hugging Face hub into token shards.

Training itself never touches the hub, which refuses a cluster whose machines all read it at start.
Needs the packages `datasets` and `transformers`, and a network that reaches the hub; which of them
is missing is said at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from experiments.data.reach import check_reach
from experiments.data.shards import check_space, write
from experiments.data.sources import SOURCES, TOKENIZERS
from gpa_theory.core.validation import refuse

LEAST_WIDTH = 2  # bytes of a token, as long as the tokenizer is not known


def prepare(
    workload: str, source: str, out: Path, tokens: int, *, hub: Any = None, tokenizer: Any = None
) -> dict[str, Any]:
    """Write token shards for `workload` from `source` and return their manifest.

    `hub` (rows with a text column) and `tokenizer` are fetched if not given.
    """
    chosen = SOURCES[source]
    check_space(out, tokens, LEAST_WIDTH)
    fetch = [] if hub is not None and tokenizer is not None else _packages()
    if tokenizer is None:
        name = TOKENIZERS[workload]
        tokenizer = _fetched(f"the tokenizer {name}", lambda: fetch[0](name))
    if hub is None:
        path = chosen["path"]
        options = {"split": "train", "streaming": True}
        hub = _fetched(f"the data {path}", lambda: fetch[1](path, chosen["name"], **options))
    about = {"workload": workload, "source": chosen, "tokenizer": TOKENIZERS[workload]}
    return write(
        out,
        _tokenized(_steady(hub, chosen["path"]), tokenizer, chosen["column"]),
        tokens=tokens,
        vocabulary=len(tokenizer),
        source=about,
    )


def _tokenized(rows: Iterable[dict[str, Any]], tokenizer: Any, column: str) -> Iterator[list[int]]:
    end = tokenizer.eos_token_id
    for row in rows:
        yield [*tokenizer(row[column], add_special_tokens=False)["input_ids"], end]


def _packages() -> list[Callable[..., Any]]:
    """Return what fetches a tokenizer and what fetches data, once the hub has answered."""
    try:
        from transformers import AutoTokenizer  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImportError(
            "preparing hub data needs the package transformers: pip install 'gpa-theory[interop]'"
        ) from None
    try:
        from datasets import load_dataset  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImportError(
            "preparing hub data needs the package datasets: pip install datasets"
        ) from None
    check_reach()
    return [AutoTokenizer.from_pretrained, load_dataset]


def _fetched(what: str, fetch: Callable[[], Any]) -> Any:
    """Return what was fetched, or say in a line why not: no right, no such name, no network."""
    try:
        return fetch()
    except Exception as error:  # the hub's libraries raise a dozen kinds
        rule = f"cannot be fetched ({_first_line(error)}); some need an account: hf auth login"
        raise refuse("prepare", what, rule) from error


def _steady(rows: Iterable[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows; if they break off, say that the same command goes on."""
    try:
        yield from rows
    except Exception as error:
        rule = f"broke off ({_first_line(error)}): whole shards stay, the same command goes on"
        raise refuse("prepare", f"the data {name}", rule) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
