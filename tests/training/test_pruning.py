"""Training down to few edges: which weights go, when, and that they stay away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cnn import tiny_cnn

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.drawings import drawing
from neuroscribble.explain.links import links
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.training.jobs import train_and_measure
from neuroscribble.training.pruning import BEGIN, END, Pruner
from neuroscribble.training.recipes import SPARSE, Recipe, recipe_by_name


def two_layers() -> Network:
    first = np.array([[2.0, 1.0], [1.0, 3.0]], np.float32)
    second = np.array([[1.0, 0.5], [0.1, 2.0]], np.float32)
    return Network(
        {
            "dense1": Dense.from_arrays(first, np.ones(2, np.float32)),
            "relu1": ReLU(),
            "dense2": Dense.from_arrays(second, np.ones(2, np.float32)),
        },
        input_shape=(2,),
        class_names="ab",
    )


def test_what_moves_sums_least_goes_by_hand() -> None:
    # Of images [1, 0] and [1, 2] the mean squares are 1 and 2. First layer: 4, 1 | 2, 18. Each over
    # the sum of those not smaller: 18/18, 4/22, 2/24, 1/25: 1, 0.182 | 0.083, 0.04.
    # h1 = [3, 2] and [5, 8]: mean squares 17, 34. Second layer: 17, 4.25 | 0.34, 136: 17/153 is
    # 0.111, 4.25/157.25 0.027 | 0.34/157.59 0.002, 1. In order: two of 1, 0.182, 0.111, 0.083, …
    network = two_layers()
    images = np.array([[1, 0], [1, 2]], np.float32)
    pruner = Pruner(network, 5, images)
    pruner.follow(END)
    first, second = (layer.params["W"].tolist() for layer in network.dense_layers())
    assert first == [[2, 0], [1, 3]]
    assert second == [[1, 0], [0, 2]]
    assert all(layer.params["b"].tolist() == [1, 1] for layer in network.dense_layers())


def test_weights_go_fast_at_first_and_slowly_in_the_end() -> None:
    pruner = Pruner(build_mlp((20,), rng=np.random.default_rng(0)), 880, np.zeros((1, 784)))
    assert pruner.total == 784 * 20 + 20 * 10 == 15_880
    assert pruner.left(0) == pruner.left(BEGIN) == 15_880
    assert pruner.left((BEGIN + END) / 2) == 880 + 15_000 // 8  # of those to go an eighth is there
    assert pruner.left(END) == pruner.left(1) == 880


def test_what_is_out_stays_out_of_weights_and_of_their_mean() -> None:
    network = two_layers()
    pruner = Pruner(network, 3, np.ones((4, 2), np.float32))
    pruner.follow(1.0)
    gone = network.parameters.flat == 0
    assert gone.sum() == 8 - 3
    network.parameters.flat += 1  # as a step of an optimizer with a memory does
    mean = np.full_like(network.parameters.flat, 7)
    pruner.follow(1.0)
    pruner.apply(mean)
    assert (network.parameters.flat[gone] == 0).all()
    assert (mean[gone] == 0).all()
    assert (mean[~gone] == 7).all()


@pytest.mark.parametrize("edges", [0, 9])
def test_a_number_that_cannot_be_left_is_refused(edges: int) -> None:
    with pytest.raises(SettingsError, match=f"edges must be from 1 to the 8 .*; got {edges}"):
        Pruner(two_layers(), edges, np.ones((1, 2), np.float32))


def test_only_dense_networks_are_trained_so() -> None:
    with pytest.raises(SettingsError, match="only networks of dense layers"):
        Pruner(tiny_cnn(), 10, np.ones((1, 784), np.float32))


def digits(n: int, seed: int) -> NamedDigits:
    images, labels = pen_digits(n, rng=np.random.default_rng(seed))
    return NamedDigits("pen digits", Digits(images.reshape(n, -1), labels))


def test_a_trained_network_has_so_many_edges_and_its_drawing_is_the_network_itself() -> None:
    recipe = Recipe(hidden=(24,), epochs=6, n_validation=100, edges=600, keep_last=True)
    run = train_and_measure(
        recipe,
        digits(1500, 1),
        digits(300, 2),
        on_step=lambda report: None,
        on_epoch=lambda report: None,
    )
    network = run.network
    assert sum(link.n_edges for link in links(network)) == 600
    assert run.test_accuracy > 0.4  # guessing reads a tenth
    assert network.meta["recipe"]["edges"] == 600
    images = digits(50, 3).digits.images
    whole = drawing(network, edges=600, choose="weight", spread="unit", others="cut")
    np.testing.assert_array_equal(whole.logits(images), network.logits(images))


def test_the_recipe_by_name() -> None:
    assert recipe_by_name("sparse") == SPARSE
    assert recipe_by_name("sparse", edges=2500) == replace(SPARSE, edges=2500)
    with pytest.raises(SettingsError, match="edges must be at least 0; got -1"):
        Recipe(edges=-1)
