"""A download that survives bad luck.

It goes on where it stopped, in this run or the next, because every piece is noted in NAME.part;
NAME itself is written in one step and only with verified bytes from memory. So two processes may
download at once: the notes may suffer, the file cannot.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import DataError, OutputError
from ..files import write_atomically

if TYPE_CHECKING:
    from tqdm import tqdm

FOLDER_VARIABLE = "NEUROSCRIBBLE_DATA"
PAUSES = (0.0, 1.0, 3.0)  # seconds before each try on one mirror
TIMEOUTS = (5.0, 30.0)  # seconds to connect; seconds without a byte
CHUNK = 32 * 2**10  # bytes between two notes
GZIP_MAGIC = b"\x1f\x8b"
OTHER_WAYS = (
    f"or name the data that you have with --data or {FOLDER_VARIABLE}, "
    "or use the digits that come along with --data pen."
)

OnProgress = Callable[[str, int, int], None]  # file name, bytes so far, bytes in all


class RemoteFile(NamedTuple):
    """A file that is known to the last bit before it is fetched."""

    name: str
    n_bytes: int
    sha256: str


def download(
    file: RemoteFile, folder: Path, mirrors: Sequence[str], on_progress: OnProgress
) -> None:
    """Fetch `file` into `folder` from the first mirror that has it.

    Each mirror ends in "/" and is tried a few times, unless its answer is final.
    Raises DataError that names every mirror's reason and the other ways on.
    """
    failures: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = _Part(folder / f"{file.name}.part", file)
        for mirror in mirrors:
            for pause in PAUSES:
                time.sleep(pause)
                try:
                    _receive(mirror + file.name, part, on_progress)
                except _Failed as failure:
                    failures[mirror] = str(failure)
                    if not failure.again:
                        break
                else:
                    write_atomically(folder / file.name, bytes(part.content))
                    part.discard()
                    return
    except (OSError, OutputError) as error:
        reason = error.__cause__ or error  # the system's words, without advice about --out
        raise DataError(
            f"MNIST cannot be kept in {folder}: {reason}. Try again, {OTHER_WAYS}"
        ) from error
    reasons = "; ".join(f"{mirror}: {reason}" for mirror, reason in failures.items())
    raise DataError(
        f"MNIST's {file.name} cannot be downloaded ({reasons}). Try again later, {OTHER_WAYS}"
    )


@contextmanager
def progress_bars() -> Iterator[OnProgress]:
    """Give an observer that shows one bar a file on stderr; silent if that is no terminal."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(name: str, n_done: int, n_total: int) -> None:
        if name not in bars:
            bars[name] = tqdm(total=n_total, desc=name, unit="B", unit_scale=True, disable=None)
        bars[name].update(n_done - bars[name].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def ignore_progress(name: str, n_done: int, n_total: int) -> None:
    """The observer of a download that nobody watches."""


class _Failed(Exception):
    """A try failed; `again` tells whether the same mirror deserves another."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


@dataclass
class _Part:
    """What has been received of a file: in memory, and noted on disk for the next run."""

    path: Path
    file: RemoteFile
    content: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        with suppress(FileNotFoundError), self.path.open("rb") as notes:
            self.content += notes.read(self.file.n_bytes)

    def put(self, position: int, chunk: bytes) -> None:
        """Put `chunk` at `position`; whatever stood there or behind it is forgotten."""
        self.content[position:] = chunk
        with open(self.path, "wb", opener=_open_untruncated) as notes:
            notes.seek(position)
            notes.write(chunk)
            notes.truncate()

    def discard(self) -> None:
        self.content.clear()
        self.path.unlink(missing_ok=True)


def _open_untruncated(path: str, flags: int) -> int:
    """Make the file if there is none, in one step: another process may just have removed it."""
    return os.open(path, flags & ~os.O_TRUNC, 0o666)


def _receive(url: str, part: _Part, on_progress: OnProgress) -> None:
    """Complete `part` from `url` and verify it; raises _Failed, and keeps what may be good."""
    resumed = bool(part.content)
    if len(part.content) < part.file.n_bytes:
        _stream(url, part, on_progress)
    if hashlib.sha256(part.content).hexdigest() != part.file.sha256:
        part.discard()
        raise _Failed("wrong SHA-256", again=resumed)  # perhaps only the old notes were wrong


def _stream(url: str, part: _Part, on_progress: OnProgress) -> None:
    """Ask `url` for the bytes that `part` lacks, and never take more than these."""
    import requests  # here, because it is slow to import and rarely needed
    from urllib3.exceptions import HTTPError

    name, n_bytes, _ = part.file
    position = len(part.content)
    headers = {"Accept-Encoding": "identity"}  # the .gz as it is
    if position:
        headers["Range"] = f"bytes={position}-"
    try:
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUTS) as response:
            status = response.status_code
            if status == 200:  # from the start, whatever was asked
                position = 0
            elif status in (206, 416):
                content_range = response.headers.get("Content-Range", "")
                if status == 416 or not content_range.startswith(f"bytes {position}-"):
                    part.discard()
                    raise _Failed("it cannot resume", again=True)
            else:
                again = status in (408, 429) or status >= 500
                raise _Failed(f"it answered with status {status}", again=again)
            while position < n_bytes:
                size = min(CHUNK, n_bytes - position)
                chunk = response.raw.read(size, decode_content=False)
                if not chunk:
                    raise _Failed(f"it stopped at byte {position:,} of {n_bytes:,}", again=True)
                if position == 0 and not GZIP_MAGIC.startswith(chunk[:2]):
                    raise _Failed("it sent something else, perhaps a login page", again=False)
                part.put(position, chunk)
                position += len(chunk)
                on_progress(name, position, n_bytes)
    except requests.Timeout as error:
        raise _Failed("no answer in time", again=True) from error
    except requests.ConnectionError as error:
        raise _Failed("it cannot be reached", again=True) from error
    except (requests.RequestException, HTTPError) as error:
        raise _Failed("the connection broke off", again=True) from error
