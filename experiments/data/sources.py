"""What token shards are made from: data sets of the hub, and the tokenizer of each workload."""

from __future__ import annotations

SOURCES = {
    "c4": {"path": "allenai/c4", "name": "en", "column": "text"},
    "fineweb": {"path": "HuggingFaceFW/fineweb", "name": "sample-10BT", "column": "text"},
}
TOKENIZERS = {
    "llama-160m": "JackFram/llama-160m",
    "llama-1b": "meta-llama/Llama-3.2-1B",
    "llama-8b": "meta-llama/Llama-3.1-8B",
}
