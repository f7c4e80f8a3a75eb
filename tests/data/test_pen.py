"""Pen digits: seeded, balanced, drawn like everything else, and every shape can occur."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.pen import pen_digit, pen_digits, pen_strokes
from neuroscribble.data.pen_shapes import TABLE, pen_shapes
from neuroscribble.errors import SettingsError
from neuroscribble.ink.normalize import ink_box

SHAPES = [(label, name) for label, rows in TABLE.items() for name, _, _ in rows]


def test_the_same_seed_writes_the_same_digits() -> None:
    first, second = (pen_digits(50, rng=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    assert (pen_digits(50, rng=np.random.default_rng(6))[0] != first[0]).any()


def test_digits_are_balanced_shuffled_and_in_range(rng: np.random.Generator) -> None:
    images, labels = pen_digits(504, rng=rng)
    assert images.shape == (504, 784)
    assert images.dtype == np.float32
    assert labels.dtype == np.int64
    assert sorted(np.bincount(labels)) == [50] * 6 + [51] * 4
    assert (np.diff(labels) != 0).mean() > 0.8
    assert images.min() == 0
    assert images.max() <= 1
    assert (images.max(axis=1) > 0.5).all()


def test_every_digit_is_twenty_pixels_long(rng: np.random.Generator) -> None:
    images, _ = pen_digits(200, rng=rng)
    for image in images.reshape(-1, 28, 28):
        top, left, bottom, right = ink_box(image)
        # An edge that covers a new pixel by less than the threshold leaves it blank.
        assert max(bottom - top, right - left) in (19, 20)
        center = image.sum(axis=1) @ np.arange(28) / image.sum()
        assert 13.49 < center < 14.51


@pytest.mark.parametrize(("label", "name"), SHAPES)
def test_every_shape_can_be_asked_for_and_drawn(
    label: int, name: str, rng: np.random.Generator
) -> None:
    strokes = pen_strokes(label, rng=rng, shape=name)
    text = next(text for each, _, text in TABLE[label] if each == name)
    assert len(strokes) == text.count(";") + 1
    for stroke in strokes:
        assert stroke.shape[1] == 2
        assert len(stroke) >= 2
        assert stroke.min() >= -1e-9
        assert stroke.max() <= 1 + 1e-9
    assert pen_digit(label, rng=rng, shape=name).shape == (28, 28)


def test_no_two_shapes_are_the_same_and_names_are_unique_per_digit() -> None:
    for label, rows in TABLE.items():
        assert len({name for name, _, _ in rows}) == len(rows), label
    texts = [text for rows in TABLE.values() for _, _, text in rows]
    assert len(set(texts)) == len(texts)


def test_frequencies_are_probabilities_and_every_shape_has_one() -> None:
    for label in range(10):
        frequencies = [shape.frequency for shape in pen_shapes(label)]
        assert min(frequencies) > 0
        assert sum(frequencies) == pytest.approx(1)


def test_a_curve_passes_its_control_points_and_turns_only_at_corners() -> None:
    for label in range(10):
        for shape in pen_shapes(label):
            points = shape.spline @ shape.controls
            assert shape.stroke_ends[-1] == len(points)
            gaps = np.abs(points[:, None] - shape.controls).sum(axis=2).min(axis=0)
            assert gaps.max() < 1e-12  # each control point is among the points
            np.testing.assert_allclose(shape.spline.sum(axis=1), 1)  # a moved shape moves whole


def test_the_bar_of_a_seven_meets_its_stem_at_a_sharp_corner() -> None:
    shape = next(shape for shape in pen_shapes(7) if shape.name == "plain")
    points = shape.spline @ shape.controls
    corner = int(np.abs(points - shape.controls[1]).sum(axis=1).argmin())
    before, after = points[corner] - points[corner - 1], points[corner + 1] - points[corner]
    assert before[0] > 0 > after[0]  # to the right, then at once to the left


def test_no_digits_are_written_when_none_are_asked_for(rng: np.random.Generator) -> None:
    images, labels = pen_digits(0, rng=rng)
    assert images.shape == (0, 784)
    assert labels.shape == (0,)


def test_digits_that_do_not_exist_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(SettingsError, match="0 to 9; got 10"):
        pen_strokes(10, rng=rng)
    with pytest.raises(SettingsError, match="0 to 9; got -1"):
        pen_digit(-1, rng=rng)
    with pytest.raises(SettingsError, match="plain, narrow"):
        pen_digit(0, rng=rng, shape="crossed")
    with pytest.raises(SettingsError, match="at least 0; got -3"):
        pen_digits(-3, rng=rng)
