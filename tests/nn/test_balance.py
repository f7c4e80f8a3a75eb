"""Balancing: hidden numbers get small, logits stay the same to the last bit."""

from __future__ import annotations

import numpy as np

from neuroscribble.data.pen import pen_digits
from neuroscribble.nn.balance import balance
from neuroscribble.nn.network import build_mlp


def test_large_hidden_numbers_shrink_and_the_logits_do_not_change(
    rng: np.random.Generator,
) -> None:
    network = build_mlp((32, 16), rng=rng)
    params = network.named_params()
    params["dense1.W"] *= 37.0
    params["dense2.W"] *= 5.0
    params["dense1.b"] += 0.3
    images, _ = pen_digits(60, rng=rng)
    before = network.forward(images).logits
    halvings = balance(network, images, limit=4.0)
    trace = network.forward(images)
    np.testing.assert_array_equal(trace.logits, before)
    assert min(halvings) > 0
    for key in ("h1", "h2"):
        assert 2.0 < np.abs(trace.pre_activations[key]).max() <= 4.0


def test_what_is_small_already_or_has_no_hidden_layer_stays(rng: np.random.Generator) -> None:
    for hidden in ((8,), ()):
        network = build_mlp(hidden, rng=rng)
        before = network.parameters.flat.copy()
        assert balance(network, np.zeros((3, 784), np.float32)) == [0] * len(hidden)
        np.testing.assert_array_equal(network.parameters.flat, before)
