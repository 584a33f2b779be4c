"""The colors of x, y and z stay apart for every common kind of color vision."""

import itertools
import re

import numpy as np
import pytest

from gpa_theory.explore.assemble import source

# Machado, Oliveira & Fernandes (2009), severity 1.0, for linear RGB.
VISION = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = np.array([0.9505, 1.0, 1.089])
APART = 20  # of CIELAB; 2.3 is just noticeable, and lines also differ by dash and name


def themes():
    """Yield the colors of the light and the dark theme by name."""
    for block in re.findall(r":root[^{]*\{([^}]*)\}", source("drawing/plot.css"))[:2]:
        yield dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def lab(color, vision):
    """Return the CIELAB coordinates of #rrggbb as seen by a kind of vision."""
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    light = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(VISION[vision]) @ light, 0, 1) / WHITE
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def nearest(colors, vision):
    """Return the least distance between two of the colors."""
    seen = [lab(color, vision) for color in colors]
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", [0, 1])
def test_sequences_have_colors_that_stay_apart(theme, vision):
    """x, y and z, in both themes."""
    colors = list(themes())[theme]
    assert nearest([colors[name] for name in "xyz"], vision) > APART


def test_colors_that_meet_are_seen():
    """Red and green of one lightness meet for deutans: the check can fail."""
    assert (
        nearest(["#c00000", "#5d6d00"], "deutan") < APART < nearest(["#c00000", "#5d6d00"], "usual")
    )
