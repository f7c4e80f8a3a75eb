"""How classes separate: worked examples, and against the plain definition."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.errors import ShapeError
from neuroscribble.explain import separation
from neuroscribble.explain.separation import (
    nearest_neighbors,
    neighbor_accuracy,
    variance_between_classes,
)


def test_four_points_on_a_line() -> None:
    # 0 and 1 are each other's nearest, so are 4 and 6; labels a a a b.
    values, labels = np.array([[0.0], [1.0], [4.0], [6.0]]), np.array([0, 0, 0, 1])
    assert nearest_neighbors(values).tolist() == [1, 0, 3, 2]
    assert neighbor_accuracy(values, labels) == 0.5


def test_of_equally_near_ones_the_first_counts() -> None:
    assert nearest_neighbors(np.array([[0.0], [-1.0], [1.0]])).tolist() == [1, 0, 0]
    assert nearest_neighbors(np.zeros((3, 2))).tolist() == [1, 0, 0]


@pytest.mark.parametrize("rows", [3, 1024])
def test_neighbors_are_those_of_the_definition(
    rows: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(separation, "ROWS", rows)
    values = rng.normal(loc=100, size=(31, 5)).astype(np.float32)
    distances = np.linalg.norm((values[:, None] - values[None]).astype(np.float64), axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (nearest_neighbors(values) == distances.argmin(axis=1)).all()


def test_variance_between_two_classes() -> None:
    # Means 1 and 5 about 3: 4 points · 2² = 16 between; all: 9 + 1 + 1 + 9 = 20.
    values, labels = np.array([[0.0], [2.0], [4.0], [6.0]]), np.array([1, 1, 0, 0])
    assert variance_between_classes(values, labels) == pytest.approx(16 / 20)


def test_variance_between_is_0_for_equal_means_and_1_for_points() -> None:
    labels = np.array([0, 0, 1, 1])
    assert variance_between_classes(np.array([[-1.0], [1], [-2], [2]]), labels) == 0
    assert variance_between_classes(np.array([[3.0], [3], [5], [5]]), labels) == pytest.approx(1)
    assert variance_between_classes(np.ones((4, 2)), labels) == 0


def test_odd_inputs_are_refused() -> None:
    with pytest.raises(ShapeError, match="two samples"):
        nearest_neighbors(np.zeros((1, 4)))
    for measure in (neighbor_accuracy, variance_between_classes):
        with pytest.raises(ShapeError, match="labels"):
            measure(np.zeros((4, 2)), np.zeros(3, int))
        with pytest.raises(ShapeError, match="values"):
            measure(np.zeros((4, 2, 2)), np.zeros(4, int))
