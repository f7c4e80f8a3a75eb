"""PCA against worked examples and NumPy's SVD; t-SNE where scikit-learn is installed."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from conftest import needs_scikit

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.explain.embedding import (
    find_tsne,
    principal_components,
    tsne,
    turned_onto,
)
from neuroscribble.machine import one_thread


def test_a_cross_of_four_points() -> None:
    # Mean (1, 1). Centered: (±3, 0) and (0, ±1): variance 18 along x, 2 along y, 20 in all.
    values = np.array([[4.0, 1.0], [-2.0, 1.0], [1.0, 2.0], [1.0, 0.0]])
    found = principal_components(values, n=2)
    np.testing.assert_allclose(found.shares, [0.9, 0.1])
    np.testing.assert_allclose(found.scores, [[3, 0], [-3, 0], [0, 1], [0, -1]], atol=1e-12)


def test_a_slanted_line_has_one_component() -> None:
    # (0, 0), (3, 4), (6, 8): five apart along one line; the first of the two ends is positive.
    found = principal_components(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), n=2)
    np.testing.assert_allclose(found.shares, [1, 0], atol=1e-12)
    np.testing.assert_allclose(found.scores[:, 0], [5, 0, -5], atol=1e-12)
    np.testing.assert_allclose(found.scores[:, 1], 0, atol=1e-6)


@pytest.mark.parametrize("shape", [(40, 7), (7, 40), (12, 12), (2, 1), (2, 3)])
def test_both_products_agree_with_the_singular_value_decomposition(
    shape: tuple[int, int], rng: np.random.Generator
) -> None:
    values = rng.normal(size=shape) * rng.uniform(0.2, 3, size=shape[1])
    found = principal_components(values, n=5)
    left, sizes, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    n = min(5, *shape)
    assert found.scores.shape == (shape[0], n)
    np.testing.assert_allclose(np.abs(found.scores), np.abs(left * sizes)[:, :n], atol=1e-6)
    np.testing.assert_allclose(found.shares, (sizes**2 / (sizes**2).sum())[:n], atol=1e-12)


def test_the_largest_score_is_positive_whichever_way_the_values_point(
    rng: np.random.Generator,
) -> None:
    values = rng.normal(size=(30, 6))
    for one in (values, -values, values[:, ::-1], values.T, -values.T):
        scores = principal_components(one, n=3).scores
        largest = scores[np.abs(scores).argmax(axis=0), np.arange(3)]
        assert (largest > 0).all()


def test_all_components_keep_all_distances(rng: np.random.Generator) -> None:
    values = rng.normal(size=(9, 20)).astype(np.float32)
    scores = principal_components(values, n=9).scores
    for points in (values.astype(np.float64), scores):
        distance = np.linalg.norm(points[0] - points[5])
        assert distance == pytest.approx(np.linalg.norm(values[0] - values[5]), rel=1e-5)


def test_equal_samples_have_no_direction() -> None:
    found = principal_components(np.ones((4, 3)), n=2)
    assert not found.scores.any()
    assert not found.shares.any()


def test_odd_inputs_are_refused() -> None:
    for values in (np.zeros((0, 3)), np.zeros((1, 3)), np.zeros((3, 0)), np.zeros((2, 3, 3))):
        with pytest.raises(ShapeError):
            principal_components(values, n=2)
    with pytest.raises(SettingsError, match="at least 1"):
        principal_components(np.eye(3), n=0)


def test_a_turned_and_mirrored_map_is_turned_back(rng: np.random.Generator) -> None:
    target = rng.normal(size=(20, 2))
    angle = 2.1
    turn = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
    turned = turned_onto(target @ turn + 7, target)
    np.testing.assert_allclose(turned, target - target.mean(axis=0), atol=1e-12)


def test_turning_changes_no_distance(rng: np.random.Generator) -> None:
    points, target = rng.normal(size=(2, 20, 2))
    turned = turned_onto(points, target)
    for one, other in ((0, 1), (3, 17)):
        assert np.linalg.norm(turned[one] - turned[other]) == pytest.approx(
            np.linalg.norm(points[one] - points[other])
        )
    with pytest.raises(ShapeError):
        turned_onto(points, target[:5])


def test_without_scikit_learn_there_is_no_tsne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)  # importing it now fails
    assert find_tsne() is None


@needs_scikit
def test_tsne_keeps_groups_together_and_is_repeatable(rng: np.random.Generator) -> None:
    groups = np.repeat([0, 1, 2], 30)
    values = 20 * np.eye(3, 12)[groups] + rng.normal(size=(90, 12))
    components = principal_components(values, n=50)
    assert find_tsne() is tsne
    with one_thread():
        first, again = tsne(components, seed=3), tsne(components, seed=3)
    np.testing.assert_array_equal(first, again)
    distances = np.linalg.norm(first[:, None] - first[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (groups[distances.argmin(axis=1)] == groups).all()


@needs_scikit
def test_tsne_takes_equal_samples_and_few() -> None:
    same = principal_components(np.ones((8, 3)), n=2)
    assert np.isfinite(tsne(same, seed=0)).all()
    one_unit = principal_components(np.arange(6.0)[:, None], n=2)
    assert tsne(one_unit, seed=0).shape == (6, 2)
    with pytest.raises(ShapeError, match="four"):
        tsne(principal_components(np.eye(3), n=2), seed=0)
