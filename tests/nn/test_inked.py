"""Blank inputs are left out of the products of training, and nothing else changes by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from neuroscribble.data.batches import Digits
from neuroscribble.nn import layers
from neuroscribble.nn.inked import D_LEAST, H_LEAST, N_LEAST, inked
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import build_mlp
from neuroscribble.shapes import Floats
from neuroscribble.training.loop import train
from neuroscribble.training.optimizers import OPTIMIZERS, make_optimizer

N, D, H = 2 * N_LEAST, 2 * D_LEAST, 2 * H_LEAST


def written(rng: np.random.Generator, *, blank: float = 0.4) -> Floats:
    """(N, D) images of which so large a part of the pixels is blank in all, and others in most."""
    x = rng.normal(size=(N, D)) * (rng.random((N, D)) < 0.3)
    x[0, 0], x[1:, 0] = -1.0, 0.0  # a single number that is not 0, and is negative
    x[:, rng.choice(np.arange(1, D), int(blank * D), replace=False)] = 0.0
    return x


def test_a_dense_layer_learns_the_same_with_and_without_blank_inputs(
    rng: np.random.Generator,
) -> None:
    x, d_out = written(rng), rng.normal(size=(N, H))
    layer = Dense(D, H, rng=rng)
    found = []
    for training in (False, True):
        z, cache = layer.forward(x, training=training)
        grads = {"W": np.full((D, H), np.nan), "b": np.full(H, np.nan)}
        d_x = layer.backward(d_out, cache, grads)
        found.append([z, grads["W"], grads["b"], d_x])
    assert inked(x, H) is not None
    for plain, without_blank in zip(*found, strict=True):
        np.testing.assert_allclose(without_blank, plain, rtol=0, atol=1e-12)


def test_inputs_count_as_inked_as_soon_as_one_image_is_not_0_there(
    rng: np.random.Generator,
) -> None:
    x = written(rng)
    np.testing.assert_array_equal(inked(x, H), [i for i in range(D) if np.abs(x[:, i]).sum() > 0])


@pytest.mark.parametrize(
    "x",
    [
        np.ones((N, D)),
        np.eye(N, D) + np.eye(N, D, N) + np.eye(N, D, 2 * N) + (np.arange(D) > 3 * N),
        np.zeros((N_LEAST - 1, D)),
        np.zeros((N, D_LEAST - 1)),
    ],
    ids=["ink everywhere", "ink everywhere once", "few images", "few inputs"],
)
def test_where_little_is_blank_or_little_is_to_do_all_inputs_are_taken(x: Floats) -> None:
    assert inked(x, H) is None
    assert inked(np.zeros((N, D)), H_LEAST - 1) is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_are_the_same_with_every_optimizer(
    name: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, labels = np.tile(written(rng), (4, 1)), np.arange(4 * N) % 10

    def learned(look: Callable[[Floats, int], object]) -> Floats:
        monkeypatch.setattr(layers, "inked", look)
        chance = np.random.default_rng(5)
        network = build_mlp([H], rng=chance, n_inputs=D, dtype=np.float64)
        digits = Digits(x, labels)
        settings = {"optimizer": make_optimizer(name), "epochs": 5, "batch_size": N}
        train(network, digits, digits, rng=chance, keep_last=True, **settings)
        return network.parameters.flat

    asked: list[object] = []

    def looking(x: Floats, n_units: int) -> object:
        asked.append(columns := inked(x, n_units))
        return columns

    np.testing.assert_allclose(learned(looking), learned(lambda x, n: None), rtol=0, atol=1e-9)
    assert sum(columns is not None for columns in asked) == 20
