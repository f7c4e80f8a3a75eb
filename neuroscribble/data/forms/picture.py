"""One picture of a set: 28×28 pixels in gray, in a file of any common kind."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...shapes import IMAGE_SIZE
from .files import reason

KINDS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
MAX_BYTES = 2**20  # of one file; 28×28 pixels need about 300


def gray_picture(content: bytes, where: str) -> NDArray[np.uint8]:
    """The pixels (28, 28) of a picture file, whose size is checked before they are decoded.

    Colors are taken where they are grays, opacity where it hides nothing. Raises DataError.
    """
    from PIL import Image, UnidentifiedImageError  # here: other forms do without it

    if len(content) > MAX_BYTES:
        raise DataError(f"{where} is larger than {MAX_BYTES:,} bytes; expected a small picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=KINDS) as picture:
                if picture.size != (IMAGE_SIZE, IMAGE_SIZE):
                    width, height = picture.size
                    raise DataError(
                        f"{where} must have {IMAGE_SIZE}×{IMAGE_SIZE} pixels; got {width}×{height}."
                    )
                if picture.mode.startswith(("I", "F")):
                    raise DataError(f"{where} must have 8 bits a pixel; got mode {picture.mode}.")
                if picture.mode == "L" and not picture.has_transparency_data:
                    return np.array(picture)
                pixels = np.asarray(picture.convert("RGBA"))
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError(f"{where} is no picture that can be read: {', '.join(KINDS)}.") from error
    except Exception as error:  # a damaged file makes Pillow's decoders raise almost anything
        raise DataError(f"{where} cannot be read as a picture: {reason(error)}.") from error
    red, green, blue, opacity = (pixels[:, :, channel] for channel in range(4))
    if not (np.array_equal(red, green) and np.array_equal(green, blue) and opacity.min() == 255):
        raise DataError(f"{where} must be gray and opaque; it has colors or can be seen through.")
    return red.copy()  # without the other channels
