"""Four files like MNIST's, small and full of noise, for tests that need no digit in them."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np

from neuroscribble.data.download import RemoteFile
from neuroscribble.data.mnist import Source

N_TRAIN, N_TEST = 300, 20  # noise does not compress: the training images are about 235 kB


def idx(array: np.ndarray) -> bytes:
    """`array` as a gzip-compressed IDX file."""
    sizes = np.array(array.shape, ">u4").tobytes()
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes(), mtime=0)


def digits(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
    return images, rng.integers(0, 10, n, dtype=np.uint8)


CONTENT = {
    "train-images-idx3-ubyte.gz": idx(digits(N_TRAIN)[0]),
    "train-labels-idx1-ubyte.gz": idx(digits(N_TRAIN)[1]),
    "t10k-images-idx3-ubyte.gz": idx(digits(N_TEST)[0]),
    "t10k-labels-idx1-ubyte.gz": idx(digits(N_TEST)[1]),
}
BIG = "train-images-idx3-ubyte.gz"


def source(*mirrors: str, content: dict[str, bytes] = CONTENT) -> Source:
    files = [
        RemoteFile(name, len(data), hashlib.sha256(data).hexdigest())
        for name, data in content.items()
    ]
    return Source(mirrors, train=(files[0], files[1]), test=(files[2], files[3]))


def folder_with(folder: Path, content: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return folder
