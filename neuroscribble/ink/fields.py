"""Digits as MNIST has them become pictures of the size and the channels that a network reads."""

from __future__ import annotations

import numpy as np

from ..inputs import InputSpec
from ..shapes import IMAGE_SIZE, N_PIXELS, Floats, check_shape
from .normalize import FITTED_SIZE, normalize_ink


def as_read(images: Floats, spec: InputSpec) -> Floats:
    """(N, 784) → (N, side · side · channels) for square pictures; gray: all channels alike.

    MNIST's own size stays as it is; every other is made from the ink in its box.
    """
    check_shape("images", images, ("N", N_PIXELS))
    side, box = spec.shape[0], spec.fitted
    if (side, box) != (IMAGE_SIZE, FITTED_SIZE):
        canvases = images.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
        fitted = [normalize_ink(canvas, side=side, box=box) for canvas in canvases]
        images = np.stack(fitted).reshape(len(images), -1)
    return images.repeat(spec.channels, axis=1)
