"""A school for window tests: few pen digits, files in a folder of the test's own."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import KnownDigits, NamedDigits
from neuroscribble.ink.drawing import DrawnStroke
from neuroscribble.nn.network import Network
from neuroscribble.teaching.corrections import Correction
from neuroscribble.teaching.teacher import Manner, Teacher
from viz.window.school import School

SEVEN = Correction(
    strokes=(
        DrawnStroke([(60.0, 60.0), (210.25, 70.5), (120.0, 230.0)], 24),
        DrawnStroke([(60.0, 60.0)], 36.0, erases=True),
    ),
    canvas=280,
    label=7,
    said=9,
    probabilities=(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.75),
    time=datetime(2026, 1, 31, 12, 30, 5, 250_000, tzinfo=timezone.utc),
)


BRIEF = Manner(steps=2, replayed=12, warmup=2)


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


def brief_school(network: Network, folder: Path) -> School:
    """The same with lessons of two small steps: for windows that only show what they did."""
    school = small_school(network, folder)
    school._make_teacher = partial(  # type: ignore[method-assign]
        Teacher, network, few_digits().replay, few_digits().probe, BRIEF
    )
    return school
