"""The digits that every page can write by itself, and that no network learns from."""

from __future__ import annotations

import numpy as np

from .batches import Digits
from .pen import pen_digits
from .sources import NamedDigits

NAME = "pen digits"
SEED = (0, 1)  # of pages: the second number makes the held-out ones
N_DIGITS = 1000


def paper() -> NamedDigits:
    """The pen digits on which pages measure how well a network reads."""
    images, labels = pen_digits(N_DIGITS, rng=np.random.default_rng(SEED))
    return NamedDigits(NAME, Digits(images, labels))
