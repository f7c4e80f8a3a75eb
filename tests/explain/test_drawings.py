"""A network of the drawn edges alone, measured."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.drawings import correct_if_only_drawn, measure_drawings
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network


def slowly(network: Network, images: np.ndarray, labels: np.ndarray, top_k: int) -> int:
    """One image, one unit and one weight at a time."""
    right = 0
    for image, label in zip(images, labels, strict=True):
        a = list(map(float, image))
        for layer in network.dense_layers():
            weights, bias = layer.params["W"].tolist(), layer.params["b"].tolist()
            z = []
            for unit, start in enumerate(bias):
                column = [row[unit] for row in weights]
                drawn = sorted(range(len(column)), key=lambda i: (-abs(column[i]), i))[:top_k]
                z.append(start + sum(a[i] * column[i] for i in drawn))
            a = [max(value, 0.0) for value in z]
        right += z.index(max(z)) == label
    return right


def test_the_reading_of_a_drawing_equals_a_slow_count(
    tiny: Network, rng: np.random.Generator
) -> None:
    images = rng.normal(size=(40, 9))
    labels = tiny.predict(images)
    labels[::4] = (labels[::4] + 1) % 3  # the network is wrong at every fourth
    seen: list[tuple[int, int]] = []
    counts = correct_if_only_drawn(tiny, images, labels, on_step=lambda *step: seen.append(step))
    assert counts == [slowly(tiny, images, labels, top_k) for top_k in range(1, 10)]
    assert len(set(counts)) > 2
    assert counts[-1] == 30  # the whole network
    assert seen == [(top_k, 9) for top_k in range(1, 10)]


@pytest.mark.parametrize("order", ["DD", "DRDR"])
def test_only_networks_that_can_be_drawn_are_measured(order: str, rng: np.random.Generator) -> None:
    layers = {f"{i}": Dense(3, 3, rng=rng) if o == "D" else ReLU() for i, o in enumerate(order)}
    network = Network(layers, input_shape=(3,), class_names="abc")
    with pytest.raises(SettingsError, match="has no place in a picture"):
        correct_if_only_drawn(network, np.zeros((1, 3)), np.zeros(1, int))


def test_what_is_stored_of_drawings_tells_on_what_it_was_measured(
    tiny: Network, rng: np.random.Generator
) -> None:
    images = rng.normal(size=(40, 9))
    test = NamedDigits("40 clouds", Digits(images, tiny.predict(images)))
    seen: list[tuple[int, int]] = []
    facts = measure_drawings(tiny, test, lambda *step: seen.append(step))
    assert (facts["measured_on"], facts["n"]) == ("40 clouds", 40)
    assert facts["correct_if_only_drawn"] == correct_if_only_drawn(tiny, images, test.digits.labels)
    assert facts["correct_if_only_drawn"][-1] == 40
    assert seen == [(k, 9) for k in range(1, 10)]
