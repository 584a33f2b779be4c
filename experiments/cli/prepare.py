"""Write token shards for a language model from a data set on the Hugging Face hub."""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.data.sources import SOURCES, TOKENIZERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `prepare`."""
    parser.add_argument("workload", choices=tuple(TOKENIZERS))
    parser.add_argument("--source", choices=tuple(SOURCES), default="c4")
    parser.add_argument("--out", required=True, help="folder; the same one continues")
    parser.add_argument("--tokens", default="2e9", help="how many, default 2e9")


def run(options: argparse.Namespace) -> int:
    """Run `prepare`."""
    from experiments.cli.durations import tokens
    from experiments.data.hub import prepare
    from experiments.locking import held

    count, out = tokens(options.tokens), Path(options.out)
    with held("prepare", "--out", options.out):
        manifest = prepare(options.workload, options.source, out, count)
    total = sum(shard["tokens"] for shard in manifest["shards"])
    print(f"{total:,} tokens in {len(manifest['shards'])} shards; manifest: {out}/manifest.json")
    return 0
