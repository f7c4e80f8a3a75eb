"""idx files: read from any bytes, and refused with a reason."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from data_forms import TEST, TRAIN, Pictures, idx, noise, packed, write_idx

from neuroscribble.data.forms.door import open_data
from neuroscribble.data.forms.idx import read_idx
from neuroscribble.errors import DataError

LABELS = packed(idx(TRAIN.labels))


def header(*sizes: int, magic: int | None = None) -> bytes:
    number = 0x800 + len(sizes) if magic is None else magic
    return np.array([number, *sizes], ">u4").tobytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must begin with the IDX number .* got nothing"),
        (b"<!doctype html>", "must begin with the IDX number .* got 3c21646f"),
        (LABELS[:-1], "cut off"),
        (LABELS[:20], "cut off"),
        (LABELS[:5], "cut off"),
        (LABELS[:-5] + b"?" + LABELS[-4:], "not an intact gzip file"),
        (LABELS + b"more", "not an intact gzip file"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xff" * 9, "not an intact gzip file"),
        (packed(b""), "must begin with the IDX number .* got nothing"),
        (header(5, magic=0x802), "must begin .* got 00000802"),
        (header(5, magic=0xD01), "must begin .* got 00000d01"),
        (header(5, magic=0x801)[::-1], "must begin .* got 05000000"),
        (header(5)[:6], r"must state 1 sizes, .* got \(0,\)"),
        (header(2, 28, magic=0x803), r"must state 3 sizes, .* got \(2, 28\)"),
        (header(2**32 - 1, 2**32 - 1, 2**32 - 1), "must state 3 sizes, at most"),
        (header(5) + bytes(4), r"must hold 5 values .* got 4"),
        (header(5) + bytes(6), r"must hold 5 values .* got more"),
        (header(5), r"must hold 5 values .* got 0"),
    ],
)
@pytest.mark.parametrize("pack", [False, True])
def test_what_is_no_idx_file_is_refused(
    content: bytes, message: str, pack: bool, tmp_path: Path
) -> None:
    path = tmp_path / "labels"
    path.write_bytes(packed(content) if pack and content[:2] == b"\0\0" else content)
    with pytest.raises(DataError, match=f"labels .*({message})"):
        read_idx(path)


@pytest.mark.parametrize(
    "content",
    [
        packed(header(5) + bytes(2**26)),  # far more than it states
        packed(header(900_000, 28, 28) + bytes(100)),  # far less
        header(900_000, 28, 28) + bytes(100),
    ],
)
def test_what_a_file_claims_costs_no_memory(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(DataError, match="must hold"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**22


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (TEST.images, TEST.labels[:7], r"one label for each of 20 pictures; got shape \(7,\)"),
        (TEST.images, TEST.images, r"one label for each of 20 pictures; got shape \(20, 28, 28\)"),
        (TEST.images[:, :7, :7], TEST.labels, r"shape \(N, 28, 28\); got \(20, 7, 7\)"),
        (TEST.labels, TEST.labels, r"shape \(N, 28, 28\); got \(20,\)"),
        (TEST.images[:0], TEST.labels[:0], "at least one picture; got none"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    images: np.ndarray, labels: np.ndarray, message: str, tmp_path: Path
) -> None:
    write_idx(tmp_path, TRAIN, Pictures(images, labels))
    with pytest.raises(DataError, match=message):
        open_data(tmp_path).read("test")
    assert len(open_data(tmp_path).read("train")) == 40


@pytest.mark.parametrize("missing", ["images-idx3", "labels-idx1"])
def test_a_file_without_its_other_is_refused(missing: str, tmp_path: Path) -> None:
    write_idx(tmp_path, TRAIN, TEST)
    (tmp_path / f"t10k-{missing}-ubyte").unlink()
    with pytest.raises(DataError, match=f"holds no {missing[:6]} for t10k-"):
        open_data(tmp_path).read("test")


def test_emnist_is_turned_upright_and_says_so(tmp_path: Path) -> None:
    lying = Pictures(TEST.images.transpose(0, 2, 1), TEST.labels)
    name = "emnist-digits-{part}-{what}-idx{axes}-ubyte"
    write_idx(tmp_path, lying, lying, name=name, test_name="test", pack=("images", "labels"))
    part = open_data(tmp_path).read("test")
    np.testing.assert_array_equal(part.images, TEST.images.reshape(-1, 784))
    assert "stand upright" in part.note
    write_idx(tmp_path / "kmnist", lying, lying)  # another set lies as it lies
    other = open_data(tmp_path / "kmnist").read("test")
    np.testing.assert_array_equal(other.images, lying.images.reshape(-1, 784))


def test_the_packed_file_counts_where_both_are(tmp_path: Path) -> None:
    write_idx(tmp_path, TRAIN, noise(20, seed=9))
    write_idx(tmp_path, TRAIN, TEST, pack=("images", "labels"))
    found = open_data(tmp_path)
    assert found.form == "idx files, .gz"
    np.testing.assert_array_equal(found.read("test").images, TEST.images.reshape(-1, 784))
