"""A small convolutional network that reads most pen digits."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroscribble.architectures import build_cnn
from neuroscribble.data.pen import pen_digits
from neuroscribble.losses import cross_entropy
from neuroscribble.network import Network
from neuroscribble.optimizers import Adam
from neuroscribble.shapes import Floats
from neuroscribble.training import train_step

MAPS = ((4, 4), (6,))
HIDDEN = (32,)


def small_cnn() -> Network:
    """A network of its own for every caller."""
    network = build_cnn(MAPS, HIDDEN, dropout=0, rng=np.random.default_rng(5))
    network.parameters.flat[...] = _trained()
    return network


@lru_cache(maxsize=1)
def _trained() -> Floats:
    network = build_cnn(MAPS, HIDDEN, dropout=0, rng=np.random.default_rng(5))
    optimizer, gradient = Adam(4e-3), network.new_gradient()
    images, labels = pen_digits(1280, rng=np.random.default_rng(6))
    for step in range(150):
        some = slice(step % 20 * 64, step % 20 * 64 + 64)
        train_step(
            network,
            images[some],
            labels[some],
            loss=cross_entropy,
            optimizer=optimizer,
            gradient=gradient,
            training=True,
        )
    return network.parameters.flat
