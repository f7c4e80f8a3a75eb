"""Other ink in the page: the same blobs in the same order as Python's, the same noise, pieces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from javascript import READ, RunJs, payload_of
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.counterfactual import counterfactual
from neuroscribble.explain.nearest import nearest
from neuroscribble.explain.noise import smallest_noise
from neuroscribble.explain.occlusion import occlusion
from neuroscribble.nn.activations import GELU, Tanh
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.reads import input_of
from neuroscribble.shapes import Floats

SHIPPED = Path(__file__).parents[2] / "weights.npz"
INKS = pen_digits(10, rng=np.random.default_rng(12))[0]


def shipped() -> Network:
    return ns.load_network(SHIPPED)


def curved() -> Network:
    rng = np.random.default_rng(3)
    layers = {"dense1": Dense(784, 12, rng=rng), "gelu1": GELU(), "dense2": Dense(12, 10, rng=rng)}
    return Network(layers)


def one_sigmoid() -> Network:
    """Of 8 × 8 pixels in three channels."""
    layers = {"dense1": Dense(192, 6, rng=np.random.default_rng(4)), "tanh1": Tanh()}
    layers["dense2"] = Dense(6, 1, rng=np.random.default_rng(5))
    meta = {"input": {"shape": [8, 8, 3]}}
    return Network(
        layers, input_shape=(192,), class_names=("no", "yes"), output="sigmoid", meta=meta
    )


def upright() -> Network:
    network = build_mlp((16, 8), rng=np.random.default_rng(6))
    network.upright = (28, 28)
    return network


def even() -> Network:
    network = upright()
    network.even = True
    return network


def inks_for(network: Network) -> Floats:
    """Digits of as many pixels and channels as it reads."""
    side, _, channels = (*input_of(network).shape, 1)[:3]
    small = INKS.reshape(-1, 28, 28)[:, :: 28 // side, :: 28 // side][:, :side, :side]
    return np.repeat(small.reshape(len(INKS), -1), channels, axis=1)


@pytest.mark.parametrize(
    ("make", "n"),
    [(shipped, 4), (small_cnn, 1), (curved, 2), (one_sigmoid, 3), (upright, 2), (even, 2)],
    ids=["shipped", "cnn", "gelu", "one sigmoid", "upright", "even"],
)
def test_the_same_drawing_has_the_same_blobs(
    js: RunJs, make: Callable[[], Network], n: int
) -> None:
    network = make()
    inks = inks_for(network)[:n]
    said = js(
        f"""{READ}
        return given.inks.map((ink) => {{
          const change = counterfactual.counterfactual(chain, Float32Array.from(ink), given.side);
          const other = noise.smallestNoise(chain, Float32Array.from(ink));
          const parts = occlusion.occlusion(chain, Float32Array.from(ink), given.side);
          return {{
            blobs: change?.blobs.map(({{ row, column, erases }}) => [row, column, erases]),
            last: change && Array.from(change.images.at(-1)),
            ink: change?.ink, norm: change?.norm,
            noise: other?.norm, image: other && Array.from(other.image),
            answer: parts.answer, losses: Array.from(parts.losses), remainder: parts.remainder,
          }};
        }});
        """,
        payload=payload_of(network),
        inks=inks.tolist(),
        side=input_of(network).shape[0],
    )
    for ink, one in zip(inks, said, strict=True):
        change = counterfactual(network, ink)
        assert change is not None
        assert [tuple(blob) for blob in one["blobs"]] == [tuple(blob) for blob in change.blobs]
        np.testing.assert_allclose(one["last"], change.images[-1], atol=1e-6)
        assert (one["ink"], one["norm"]) == pytest.approx((change.ink, change.norm), rel=1e-5)
        noise = smallest_noise(network, ink)
        assert noise is not None
        assert one["noise"] == pytest.approx(noise.norm, rel=1e-3)
        np.testing.assert_allclose(one["image"], noise.image, atol=1e-3)
        pieces = occlusion(network, ink)
        assert one["answer"] == pieces.answer
        np.testing.assert_allclose(one["losses"], pieces.losses.ravel(), atol=1e-5)
        assert one["remainder"] == pytest.approx(pieces.remainder, abs=1e-5)


def test_the_nearest_digits_are_pythons(js: RunJs) -> None:
    network = shipped()
    images, labels = pen_digits(100, rng=np.random.default_rng(13))
    said = js(
        f"""{READ}
        const read = new readings.Readings(chain, {{ inks: given.images, labels: given.labels }});
        return nearest.nearest(read, Float32Array.from(given.ink));
        """,
        payload=payload_of(network),
        ink=INKS[0].tolist(),
        images=images.ravel(),
        labels=labels.tolist(),
    )
    expected = nearest(network, INKS[0], images, labels)
    assert [one["index"] for one in said] == [near.index for near in expected]
    assert [one["distance"] for one in said] == pytest.approx(
        [near.distance for near in expected], rel=1e-4
    )
