"""The widened shapes: each with a source, a set of their own, and the old digits as they were."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

from neuroscribble.data.pen import pen_digits
from neuroscribble.data.pen_shapes import pen_shapes
from neuroscribble.data.pen_shapes_wide import SOURCES, TABLE, slashed_zeros
from neuroscribble.errors import SettingsError


def test_every_shape_has_a_source_and_every_source_a_shape() -> None:
    used = {source for rows in TABLE.values() for *_, source in rows}
    assert used == SOURCES.keys()
    assert sorted(TABLE) == list(range(10))


def test_names_and_strokes_are_there_once() -> None:
    for label, rows in TABLE.items():
        assert len({name for name, *_ in rows}) == len(rows), label
        assert len({text for _, _, text, _ in rows}) == len(rows), label
        assert all(re.fullmatch(r"(-?\d+,-?\d+!?;? ?)+", text) for _, _, text, _ in rows)


def test_a_slash_has_its_angle_and_length() -> None:
    """The level slash of the plain oval, whose half width is 30: 1.35 · 30 = 40.5 to each side."""
    rows = {name: text for name, _, text, _ in slashed_zeros()}
    start, end = rows["plain, slash level, beyond"].split("; ")[1].split()
    assert [float(x) for x in start.split(",")] == pytest.approx([34 + 40.5, 50 - 1.4], abs=0.6)
    assert [float(x) for x in end.split(",")] == pytest.approx([34 - 40.5, 50 + 1.4], abs=0.6)
    assert ";" not in rows["plain, slash steep, beyond, one stroke"]
    assert "plain, slash upright, beyond, one stroke" not in rows


def test_wide_digits_are_of_the_wide_shapes_alone() -> None:
    for label in range(10):
        shapes = pen_shapes(label, wide=1.0)
        assert [shape.name for shape in shapes] == [name for name, *_ in TABLE[label]]
        assert sum(shape.frequency for shape in shapes) == pytest.approx(1)
        mixed = pen_shapes(label, world=0.5, wide=0.25)
        of_wide = [shape.frequency for shape in mixed[-len(shapes) :]]
        assert sum(of_wide) == pytest.approx(0.25)
        assert sum(shape.frequency for shape in mixed) == pytest.approx(1)


def test_a_sheet_of_them_can_be_drawn() -> None:
    images, labels = pen_digits(200, rng=np.random.default_rng(200), wide=1.0)
    assert (np.bincount(labels) == 20).all()
    assert (images.max(axis=1) > 0.5).all()


@pytest.mark.parametrize(
    ("how", "digest"),
    [({}, "8998e09bf8c34a00"), ({"world": 0.6}, "174aa025e464b9a0")],
)
def test_the_digits_of_a_seed_stay_what_they_were(how: dict[str, float], digest: str) -> None:
    """Gray levels to 4 bits and labels: figures in docs and tests are of these very digits."""
    images, labels = pen_digits(100, rng=np.random.default_rng(5), **how)
    grays = np.rint(images * 15 + 1e-4).astype(np.uint8)
    told = hashlib.sha256(grays.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    assert told[:16] == digest


@pytest.mark.parametrize(("world", "wide"), [(0.6, 0.5), (-0.1, 0.2), (0, 1.1), (0.2, -0.1)])
def test_shares_that_are_none_are_refused(world: float, wide: float) -> None:
    with pytest.raises(SettingsError, match="together at most 1; got"):
        pen_digits(10, rng=np.random.default_rng(1), world=world, wide=wide)
