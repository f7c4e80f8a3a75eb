"""Two networks compared as what they compute: copies do not differ, twins share something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.training.loop import train
from neuroscribble.training.optimizers import RMSProp
from viz.figures.comparison import matrices_figure, trios_figure
from viz.figures.pairs import compare_networks

SHIPPED = Path(__file__).parents[2] / "weights.npz"


@pytest.fixture(scope="module")
def digits() -> NamedDigits:
    return NamedDigits("the pen", Digits(*pen_digits(400, rng=np.random.default_rng(11))))


def shuffled_and_rescaled(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Move and scale all hidden units in place; returns where each one went."""
    dense, moves = network.dense_layers(), []
    for layer, following in zip(dense, dense[1:], strict=False):
        move = rng.permutation(layer.fan_out)
        c = np.exp(rng.uniform(-3, 3, layer.fan_out)).astype(np.float32)
        layer.params["W"][...] = (layer.params["W"] * c)[:, move]
        layer.params["b"][...] = (layer.params["b"] * c)[move]
        following.params["W"][...] = (following.params["W"] / c[:, None])[move]
        moves.append(np.argsort(move))
    return moves


def texts_of(figure: Figure) -> str:
    texts = [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]
    return " ".join(texts).replace("\n", " ")


def test_a_shuffled_and_rescaled_copy_is_the_same_network(
    digits: NamedDigits, rng: np.random.Generator
) -> None:
    first, copy = ns.load_network(SHIPPED), ns.load_network(SHIPPED)
    moves = shuffled_and_rescaled(copy, rng)
    comparison = compare_networks(first, copy, names=("a", "b"), match=True, digits=digits)
    for order, move in zip(comparison.orders, moves, strict=True):
        np.testing.assert_array_equal(order, move)
    assert comparison.alignments == pytest.approx([1, 1, 1])
    for layer, difference in enumerate(comparison.differences):
        assert not difference.any()
        assert comparison.sentence(layer).endswith("no weight or bias differs.")
    pictures = [axes.images[0] for axes in matrices_figure(comparison).axes if axes.images]
    assert not any(np.asarray(image.get_array()).any() for image in pictures[2::4])
    raw = compare_networks(first, copy, names=("a", "b"), match=True, digits=digits, raw=True)
    assert [order.tolist() for order in raw.orders] == [move.tolist() for move in moves]
    assert all(difference.any() for difference in raw.differences)  # as the files are, they differ


@pytest.fixture(scope="module")
def twins(digits: NamedDigits) -> tuple[Network, Network]:
    """Two networks that learned the same digits from two beginnings."""
    networks = []
    for seed in (1, 2):
        rng = np.random.default_rng(seed)
        network = build_mlp((24, 16), rng=rng)
        network.meta["recipe"] = {"model": "mlp", "hidden": [24, 16], "seed": seed}
        train(
            network, digits.digits, digits.digits, optimizer=RMSProp(3e-3), epochs=8,
            batch_size=20, rng=rng,
        )  # fmt: skip
        networks.append(network)
    return networks[0], networks[1]


def test_two_beginnings_share_what_they_learned(
    twins: tuple[Network, Network], digits: NamedDigits
) -> None:
    comparison = compare_networks(*twins, names=("a", "b"), match=True, digits=digits)
    blank = build_mlp((24, 16), rng=np.random.default_rng(5))
    untrained = compare_networks(twins[0], blank, names=("a", "b"), match=True, digits=digits)
    for one, other in zip(comparison.alignments[1:], untrained.alignments[1:], strict=True):
        assert one > other + 0.2
    for layer in range(3):
        alike = comparison.activity[layer]
        assert alike.shape == (comparison.first[layer][0].shape[-1],) * 2
        assert np.median(alike.diagonal()) > np.median(alike) + 0.3
    assert comparison.alike(2) == pytest.approx(comparison.activity[2].diagonal())


def test_the_picture_tells_the_alignment_and_over_what(
    twins: tuple[Network, Network], digits: NamedDigits
) -> None:
    comparison = compare_networks(*twins, names=("a", "b"), match=True, digits=digits)
    figure = matrices_figure(comparison)
    told = texts_of(figure)
    assert "over 400 digits of the pen, which changes nothing that the networks compute" in told
    assert "linear CKA (Kornblith et al. 2019) over 400 digits of the pen" in told
    for alignment in comparison.alignments:
        assert f"alignment {alignment:.3f}" in told
    correlations = [axes.images[0] for axes in figure.axes if axes.images][3::4]
    for image, alike in zip(correlations, comparison.activity, strict=True):
        np.testing.assert_array_equal(np.asarray(image.get_array()), alike)
        assert (image.norm.vmin, image.norm.vmax) == (-1, 1)
    first = comparison.places[0][0]
    assert comparison.unit_words(0).startswith(f"h1:{first} · {comparison.orders[0][first]} ")
    assert comparison.unit_words(0) in texts_of(trios_figure(comparison))


def test_what_training_changed_is_sorted_by_the_trained_network(
    twins: tuple[Network, Network], digits: NamedDigits
) -> None:
    blank = build_mlp((24, 16), rng=np.random.default_rng(1))  # as the first twin began
    comparison = compare_networks(blank, twins[0], names=("a", "b"), match=False, digits=digits)
    other_way = compare_networks(twins[0], twins[1], names=("a", "b"), match=True, digits=digits)
    for place, other in zip(comparison.places, other_way.places, strict=True):
        np.testing.assert_array_equal(place, other)
    assert all(order.tolist() == [*range(len(order))] for order in comparison.orders)
    assert "Sorted by the class that a unit of the second helps most" in comparison.order_words


def test_without_digits_weights_stay_as_they_are(twins: tuple[Network, Network]) -> None:
    comparison = compare_networks(*twins, names=("a", "b"), match=True)
    assert comparison.form == "Weights as in the files."
    assert (comparison.alignments, comparison.activity, comparison.measured) == ([], [], "")
    first = comparison.places[0][0]
    weights = twins[0].dense_layers()[0].params["W"]
    np.testing.assert_array_equal(comparison.first[0][0][0, :, 0], weights[:, first])
    assert "alignment" not in texts_of(matrices_figure(comparison))
