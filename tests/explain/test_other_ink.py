"""Other ink than the drawing's: what turns the answer, what is missing, and what is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import PictureError, SettingsError, ShapeError
from neuroscribble.explain.counterfactual import (
    NEAR_CLASSES,
    PEN,
    Blob,
    _Search,
    blob_inks,
    counterfactual,
)
from neuroscribble.explain.nearest import nearest
from neuroscribble.explain.noise import smallest_noise
from neuroscribble.explain.occlusion import occlusion
from neuroscribble.formats.storage import load_network
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.inputs import InputSpec
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp

INKS, LABELS = pen_digits(20, rng=np.random.default_rng(21))
NEAREST = _Search.nearest_classes
ASKS: list[Callable[..., Any]] = [counterfactual, smallest_noise, occlusion]


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(Path(__file__).parents[2] / "weights.npz")


def linear(weights: np.ndarray[Any, Any], classes: int) -> Network:
    """784 pixels → logits, no hidden layer."""
    layer = Dense.from_arrays(weights, np.zeros(classes))
    return Network({"dense1": layer}, class_names=[str(k) for k in range(classes)])


@pytest.mark.parametrize("number", range(6))
def test_blobs_turn_the_answer_and_none_of_them_is_idle(network: Network, number: int) -> None:
    drawing = INKS[number]
    change = counterfactual(network, drawing)
    assert change is not None
    before, after = change.answers
    said = network.predict(change.images.astype(np.float32))
    assert before == network.predict(drawing[None])[0]
    assert (said[0], said[-1]) == (before, after)
    assert before != after
    difference = change.images[-1] - drawing
    assert change.ink == pytest.approx(np.abs(difference).sum() / drawing.sum(), rel=1e-6)
    assert change.norm == pytest.approx(np.linalg.norm(difference), rel=1e-6)
    assert change.ink < 0.3
    pens = blob_inks(28, 1).reshape(28, 28, 784)
    for left_out in [None, *range(len(change.blobs))]:
        image = drawing.astype(float)
        for at, blob in enumerate(change.blobs):
            if at != left_out:
                ink = pens[blob.row, blob.column]
                image = np.minimum(image, 1 - ink) if blob.erases else np.maximum(image, ink)
        answer = network.predict(image[None])[0]
        assert (answer == before) == (left_out is not None)


def test_other_classes_are_tried_where_none_of_the_near_ones_is_reached(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    toward, out_of_reach = _Search.toward, NEAREST(_Search(network, INKS[0].astype(float)))[:3]
    assert len(out_of_reach) == NEAR_CLASSES

    def only_far(self: _Search, target: int) -> None:
        if target not in out_of_reach:
            toward(self, target)

    monkeypatch.setattr(_Search, "toward", only_far)
    change = counterfactual(network, INKS[0])
    assert change is not None
    assert change.probabilities[-1].argmax() not in {*out_of_reach, network.predict(INKS[:1])[0]}
    monkeypatch.setattr(_Search, "nearest_classes", lambda self: out_of_reach)
    assert counterfactual(network, INKS[0]) is None


def test_a_blob_is_a_dot_of_the_pen() -> None:
    dot = render_strokes([[(9.5, 4.5)]], size=28, width=28 * PEN)
    np.testing.assert_allclose(blob_inks(28, 1)[4 * 28 + 9].reshape(28, 28), dot, atol=1e-7)
    assert blob_inks(8, 3).shape == (64, 192)


def test_where_one_pixel_speaks_for_the_other_class_the_pen_goes_there() -> None:
    weights = np.zeros((784, 2))
    weights[:, 0] = 0.01
    weights[15 * 28 + 20, 1] = 9
    drawing = INKS[0].copy()
    drawing[15 * 28 + 20] = 0
    change = counterfactual(linear(weights, 2), drawing)
    assert change is not None
    assert len(change.blobs) == 1
    row, column, erases = change.blobs[0]
    assert not erases
    assert max(abs(row - 15), abs(column - 20)) <= 1
    weights[:, 1] = weights[:, 0]  # of equal logits the lower class: nothing can turn it
    assert counterfactual(linear(weights, 2), drawing) is None
    assert smallest_noise(linear(weights, 2), drawing) is None


def test_ink_that_holds_the_answer_is_erased() -> None:
    weights = np.full((784, 2), -0.001)
    weights[10 * 28 + 10, 0] = 1
    weights[300, 1] = 0.1
    drawing = np.zeros(784)
    drawing[[10 * 28 + 10, 300]] = 1
    change = counterfactual(linear(weights, 2), drawing)
    assert change is not None
    assert [blob.erases for blob in change.blobs] == [True]
    assert change.blobs[0] == Blob(10, 10, erases=True)


def test_noise_turns_the_answer_and_mostly_changes_less_than_ink(network: Network) -> None:
    smaller = found = 0
    for drawing in INKS[:7]:
        change, noise = counterfactual(network, drawing), smallest_noise(network, drawing)
        assert change is not None
        if noise is None:  # all classes are level there: it is no digit, and nothing has a slope
            continue
        found += 1
        assert network.predict(noise.image[None])[0] != network.predict(drawing[None])[0]
        assert noise.image.min() >= 0
        assert noise.image.max() <= 1
        assert noise.norm == pytest.approx(np.linalg.norm(noise.image - drawing), rel=1e-5)
        smaller += noise.norm < change.norm
    assert found >= 6
    assert smaller >= found - 1  # both are searches; once in twenty drawings the blobs are the less


@pytest.mark.parametrize("number", range(3))
def test_noise_of_a_linear_network_is_the_way_to_the_border(number: int) -> None:
    rng = np.random.default_rng(number)
    weights, gray = rng.normal(size=(784, 2)), np.full(784, 0.5)  # room for every pixel
    plain = linear(weights, 2)
    logits = plain.logits(gray[None])[0]
    way = abs(logits[0] - logits[1]) / np.linalg.norm(weights[:, 0] - weights[:, 1])
    found = smallest_noise(plain, gray)
    assert found is not None
    assert found.norm == pytest.approx(1.02 * way, rel=1e-3)


def test_pieces_and_remainder_are_the_whole(network: Network) -> None:
    found = occlusion(network, INKS[3])
    picture = INKS[3].reshape(28, 28).copy()
    assert found.losses.shape == (7, 7)
    assert found.losses.sum() + found.remainder == pytest.approx(found.whole)
    has_ink = picture.reshape(7, 4, 7, 4).sum(axis=(1, 3)) > 0
    assert not found.losses[~has_ink].any()
    assert found.losses[has_ink].all()
    row, column = np.unravel_index(np.abs(found.losses).argmax(), (7, 7))
    before = network.probabilities(INKS[3][None])[0, found.answer]
    picture[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 0
    after = network.probabilities(picture.reshape(1, -1))[0, found.answer]
    assert found.losses[row, column] == pytest.approx(before - after, abs=1e-5)


def test_a_linear_network_whose_outputs_are_values_has_no_remainder() -> None:
    plain = Network({"dense1": Dense(784, 10, rng=np.random.default_rng(0))}, output="linear")
    assert occlusion(plain, INKS[0]).remainder == pytest.approx(0, abs=1e-9)


def test_the_nearest_is_the_drawing_itself_where_it_is_among_them(network: Network) -> None:
    near = nearest(network, INKS[4], INKS, LABELS)
    assert (near[0].index, near[0].label) == (4, LABELS[4])
    assert near[0].distance == pytest.approx(0, abs=1e-9)
    assert sorted(one.label for one in near) == sorted(set(LABELS.tolist()))
    distances = [one.distance for one in near]
    assert distances == sorted(distances)
    hidden = network.forward(INKS).activations["h2"]
    apart = np.linalg.norm(hidden - hidden[4], axis=1)
    for one in near:
        assert one.distance == pytest.approx(apart[one.label == LABELS].min(), rel=1e-4)


@pytest.mark.parametrize("ask", ASKS)
def test_what_cannot_be_asked_is_said(ask: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ShapeError, match="image must have shape"):
        ask(build_mlp((3,), rng=rng), np.zeros(100))
    features = build_mlp((3,), rng=rng, n_inputs=5)
    with pytest.raises(SettingsError, match="this network reads features"):
        ask(features, np.ones(5))
    value = Network({"dense1": Dense(784, 1, rng=rng)}, class_names=["y"], output="linear")
    with pytest.raises(SettingsError, match="there is no answer to turn"):
        ask(value, INKS[0])


@pytest.mark.parametrize("ask", [counterfactual, occlusion])
def test_pictures_that_are_not_square_are_not_searched(ask: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    oblong = build_mlp((3,), rng=rng, n_inputs=8 * 12)
    oblong.meta["input"] = InputSpec(shape=(8, 12)).as_meta()
    with pytest.raises(SettingsError, match="only square pictures .* reads 8×12"):
        ask(oblong, np.ones(8 * 12))


def test_a_blank_drawing_has_no_ink_to_change(network: Network) -> None:
    with pytest.raises(PictureError, match="draw something first"):
        counterfactual(network, np.zeros(784))
    with pytest.raises(ShapeError, match="labels must have shape"):
        nearest(network, INKS[0], INKS, LABELS[:3])
