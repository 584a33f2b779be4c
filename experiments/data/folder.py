"""ImageNet as it is unpacked: train/<class>/*.JPEG and val/<class>/*.JPEG, read with Pillow."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gpa_theory.core.validation import refuse

MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SUFFIXES = {".jpeg", ".jpg", ".png"}
MIXUP = 0.2  # of the Beta distribution
LAYOUT = "must hold train/<class>/*.JPEG and val/<class>/*.JPEG"


def folder_for(given: str) -> Path:
    """Return the data folder: what is given, or GPA_DATA/imagenet."""
    base = given or (f"{os.environ['GPA_DATA']}/imagenet" if "GPA_DATA" in os.environ else "")
    if not base:
        rule = f"is needed: data = FOLDER in the preset's [overrides], or GPA_DATA; it {LAYOUT}"
        raise refuse("load('vit-s16-imagenet')", "data", rule)
    return Path(base)


class Images:
    """The images of one split; classes are the sorted folder names of train."""

    def __init__(self, root: Path, split: str, side: int) -> None:
        call = f"Images(root={root.name!r}, split={split!r})"
        train, here = root / "train", root / split
        if not train.is_dir() or not here.is_dir():
            raise refuse(call, "root", LAYOUT)
        self.classes = sorted(p.name for p in train.iterdir() if p.is_dir())
        known = {name: i for i, name in enumerate(self.classes)}
        strange = sorted(p.name for p in here.iterdir() if p.is_dir() and p.name not in known)
        if strange:
            raise refuse(call, "root", f"has a class that train lacks: {strange[0]}")
        self.files = [
            (path, known[name])
            for name in self.classes
            for path in sorted((here / name).glob("*"))
            if path.suffix.lower() in SUFFIXES
        ]
        if not self.files:
            raise refuse(call, "root", LAYOUT)
        self.side, self.split = side, split
        self.about = {"classes": len(self.classes), "images": len(self.files), "split": split}

    def probe(self) -> None:
        """Open the first image: raise if Pillow is missing or the file is not an image."""
        _opened(self.files[0][0])

    def stream(
        self,
        seeds: Sequence[int],
        size: int,
        dtype: torch.dtype,
        device: str,
        rank: int,
        ranks: int,
        epochs: int = 1,
    ) -> ImageStream:
        """Return augmented batches with mixup, each epoch in a new order."""
        if size > len(self.files):
            rule = f"must be at most the {len(self.files)} images of train"
            raise refuse(f"stream(batch_size={size})", "batch_size", rule)
        own = places(size, rank, ranks)
        return ImageStream(self, list(seeds), size, dtype, device, own, epochs)

    def in_order(
        self, count: int, dtype: torch.dtype, device: str, size: int = 256
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the first `count` images, evenly spread, cut from the center."""
        stride = max(1, len(self.files) // count)
        chosen = self.files[::stride][:count]
        for i in range(0, len(chosen), size):
            some = chosen[i : i + size]
            x = torch.stack([centered(path, self.side) for path, _ in some])
            yield x.to(device, dtype), torch.tensor([label for _, label in some], device=device)


class ImageStream:
    """Batches [M, B, 3, side, side] with mixed labels [M, B, classes], fixed by (seed, step)."""

    def __init__(
        self,
        images: Images,
        seeds: list[int],
        size: int,
        dtype: torch.dtype,
        device: str,
        own: list[int],
        epochs: int,
    ) -> None:
        self.most = epochs * (len(images.files) // size)  # steps
        self.images, self.seeds, self.size = images, seeds, size
        self.dtype, self.device, self.own = dtype, device, own
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the batch after `step` steps."""
        if step >= self.most:
            raise refuse(f"batch(step={step})", "step", f"must be below {self.most}, or say epochs")
        drawn = {seed: self._draw(seed, step) for seed in dict.fromkeys(self.seeds)}
        x = torch.stack([drawn[seed][0] for seed in self.seeds])
        y = torch.stack([drawn[seed][1] for seed in self.seeds])
        return x.to(self.device, self.dtype), y.to(self.device)

    def _draw(self, seed: int, step: int) -> tuple[Tensor, Tensor]:
        epoch, place = divmod(step, len(self.images.files) // self.size)
        order = np.random.default_rng([seed, epoch]).permutation(len(self.images.files))
        batch = order[place * self.size : (place + 1) * self.size]
        mates = [self.size - 1 - i for i in self.own]
        seen = {i: self._one(seed, step, int(batch[i])) for i in dict.fromkeys(self.own + mates)}
        made = self._pool.map(lambda job: augmented(*job), seen.values())
        drawn = dict(zip(seen, made, strict=True))
        share = float(np.random.default_rng([seed, step]).beta(MIXUP, MIXUP))
        labels = torch.eye(len(self.images.classes))
        label = {i: labels[self.images.files[batch[i]][1]] for i in seen}
        return _mixed(drawn, self.own, mates, share), _mixed(label, self.own, mates, share)

    def _one(self, seed: int, step: int, image: int) -> tuple[Path, list[int], int]:
        return self.images.files[image][0], [seed, step, image], self.images.side


def places(size: int, rank: int, ranks: int) -> list[int]:
    """Return a process's places in a batch: pairs (i, size − 1 − i) that mixup mixes, together.

    >>> places(8, 0, 2), places(8, 1, 2), places(3, 0, 1)
    ([0, 1, 6, 7], [2, 3, 4, 5], [0, 1, 2])
    """
    pairs = [i for low in range((size + 1) // 2) for i in sorted({low, size - 1 - low})]
    return sorted(pairs[rank * size // ranks : (rank + 1) * size // ranks])


def _mixed(of: dict[int, Tensor], own: list[int], mates: list[int], share: float) -> Tensor:
    """Return each with its mate, which is in the same place of the batch from the end."""
    x, other = (torch.stack([of[i] for i in which]) for which in (own, mates))
    return share * x + (1 - share) * other


def augmented(path: Path, seed: Any, side: int) -> Tensor:
    """Return a random crop of 8 to 100 % of the area, flipped half the time."""
    rng = np.random.default_rng(seed)
    image = _opened(path)
    area, ratio = rng.uniform(0.08, 1.0), math.exp(rng.uniform(-1, 1) * math.log(4 / 3))
    width = min(image.width, max(1, round(math.sqrt(area * ratio * image.width * image.height))))
    height = min(image.height, max(1, round(math.sqrt(area / ratio * image.width * image.height))))
    left, top = rng.integers(image.width - width + 1), rng.integers(image.height - height + 1)
    found = _tensor(image.resize((side, side), box=(left, top, left + width, top + height)))
    return found.flip(2) if rng.uniform() < 0.5 else found


def centered(path: Path, side: int) -> Tensor:
    """Return the central crop of 7/8 of the shorter side."""
    image = _opened(path)
    cut = round(min(image.width, image.height) * 7 / 8)
    left, top = (image.width - cut) // 2, (image.height - cut) // 2
    return _tensor(image.resize((side, side), box=(left, top, left + cut, top + cut)))


def _opened(path: Path) -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            "the workload vit-s16-imagenet needs the package Pillow: pip install pillow"
        ) from None
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except OSError:
        rule = "must be a whole image that Pillow reads: fetch it anew, or delete it"
        raise refuse("vit-s16-imagenet", f"{path.parent.name}/{path.name}", rule) from None


def _tensor(image: Any) -> Tensor:
    x = torch.as_tensor(np.array(image)).permute(2, 0, 1).float() / 255
    return (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(SPREAD)[:, None, None]
