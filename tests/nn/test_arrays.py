"""The same layers on other arrays: twenty steps give what NumPy gives, and mixtures are refused."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from array_libraries import PLACES, strict_place

from neuroscribble import arrays
from neuroscribble.arrays import HERE, Place, namespace, to_numpy
from neuroscribble.errors import ArraysError
from neuroscribble.nn.activations import (
    ELU,
    GELU,
    Clip,
    LeakyReLU,
    Linear,
    Sigmoid,
    Softplus,
    Tanh,
)
from neuroscribble.nn.averaging import AvgPool2d, GlobalAvgPool2d
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.kernels import KERNELS
from neuroscribble.nn.kinds import KINDS, kind_of
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.losses import (
    SmoothedCrossEntropy,
    cross_entropy,
    sigmoid_cross_entropy,
    soft_cross_entropy,
    squared_error,
)
from neuroscribble.nn.network import Network
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten
from neuroscribble.training.loop import train_step
from neuroscribble.training.optimizers import OPTIMIZERS, make_optimizer

STEPS, AGREEMENT = 20, 1e-9
SIDE, CHANNELS, UNITS = 6, 3, 5


def on_rows(layer: Layer, rng: np.random.Generator) -> dict[str, Layer]:
    """Between two dense layers."""
    first = Dense(SIDE * SIDE, UNITS, rng=rng)
    return {"first": first, "middle": layer, "last": Dense(UNITS, 3, rng=rng)}


def on_maps(layer: Layer, rng: np.random.Generator) -> dict[str, Layer]:
    """Behind a convolution; a dense layer follows."""
    layers: dict[str, Layer] = {"pixels": Unflatten((SIDE, SIDE, 1))}
    layers |= {"conv": Conv2d(1, CHANNELS, rng=rng), "middle": layer}
    shape: tuple[int, ...] = (SIDE * SIDE,)
    for one in layers.values():
        shape = one.output_shape(shape)
    size = int(np.prod(shape))
    return {**layers, "flatten": Flatten(), "last": Dense(size, 3, rng=rng)}


def networks(rng: np.random.Generator) -> dict[str, dict[str, Layer]]:
    rows: dict[str, Layer] = {
        "dense": Dense(UNITS, UNITS, rng=rng),
        "relu": ReLU(),
        "leakyrelu": LeakyReLU(0.2),
        "elu": ELU(1.5),
        "gelu": GELU(),
        "gelu by tanh": GELU("tanh"),
        "sigmoid": Sigmoid(),
        "tanh": Tanh(),
        "softplus": Softplus(),
        "clip": Clip(-0.5, 0.5),
        "linear": Linear(),
        "batchnorm1d": BatchNorm1d(UNITS),
        "dropout": Dropout(0.3, seed=5),
    }
    maps: dict[str, Layer] = {
        "conv2d": Conv2d(CHANNELS, 4, rng=rng),
        "conv2d in strides": Conv2d(CHANNELS, 4, kernel=5, padding=2, stride=2, rng=rng),
        "conv2d in groups": Conv2d(
            CHANNELS, 6, kernel=(2, 3), padding=((1, 0), (2, 1)), dilation=2, groups=3, rng=rng
        ),
        "batchnorm2d": BatchNorm2d(CHANNELS),
        "maxpool2d": MaxPool2d(2),
        "maxpool2d in steps": MaxPool2d(3, stride=2, padding=1),
        "avgpool2d": AvgPool2d(3, stride=2, padding=1, counts_padding=True),
    }
    whole = {name: on_rows(layer, rng) for name, layer in rows.items()}
    whole |= {name: on_maps(layer, rng) for name, layer in maps.items()}
    conv = {"pixels": Unflatten((SIDE, SIDE, 1)), "conv": Conv2d(1, 4, rng=rng)}
    return whole | {
        "globalavgpool2d": {**conv, "mean": GlobalAvgPool2d(), "last": Dense(4, 3, rng=rng)}
    }


CASES = list(networks(np.random.default_rng()))


def test_every_kind_of_layer_has_a_case(rng: np.random.Generator) -> None:
    seen = {kind_of(layer) for layers in networks(rng).values() for layer in layers.values()}
    assert seen == set(KINDS)


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]()


def learned(
    network: Network, place: Place, optimizer: str, rng: np.random.Generator
) -> tuple[np.ndarray[Any, Any], list[float]]:
    """All parameters and statistics behind the last step, and the loss of every step."""
    network = network.copy(place=place)
    rule, gradient = make_optimizer(optimizer), network.new_gradient()
    losses = []
    for _ in range(STEPS):
        images, labels = rng.random((8, SIDE * SIDE)), rng.integers(0, 3, 8)
        loss, _ = train_step(
            network,
            place.bring(images),
            place.bring(labels),
            loss=cross_entropy,
            optimizer=rule,
            gradient=gradient,
            training=True,
        )
        losses.append(loss)
    return network.to(HERE).parameters.flat, losses


@pytest.mark.parametrize(
    ("case", "optimizer"),
    [*((case, "adam") for case in CASES), *(("dense", rule) for rule in OPTIMIZERS)],
)
def test_twenty_steps_of_every_layer_and_rule_agree_with_numpy(
    case: str, optimizer: str, place: Place
) -> None:
    layers = networks(np.random.default_rng(3))[case]
    network = Network(
        layers, input_shape=(SIDE * SIDE,), class_names=["a", "b", "c"], dtype=np.float64
    )
    ours, losses = learned(network, HERE, optimizer, np.random.default_rng(4))
    theirs, their_losses = learned(network, place, optimizer, np.random.default_rng(4))
    assert np.abs(ours - network.parameters.flat).max() > 1e-3  # it has learned
    assert np.abs(ours - theirs).max() <= AGREEMENT
    assert losses == pytest.approx(their_losses, abs=AGREEMENT)


@pytest.mark.parametrize(
    "loss",
    [
        cross_entropy,
        SmoothedCrossEntropy(0.1),
        soft_cross_entropy,
        sigmoid_cross_entropy,
        squared_error,
    ],
    ids=lambda loss: getattr(loss, "__name__", str(loss)),  # the same in every process
)
def test_every_loss_agrees_with_numpy(
    loss: Callable[..., tuple[float, Any]], place: Place, rng: np.random.Generator
) -> None:
    logits, labels = 3 * rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    by_labels = loss is cross_entropy or isinstance(loss, SmoothedCrossEntropy)
    targets = labels if by_labels else rng.dirichlet(np.ones(4), 6)
    value, d_logits = loss(logits, targets)
    their_value, their_d = loss(place.bring(logits), place.bring(targets))
    assert value == pytest.approx(their_value, abs=1e-12)
    assert np.abs(d_logits - to_numpy(their_d)).max() < 1e-12
    assert namespace(their_d) is place.functions


def test_a_wrong_row_of_the_registry_is_noticed(rng: np.random.Generator) -> None:
    """The comparison can fail: a gradient that is let through where it must not."""
    network = Network(
        on_rows(ReLU(), rng), input_shape=(36,), class_names=["a", "b", "c"], dtype=np.float64
    )
    ours, _ = learned(network, HERE, "sgd", np.random.default_rng(4))
    with patch.dict(KERNELS["masked"], others=lambda values, mask, out=None: values):
        theirs, _ = learned(network, strict_place(), "sgd", np.random.default_rng(4))
    assert np.abs(ours - theirs).max() > 1e-3


def test_a_network_reads_and_tells_the_same_elsewhere(
    place: Place, rng: np.random.Generator
) -> None:
    network = Network(on_maps(MaxPool2d(2), rng), input_shape=(36,), class_names=["a", "b", "c"])
    network.upright = (SIDE, SIDE)
    there = network.to(place)
    images = rng.random((9, 36), np.float32)
    assert there.to(place) is there
    assert network.to(HERE) is network
    assert there.to(HERE).fingerprint() == there.fingerprint() == network.fingerprint()
    assert there.summary() == network.summary()
    got = to_numpy(there.probabilities(place.bring(images)))
    assert got.dtype == np.float32
    assert np.abs(got - network.probabilities(images)).max() < 1e-6
    assert to_numpy(there.predict(place.bring(images))).tolist() == network.predict(images).tolist()


def mixed(rng: np.random.Generator) -> list[tuple[str, Callable[[], object]]]:
    place = strict_place()
    network = Network(on_rows(ReLU(), rng), input_shape=(36,), class_names=["a", "b", "c"])
    images, there = rng.random((2, 36), np.float32), network.to(place)
    logits, labels = np.zeros((2, 3)), np.zeros(2, np.int64)
    return [
        (
            "images are NumPy's and the network's parameters are array_api_strict's on "
            r".*device1.*; bring both to one place, as network\.place\.bring\(images\) does",
            lambda: there.forward(images),
        ),
        ("images are array_api_strict's", lambda: network.forward(place.bring(images))),
        ("labels are NumPy's and logits", lambda: cross_entropy(place.bring(logits), labels)),
        ("targets are array_", lambda: squared_error(logits, place.bring(logits))),
        (
            "labels are NumPy's and logits",
            lambda: SmoothedCrossEntropy(0.1)(place.bring(logits), labels),
        ),
        (
            "grads are NumPy's and params are array_api_strict's",
            lambda: make_optimizer("sgd").step(place.bring(logits), logits),
        ),
        ("arrays of NumPy, PyTorch or CuPy are computed with; got list", lambda: namespace([1.0])),
    ]


def test_mixtures_are_refused_by_name(rng: np.random.Generator) -> None:
    for message, call in mixed(rng):
        with pytest.raises(ArraysError, match=message):
            call()


def test_without_the_package_that_joins_them_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    array = strict_place().zeros(2, np.float32)
    monkeypatch.setattr(arrays, "_found", {})
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    arrays._compat.cache_clear()
    with pytest.raises(ArraysError, match=r'pip install "neuroscribble\[gpu\]"'):
        namespace(array)
