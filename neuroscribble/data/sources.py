"""Two sources of digits under one name: the official MNIST files, or our own pen digits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .batches import Digits
from .mnist import load_mnist
from .pen import pen_digits

PEN = "pen"  # the value of --data that asks for digits drawn by the program itself
N_PEN_TRAINING = 30_000
N_PEN_TEST = 5_000
PEN_TRAINING_SEED, PEN_TEST_SEED = 784, 1284  # two streams: no digit is in both


@dataclass(frozen=True)
class NamedDigits:
    """Digits and the words under which they appear in `meta` and on pictures."""

    name: str
    digits: Digits


def load_training_digits(data: str | Path | None, *, progress: bool = False) -> NamedDigits:
    """MNIST's 60,000 training digits, or freshly drawn ones for `data="pen"`."""
    if str(data) == PEN:
        return _pen("pen training", N_PEN_TRAINING, PEN_TRAINING_SEED)
    return NamedDigits("MNIST training", Digits(*load_mnist("train", data, progress=progress)))


def load_test_digits(data: str | Path | None, *, progress: bool = False) -> NamedDigits:
    """MNIST's 10,000 test digits, or other pen digits than the training's for `data="pen"`."""
    if str(data) == PEN:
        return _pen("pen test", N_PEN_TEST, PEN_TEST_SEED)
    return NamedDigits("MNIST test", Digits(*load_mnist("test", data, progress=progress)))


def _pen(name: str, n: int, seed: int) -> NamedDigits:
    return NamedDigits(name, Digits(*pen_digits(n, rng=np.random.default_rng(seed))))
