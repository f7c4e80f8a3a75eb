"""Three steps of every rule by hand, in place, without a hidden copy, and never slow for ever."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.optimizers import (
    FORGET_EVERY,
    OPTIMIZERS,
    SGD,
    Adam,
    Momentum,
    Optimizer,
    RMSProp,
    make_optimizer,
)

GRADIENTS = (0.5, -1.0, 2.0)


def three_steps(optimizer: Optimizer) -> list[float]:
    w = np.array([1.0])
    path = []
    for g in GRADIENTS:
        optimizer.step(w, np.array([g]))
        path.append(float(w[0]))
    return path


def test_sgd_by_hand() -> None:
    # 1 − 0.1·0.5 = 0.95;  0.95 + 0.1·1 = 1.05;  1.05 − 0.1·2 = 0.85
    assert three_steps(SGD(0.1)) == pytest.approx([0.95, 1.05, 0.85])


def test_momentum_by_hand() -> None:
    # u = 0.5;  0.9·0.5 − 1 = −0.55;  −0.9·0.55 + 2 = 1.505
    # w = 1 − 0.05 = 0.95;  0.95 + 0.055 = 1.005;  1.005 − 0.1505 = 0.8545
    assert three_steps(Momentum(0.1, momentum=0.9)) == pytest.approx([0.95, 1.005, 0.8545])


def test_rmsprop_by_hand() -> None:
    # v = 0.1·0.25 = 0.025;  0.9·0.025 + 0.1 = 0.1225;  0.9·0.1225 + 0.4 = 0.51025
    # √v = 0.1581139;  0.35;  0.7143179
    # w = 1 − 0.01·0.5/0.1581139 = 0.9683772
    # w = 0.9683772 + 0.01/0.35 = 0.9969487;  w = 0.9969487 − 0.02/0.7143179 = 0.9689499
    path = three_steps(RMSProp(0.01, decay=0.9, epsilon=1e-12))
    assert path == pytest.approx([0.9683772, 0.9969487, 0.9689499], abs=1e-7)


def test_rmsprop_adds_epsilon_outside_the_root() -> None:
    w = np.array([0.0])
    RMSProp(1.0, decay=0.0, epsilon=3.0).step(w, np.array([1.0]))
    assert w[0] == pytest.approx(-1 / (1 + 3))  # inside it would be −1 / √4


def test_adam_by_hand() -> None:
    # t = 1: both corrections undo the start at zero, so w = 1 − 0.1·0.5/0.5 = 0.9
    # t = 2: m = 0.9·0.05 − 0.1 = −0.055, /0.19 = −0.2894737
    #        v = 0.999·0.00025 + 0.001 = 0.00124975, /0.001999 = 0.6251876, root 0.7906881
    #        w = 0.9 + 0.1·0.2894737/0.7906881 = 0.9366104
    # t = 3: m = −0.0495 + 0.2 = 0.1505, /0.271 = 0.5553506
    #        v = 0.00124850 + 0.004 = 0.00524850, /0.002997001 = 1.7512506, root 1.3233482
    #        w = 0.9366104 − 0.1·0.5553506/1.3233482 = 0.8946449
    assert three_steps(Adam(0.1)) == pytest.approx([0.9, 0.9366104, 0.8946449], abs=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_works_in_place_and_keeps_the_dtype(name: str) -> None:
    params, grads = np.ones(5, np.float32), np.ones(5, np.float32)
    view = params[:3]
    make_optimizer(name).step(params, grads)
    assert params.dtype == np.float32
    assert (view < 1).all()
    assert (grads == 1).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_allocates_no_vector_after_the_first(name: str) -> None:
    params, grads = np.ones(100_000, np.float32), np.ones(100_000, np.float32)
    optimizer = make_optimizer(name)
    optimizer.step(params, grads)
    tracemalloc.start()
    optimizer.step(params, grads)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000  # bytes; one vector has 400,000


@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adam"])
def test_memories_of_gradients_that_stopped_do_not_turn_denormal(name: str) -> None:
    params, grads = np.ones(4, np.float32), np.full(4, 1e-3, np.float32)
    optimizer = make_optimizer(name)
    optimizer.step(params, grads)
    grads[:2] = 0.0
    smallest = np.finfo(np.float32).tiny  # below this, numbers are denormal
    for _ in range(10 * FORGET_EVERY):
        optimizer.step(params, grads)
        for memory in (v for key, v in optimizer.state().items() if key != "steps"):
            magnitudes = np.abs(memory)
            assert not ((magnitudes > 0) & (magnitudes < smallest)).any()
    memory = next(iter(optimizer.state().values()))
    assert memory[0] == 0
    assert memory[2] != 0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_arrays_that_do_not_fit_are_refused(name: str) -> None:
    optimizer = make_optimizer(name)
    with pytest.raises(ShapeError, match=r"grads must have the shape of params, \(3,\); got \(2,"):
        optimizer.step(np.zeros(3), np.zeros(2))
    optimizer.step(np.zeros(3), np.zeros(3))
    with pytest.raises(ShapeError, match="Use one optimizer for each network"):
        optimizer.step(np.zeros(4), np.zeros(4))


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_learning_rate_must_be_a_positive_number(bad: float) -> None:
    for name in OPTIMIZERS:
        with pytest.raises(SettingsError, match="learning_rate must be a positive number"):
            make_optimizer(name, bad)


def test_an_unknown_rule_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="sgd, momentum, rmsprop, adam; got 'lion'"):
        make_optimizer("lion")
