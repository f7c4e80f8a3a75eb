"""A small convolutional network that reads the pen's digits, trained in seconds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats
from neuroscribble.training.loop import cosine, train
from neuroscribble.training.optimizers import RMSProp

MAPS = ((8,), (12, 6))
HIDDEN = (32,)


def small_cnn() -> Network:
    """The usual stack with fewer maps and no dropout; a network of its own for every caller."""
    network = build_cnn(MAPS, HIDDEN, dropout=0, rng=np.random.default_rng(7))
    network.parameters.flat[...] = _trained()
    return network


@lru_cache(maxsize=1)
def _trained() -> Floats:
    rng = np.random.default_rng(7)
    network = build_cnn(MAPS, HIDDEN, dropout=0, rng=rng)
    train(
        network,
        Digits(*pen_digits(4000, rng=rng)),
        Digits(*pen_digits(200, rng=rng)),
        optimizer=RMSProp(0.006),
        epochs=3,
        schedule=cosine,
        batch_size=40,
        rng=rng,
    )
    return network.parameters.flat
