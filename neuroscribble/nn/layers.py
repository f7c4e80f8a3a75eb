"""A layer is a function, the derivative of that function, and the parameters it learns.

No layer keeps anything between calls: `forward` returns its output together with a cache, and
`backward` takes that cache back. One forward pass can therefore serve training, prediction and
a live picture at once, from several threads.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from ..arrays import namespace
from ..shapes import Floats, Params, check_shape
from .inked import inked, spread
from .kernels import by_block, kernel

Cache = Any  # what one layer's backward needs from its forward; opaque to everybody else


class Layer(Protocol):
    """The contract of every layer; `params` is empty for layers that learn nothing.

    A layer that also counts something while it learns keeps it in `statistics`, a second such
    dict; `KeepsStatistics` says so.
    """

    params: Params

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of one sample behind this layer, or ShapeError if it does not fit."""
        ...

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        """(N, *input_shape) → (N, *output_shape), and the cache for `backward`.

        `training` matters only to layers that behave differently while a network learns.
        """
        ...

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        """Write d_loss/d_params into the arrays of `grads`, return d_loss/d_x.

        The first layer of a network has nobody to hand d_x to; with `need_d_x=False` it is
        not computed and None comes back. That saves a third of a training step.
        """
        ...


@runtime_checkable
class KeepsStatistics(Protocol):
    """A layer whose `forward` in training also writes `statistics`, in place: no gradient does."""

    statistics: Params


@runtime_checkable
class Activation(Layer, Protocol):
    """A function of each number alone, and what a picture wants to know of it."""

    may_be_negative: bool
    is_piecewise_linear: bool  # then a network of such is one linear map for every single image
    passes_factors: bool  # f(c z) = c f(z) for every positive c
    never_falls: bool  # then the largest of some numbers is still the largest behind it


class Dense:
    """Every output is a weighted sum of every input: z = x W + b.

    Backward, for d = d_loss/d_z:  dW = xᵀ d,  db = Σ_n d,  dx = d Wᵀ.

    Start values: W ~ N(0, 2 / fan_in), b = 0 (He et al. 2015, arXiv:1502.01852), which keeps
    the variance of ReLU activations the same from layer to layer.

    In training, inputs that are 0 in the whole batch are left out of the products.
    """

    def __init__(self, fan_in: int, fan_out: int, *, rng: np.random.Generator) -> None:
        self.fan_in, self.fan_out = fan_in, fan_out
        weights = rng.normal(0.0, np.sqrt(2.0 / fan_in), (fan_in, fan_out))
        self.params: Params = {"W": weights, "b": np.zeros(fan_out)}

    @classmethod
    def from_arrays(cls, weights: Floats, bias: Floats) -> Dense:
        """A layer with these weights (fan_in, fan_out) and biases (fan_out,)."""
        check_shape("bias", bias, weights.shape[1:])
        layer = cls.__new__(cls)
        layer.fan_in, layer.fan_out = weights.shape
        layer.params = {"W": weights, "b": bias}
        return layer

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), (self.fan_in,))
        return (self.fan_out,)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        weights = self.params["W"]
        columns = inked(x, self.fan_out) if training else None
        if columns is not None:
            x, weights = x.take(columns, axis=1), weights.take(columns, axis=0)
        z = x @ weights  # (N, fan_out)
        z += self.params["b"]  # in the array just made: no second one
        return z, (x, columns)

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        x, columns = cache
        xp = namespace(x)
        if columns is None:
            xp.matmul(x.T, d_out, out=grads["W"])  # (fan_in, fan_out)
        else:
            spread(x.T @ d_out, columns, out=grads["W"])
        xp.sum(d_out, axis=0, out=grads["b"])  # (fan_out,)
        return d_out @ self.params["W"].T if need_d_x else None  # (N, fan_in)


class ReLU:
    """a = max(z, 0): what is negative is cut off, the rest passes unchanged.

    Backward: the gradient passes where z > 0 and is zero elsewhere (also at z = 0).
    """

    may_be_negative = False
    is_piecewise_linear = passes_factors = never_falls = True

    def __init__(self) -> None:
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return input_shape

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        a = by_block(kernel("positive", x), x)
        return a, a

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        a: Floats = cache
        return by_block(_where_positive, d_out, a) if need_d_x else None


def _where_positive(d: Floats, a: Floats, out: Floats | None = None) -> Floats:
    passed: Floats = kernel("masked", a)(d, a > 0, out=out)
    return passed
