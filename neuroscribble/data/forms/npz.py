"""Keras's mnist.npz: a zip of four arrays, x_train, y_train, x_test and y_test; never pickle."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...shapes import IMAGE_SIZE, N_PIXELS
from .files import head, read_at_most, reason
from .found import Found, Part, checked_part, require_modest

ZIP_MAGIC = b"PK"
READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what NumPy writes; bounded when read
PARTS = (("x_train", "y_train"), ("x_test", "y_test"))
SHAPES = ((IMAGE_SIZE, IMAGE_SIZE), (IMAGE_SIZE, IMAGE_SIZE, 1), (N_PIXELS,))

npy: Any = np.lib.format  # NumPy gives this module no types


def find(path: Path) -> Found | None:
    """The set in an .npz file, or in the only such file of a folder; None where there is none."""
    if path.is_dir():
        files = [file for file in sorted(path.glob("*.npz")) if file.is_file()]
        sets = [file for file in files if _has_pictures(file)]
        if len(sets) > 1:
            shown = ", ".join(file.name for file in sets[:8])
            raise DataError(f"{path} holds {len(sets)} sets ({shown}); name one with --data.")
        if not sets:
            return None
        path = sets[0]
    elif head(path, 2) != ZIP_MAGIC:
        return None
    names = _names(path)
    train, test = (all(name in names for name in pair) for pair in PARTS)
    if not (train or test):
        shown = ", ".join(sorted(names)[:6]) or "nothing"
        raise DataError(
            f"{path} must hold the arrays x_train, y_train, x_test and y_test as Keras's "
            f"mnist.npz does; got {shown}. Unpack an archive of other files first."
        )
    return Found(
        form="Keras's npz",
        name=path.stem,
        train=(lambda: _part(path, *PARTS[0])) if train else None,
        test=(lambda: _part(path, *PARTS[1])) if test else None,
    )


def _names(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}
    except Exception as error:  # damaged bytes make zipfile raise a dozen kinds
        raise DataError(f"{path} is a damaged zip ({reason(error)}).") from error


def _has_pictures(path: Path) -> bool:
    """Whether it is such a set; what is another or no zip is left to others."""
    try:
        return any(set(pair) <= _names(path) for pair in PARTS)
    except DataError:
        return False


def _part(path: Path, images_name: str, labels_name: str) -> Part:
    try:
        with zipfile.ZipFile(path) as archive:
            images = _array(archive, images_name, path, shapes=SHAPES)
            labels = _array(archive, labels_name, path, shapes=((), (1,)))
    except DataError:
        raise
    except Exception as error:  # and NumPy some more
        raise DataError(f"{path} is a damaged npz file ({reason(error)}).") from error
    if images.dtype != np.uint8 and images.size and (images.min() < 0 or images.max() > 255):
        wrong = images.min() if images.min() < 0 else images.max()
        raise DataError(f"{path}: {images_name} must hold numbers from 0 to 255; got {wrong}.")
    return checked_part(images.astype(np.uint8, copy=False), labels.reshape(len(labels)), path)


def _array(
    archive: zipfile.ZipFile, name: str, path: Path, *, shapes: tuple[tuple[int, ...], ...]
) -> NDArray[Any]:
    """An array of whole numbers of shape (N, *one of `shapes`), its claims checked first."""
    entry = archive.getinfo(f"{name}.npy")
    if entry.compress_type not in READABLE:
        raise DataError(f"{path}: {name} must be stored or deflated, as NumPy does it.")
    with archive.open(entry) as stream:
        version = npy.read_magic(stream)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        shape, fortran_order, dtype = read_header[version](stream)
        if dtype.kind not in "iu":
            raise DataError(f"{path}: {name} must hold whole numbers; got {dtype}.")
        if not shape or tuple(shape[1:]) not in shapes:
            raise DataError(
                f"{path}: {name} must have shape "
                f"{' or '.join(str(('N', *rest)) for rest in shapes)}; got {shape}."
            )
        n_bytes = math.prod(shape) * dtype.itemsize
        require_modest(max(shape[0], n_bytes // N_PIXELS), path)
        values = read_at_most(stream, n_bytes + 1)
    if shape[0] < 0 or len(values) != n_bytes:
        found = "more" if len(values) > n_bytes else f"{len(values):,}"
        raise DataError(
            f"{path}: {name} must hold {n_bytes:,} bytes for its shape {shape}; got {found}."
        )
    array = np.frombuffer(values, dtype)
    return array.reshape(shape, order="F" if fortran_order else "C")
