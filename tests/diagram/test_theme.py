"""The ten class colors stay apart for every eye, and stand out from what is behind them."""

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


def linear(colors: tuple[str, ...]) -> NDArray[np.float64]:
    """#rrggbb → linear red, green and blue (N, 3)."""
    share = np.array([rgb(color) for color in colors]) / 255
    curved: NDArray[np.float64] = ((share + 0.055) / 1.055) ** 2.4
    return np.where(share <= 0.04045, share / 12.92, curved)


def oklab(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cbrt(np.clip(colors, 0, 1) @ TO_CONES.T) @ TO_OKLAB.T


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
