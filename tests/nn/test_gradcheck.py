"""Every gradient agrees with central differences, and the checker refuses those that do not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from neuroscribble.errors import SettingsError
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
from neuroscribble.nn.gradcheck import (
    TOLERANCE,
    GradientError,
    GradientReport,
    check_layer,
    check_loss,
    check_network,
    numerical_gradient,
    relative_error,
)
from neuroscribble.nn.layers import Cache, Dense, Layer, ReLU
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.nn.network import build_mlp
from neuroscribble.nn.normalization import BatchNorm1d
from neuroscribble.shapes import Floats, Params

SIZE = 4  # inputs and outputs: square matrices, so that a transposed one has the same shape


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Numbers of either sign that no small step carries over ReLU's kink."""
    return rng.uniform(0.1, 1, shape) * rng.choice([-1.0, 1.0], shape)


def layers(rng: np.random.Generator) -> dict[str, Layer]:
    return {
        "Dense": Dense(SIZE, SIZE, rng=rng),
        "Dense 4→1": Dense(SIZE, 1, rng=rng),
        "ReLU": ReLU(),
        "LeakyReLU": LeakyReLU(0.2),
        "ELU": ELU(1.5),
        "GELU by erf": GELU(),
        "GELU by tanh": GELU("tanh"),
        "Sigmoid": Sigmoid(),
        "Tanh": Tanh(),
        "Softplus": Softplus(),
        "Clip": Clip(-0.55, 0.65),
        "Linear": Linear(),
        "BatchNorm1d": BatchNorm1d(SIZE),
    }


@pytest.mark.parametrize("name", layers(np.random.default_rng()))
@pytest.mark.parametrize("n", [1, 5])
def test_every_layer_agrees_with_central_differences(
    name: str, n: int, rng: np.random.Generator
) -> None:
    layer = layers(rng)[name]
    report = check_layer(layer, away_from_zero(rng, (n, SIZE)), rng=rng)
    assert report.errors.keys() == {"x", *layer.params}
    assert report.max_error <= 1e-6 == TOLERANCE
    report.require()


class Steeper(Tanh):
    """An activation whose derivative is 1 % too large."""

    def derivative(self, z: Floats) -> Floats:
        return 1.01 * super().derivative(z)


def test_a_wrong_derivative_of_an_activation_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(GradientError, match="the gradient of x is off"):
        check_layer(Steeper(), rng.normal(size=(5, SIZE)), rng=rng).require()


@pytest.mark.parametrize("scale", [0.0, 1.0, 30.0])
def test_cross_entropy_agrees_with_central_differences(
    scale: float, rng: np.random.Generator
) -> None:
    logits = scale * rng.normal(size=(6, 5))
    check_loss(cross_entropy, logits, rng.integers(0, 5, 6)).require()


@pytest.mark.parametrize("hidden", [(), (5,), (6, 4), (4, 7, 3)], ids=str)
def test_whole_networks_agree_with_central_differences(
    hidden: tuple[int, ...], rng: np.random.Generator
) -> None:
    network = build_mlp(hidden, rng=rng, n_inputs=6, n_classes=3, dtype=np.float64)
    report = check_network(
        network, rng.normal(size=(8, 6)), rng.integers(0, 3, 8), loss=cross_entropy
    )
    assert len(report.errors) == 2 * (len(hidden) + 1)
    report.require()


class Wrong:
    """A dense layer whose backward pass has been tampered with."""

    def __init__(self, tamper: Callable[[Params, Floats], Floats], rng: np.random.Generator):
        self.right = Dense(SIZE, SIZE, rng=rng)
        self.params = self.right.params
        self.tamper = tamper

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return self.right.output_shape(input_shape)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        return self.right.forward(x, training=training)

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        right = {name: np.empty_like(value) for name, value in self.params.items()}
        d_x = self.right.backward(d_out, cache, right)
        assert d_x is not None
        d_x = self.tamper(right, d_x)
        for name, value in right.items():
            grads[name][...] = value
        return d_x


def change(name: str, function: Callable[[Floats], Floats]) -> Callable[[Params, Floats], Floats]:
    def tamper(grads: Params, d_x: Floats) -> Floats:
        if name == "x":
            return function(d_x)
        grads[name] = function(grads[name])
        return d_x

    return tamper


def one_nan(array: Floats) -> Floats:
    array.flat[-1] = np.nan
    return array


@pytest.mark.parametrize("name", ["x", "W", "b"])
@pytest.mark.parametrize(
    "function",
    [lambda g: 1.01 * g, lambda g: 0 * g, lambda g: -g, one_nan, np.flip],
    ids=["1 % too large", "zero", "sign flipped", "one NaN", "order flipped"],
)
def test_the_checker_refuses_wrong_gradients(
    name: str, function: Callable[[Floats], Floats], rng: np.random.Generator
) -> None:
    report = check_layer(Wrong(change(name, function), rng), rng.normal(size=(5, SIZE)), rng=rng)
    with pytest.raises(GradientError, match=f"the gradient of {name} is off"):
        report.require()
    assert not report.max_error <= 1e-3
    wrong = report.errors.pop(name)
    assert not wrong <= 1e-3
    report.require()  # the others are right


@pytest.mark.parametrize("name", ["x", "W"])
def test_the_checker_refuses_transposed_gradients(name: str, rng: np.random.Generator) -> None:
    x = rng.normal(size=(SIZE, SIZE))
    report = check_layer(Wrong(change(name, np.transpose), rng), x, rng=rng)
    with pytest.raises(GradientError, match=f"the gradient of {name} is off"):
        report.require()


def test_the_checker_refuses_a_layer_that_adds_to_its_gradients(rng: np.random.Generator) -> None:
    class Adds(Dense):
        def backward(
            self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
        ) -> Floats | None:
            grads["W"] += cache[0].T @ d_out  # in the second step the first one's is still there
            grads["b"][...] = d_out.sum(axis=0)
            return d_out @ self.params["W"].T

    report = check_layer(Adds(SIZE, SIZE, rng=rng), rng.normal(size=(3, SIZE)), rng=rng)
    with pytest.raises(GradientError, match="the gradient of W"):
        report.require()


def test_the_checker_refuses_a_network_trained_for_another_loss(rng: np.random.Generator) -> None:
    def summed(logits: Floats, labels: np.ndarray) -> tuple[float, Floats]:
        loss, d_logits = cross_entropy(logits, labels)
        return loss, d_logits * len(labels)  # of the sum; the loss is the mean

    network = build_mlp((4,), rng=rng, n_inputs=3, n_classes=2, dtype=np.float64)
    images, labels = rng.normal(size=(5, 3)), rng.integers(0, 2, 5)
    report = check_network(network, images, labels, loss=summed)
    assert min(report.errors.values()) == pytest.approx(0.8, abs=1e-3)  # 5 g against g: 4 / 5
    with pytest.raises(GradientError):
        check_loss(summed, rng.normal(size=(5, 2)), labels).require()


@pytest.mark.parametrize("checked", ["x", "W"])
def test_float32_is_refused_because_its_rounding_hides_errors(
    checked: str, rng: np.random.Generator
) -> None:
    layer, x = Dense(SIZE, SIZE, rng=rng), rng.normal(size=(2, SIZE))
    if checked == "x":
        x = x.astype(np.float32)
    else:
        layer.params["W"] = layer.params["W"].astype(np.float32)
    with pytest.raises(SettingsError, match="needs float64; got float32"):
        check_layer(layer, x, rng=rng)


def test_the_numerical_gradient_of_a_known_function_leaves_the_array_as_it_was() -> None:
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    kept = x.copy()
    gradient = numerical_gradient(lambda: float(np.sum(x**3)), x)
    np.testing.assert_allclose(gradient, 3 * kept**2, rtol=1e-8)
    assert np.array_equal(x, kept)


def test_relative_errors_by_hand() -> None:
    assert relative_error(np.array([1.0, 3.0]), np.array([1.0, 4.0])) == 0.25  # 1 / 4
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.zeros(2), np.zeros(3)) == np.inf
    assert np.isnan(relative_error(np.array([np.nan, 0.0]), np.zeros(2)))
    assert np.isnan(GradientReport({"W": 0.1, "b": float("nan")}).max_error)
    assert GradientReport({}).max_error == 0
