"""The Playground's point sets: where points lie, what noise does, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.data.points import KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [2, 301])
def test_points_lie_within_six_and_the_same_seed_is_the_same_set(kind: str, n: int) -> None:
    sets = [ns.point_set(kind, n, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    (points, labels), again, other = sets
    assert (points.shape, points.dtype) == ((n, 2), np.float32)
    assert (labels.shape, labels.dtype) == ((n,), np.int64)
    assert np.abs(points).max() < 6
    assert np.array_equal(points, again[0])
    assert np.array_equal(points, other[0]) == (kind == "spiral")  # which has no chance in it
    if kind != "xor" or n > 2:
        assert set(labels) == {0, 1}


def test_without_noise_each_set_is_what_its_name_says(rng: np.random.Generator) -> None:
    points, labels = ns.point_set("circle", rng=rng)
    radius = np.hypot(*points.T)
    assert radius[labels == 1].max() <= 2.5
    assert 3.5 <= radius[labels == 0].min() <= radius.max() <= 5
    points, labels = ns.point_set("xor", rng=rng)
    assert np.array_equal(labels == 1, points.prod(axis=1) > 0)
    assert 0.3 <= np.abs(points).min() <= np.abs(points).max() <= 5.3
    points, labels = ns.point_set("gauss", 4000, rng=rng)
    for label, center in ((1, 2), (0, -2)):
        np.testing.assert_allclose(points[labels == label].mean(axis=0), center, atol=0.06)
        np.testing.assert_allclose(points[labels == label].var(axis=0), 0.5, atol=0.05)
    # Of five points three are of the first arm: the second lies a third of the way along it, at
    # an angle of 1.75 · 2π / 3 from the top, (5 / 3) · (sin 3.6652, cos 3.6652) = (−0.833, −1.443).
    points, labels = ns.point_set("spiral", 5, rng=rng)
    np.testing.assert_allclose(points[1], (-0.8333, -1.4434), atol=1e-4)
    np.testing.assert_allclose(points[[0, 3]], 0, atol=1e-6)  # both arms begin in the middle
    assert labels.tolist() == [1, 1, 1, 0, 0]


def test_noise_widens_clouds_moves_a_spiral_and_misnames_the_others(
    rng: np.random.Generator,
) -> None:
    for kind in ("circle", "xor"):
        clean, noisy = (
            ns.point_set(kind, noise=noise, rng=np.random.default_rng(3)) for noise in (0, 0.4)
        )
        assert np.array_equal(clean[0], noisy[0])
        assert 0.05 < (clean[1] != noisy[1]).mean() < 0.5
    points, labels = ns.point_set("gauss", 4000, noise=0.5, rng=rng)
    np.testing.assert_allclose(points[labels == 1].var(axis=0), 4, atol=0.35)
    clean, noisy = (ns.point_set("spiral", noise=noise, rng=rng) for noise in (0, 0.5))
    moved = np.abs(noisy[0] - clean[0])
    assert 0.4 < moved.max() <= 0.5


@pytest.mark.parametrize(
    ("kind", "n", "noise", "why"),
    [
        ("moons", 10, 0, "kind must be circle, xor, gauss, spiral; got 'moons'."),
        ("xor", 1, 0, "n must be at least 2, a point of each class; got 1."),
        ("xor", 10, 0.6, "noise must be from 0 to 0.5; got 0.6."),
        ("xor", 10, -0.1, "noise must be from 0 to 0.5; got -0.1."),
        ("xor", 10, float("nan"), "noise must be from 0 to 0.5; got nan."),
    ],
)
def test_other_sets_are_refused_in_a_sentence(
    kind: str, n: int, noise: float, why: str, rng: np.random.Generator
) -> None:
    given: dict[str, Any] = {"noise": noise, "rng": rng}
    with pytest.raises(ns.SettingsError) as refused:
        ns.point_set(kind, n, **given)
    assert str(refused.value) == why
