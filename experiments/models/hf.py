"""Our Llama's weights under Hugging Face's names, and back: a member has the same logits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from experiments.models.llama import Llama, LlamaConfig


def config_for(config: LlamaConfig, positions: int = 2048) -> Any:
    """Return the `transformers.LlamaConfig` of the same model."""
    from transformers import LlamaConfig as Theirs  # pyright: ignore[reportMissingImports]

    s = config.shape
    return Theirs(
        vocab_size=config.vocabulary,
        hidden_size=s.width,
        intermediate_size=s.hidden,
        num_hidden_layers=s.layers,
        num_attention_heads=s.heads,
        num_key_value_heads=s.groups,
        rms_norm_eps=s.eps,
        rope_theta=config.theta,
        max_position_embeddings=positions,
        tie_word_embeddings=config.tied,
    )


def exported(model: Llama, member: int = 0) -> dict[str, Tensor]:
    """Return one member's weights as a state dict of `LlamaForCausalLM`."""
    s, own = model.config.shape, {n: p[member].detach() for n, p in model.named_parameters()}
    found = {"model.embed_tokens.weight": own["embedding"], "model.norm.weight": own["norm.weight"]}
    found["lm_head.weight"] = own["embedding"] if model.head is None else own["head.weight"].T
    widths = (s.heads * s.head_width, s.groups * s.head_width, s.groups * s.head_width)
    for i in range(s.layers):
        ours, theirs = f"blocks.{i}", f"model.layers.{i}"
        q, k, v = own[f"{ours}.qkv.weight"].split(widths, dim=1)
        gate, up = own[f"{ours}.gate_up.weight"].chunk(2, dim=1)
        matrices = {
            "self_attn.q_proj": q,
            "self_attn.k_proj": k,
            "self_attn.v_proj": v,
            "self_attn.o_proj": own[f"{ours}.out.weight"],
            "mlp.gate_proj": gate,
            "mlp.up_proj": up,
            "mlp.down_proj": own[f"{ours}.down.weight"],
        }
        found |= {f"{theirs}.{name}.weight": w.T for name, w in matrices.items()}
        found[f"{theirs}.input_layernorm.weight"] = own[f"{ours}.norm_attention.weight"]
        found[f"{theirs}.post_attention_layernorm.weight"] = own[f"{ours}.norm_feed.weight"]
    return {name: w.contiguous() for name, w in found.items()}


@torch.no_grad()
def imported(model: Llama, state: dict[str, Tensor], member: int = 0) -> None:
    """Load a state dict of `LlamaForCausalLM` into one member."""
    own = {n: p[member] for n, p in model.named_parameters()}
    own["embedding"].copy_(state["model.embed_tokens.weight"])
    own["norm.weight"].copy_(state["model.norm.weight"])
    if model.head is not None:
        own["head.weight"].copy_(state["lm_head.weight"].T)
    for i in range(model.config.shape.layers):
        ours, theirs = f"blocks.{i}", f"model.layers.{i}"
        qkv = [state[f"{theirs}.self_attn.{n}_proj.weight"].T for n in "qkv"]
        both = [state[f"{theirs}.mlp.{n}_proj.weight"].T for n in ("gate", "up")]
        own[f"{ours}.qkv.weight"].copy_(torch.cat(qkv, 1))
        own[f"{ours}.gate_up.weight"].copy_(torch.cat(both, 1))
        own[f"{ours}.out.weight"].copy_(state[f"{theirs}.self_attn.o_proj.weight"].T)
        own[f"{ours}.down.weight"].copy_(state[f"{theirs}.mlp.down_proj.weight"].T)
        own[f"{ours}.norm_attention.weight"].copy_(state[f"{theirs}.input_layernorm.weight"])
        own[f"{ours}.norm_feed.weight"].copy_(state[f"{theirs}.post_attention_layernorm.weight"])
