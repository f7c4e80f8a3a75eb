"""A network is a row of named layers over one vector of parameters.

All parameters live in ONE contiguous vector, and every layer holds named views into it. An
optimizer then needs a few passes over a single array, a copy for "best so far" or "undo" is
one copy, and a name like `dense1.W` still finds the matrix.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .errors import SettingsError, ShapeError
from .layers import Cache, Dense, Layer, ReLU
from .losses import softmax
from .shapes import CLASS_NAMES, N_CLASSES, N_PIXELS, Floats, Params


class FlatParams:
    """One contiguous vector `flat` and views into it for every parameter.

    `views` finds them by full name, "dense1.W", `layers` by layer and short name: "dense1", "W".
    """

    def __init__(self, shapes: Mapping[str, Mapping[str, tuple[int, ...]]], dtype: DTypeLike):
        sizes = [math.prod(shape) for named in shapes.values() for shape in named.values()]
        self.flat: Floats = np.zeros(sum(sizes), dtype)
        self.views: Params = {}
        self.layers: dict[str, Params] = {}
        start = 0
        for layer, named in shapes.items():
            self.layers[layer] = {}
            for name, shape in named.items():
                stop = start + math.prod(shape)
                view = self.flat[start:stop].reshape(shape)
                self.layers[layer][name] = self.views[f"{layer}.{name}"] = view
                start = stop


@dataclass(frozen=True)
class Stage:
    """One column of the picture: a layer of units, where its numbers come from."""

    key: str  # "h1", "h2", …, "output": the prefix of a unit's id
    pre: str  # name of the layer whose output is the pre-activation
    post: str  # name of the layer whose output is the activation


@dataclass(frozen=True)
class Trace:
    """Everything that happened in one forward pass.

    `outputs` maps layer names to outputs in order; the last one is the logits. `caches` serve
    `Network.backward` only. `pre_activations` and `activations` are keyed by stage: "h1",
    "h2", …, "output" (and "input" for activations).
    """

    images: Floats
    outputs: Mapping[str, Floats]
    caches: Mapping[str, Cache]
    stages: tuple[Stage, ...]

    @property
    def logits(self) -> Floats:
        """(N, K): the last pre-activations, unnormalized."""
        return self.outputs[list(self.outputs)[-1]]

    @cached_property
    def probabilities(self) -> Floats:
        """(N, K): softmax of the logits."""
        return softmax(self.logits)

    @property
    def pre_activations(self) -> dict[str, Floats]:
        """Stage key → z = a W + b, (N, units)."""
        return {stage.key: self.outputs[stage.pre] for stage in self.stages}

    @property
    def activations(self) -> dict[str, Floats]:
        """Stage key → output of the nonlinearity, (N, units); probabilities at "output"."""
        hidden = {stage.key: self.outputs[stage.post] for stage in self.stages[:-1]}
        return {"input": self.images, **hidden, "output": self.probabilities}


class Network:
    """Named layers, applied in order; the last one gives the logits.

    `parameters.flat` is the vector an optimizer works on, `named_params()` the live views.
    Raises ShapeError at construction when a layer does not fit the one before it.
    """

    def __init__(
        self,
        layers: Mapping[str, Layer],
        *,
        input_shape: tuple[int, ...] = (N_PIXELS,),
        class_names: Sequence[str] = CLASS_NAMES,
        dtype: DTypeLike = np.float32,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        self.layers = dict(layers)
        self.input_shape = input_shape
        self.class_names = tuple(class_names)
        self.meta: dict[str, Any] = dict(meta or {})
        shape = input_shape
        for name, layer in self.layers.items():
            try:
                shape = layer.output_shape(shape)
            except ShapeError as error:
                raise ShapeError(f"layer {name} does not fit the one before it: {error}") from None
        if shape != (len(self.class_names),):
            raise ShapeError(
                f"the last layer must give {len(self.class_names)} logits, one for each class; "
                f"it gives {shape}."
            )
        self.parameters = self._empty_params(dtype)
        for name, layer in self.layers.items():
            views = self.parameters.layers[name]
            for key, view in views.items():
                view[...] = layer.params[key]
            layer.params = views

    def forward(self, images: Floats) -> Trace:
        """(N, 784) → the trace of one pass; images of another dtype are converted."""
        if images.shape[1:] != self.input_shape:
            single = images.shape == self.input_shape
            hint = " Add a batch axis with images[None]." if single else ""
            wanted = ", ".join(str(size) for size in self.input_shape)
            raise ShapeError(f"images must have shape (N, {wanted}); got {images.shape}.{hint}")
        x = images = images.astype(self.parameters.flat.dtype, copy=False)
        outputs: dict[str, Floats] = {}
        caches: dict[str, Cache] = {}
        for name, layer in self.layers.items():
            x, caches[name] = layer.forward(x)
            outputs[name] = x
        return Trace(images, outputs, caches, self.stages)

    def backward(self, d_logits: Floats, trace: Trace, gradient: FlatParams) -> None:
        """Fill `gradient` with d_loss/d_parameters, by the chain rule from the last layer back."""
        first = next(iter(self.layers))
        d_out: Floats | None = d_logits
        for name, layer in reversed(self.layers.items()):
            assert d_out is not None
            d_out = layer.backward(
                d_out, trace.caches[name], gradient.layers[name], need_d_x=name != first
            )

    def probabilities(self, images: Floats) -> Floats:
        """(N, 784) → (N, K), each row a distribution over the classes."""
        return self.forward(images).probabilities

    def predict(self, images: Floats) -> NDArray[np.intp]:
        """(N, 784) → (N,) class ids; of equal logits the lower class."""
        classes: NDArray[np.intp] = self.forward(images).logits.argmax(axis=1)
        return classes

    def named_params(self) -> Params:
        """Live views by full name, "dense1.W": changing one changes the network."""
        return self.parameters.views

    def new_gradient(self) -> FlatParams:
        """A vector of zeros with the same names and shapes as the parameters."""
        return self._empty_params(self.parameters.flat.dtype)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The columns of the picture: every layer that learns, with the nonlinearity after it."""
        names = list(self.layers)
        starts = [i for i, name in enumerate(names) if self.layers[name].params]
        stops = [*starts[1:], len(names)]
        keys = [f"h{i + 1}" for i in range(len(starts) - 1)] + ["output"]
        return tuple(
            Stage(key, names[start], names[stop - 1])
            for key, start, stop in zip(keys, starts, stops, strict=True)
        )

    def dense_layers(self) -> list[Dense]:
        """The dense layers in order: W0, W1, … of a weights file."""
        return [layer for layer in self.layers.values() if isinstance(layer, Dense)]

    def is_mlp(self) -> bool:
        """Whether it is Dense layers with one ReLU between: what a weights file can hold."""
        kinds: list[type] = [type(layer) for layer in self.layers.values()]
        return kinds == ([Dense, ReLU] * len(kinds))[: len(kinds)] and kinds[-1] is Dense

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units of every column of the picture, input first: (784, 128, 64, 10)."""
        dense = self.dense_layers()
        return (dense[0].fan_in, *(layer.fan_out for layer in dense))

    def _empty_params(self, dtype: DTypeLike) -> FlatParams:
        shapes = {
            name: {key: value.shape for key, value in layer.params.items()}
            for name, layer in self.layers.items()
        }
        return FlatParams(shapes, dtype)


def build_mlp(
    hidden: Sequence[int] = (128, 64),
    *,
    rng: np.random.Generator,
    n_inputs: int = N_PIXELS,
    n_classes: int = N_CLASSES,
    class_names: Sequence[str] | None = None,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Dense and ReLU in turn, ending in a Dense layer of logits: 784→128→64→10 by default.

    `hidden` may have any length, also none: then the network is one linear map.
    """
    sizes = [n_inputs, *hidden, n_classes]
    if any(size < 1 for size in sizes):
        raise SettingsError(f"every layer needs at least one unit; got {sizes}.")
    layers: dict[str, Layer] = {}
    for number, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        layers[f"dense{number}"] = Dense(fan_in, fan_out, rng=rng)
        if number < len(sizes) - 1:
            layers[f"relu{number}"] = ReLU()
    names = class_names if class_names is not None else [str(k) for k in range(n_classes)]
    return Network(layers, input_shape=(n_inputs,), class_names=names, dtype=dtype)
