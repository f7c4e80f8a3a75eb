"""Small convolutional networks that read the pen's digits.

They were recorded once they were trained, so that tests need not wait for them:

    python tests/small_cnn.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.normalization import BatchNorm2d, Dropout
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten
from neuroscribble.shapes import CLASS_NAMES, Floats
from neuroscribble.training.loop import cosine, train
from neuroscribble.training.optimizers import RMSProp

RECORDED = Path(__file__).with_suffix(".npy")
RECORDED_TINY = Path(__file__).with_name("tiny_cnn.npy")


def small_cnn() -> Network:
    """The usual stack with fewer maps and no dropout; a network of its own for every caller."""
    network = _usual(np.random.default_rng(7))
    network.parameters.flat[...] = np.load(RECORDED)
    return network


def tiny_cnn() -> Network:
    """Two convolutions, the first with a stride: cheap enough to be taught again and again."""
    network = _strided(np.random.default_rng(7))
    network.parameters.flat[...] = np.load(RECORDED_TINY)
    return network


def _usual(rng: np.random.Generator) -> Network:
    return build_cnn(((8,), (12, 6)), (32,), dropout=0, rng=rng)


def _strided(rng: np.random.Generator) -> Network:
    layers = {
        "pixels": Unflatten((28, 28, 1)),
        "conv1": Conv2d(1, 8, kernel=4, padding=0, stride=4, rng=rng),
        "bn1": BatchNorm2d(8),
        "relu1": ReLU(),
        "conv2": Conv2d(8, 8, rng=rng),
        "bn2": BatchNorm2d(8),
        "relu2": ReLU(),
        "pool2": MaxPool2d(2),
        "flatten": Flatten(),
        "dense1": Dense(72, 24, rng=rng),
        "relu3": ReLU(),
        "dense2": Dense(24, 10, rng=rng),
    }
    return Network(layers, input_shape=(784,), class_names=CLASS_NAMES)


def _trained(network: Network, n: int, rng: np.random.Generator) -> Floats:
    """The parameters after three epochs of n pen digits."""
    train(
        network,
        Digits(*pen_digits(n, rng=rng)),
        Digits(*pen_digits(200, rng=rng)),
        optimizer=RMSProp(0.006),
        epochs=3,
        schedule=cosine,
        batch_size=40,
        rng=rng,
    )
    return network.parameters.flat


def convolutional(rng: np.random.Generator) -> Network:
    """Every case of a convolution: stride, no padding, no normalization, rows that are left out."""
    layers: dict[str, Any] = {
        "pixels": Unflatten((28, 28, 1)),
        "conv1": Conv2d(1, 4, kernel=5, padding=2, stride=2, rng=rng),
        "bn1": BatchNorm2d(4),
        "relu1": ReLU(),
        "conv2": Conv2d(4, 5, padding=0, rng=rng),
        "relu2": ReLU(),
        "pool2": MaxPool2d(3),  # 12 × 12 → 4 × 4
        "conv3": Conv2d(5, 3, padding=1, rng=rng),
        "bn3": BatchNorm2d(3),
        "relu3": ReLU(),
        "flatten": Flatten(),
        "dense1": Dense(48, 6, rng=rng),
        "relu4": ReLU(),
        "dropout": Dropout(0.5),
        "dense2": Dense(6, 10, rng=rng),
    }
    network = Network(layers)
    for name, array in {**network.named_params(), **network.named_statistics()}.items():
        if name.endswith((".b", ".beta", ".mean")):
            array[...] = rng.normal(0, 0.2, array.shape)
        if name.endswith((".gamma", ".variance")):
            array[...] = rng.uniform(0.4, 1.6, array.shape)
    return network


if __name__ == "__main__":
    for file, build, n in ((RECORDED, _usual, 4000), (RECORDED_TINY, _strided, 1500)):
        chance = np.random.default_rng(7)
        np.save(file, _trained(build(chance), n, chance))
