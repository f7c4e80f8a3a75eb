"""A convolutional network that reads the pen's digits, trained in seconds."""

from __future__ import annotations

from functools import cache

import numpy as np

from neuroscribble.architectures import build_cnn
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.network import Network
from neuroscribble.optimizers import RMSProp
from neuroscribble.training import cosine, train

MAPS = ((8,), (12, 16))
HIDDEN = (32,)


@cache
def trained_cnn() -> Network:
    """The usual stack with fewer maps: 8, 12 and 16, then 32 units; no dropout."""
    rng = np.random.default_rng(7)
    network = build_cnn(MAPS, HIDDEN, dropout=0, rng=rng)
    digits = Digits(*pen_digits(4000, rng=rng))
    train(
        network,
        digits,
        Digits(*pen_digits(200, rng=rng)),
        optimizer=RMSProp(0.003),
        epochs=3,
        schedule=cosine,
        batch_size=40,
        rng=rng,
    )
    return network
