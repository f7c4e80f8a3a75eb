"""Does a real MNIST image come back as itself when it is made into a drawing or a picture?

The image is enlarged, moved and prepared again, once as ink on a canvas and once as a picture
file, dark on light or light on dark, in between.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.pictures import read_picture

EXACT = 1e-6  # a difference of a pixel that is only rounding
LARGEST = 8  # times as large


def round_trips(images: NDArray[np.floating[Any]], *, seed: int = 0) -> dict[str, Any]:
    """Differences of images (N, 784) from what comes back, for each way."""
    rng = np.random.default_rng(seed)
    canvases = [enlarged_and_moved(image.reshape(28, 28), rng=rng) for image in images]
    ways = {
        "as ink": [normalize_ink(canvas) for canvas in canvases],
        "as picture": [normalize_ink(read_picture(picture(c))) for c in canvases],
        "as picture, inverted": [normalize_ink(read_picture(picture(1 - c))) for c in canvases],
    }
    return {
        name: _compared(np.stack(back).reshape(len(images), -1), images)
        for name, back in ways.items()
    }


def enlarged_and_moved(
    image: NDArray[np.floating[Any]], *, rng: np.random.Generator
) -> NDArray[np.floating[Any]]:
    """Each pixel as a square of 1 to 8, somewhere on a canvas."""
    factor = int(rng.integers(1, LARGEST + 1))
    around = rng.integers(0, 20 * factor, (2, 2))
    return np.pad(np.kron(image, np.ones((factor, factor))), around)


def picture(canvas: NDArray[np.floating[Any]]) -> BytesIO:
    """A PNG of 8-bit grey levels, ink dark on light paper."""
    file = BytesIO()
    Image.fromarray(np.rint(255 * (1 - canvas)).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    return file


def _compared(back: NDArray[Any], images: NDArray[Any]) -> dict[str, float]:
    differences = np.abs(back - images)
    return {
        "n": len(images),
        "exact": float((differences.max(axis=1) < EXACT).mean()),
        "mean_difference": float(differences.mean()),
        "largest_mean_difference": float(differences.mean(axis=1).max()),
    }
