"""Image classifiers: glyphs of matplotlib's fonts, digits, and ImageNet in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from experiments.data import digits
from experiments.data.folder import Images, folder_for
from experiments.data.glyphs import SIDE, Glyphs, fingerprint
from experiments.models.block import Shape
from experiments.models.softmax import Softmax
from experiments.models.vit import VIT_S16, ViT, ViTConfig
from experiments.workloads.settings import check_heads
from experiments.workloads.workload import Batch, Workload
from gpa_theory.core.validation import refuse

VALIDATION_SEEDS = {"val": 5, "val_new_faces": 6}


class GlyphStream:
    """Batches [M, B, 1, 32, 32] with labels [M, B]; batch t of seed k is drawn from (k, t)."""

    def __init__(
        self,
        glyphs: Glyphs,
        seeds: Sequence[int],
        size: int,
        dtype: torch.dtype,
        device: str,
        rank: int,
        ranks: int,
    ) -> None:
        self.glyphs, self.seeds, self.size = glyphs, list(seeds), size
        self.dtype, self.device = dtype, device
        self._part = slice(rank * size // ranks, (rank + 1) * size // ranks)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the batch after `step` steps."""
        each = list(dict.fromkeys(self.seeds))
        drawn = [1_000_003 * (seed + 1) + step for seed in each]
        x, y = self.glyphs.drawn(self.size, drawn, device=self.device)
        which = torch.tensor([each.index(seed) for seed in self.seeds], device=self.device)
        return x[which, self._part].to(self.dtype), y[which, self._part]


@cache
def _glyphs(classes: int) -> Glyphs:
    return Glyphs(classes)


def vit_glyphs(
    classes: int = 100,
    width: int = 48,
    layers: int = 3,
    heads: int = 3,
    patch: int = 8,
    val: int = 2048,
) -> Workload:
    """Return a ViT on glyphs, validated on known faces and, separately, on three new ones."""
    check_heads("vit-glyphs", width, heads)
    if SIDE % patch:
        raise refuse("load('vit-glyphs')", "overrides.patch", f"must divide the side {SIDE}")
    config = ViTConfig(classes, SIDE, patch, 1, Shape(width, layers, heads))

    def open_stream(
        seeds: Sequence[int], size: int, dtype: torch.dtype, device: str, rank: int, ranks: int
    ) -> GlyphStream:
        return GlyphStream(_glyphs(classes), seeds, size, dtype, device, rank, ranks)

    def validation(dtype: torch.dtype, device: str) -> dict[str, list[Batch]]:
        glyphs = _glyphs(classes)
        found = {}
        for name, seed in VALIDATION_SEEDS.items():
            x, y = glyphs.draw(val, seed, glyphs.held if name != "val" else None, device)
            x = x.to(dtype)
            found[name] = list(zip(x.split(256), y.split(256), strict=True))
        return found

    return Workload(
        name="vit-glyphs",
        metric="nats",
        build=partial(ViT, config),
        open_stream=open_stream,
        validation=validation,
        unit=(1, "images"),
        describe=lambda: {
            "classes": classes,
            "fonts": fingerprint(),
            "samples": "drawn, never twice",
        },
        need=lambda: _glyphs(classes),
        defaults={"lr": 8e-3, "warmup": 50, "batch_size": 32},
    )


def _digits(name: str, build: Callable[[], Any], lr: float, convex: bool = False) -> Workload:
    """Return a model on scikit-learn's digits, drawn with replacement (many epochs)."""

    def validation(dtype: torch.dtype, device: str) -> dict[str, list[Batch]]:
        _, _, x, y = digits.images()
        return {"val": [(x.to(device, dtype), y.to(device))]}

    return Workload(
        name=name,
        metric="nats",
        build=build,
        open_stream=lambda seeds, size, dtype, **place: digits.Drawn(seeds, size, dtype, **place),
        validation=validation,
        unit=(1, "images"),
        describe=lambda: {"images": len(digits.images()[0]), "samples": "with replacement"},
        need=digits.images,
        convex=convex,
        defaults={"lr": lr, "warmup": 20, "batch_size": 64},
    )


def vit_digits(width: int = 48, layers: int = 2, heads: int = 3) -> Workload:
    """Return a small ViT on the digits."""
    check_heads("vit-digits", width, heads)
    config = ViTConfig(digits.CLASSES, digits.SIDE, 2, 1, Shape(width, layers, heads))
    return _digits("vit-digits", partial(ViT, config), lr=4e-3)


def softmax_digits() -> Workload:
    """Return softmax regression on the digits: a convex control on real images."""
    model = partial(Softmax, digits.SIDE**2, digits.CLASSES)
    return _digits("softmax-digits", model, lr=5e-2, convex=True)


def vit_s16_imagenet(data: str = "", val: int = 50_000, epochs: int = 90) -> Workload:
    """Return ViT-S/16 on a folder train/<class>/*.JPEG, val/<class>/*.JPEG, at most `epochs`."""
    root = folder_for(data)

    @cache
    def images(split: str) -> Images:
        return Images(root, split, VIT_S16.image)

    def open_stream(
        seeds: Sequence[int], size: int, dtype: torch.dtype, device: str, rank: int, ranks: int
    ) -> Any:
        return images("train").stream(seeds, size, dtype, device, rank, ranks, epochs)

    def validation(dtype: torch.dtype, device: str) -> dict[str, Any]:
        return {"val": images("val").in_order(val, dtype, device)}

    def build() -> ViT:
        shape, classes = VIT_S16.shape, len(images("train").classes)
        return ViT(ViTConfig(classes, VIT_S16.image, VIT_S16.patch, 3, shape, 0.02))

    return Workload(
        name="vit-s16-imagenet",
        metric="nats",
        build=build,
        open_stream=open_stream,
        validation=validation,
        unit=(1, "images"),
        describe=lambda: {**images("train").about, "epochs": epochs},
        need=lambda: [images(split).probe() for split in ("train", "val")],
        defaults={"lr": 1e-3, "warmup": 10_000, "batch_size": 1024},
    )


WORKLOADS: dict[str, Callable[..., Workload]] = {
    "vit-glyphs": vit_glyphs,
    "vit-digits": vit_digits,
    "softmax-digits": softmax_digits,
    "vit-s16-imagenet": vit_s16_imagenet,
}
