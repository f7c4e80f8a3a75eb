"""Whatever the form, the same pictures and labels come out, and MNIST is known as MNIST."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from data_forms import TEST, TRAIN, WRITERS, Pictures, write_csv, write_idx, write_pictures

from neuroscribble import load_mnist
from neuroscribble.data.forms.door import open_data
from neuroscribble.data.forms.found import SPLIT_SEED, Part
from neuroscribble.data.mnist import AS_PUBLISHED, is_official
from neuroscribble.errors import DataError


def assert_same(part: Part, pictures: Pictures, *, by_class: bool = False) -> None:
    order = np.argsort(pictures.labels, kind="stable") if by_class else slice(None)
    np.testing.assert_array_equal(part.images, pictures.images.reshape(-1, 784)[order])
    np.testing.assert_array_equal(part.labels, pictures.labels[order])
    assert part.labels.dtype == np.int64


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_gives_the_same_pictures_and_labels(form: str, tmp_path: Path) -> None:
    named = WRITERS[form](tmp_path / "set", TRAIN, TEST)
    found = open_data(named)
    assert_same(found.read("train"), TRAIN, by_class=form == "pictures")
    assert_same(found.read("test"), TEST, by_class=form == "pictures")
    assert found.form.split(",")[0].split()[0] in ("idx", "Keras's", "CSV", "pictures", "Parquet")
    # a file says the same as its folder, and a folder above the same as the folder
    for path in (*(tmp_path / "set").iterdir(), tmp_path):
        if path.is_file() or path == tmp_path:
            for split in ("train", "test"):
                assert open_data(path).read(split).sha256() == found.read(split).sha256()  # type: ignore[arg-type]


@pytest.mark.parametrize("form", WRITERS)
def test_load_mnist_reads_every_form(form: str, tmp_path: Path) -> None:
    named = WRITERS[form](tmp_path, TRAIN, TEST)
    images, labels = load_mnist("test", data=named)
    assert (images.dtype, images.shape, labels.dtype) == (np.float32, (20, 784), np.int64)
    order = np.argsort(TEST.labels, kind="stable") if form == "pictures" else slice(None)
    np.testing.assert_allclose(images, TEST.images.reshape(-1, 784)[order] / 255, atol=1e-7)
    np.testing.assert_array_equal(labels, TEST.labels[order])


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Some bytes changed close to each other, often at an end; sometimes cut off as well."""
    changed = bytearray(content)
    start = int(rng.choice([0, max(len(content) - 64, 0), rng.integers(len(content))]))
    for place in rng.integers(start, min(start + 64, len(content)), 3):
        changed[place] = rng.integers(256)
    return bytes(changed[: rng.integers(len(content)) if rng.random() < 0.2 else None])


@pytest.mark.parametrize("form", ["idx", "idx.gz", "npz", "CSV.gz", "pictures", "Parquet"])
def test_damaged_bytes_raise_nothing_else(
    form: str, tmp_path: Path, rng: np.random.Generator
) -> None:
    few = Pictures(TEST.images[:7], TEST.labels[:7])
    WRITERS[form](tmp_path, few, few)
    files = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    refusals = []
    for number in range(60):
        path = files[number % len(files)]
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, rng))
        try:
            found = open_data(tmp_path)
            for split in ("train", "test"):
                assert found.read(split).images.shape[1:] == (784,)  # type: ignore[arg-type]
        except DataError as error:
            refusals.append(str(error))
        path.write_bytes(whole)
    assert len(refusals) >= 10
    assert not [sentence for sentence in refusals if "\n" in sentence or len(sentence) > 1_500]


@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.parametrize("form", ["idx, mixed", "npz", "CSV with a header", "pictures", "Parquet"])
def test_mnist_is_known_as_such_in_every_form_and_order(
    form: str, mnist_folder: Path, tmp_path: Path
) -> None:
    part = open_data(mnist_folder).read("test")
    pictures = Pictures(part.images.reshape(-1, 28, 28), part.labels.astype(np.uint8))
    few = Pictures(pictures.images[:10], pictures.labels[:10])
    named = WRITERS[form](tmp_path, few, pictures)
    again = open_data(named).read("test")
    assert is_official(again, "test")
    assert_same(again, pictures, by_class=form == "pictures")
    again.images[0, 400] ^= 1
    assert not is_official(again, "test")


@pytest.mark.mnist
def test_mnist_as_published_is_known_without_sorting_its_digits(mnist_folder: Path) -> None:
    part = open_data(mnist_folder).read("test")
    assert part.sha256_in_order() == AS_PUBLISHED["test"]
    part.labels[0] ^= 1
    assert part.sha256_in_order() != AS_PUBLISHED["test"]


def test_without_a_test_part_one_in_seven_is_set_aside_always_the_same(tmp_path: Path) -> None:
    write_pictures(tmp_path, TRAIN, None, parts=("", "unused"))
    found = open_data(tmp_path)
    train, test = found.read("train"), found.read("test")
    assert (len(train), len(test)) == (35, 5)
    assert f"one in 7 of its 40 set aside as test, seed {SPLIT_SEED}" in test.note
    together = {row.tobytes() for row in np.concatenate([train.images, test.images])}
    assert together == {image.tobytes() for image in TRAIN.images}
    again = open_data(tmp_path).read("test")
    np.testing.assert_array_equal(again.images, test.images)


def test_a_set_of_few_pictures_cannot_be_split(tmp_path: Path) -> None:
    few = Pictures(TRAIN.images[:6], TRAIN.labels[:6])
    write_pictures(tmp_path, few, None, parts=("", "unused"))
    with pytest.raises(DataError, match="no test part and only 6 pictures; at least 7"):
        open_data(tmp_path).read("test")


def test_test_pictures_alone_can_be_measured_on_but_not_learned_from(tmp_path: Path) -> None:
    found = open_data(write_idx(tmp_path, None, TEST))
    assert len(found.read("test")) == 20
    with pytest.raises(DataError, match="holds test pictures only"):
        found.read("train")


def test_data_further_down_are_found_where_there_is_one_choice(tmp_path: Path) -> None:
    write_idx(tmp_path / "MNIST" / "raw", TRAIN, TEST)
    assert open_data(tmp_path).read("test").place == tmp_path / "MNIST" / "raw"
    write_csv(tmp_path / "MNIST" / "csv", TRAIN, TEST)
    with pytest.raises(DataError, match="holds several sets .*MNIST.csv, .*MNIST.raw"):
        open_data(tmp_path)


def test_a_folder_with_several_sets_is_asked_which(tmp_path: Path) -> None:
    for name in ("emnist-digits", "emnist-letters"):
        write_idx(tmp_path, TRAIN, TEST, name=name + "-{part}-{what}-idx{axes}-ubyte")
    with pytest.raises(DataError, match=r"holds 2 sets \(emnist-digits, emnist-letters\)"):
        open_data(tmp_path)
    assert open_data(tmp_path / "emnist-digits-train-images-idx3-ubyte").name == "emnist-digits"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no file or folder"),
        (b"", "is no data of a form that is read: MNIST's idx files"),
        (b"\0\1\2\3", "is no data of a form that is read"),
        (b"hello\n", "is no data of a form that is read"),
        (b"\x89PNG\r\n\x1a\n", "is no data of a form that is read"),
        (b"\x1f\x8bhello and more", "is not an intact gzip file"),
        (b"a,b,c\n", "has 3 columns, separated by commas; expected 785"),
        (b"PK\3\4rubbish", "is a damaged zip"),
        (b"\0\0\x08\x03rubbish", "an idx file whose name does not tell what it holds"),
    ],
)
def test_what_is_no_data_is_refused_with_the_ways_on(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "thing"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message) as refused:
        open_data(path).read("test")
    assert "--data pen" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no data of a form that is read"):
        open_data(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="devices")
def test_a_device_is_refused() -> None:
    with pytest.raises(DataError, match="is no ordinary file"):
        open_data("/dev/zero")
