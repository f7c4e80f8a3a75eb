"""A network of 784→12→8→10 that has learned from few pen digits, with its education."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.usual import note_usual, with_usual
from neuroscribble.nn.checkpoints import Education
from neuroscribble.nn.network import Network
from neuroscribble.training.jobs import train_and_measure
from neuroscribble.training.recipes import Recipe

RECIPE = Recipe(hidden=(12, 8), epochs=6, batch_size=16, n_validation=60, learning_rate=0.01)


@lru_cache(maxsize=1)
def small_education() -> tuple[Network, Education]:
    digits = NamedDigits("pen digits", Digits(*pen_digits(400, rng=np.random.default_rng(1))))
    run = train_and_measure(
        RECIPE,
        digits,
        digits,
        on_step=lambda report: None,
        on_epoch=lambda report: None,
        keep_history=True,
    )
    assert run.education is not None
    note_usual(run.network, digits)
    return run.network, with_usual(run.education, run.network, digits)
