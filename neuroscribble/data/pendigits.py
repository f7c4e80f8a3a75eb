"""UCI Pendigits: 7,494 digits that 30 people wrote on a tablet, as pen strokes.

Pen-Based Recognition of Handwritten Digits (Alpaydin, Alimoglu 1996; UCI data set 81). Only its
training part is read here. The file is text in the UNIPEN format, distributed compressed by the
Unix program `compress`; it is trusted when the SHA-256 of the text is right.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from ..errors import DataError, OutputError
from ..files import write_atomically
from ..ink.normalize import normalize_ink
from ..ink.strokes import render_strokes
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .download import FOLDER_VARIABLE, TIMEOUTS
from .lzw import LZW_MAGIC, decompress
from .pen import HASTE, bend

NAME = "pendigits-orig.tra"
SHA256 = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"
ADDRESSES = (
    "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/pendigits-orig.tra.Z",
    "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
)
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
MAX_BYTES = 16 * 2**20  # the text has 3,641,673 bytes
SIDE = 64  # pixels of the longer side of a digit when it is drawn
REWRITING_BEND = (0.03, 0.8)  # in longer sides; waves per longer side
REWRITING_SLANT = 0.12  # standard deviation of x gained per height
REWRITING_LOG_ASPECT = 0.1  # standard deviation of the log of the stretch in x
COST = (
    "Without these digits of 30 people the network learns to read a tablet from the program's "
    "own pen digits only; docs/recipe.md tells what that costs."
)


@dataclass(frozen=True, eq=False)
class PenSample:
    """One digit as it was written."""

    label: int
    writer: int
    strokes: tuple[NDArray[np.float64], ...]  # each (P, 2): x, y with y down, longer side 1


def load_pendigits(data: str | Path | None = None) -> list[PenSample]:
    """The training digits, from a folder or, if none is named, the cache or UCI's archive.

    `data`, else the environment variable NEUROSCRIBBLE_DATA, names a folder or a file in one:
    looked at are the folder itself, `pendigits` in it, and `pendigits` beside it. Raises DataError
    when the file cannot be had; the message says what to do and what going without it costs.
    """
    return parse_unipen(find_pendigits(data))


def find_pendigits(
    data: str | Path | None = None, *, addresses: tuple[str, ...] = ADDRESSES
) -> str:
    """The verified text of the training part; raises DataError."""
    if data is None:
        data = os.environ.get(FOLDER_VARIABLE) or None
    cache = user_cache_path("neuroscribble") / "pendigits"
    folders = [cache]
    if data is not None:
        named = Path(os.path.expanduser(data))
        if named.is_file():
            named = named.parent
        folders = [named, named / "pendigits", named.absolute().parent / "pendigits", cache]
    for path in (folder / (NAME + end) for folder in folders for end in ("", ".Z")):
        if path.is_file():
            return _verified(_read(path), str(path))
    if data is not None:
        raise DataError(f"{named} holds no file {NAME} or {NAME}.Z. {COST}")
    failures = []
    for address in addresses:
        try:
            text = _verified(_fetch(address), address)
        except DataError as error:
            failures.append(str(error))
            continue
        with suppress(OutputError):  # it is only a cache
            write_atomically(cache / NAME, text.encode("ascii"))
        return text
    raise DataError(f"Pendigits cannot be downloaded ({'; '.join(failures)}). {COST}")


def parse_unipen(text: str) -> list[PenSample]:
    """The digits of a UNIPEN file, in order; y is turned down. Raises DataError."""
    samples = []
    for number, part in enumerate(text.split(".SEGMENT DIGIT")[1:], start=1):
        try:
            head, *drawn = part.split(".PEN_DOWN")
            label = int(head.split('"')[1])
            writer = int(head.split(".COMMENT")[1].split()[1])
            strokes = [np.array(d.split(".PEN_UP")[0].split(), float).reshape(-1, 2) for d in drawn]
            points = np.concatenate(strokes)
            if not (0 <= label < N_CLASSES and np.isfinite(points).all()):
                raise ValueError("no digit")
        except (ValueError, IndexError) as error:
            raise DataError(f"Digit {number} of a UNIPEN file cannot be read: {error}.") from error
        low, high = points.min(axis=0), points.max(axis=0)
        longer = max(float((high - low).max()), 1.0)
        corner = np.array([low[0], high[1]])
        turned = tuple((s - corner) * (1, -1) / longer for s in strokes)
        samples.append(PenSample(label, writer, turned))
    return samples


def rewrite(sample: PenSample, rng: np.random.Generator) -> PenSample:
    """The digit as another hand might have written it: bent, slanted and stretched a little.

    What moves are the points of the pen, not the pixels: even a small loop that a thick pen
    fills keeps a clean edge, which a distorted image would blur.
    """
    points = np.concatenate(sample.strokes)
    points = points + rng.uniform(*HASTE) * bend(points[None], *REWRITING_BEND, rng)[0]
    stretch, slant = np.exp(rng.normal(0, REWRITING_LOG_ASPECT)), rng.normal(0, REWRITING_SLANT)
    points = points @ np.array([[stretch, 0], [slant, 1]])
    points -= points.min(axis=0)
    points /= max(float(points.max()), 1e-9)
    ends = np.cumsum([len(stroke) for stroke in sample.strokes])[:-1]
    return replace(sample, strokes=tuple(np.split(points, ends)))


def draw_samples(
    samples: list[PenSample],
    *,
    pen_width: tuple[float, float],
    turn: float = 0.0,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw each digit with a round pen: images (N, 784) and labels (N,).

    pen_width: least and most, in longer sides of the digit; drawn log-uniformly.
    turn: standard deviation of the angle by which each digit is turned, in radians.
    """
    images = np.empty((len(samples), IMAGE_SIZE, IMAGE_SIZE), np.float32)
    least, most = np.log(pen_width)
    widths = np.exp(rng.uniform(least, most, len(samples))) * SIDE
    turns = rng.normal(0, turn, len(samples))
    for image, sample, width, angle in zip(images, samples, widths, turns, strict=True):
        cosine, sine = np.cos(angle), np.sin(angle)
        turned = np.array([[cosine, sine], [-sine, cosine]])
        points = [stroke @ turned for stroke in sample.strokes]
        corner = np.concatenate(points).min(axis=0)
        margin = int(width / 2) + 2
        placed = [(stroke - corner) * SIDE + margin for stroke in points]
        image[...] = normalize_ink(
            render_strokes(placed, size=int(1.4 * SIDE) + 2 * margin, width=float(width))
        )
    return images.reshape(-1, N_PIXELS), np.array([s.label for s in samples], np.int64)


def _verified(content: bytes, where: str) -> str:
    """The text in `content`, which may be plain, compressed or in a zip; raises DataError."""
    if content[:2] == b"PK":
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive, archive.open(NAME + ".Z") as member:
                content = member.read(MAX_BYTES)
        except (*BROKEN_ZIP, KeyError, OSError) as error:
            raise DataError(f"{where} holds no readable {NAME}.Z: {error}.") from error
    if content[:2] == LZW_MAGIC:
        content = decompress(content, max_bytes=MAX_BYTES)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != SHA256:
        raise DataError(f"{where} is damaged: expected SHA-256 {SHA256}, got {sha256}.")
    return content.decode("ascii")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.") from error


def _fetch(address: str) -> bytes:
    """The bytes behind an address, at most MAX_BYTES; raises DataError."""
    import requests  # here, because it is slow to import and rarely needed
    from urllib3.exceptions import HTTPError

    headers = {"Accept-Encoding": "identity"}  # the .Z as it is
    try:
        with requests.get(address, headers=headers, stream=True, timeout=TIMEOUTS) as response:
            if response.status_code != 200:
                raise DataError(f"{address} answered with status {response.status_code}")
            content: bytes = response.raw.read(MAX_BYTES, decode_content=False)
            return content
    except (requests.RequestException, HTTPError) as error:
        raise DataError(f"{address} cannot be reached ({type(error).__name__})") from error
