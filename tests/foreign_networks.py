"""Networks as other people build them: every layer, setting and output that pictures know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

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
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten

Build = Callable[[np.random.Generator], dict[str, Layer]]


def of_maps(rng: np.random.Generator) -> dict[str, Layer]:
    """Kernels that are no squares, groups, poolings of all kinds, normalization everywhere."""
    uneven: dict[str, Any] = {"kernel": (3, 2), "padding": ((1, 0), (0, 2)), "stride": (2, 1)}
    return {
        "pixels": Unflatten((28, 28, 1)),
        "bn0": BatchNorm2d(1),
        "conv1": Conv2d(1, 4, **uneven, rng=rng),  # 14 × 29
        "tanh1": Tanh(),
        "bn1": BatchNorm2d(4),
        "pool1": AvgPool2d((3, 2), stride=2, padding=1, counts_padding=True),  # 7 × 15
        "conv2": Conv2d(4, 6, dilation=(1, 2), padding=1, groups=2, rng=rng),  # 7 × 13
        "bn2": BatchNorm2d(6),
        "leaky2": LeakyReLU(0.2),
        "pool2": MaxPool2d(3, stride=2, padding=1),  # 4 × 7
        "conv3": Conv2d(6, 6, groups=6, rng=rng),
        "elu3": ELU(1.5),
        "dropout3": Dropout(0.3),
        "pool3": AvgPool2d(2, stride=1, padding=1),  # 5 × 8
        "conv4": Conv2d(6, 5, kernel=1, padding=0, rng=rng),
        "linear4": Linear(),
        "pool4": GlobalAvgPool2d(),
        "dense1": Dense(5, 8, rng=rng),
        "bn5": BatchNorm1d(8),
        "gelu1": GELU("tanh"),
        "dense2": Dense(8, 10, rng=rng),
    }


def of_units(rng: np.random.Generator) -> dict[str, Layer]:
    """A function of every kind, two dense layers in a row, and a single output for two classes."""
    return {
        "dense1": Dense(784, 9, rng=rng),
        "sigmoid1": Sigmoid(),
        "bn1": BatchNorm1d(9),
        "dense2": Dense(9, 8, rng=rng),
        "dense3": Dense(8, 7, rng=rng),
        "softplus3": Softplus(),
        "dense4": Dense(7, 6, rng=rng),
        "clip4": Clip(-0.5, 0.7),
        "dense5": Dense(6, 5, rng=rng),
        "gelu5": GELU(),
        "dense6": Dense(5, 1, rng=rng),
    }


def piecewise(rng: np.random.Generator) -> dict[str, Layer]:
    """Linear piece by piece, and no ReLU alone: one linear map for every drawing."""
    return {
        "bn0": BatchNorm1d(784),
        "dense1": Dense(784, 8, rng=rng),
        "leaky1": LeakyReLU(),
        "dense2": Dense(8, 7, rng=rng),
        "clip2": Clip(-0.4, 0.5),
        "bn2": BatchNorm1d(7),
        "dense3": Dense(7, 10, rng=rng),
    }


def normalized_relu(rng: np.random.Generator) -> dict[str, Layer]:
    """ReLU, normalized behind it, pooled: as many of the best on public leader boards are."""
    return {
        "pixels": Unflatten((28, 28, 1)),
        "conv1": Conv2d(1, 4, kernel=5, padding=2, stride=2, rng=rng),
        "relu1": ReLU(),
        "bn1": BatchNorm2d(4),
        "pool1": MaxPool2d(2),
        "conv2": Conv2d(4, 5, rng=rng),
        "relu2": ReLU(),
        "bn2": BatchNorm2d(5),
        "flatten": Flatten(),
        "dense1": Dense(245, 8, rng=rng),
        "relu3": ReLU(),
        "bn3": BatchNorm1d(8),
        "dense2": Dense(8, 10, rng=rng),
    }


BUILDS: dict[str, tuple[Build, str, str]] = {  # with output and classes
    "maps": (of_maps, "sigmoid", "0123456789"),
    "units": (of_units, "sigmoid", "ab"),
    "piecewise": (piecewise, "linear", "0123456789"),
    "normalized ReLU": (normalized_relu, "softmax", "0123456789"),
}


def foreign(name: str, *, seed: int = 3, dtype: DTypeLike = np.float32) -> Network:
    """One of them, with biases, normalizations and statistics that are not at their start."""
    rng = np.random.default_rng(seed)
    build, output, classes = BUILDS[name]
    network = Network(build(rng), class_names=classes, output=output, dtype=dtype)
    for full, array in {**network.named_params(), **network.named_statistics()}.items():
        if full.endswith((".gamma", ".variance")):
            array[...] = rng.uniform(0.5, 1.5, array.shape)
        elif not full.endswith(".W"):
            array[...] = rng.normal(0, 0.2, array.shape)
    return network
