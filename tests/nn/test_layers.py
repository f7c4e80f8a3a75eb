"""Each layer computes what its formula says, forward and backward, and keeps nothing between."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.errors import ShapeError
from neuroscribble.nn.layers import Dense, ReLU


def worked_example() -> Dense:
    weights = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # (3, 2)
    return Dense.from_arrays(weights, np.array([0.5, -0.5]))


def test_dense_forward_by_hand() -> None:
    # x = (1, 0, 2):  1·1 + 0·3 + 2·5 + 0.5 = 11.5    1·2 + 0·4 + 2·6 − 0.5 = 13.5
    # x = (0, −1, 1): 0 − 3 + 5 + 0.5 = 2.5           0 − 4 + 6 − 0.5 = 1.5
    z, _ = worked_example().forward(np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 1.0]]))
    assert z.tolist() == [[11.5, 13.5], [2.5, 1.5]]


def test_dense_backward_by_hand() -> None:
    layer = worked_example()
    _, cache = layer.forward(np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 1.0]]))
    grads = {"W": np.full((3, 2), 99.0), "b": np.full(2, 99.0)}
    d_x = layer.backward(np.array([[1.0, 10.0], [2.0, 0.0]]), cache, grads)
    # dW = xᵀ d: row 0: 1·(1, 10) + 0·(2, 0) = (1, 10);  row 1: 0 − 1·(2, 0) = (−2, 0)
    #            row 2: 2·(1, 10) + 1·(2, 0) = (4, 20).  What stood there is overwritten.
    assert grads["W"].tolist() == [[1, 10], [-2, 0], [4, 20]]
    assert grads["b"].tolist() == [3, 10]  # (1 + 2, 10 + 0)
    # dx = d Wᵀ: (1·1 + 10·2, 1·3 + 10·4, 1·5 + 10·6) and (2·1, 2·3, 2·5)
    assert d_x is not None
    assert d_x.tolist() == [[21, 43, 65], [2, 6, 10]]


def test_relu_passes_what_is_positive_and_nothing_at_zero() -> None:
    a, cache = ReLU().forward(np.array([[-2.0, -0.0, 0.0, 1e-30, 3.0]]))
    assert a.tolist() == [[0, 0, 0, 1e-30, 3]]
    d_x = ReLU().backward(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), cache, {})
    assert d_x is not None
    assert d_x.tolist() == [[0, 0, 0, 4, 5]]


def test_relu_leaves_the_pre_activation_as_it_was() -> None:
    z = np.array([[-1.0, 1.0]])
    ReLU().forward(z)
    assert z.tolist() == [[-1, 1]]


@pytest.mark.parametrize("layer", [worked_example(), ReLU()], ids=["Dense", "ReLU"])
def test_the_first_layer_needs_no_d_x_but_its_other_gradients(layer: Dense | ReLU) -> None:
    out, cache = layer.forward(np.ones((4, 3)))
    grads = {name: np.full_like(value, np.nan) for name, value in layer.params.items()}
    assert layer.backward(np.ones_like(out), cache, grads, need_d_x=False) is None
    assert all(np.isfinite(grad).all() for grad in grads.values())


def test_output_shapes() -> None:
    assert worked_example().output_shape((3,)) == (2,)
    assert ReLU().output_shape((4, 5)) == (4, 5)


@pytest.mark.parametrize("shape", [(4,), (3, 1), ()])
def test_dense_refuses_samples_of_another_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"must have shape \(3,\); got"):
        worked_example().output_shape(shape)


def test_dense_refuses_a_bias_that_does_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"bias must have shape \(2,\); got \(3,\)"):
        Dense.from_arrays(np.zeros((3, 2)), np.zeros(3))


def test_he_start_values_keep_the_variance_of_a_relu_layer(rng: np.random.Generator) -> None:
    layer = Dense(784, 512, rng=rng)
    weights = layer.params["W"]
    # √(2 / 784) = 0.05051; the standard deviation of 401,408 draws is known to 0.1 %
    assert weights.std() == pytest.approx(0.05051, rel=0.01)
    assert abs(weights.mean()) < 5 * 0.05051 / np.sqrt(weights.size)
    assert not layer.params["b"].any()


def test_start_values_come_from_the_generator_alone() -> None:
    first, again, other = (
        Dense(5, 4, rng=np.random.default_rng(seed)).params["W"] for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
