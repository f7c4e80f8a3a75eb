"""A network is a row of named layers: images go in at one end, logits come out at the other."""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..arrays import HERE, Place, converted, namespace, precision, require_together, to_numpy
from ..errors import SettingsError, ShapeError
from ..shapes import CLASS_NAMES, N_CLASSES, N_PIXELS, Floats, Params
from . import even, upright
from .kinds import Role, role_of
from .layers import Cache, Dense, KeepsStatistics, Layer, ReLU
from .original import Original
from .outputs import OUTPUTS, Output
from .parameters import FlatParams
from .portrait import portrait
from .summary import Summary, summarize
from .usual import Usual

CHUNK = 4096  # images in one forward pass at most
CHUNK_NUMBERS = 2**24  # in one forward pass, of all layers: 64 MB in float32


@dataclass(frozen=True)
class Stage:
    """One column of the picture: a layer of units, where its numbers come from.

    A unit of a dense layer is one number, a unit of a convolution a feature map of H × W.
    """

    key: str  # "h1", "h2", …, "output": the prefix of a unit's id
    weights: str  # name of the layer that holds the weights into these units
    pre: str  # name of the layer whose output is the pre-activation
    post: str  # name of the layer whose output is the activation
    shape: tuple[int, ...]  # of both, for one image: (units,) or (H, W, units)
    activation: str | None = None  # name of the layer of the activation function, if there is one

    @property
    def units(self) -> int:
        return self.shape[-1]


@dataclass(frozen=True)
class Trace:
    """Everything that happened in one forward pass.

    `images` are what the first layer read: of a network that sets its pictures upright, those.
    `outputs` maps layer names to outputs in order; the last one is the logits. `caches` serve
    `Network.backward` only. `pre_activations` and `activations` are keyed by stage: "h1",
    "h2", …, "output" (and "input" for activations).
    """

    images: Floats
    outputs: Mapping[str, Floats]
    caches: Mapping[str, Cache]
    stages: tuple[Stage, ...]
    output: Output

    @property
    def logits(self) -> Floats:
        """(N, K): the last pre-activations, unnormalized."""
        return self.outputs[list(self.outputs)[-1]]

    @cached_property
    def probabilities(self) -> Floats:
        """(N, K): what the logits say of each class; see `Output.probabilities`."""
        return self.output.probabilities(self.logits)

    @property
    def pre_activations(self) -> dict[str, Floats]:
        """Stage key → input of the nonlinearity, (N, units) or (N, H, W, units)."""
        return {stage.key: self.outputs[stage.pre] for stage in self.stages}

    @property
    def activations(self) -> dict[str, Floats]:
        """Stage key → output of the nonlinearity, of the same shape."""
        hidden = {stage.key: self.outputs[stage.post] for stage in self.stages[:-1]}
        return {"input": self.images, **hidden, "output": self.output.activation(self.logits)}


class Network:
    """Named layers, applied in order; the last one gives the logits.

    `parameters.flat` is the vector an optimizer works on, `named_params()` the live views.
    `output` is one of OUTPUTS: what becomes of the logits. `upright` is the shape of the pictures
    that are set upright before the first layer reads them, (28, 28), or None where none are, and
    with `even` they are centered and evenly spread as well.
    `place` is where its parameters live, and where images must: NumPy, unless it was sent `to`
    another library.
    Raises ShapeError at construction when a layer does not fit the one before it, SettingsError
    for an output that nobody knows.
    """

    def __init__(
        self,
        layers: Mapping[str, Layer],
        *,
        input_shape: tuple[int, ...] = (N_PIXELS,),
        class_names: Sequence[str] = CLASS_NAMES,
        dtype: DTypeLike = np.float32,
        meta: Mapping[str, Any] | None = None,
        usual: Mapping[str, Usual] | None = None,
        output: str = "softmax",
        upright: tuple[int, ...] | None = None,
        even: bool = False,
        place: Place = HERE,
    ) -> None:
        if output not in OUTPUTS:
            raise SettingsError(f"output must be one of {', '.join(OUTPUTS)}; got {output!r:.40}.")
        self.output = OUTPUTS[output]
        self.layers = dict(layers)
        self.input_shape = input_shape
        self.upright = upright
        self.even = even
        self.class_names = tuple(class_names)
        self.meta: dict[str, Any] = dict(meta or {})
        self.usual: dict[str, Usual] = dict(usual or {})  # by stage; empty where not measured
        self.original: Original | None = None  # the model in memory that it was read from
        self.output_shapes: dict[str, tuple[int, ...]] = {}  # of one sample behind each layer
        shape = input_shape
        for name, layer in self.layers.items():
            try:
                shape = self.output_shapes[name] = layer.output_shape(shape)
            except ShapeError as error:
                raise ShapeError(f"layer {name} does not fit the one before it: {error}") from None
        if len(shape) != 1 or not self.output.fits(shape[0], len(self.class_names)):
            raise ShapeError(
                f"the last layer must give {len(self.class_names)} logits, one for each class; "
                f"it gives {shape}."
            )
        self.place = place
        self.parameters = self._empty_params(dtype)
        for name, layer in self.layers.items():
            views = self.parameters.layers[name]
            for key, view in views.items():
                view[...] = place.bring(layer.params[key])
            layer.params = views
            if isinstance(layer, KeepsStatistics):
                kept = self.parameters.statistics[name]
                for key, view in kept.items():
                    view[...] = place.bring(layer.statistics[key])
                layer.statistics = kept

    def forward(self, images: Floats, *, training: bool = False) -> Trace:
        """(N, 784) → the trace of one pass; images of another dtype are converted.

        Only with `training` do layers drop numbers or count statistics. Raises ArraysError for
        images that live elsewhere than the parameters.
        """
        if images.shape[1:] != self.input_shape:
            single = images.shape == self.input_shape
            hint = " Add a batch axis with images[None]." if single else ""
            wanted = ", ".join(str(size) for size in self.input_shape)
            raise ShapeError(f"images must have shape (N, {wanted}); got {images.shape}.{hint}")
        require_together("images", images, "the network's parameters", self.parameters.flat)
        x = images = self.seen(converted(images, self.parameters.flat.dtype))
        outputs: dict[str, Floats] = {}
        caches: dict[str, Cache] = {}
        for name, layer in self.layers.items():
            x, caches[name] = layer.forward(x, training=training)
            outputs[name] = x
        return Trace(images, outputs, caches, self.stages, self.output)

    def seen(self, images: Floats) -> Floats:
        """(N, 784) → what the first layer reads: the images, set as the network says."""
        if self.upright is None:
            return images
        stand = even.even if self.even else upright.upright
        if self.place == HERE:
            return stand(images, self.upright)
        there: Floats = self.place.bring(stand(to_numpy(images), self.upright))
        return there

    def taken_back(self, gradients: Floats, drawing: Floats) -> Floats:
        """Gradients of what the first layer reads as those of the drawing, (D,); both (K, D)."""
        if self.upright is None:
            return gradients
        stage = even if self.even else upright
        drawn: Floats = stage.taken_back(gradients, drawing, self.upright)
        return drawn

    def backward(self, d_logits: Floats, trace: Trace, gradient: FlatParams) -> None:
        """Fill `gradient` with d_loss/d_parameters, by the chain rule from the last layer back.

        It ends at the first layer that learns something.
        """
        d_out: Floats | None = d_logits
        for name in reversed(self.layers):
            if d_out is not None:
                d_out = self.layers[name].backward(
                    d_out,
                    trace.caches[name],
                    gradient.layers[name],
                    need_d_x=name != self._first_learning,
                )

    def probabilities(self, images: Floats) -> Floats:
        """(N, 784) → (N, K), each row a distribution over the classes, where they are one of many.

        See `Output.probabilities` for the others.
        """
        return self.output.probabilities(self.logits(images))

    def predict(self, images: Floats) -> NDArray[np.intp]:
        """(N, 784) → (N,) class ids; of equal logits the lower class."""
        return self.output.classes(self.logits(images))

    def logits(self, images: Floats) -> Floats:
        """(N, 784) → (N, K), for any number of images: no trace is kept of those before."""
        step = self.chunk
        if images.shape[0] <= step:
            return self.forward(images).logits
        parts = [images[i : i + step, ...] for i in range(0, images.shape[0], step)]
        logits: Floats = namespace(images).concat([self.forward(part).logits for part in parts])
        return logits

    def logits_from(self, start: int, x: Floats) -> Floats:
        """(N, …), what the layer in place `start` reads → (N, K), through it and all behind it."""
        for layer in [*self.layers.values()][start:]:
            x, _ = layer.forward(x, training=False)
        return x

    @property
    def chunk(self) -> int:
        """Images in one forward pass: enough for speed, and no more than memory is for."""
        return max(1, min(CHUNK, CHUNK_NUMBERS // self._numbers))

    @cached_property
    def _numbers(self) -> int:
        """All outputs of all layers, for one image."""
        return sum(math.prod(shape) for shape in self.output_shapes.values())

    @property
    def multiplications(self) -> int:
        """Of weights with numbers, for one image: what a forward pass costs."""
        return self.multiplications_from(0)

    def multiplications_from(self, first: int) -> int:
        """The same of the stages from `first` on.

        A weight of a convolution is used once for every pixel of its map.
        """
        return sum(
            math.prod(self.layers[stage.weights].params["W"].shape)
            * math.prod(self.output_shapes[stage.weights][:-1])
            for stage in self.stages[first:]
        )

    def named_params(self) -> Params:
        """Live views by full name, "dense1.W": changing one changes the network."""
        return self.parameters.views

    def fingerprint(self) -> str:
        """SHA-256 of all weights and statistics: another one as soon as it has learned."""
        digest = hashlib.sha256(to_numpy(self.parameters.flat).tobytes())
        for array in self.named_statistics().values():
            digest.update(to_numpy(array).tobytes())
        return digest.hexdigest()

    def named_statistics(self) -> Params:
        """Live views of what layers count while they learn, by full name: "bn1.mean"."""
        return {
            f"{layer}.{name}": view
            for layer, kept in self.parameters.statistics.items()
            for name, view in kept.items()
        }

    def new_gradient(self) -> FlatParams:
        """A vector of zeros with the same names and shapes as the parameters."""
        return self._empty_params(precision(self.parameters.flat))

    def in_double_precision(self) -> Network:
        """A copy in float64: the same network without float32's rounding, for checks."""
        return self.copy(dtype=np.float64)

    def to(self, place: Place) -> Network:
        """The network itself if it lives at this place already, else a copy that does."""
        return self if place == self.place else self.copy(place=place)

    def copy(
        self,
        *,
        dtype: DTypeLike | None = None,
        place: Place | None = None,
        layers: Mapping[str, Layer] | None = None,
    ) -> Network:
        """The same network, or one of other layers, with parameters of its own, in one vector."""
        return Network(
            copy.deepcopy(self.layers if layers is None else layers),
            input_shape=self.input_shape,
            class_names=self.class_names,
            dtype=precision(self.parameters.flat) if dtype is None else dtype,
            meta=self.meta,
            usual=self.usual,
            output=self.output.name,
            upright=self.upright,
            even=self.even,
            place=self.place if place is None else place,
        )

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The columns of the picture: every layer with weights W, and the nonlinearity after it."""
        names = list(self.layers)
        starts = [i for i, name in enumerate(names) if "W" in self.layers[name].params]
        stops = [*starts[1:], len(names)]
        keys = [f"h{i + 1}" for i in range(len(starts) - 1)] + ["output"]
        return tuple(
            self._stage(key, names[start:stop])
            for key, start, stop in zip(keys, starts, stops, strict=True)
        )

    def _stage(self, key: str, names: list[str]) -> Stage:
        """The column of these layers, from the weights on, as `order` puts them.

        The last layer of all gives the logits, whatever it is.
        """
        if key == "output":
            return Stage(key, names[0], names[-1], names[-1], self.output_shapes[names[-1]])
        pre = post = names[0]
        activation = None
        for name in names[1:]:
            role = role_of(self.layers[name])
            if role is Role.NORM:
                post = name
            elif role is Role.ACTIVATION and activation is None:
                pre, post, activation = post, name, name
            elif role is not Role.NOTHING:
                break
        pre = post if activation is None else pre
        return Stage(key, names[0], pre, post, self.output_shapes[pre], activation)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the output units: of the classes, or for a single unit of the one it tells."""
        return self.class_names[-1:] if self.layer_sizes[-1] == 1 else self.class_names

    def dense_layers(self) -> list[Dense]:
        """The dense layers in order: W0, W1, … of a weights file."""
        return [layer for layer in self.layers.values() if isinstance(layer, Dense)]

    def is_mlp(self) -> bool:
        """Whether it is Dense layers with one ReLU between: what can be drawn edge by edge."""
        kinds: list[type] = [type(layer) for layer in self.layers.values()]
        return kinds == ([Dense, ReLU] * len(kinds))[: len(kinds)] and kinds[-1] is Dense

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units of every column of the picture, input first: (784, 128, 64, 10)."""
        return (math.prod(self.input_shape), *(stage.units for stage in self.stages))

    def summary(self) -> str:
        """The layers as a table: output shape, parameters, activation function, memory."""
        text = self._summary().as_text()
        if self.upright is None:
            return text
        how = "set upright and even" if self.even else "set upright"
        return f"{text}\nEvery picture is {how} before the first layer reads it."

    def _summary(self) -> Summary:
        return summarize(
            self.layers,
            self.output_shapes,
            output=self.output.name,
            itemsize=precision(self.parameters.flat).itemsize,
        )

    def _repr_html_(self) -> str:
        """A small picture and the summary: what a notebook shows of a network."""
        columns = [("input", self.input_shape), *((s.key, s.shape) for s in self.stages)]
        return portrait(columns) + self._summary().as_html()

    @cached_property
    def _first_learning(self) -> str:
        return next((name for name, layer in self.layers.items() if layer.params), "")

    def _empty_params(self, dtype: DTypeLike) -> FlatParams:
        return FlatParams(
            {name: _shapes(layer.params) for name, layer in self.layers.items()},
            dtype,
            statistics={
                name: _shapes(layer.statistics)
                for name, layer in self.layers.items()
                if isinstance(layer, KeepsStatistics)
            },
            place=self.place,
        )


def _shapes(arrays: Params) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in arrays.items()}


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
