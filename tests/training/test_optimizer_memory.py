"""What a step of an optimizer costs: no hidden copy, and no number so small that it is slow."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from neuroscribble.training.optimizers import FORGET_EVERY, OPTIMIZERS, make_optimizer


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
