"""Pictures by class: found below their folders, and only 28×28 grays are taken."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from data_forms import TEST, TRAIN, Pictures, noise, png, write_pictures
from PIL import Image

from neuroscribble.data.forms.door import open_data
from neuroscribble.errors import DataError

GRAY = TEST.images[0]


@pytest.mark.parametrize("parts", [("train", "test"), ("training", "testing"), ("Train", "Test")])
def test_both_parts_are_found(parts: tuple[str, str], tmp_path: Path) -> None:
    found = open_data(write_pictures(tmp_path, TRAIN, TEST, parts=parts))
    assert (len(found.read("train")), len(found.read("test"))) == (40, 20)
    assert found.class_names == dict(enumerate("0123456789"))


def test_classes_are_counted_by_number_before_words(tmp_path: Path) -> None:
    names = ("10", "9", "b", "A", "zebra")
    write_pictures(tmp_path, noise(10, n_classes=5), None, names=names, parts=("", "unused"))
    found = open_data(tmp_path)
    assert found.class_names == dict(enumerate(("9", "10", "A", "b", "zebra")))
    labels = np.concatenate([found.read("train").labels, found.read("test").labels])
    assert np.bincount(labels).tolist() == [2, 2, 2, 2, 2]


def test_a_class_may_be_missing_from_one_part(tmp_path: Path) -> None:
    few = Pictures(TEST.images[:3], TEST.labels[:3])
    found = open_data(write_pictures(tmp_path, TRAIN, few))
    assert found.read("test").labels.tolist() == [0, 1, 2]
    assert len(found.class_names or ()) == 10


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("L", "PNG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("L", "BMP")]
    + [("RGB", "BMP"), ("L", "TIFF"), ("P", "GIF"), ("RGB", "PPM")],
)
def test_a_gray_picture_is_read_exactly_in_any_mode(mode: str, kind: str, tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "b").mkdir(exist_ok=True)
        (tmp_path / "b" / f"{number}.png").write_bytes(png(GRAY, mode, kind))
    (tmp_path / "a" / "0.PNG").write_bytes(png(GRAY))
    part = open_data(tmp_path).read("train")
    np.testing.assert_array_equal(part.images, np.tile(GRAY.reshape(784), (7, 1)))


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    write_pictures(tmp_path, TRAIN, TEST)
    (tmp_path / "train" / "0" / "Thumbs.db").write_bytes(b"rubbish")
    (tmp_path / "train" / "0" / "._0.png").write_bytes(b"rubbish")
    (tmp_path / "train" / "notes").mkdir()
    (tmp_path / "README.md").write_text("a, b")
    assert len(open_data(tmp_path).read("train")) == 40


def test_pictures_dark_on_light_are_turned_and_say_so(tmp_path: Path) -> None:
    dark = Pictures(255 - TRAIN.images, TRAIN.labels)
    part = open_data(write_pictures(tmp_path, dark, TEST)).read("train")
    assert part.note == "dark on light, so turned to light on dark"
    order = np.argsort(TRAIN.labels, kind="stable")
    np.testing.assert_array_equal(part.images, TRAIN.images.reshape(-1, 784)[order])


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def colored() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (28, 28), (9, 9, 8)).save(file, "PNG")
    return file.getvalue()


def transparent() -> bytes:
    file = io.BytesIO()
    Image.new("LA", (28, 28), (9, 254)).save(file, "PNG")
    return file.getvalue()


def deep() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.zeros((28, 28), np.uint16)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no picture that can be read"),
        (b"hello", "is no picture that can be read: PNG, JPEG, "),
        (png(GRAY)[:-60], "cannot be read as a picture"),
        (png(GRAY)[:20], "cannot be read as a picture"),
        (png(GRAY[:, :27]), "must have 28×28 pixels; got 27×28"),
        (png(np.zeros((280, 280), np.uint8)), "must have 28×28 pixels; got 280×280"),
        (bomb(2**31 - 1, 2**31 - 1), "cannot be read as a picture|must have 28×28 pixels"),
        (bomb(28, 28), "cannot be read as a picture"),
        (png(GRAY) + bytes(2**20), "is larger than 1,048,576 bytes"),
        (colored(), "must be gray and opaque"),
        (transparent(), "must be gray and opaque"),
        (deep(), "must have 8 bits a pixel; got mode I;16"),
    ],
)
def test_what_is_no_small_gray_picture_is_refused(
    content: bytes, message: str, tmp_path: Path
) -> None:
    write_pictures(tmp_path, TRAIN, TEST)
    (tmp_path / "test" / "3" / "bad.png").write_bytes(content)
    with pytest.raises(DataError, match=message) as refused:
        open_data(tmp_path).read("test")
    assert "bad.png" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_two_folders_for_one_part_are_refused(tmp_path: Path) -> None:
    write_pictures(tmp_path, TRAIN, TEST)
    write_pictures(tmp_path, TRAIN, TEST, parts=("training", "test"))
    with pytest.raises(DataError, match="holds both train and training; keep one of them"):
        open_data(tmp_path)


def test_a_folder_with_too_many_classes_is_refused(tmp_path: Path) -> None:
    names = [f"class {k}" for k in range(300)]
    pictures = Pictures(np.zeros((300, 28, 28), np.uint8), np.arange(300, dtype=np.uint16))
    write_pictures(tmp_path, pictures, None, names=names, parts=("", "unused"))
    with pytest.raises(DataError, match="must name 2 to 256 classes; got 300"):
        open_data(tmp_path)
