"""Arithmetic on feature maps (n, H, W, C), on whole image rows.

NumPy works on the last axis at full speed only if it is long, and a pixel has few channels. An
image row of W pixels is one row of W · C numbers; what belongs to channels is repeated W times.
"""

from __future__ import annotations

from ..arrays import converted, exact, namespace
from ..shapes import Floats


def image_rows(x: Floats) -> Floats:
    """(n, H, W, C) → (n · H, W · C)."""
    rows: Floats = namespace(x).reshape(x, (-1, x.shape[2] * x.shape[3]))
    return rows


def along_row(per_channel: Floats, x: Floats) -> Floats:
    """(C,) → (W · C,), the same for every pixel of an image row, in the precision of x."""
    row: Floats = namespace(x).tile(converted(per_channel, x.dtype), (x.shape[2],))
    return row


def channel_sums(rows: Floats, channels: int) -> Floats:
    """Image rows (n, W · C) → the sum of every channel (C,), in float64."""
    xp = namespace(rows)
    of_pixels = xp.reshape(xp.sum(rows, axis=0), (-1, channels))
    sums: Floats = xp.sum(of_pixels, axis=0, dtype=exact(rows))
    return sums
