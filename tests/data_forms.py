"""One small set of pictures, written in every form in which people keep MNIST."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image


class Pictures(NamedTuple):
    """One part of a set."""

    images: NDArray[np.uint8]  # (N, 28, 28)
    labels: NDArray[np.uint8]  # (N,)


def noise(n: int, *, n_classes: int = 10, seed: int = 0) -> Pictures:
    """Pictures of nothing, the labels counting up; their border is dark as paper is in MNIST."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
    images[:, [0, -1]] = 0
    images[:, :, [0, -1]] = 0
    return Pictures(images, (np.arange(n) % n_classes).astype(np.uint8))


TRAIN, TEST = noise(40, seed=1), noise(20, seed=2)


# ---------------------------------------------------------------- idx


def idx(array: NDArray[Any]) -> bytes:
    sizes = np.array(array.shape, ">u4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def packed(content: bytes) -> bytes:
    """Compressed without the time, so that equal content gives equal bytes."""
    return gzip.compress(content, compresslevel=1, mtime=0)


def write_idx(
    folder: Path,
    train: Pictures | None,
    test: Pictures | None,
    *,
    name: str = "{part}-{what}-idx{axes}-ubyte",
    pack: Sequence[str] = (),
    test_name: str = "t10k",
) -> Path:
    """`pack`: which of "images" and "labels" are written as .gz."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, pictures in (("train", train), (test_name, test)):
        if pictures is None:
            continue
        for what, array, axes in (("images", pictures.images, 3), ("labels", pictures.labels, 1)):
            content, end = idx(array), ""
            if what in pack:
                content, end = packed(content), ".gz"
            (folder / (name.format(part=part, what=what, axes=axes) + end)).write_bytes(content)
    return folder


# ---------------------------------------------------------------- npz, CSV


def write_npz(folder: Path, train: Pictures, test: Pictures) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mnist.npz"
    np.savez_compressed(
        path, x_train=train.images, y_train=train.labels, x_test=test.images, y_test=test.labels
    )
    return path


HEADER = ",".join(["label", *(f"pixel{i}" for i in range(784))])


def csv(pictures: Pictures, *, header: bool = False) -> bytes:
    table = np.column_stack([pictures.labels, pictures.images.reshape(len(pictures.images), 784)])
    lines = [",".join(map(str, row)) for row in table.tolist()]
    return ("\n".join([HEADER, *lines] if header else lines) + "\n").encode()


def write_csv(
    folder: Path, train: Pictures, test: Pictures, *, header: bool = False, pack: bool = False
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part, pictures in (("train", train), ("test", test)):
        content = csv(pictures, header=header)
        path = folder / (f"mnist_{part}.csv" + (".gz" if pack else ""))
        path.write_bytes(packed(content) if pack else content)
    return folder


# ---------------------------------------------------------------- pictures, Parquet


def png(image: NDArray[np.uint8], mode: str = "L", kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).convert(mode).save(file, kind)
    return file.getvalue()


def write_pictures(
    folder: Path,
    train: Pictures,
    test: Pictures | None,
    *,
    parts: tuple[str, str] = ("train", "test"),
    names: Sequence[str] = "0123456789",
) -> Path:
    for part, pictures in zip(parts, (train, test), strict=True):
        for number, (image, label) in enumerate(zip(*pictures, strict=True) if pictures else ()):
            place = folder / part / names[label]
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:05}.png").write_bytes(png(image))
    return folder


def parquet_table(pictures: Pictures, *, names: Sequence[str] | None = None) -> Any:
    """A table as the Hugging Face data sets have it; skips the test where pyarrow is missing."""
    pyarrow = pytest.importorskip("pyarrow")
    images = [{"bytes": png(image), "path": None} for image in pictures.images]
    kind = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    table = pyarrow.table(
        {
            "image": pyarrow.array(images, kind),
            "label": pyarrow.array(pictures.labels.tolist(), pyarrow.int64()),
        }
    )
    if names is None:
        return table
    info = {"features": {"label": {"names": list(names), "_type": "ClassLabel"}}}
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": info})})


def write_parquet(folder: Path, train: Pictures, test: Pictures) -> Path:
    write_table = pytest.importorskip("pyarrow.parquet").write_table
    folder.mkdir(parents=True, exist_ok=True)
    for part, pictures in (("train", train), ("test", test)):
        write_table(
            parquet_table(pictures, names="0123456789"), folder / f"{part}-00000-of-00001.parquet"
        )
    return folder


Writer = Callable[[Path, Pictures, Pictures], Path]  # returns what --data is to name

WRITERS: dict[str, Writer] = {
    "idx": write_idx,
    "idx.gz": partial(write_idx, pack=("images", "labels")),
    "idx, mixed": partial(write_idx, pack=("labels",)),
    "idx, dotted": partial(write_idx, name="{part}-{what}.idx{axes}-ubyte"),
    "npz": write_npz,
    "CSV": write_csv,
    "CSV with a header": partial(write_csv, header=True),
    "CSV.gz": partial(write_csv, pack=True),
    "pictures": write_pictures,
    "Parquet": write_parquet,
}
