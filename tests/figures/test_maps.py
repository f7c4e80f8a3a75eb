"""Maps of layers, as numbers and as pictures: any shape of activations, legible, repeatable."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import refuse, succeed
from conftest import needs_scikit
from PIL import Image

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import DataError
from neuroscribble.explain.embedding import TSNE_MISSING
from neuroscribble.explain.maps import (
    Answers,
    LayerMap,
    ask,
    layer_activations,
    map_layers,
    some_digits,
)
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.shapes import CLASS_NAMES
from viz.diagram.centers import class_centers, spread, square_around
from viz.diagram.theme import DARK, LIGHT, Theme, rgb
from viz.figures.gallery import COLUMNS, ROWS, groups_of, percent, write_gallery
from viz.figures.maps import maps_figure, write_maps

SHIPPED = Path(__file__).parents[2] / "weights.npz"
NAMES: dict[str, Any] = {"class_names": CLASS_NAMES, "weights_name": "weights.npz"}


@pytest.fixture(scope="module")
def network() -> ns.Network:
    return ns.load_network(SHIPPED)


@pytest.fixture(scope="module")
def named() -> NamedDigits:
    return NamedDigits("pen test", Digits(*ns.pen_digits(80, rng=np.random.default_rng(2))))


@pytest.fixture
def without_scikit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)


def answers_of(labels: list[int], answers: list[int], confidences: list[float]) -> Answers:
    """Answers with blank images and given confidences; the rest of each row is spread evenly."""
    probabilities = np.repeat((1 - np.array(confidences))[:, None] / 9, 10, axis=1)
    probabilities[np.arange(len(labels)), answers] = confidences
    return Answers("test", np.zeros((len(labels), 784)), np.array(labels), probabilities)


# ── Numbers ───────────────────────────────────────────────────────────────────────────────────


def test_activations_come_in_chunks_but_whole(
    network: ns.Network, named: NamedDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neuroscribble.nn.network.CHUNK", 7)
    found = layer_activations(network, named.digits.images)
    expected = network.forward(named.digits.images).activations
    assert list(found) == ["input", "h1", "h2", "output"]
    for key, values in expected.items():
        np.testing.assert_allclose(found[key], values, atol=1e-5)


@pytest.mark.usefixtures("without_scikit")
def test_each_layer_has_a_map_and_its_measures(network: ns.Network, named: NamedDigits) -> None:
    told: list[str] = []
    layers = map_layers(network, named.digits, on_layer=told.append)
    assert told == [layer.key for layer in layers] == ["input", "h1", "h2", "output"]
    assert [layer.n_units for layer in layers] == [784, 128, 64, 10]
    for layer in layers:
        assert layer.pca.shape == (80, 2)
        assert layer.tsne is None
        assert 0 < layer.pca_share <= 1
    assert layers[0].neighbor_accuracy < layers[-1].neighbor_accuracy
    assert layers[0].variance_between < 0.5 < layers[-1].variance_between


@pytest.mark.usefixtures("without_scikit")
def test_feature_maps_are_mapped_as_they_are(
    named: NamedDigits, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr("neuroscribble.nn.network.CHUNK", 30)
    network = build_cnn(((3,), (4,)), (5,), rng=rng)
    layers = map_layers(network, named.digits)
    shapes = {layer.key: layer.shape for layer in layers}
    assert shapes["h1"][-1] == 3
    assert len(shapes["h1"]) == 3
    assert shapes["output"] == (10,)
    for layer in layers:
        assert layer.pca.shape == (80, 2)
        values = layer_activations(network, named.digits.images)[layer.key].reshape(80, -1)
        assert layer.n_units == values.shape[1]
        assert layer.pca[:, 0].var() == pytest.approx(
            np.linalg.norm(values - values.mean(axis=0), 2) ** 2 / 80, rel=1e-3
        )


def ask_nothing(named: NamedDigits) -> Answers:
    labels = named.digits.labels
    return Answers(named.name, named.digits.images, labels, np.eye(10)[labels])


@pytest.mark.slow
@needs_scikit
def test_maps_by_tsne_are_repeatable(network: ns.Network, named: NamedDigits) -> None:
    first, again = (map_layers(network, named.digits, seed=4) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.tsne is not None
        assert other.tsne is not None
        np.testing.assert_array_equal(one.tsne, other.tsne)


def test_digits_are_chosen_by_the_seed(named: NamedDigits) -> None:
    first, again, other = (some_digits(named, 60, seed=seed).digits.images for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert len(some_digits(named, 1000, seed=0).digits) == 80
    with pytest.raises(DataError, match="50 digits or more; pen test gives 20"):
        some_digits(named, 20, seed=0)


def test_answers_say_what_was_read_and_how_surely() -> None:
    answers = answers_of([3, 5], [3, 6], [0.9, 0.4])
    assert answers.answers.tolist() == [3, 6]
    assert answers.confidences.tolist() == [0.9, 0.4]
    assert answers.is_right.tolist() == [True, False]


# ── Names on maps ─────────────────────────────────────────────────────────────────────────────


def test_a_name_stands_on_a_point_of_its_class() -> None:
    points = np.array([[0.0, 0], [1, 0], [9, 0], [5, 5], [2, 0]])
    # Class 0: sums of distances 12 (at 0), 10 (at 1), 24 (at 9), 9+… (at 2): 2 + 1 + 7 = 10.
    labels = np.array([0, 0, 0, 2, 0])
    assert class_centers(points, labels, n_classes=3) == {0: 1, 2: 3}


def test_names_are_pushed_apart() -> None:
    places = spread(np.array([[0.0, 0], [0, 0], [0.5, 0], [9, 9]]), least=1)
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(4, 1)]
    assert distances.min() >= 0.99
    assert places[3].tolist() == [9, 9]
    assert spread(np.zeros((0, 2)), least=1).shape == (0, 2)


def test_a_square_holds_all_points_even_a_single_place() -> None:
    low, high = square_around(np.array([[0.0, 0], [10, 4]]))
    assert (high - low).tolist() == pytest.approx([11.2, 11.2])
    assert ((low < [0, 0]) & (high > [10, 4])).all()
    low, high = square_around(np.ones((3, 2)))
    assert (low < high).all()


# ── Pictures ──────────────────────────────────────────────────────────────────────────────────


def layer_of(answers: Answers, *, tsne: bool = True) -> LayerMap:
    """Classes on a circle, which is easy to tell apart."""
    rng = np.random.default_rng(1)
    angle = answers.labels * 0.6
    points = np.stack([np.cos(angle), np.sin(angle)], 1) + rng.normal(0, 0.04, (len(angle), 2))
    return LayerMap("h1", (7, 7, 8), points, 0.3, points if tsne else None, 0.91, 0.4)


@pytest.mark.slow
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_picture_shows_every_class_by_color_and_name(tmp_path: Path, theme: Theme) -> None:
    labels = [k for k in range(10) for _ in range(30)]
    answers = answers_of(labels, [*labels[:-1], 3], [0.9] * 300)
    layers = [layer_of(answers)] * 2
    path = write_maps(layers, answers, tmp_path / "maps.png", theme=theme, **NAMES)
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert pixels.shape[1] > 2000
    for color in theme.classes:
        near = np.abs(pixels - rgb(color)).sum(axis=2) < 40
        assert near.sum() > 4 * 100, "every class on each of the four maps"
    figure = maps_figure(layers, answers, theme=theme, **NAMES)
    assert len(figure.axes) == 4
    for axes in figure.axes:
        assert [text.get_text() for text in axes.texts] == list(CLASS_NAMES)
        assert len(axes.collections[0].get_offsets()) == 300
        assert len(axes.collections[1].get_offsets()) == 1, "one ring"
    words = " ".join(text.get_text() for text in figure.texts)
    assert "alike 91.0% · apart 40.0%" in words
    assert "7 × 7 × 8" in words
    assert "means nothing" in words
    assert "the 1 that are misread" in words or "misread" in words


def test_all_text_of_the_picture_is_inside_it() -> None:
    answers = answers_of([k % 10 for k in range(60)], [k % 10 for k in range(60)], [0.9] * 60)
    for tsne in (True, False):
        for n in (1, 4):
            figure = maps_figure([layer_of(answers, tsne=tsne)] * n, answers, **NAMES)
            renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
            width, height = figure.get_size_inches() * figure.dpi
            for text in figure.texts:
                box = text.get_window_extent(renderer)
                assert 0 <= box.x0 <= box.x1 <= width, text.get_text()
                assert 0 <= box.y0 <= box.y1 <= height


def test_without_tsne_the_picture_says_what_is_missing() -> None:
    answers = answers_of([k % 10 for k in range(60)], [k % 10 for k in range(60)], [0.9] * 60)
    figure = maps_figure([layer_of(answers, tsne=False)], answers, **NAMES)
    assert len(figure.axes) == 1
    assert any(TSNE_MISSING in text.get_text() for text in figure.texts)


def test_equal_maps_give_equal_bytes(tmp_path: Path) -> None:
    answers = answers_of([k % 10 for k in range(60)], [k % 10 for k in range(60)], [0.9] * 60)
    files = [tmp_path / name for name in ("a.png", "b.png")]
    for file in files:
        write_maps([layer_of(answers)], answers, file, **NAMES)
    assert files[0].read_bytes() == files[1].read_bytes()


# ── Gallery ───────────────────────────────────────────────────────────────────────────────────


def test_the_gallery_chooses_the_surest_wrong_and_the_least_sure_right() -> None:
    answers = answers_of([1, 2, 3, 4, 5], [1, 9, 3, 9, 5], [0.5, 0.6, 0.4, 0.8, 0.99])
    wrong, right, any_of_them = groups_of(answers, seed=0).values()
    assert wrong.tolist() == [3, 1]
    assert right.tolist() == [2, 0, 4]
    assert sorted(any_of_them.tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.slow
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_gallery_is_written(
    tmp_path: Path, theme: Theme, network: ns.Network, named: NamedDigits
) -> None:
    answers = ask(network, named)
    path = write_gallery(answers, tmp_path / "gallery.png", theme=theme, **NAMES)
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    ink = np.abs(pixels - rgb(theme.ink[-1])).sum(axis=2) < 30
    assert ink.sum() > 2 * ROWS * COLUMNS * 500


def test_a_gallery_without_mistakes_says_so(tmp_path: Path, named: NamedDigits) -> None:
    from viz.figures.gallery import gallery_figure

    figure = gallery_figure(ask_nothing(named), **NAMES)
    words = [text.get_text() for text in figure.texts]
    assert "80 of 80 digits are read right" in words
    assert "Read wrong, the surest first: there is none" in words


def test_nearly_all_is_not_all() -> None:
    assert [percent(p) for p in (0.871, 0.9994, 0.9996, 1.0)] == [
        "87.1%", "99.9%", "> 99.9%", "100.0%",
    ]  # fmt: skip


# ── Command ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.usefixtures("without_scikit", "few_pen_digits")
def test_the_command_works_without_scikit_learn_and_says_what_is_missing(tmp_path: Path) -> None:
    arguments = ("--weights", SHIPPED, "--data", "pen", "--digits", 60)
    said = succeed("maps", *arguments, "--out", tmp_path, "--theme", "dark")
    assert TSNE_MISSING in said
    assert said.splitlines()[1].split()[:2] == ["input", "784"]
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "gallery.png", "maps.html", "maps.png",
    ]  # fmt: skip
    again = tmp_path / "again"
    succeed("maps", *arguments, "--out", again, "--theme", "dark")
    for file in again.iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes()


def test_what_cannot_be_mapped_is_refused(tmp_path: Path) -> None:
    assert "50<=x<=10000" in refuse("maps", "--digits", 5)
    assert "holds no data" in refuse("maps", "--data", tmp_path, "--weights", SHIPPED)
    file = tmp_path / "file"
    file.write_text("")
    assert "Cannot write" in refuse("maps", "--weights", SHIPPED, "--out", file)
    other = tmp_path / "other.npz"
    ns.save_network(other, ns.build_mlp((3,), rng=np.random.default_rng(0), n_inputs=9))
    assert "784 inputs" in refuse("maps", "--weights", other, "--out", tmp_path)
