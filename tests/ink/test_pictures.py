"""Pictures: one digit reads the same from every format, mode, polarity and light."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from neuroscribble.data.pen import pen_strokes
from neuroscribble.errors import PictureError
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.pictures import read_picture
from neuroscribble.ink.strokes import render_strokes

SIDE = 240


@pytest.fixture(scope="module")
def ink() -> NDArray[np.float32]:
    strokes = pen_strokes(5, rng=np.random.default_rng(3), shape="barred")
    return render_strokes([60 + 120 * stroke for stroke in strokes], size=SIDE, width=14)


def paper(ink: NDArray[np.float32]) -> Image.Image:
    return Image.fromarray((255 - 255 * ink).round().astype(np.uint8))


def over(color: str, pen: str, ink: NDArray[np.float32]) -> Image.Image:
    mask = Image.fromarray((255 * ink).round().astype(np.uint8))
    return Image.composite(
        Image.new("RGB", mask.size, pen), Image.new("RGB", mask.size, color), mask
    )


def sticker(color: str, ink: NDArray[np.float32]) -> Image.Image:
    image = Image.new("RGBA", (SIDE, SIDE), color)
    image.putalpha(Image.fromarray((255 * ink).round().astype(np.uint8)))
    return image


def stencil(ink: NDArray[np.float32]) -> Image.Image:
    image = Image.new("RGBA", (SIDE, SIDE), "green")
    image.putalpha(paper(ink))
    return image


def clear_palette(ink: NDArray[np.float32]) -> Image.Image:
    image = Image.fromarray((ink > 0.5).astype(np.uint8)).convert("P")
    image.putpalette([9, 9, 9, 0, 0, 120])
    image.info["transparency"] = 0
    return image


def save(image: Image.Image, kind: str, **options: object) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def photo(ink: NDArray[np.float32]) -> Image.Image:
    """Light that falls from 0.9 to 0.45 across the paper, a soft shadow, blur, grain, specks."""
    rng = np.random.default_rng(1)
    large = np.kron(ink, np.ones((3, 3)))
    y, x = np.mgrid[: 3 * SIDE, : 3 * SIDE] / (3 * SIDE)
    light = 0.9 - 0.3 * x - 0.15 * y**2
    light *= 1 - 0.3 / (1 + np.exp((y + x - 0.7) * 15))
    scene = light * (1 - 0.7 * ndimage.gaussian_filter(large, 2))
    for row, column in ((30, 40), (650, 80), (100, 600)):
        scene[row : row + 4, column : column + 4] = 0.2
    scene += rng.normal(0, 0.015, scene.shape)
    return Image.fromarray((255 * np.clip(scene, 0, 1)).astype(np.uint8)).convert("RGB")


PICTURES: dict[str, Callable[[NDArray[np.float32]], io.BytesIO]] = {
    "PNG in gray": lambda ink: save(paper(ink), "PNG"),
    "PNG in black and white": lambda ink: save(
        paper(ink).convert("1", dither=Image.Dither.NONE), "PNG"
    ),
    "PNG in color": lambda ink: save(paper(ink).convert("RGB"), "PNG"),
    "PNG with opaque alpha": lambda ink: save(paper(ink).convert("RGBA"), "PNG"),
    "PNG with gray and alpha": lambda ink: save(paper(ink).convert("LA"), "PNG"),
    "PNG of 16 bits": lambda ink: save(
        Image.fromarray(((1 - ink) * 65535).astype(np.uint16)), "PNG"
    ),
    "PNG with a clear palette color": lambda ink: save(clear_palette(ink), "PNG", transparency=0),
    "TIFF of floats": lambda ink: save(Image.fromarray(1 - ink), "TIFF"),
    "TIFF in CMYK": lambda ink: save(paper(ink).convert("RGB").convert("CMYK"), "TIFF"),
    "JPEG": lambda ink: save(paper(ink), "JPEG", quality=80),
    "JPEG in CMYK": lambda ink: save(paper(ink).convert("CMYK"), "JPEG", quality=90),
    "GIF": lambda ink: save(paper(ink), "GIF"),
    "BMP": lambda ink: save(paper(ink), "BMP"),
    "WebP": lambda ink: save(paper(ink).convert("RGB"), "WEBP", quality=80),
    "light on dark": lambda ink: save(over("black", "white", ink), "PNG"),
    "blue on yellow": lambda ink: save(over("yellow", "blue", ink), "PNG"),
    "yellow on white": lambda ink: save(over("white", "yellow", ink), "PNG"),
    "pink on dark green": lambda ink: save(over("darkgreen", "pink", ink), "JPEG", quality=90),
    "pencil": lambda ink: save(over("#f4f0e8", "#a8a8a8", ink), "PNG"),
    "black sticker": lambda ink: save(sticker("black", ink), "PNG"),
    "white sticker": lambda ink: save(sticker("white", ink), "PNG"),
    "stencil": lambda ink: save(stencil(ink), "PNG"),
    "turned by its camera": lambda ink: save(turned(ink), "JPEG", exif=turned(ink).getexif()),
    "large": lambda ink: save(paper(np.kron(ink, np.ones((12, 12)))), "PNG"),
    "wide": lambda ink: save(paper(np.pad(ink, ((0, 0), (0, 500)))), "PNG"),
    "cropped": lambda ink: save(paper(ink[50:190, 50:190]), "PNG"),
    "photo": lambda ink: save(photo(ink), "JPEG", quality=85),
    "photo of chalk": lambda ink: save(Image.eval(photo(ink), lambda v: 255 - v), "PNG"),
}


def turned(ink: NDArray[np.float32]) -> Image.Image:
    """Stored lying on its side, with the note in its EXIF data how to put it upright."""
    image = paper(ink).transpose(Image.Transpose.ROTATE_90)
    image.getexif()[274] = 6
    return image


@pytest.mark.parametrize("kind", PICTURES)
def test_one_digit_reads_the_same_from_every_picture(kind: str, ink: NDArray[np.float32]) -> None:
    read = read_picture(PICTURES[kind](ink))
    assert read.dtype == np.float32
    assert max(read.shape) <= 1024
    assert read.min() == 0
    assert read.max() == 1
    difference = np.abs(normalize_ink(read) - normalize_ink(ink))
    assert difference.mean() < 0.02
    assert np.abs(difference).max() < 0.5


def test_a_small_picture_such_as_mnist_s_own_is_read_too() -> None:
    image = normalize_ink(render_strokes([[(5, 5), (25, 8), (12, 40)]], size=48, width=4))
    read = normalize_ink(read_picture(save(paper(image), "PNG")))
    assert np.abs(read - image).mean() < 0.01


def test_a_path_and_a_name_are_read_like_a_file(tmp_path: Path, ink: NDArray[np.float32]) -> None:
    path = tmp_path / "five.png"
    paper(ink).save(path)
    np.testing.assert_array_equal(read_picture(path), read_picture(str(path)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"I am a letter, not a picture.", "no picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "picture"),
        (b"P5 0 0 255\n", "picture"),
        (b"P5 20000 20000 255\n", "enormous"),
        (save(Image.new("L", (50, 50), 255), "PNG").read(), "blank"),
        (save(Image.new("L", (50, 50), 0), "PNG").read(), "blank"),
        (save(Image.new("L", (1, 1), 0), "PNG").read(), "blank"),
        (save(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG").read(), "blank"),
    ],
)
def test_what_is_no_picture_of_a_digit_is_refused(
    content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=words) as caught:
        read_picture(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_picture_cut_off_in_the_middle_is_refused(ink: NDArray[np.float32]) -> None:
    content = save(paper(ink), "PNG").read()
    with pytest.raises(PictureError, match="cannot be read"):
        read_picture(io.BytesIO(content[: len(content) // 2]))


def test_grainy_blank_paper_is_blank() -> None:
    rng = np.random.default_rng(2)
    grain = 0.8 - 0.2 * np.mgrid[:300, :300][1] / 300 + rng.normal(0, 0.03, (300, 300))
    picture = Image.fromarray((255 * grain).clip(0, 255).astype(np.uint8))
    with pytest.raises(PictureError, match="blank"):
        read_picture(save(picture, "PNG"))


def test_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is a folder"):
        read_picture(tmp_path)
    with pytest.raises(PictureError, match="no picture .*gone.png"):
        read_picture(tmp_path / "gone.png")


def test_no_warning_leaks_and_the_limit_of_pillow_stays(tmp_path: Path) -> None:
    path = tmp_path / "huge.pgm"
    path.write_bytes(b"P5 10000 10000 255\n")
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings(record=True) as leaked, pytest.raises(PictureError):
        read_picture(path)
    assert not leaked
    assert limit == Image.MAX_IMAGE_PIXELS


def test_importing_the_package_does_not_load_pillow() -> None:
    code = "import sys, neuroscribble.ink.pictures; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
