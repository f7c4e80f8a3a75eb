"""Three steps of every rule, worked out by hand, and refusals of what cannot be meant.

All worked examples: w = 1, rate 0.1, gradients 1, 2, −1 (one after another).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.training.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    Momentum,
    Optimizer,
    RMSProp,
    make_optimizer,
)

GRADIENTS = (1.0, 2.0, -1.0)


def steps(optimizer: Optimizer) -> list[float]:
    params = np.array([1.0])
    seen = []
    for gradient in GRADIENTS:
        optimizer.step(params, np.array([gradient]))
        seen.append(float(params[0]))
    return seen


def test_three_steps_of_sgd_by_hand() -> None:
    # 1 − 0.1·1 = 0.9;  0.9 − 0.1·2 = 0.7;  0.7 + 0.1·1 = 0.8
    assert steps(SGD(0.1)) == pytest.approx([0.9, 0.7, 0.8])


def test_three_steps_of_momentum_by_hand() -> None:
    # u = 0.5·0 + 1 = 1;          w = 1 − 0.1 = 0.9
    # u = 0.5·1 + 2 = 2.5;        w = 0.9 − 0.25 = 0.65
    # u = 0.5·2.5 − 1 = 0.25;     w = 0.65 − 0.025 = 0.625
    optimizer = Momentum(0.1, momentum=0.5)
    assert steps(optimizer) == pytest.approx([0.9, 0.65, 0.625])
    assert optimizer.state()["velocity"].tolist() == [0.25]


def test_three_steps_of_rmsprop_by_hand() -> None:
    # v = 0.75·0 + 0.25·1 = 0.25;              w = 1 − 0.1·1 / 0.5 = 0.8
    # v = 0.75·0.25 + 0.25·4 = 1.1875;         w = 0.8 − 0.1·2 / √1.1875 = 0.8 − 0.18353259
    # v = 0.75·1.1875 + 0.25·1 = 1.140625;     w = 0.61646741 + 0.1 / √1.140625
    #                                            = 0.61646741 + 0.09363292 = 0.71010033
    optimizer = RMSProp(0.1, decay=0.75, epsilon=1e-12)
    assert steps(optimizer) == pytest.approx([0.8, 0.61646741, 0.71010033], abs=1e-8)
    assert optimizer.state()["mean_square"].tolist() == [1.140625]


def test_three_steps_of_adam_by_hand() -> None:
    # β₁ = 0.5, β₂ = 0.75.
    # t=1: m = 0.5,    v = 0.25;     m̂ = 0.5 / 0.5 = 1,           v̂ = 0.25 / 0.25 = 1
    #      w = 1 − 0.1·1/1 = 0.9
    # t=2: m = 1.25,   v = 1.1875;   m̂ = 1.25 / 0.75 = 1.6667,    v̂ = 1.1875 / 0.4375 = 2.714286
    #      w = 0.9 − 0.1·1.666667 / 1.647509 = 0.9 − 0.10116283 = 0.79883717
    # t=3: m = 0.125,  v = 1.140625; m̂ = 0.125 / 0.875 = 0.142857, v̂ = 1.140625 / 0.578125
    #      = 1.972973; w = 0.79883717 − 0.1·0.142857 / 1.404625 = 0.79883716 − 0.01017048
    optimizer = Adam(0.1, beta1=0.5, beta2=0.75, epsilon=1e-12)
    assert steps(optimizer) == pytest.approx([0.9, 0.79883717, 0.78866669], abs=1e-8)
    assert {name: value.tolist() for name, value in optimizer.state().items()} == {
        "mean": [0.125],
        "mean_square": [1.140625],
        "steps": 3.0,
    }


@pytest.mark.parametrize("gradient", [1e-3, -7.0])
def test_the_first_step_of_rmsprop_is_3_16_times_the_rate(gradient: float) -> None:
    # v = 0.1 g², so g / √v = ±1 / √0.1 = ±3.1623, whatever the size of g
    params = np.zeros(1)
    RMSProp(0.01).step(params, np.array([gradient]))
    assert params[0] == pytest.approx(-math.copysign(0.031623, gradient), rel=1e-4)


def test_epsilon_stands_outside_the_root() -> None:
    # v = 0.1·1e-8², √v = 3.16e-9; inside the root ε = 1e-8 would give √(1e-17 + 1e-8) = 1e-4
    params = np.zeros(1)
    RMSProp(1.0, epsilon=1e-8).step(params, np.array([1e-8]))
    assert params[0] == pytest.approx(-1e-8 / (math.sqrt(0.1) * 1e-8 + 1e-8))


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_change_in_place_and_keep_their_dtype(name: str, dtype: type) -> None:
    optimizer = make_optimizer(name)
    params, grads = np.ones(4, dtype), np.full(4, 0.5, dtype)
    view = params[:2]
    for _ in range(2):
        optimizer.step(params, grads)
    assert params.dtype == dtype
    assert (view < 1).all()
    assert (grads == 0.5).all()
    assert all(v.dtype == dtype for key, v in optimizer.state().items() if key != "steps")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_rule_finds_the_bottom_of_a_bowl(name: str) -> None:
    optimizer, params = make_optimizer(name, 0.02), np.array([1.0, -2.0])
    for _ in range(400):
        optimizer.step(params, 2 * params)  # the gradient of w²
    assert np.abs(params).max() < 0.05


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradients_of_another_shape_are_refused(name: str) -> None:
    params = np.zeros(3)
    with pytest.raises(ShapeError, match=r"grads must have the shape of params, \(3,\); got \(1,"):
        make_optimizer(name).step(params, np.ones(1))
    assert not params.any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_optimizer_does_not_serve_two_networks(name: str) -> None:
    optimizer = make_optimizer(name)
    optimizer.step(np.zeros(3), np.ones(3))
    with pytest.raises(ShapeError, match="Use one optimizer for each network"):
        optimizer.step(np.zeros(4), np.ones(4))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(0.0), "learning_rate must be a positive number; got 0.0"),
        (lambda: Momentum(-1.0), "learning_rate must be a positive number; got -1.0"),
        (lambda: RMSProp(math.nan), "learning_rate must be a positive number; got nan"),
        (lambda: Adam(math.inf), "learning_rate must be a positive number; got inf"),
        (lambda: Momentum(momentum=1.0), "momentum must be at least 0 and less than 1; got 1.0"),
        (lambda: RMSProp(decay=-0.1), "decay must be at least 0 and less than 1; got -0.1"),
        (lambda: RMSProp(epsilon=0.0), "epsilon must be a positive number"),
        (lambda: Adam(beta1=1.5), "beta1 must be at least 0"),
        (lambda: Adam(beta2=math.nan), "beta2 must be at least 0"),
        (lambda: Adam(epsilon=-1e-8), "epsilon must be a positive number"),
        (lambda: make_optimizer("lion"), "one of sgd, momentum, rmsprop, adam; got 'lion'"),
    ],
)
def test_bad_settings_are_refused(make: Callable[[], Optimizer], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        make()


def test_an_optimizer_by_name_has_its_usual_rate_unless_one_is_given() -> None:
    assert isinstance(make_optimizer("adam"), Adam)
    assert make_optimizer("rmsprop").learning_rate == 1e-3
    assert make_optimizer("rmsprop", 0.5).learning_rate == 0.5
