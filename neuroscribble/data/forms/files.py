"""A foreign file is opened with suspicion: plain or gzip, in pieces, with one sentence for trouble.

Whatever a file claims of its size, no more memory is taken than bytes really come.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from ...errors import DataError

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_REASON = 200  # letters; some errors repeat what they read
PIECE = 2**20  # bytes that are read at a time


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of an ordinary file, unpacked if they are gzip; trouble becomes DataError."""
    try:
        if not path.is_file():
            raise DataError(f"{path} is no ordinary file.")
        with path.open("rb") as file:
            is_packed = file.read(2) == GZIP_MAGIC
            file.seek(0)
            if is_packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield cast(IO[bytes], unpacked)
            else:
                yield file
    except EOFError as error:
        raise DataError(f"{path} is cut off: its gzip stream has no end.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not an intact gzip file ({reason(error)}).") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def read_at_most(stream: IO[bytes], n_bytes: int) -> bytearray:
    """Up to n_bytes, piece by piece: a stream that ends early costs only what it held."""
    content = bytearray()
    while len(content) < n_bytes:
        piece = stream.read(min(PIECE, n_bytes - len(content)))
        if not piece:
            break
        content += piece
    return content


def reason(error: Exception) -> str:
    """What a library says of a damaged file, on one line of bounded length."""
    said = (str(error).splitlines() or [""])[0]
    return said[:LONGEST_REASON] or type(error).__name__


def head(path: Path, n_bytes: int) -> bytes:
    """The first bytes of a file, unpacked if they are gzip; raises DataError."""
    with opened(path) as stream:
        return bytes(read_at_most(stream, n_bytes))
