"""Palettes and scales: one meaning, one color, in the page, the window and the heatmaps.

Two palettes carry all data. *Signed* values (weights, contributions, differences) run from
orange (negative) through the background to blue (positive), a pair that every common kind of
color blindness keeps apart; what lies beyond the scale is yellow or cyan, or has the last color.
*Activations* run from the background to green. A scale is symmetric around zero, ends at its limit
and is safe for values that are all alike. *Classes* have ten colors, found by a search for those
that stay apart under every kind of color blindness; ten are too many for color alone, so each class
shows its name as well. To every eye neighbors differ by at least 10 CIEDE2000, and so do any two
classes; a test sees them as eyes without one kind of cone do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.uint8]  # (..., 3) red, green, blue in 0..255


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Every color by its role, as #rrggbb."""

    name: str
    background: str
    surface: str  # panels and tiles on the background
    outline: str  # hairlines, frames of units
    text: str  # at least 7:1 on the background
    muted: str  # secondary text, at least 4.5:1 on the background
    accent: str  # selection and focus
    signed: tuple[str, ...]  # strong negative, …, zero, …, strong positive
    beyond: tuple[str, str]  # beyond the scale of signed values: below it, above it
    activation: tuple[str, ...]  # zero, …, strongest
    ink: tuple[str, ...]  # paper, …, full ink
    classes: tuple[str, ...]  # one for each class, at least 3:1 on the background


LIGHT = Theme(
    name="light",
    background="#fbfaf7",
    surface="#ffffff",
    outline="#c9ccd2",
    text="#1d2330",
    muted="#596273",
    accent="#a3157f",
    signed=("#8a3b00", "#d9730d", "#f4bd85", "#f5f3ee", "#93bfe6", "#1f77c4", "#0b3f7a"),
    beyond=("#e8b500", "#00b3c6"),
    activation=("#eef0ec", "#9cd2b4", "#3da27a", "#0d6b50", "#053a2c"),
    ink=("#eef0f2", "#8f97a6", "#1d2330"),
    classes=(
        "#009cc1",
        "#760006",
        "#905dff",
        "#f46101",
        "#1c0aaf",
        "#97326f",
        "#445fb5",
        "#c61303",
        "#560a5f",
        "#ae6c7b",
    ),
)

DARK = Theme(
    name="dark",
    background="#10141c",
    surface="#181e29",
    outline="#3a4354",
    text="#eef1f6",
    muted="#a0aabb",
    accent="#ff7ad9",
    signed=("#ffd9a8", "#ff9a3d", "#8f4c12", "#1a202b", "#1d538c", "#4aa3ff", "#c2e2ff"),
    beyond=("#e8f500", "#00d2c0"),
    activation=("#1b222d", "#1d5a49", "#2fa37b", "#7fe0ae", "#eafff2"),
    ink=("#1b222d", "#7d8798", "#f4f6fa"),
    classes=(
        "#0699f0",
        "#a94b63",
        "#bdbdff",
        "#fb9f00",
        "#2560f2",
        "#e354ab",
        "#96fdf4",
        "#f2ee04",
        "#0ed89b",
        "#a28241",
    ),
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def rgb(color: str) -> tuple[int, int, int]:
    """#rrggbb as three numbers in 0..255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def color_table(anchors: tuple[str, ...], size: int = 256) -> Colors:
    """The palette of `anchors` as (size, 3) colors, linear between anchors."""
    stops = np.linspace(0.0, 1.0, len(anchors))
    channels = np.array([rgb(anchor) for anchor in anchors], dtype=np.float64)
    places = np.linspace(0.0, 1.0, size)
    columns = [np.interp(places, stops, channels[:, channel]) for channel in range(3)]
    table: Colors = np.rint(np.stack(columns, axis=1)).astype(np.uint8)
    return table


def symmetric_limit(values: NDArray[np.floating[Any]], *, percentile: float = 100.0) -> float:
    """The limit L of a symmetric scale -L..L: a percentile of |values|, and 1 for flat zeros."""
    if values.size == 0:
        return 1.0
    limit = float(np.percentile(np.abs(values), percentile))
    return limit if limit > 0.0 else 1.0


def class_color(theme: Theme, label: int) -> str:
    """The color of a class; an eleventh class has the first one's."""
    return theme.classes[label % len(theme.classes)]


def sequential_colors(
    values: NDArray[np.floating[Any]], *, limit: float, anchors: tuple[str, ...]
) -> Colors:
    """Colors (..., 3) of values on the scale 0..limit (activations or ink); clamped."""
    places = np.clip(values / limit, 0.0, 1.0) if limit > 0.0 else np.zeros_like(values)
    colors: Colors = color_table(anchors, 257)[np.rint(places * 256).astype(np.intp)]
    return colors
