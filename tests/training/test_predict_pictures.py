"""A picture of two digits is read one digit after the other; a picture of one as ever."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import neuroscribble as ns
from neuroscribble.commands.console import prediction_line
from neuroscribble.data.unfinished import pair_strokes
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.training.pictures import predict_pictures


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """42 on paper, and its 2 alone."""
    strokes = pair_strokes(4, 2, rng=np.random.default_rng(8), spacing=(0.3, 0.3))
    paths = []
    for name, some in (("both.png", strokes), ("two.png", strokes[-1:])):
        placed = [stroke * 120 + (40, 60) for stroke in some]
        ink = render_strokes(placed, size=(240, 360), width=16)
        paths.append(tmp_path / name)
        Image.fromarray((255 - 220 * ink).astype(np.uint8)).save(paths[-1])
    return paths


def test_two_digits_are_a_number(pictures: list[Path]) -> None:
    both, two = predict_pictures(ns.load_network("weights.npz"), pictures)
    assert both["digit"] == "42"
    four, second = both["digits"]
    assert second["digit"] == two["digit"] == "2"
    assert second["probability"] == pytest.approx(two["probability"], abs=0.02)
    assert both["probability"] == pytest.approx(four["probability"] * second["probability"])
    assert both["novelty"] == max(four["novelty"], second["novelty"])
    assert "digits" not in two
    line = prediction_line(both)
    assert line.startswith(f"{pictures[0]}: 42, read one after the other: 4 (")
    assert prediction_line(two).startswith(f"{pictures[1]}: 2 (")


def test_other_classes_are_read_as_one_picture(pictures: list[Path]) -> None:
    names = tuple("abcdefghij")
    network = ns.build_mlp((4,), rng=np.random.default_rng(0), class_names=names)
    (both,) = predict_pictures(network, pictures[:1])
    assert both["digit"] in names
