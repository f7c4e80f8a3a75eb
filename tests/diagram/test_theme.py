"""The palettes stay apart for every eye, and class colors stand out from what is behind them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viz.diagram.theme import DARK, LIGHT, Theme, class_color, rgb

# What is left of linear red, green and blue at full severity (Machado et al. 2009, table 1).
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Linear sRGB to Oklab, where equal distances look about equally different (Ottosson 2020).
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

# Linear sRGB to CIE XYZ under daylight D65 (IEC 61966-2-1).
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colors: tuple[str, ...]) -> NDArray[np.float64]:
    """#rrggbb → linear red, green and blue (N, 3)."""
    share = np.array([rgb(color) for color in colors]) / 255
    curved: NDArray[np.float64] = ((share + 0.055) / 1.055) ** 2.4
    return np.where(share <= 0.04045, share / 12.92, curved)


def oklab(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cbrt(np.clip(colors, 0, 1) @ TO_CONES.T) @ TO_OKLAB.T


def lab(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear red, green and blue (N, 3) → CIELAB under daylight D65."""
    share = np.clip(colors, 0, 1) @ TO_XYZ.T / TO_XYZ.sum(axis=1)
    f = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIEDE2000 between colors in CIELAB, both (N, 3), as Sharma, Wu and Dalal 2005 write it."""
    (L1, a1, b1), (L2, a2, b2) = one.T, other.T
    C = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(C**7 / (C**7 + 25.0**7))
    C1, C2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = np.where(C1 * C2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    L, C, h = (L1 + L2) / 2, (C1 + C2) / 2, np.where(C1 * C2 == 0, h1 + h2, h1 + turn / 2)
    cosine = [np.cos(np.radians(n * h + by)) for n, by in ((1, -30), (2, 0), (3, 6), (4, -63))]
    T = 1 + np.array([-0.17, 0.24, 0.32, -0.2]) @ cosine
    lightness = (L2 - L1) / (1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2))
    chroma = (C2 - C1) / (1 + 0.045 * C)
    hue = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * C * T)
    bend = 60 * np.exp(-((((h % 360) - 275) / 25) ** 2))
    together = -2 * np.sqrt(C**7 / (C**7 + 25.0**7)) * np.sin(np.radians(bend)) * chroma * hue
    return np.sqrt(lightness**2 + chroma**2 + hue**2 + together)


def test_differences_are_those_of_the_published_pairs() -> None:
    """Five pairs of Sharma, Wu and Dalal's table."""
    one = [(50, 2.6772, -79.7751), (50, 0, 0), (50, -0.001, 2.49), (50, 2.5, 0)]
    other = [(50, 0, -82.7485), (50, -1, 2), (50, 0.0011, -2.49), (73, 25, -18)]
    one, other = [*one, (60.2574, -34.0099, 36.2677)], [*other, (60.4626, -34.1751, 39.4387)]
    found = difference(np.array(one, float), np.array(other, float))
    np.testing.assert_allclose(found, [2.0425, 2.3669, 4.7461, 27.1492, 1.2644], atol=1e-4)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("eye", EYES)
def test_neighbors_on_every_scale_differ_for_every_eye(theme: Theme, eye: str) -> None:
    signed = (theme.beyond[0], *theme.signed, theme.beyond[1])
    for scale in (signed, theme.activation, theme.ink):
        seen = lab(linear(scale) @ EYES[eye].T)
        assert difference(seen[:-1], seen[1:]).min() >= 10, scale
    classes = lab(linear(theme.classes) @ EYES[eye].T)
    first, second = np.triu_indices(len(classes), 1)
    assert difference(classes[first], classes[second]).min() >= 10


def test_white_is_one_away_from_black() -> None:
    white, black = oklab(linear(("#ffffff", "#000000")))
    assert np.linalg.norm(white - black) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("eye", EYES)
def test_no_two_classes_look_alike_to_any_eye(theme: Theme, eye: str) -> None:
    seen = oklab(linear(theme.classes) @ EYES[eye].T)
    distances = np.linalg.norm(seen[:, None] - seen[None], axis=2)[np.triu_indices(10, 1)]
    assert distances.min() >= 0.1


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_class_colors_stand_out_by_three_to_one(theme: Theme) -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    luminance = linear(theme.classes) @ weights
    for behind in linear((theme.background, theme.surface)) @ weights:
        contrast = (np.maximum(luminance, behind) + 0.05) / (np.minimum(luminance, behind) + 0.05)
        assert contrast.min() >= 3


def test_an_eleventh_class_has_the_first_ones_color() -> None:
    assert class_color(LIGHT, 10) == class_color(LIGHT, 0)
