"""Calibration: probabilities mean what they say, and no answer changes."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.nn.losses import softmax
from neuroscribble.nn.network import build_mlp
from neuroscribble.training.calibration import (
    calibrated_probabilities,
    expected_calibration_error,
    fit_temperature,
    reliability,
    stored_temperature,
)


@pytest.mark.parametrize("true_temperature", [0.4, 1.0, 2.5])
def test_the_temperature_behind_the_labels_is_found(
    true_temperature: float, rng: np.random.Generator
) -> None:
    logits = rng.normal(0, 3, (20_000, 10)).astype(np.float32)
    sure = softmax(logits.astype(np.float64) / true_temperature).cumsum(axis=1)
    labels = (rng.random((len(logits), 1)) > sure).sum(axis=1).clip(0, 9)
    assert fit_temperature(logits, labels) == pytest.approx(true_temperature, rel=0.05)


def test_a_temperature_changes_probabilities_but_no_answer(rng: np.random.Generator) -> None:
    network = build_mlp((6,), rng=rng, n_inputs=5)
    images = rng.random((50, 5), np.float32)
    plain = network.probabilities(images)
    np.testing.assert_array_equal(calibrated_probabilities(network, images), plain)
    network.meta["temperature"] = 3.0
    cooler = calibrated_probabilities(network, images)
    assert cooler.dtype == np.float32
    np.testing.assert_array_equal(cooler.argmax(axis=1), plain.argmax(axis=1))
    assert (cooler.max(axis=1) < plain.max(axis=1)).all()
    np.testing.assert_allclose(cooler.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("stored", [0, -1.0, float("inf"), float("nan"), "2", True, None, [2.0]])
def test_a_senseless_temperature_in_a_file_counts_as_none(
    stored: object, rng: np.random.Generator
) -> None:
    network = build_mlp((3,), rng=rng, n_inputs=2)
    network.meta["temperature"] = stored
    assert stored_temperature(network) is None


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    # Four answers of 0.8, three of them right: |0.75 - 0.8|. Four of 0.6, none right: 0.6.
    probabilities = np.array([[0.8, 0.2]] * 4 + [[0.4, 0.6]] * 4)
    labels = np.array([0, 0, 0, 1, 0, 0, 0, 0])
    error = expected_calibration_error(probabilities, labels)
    assert error == pytest.approx((4 * 0.05 + 4 * 0.6) / 8)
    assert expected_calibration_error(np.eye(3), np.arange(3)) == 0


def test_answers_are_sorted_by_their_confidence() -> None:
    # of two bins the first holds 0.4 (wrong), the second 0.6 (right), 0.9 (wrong) and 1.0 (right)
    probabilities = np.array([[0.4, 0.3, 0.3], [0.2, 0.6, 0.2], [0.9, 0.1, 0.0], [0.0, 0.0, 1.0]])
    found = reliability(probabilities, np.array([1, 1, 2, 2]), n_bins=2)
    assert (found.counts.tolist(), found.right.tolist()) == ([1, 3], [0, 2])
    np.testing.assert_allclose(found.confidence, [0.4, 2.5])
    assert found.error == pytest.approx((0.4 + 0.5) / 4)
