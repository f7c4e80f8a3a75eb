"""Softmax is a distribution, cross-entropy its mean surprise, and neither overflows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuroscribble.errors import ShapeError
from neuroscribble.nn.losses import cross_entropy, softmax

logits_of_any_size = arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 6)),
    elements=st.floats(-1e4, 1e4, allow_subnormal=False),
)


@given(logits=logits_of_any_size)
def test_probabilities_are_distributions_in_the_order_of_the_logits(logits: np.ndarray) -> None:
    probabilities = softmax(logits)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    order = np.argsort(logits, axis=1, kind="stable")
    assert (np.diff(np.take_along_axis(probabilities, order, axis=1), axis=1) >= 0).all()


@given(logits=logits_of_any_size, shift=st.floats(-1e4, 1e4))
def test_a_shift_of_all_logits_changes_nothing(logits: np.ndarray, shift: float) -> None:
    np.testing.assert_allclose(softmax(logits + shift), softmax(logits), rtol=1e-9, atol=1e-15)
    labels = np.zeros(len(logits), int)
    loss, d_logits = cross_entropy(logits, labels)
    shifted_loss, shifted_d_logits = cross_entropy(logits + shift, labels)
    assert shifted_loss == pytest.approx(loss, abs=1e-9)
    np.testing.assert_allclose(shifted_d_logits, d_logits, atol=1e-9)


def test_softmax_by_hand() -> None:
    # exp(0) = 1, exp(log 3) = 3, exp(log 4) = 4: a sum of 8
    probabilities = softmax(np.array([[0.0, math.log(3), math.log(4)]]))
    np.testing.assert_allclose(probabilities, [[1 / 8, 3 / 8, 4 / 8]], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_ten_thousand_do_not_overflow(dtype: type) -> None:
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]], dtype)
    np.testing.assert_allclose(softmax(logits), [[1, 0, 0], [1 / 3] * 3], rtol=1e-6)
    loss, d_logits = cross_entropy(logits, np.array([1, 2]))
    # −log p: 2e4 for the wrong and certain one, log 3 for the undecided one
    assert loss == pytest.approx((2e4 + math.log(3)) / 2, rel=1e-6)
    np.testing.assert_allclose(d_logits, [[0.5, -0.5, 0], [1 / 6, 1 / 6, -1 / 3]], rtol=1e-6)
    assert d_logits.dtype == dtype


def test_cross_entropy_by_hand() -> None:
    # p = (1/4, 3/4) and (2/3, 1/3); labels 1 and 0:
    # loss = −(log 3/4 + log 2/3) / 2 = −log(1/2) / 2 = log(2) / 2
    # d = (p − y) / 2 = (1/4, −1/4) / 2 and (−1/3, 1/3) / 2
    logits = np.log([[1.0, 3.0], [2.0, 1.0]])
    kept = logits.copy()
    loss, d_logits = cross_entropy(logits, np.array([1, 0]))
    assert loss == pytest.approx(math.log(2) / 2)
    np.testing.assert_allclose(d_logits, [[1 / 8, -1 / 8], [-1 / 6, 1 / 6]], rtol=1e-12)
    assert np.array_equal(logits, kept)  # a trace holds them still


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.zeros(3), np.zeros(3, int), r"logits must have shape \(N, K\); got \(3,\)"),
        (np.zeros((3, 2)), np.zeros(2, int), r"labels must have shape \(3,\); got \(2,\)"),
        (np.zeros((3, 2)), np.zeros((3, 2), int), r"labels must have shape \(3,\); got \(3, 2\)"),
    ],
)
def test_other_shapes_are_refused(logits: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        cross_entropy(logits, labels)
