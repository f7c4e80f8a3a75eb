"""Arithmetic on feature maps (n, H, W, C), on whole image rows.

NumPy works on the last axis at full speed only if it is long, and a pixel has few channels. An
image row of W pixels is one row of W · C numbers; what belongs to channels is repeated W times.
"""

from __future__ import annotations

import numpy as np

from ..shapes import Floats


def image_rows(x: Floats) -> Floats:
    """(n, H, W, C) → (n · H, W · C)."""
    return x.reshape(-1, x.shape[2] * x.shape[3])


def along_row(per_channel: Floats, x: Floats) -> Floats:
    """(C,) → (W · C,), the same for every pixel of an image row, in the precision of x."""
    return np.tile(per_channel.astype(x.dtype), x.shape[2])


def channel_sums(rows: Floats, channels: int) -> Floats:
    """Image rows (n, W · C) → the sum of every channel (C,), in float64."""
    sums: Floats = rows.sum(axis=0).reshape(-1, channels).sum(axis=0, dtype=np.float64)
    return sums
