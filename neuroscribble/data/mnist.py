"""MNIST: found or fetched, and known by its SHA-256.

Four files hold 60,000 digits to learn from and 10,000 to be tested with (LeCun, Cortes, Burges
1998). What is fetched is not kept before its SHA-256 is right; what people have in other forms is
MNIST if its pictures and labels are.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from ..errors import SettingsError
from .batches import ink_of
from .download import (
    FOLDER_VARIABLE,
    OnProgress,
    RemoteFile,
    download,
    ignore_progress,
    progress_bars,
)
from .forms.door import open_data
from .forms.found import Found, Part, Split

OFFICIAL: dict[Split, tuple[int, str]] = {  # how many digits, and the Part.sha256 of them all
    "train": (60_000, "54e1ab866c9484947dd4821c52bb7a43938f555d6b046be6af55247f8e6ffc64"),
    "test": (10_000, "97b756d55950f1841ebd48df7379b9b2fc87a10d63e08d6213dad41d564e8508"),
}
AS_PUBLISHED: dict[Split, str] = {  # Part.sha256_in_order, a third of the work: training starts
    "train": "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b",  # with it
    "test": "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b",
}


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
    split: Split,
    data: str | Path | None = None,
    *,
    progress: bool = False,
    source: Source = MNIST,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the images, (N, 784) float32 ink in [0, 1], and the labels, (N,) int64.

    Of MNIST, N is 60,000 for "train" and 10,000 for "test", and labels are in 0..9. `data` and
    `progress` are those of find_digits; the labels of another set are as its files number them.
    Raises SettingsError for another split, DataError when data cannot be had or is damaged.
    """
    if split not in ("train", "test"):
        raise SettingsError(f'split must be "train" or "test"; got {split!r}.')
    part = find_digits(data, progress=progress, source=source).read(split)
    return ink_of(part.images), part.labels


def find_digits(
    data: str | Path | None = None, *, progress: bool = False, source: Source = MNIST
) -> Found:
    """The set that `data` names, a file or folder of any form in `forms`.

    Without `data` it is the one that the environment variable NEUROSCRIBBLE_DATA names, else MNIST
    in the user's cache, as find_mnist fetches it with `progress`.
    Raises DataError.
    """
    named = data if data is not None else os.environ.get(FOLDER_VARIABLE) or None
    return open_data(find_mnist(progress=progress, source=source) if named is None else named)


def is_official(part: Part, split: Split) -> bool:
    """Whether these are MNIST's digits, whatever form and order they come in."""
    n, sha256 = OFFICIAL[split]
    if len(part) != n:
        return False
    return part.sha256_in_order() == AS_PUBLISHED[split] or part.sha256() == sha256


def find_mnist(
    *, on_progress: OnProgress | None = None, progress: bool = False, source: Source = MNIST
) -> Path:
    """Return the folder in the user's cache that holds the four verified files.

    What is missing or damaged is downloaded. `on_progress` hears of every piece that arrives;
    `progress=True` shows bars instead, if a person is watching the terminal.
    Raises DataError that names the file and the ways on.
    """
    folder = user_cache_path("neuroscribble") / "mnist"
    with progress_bars() if progress else nullcontext(on_progress or ignore_progress) as observer:
        for file in source.files:
            if not _is_verified(folder, file):
                download(file, folder, source.mirrors, observer)
    return folder


def _is_verified(folder: Path, file: RemoteFile) -> bool:
    """Whether `file` is in `folder` and is the official one."""
    try:
        with (folder / file.name).open("rb") as stream:
            content = stream.read(file.n_bytes + 1)
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == file.sha256
