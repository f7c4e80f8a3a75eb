"""Distortions: seeded, gentle, cheap, and never harmful to the images they start from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.training.augment import Augment, Distortions, sampled_points, sampling_matrices

STILL = Distortions(
    turn=0,
    slant=0,
    log_size=0,
    log_aspect=0,
    shift=0,
    bend=0,
    thinner=0,
    thicker=0,
    contrast=0,
)


@pytest.fixture
def images(rng: np.random.Generator) -> np.ndarray:
    return pen_digits(20, rng=rng)[0]


def augment(distortions: Distortions, seed: int = 3, **settings: int) -> Augment:
    settings = {"n_maps": 16, "share": 3} | settings
    return Augment(distortions, rng=np.random.default_rng(seed), **settings)


def test_no_distortion_leaves_images_as_they_are(
    images: np.ndarray, rng: np.random.Generator
) -> None:
    np.testing.assert_allclose(augment(STILL)(images, rng), images, atol=1e-6)


def test_the_same_seeds_distort_in_the_same_way(images: np.ndarray) -> None:
    first, second = (augment(Distortions())(images, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    other = augment(Distortions())(images, np.random.default_rng(5))
    assert (other != first).any()


def test_distorted_ink_stays_ink_and_the_original_survives(
    images: np.ndarray, rng: np.random.Generator
) -> None:
    before = images.copy()
    distorted = augment(Distortions())(images, rng)
    np.testing.assert_array_equal(images, before)
    assert distorted.shape == images.shape
    assert distorted.dtype == np.float32
    assert distorted.min() >= 0
    assert distorted.max() <= 1
    assert (np.abs(distorted - images).max(axis=1) > 0.1).all()
    share = distorted.sum(axis=1) / images.sum(axis=1)
    assert share.min() > 0.3
    assert share.max() < 3


def test_a_shift_by_whole_pixels_moves_ink_without_loss(rng: np.random.Generator) -> None:
    points = sampled_points(STILL, 1, rng) + np.float32([2, -1])  # look 2 lower, 1 to the left
    image = np.zeros((28, 28), np.float32)
    image[10, 10] = 1
    moved = (sampling_matrices(points)[0] @ image.ravel()).reshape(28, 28)
    assert moved[8, 11] == 1
    assert moved.sum() == 1


def test_halfway_between_pixels_ink_is_shared_and_paper_comes_from_outside(
    rng: np.random.Generator,
) -> None:
    points = sampled_points(STILL, 1, rng) + np.float32([0.5, 0.0])
    moved = sampling_matrices(points)[0] @ np.ones(784, np.float32)
    np.testing.assert_allclose(moved.reshape(28, 28)[:-1], 1, atol=1e-6)
    np.testing.assert_allclose(moved.reshape(28, 28)[-1], 0.5, atol=1e-6)


@pytest.mark.parametrize(("setting", "sign"), [("thicker", 1), ("thinner", -1)])
def test_lines_get_thicker_or_thinner(
    setting: str, sign: int, images: np.ndarray, rng: np.random.Generator
) -> None:
    changed = augment(replace(STILL, **{setting: 1.0}))(images, rng)
    assert (sign * (changed.sum(axis=1) - images.sum(axis=1)) > 0).all()


def test_a_field_of_bumps_wanders_as_far_as_it_is_told(rng: np.random.Generator) -> None:
    points = sampled_points(replace(STILL, bend=2.0), 300, rng)
    offsets = points - sampled_points(STILL, 1, rng)
    assert offsets.std() == pytest.approx(2.0, rel=0.1)
    steps = np.abs(np.diff(offsets.reshape(300, 28, 28, 2), axis=2))
    assert np.quantile(steps, 0.999) < 2.0  # smooth: neighbors wander together


@pytest.mark.parametrize(
    "settings", [{"turn": -0.1}, {"bend": float("nan")}, {"smoothness": 0.5}, {"shift": np.inf}]
)
def test_impossible_distortions_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        Distortions(**settings)


def test_images_of_another_shape_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ShapeError):
        augment(STILL)(np.zeros((3, 28, 28), np.float32), rng)
    with pytest.raises(SettingsError):
        augment(STILL, n_maps=0)
