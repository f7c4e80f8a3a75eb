"""MNIST comes from the folder that was meant, verified, and becomes ink and labels."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pytest
from small_mnist import BIG, CONTENT, N_TEST, N_TRAIN, digits, folder_with, idx, source

from neuroscribble.data import mnist
from neuroscribble.data.download import FOLDER_VARIABLE
from neuroscribble.data.mnist import find_mnist, load_mnist, parse_idx
from neuroscribble.errors import DataError, SettingsError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of our own and no named folder."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "neuroscribble" / "mnist"


def test_a_named_folder_goes_before_the_variable_and_this_before_the_cache(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (folder_with(tmp_path / name, CONTENT) for name in ("first", "second"))
    folder_with(cache, CONTENT)
    assert find_mnist(source=source()) == cache
    monkeypatch.setenv(FOLDER_VARIABLE, str(second))
    assert find_mnist(source=source()) == second
    assert find_mnist(first, source=source()) == first
    assert find_mnist(str(first), source=source()) == first


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "digits", CONTENT)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_mnist("~/digits", source=source()) == tmp_path / "digits"


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (None, "holds no file"),
        (b"", "expected .* got 0 bytes"),
        (CONTENT[BIG][:1000], "expected .* got 1,000 bytes"),
        (CONTENT[BIG] + b"more", f"got {len(CONTENT[BIG]) + 4:,} bytes"),
        (CONTENT[BIG][:-1] + b"?", "with SHA-256 .* got SHA-256"),
    ],
)
def test_a_named_folder_is_not_trusted(
    tmp_path: Path, cache: Path, damaged: bytes | None, message: str
) -> None:
    folder = folder_with(tmp_path / "named", CONTENT)
    (folder / BIG).unlink()
    if damaged is not None:
        (folder / BIG).write_bytes(damaged)
    with pytest.raises(DataError, match=message) as refused:
        load_mnist("test", folder, source=source())
    assert BIG in str(refused.value)
    assert "--data DIR" in str(refused.value)
    assert not cache.exists()  # nothing else was tried


@pytest.mark.parametrize("name", ["pen", "", "no/such/folder", "zero\0byte"])
def test_a_folder_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="holds no file|cannot be read"):
        find_mnist(name, source=source())


# ---------------------------------------------------------------- from bytes to numbers


def test_images_become_ink_and_labels_ints(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "named", CONTENT)
    for split, n in (("train", N_TRAIN), ("test", N_TEST)):
        images, labels = load_mnist(split, folder, source=source())  # type: ignore[arg-type]
        raw_images, raw_labels = digits(n)
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert np.array_equal(images, raw_images.reshape(n, 784).astype(np.float32) / 255)
        assert np.array_equal(labels, raw_labels)
        assert (images.min(), images.max()) == (0, 1)


def test_another_split_is_refused() -> None:
    with pytest.raises(SettingsError, match='"train" or "test"; got \'validation\''):
        load_mnist("validation")  # type: ignore[arg-type]


def packed(content: bytes) -> bytes:
    """Compressed without the time, so that tests keep their names."""
    return gzip.compress(content, mtime=0)


def header(*sizes: int, magic: int | None = None) -> bytes:
    number = 0x800 + len(sizes) if magic is None else magic
    return np.array([number, *sizes], ">u4").tobytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<!doctype html>", "not an intact gzip file"),
        (CONTENT[BIG][:-1], "cut off"),
        (CONTENT[BIG][:1000], "cut off"),
        (CONTENT[BIG][:5], "cut off"),
        (CONTENT[BIG][:-5] + b"?" + CONTENT[BIG][-4:], "not an intact gzip file"),
        (CONTENT[BIG] + b"more", "not an intact gzip file"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xff" * 9, "not an intact gzip file"),
        (packed(b""), "must begin with the IDX number .* got nothing"),
        (packed(header(5, magic=0x802)), "must begin .* got 00000802"),
        (packed(header(5, magic=0xD01)), "must begin .* got 00000d01"),
        (packed(header(5, magic=0x801)[::-1]), "must begin .* got 05000000"),
        (packed(header(5)[:6]), r"must state 1 sizes, .* got \(0,\)"),
        (packed(header(2, 28, magic=0x803)), r"must state 3 sizes, .* got \(2, 28\)"),
        (packed(header(2**32 - 1, 2**32 - 1, 2**32 - 1)), "must state 3 sizes, at most"),
        (packed(header(5) + bytes(4)), r"must hold 5 values .* got 4"),
        (packed(header(5) + bytes(6)), r"must hold 5 values .* got more"),
        (packed(header(5)), r"must hold 5 values .* got 0"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=f"^labels.gz .*({message})"):
        parse_idx(content, what="labels.gz")


def test_a_gzip_bomb_does_not_unfold() -> None:
    import tracemalloc

    bomb = packed(header(5) + bytes(2**26))
    tracemalloc.start()
    with pytest.raises(DataError, match="got more"):
        parse_idx(bomb, what="labels.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**21


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("t10k-labels-idx1-ubyte.gz", np.full(N_TEST, 10, np.uint8), "labels 0 to 9; got 10"),
        ("t10k-labels-idx1-ubyte.gz", np.zeros(7, np.uint8), "one label for each of 20 images"),
        ("t10k-images-idx3-ubyte.gz", np.zeros((20, 7, 7), np.uint8), r"shape \(N, 28, 28\)"),
        ("t10k-images-idx3-ubyte.gz", np.zeros(20, np.uint8), r"shape \(N, 28, 28\); got \(20,\)"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    tmp_path: Path, name: str, array: np.ndarray, message: str
) -> None:
    content = {**CONTENT, name: idx(array)}
    folder = folder_with(tmp_path / "named", content)
    with pytest.raises(DataError, match=message):
        load_mnist("test", folder, source=source(content=content))


# ---------------------------------------------------------------- the real thing


@pytest.mark.mnist
def test_the_official_files_hold_what_everybody_knows(mnist_folder: Path) -> None:
    images, labels = load_mnist("train", mnist_folder)
    assert images.shape == (60_000, 784)
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert images.mean() == pytest.approx(0.1307, abs=1e-4)
    assert images.std() == pytest.approx(0.3081, abs=1e-4)

    images, labels = load_mnist("test", mnist_folder)
    assert images.shape == (10_000, 784)
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert (images.min(), images.max()) == (0, 1)


@pytest.mark.mnist
def test_sixty_thousand_digits_load_quickly(mnist_folder: Path) -> None:
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        load_mnist("train", mnist_folder)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 3  # about 0.4 s alone; other work may share the machine
