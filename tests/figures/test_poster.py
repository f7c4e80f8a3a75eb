"""The poster shows every drawn edge twice, as a line and as a square, in vectors."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection

import neuroscribble as ns
from neuroscribble.errors import SettingsError
from neuroscribble.nn.architectures import build_cnn, build_mlp
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network
from viz.diagram.theme import DARK
from viz.figures import poster_words
from viz.figures.poster import poster_figure, write_poster


def three_edges() -> Network:
    """64 pixels, two units, two classes: two edges into unit 1, one of it to the second class."""
    first, second = np.zeros((64, 2), np.float32), np.zeros((2, 2), np.float32)
    first[0, 1], first[10, 1], second[1, 1] = 0.5, -2, 3
    layers = {
        "dense1": Dense.from_arrays(first, np.zeros(2)),
        "dense2": Dense.from_arrays(second, np.zeros(2)),
    }
    return Network(layers, input_shape=(64,), class_names=("a", "$b"))


def test_each_edge_is_a_line_and_a_square() -> None:
    figure = poster_figure(three_edges(), title="T")
    parts = [part for axes in figure.axes for part in axes.collections]
    lines = [len(part.get_segments()) for part in parts if isinstance(part, LineCollection)]
    assert lines == [2, 1]
    filled = [p for p in parts if isinstance(p, PolyCollection) and not np.any(p.get_linewidths())]
    assert [len(part.get_paths()) for part in filled] == [2, 1]
    corners = [path.vertices[:4].tolist() for path in filled[0].get_paths()]
    (left, top), other = corners[0][0], corners[1][0]
    assert other == [left + 2, top + 1]  # pixel 10 is in row 1, column 2
    words = " ".join(text.get_text() for text in figure.texts)
    assert "64 → 2 → 2. All 3 edges of this network are drawn. Nothing is left out." in words


def test_it_speaks_german_with_the_numbers_of_german() -> None:
    network = build_mlp((100,), rng=np.random.default_rng(1))
    network.meta["test"] = {"name": "MNIST", "accuracy": 0.9876}
    figure = poster_figure(network, title="T", language="de")
    words = " ".join(text.get_text() for text in figure.texts)
    assert "Von 79.400 Kanten sind die 880 wichtigsten gezeichnet. Es liest 98,8 % von" in words
    assert "Was jedes Neuron von h1 liest, Pixel für Pixel" in words
    assert poster_words.WORDS["de"].keys() == poster_words.WORDS["en"].keys()


def test_of_many_edges_those_of_the_first_picture_are_drawn_and_the_rest_is_stated() -> None:
    network = build_mlp((100,), rng=np.random.default_rng(1))
    figure = poster_figure(network, title="T", theme=DARK)
    words = " ".join(text.get_text() for text in figure.texts)
    assert re.search(r"The 880 edges that matter most of 79,400 are drawn\.", words)


def test_the_shipped_sparse_network_fits_on_a_small_file(tmp_path: Path) -> None:
    path = write_poster(ns.load_network("sparse.npz"), tmp_path / "poster.pdf", title="T")
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) < 1e6
    assert re.search(rb"/MediaBox \[ 0 0 1683\.\d+ 1190\.\d+ \]", content)  # A2, in points
    assert b"/Subtype /Image" not in content


def test_equal_networks_give_equal_bytes_and_names_are_literal(tmp_path: Path) -> None:
    paths = [write_poster(three_edges(), tmp_path / n, title="$x") for n in ("a.svg", "b.svg")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_what_has_no_poster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ends in \.pdf or \.svg; got 'poster\.png'"):
        write_poster(three_edges(), tmp_path / "poster.png", title="T")
    maps = build_cnn(((2,),), (4,), rng=np.random.default_rng(1), n_inputs=64)
    with pytest.raises(SettingsError, match="this one has feature maps"):
        poster_figure(maps, title="T")
    wide = build_mlp((1_025,), rng=np.random.default_rng(1), n_inputs=4)
    with pytest.raises(SettingsError, match=r"at most 1,024 units; got 1,025"):
        poster_figure(wide, title="T")
