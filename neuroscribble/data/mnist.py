"""MNIST: found, verified, parsed.

Four files hold 60,000 digits to learn from and 10,000 to be tested with (LeCun, Cortes, Burges
1998). Nothing is trusted before its SHA-256 is right, wherever it comes from.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from ..errors import DataError, SettingsError
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .download import (
    FOLDER_VARIABLE,
    OTHER_WAYS,
    OnProgress,
    RemoteFile,
    download,
    ignore_progress,
    progress_bars,
)

MAX_IDX_BYTES = 64 * 2**20  # decompressed; the largest official file needs 47,040,016


@dataclass(frozen=True)
class Source:
    """Where four files come from and how to know them."""

    mirrors: tuple[str, ...]  # each ends in "/"; tried in this order
    train: tuple[RemoteFile, RemoteFile]  # images, labels
    test: tuple[RemoteFile, RemoteFile]

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        return self.train + self.test


MNIST = Source(
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    train=(
        RemoteFile(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte.gz",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
    ),
    test=(
        RemoteFile(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ),
)


def load_mnist(
    split: Literal["train", "test"],
    data: str | Path | None = None,
    *,
    progress: bool = False,
    source: Source = MNIST,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the images, (N, 784) float32 ink in [0, 1], and the labels, (N,) int64 in 0..9.

    N is 60,000 for "train" and 10,000 for "test". `data` and `progress` are those of find_mnist.
    Raises SettingsError for another split, DataError when MNIST cannot be had or is damaged.
    """
    if split not in ("train", "test"):
        raise SettingsError(f'split must be "train" or "test"; got {split!r}.')
    folder = find_mnist(data, progress=progress, source=source)
    images_file, labels_file = source.train if split == "train" else source.test
    images = parse_idx(_read_verified(folder, images_file), what=images_file.name)
    labels = parse_idx(_read_verified(folder, labels_file), what=labels_file.name)

    if images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE):
        raise DataError(
            f"{images_file.name} must hold images of shape (N, {IMAGE_SIZE}, {IMAGE_SIZE}); "
            f"got {images.shape}."
        )
    if labels.shape != images.shape[:1]:
        raise DataError(
            f"{labels_file.name} must hold one label for each of {len(images)} images; "
            f"got shape {labels.shape}."
        )
    if labels.size and labels.max() >= N_CLASSES:
        raise DataError(f"{labels_file.name} must hold labels 0 to 9; got {labels.max()}.")
    ink = images.reshape(-1, N_PIXELS).astype(np.float32)  # (N, 28, 28) -> (N, 784)
    ink /= 255
    return ink, labels.astype(np.int64)


def find_mnist(
    data: str | Path | None = None,
    *,
    on_progress: OnProgress | None = None,
    progress: bool = False,
    source: Source = MNIST,
) -> Path:
    """Return the folder that holds the four verified files.

    It is `data`, else what the environment variable NEUROSCRIBBLE_DATA names, else a cache in
    the user's cache folder, which is filled by download. `on_progress` hears of every piece that
    arrives; `progress=True` shows bars instead, if a person is watching the terminal.
    Raises DataError that names the file and the ways on.
    """
    if data is None:
        data = os.environ.get(FOLDER_VARIABLE) or None
    if data is not None:
        folder = Path(os.path.expanduser(data))
        for file in source.files:
            _read_verified(folder, file)
        return folder

    folder = user_cache_path("neuroscribble") / "mnist"
    with progress_bars() if progress else nullcontext(on_progress or ignore_progress) as observer:
        for file in source.files:
            try:
                _read_verified(folder, file)
            except DataError:
                download(file, folder, source.mirrors, observer)
    return folder


def parse_idx(content: bytes, *, what: str) -> NDArray[np.uint8]:
    """Return the bytes of a gzip-compressed IDX file as an array of the shape that it states.

    IDX: two zero bytes, the type (8: unsigned bytes), the number of axes (1: labels, 3: images),
    each size as a big-endian 32-bit number, then the values (http://yann.lecun.com/exdb/mnist).
    `what` names the file in errors. Raises DataError; memory stays bounded whatever the bytes.
    """
    if not content:
        raise DataError(f"{what} is empty; expected a gzip-compressed IDX file.")
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as stream:
            magic = stream.read(4)
            if magic not in (b"\0\0\x08\x01", b"\0\0\x08\x03"):
                raise DataError(
                    f"{what} must begin with the IDX number 00000801 or 00000803; "
                    f"got {magic.hex() or 'nothing'}."
                )
            sizes = stream.read(4 * magic[3])
            shape = tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))
            n_bytes = math.prod(shape)  # Python ints: no overflow
            if len(sizes) != 4 * magic[3] or n_bytes > MAX_IDX_BYTES:
                raise DataError(
                    f"{what} must state {magic[3]} sizes, at most {MAX_IDX_BYTES:,} bytes in all; "
                    f"got {shape}."
                )
            values = stream.read(n_bytes + 1)  # one more, to see that nothing follows
    except EOFError as error:
        raise DataError(f"{what} is cut off: its gzip stream has no end.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{what} is not an intact gzip file ({error}).") from error
    if len(values) != n_bytes:
        found = "more" if len(values) > n_bytes else f"{len(values):,}"
        raise DataError(f"{what} must hold {n_bytes:,} values for its shape {shape}; got {found}.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _read_verified(folder: Path, file: RemoteFile) -> bytes:
    """Return the content of `file` in `folder`; raises DataError unless it is the official one."""
    path = folder / file.name
    what_to_do = f"Put the official file there, {OTHER_WAYS}"
    try:
        if not path.is_file():
            raise DataError(f"{folder} holds no file {file.name}. {what_to_do}")
        with path.open("rb") as stream:
            content = stream.read(file.n_bytes + 1)
        n_bytes = path.stat().st_size
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise DataError(f"{path} cannot be read: {error}. {what_to_do}") from error
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != file.sha256:
        got = f"SHA-256 {sha256}" if n_bytes == file.n_bytes else f"{n_bytes:,} bytes"
        raise DataError(
            f"{path} is damaged: expected {file.n_bytes:,} bytes with SHA-256 {file.sha256}, "
            f"got {got}. {what_to_do}"
        )
    return content
