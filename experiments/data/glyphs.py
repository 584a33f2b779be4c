"""Glyphs of the fonts that matplotlib ships: many classes, endless samples, nothing to download.

A class is a code point that all twelve DejaVu text faces have, unless it looks like an earlier
class in one of them.  Every training sample draws a face and an affine map anew, so no sample is
ever seen twice; three faces are held out, to validate on letter shapes that training never shows.
"""

from __future__ import annotations

import math
import os
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import written_aside

MASTER, SIDE = 48, 32
HELD_OUT = ("DejaVuSans-BoldOblique", "DejaVuSansMono", "DejaVuSerif-Italic")
ALIKE = 0.06  # least squared distance of two classes' masters, relative to their ink
MEAN, SPREAD = 0.13, 0.29  # of the pixels, 0 … 1
REACH = (math.radians(12), 0.15, 0.15, 0.09, 0.09)  # rotation, log-scale, shear, two shifts


def faces() -> list[Path]:
    """Return the font files of the DejaVu text faces."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise ImportError(
            "the workload vit-glyphs draws the fonts of matplotlib: pip install matplotlib"
        ) from None
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return sorted(p for p in folder.glob("DejaVu*.ttf") if "Display" not in p.name)


def fingerprint() -> str:
    """Return a checksum of the font files, the only thing that the glyphs depend on."""
    return f"{zlib.crc32(b''.join(p.read_bytes() for p in faces())):08x}"


@cache
def masters() -> tuple[np.ndarray, np.ndarray]:
    """Return (bitmaps [faces, classes, 48, 48] uint8, code points [classes]); cached on disk."""
    base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "gpa-theory"
    path = base / f"glyphs-{fingerprint()}.npz"
    if path.exists():
        found = np.load(path)
        return found["bitmaps"], found["code_points"]
    bitmaps, code_points = _rendered()
    base.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as file:
        np.savez_compressed(file, bitmaps=bitmaps, code_points=code_points)
    return bitmaps, code_points


def _rendered() -> tuple[np.ndarray, np.ndarray]:
    from matplotlib.ft2font import FT2Font
    from PIL import ImageFont

    paths = faces()
    common = set.intersection(*(set(FT2Font(str(p)).get_charmap()) for p in paths))
    points = sorted(c for c in common if _is_symbol(chr(c)))
    fonts = [ImageFont.truetype(str(p), 30) for p in paths]
    drawn = {c: [_bitmap(font, chr(c)) for font in fonts] for c in points}
    whole = {c: np.stack(v) for c, v in drawn.items() if all(b is not None for b in v)}
    kept = _distinct(np.stack(list(whole.values()), axis=1))
    points = np.array(list(whole))[kept]
    return np.stack([whole[c] for c in points], axis=1), points


def _is_symbol(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "LNPS" and kind != "Lm"  # letters, digits, signs; no marks, no modifiers


def _bitmap(font: Any, character: str) -> np.ndarray | None:
    """Return the glyph with its ink in the middle, or None if it has none."""
    from PIL import Image, ImageDraw

    left, top, right, bottom = font.getbbox(character)
    if right <= left or bottom <= top:
        return None
    image = Image.new("L", (MASTER, MASTER))
    place = ((MASTER - (right - left)) / 2 - left, (MASTER - (bottom - top)) / 2 - top)
    ImageDraw.Draw(image).text(place, character, font=font, fill=255)
    found = np.asarray(image, dtype=np.uint8)
    return found if found.any() else None


def _distinct(bitmaps: np.ndarray) -> np.ndarray:
    """Return the indices of classes unlike every earlier kept one, in every face."""
    faces_, n = bitmaps.shape[:2]
    alike = np.zeros((n, n), bool)
    for face in range(faces_):
        small = bitmaps[face].reshape(n, 24, 2, 24, 2).mean((2, 4)).reshape(n, -1) / 255
        ink = (small**2).sum(1)
        distance = ink[:, None] + ink[None, :] - 2 * small @ small.T
        alike |= distance < ALIKE * np.maximum(ink[:, None], ink[None, :])
    kept: list[int] = []
    for i in range(n):
        if not alike[i, kept].any():
            kept.append(i)
    return np.array(kept)


class Glyphs:
    """Images [B, 1, 32, 32] and labels [B] of `classes` classes, chosen once for all seeds."""

    def __init__(self, classes: int) -> None:
        bitmaps, _ = masters()
        if not 2 <= classes <= bitmaps.shape[1]:
            raise refuse(f"Glyphs(classes={classes})", "classes", f"must be 2 … {bitmaps.shape[1]}")
        order = torch.randperm(bitmaps.shape[1], generator=torch.Generator().manual_seed(0))
        self.classes = classes
        self._masters = torch.as_tensor(bitmaps[:, order[:classes].numpy()]).float() / 255
        self._on: dict[str, Tensor] = {}  # the masters, once per device
        names = [p.stem for p in faces()]
        self.held = [i for i, name in enumerate(names) if name in HELD_OUT]
        self.known = [i for i, name in enumerate(names) if name not in HELD_OUT]

    def draw(
        self, count: int, seed: int, of: list[int] | None = None, device: str = "cpu"
    ) -> tuple[Tensor, Tensor]:
        """Return `count` samples: class, face and affine map all drawn from the seed."""
        images, labels = self.drawn(count, [seed], of, device)
        return images[0], labels[0]

    def drawn(
        self, count: int, seeds: Sequence[int], of: list[int] | None = None, device: str = "cpu"
    ) -> tuple[Tensor, Tensor]:
        """Return the samples of many seeds at once: [M, count, 1, 32, 32] and [M, count].

        What is random is drawn on the CPU, so that it is the same everywhere; images are made from
        it on the device.
        """
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        u = torch.cat([torch.rand(count, 7, generator=g) for g in generators])
        chosen = torch.tensor(self.known if of is None else of)
        label = (u[:, 0] * self.classes).long()
        face = chosen[(u[:, 1] * len(chosen)).long()]
        affine, face, label = (t.to(device) for t in (_affine(u[:, 2:]), face, label))
        grid = F.affine_grid(affine, [len(u), 1, SIDE, SIDE], align_corners=False)
        image = F.grid_sample(self._here(device)[face, label][:, None], grid, align_corners=False)
        found = ((image - MEAN) / SPREAD).view(len(seeds), count, 1, SIDE, SIDE)
        return found, label.view(len(seeds), count)

    def _here(self, device: str) -> Tensor:
        if device not in self._on:
            self._on[device] = self._masters.to(device)
        return self._on[device]


def _affine(u: Tensor) -> Tensor:
    """Return maps [n, 2, 3] of uniform numbers [n, 5]."""
    turn, scale, shear, right, down = ((2 * u - 1) * torch.tensor(REACH)).T
    rows = [
        torch.stack((turn.cos(), shear - turn.sin(), right), 1),
        torch.stack((turn.sin(), turn.cos(), down), 1),
    ]
    affine = torch.stack(rows, 1)
    affine[:, :, :2] /= (1.15 * torch.exp(scale) * SIDE / 32)[:, None, None]
    return affine
