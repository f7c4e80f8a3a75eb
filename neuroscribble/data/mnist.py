"""MNIST: found, fetched, verified, parsed.

Four files hold 60,000 digits to learn from and 10,000 to be tested with (LeCun, Cortes, Burges
1998). Nothing is trusted before its SHA-256 is right, wherever it comes from.

A download survives bad luck. It goes on where it stopped, in this run or the next, because every
piece is noted in NAME.part; NAME itself is written in one step and only with verified bytes from
memory. So two processes may download at once: the notes may suffer, the file cannot.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from ..errors import DataError, OutputError, SettingsError
from ..files import write_atomically
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS

if TYPE_CHECKING:
    from tqdm import tqdm

FOLDER_VARIABLE = "NEUROSCRIBBLE_DATA"
MAX_IDX_BYTES = 64 * 2**20  # decompressed; the largest official file needs 47,040,016
PAUSES = (0.0, 1.0, 3.0)  # seconds before each try on one mirror
TIMEOUTS = (5.0, 30.0)  # seconds to connect; seconds without a byte
CHUNK = 32 * 2**10  # bytes between two notes
GZIP_MAGIC = b"\x1f\x8b"
OTHER_WAYS = (
    "or name a folder that holds the four official files with --data DIR or "
    f"{FOLDER_VARIABLE}, or use the digits that come along with --data pen."
)

OnProgress = Callable[[str, int, int], None]  # file name, bytes so far, bytes in all


class RemoteFile(NamedTuple):
    """A file that is known to the last bit before it is fetched."""

    name: str
    n_bytes: int
    sha256: str


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
    with progress_bars() if progress else nullcontext(on_progress or _ignore) as observer:
        for file in source.files:
            try:
                _read_verified(folder, file)
            except DataError:
                _download(file, folder, source.mirrors, observer)
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


def _ignore(name: str, n_done: int, n_total: int) -> None:
    pass


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


def _download(
    file: RemoteFile, folder: Path, mirrors: tuple[str, ...], on_progress: OnProgress
) -> None:
    """Fetch `file` into `folder` from the first mirror that has it; raises DataError."""
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
