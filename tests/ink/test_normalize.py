"""Ink: any canvas becomes an image like MNIST's, and MNIST's own images stay what they are."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import NeuroscribbleError, PictureError, ShapeError
from neuroscribble.ink.normalize import INK_THRESHOLD, ink_stages, normalize_ink
from neuroscribble.ink.strokes import render_strokes


def digit_like(seed: int, side: int = 60) -> np.ndarray[Any, np.dtype[np.float32]]:
    line = np.random.default_rng(seed).uniform(8, side - 8, (6, 2))
    return render_strokes([line], size=side, width=5)


def test_a_square_of_ink_fills_the_twenty_pixels_in_the_middle() -> None:
    # 10 x 10 becomes 20 x 20. Its center of mass, index 9.5, is a tie and rounds up to 10, so
    # the square begins at 14 - 10 = 4.
    canvas = np.zeros((50, 70))
    canvas[12:22, 31:41] = 1
    expected = np.zeros((28, 28))
    expected[4:24, 4:24] = 1
    np.testing.assert_allclose(normalize_ink(canvas), expected, atol=1e-6)


def test_each_new_pixel_is_the_mean_ink_of_its_footprint() -> None:
    # A bar of 50 x 4: one new pixel spans 2.5 old ones. Its two columns cover 2.5 and 1.5 old
    # columns of ink: means 1 and 0.6. The upper half has ink 0.5, so rows 0-9 carry half of that.
    canvas = np.ones((50, 4))
    canvas[:25] = 0.5
    stages = ink_stages(canvas)
    assert stages.box == (0, 0, 50, 4)
    assert stages.fitted.shape == (20, 2)
    np.testing.assert_allclose(stages.fitted[:10], [[0.5, 0.3]] * 10)
    np.testing.assert_allclose(stages.fitted[10:], [[1.0, 0.6]] * 10)
    # Center of mass: row (4.5 * 8 + 14.5 * 16) / 24 = 11.17 -> 11, column 0.375 -> 0.
    assert stages.shift == (14 - 11, 14 - 0)


def test_the_stages_fit_together() -> None:
    canvas = digit_like(3)
    stages = ink_stages(canvas)
    top, left, bottom, right = stages.box
    np.testing.assert_array_equal(stages.cropped, canvas[top:bottom, left:right])
    assert max(stages.fitted.shape) == 20
    (row, column), (height, width) = stages.shift, stages.fitted.shape
    inside = stages.centered[row : row + height, column : column + width]
    np.testing.assert_allclose(inside, stages.fitted, atol=1e-7)
    assert stages.centered.sum() == pytest.approx(stages.fitted.sum(), rel=1e-6)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    factor=st.integers(1, 4),
    before=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    after=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_moving_and_enlarging_a_drawing_changes_nothing(
    seed: int, factor: int, before: tuple[int, int], after: tuple[int, int]
) -> None:
    canvas = digit_like(seed)
    larger = np.kron(canvas, np.ones((factor, factor)))
    moved = np.pad(larger, list(zip(before, after, strict=True)))
    np.testing.assert_allclose(normalize_ink(moved), normalize_ink(canvas), atol=1e-6)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_the_center_of_mass_falls_on_pixel_fourteen_and_a_second_pass_changes_nothing(
    seed: int,
) -> None:
    image = normalize_ink(digit_like(seed)).astype(float)
    for axis in (0, 1):
        line = image.sum(axis=1 - axis)
        center = line @ np.arange(28) / line.sum()
        at_the_edge = line[0] > 0 or line[27] > 0  # a lopsided digit stays inside the picture
        assert at_the_edge or 13.5 - 1e-4 <= center < 14.5
    again = ink_stages(image)
    if max(again.cropped.shape) == 20:  # unless an edge is fainter than the threshold
        # An outermost line fainter than the threshold is paper the second time.
        np.testing.assert_allclose(again.centered, image, atol=INK_THRESHOLD)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_noise_of_float32_moves_no_pixel(seed: int) -> None:
    canvas = digit_like(seed)
    canvas = np.maximum(canvas, canvas[::-1])  # symmetric: its center of mass is a tie
    noise = np.random.default_rng(seed).uniform(-1e-7, 1e-7, canvas.shape)
    noisy = np.where(canvas > 0.01, np.clip(canvas + noise, 0, 1), canvas)
    np.testing.assert_allclose(normalize_ink(noisy), normalize_ink(canvas), atol=1e-5)


@pytest.mark.parametrize("corner", [(0, 0), (0, 27), (27, 0), (27, 27)])
def test_heavy_ends_lose_no_ink_over_the_border(corner: tuple[int, int]) -> None:
    canvas = np.full((28, 28), 0.004)
    canvas[corner] = 1
    stages = ink_stages(canvas)
    assert stages.centered.sum() == pytest.approx(stages.fitted.sum(), rel=1e-6)
    assert all(0 <= start <= 8 for start in stages.shift)


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (280, 280), (3, 500)])
def test_a_blank_canvas_stays_blank(shape: tuple[int, int]) -> None:
    stages = ink_stages(np.zeros(shape))
    assert stages.box == (0, 0, 0, 0)
    assert stages.centered.shape == (28, 28)
    assert not stages.centered.any()


def test_a_single_pixel_becomes_a_full_square() -> None:
    canvas = np.zeros((9, 9), dtype=bool)
    canvas[8, 0] = True
    assert normalize_ink(canvas).sum() == pytest.approx(400)


@pytest.mark.parametrize(
    ("canvas", "error", "words"),
    [
        (np.zeros(784), ShapeError, r"\(H, W\).*\(784,\)"),
        (np.zeros((1, 28, 28)), ShapeError, r"\(H, W\)"),
        (np.zeros((0, 28)), ShapeError, "some pixels"),
        ([[0.0, 1.0], [0.0]], ShapeError, r"\(H, W\)"),
        (np.full((9, 9), np.nan), PictureError, "nan"),
        (np.full((9, 9), np.inf), PictureError, "inf"),
        (np.full((9, 9), 255, dtype=np.uint8), PictureError, "between 0 .* 255"),
        (np.full((9, 9), -0.5), PictureError, "-0.5"),
        (np.full((9, 9), 1j), PictureError, "real numbers"),
        (np.full((9, 9), "ink"), PictureError, "real numbers"),
    ],
)
def test_what_is_no_ink_is_refused(
    canvas: object, error: type[NeuroscribbleError], words: str
) -> None:
    with pytest.raises(error, match=words):
        normalize_ink(canvas)  # type: ignore[arg-type]


@pytest.mark.mnist
def test_mnist_images_enlarged_and_moved_come_back_as_themselves(mnist_folder: Path) -> None:
    content = gzip.decompress((mnist_folder / "train-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)[:2000] / 255
    errors = []
    for number, image in enumerate(images):
        factor = 1 + number % 5
        canvas = np.pad(np.kron(image, np.ones((factor, factor))), ((3, number % 40), (9, 0)))
        errors.append(np.abs(normalize_ink(canvas) - image))
    worst = np.array([error.max() for error in errors])
    assert (worst < 1e-6).mean() > 0.999
    assert np.mean(errors) < 1e-4
