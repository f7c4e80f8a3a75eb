"""Two sources of digits under one name: the official MNIST files, or our own pen digits."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from ..errors import DataError
from .batches import Digits
from .download import FOLDER_VARIABLE
from .mnist import MNIST, load_mnist
from .pen import pen_digits

PEN = "pen"  # the value of --data that asks for digits drawn by the program itself
N_PEN_TRAINING = 30_000
N_PEN_TEST = 5_000
N_REPLAY, N_PROBE = 2_000, 500  # digits that the drawing window replays and probes with
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


@dataclass(frozen=True)
class KnownDigits:
    """Digits that a network has learned and shall not forget: some to replay, others to probe."""

    replay: NamedDigits
    probe: NamedDigits


def load_known_digits(data: str | Path | None = None) -> KnownDigits:
    """MNIST's, if this machine has them already, else pen digits; nothing is downloaded.

    Those to replay come from the training digits, those of the probe from the test digits.
    Raises DataError when `data`, or the environment variable, names a folder without MNIST.
    """
    named = data or os.environ.get(FOLDER_VARIABLE) or None
    folder = Path(named or user_cache_path("neuroscribble") / "mnist")
    if str(named) != PEN and (named or all((folder / f.name).is_file() for f in MNIST.files)):
        try:
            return KnownDigits(
                _some(load_training_digits(folder), N_REPLAY, PEN_TRAINING_SEED),
                _some(load_test_digits(folder), N_PROBE, PEN_TEST_SEED),
            )
        except DataError:
            if named:  # else a broken cache, which the next training mends
                raise
    return KnownDigits(
        _pen("pen training", N_REPLAY, PEN_TRAINING_SEED), _pen("pen test", N_PROBE, PEN_TEST_SEED)
    )


def _some(named: NamedDigits, n: int, seed: int) -> NamedDigits:
    """n of the digits, chosen at random, always the same."""
    chosen = np.random.default_rng(seed).permutation(len(named.digits))[:n]
    digits = Digits(named.digits.images[chosen], named.digits.labels[chosen])
    return NamedDigits(named.name, digits)


def _pen(name: str, n: int, seed: int) -> NamedDigits:
    return NamedDigits(name, Digits(*pen_digits(n, rng=np.random.default_rng(seed))))
