"""Keras's mnist.npz: four arrays of whole numbers, and nothing that unpickles."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_forms import TEST, TRAIN, write_npz

from neuroscribble.data.forms.door import open_data
from neuroscribble.errors import DataError

ARRAYS: dict[str, Any] = {
    "x_train": TRAIN.images,
    "y_train": TRAIN.labels,
    "x_test": TEST.images,
    "y_test": TEST.labels,
}


def written(folder: Path, **others: Any) -> Path:
    """The file with some arrays replaced; None leaves one out."""
    arrays = {name: array for name, array in {**ARRAYS, **others}.items() if array is not None}
    np.savez(folder / "mnist.npz", **arrays)
    return folder / "mnist.npz"


def one_by_one(array: np.ndarray) -> np.ndarray:
    """The same values as Python objects, which only pickle could bring back."""
    return array.astype(object)


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"x_test": one_by_one(TEST.images)}, "x_test must hold whole numbers; got object"),
        ({"y_test": one_by_one(TEST.labels)}, "y_test must hold whole numbers; got object"),
        ({"x_test": TEST.images / 255}, "x_test must hold whole numbers; got float64"),
        ({"x_test": TEST.images.astype("S3")}, r"x_test must hold whole numbers; got \|S3"),
        ({"y_test": TEST.labels.astype("U3")}, "y_test must hold whole numbers; got <U3"),
        ({"x_test": TEST.images[:, :27]}, r"x_test must have shape .*; got \(20, 27, 28\)"),
        ({"x_test": TEST.images.reshape(-1)}, r"x_test must have shape .*; got \(15680,\)"),
        ({"x_test": np.uint8(5)}, r"x_test must have shape .*; got \(\)"),
        ({"x_test": TEST.images[:0], "y_test": TEST.labels[:0]}, "at least one picture"),
        ({"x_test": TEST.images.astype(np.int16) - 1}, "x_test must hold numbers from 0 .* got -1"),
        ({"x_test": TEST.images.astype(np.int64) + 1}, "x_test must hold numbers .* got 256"),
        ({"y_test": TEST.labels[:7]}, r"one label for each of 20 pictures; got shape \(7,\)"),
        ({"y_test": TEST.labels.astype(np.int64) - 1}, "labels from 0 to 255; got -1"),
        ({"y_test": TEST.labels.astype(np.int64) + 250}, "labels from 0 to 255; got 259"),
        ({"y_test": np.eye(10, dtype=np.uint8)[TEST.labels]}, r"y_test must have shape"),
        ({"y_test": TEST.labels.astype(np.uint64) + 2**63}, "labels from 0 to 255; got 92233720"),
    ],
)
def test_arrays_that_hold_no_pictures_or_labels_are_refused(
    others: dict[str, Any], message: str, tmp_path: Path
) -> None:
    found = open_data(written(tmp_path, **others))
    with pytest.raises(DataError, match=message):
        found.read("test")
    assert len(found.read("train")) == 40


@pytest.mark.parametrize(
    "others",
    [
        {"x_test": TEST.images.reshape(-1, 784), "y_test": TEST.labels[:, None]},
        {"x_test": TEST.images[..., None].astype(np.int64), "y_test": TEST.labels.astype(">i4")},
        {"x_test": np.asfortranarray(TEST.images)},
    ],
)
def test_other_shapes_and_whole_numbers_are_welcome(others: dict[str, Any], tmp_path: Path) -> None:
    part = open_data(written(tmp_path, **others)).read("test")
    np.testing.assert_array_equal(part.images, TEST.images.reshape(-1, 784))
    np.testing.assert_array_equal(part.labels, TEST.labels)


def test_a_file_of_other_arrays_is_refused_with_their_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", W0=np.zeros(3), b0=np.zeros(3))
    with pytest.raises(DataError, match="must hold the arrays x_train.*; got W0, b0"):
        open_data(tmp_path / "weights.npz")
    with pytest.raises(DataError, match="holds no data"):  # in a folder it is none of ours
        open_data(tmp_path)
    part = open_data(written(tmp_path, x_test=None, y_test=None)).read("test")
    assert len(part) == 5  # of 40 training pictures


def test_a_folder_with_two_such_files_is_asked_which(tmp_path: Path) -> None:
    path = write_npz(tmp_path, TRAIN, TEST)
    (tmp_path / "other.npz").write_bytes(path.read_bytes())
    with pytest.raises(DataError, match=r"holds 2 sets \(mnist.npz, other.npz\); name one"):
        open_data(tmp_path)
    assert open_data(tmp_path / "other.npz").name == "other"


@pytest.mark.parametrize("end", [100, 5_000, -100, -1])
def test_a_file_that_is_cut_off_is_refused(end: int, tmp_path: Path) -> None:
    path = write_npz(tmp_path, TRAIN, TEST)
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(DataError, match="mnist.npz is a damaged zip"):
        open_data(path)


def npz(member: bytes, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A file whose x_test is `member`."""
    labels = io.BytesIO()
    np.save(labels, TEST.labels)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        archive.writestr("x_test.npy", member)
        archive.writestr("y_test.npy", labels.getvalue())
    return content.getvalue()


def claiming(shape: tuple[int, ...], *, dtype: str = "|u1", values: bytes = b"") -> bytes:
    """An array that claims a shape, whatever follows."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (118 - len(header)) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + values


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npz(claiming((2**40, 28, 28))), "claims 1,099,511,627,776 pictures; at most 1,000,000"),
        (npz(claiming((900_000, 28, 28), dtype="<i8")), "claims 7,200,000 pictures"),
        (npz(claiming((900_000, 28, 28))), "must hold 705,600,000 bytes .* got 0"),
        (npz(claiming((2, 28, 28), values=bytes(2**26))), "must hold 1,568 bytes .* got more"),
        (npz(claiming((-2, 28, 28))), r"must hold -1,568 bytes for its shape \(-2, 28, 28\)"),
        (npz(claiming((2, 28, 28), dtype="|O")), "must hold whole numbers; got object"),
        (npz(b"\x93NUMPY\x01\x00\xff\xffrubbish"), "a damaged npz file"),
        (npz(b"\x93NUMPY\x07\x00rubbish"), "a damaged npz file"),
        (npz(b"rubbish"), "a damaged npz file"),
        (npz(claiming((2, 28, 28)), compression=zipfile.ZIP_BZIP2), "must be stored or deflated"),
    ],
)
def test_what_a_file_claims_is_not_believed_and_costs_no_memory(
    content: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "mnist.npz").write_bytes(content)
    found = open_data(tmp_path)
    tracemalloc.start()
    with pytest.raises(DataError, match=message):
        found.read("test")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**22


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = write_npz(tmp_path, TRAIN, TEST)
    content = bytearray(path.read_bytes())
    middle = zipfile.ZipFile(path).getinfo("x_test.npy").header_offset + 5_000
    content[middle : middle + 50] = bytes(50)
    path.write_bytes(content)
    with pytest.raises(DataError, match="is a damaged npz file"):
        open_data(path).read("test")
