"""A school for window tests: few pen digits, files in a folder of the test's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import KnownDigits, NamedDigits
from neuroscribble.network import Network
from viz.window.school import School


@lru_cache(maxsize=1)
def few_digits() -> KnownDigits:
    replay, probe = (
        NamedDigits(name, Digits(*pen_digits(60, rng=np.random.default_rng(seed))))
        for name, seed in (("pen training", 1), ("pen test", 2))
    )
    return KnownDigits(replay, probe)


def small_school(network: Network, folder: Path) -> School:
    return School(
        network,
        digits=few_digits,
        corrections=folder / "corrections",
        out=folder / "weights-learned.npz",
    )
