"""One training step, ours and PyTorch's of the same layers, and how long it takes.

It learns noise: the time does not depend on what images show. A step's contender is set up with
what to build, then every turn is some steps: {"do": "turn", "steps": 12} → seconds and the
processor's seconds of one step, and the largest memory of the process so far, in MB.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from turns import peak_megabytes, serve

Step = Callable[[], object]
WARM = 3  # steps before the first turn: compilation and first touches


def our_step(network: Any, batch: int, *, optimizer: str = "adam") -> Step:
    """The network's step on a batch of that many images, where the network lives."""
    import numpy as np

    from neuroscribble.nn.losses import cross_entropy
    from neuroscribble.training.loop import train_step
    from neuroscribble.training.optimizers import make_optimizer

    rule, gradient = make_optimizer(optimizer), network.new_gradient()
    rng = np.random.default_rng(0)
    images = network.place.bring(rng.random((batch, 784), np.float32))
    labels = network.place.bring(rng.integers(0, 10, batch))
    return lambda: train_step(
        network,
        images,
        labels,
        loss=cross_entropy,
        optimizer=rule,
        gradient=gradient,
        training=True,
    )


def torch_module(network: Any) -> Any:
    """The same layers in PyTorch, with start values of its own; it takes images in their shape."""
    from torch import nn

    makers: dict[str, Callable[[Any], Any]] = {
        "Dense": lambda one: nn.Linear(one.fan_in, one.fan_out),
        "Conv2d": lambda one: nn.Conv2d(one.in_channels, one.out_channels, 3, padding=1),
        "BatchNorm2d": lambda one: nn.BatchNorm2d(one.channels),
        "ReLU": lambda one: nn.ReLU(),
        "MaxPool2d": lambda one: nn.MaxPool2d(one.size),
        "Flatten": lambda one: nn.Flatten(),
        "Unflatten": lambda one: nn.Identity(),
        "Dropout": lambda one: nn.Dropout(one.rate),
    }
    layers = network.layers.values()
    return nn.Sequential(*[makers[type(layer).__name__](layer) for layer in layers])


def torch_step(
    network: Any,
    batch: int,
    *,
    optimizer: str = "Adam",
    device: str = "cpu",
    channels_last: bool = False,
    compiled: bool = False,
    **settings: float,
) -> Step:
    """The step of its tutorials; `settings` are the optimizer's."""
    import torch
    from torch import nn

    is_flat = type(next(iter(network.layers.values()))).__name__ != "Unflatten"
    module = torch_module(network).to(device)
    images = torch.rand((batch, 784) if is_flat else (batch, 1, 28, 28), device=device)
    labels = torch.randint(0, 10, (batch,), device=device)
    if channels_last and not is_flat:
        module = module.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    run = torch.compile(module) if compiled else module
    rule = getattr(torch.optim, optimizer)(module.parameters(), **settings)
    loss = nn.CrossEntropyLoss()

    def step() -> float:
        rule.zero_grad()
        value = loss(run(images), labels)
        value.backward()
        rule.step()
        return float(value)  # as ours does: it waits for the device

    return step


def serve_steps(make: Callable[..., Step], *, ours: bool) -> None:
    """The process of a contender: "setup" makes a step of the settings it is sent."""
    step: Step | None = None

    def answer(command: dict[str, Any]) -> Any:
        nonlocal step
        if command.pop("do") == "setup":
            step = None  # what was there before may go
            step = make(**command)
            for _ in range(WARM):
                step()
            return None
        assert step is not None
        return turn(step, **command)

    with ExitStack() as stack:
        if ours:  # as `train` runs
            import numpy  # noqa: F401 - only libraries that are loaded can be limited

            from neuroscribble.machine import keeping_memory, one_thread

            stack.enter_context(one_thread())
            stack.enter_context(keeping_memory())
        serve(answer)


def turn(step: Step, steps: int) -> dict[str, float | None]:
    """What one step took, the mean of some, by the clock and of all threads together."""
    start, began = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    took, worked = time.perf_counter() - start, time.process_time() - began
    return {"seconds": took / steps, "processor": worked / steps, "megabytes": peak_megabytes()}
