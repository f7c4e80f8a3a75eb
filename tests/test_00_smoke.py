"""The main path in a few seconds: train, evaluate, read a picture, draw the network."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import succeed
from PIL import Image

from neuroscribble.data import sources
from neuroscribble.data.pen import pen_digits
from neuroscribble.formats.storage import load_network


def test_from_nothing_to_pictures_of_a_trained_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    start = time.monotonic()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sources, "N_PEN_TRAINING", 2_400)  # 400 of them for validation
    monkeypatch.setattr(sources, "N_PEN_TEST", 300)

    said = succeed("train", "--data", "pen", "--hidden", "16", "--epochs", "1", "--batch", "8")
    assert "Done after 1 of 1 epochs" in said
    assert load_network().layer_sizes == (784, 16, 10)
    for name in ("training.png", "confusion.png"):
        with Image.open(Path("output") / name) as picture:
            picture.verify()

    result = json.loads(succeed("evaluate", "--data", "pen", "--json"))
    assert result["n"] == 300
    assert result["accuracy"] > 0.5  # chance is 0.1

    (image,), _ = pen_digits(1, rng=rng)
    Image.fromarray((255 - 255 * image.reshape(28, 28)).astype("uint8")).save("digit.png")
    (answer,) = json.loads(succeed("predict", "digit.png", "--json"))
    assert answer["digit"] in "0123456789"

    assert "Wrote output/network.html" in succeed("network").replace("\\", "/")
    page = Path("output/network.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    assert "NeuroScribble 784→16→10" in page

    written = succeed("heatmaps").splitlines()
    assert [Path(line.removeprefix("Wrote ")).name for line in written] == [
        "receptive_fields.png",
        "weights.png",
        "weight_distributions.png",
    ]
    assert time.monotonic() - start < 60
