"""A picture file becomes ink on a canvas.

A photo of a digit on paper, a scan, a screenshot or a sticker: whatever Pillow can open, in any
size and any mode, dark on light or light on dark. The paper is what the border shows; its
shading is divided out, its noise and small specks are wiped off, and a full stroke becomes 1.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

Gray = NDArray[np.float64]  # (H, W)

LONGEST_SIDE = 1024  # pixels; larger pictures are reduced first
UNIFORM = 0.1  # standard deviation of the gray of one color, at most
BORDER = 0.04  # of the shorter side: how wide the border is that shows the paper
SHADE_CELLS = 64  # the paper's shading is estimated on a grid of 64 x 64 cells,
SHADE_WINDOW = 25  # and whatever is narrower than 25 of them is not shading but ink
DARKEST_PAPER = 0.05  # nothing is darker than this, so that black paper has no ink
FAINTEST = 0.06  # darkening of clean paper that still is paper: JPEG leaves such halos
SIGMAS = 4.0  # noise of the paper up to so many standard deviations is wiped off
CONTRAST = 0.08  # the faintest stroke that counts as drawn
SPECK = 0.03  # of the largest piece of ink: a piece lighter than that is a speck


def read_picture(path_or_file: str | os.PathLike[str] | IO[bytes]) -> NDArray[np.float32]:
    """Read a picture of one digit as ink, float32 of shape (H, W) in [0, 1], at most 1024 a side.

    Raises PictureError, in one sentence, for a file that is missing, no picture, damaged or
    enormous, and for a picture in which nothing is drawn.
    """
    ink = ink_in(_darkening(read_gray(path_or_file)))
    if not ink.any():
        raise PictureError(
            f"{_name_of(path_or_file)} looks blank: nothing in it stands out from its border. "
            "Give a picture of one digit with some paper around it."
        )
    return ink.astype(np.float32)


def read_gray(
    path_or_file: str | os.PathLike[str] | IO[bytes], longest: int = LONGEST_SIDE
) -> Gray:
    """Read a picture in gray, upright, (H, W) in [0, 1], at most `longest` pixels a side.

    Raises PictureError, in one sentence, for a file that is missing, no picture, damaged or
    enormous.
    """
    name = _name_of(path_or_file)
    if isinstance(path_or_file, (str, os.PathLike)):
        _check_file(Path(name))
    return _read_gray(path_or_file, name, longest)


def _name_of(path_or_file: str | os.PathLike[str] | IO[bytes]) -> str:
    if isinstance(path_or_file, (str, os.PathLike)):
        return os.fspath(path_or_file)
    return str(getattr(path_or_file, "name", "the picture"))


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise PictureError(f"{path} is a folder. Name one picture in it.")
        if not path.exists():
            raise PictureError(f"There is no picture {path}. Check its name and folder.")
        if path.stat().st_size == 0:
            raise PictureError(f"{path} is empty (0 bytes). Save or copy the picture again.")
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise PictureError(f"{path} cannot be read: {error.strerror}. Check its name.") from error


def _read_gray(path_or_file: str | os.PathLike[str] | IO[bytes], name: str, longest: int) -> Gray:
    """The picture in gray, (H, W) in [0, 1], upright and reduced."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path_or_file) as picture:
                picture.draft("RGB", (longest, longest))  # JPEG decodes smaller at once
                return _gray(_reduce(ImageOps.exif_transpose(picture), longest))
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{name} is no picture that can be read. Give a PNG, JPEG, GIF, BMP, WebP or TIFF file."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(
            f"{name} is enormous: at most {Image.MAX_IMAGE_PIXELS:,} pixels are read. "
            "Save it smaller."
        ) from error
    except Exception as error:  # a damaged file makes Pillow's decoders raise almost anything
        raise PictureError(
            f"{name} cannot be read as a picture: {error or type(error).__name__}. Save it again."
        ) from error


def _reduce(picture: Image.Image, longest: int) -> Image.Image:
    """Bring any mode to F, RGB or RGBA, and the longer side to `longest` at most."""
    if picture.mode.startswith(("I", "F")):  # 16 or 32 bits a pixel
        small = picture.convert("I" if picture.mode.startswith("I") else "F").convert("F")
    else:
        small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((longest, longest))
    return small


def _gray(picture: Image.Image) -> Gray:
    """The channel that shows most; of a sticker in one color, how opaque it is."""
    if picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        values = np.where(np.isfinite(values), values, 0)
        return values / max(_full_scale(values.max()), 1)
    if picture.mode == "RGBA":
        from PIL import Image

        opacity = np.asarray(picture.getchannel("A"), dtype=np.float64) / 255
        shades = np.asarray(picture.convert("L"), dtype=np.float64)[opacity > 0.5] / 255
        if opacity.min() < 1 and (shades.size == 0 or shades.std() < UNIFORM):
            return opacity
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    channels = [picture.convert("L"), *picture.split()]
    arrays = [np.asarray(channel, dtype=np.float64) / 255 for channel in channels]
    return max(arrays, key=lambda array: float(array.std()))


def _full_scale(brightest: float) -> float:
    """White in a picture of numbers: 1, 8 bits, 16 bits or whatever is brightest."""
    return next((float(white) for white in (1, 255, 65535) if brightest <= white), brightest)


def _darkening(gray: Gray) -> Gray:
    """How much darker than its paper each pixel is: 0 paper, 1 black; light ink counts alike."""
    width = max(1, round(BORDER * min(gray.shape)))
    inner = np.zeros(gray.shape, dtype=bool)
    inner[width:-width, width:-width] = True
    if np.median(gray[~inner]) < (gray.min() + gray.max()) / 2:
        gray = 1 - gray
    return darkening_on(gray, paper_of(gray))


def darkening_on(gray: Gray, paper: Gray) -> Gray:
    """How much darker than paper of a known brightness each pixel is."""
    paper = np.maximum(paper, DARKEST_PAPER)
    darkening: Gray = np.clip(1 - np.maximum(gray, DARKEST_PAPER) / paper, 0, 1)
    return darkening


def paper_of(gray: Gray) -> Gray:
    """The brightness of the paper under the ink: a closing fills whatever is narrow and dark."""
    from PIL import Image
    from scipy import ndimage  # in functions: it takes longer to import than all the rest

    size, cells = (gray.shape[1], gray.shape[0]), (SHADE_CELLS, SHADE_CELLS)
    box, bilinear = Image.Resampling.BOX, Image.Resampling.BILINEAR
    coarse = np.asarray(Image.fromarray(gray.astype(np.float32)).resize(cells, box))
    closed = ndimage.grey_closing(coarse, size=(SHADE_WINDOW, SHADE_WINDOW))
    smooth = ndimage.gaussian_filter(closed, 2, mode="nearest")
    return np.asarray(Image.fromarray(smooth).resize(size, bilinear), dtype=np.float64)


def ink_in(darkening: Gray) -> Gray:
    """Darkening without noise and specks, full strokes at 1; all 0 when nothing is drawn."""
    from scipy import ndimage

    strong = darkening > np.percentile(darkening, 99.9) / 2
    if not strong.any():
        return np.zeros_like(darkening)
    full = float(np.percentile(darkening[strong], 75))
    paper = darkening[~strong]
    level = float(np.median(paper)) if paper.size else 0.0
    noise = 1.4826 * float(np.median(np.abs(paper - level))) if paper.size else 0.0
    floor = max(level + SIGMAS * noise, FAINTEST * full)
    if full < max(CONTRAST, 1.5 * floor):
        return np.zeros_like(darkening)

    inked = darkening > floor
    pieces, n_pieces = ndimage.label(inked, structure=np.ones((3, 3)))
    weights = ndimage.sum_labels(darkening, pieces, np.arange(n_pieces + 1))
    weights[0] = 0  # piece 0 is the paper
    kept = (weights >= SPECK * weights.max())[pieces] & inked
    return np.where(kept, np.minimum(darkening / full, 1), 0.0)
