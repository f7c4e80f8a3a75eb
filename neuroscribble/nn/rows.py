"""Arithmetic on the channels of feature maps (n, H, W, C), on long rows.

NumPy works on the last axis at full speed only if it is long, and a pixel has few channels. What
belongs to channels is repeated as often as there are pixels in a row; a row is a whole image, or
for sums a row of an image.
"""

from __future__ import annotations

import math

from ..arrays import converted, exact, namespace
from ..shapes import Floats


def images(x: Floats) -> Floats:
    """(n, H, W, C) → (n, H · W · C)."""
    rows: Floats = namespace(x).reshape(x, (x.shape[0], math.prod(x.shape[1:])))
    return rows


def along_image(per_channel: Floats, x: Floats) -> Floats:
    """(C,) → (H · W · C,), the same for every pixel of an image, in the precision of x."""
    xp, pixels = namespace(x), x.shape[1] * x.shape[2]
    row: Floats = xp.tile(converted(per_channel, x.dtype), (pixels,))
    return row


def image_rows(x: Floats) -> Floats:
    """(n, H, W, C) → (n · H, W · C)."""
    rows: Floats = namespace(x).reshape(x, (-1, x.shape[2] * x.shape[3]))
    return rows


def channel_sums(x: Floats) -> Floats:
    """(n, H, W, C) → the sum of every channel (C,), in float64.

    Sums over rows are products with ones, which a matrix library is fastest at.
    """
    xp, rows = namespace(x), image_rows(x)
    of_pixels = xp.reshape(xp.ones_like(rows[:, 0]) @ rows, (-1, x.shape[3]))
    sums: Floats = xp.sum(of_pixels, axis=0, dtype=exact(x))
    return sums
