"""Data become digits with a name, names of classes and a sentence on where they were found."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from data_forms import TEST, TRAIN, Pictures, noise, write_csv, write_idx, write_npz, write_pictures

from neuroscribble.data.batches import Digits
from neuroscribble.data.download import FOLDER_VARIABLE
from neuroscribble.data.sources import (
    N_PEN_TEST,
    N_PEN_TRAINING,
    NamedDigits,
    load_digits,
    load_known_digits,
    load_test_digits,
    with_classes,
)
from neuroscribble.errors import DataError, SettingsError

DIGITS = tuple("0123456789")


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


def test_digits_are_told_with_their_place_form_and_what_is_known_of_them(tmp_path: Path) -> None:
    path = write_npz(tmp_path, TRAIN, TEST)
    training, test = load_digits(path)
    assert (training.name, test.name) == ("mnist training", "mnist test")
    assert training.class_names == test.class_names == DIGITS
    assert training.found == (
        f"Read 40 training pictures from {path} (Keras's npz): not MNIST's official ones, so "
        "unchecked."
    )
    np.testing.assert_allclose(test.digits.images, TEST.images.reshape(-1, 784) / 255, atol=1e-7)


def test_of_the_pens_digits_come_30_000_to_learn_from_and_5_000_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = []

    def write(n: int, **_: object) -> tuple[np.ndarray, np.ndarray]:
        written.append(n)
        return np.zeros((10, 784), np.float32), np.arange(10)

    monkeypatch.setattr("neuroscribble.data.sources.pen_digits", write)
    assert [one.name for one in load_digits("pen")] == ["pen training", "pen test"]
    assert written == [N_PEN_TRAINING, N_PEN_TEST] == [30_000, 5_000]


@pytest.mark.mnist
def test_mnist_itself_is_told_as_checked(mnist_folder: Path) -> None:
    test = load_test_digits(mnist_folder)
    assert (test.name, test.class_names) == ("MNIST test", DIGITS)
    assert test.found.startswith(f"Read 10,000 test digits from {mnist_folder} (idx files")
    assert test.found.endswith("): MNIST's official ones, checked.")


def test_a_split_is_told_with_both_parts(tmp_path: Path) -> None:
    write_pictures(tmp_path, TRAIN, None, parts=("", "unused"))
    for named, n in zip(load_digits(tmp_path), (35, 5), strict=True):
        assert len(named.digits) == n
        assert named.found.endswith(
            "class names from its folders; one in 7 of its 40 set aside as test, seed 1998."
        )


def test_classes_may_be_named_by_hand(tmp_path: Path) -> None:
    write_idx(tmp_path, noise(20, n_classes=3), noise(6, n_classes=3))
    training, test = load_digits(tmp_path, classes="shirt,shoe,bag")
    assert training.class_names == test.class_names == ("shirt", "shoe", "bag")
    assert training.found.endswith("; class names from --classes.")
    assert test.digits.labels.tolist() == [0, 1, 2, 0, 1, 2]
    with pytest.raises(DataError, match=r"has the label 2, but --classes names 2 classes, a, b"):
        load_digits(tmp_path, classes="a,b")
    with pytest.raises(SettingsError, match="--classes is for your own data"):
        load_digits("pen", classes="a,b")


def test_a_mapping_beside_the_data_may_begin_at_one(tmp_path: Path) -> None:
    lettered = Pictures(TRAIN.images, (1 + np.arange(40) % 3).astype(np.uint8))
    name = "emnist-letters-{part}-{what}-idx{axes}-ubyte"
    write_idx(tmp_path, lettered, lettered, name=name, test_name="test")
    training, _ = load_digits(tmp_path)
    assert training.class_names == ("0", "1", "2", "3")  # counted: nobody named them
    (tmp_path / "emnist-letters-mapping.txt").write_text("1 65 97\n2 66 98\n3 67 99\n")
    training, test = load_digits(tmp_path)
    assert training.class_names == ("A", "B", "C")
    assert test.digits.labels[:4].tolist() == [0, 1, 2, 0]
    assert "stand upright" in test.found
    (tmp_path / "emnist-letters-mapping.txt").write_text("1 65 97\n2 66 98\n")
    with pytest.raises(DataError, match="has the label 3, but emnist-letters-mapping.txt names 2"):
        load_digits(tmp_path)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros(40), "has 1 different labels up to 0; expected most of 0, 1, 2"),
        (np.arange(40) % 2 * 200, "has 2 different labels up to 200"),
        (np.append(np.arange(39) % 10, 250), "has 11 different labels up to 250"),
    ],
)
def test_labels_that_look_wrong_are_refused(
    labels: np.ndarray, message: str, tmp_path: Path
) -> None:
    pictures = Pictures(TRAIN.images, labels.astype(np.uint8))
    write_csv(tmp_path, pictures, pictures)
    with pytest.raises(DataError, match=message):
        load_digits(tmp_path)


def test_a_class_that_only_the_test_part_has_gets_an_output_too(tmp_path: Path) -> None:
    write_idx(tmp_path, noise(20, n_classes=3), noise(20, n_classes=4))
    training, test = load_digits(tmp_path)
    assert training.class_names == test.class_names == tuple("0123")


def named(names: tuple[str, ...] | None, labels: list[int]) -> NamedDigits:
    return NamedDigits("mine", Digits(np.zeros((len(labels), 784)), np.array(labels)), names)


def test_labels_are_matched_with_a_networks_classes_by_name_or_else_by_number() -> None:
    by_name = with_classes(named(("shoe", "bag", "hat"), [0, 1, 1]), ("bag", "shoe"), whose="x")
    assert by_name.digits.labels.tolist() == [1, 0, 0]  # there is no hat
    assert by_name.class_names == ("bag", "shoe")
    by_number = with_classes(named(None, [0, 1, 1]), ("bag", "shoe"), whose="x")
    assert by_number.digits.labels.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("names", "labels", "message"),
    [
        (("shoe", "bag"), [0, 1], "mine has the class 'shoe', which w.npz does not have"),
        (None, [0, 2], "mine has the class '2', which w.npz does not have .it has bag, hat."),
    ],
)
def test_classes_that_a_network_does_not_have_are_refused(
    names: tuple[str, ...] | None, labels: list[int], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        with_classes(named(names, labels), ("bag", "hat"), whose="w.npz")


@pytest.mark.parametrize("write", [write_csv, write_npz, partial(write_csv, pack=True)])
def test_lessons_replay_the_digits_of_any_form(write: object, tmp_path: Path) -> None:
    known = load_known_digits(write(tmp_path / "set", TRAIN, TEST))  # type: ignore[operator]
    assert (len(known.replay.digits), len(known.probe.digits)) == (40, 20)
    assert known.probe.name.endswith(" test")


def test_lessons_refuse_other_classes_than_the_digits(tmp_path: Path) -> None:
    write_idx(tmp_path, noise(20, n_classes=3), noise(6, n_classes=3))
    assert load_known_digits(tmp_path).probe.digits.labels.max() == 2  # digits, as far as told
    (tmp_path / "classes.txt").write_text("shirt\nshoe\nbag\n")
    with pytest.raises(DataError, match="'shirt', which a lesson in digits does not have"):
        load_known_digits(tmp_path)
