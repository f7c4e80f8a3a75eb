"""The network of the drawn edges: which they are, what the others amount to, how well it reads."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.explain.drawings import (
    CHOICES,
    OTHERS,
    SPREADS,
    drawing,
    rank_edges,
)
from neuroscribble.explain.links import links
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.usual import Usual

SHIPPED = Path(__file__).parents[2] / "weights.npz"


@pytest.fixture
def by_hand() -> Network:
    """Three inputs, two outputs: weights and what is usual are chosen to be followed by hand."""
    weights = np.array([[1.0, 0.0], [-3.0, 2.0], [2.0, 0.5]], np.float32)
    network = Network(
        {"dense1": Dense.from_arrays(weights, np.array([0.5, -1.0], np.float32))},
        input_shape=(3,),
        class_names="ab",
    )
    network.usual = {
        "output": Usual(
            mean=np.array([0.5, 1.0, 0.0], np.float32),
            deviation=np.array([4.0, 1.0, 1.0], np.float32),
            influence=np.array([1.0, 3.0], np.float32),
        )
    }
    return network


def kept(network: Network) -> list[list[float]]:
    return [list(row) for row in network.dense_layers()[0].params["W"].tolist()]


def test_the_strongest_edges_and_the_average_of_the_others_by_hand(by_hand: Network) -> None:
    # Usual swings |w| · deviation: 1·4, 0 | 3, 2 | 2, 0.5. Times influence: 4, 0 | 3, 6 | 2, 1.5.
    two = drawing(by_hand, edges=2)
    assert kept(two) == [[1, 0], [0, 2], [0, 0]]
    # Into output:0 the others usually give −3 · 1 + 2 · 0; into output:1 0 · 0.5 + 0.5 · 0.
    assert two.dense_layers()[0].params["b"].tolist() == [-2.5, -1.0]
    cut = drawing(by_hand, edges=2, others="cut")
    assert cut.dense_layers()[0].params["b"].tolist() == [0.5, -1.0]
    assert kept(cut) == kept(two)
    assert kept(drawing(by_hand, edges=2, spread="unit")) == [[1, 0], [0, 2], [0, 0]]
    by_weight = drawing(by_hand, edges=2, choose="weight", spread="unit", others="cut")
    assert kept(by_weight) == [[0, 0], [-3, 2], [0, 0]]
    assert by_hand.dense_layers()[0].params["b"].tolist() == [0.5, -1.0]  # it is left as it was


def test_of_equal_strengths_the_lower_index_is_drawn() -> None:
    weights = np.array([[1.0, -1.0], [1.0, 1.0]], np.float32)
    network = Network(
        {"dense1": Dense.from_arrays(weights, np.zeros(2, np.float32))},
        input_shape=(2,),
        class_names="ab",
    )
    network.usual = {"output": Usual(np.zeros(2), np.ones(2), np.ones(2))}
    assert rank_edges(network, choose="usual", spread="network").ranks[0].tolist() == [
        [0, 1],
        [2, 3],
    ]
    assert rank_edges(network, choose="usual", spread="unit").ranks[0].tolist() == [[0, 0], [1, 1]]


def with_usual(network: Network, images: np.ndarray) -> Network:
    network.usual = measure_usual(network, images)
    return network


def rescaled(network: Network, rng: np.random.Generator) -> Network:
    """What flows into each hidden unit times c, what leads out of it divided by c: the same."""
    twin = network.in_double_precision()
    dense = twin.dense_layers()
    for layer, following in zip(dense, dense[1:], strict=False):
        c = np.exp(rng.uniform(-2, 2, layer.fan_out))
        layer.params["W"] *= c
        layer.params["b"] *= c
        following.params["W"] /= c[:, None]
    return twin


@pytest.mark.parametrize("spread", SPREADS)
def test_a_rescaled_network_has_the_same_edges(
    spread: str, tiny: Network, rng: np.random.Generator
) -> None:
    images = rng.random((300, 9))
    twin = with_usual(rescaled(tiny, rng), images)
    np.testing.assert_allclose(twin.logits(images), tiny.logits(images))
    with_usual(tiny, images)
    for edges in (12, 24, 36) if spread == "unit" else (5, 20, 50):
        first, second = (
            [link.params["W"] != 0 for link in links(drawing(one, edges=edges, spread=spread))]
            for one in (tiny, twin)
        )
        for one, other in zip(first, second, strict=True):
            assert np.array_equal(one, other)
    by_weight = [
        rank_edges(one, choose="weight", spread="unit").ranks[2].tolist() for one in (tiny, twin)
    ]
    assert by_weight[0] != by_weight[1]  # which a drawing by weight has not


@pytest.mark.parametrize("way", [*product(CHOICES, SPREADS, OTHERS)], ids="-".join)
def test_a_drawing_of_all_edges_is_the_network(
    way: tuple[str, str, str], tiny: Network, rng: np.random.Generator
) -> None:
    images = rng.random((50, 9))
    with_usual(tiny, images)
    whole = drawing(tiny, edges=77, choose=way[0], spread=way[1], others=way[2])
    assert np.array_equal(whole.logits(images), tiny.logits(images))


def test_with_one_layer_the_others_at_their_average_keep_the_mean(
    rng: np.random.Generator,
) -> None:
    images = rng.random((200, 9))
    network = with_usual(build_mlp((), rng=rng, n_inputs=9, n_classes=3, dtype=np.float64), images)
    for edges in (1, 9, 20):
        mean = drawing(network, edges=edges).logits(images).mean(axis=0)
        np.testing.assert_allclose(mean, network.logits(images).mean(axis=0), atol=1e-6)


def test_kernels_are_drawn_as_a_whole_and_their_average_is_right() -> None:
    network = small_cnn()
    images, _ = pen_digits(200, rng=np.random.default_rng(3))
    with_usual(network, images)
    drawn = drawing(network, edges=40)
    n_kernels = 0
    for link in links(drawn):
        taps = link.params["W"].reshape(-1, link.edges.size)
        assert set((taps != 0).mean(axis=0)) <= {0.0, 1.0}
        n_kernels += int(taps.any(axis=0).sum())
    assert n_kernels == 40
    assert all(np.shares_memory(drawn.parameters.flat, link.params["W"]) for link in links(drawn))
    first, original = links(drawn)[0], links(network)[0]
    z, before = (one.forward(images).pre_activations["h1"] for one in (drawn, network))
    # One input map and all its kernels cut or kept: the means over images and places stay.
    np.testing.assert_allclose(z.mean(axis=(0, 1, 2)), before.mean(axis=(0, 1, 2)), atol=1e-3)
    assert first.params["W"].shape == original.params["W"].shape


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"edges": 0}, "edges must be from 1 to 5; got 0"),
        ({"edges": 6}, "edges must be from 1 to 5; got 6"),  # one weight is 0
        ({"edges": 3, "spread": "unit"}, "make 2 or 4; got 3"),
        ({"edges": 2, "choose": "size"}, "choose must be usual or weight; got 'size'"),
        ({"edges": 2, "spread": "row"}, "spread must be network or unit; got 'row'"),
        ({"edges": 2, "others": "zero"}, "others must be average or cut; got 'zero'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    wrong: dict[str, object], sentence: str, by_hand: Network
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        drawing(by_hand, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", [{}, {"choose": "weight"}, {"choose": "weight", "spread": "unit"}])
def test_without_knowing_what_is_usual_only_weights_can_choose(
    way: dict[str, str], tiny: Network
) -> None:
    with pytest.raises(SettingsError, match="tells no usual activations"):
        drawing(tiny, edges=12, **way)
    drawing(tiny, edges=12, choose="weight", spread="unit", others="cut")


@pytest.mark.parametrize("order", ["DRRD", "DRDR"])
def test_only_networks_that_have_a_picture_can_be_drawn(
    order: str, rng: np.random.Generator
) -> None:
    layers = {f"{i}": Dense(3, 3, rng=rng) if o == "D" else ReLU() for i, o in enumerate(order)}
    network = Network(layers, input_shape=(3,), class_names="abc")
    with pytest.raises(SettingsError, match="has no place in a picture"):
        drawing(network, edges=1, choose="weight", spread="unit", others="cut")


def test_the_shipped_file_tells_what_its_drawings_read() -> None:
    network = ns.load_network(SHIPPED)
    facts = network.meta["drawings"]
    assert facts["n"] == facts["of"] == 10_000
    usual = facts["correct"]["usual"]["network"]
    at = dict(zip(facts["top_k"], usual["average"], strict=True))
    assert at[37] >= 9_000  # the default picture: 7,474 edges
    assert at[64] >= 9_650  # 12,928 edges
    assert all(more >= less - 100 for less, more in pairwise(usual["average"][7:]))


@pytest.mark.mnist
@pytest.mark.parametrize(
    ("top_k", "way"),
    [
        (37, ("usual", "network", "average")),
        (64, ("usual", "network", "average")),
        (64, ("usual", "network", "cut")),
        (24, ("usual", "unit", "average")),
        (8, ("weight", "unit", "cut")),
    ],
)
def test_the_figures_in_the_shipped_file_are_what_evaluating_a_drawing_gives(
    top_k: int, way: tuple[str, str, str], mnist_folder: Path
) -> None:
    network = ns.load_network(SHIPPED)
    images, labels = ns.load_mnist("test", data=mnist_folder)
    choose, spread, others = way
    edges = n_drawn_edges(network.layer_sizes, top_k)
    drawn = ns.drawing(network, edges=edges, choose=choose, spread=spread, others=others)
    accuracy = float((drawn.predict(images) == labels).mean())
    facts = network.meta["drawings"]
    told = facts["correct"][choose][spread][others][facts["top_k"].index(top_k)] / facts["n"]
    assert told == pytest.approx(accuracy, abs=1e-3)
