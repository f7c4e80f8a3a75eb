"""Is the gradient right? Wiggle every number a little and compare.

The central difference (f(x + h) − f(x − h)) / 2h approaches df/dx with an error of order h².
In float64 with h = 1e-6 it agrees with a correct backward pass to about 1e-8; a gradient that
is wrong by 1 % stands out by five orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import SettingsError
from ..shapes import Floats, Labels, Params
from .layers import Layer
from .losses import Loss
from .network import Network

STEP = 1e-6  # h of the central difference, for numbers around 1
TOLERANCE = 1e-6  # largest relative error of a correct gradient in float64


class GradientError(AssertionError):
    """A backward pass disagrees with the central differences of its forward pass."""


@dataclass(frozen=True)
class GradientReport:
    """The largest relative error, by name of the array it was found in."""

    errors: dict[str, float]

    @property
    def max_error(self) -> float:
        return float(np.max([0.0, *self.errors.values()]))  # unlike max(), NaN stays NaN

    def require(self, tolerance: float = TOLERANCE) -> None:
        """Raise GradientError unless every error is at most `tolerance`."""
        for name, error in self.errors.items():
            if not error <= tolerance:  # a NaN must not pass
                raise GradientError(
                    f"the gradient of {name} is off by {error:.1e} (relative); "
                    f"at most {tolerance:.0e} is allowed."
                )


def numerical_gradient(function: Callable[[], float], array: Floats) -> Floats:
    """Central differences of `function` in every entry of `array`, which it must read live."""
    if array.dtype != np.float64:
        raise SettingsError(f"a gradient check needs float64; got {array.dtype}.")
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + STEP
        above = function()
        array[index] = kept - STEP
        below = function()
        array[index] = kept
        gradient[index] = (above - below) / (2 * STEP)
    return gradient


def relative_error(got: Floats, expected: Floats) -> float:
    """max |got − expected| / max(|expected|, |got|), over the whole array; 0 if both are 0.

    It is infinite for another shape and NaN where one of them holds NaN.
    """
    if got.shape != expected.shape:
        return float("inf")
    scale = float(np.abs([expected, got]).max(initial=0))
    return float(np.abs(got - expected).max(initial=0)) / scale if scale != 0 else 0.0


def check_layer(
    layer: Layer, x: Floats, *, rng: np.random.Generator, training: bool = False
) -> GradientReport:
    """Check one layer on input x (N, …), float64, against a random direction of its output.

    Keep the entries of x away from kinks (0 for ReLU): there no derivative exists.
    """
    out, cache = layer.forward(x, training=training)
    direction = rng.normal(size=out.shape)
    # NaN in the arrays to fill: a layer must write every entry, neither skip nor add to it.
    grads: Params = {name: np.full_like(value, np.nan) for name, value in layer.params.items()}
    d_x = layer.backward(direction, cache, grads)
    assert d_x is not None

    def along_direction() -> float:
        return float(np.sum(layer.forward(x, training=training)[0] * direction))

    errors = {"x": relative_error(d_x, numerical_gradient(along_direction, x))}
    for name, value in layer.params.items():
        errors[name] = relative_error(grads[name], numerical_gradient(along_direction, value))
    return GradientReport(errors)


def check_loss(loss: Loss, logits: Floats, labels: Labels) -> GradientReport:
    """Check d_loss/d_logits of a loss on logits (N, K), float64."""
    _, d_logits = loss(logits, labels)
    expected = numerical_gradient(lambda: loss(logits, labels)[0], logits)
    return GradientReport({"logits": relative_error(d_logits, expected)})


def check_network(
    network: Network, images: Floats, labels: Labels, *, loss: Loss
) -> GradientReport:
    """Check every parameter of a (small, float64) network through the whole chain."""
    trace = network.forward(images)
    gradient = network.new_gradient()
    gradient.flat[...] = np.nan  # as in check_layer
    network.backward(loss(trace.logits, labels)[1], trace, gradient)
    return GradientReport(
        {
            name: relative_error(
                gradient.views[name],
                numerical_gradient(lambda: loss(network.forward(images).logits, labels)[0], value),
            )
            for name, value in network.named_params().items()
        }
    )
