"""The commands work on people's own data: any form, any number of classes, named or not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import refuse, succeed
from data_forms import Pictures, write_csv, write_idx, write_npz, write_pictures
from PIL import Image

from neuroscribble.formats.storage import load_network

SHIPPED = Path(__file__).parents[2] / "weights.npz"
SIZES = ("--hidden", "24", "--epochs", "5", "--batch", "10")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEUROSCRIBBLE_DATA", raising=False)
    return tmp_path


def bars(n: int, *, n_classes: int, seed: int) -> Pictures:
    """Pictures that a small network can tell apart: each class has a bar in a place of its own."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % n_classes).astype(np.uint8)
    images = rng.integers(0, 40, (n, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 13)
        image[2 + 12 * row : 12 + 12 * row, 1 + 2 * column : 3 + 2 * column] = 250
    return Pictures(images, labels)


def test_any_number_of_classes_is_trained_evaluated_shown_and_asked(own_folder: Path) -> None:
    train, test = (bars(n, n_classes=26, seed=n) for n in (780, 260))
    write_idx(own_folder / "letters", train, test)
    names = [chr(ord("a") + k) for k in range(26)]
    (own_folder / "letters" / "classes.txt").write_text("\n".join(names))
    data = ("--data", "letters")

    said = succeed("train", *data, *SIZES)
    assert "Read 780 training pictures from letters (idx files): not MNIST's official" in said
    assert "class names from classes.txt." in said
    assert "letters test: 100.00% of 260 pictures are read right" in said
    network = load_network("weights.npz")
    assert network.class_names == tuple(names)
    assert network.layer_sizes == (784, 24, 26)
    assert network.meta["trained_on"]["parts"] == {"training pictures": 650}
    with Image.open("output/confusion.png") as picture:
        picture.verify()

    result = json.loads(succeed("evaluate", *data, "--json"))
    assert result["found"].startswith("Read 260 test pictures from letters (idx files)")
    assert list(result["classes"]) == names
    assert np.trace(result["confusion"]) == result["n"] == 260
    table = succeed("evaluate", *data)
    assert result["found"] in table
    assert "100.00% of 260 pictures are read right" in table
    assert "Nothing is misread." in table

    Image.fromarray(255 - np.kron(test.images[0], np.ones((5, 5), np.uint8))).save("one.png")
    (answer,) = json.loads(succeed("predict", "one.png", "--json"))
    assert list(answer["probabilities"]) == names
    assert "Wrote" in succeed("network")
    assert "Wrote" in succeed("heatmaps")


def test_wrong_answers_of_many_classes_are_listed_where_a_matrix_has_no_room(
    own_folder: Path,
) -> None:
    train, test = (bars(n, n_classes=26, seed=n) for n in (780, 260))
    wrong = Pictures(test.images, np.where(test.labels == 3, 4, test.labels).astype(np.uint8))
    path = write_npz(own_folder, train, wrong)
    succeed("train", "--data", path, *SIZES)
    assert "The most frequent confusions\n  4 read as 3: 10" in succeed("evaluate", "--data", path)


@pytest.mark.slow
def test_maps_are_drawn_of_any_classes(own_folder: Path) -> None:
    train, test = (bars(n, n_classes=12, seed=n) for n in (600, 120))
    path = write_csv(own_folder / "bars", train, test)
    succeed("train", "--data", path, *SIZES)
    said = succeed("maps", "--data", path, "--digits", "60")
    assert "Read 120 test pictures from " in said
    for name in ("maps.png", "gallery.png"):
        with Image.open(own_folder / "output" / name) as picture:
            picture.verify()


def test_a_folder_of_ones_own_pictures_is_enough_to_train_on(own_folder: Path) -> None:
    names = ("circle", "cross", "star")
    pictures = bars(210, n_classes=3, seed=1)
    dark = Pictures(255 - pictures.images, pictures.labels)
    write_pictures(own_folder / "mine", dark, None, parts=("", "unused"), names=names)
    said = succeed("train", "--data", "mine", *SIZES)
    assert (
        "Read 180 training pictures from mine (pictures by class): not MNIST's official ones, so "
        "unchecked; class names from its folders; dark on light, so turned to light on dark; "
        "one in 7 of its 210 set aside as test, seed 1998." in said
    )
    assert "mine test: 100.00% of 30 pictures are read right" in said
    network = load_network("weights.npz")
    assert network.class_names == names
    assert network.meta["recipe"]["n_validation"] == 30  # a sixth


def test_the_best_recipe_leaves_pen_digits_out_where_the_classes_are_others(
    own_folder: Path,
) -> None:
    pictures = bars(120, n_classes=3, seed=1)
    path = write_npz(own_folder, pictures, pictures)
    best = ("--recipe", "best", "--hidden", "4", "--epochs", "1")
    said = succeed("train", "--data", path, *best, "--classes", "a,b,c")
    assert "The classes are not the digits 0 to 9, so the recipe's pen digits" in said


def test_classes_that_the_network_does_not_have_are_refused(own_folder: Path) -> None:
    write_idx(own_folder / "set", *(bars(40, n_classes=12, seed=1),) * 2)
    data = ("--weights", SHIPPED, "--data", "set")
    assert "set test has the class '10', which " in refuse("evaluate", *data)
    said = refuse("maps", *data, "--classes", "a,b,c,d,e,f,g,h,i,j,k,l")
    assert "set test has the class 'a', which " in said
    assert "name the classes with --classes" in said
    assert "but --classes names 2 classes, x, y" in refuse("evaluate", *data, "--classes", "x,y")


def test_ten_named_classes_are_no_digits_until_they_are_called_so(own_folder: Path) -> None:
    write_idx(own_folder / "fashion", *(bars(40, n_classes=10, seed=1),) * 2)
    data = ("--weights", SHIPPED, "--data", "fashion")
    assert "has the class 'T-shirt/top', which" in refuse("evaluate", *data)
    said = succeed("evaluate", *data, "--classes", "0,1,2,3,4,5,6,7,8,9")
    assert "of 40 digits are read right" in said


def test_corrections_are_not_mixed_into_other_classes(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neuroscribble.ink.drawing import DrawnStroke
    from neuroscribble.teaching.corrections import Correction, now, save_correction

    stroke = DrawnStroke([(10.0, 10.0), (90.0, 90.0)], 9.0, False)
    taught = Correction((stroke,), 100, label=1, said=7, probabilities=(0.1,) * 10, time=now())
    save_correction(own_folder / "taught", taught)
    path = write_npz(own_folder, *(bars(40, n_classes=3, seed=1),) * 2)
    said = refuse("train", "--data", path, *SIZES, "--also", "taught", "--classes", "a,b,c")
    assert "corrections in taught are digits, but mnist training has the classes a, b, c" in said


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize("name", ["data.csv", "data.npz", "data.parquet", "data.bin", "data"])
def test_data_that_cannot_be_read_are_refused_in_one_line(
    command: str, name: str, own_folder: Path
) -> None:
    (own_folder / name).write_bytes(b"label,pixel\n1,2\n")
    assert "data" in refuse(command, "--data", name)
    assert not (own_folder / "weights.npz").exists()
