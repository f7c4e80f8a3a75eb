"""Parquet, as the Hugging Face data sets have it: columns image {bytes, path} and label.

A part may be spread over several files, train-00000-of-00002.parquet and so on. The paths in the
files are never opened. Reading needs pyarrow, which is optional.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...shapes import IMAGE_SIZE
from .classes import Names, checked_names
from .files import head, reason
from .found import Found, Part, Split, checked_part, only_set, part_and_set, require_modest
from .picture import gray_picture

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

MAGIC = b"PAR1"
MAX_UNPACKED = 2**31  # bytes of both columns of one file
ROWS = 1_000  # that are read at a time
INSTALL = "pip install 'neuroscribble[parquet]'"


def find(path: Path) -> Found | None:
    """The set of Parquet files that `path`, a folder or one of the files, names; None without."""
    if path.is_dir():
        files = _files(path)
        if not files:
            return None
        folder, chosen = path, only_set([part_and_set(file.name)[1] for file in files], path)
    else:
        if head(path, 4) != MAGIC:
            return None
        folder = path.absolute().parent
        part, chosen = part_and_set(path.name)
        files = _files(folder) if part else [path]
    parts: dict[Split, list[Path]] = {}
    for file in files:
        part, name = part_and_set(file.name)
        if name == chosen:
            parts.setdefault(part or "train", []).append(file)
    names = _class_names(next(iter(parts.values()))[0])
    readers = {part: partial(_part, part_files) for part, part_files in parts.items()}
    return Found(
        form="Parquet",
        name=chosen or folder.absolute().name,
        train=readers.get("train"),
        test=readers.get("test"),
        class_names=names,
        names_from="the file itself" if names else "",
    )


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.parquet")) if file.is_file()]


def _opened(path: Path) -> ParquetFile:
    """The file with its outline read; raises DataError, also where pyarrow is missing."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise DataError(f"{path} is Parquet, which needs pyarrow; install it: {INSTALL}") from error
    try:
        file = ParquetFile(path)
    except (ArrowException, OSError) as error:
        raise DataError(f"{path} is a damaged Parquet file ({reason(error)}).") from error
    require_modest(file.metadata.num_rows, path)
    n_bytes = sum(
        file.metadata.row_group(group).total_byte_size
        for group in range(file.metadata.num_row_groups)
    )
    if n_bytes > MAX_UNPACKED:
        raise DataError(f"{path} unpacks to {n_bytes:,} bytes; at most {MAX_UNPACKED:,} are read.")
    return file


def _class_names(path: Path) -> Names | None:
    """The names that the data set's own metadata give to the labels, if they do."""
    stored = (_opened(path).schema_arrow.metadata or {}).get(b"huggingface", b"{}")
    try:
        names = json.loads(stored)["info"]["features"]["label"]["names"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        return None
    return checked_names(dict(enumerate(names)), str(path))


def _part(files: list[Path]) -> Part:
    images: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for file in files:
        _read(file, images, labels)
        require_modest(len(images), file)
    place = files[0] if len(files) == 1 else files[0].parent
    stacked = np.array(images, np.uint8).reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    return checked_part(stacked, np.array(labels, np.int64), place)


def _read(path: Path, images: list[NDArray[np.uint8]], labels: list[int]) -> None:
    """Add a file's pictures and labels to those of the files before."""
    from pyarrow import ArrowException

    file = _opened(path)
    columns = file.schema_arrow.names
    if not {"image", "label"} <= set(columns):
        raise DataError(
            f"{path} must have the columns image and label; got {', '.join(columns[:8])!s:.200}."
        )
    try:
        for batch in file.iter_batches(ROWS, columns=["image", "label"]):
            for image, label in zip(
                batch.column("image").to_pylist(), batch.column("label").to_pylist(), strict=True
            ):
                row = f"{path}, row {len(images) + 1:,}"
                images.append(gray_picture(_bytes_of(image, row), row))
                labels.append(_whole(label, row))
    except (ArrowException, OSError) as error:
        raise DataError(f"{path} is a damaged Parquet file ({reason(error)}).") from error


def _bytes_of(image: Any, row: str) -> bytes:
    content = image.get("bytes") if isinstance(image, dict) else image
    if not isinstance(content, bytes):
        raise DataError(f"{row} must hold a picture's bytes; got {type(content).__name__}.")
    return content


def _whole(label: Any, row: str) -> int:
    if not isinstance(label, int) or isinstance(label, bool) or not 0 <= label < 2**31:
        raise DataError(f"{row} must have a whole number as label; got {label!r:.40}.")
    return label
