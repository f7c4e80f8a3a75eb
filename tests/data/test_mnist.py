"""MNIST comes from the folder that was meant, verified, and becomes ink and labels."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from small_mnist import BIG, CONTENT, N_TEST, N_TRAIN, digits, folder_with, source

from neuroscribble.data import mnist
from neuroscribble.data.download import FOLDER_VARIABLE
from neuroscribble.data.mnist import find_digits, load_mnist
from neuroscribble.errors import DataError, SettingsError

LABELS_OF_BIG = BIG.replace("images-idx3", "labels-idx1")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of our own and no named folder."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "neuroscribble" / "mnist"


def test_what_is_named_goes_before_the_variable_and_this_before_the_cache(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (folder_with(tmp_path / name, CONTENT) for name in ("first", "second"))
    folder_with(cache, CONTENT)
    assert find_digits(source=source()).name == "mnist"
    monkeypatch.setenv(FOLDER_VARIABLE, str(second))
    assert find_digits(source=source()).name == "second"
    assert find_digits(first).name == "first"
    assert find_digits(str(first)).name == "first"


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "digits", CONTENT)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_digits("~/digits").read("test").place == tmp_path / "digits"


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (None, f"holds no images for {LABELS_OF_BIG}"),
        (b"", "must begin with the IDX number"),
        (CONTENT[BIG][:1000], "is cut off"),
        (CONTENT[BIG] + b"more", "is not an intact gzip file"),
        (CONTENT[BIG][:-1] + b"?", "is not an intact gzip file"),
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
        load_mnist("train", folder)
    assert "--data" in str(refused.value)
    assert not cache.exists()  # nothing else was tried


@pytest.mark.parametrize("name", ["pen", "no/such/folder", "zero\0byte", "x" * 300])
def test_a_folder_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="There is no file or folder|cannot be read"):
        find_digits(name)


# ---------------------------------------------------------------- from bytes to numbers


def test_images_become_ink_and_labels_ints(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "named", CONTENT)
    for split, n in (("train", N_TRAIN), ("test", N_TEST)):
        images, labels = load_mnist(split, folder)  # type: ignore[arg-type]
        raw_images, raw_labels = digits(n)
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert np.array_equal(images, raw_images.reshape(n, 784).astype(np.float32) / 255)
        assert np.array_equal(labels, raw_labels)
        assert (images.min(), images.max()) == (0, 1)


def test_another_split_is_refused() -> None:
    with pytest.raises(SettingsError, match='"train" or "test"; got \'validation\''):
        load_mnist("validation")  # type: ignore[arg-type]


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
