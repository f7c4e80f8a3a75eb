"""Bytes of files and of zip members, never more of them than memory is meant for."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from ..errors import WeightsError

MAX_BYTES = 256 * 2**20  # of a file, and of all its arrays unpacked: 67 million weights
READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # bounded when read


def read_bounded(path: Path, *, example: str = "weights.npz") -> bytes:
    """The content of an ordinary file; raises WeightsError for a folder, a device, a giant."""
    try:
        if path.is_dir():
            raise WeightsError(f"it is a folder; expected a file such as {example}.")
        if not path.exists():
            raise WeightsError("there is no such file.")
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise WeightsError(f"expected an ordinary file of at most {MAX_BYTES:,} bytes.")
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise WeightsError(f"it cannot be read ({error}).") from error


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A member's bytes, not more than it claims to have; that claim was checked before."""
    if entry.compress_type not in READABLE:
        raise WeightsError(f"{entry.filename} must be stored or deflated, as NumPy does it.")
    with archive.open(entry) as stream:
        return stream.read(entry.file_size)  # the argument is what bounds the memory


def open_zip(content: bytes) -> zipfile.ZipFile:
    """The archive in these bytes; raises WeightsError if it would unpack to more than is read."""
    archive = zipfile.ZipFile(BytesIO(content))
    n_bytes = sum(entry.file_size for entry in archive.infolist())
    if n_bytes > MAX_BYTES:
        raise WeightsError(f"it unpacks to {n_bytes:,} bytes; at most {MAX_BYTES:,} are read.")
    return archive
