"""The idx files in which MNIST, EMNIST and Fashion-MNIST are published, packed or not.

A part is two files, train-images-idx3-ubyte and train-labels-idx1-ubyte, with or without .gz; some
programs write a dot for the hyphen before idx. EMNIST's have the name of the set before the part.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...shapes import N_PIXELS
from .files import head, opened, read_at_most
from .found import (
    MAX_PICTURES,
    UPRIGHT,
    Found,
    Part,
    checked_part,
    is_emnist,
    only_set,
    upright,
)

MAX_BYTES = MAX_PICTURES * N_PIXELS
MAGICS = (b"\0\0\x08\x01", b"\0\0\x08\x03")  # of labels, of images
NAME = re.compile(
    r"(?P<set>.*?)[-_.]?(?P<part>train|t10k|test)[-_.](?P<what>images|labels)"
    r"[-_.]idx[13][-_.]ubyte(\.gz)?",
    re.IGNORECASE,
)


def find(path: Path) -> Found | None:
    """The set of idx files that `path`, a folder or one of the files, names; None without any."""
    if path.is_dir():
        folder, files = path, _named_files(path)
        if not files:
            return None
        chosen = only_set([key[0] for key in files], folder)
    else:
        if head(path, 4) not in MAGICS:
            return None
        named = NAME.fullmatch(path.name)
        if named is None:
            raise DataError(
                f"{path} is an idx file whose name does not tell what it holds; name it as "
                "MNIST's are, such as train-images-idx3-ubyte beside train-labels-idx1-ubyte."
            )
        folder = path.absolute().parent
        files, chosen = _named_files(folder), named["set"].lower()
    files = {key[1:]: file for key, file in files.items() if key[0] == chosen}
    packed = [file.suffix.lower() == ".gz" for file in files.values()]
    form = "idx files" + (", .gz" if all(packed) else ", some of them .gz" if any(packed) else "")
    parts = {part for part, _ in files}
    return Found(
        form=form,
        name=chosen or folder.absolute().name,
        train=(lambda: _part(files, "train", folder)) if "train" in parts else None,
        test=(lambda: _part(files, "test", folder)) if "test" in parts else None,
    )


def _named_files(folder: Path) -> dict[tuple[str, ...], Path]:
    """(set, part, "images" or "labels") → file; of a file and its .gz the latter."""
    files: dict[tuple[str, ...], Path] = {}
    for file in sorted(folder.iterdir()):
        if (named := NAME.fullmatch(file.name)) and file.is_file():
            part = "train" if named["part"].lower() == "train" else "test"
            files[named["set"].lower(), part, named["what"].lower()] = file
    return files


def _part(files: dict[tuple[str, ...], Path], part: str, folder: Path) -> Part:
    for what, other in (("images", "labels"), ("labels", "images")):
        if (part, what) not in files:
            raise DataError(
                f"{folder} holds no {what} for {files[part, other].name}; put them beside it."
            )
    file = files[part, "images"]
    images, labels = read_idx(file), read_idx(files[part, "labels"])
    if is_emnist(file.name) and images.ndim == 3:
        return checked_part(upright(images), labels, folder, note=UPRIGHT)
    return checked_part(images, labels, folder)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the bytes of an idx file, plain or gzip, as an array of the shape that it states.

    IDX: two zero bytes, the type (8: unsigned bytes), the number of axes (1: labels, 3: images),
    each size as a big-endian 32-bit number, then the values (http://yann.lecun.com/exdb/mnist).
    Raises DataError; memory stays bounded by what the file really holds.
    """
    with opened(path) as stream:
        magic = stream.read(4)
        if magic not in MAGICS:
            raise DataError(
                f"{path} must begin with the IDX number 00000801 or 00000803; "
                f"got {magic.hex() or 'nothing'}."
            )
        sizes = stream.read(4 * magic[3])
        shape = tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))
        n_bytes = math.prod(shape)  # Python ints: no overflow
        if len(sizes) != 4 * magic[3] or n_bytes > MAX_BYTES:
            raise DataError(
                f"{path} must state {magic[3]} sizes, at most {MAX_BYTES:,} bytes in all; "
                f"got {shape}."
            )
        values = read_at_most(stream, n_bytes + 1)  # one more, to see that nothing follows
    if len(values) != n_bytes:
        found = "more" if len(values) > n_bytes else f"{len(values):,}"
        raise DataError(f"{path} must hold {n_bytes:,} values for its shape {shape}; got {found}.")
    return np.frombuffer(values, np.uint8).reshape(shape)
