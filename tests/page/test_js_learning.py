"""Learning in the page against Python's own: the same start and batches give the same weights."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import numpy as np
import pytest
from javascript import RunJs

import neuroscribble as ns
from neuroscribble.machine import one_thread
from neuroscribble.nn.activations import (
    ELU,
    GELU,
    Clip,
    LeakyReLU,
    Linear,
    Sigmoid,
    Softplus,
    Tanh,
)
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats, Labels
from neuroscribble.training.optimizers import OPTIMIZERS, make_optimizer

ACTIVATIONS: dict[str, tuple[Any, dict[str, Any]]] = {
    "relu": (ReLU, {}),
    "leakyrelu": (LeakyReLU, {"slope": 0.1}),
    "elu": (ELU, {"alpha": 1.0}),
    "gelu": (GELU, {"form": "erf"}),
    "sigmoid": (Sigmoid, {}),
    "tanh": (Tanh, {}),
    "softplus": (Softplus, {}),
    "clip": (Clip, {"low": -1.0, "high": 1.0}),
    "linear": (Linear, {}),
}
SIZES = (12, 19, 7, 4)  # whole passes of eight units, and what is left over
BATCH = 16
STEPS = 100
ONE_STEP, ALL_STEPS = 1e-6, 1e-4

Run = tuple[Floats, Floats, list[tuple[float, int]]]

RUN = """
const learner = new learning.Learner({ ...given.settings, batchSize: given.labels[0].length });
learner.restore(given.start);
let first = null;
const told = Array.from({ length: given.steps }, (_, step) => {
  const i = step % given.inputs.length;
  const { loss, right } = learner.step(given.inputs[i], Uint8Array.from(given.labels[i]));
  first ??= learner.params.slice();
  return [loss, right];
});
return { first, last: learner.params, told };
"""


def network_of(kind: str, sizes: tuple[int, ...], output: str = "softmax") -> Network:
    make, settings = ACTIVATIONS[kind]
    rng = np.random.default_rng(3)
    layers: dict[str, Any] = {}
    for n, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        layers[f"dense{n}"] = Dense(fan_in, fan_out, rng=rng)
        if n < len(sizes) - 1:
            layers[f"{kind}{n}"] = make(**settings)
    names = [str(k) for k in range(max(sizes[-1], 2))]
    return Network(layers, input_shape=sizes[:1], class_names=names, output=output)


def batches_for(sizes: tuple[int, ...]) -> list[tuple[Floats, Labels]]:
    """Random inputs, half of them 0 as paper is, and of random classes."""
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(STEPS):
        inputs = np.maximum(rng.normal(size=(BATCH, sizes[0])), 0).astype(np.float32)
        drawn.append((inputs, rng.integers(max(sizes[-1], 2), size=BATCH)))
    return drawn


def python_run(
    network: Network,
    batches: list[tuple[Floats, Labels]],
    optimizer: str,
    rate: float,
    l2: float = 0.0,
) -> Run:
    """The parameters behind the first step and the last; of each step loss and right answers."""
    rule, gradient = make_optimizer(optimizer, rate), network.new_gradient()
    flat, first, told = network.parameters.flat, None, []
    for inputs, labels in islice(cycle(batches), STEPS):
        trace = network.forward(inputs)
        targets = network.output.targets(labels, trace.logits.shape[1])
        loss, d_logits = network.output.loss(trace.logits, targets)
        network.backward(d_logits, trace, gradient)
        for name, weights in network.named_params().items():
            if l2 and name.endswith(".W"):
                gradient.views[name] += l2 * weights
                loss += l2 / 2 * float((weights**2).sum())
        right = int(np.count_nonzero(network.output.classes(trace.logits) == labels))
        told.append((loss, right))
        rule.step(flat, gradient.flat)
        first = flat.copy() if first is None else first
    assert first is not None
    return first, flat, told


def javascript_run(
    js: RunJs,
    network: Network,
    batches: list[tuple[Floats, Labels]],
    settings: dict[str, Any],
    body: str = RUN,
) -> dict[str, Any]:
    """The same of the page's Learner, from the same start."""
    return js(
        body,
        start=network.parameters.flat,
        settings={"sizes": list(network.layer_sizes), "output": network.output.name, **settings},
        steps=STEPS,
        inputs=[inputs for inputs, _ in batches],
        labels=[labels.tolist() for _, labels in batches],
    )


def both(
    js: RunJs,
    kind: str,
    optimizer: str,
    *,
    sizes: tuple[int, ...] = SIZES,
    output: str = "softmax",
    l2: float = 0.0,
    body: str = RUN,
) -> tuple[dict[str, Any], Run]:
    """What JavaScript's run gave and what Python's gave."""
    network, batches = network_of(kind, sizes, output), batches_for(sizes)
    rate = OPTIMIZERS[optimizer]().learning_rate
    activation = {"kind": kind, "settings": ACTIVATIONS[kind][1]}
    settings = {"activation": activation, "optimizer": optimizer, "rate": rate, "l2": l2}
    ours = javascript_run(js, network, batches, settings, body)
    return ours, python_run(network, batches, optimizer, rate, l2)


def require_equal(ours: dict[str, Any], theirs: Run, *, first_step: float = ONE_STEP) -> None:
    first, last, told = theirs
    np.testing.assert_allclose(ours["first"], first, rtol=0, atol=first_step)
    np.testing.assert_allclose(ours["last"], last, rtol=0, atol=ALL_STEPS)
    np.testing.assert_allclose(ours["told"], told, rtol=0, atol=ALL_STEPS)


@pytest.mark.parametrize("kind", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_hundred_steps_are_pythons(optimizer: str, kind: str, js: RunJs) -> None:
    require_equal(*both(js, kind, optimizer))


@pytest.mark.parametrize(("output", "units"), [("sigmoid", 1), ("sigmoid", 3), ("linear", 3)])
def test_other_outputs_learn_as_in_python(output: str, units: int, js: RunJs) -> None:
    require_equal(*both(js, "tanh", "momentum", sizes=(2, 5, units), output=output))


@pytest.mark.parametrize("sizes", [(12, 4), (12, 3, 5, 8, 9, 4)], ids=["no hidden", "four hidden"])
def test_any_number_of_layers_with_a_penalty_learns_as_in_python(
    sizes: tuple[int, ...], js: RunJs
) -> None:
    require_equal(*both(js, "relu", "adam", sizes=sizes, l2=0.01))


WRONG = {
    "a hundredth too large": "for (let i = 0; i < g.length; i++) g[i] *= 1.01;",
    "no bias": "learner.layers[1].slopesB.fill(0);",
    "transposed": "learner.layers[0].slopesW.reverse();",
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_a_wrong_gradient_is_noticed(wrong: str, optimizer: str, js: RunJs) -> None:
    spoil = f"""
    const right = learner.backward.bind(learner);
    learner.backward = (rows) => {{ right(rows); const g = learner.gradient; {WRONG[wrong]} }};
    let first = null;"""
    ours, theirs = both(js, "relu", optimizer, body=RUN.replace("let first = null;", spoil))
    with pytest.raises(AssertionError, match="Not equal"):
        require_equal(ours, theirs)


@one_thread()
def test_the_whole_network_learns_pen_digits_as_in_python(js: RunJs) -> None:
    """784 → 128 → 64 → 10 with real images, and the optimizer that magnifies tiny gradients most.

    A gradient that float32 sums leave as noise makes a step of up to the learning rate there. The
    page sums in double precision, and so is compared step by step with NumPy's double precision.
    """
    network = ns.build_mlp((128, 64), rng=np.random.default_rng(6))
    images, labels = ns.pen_digits(BATCH * 10, rng=np.random.default_rng(7))
    batches = [
        (images[at : at + BATCH], labels[at : at + BATCH]) for at in range(0, len(labels), BATCH)
    ]
    relu = {"kind": "relu", "settings": {}}
    settings = {"activation": relu, "optimizer": "adam", "rate": 2e-3, "l2": 0}
    ours = javascript_run(js, network, batches, settings)
    exact = network.in_double_precision()
    require_equal(ours, python_run(exact, batches, "adam", 2e-3))
    require_equal(ours, python_run(network, batches, "adam", 2e-3), first_step=ALL_STEPS)
    assert ours["told"][-1][0] < ours["told"][0][0] / 10
