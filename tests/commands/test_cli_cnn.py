"""The commands do with the convolutional network what they do with the other one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import succeed
from PIL import Image

from neuroscribble.data import sources
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.teaching.teacher import Manner, Teacher

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_pen_digits: None) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sources, "N_PEN_TRAINING", 96)  # 16 of them for validation
    monkeypatch.setattr(sources, "N_PEN_TEST", 30)  # nothing is asked of how well they are read
    return tmp_path


@pytest.mark.slow
def test_a_cnn_is_trained_evaluated_summarized_and_predicts(own_folder: Path) -> None:
    options = ["--model", "cnn", "--data", "pen", "--epochs", "1", "--batch", "20"]
    said = succeed("train", *options, "--out", "own.npz", "--pictures", own_folder)
    assert "Done after 1 of 1 epochs" in said
    assert (own_folder / "training.png").exists()
    network = load_network("own.npz")
    assert network.layer_sizes == (784, 16, 16, 32, 32, 64, 128, 10)
    meta = network.meta
    assert (meta["recipe"]["model"], meta["recipe"]["hidden"]) == ("cnn", [128])
    assert meta["temperature"] > 0
    assert 0 <= meta["novelty"]["threshold"] <= 1
    evaluated = json.loads(succeed("evaluate", "--weights", "own.npz", "--data", "pen", "--json"))
    assert evaluated["accuracy"] == pytest.approx(meta["test"]["accuracy"])
    images, _ = pen_digits(1, rng=np.random.default_rng(3))
    ink = np.kron(255 - np.rint(images[0].reshape(28, 28) * 255), np.ones((6, 6)))
    Image.fromarray(ink.astype(np.uint8)).save("digit.png")
    (answer,) = json.loads(succeed("predict", "digit.png", "--weights", "own.npz", "--json"))
    assert len(answer["probabilities"]) == 10
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert "110,330" in succeed("summary", "--weights", "own.npz")


def test_the_shipped_cnn_is_small_and_reads_pen_digits() -> None:
    path = ROOT / "cnn.npz"
    assert path.stat().st_size <= 1_500_000
    network = load_network(path)
    assert "110,330" in succeed("summary", "--weights", path)
    images, labels = pen_digits(100, rng=np.random.default_rng(11))
    right = network.predict(images.astype(np.float32)) == labels
    assert right.mean() >= 0.9  # some are too hasty to be read


@pytest.mark.slow
@pytest.mark.mnist
def test_the_shipped_cnn_reads_as_well_as_its_file_says(mnist_folder: Path) -> None:
    path = ROOT / "cnn.npz"
    said = json.loads(succeed("evaluate", "--weights", path, "--data", mnist_folder, "--json"))
    assert said["accuracy"] == pytest.approx(load_network(path).meta["test"]["accuracy"], abs=1e-4)
    assert said["accuracy"] >= 0.99


@pytest.mark.slow
def test_a_lesson_teaches_a_cnn_leaves_its_statistics_and_can_be_undone() -> None:
    network = build_cnn(((4,), (4,)), (16,), rng=np.random.default_rng(1))
    images, labels = pen_digits(100, rng=np.random.default_rng(2))
    digits = Digits(images.astype(np.float32), labels)
    network.forward(digits.images, training=True)  # some statistics
    before = network.parameters.flat.copy()
    teacher = Teacher(
        network,
        NamedDigits("replay", digits),
        NamedDigits("probe", Digits(digits.images[:50], digits.labels[:50])),
        Manner(steps=3, replayed=40, warmup=10),  # short: any lesson has to do so
    )
    image, wanted = digits.images[0], int(digits.labels[0])
    untaught = network.probabilities(image[None])[0, wanted]
    teacher.teach(image, wanted)
    assert network.probabilities(image[None])[0, wanted] > untaught
    n = network.parameters.n_learned
    assert np.array_equal(network.parameters.flat[n:], before[n:])
    teacher.undo()
    assert np.array_equal(network.parameters.flat, before)


def test_saving_what_was_taught_keeps_the_layers(own_folder: Path) -> None:
    network = build_cnn(((2,),), (4,), rng=np.random.default_rng(1))
    network.meta = {"name": "mine", "layers": "of another time"}
    save_network("a.npz", network, meta={**network.meta, "lessons": 3})
    assert load_network("a.npz").meta["lessons"] == 3
    assert [one["kind"] for one in load_network("a.npz").meta["layers"]][:2] == [
        "unflatten",
        "conv2d",
    ]
