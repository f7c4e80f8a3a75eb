"""A network as columns of units and the links between them, as pictures show it.

A unit is a single number or, behind a convolution, a map of numbers. A link is one affine map from
all units of a column to all units of the next: the weights that pair two units are its *taps*, one
for each place of a kernel, or of the map that a dense layer reads; between single numbers there is
one. Batch normalization, evaluated with its running statistics, is part of the affine map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..errors import SettingsError
from ..nn.conv import Conv2d
from ..nn.kinds import Role, role_of, window_of
from ..nn.layers import Layer, ReLU
from ..nn.network import Network, Trace
from ..nn.normalization import BatchNorm2d
from ..nn.pooling import MaxPool2d
from ..nn.windows import Window
from ..shapes import Floats, Params

EXPECTED = (
    "expected convolutions and dense layers with a ReLU behind each, but none behind the last, "
    "which is dense, and max pooling only behind ReLUs"
)


class Column(NamedTuple):
    """A column of the picture: units side by side, each with as many numbers."""

    key: str  # "input", "h1", …, "output"
    n_units: int
    map_shape: tuple[int, int]  # rows and columns of each unit's map; (1, 1): a single number


@dataclass(frozen=True)
class Norm:
    """Batch normalization after a link: γ (z − mean) / √(variance + ε) + β."""

    mean: Floats  # (fan_out,)
    variance: Floats  # (fan_out,)
    epsilon: float


@dataclass(frozen=True)
class Link:
    """The affine map from one column to the next, and what is done with its activation."""

    key: str  # of the column that it leads to
    params: Params  # W and b of the layer; gamma and beta of the normalization
    source_shape: tuple[int, int]  # of the maps that it reads; (1, 1): single numbers
    window: Window | None = None  # of a convolution; None: a dense layer
    norm: Norm | None = None
    pool: Window | None = None  # max pooling of the activation, before the next link reads it

    @property
    def scale(self) -> Floats:
        """What normalization multiplies each unit's sum with, (fan_out,)."""
        if self.norm is None:
            return np.ones_like(self.params["b"])
        scale: Floats = self.params["gamma"] / np.sqrt(self.norm.variance + self.norm.epsilon)
        return scale

    @property
    def tap_shape(self) -> tuple[int, int]:
        """Rows and columns of the taps between two units; (1, 1) between single numbers."""
        return self.window.kernel if self.window else self.source_shape

    @property
    def weights(self) -> Floats:
        """(taps, fan_in, fan_out), normalization folded in."""
        W = self.params["W"]
        folded: Floats = W.reshape(math.prod(self.tap_shape), -1, W.shape[-1])
        return folded if self.norm is None else folded * self.scale

    @property
    def bias(self) -> Floats:
        """(fan_out,), normalization folded in."""
        if self.norm is None:
            return self.params["b"]
        bias: Floats = (self.params["b"] - self.norm.mean) * self.scale + self.params["beta"]
        return bias

    @property
    def edges(self) -> Floats:
        """The strength of each pair of units, (fan_in, fan_out), with a sign.

        Between single numbers the weight itself; else the norm of all weights between the two,
        with the sign of their sum.
        """
        weights = self.weights
        sign = np.where(weights.sum(axis=0) < 0, -1, 1).astype(weights.dtype)
        strengths: Floats = sign * np.sqrt((weights**2).sum(axis=0))
        return strengths if len(weights) > 1 else weights.reshape(weights.shape[1:])

    @property
    def n_edges(self) -> int:
        """Pairs of units, one of each column."""
        return self.n_rows // math.prod(self.tap_shape) * int(self.params["W"].shape[-1])

    @property
    def map_shape(self) -> tuple[int, int]:
        """Rows and columns of a unit's map; (1, 1) for single numbers."""
        return self.window.output_shape(self.source_shape) if self.window else (1, 1)

    @property
    def n_rows(self) -> int:
        """Rows of W: one for each tap of each unit behind."""
        return self.params["W"].size // int(self.params["W"].shape[-1])

    def mean_inputs(self, x: Floats) -> Floats:
        """What each row of W is multiplied with, averaged over all places of the map.

        x: what the link reads of N samples, (N, rows, columns, fan_in) or any shape of as many
        numbers in this order. Returns (N, taps · fan_in).
        """
        if self.window is None:
            return x.reshape(len(x), -1)
        x = x.reshape(len(x), *self.source_shape, -1)  # (N, rows, columns, fan_in)
        seen = self.window.views(self.window.padded(x))
        return np.concatenate([view.mean(axis=(1, 2)) for view in seen], axis=1)

    def contributions(self, x: Floats) -> Floats:
        """What each unit gives to each unit of the next column, (fan_in, fan_out), for one sample.

        Column sums plus the bias are the pre-activations, of maps their means. x: see mean_inputs.
        """
        seen = self.mean_inputs(x[None]).reshape(self.weights.shape[:2])
        given: Floats = np.einsum("ti,tio->io", seen, self.weights)
        return given


def links(network: Network) -> list[Link]:
    """The links of a network from left to right.

    Raises SettingsError when it is built in a way that has no such picture.
    """
    found: list[Link] = []
    shape = network.input_shape
    has_activation = True  # whether the last link's activation is already there
    stages = iter(network.stages)
    for name, layer in network.layers.items():
        role, last = role_of(layer), found[-1] if found else None
        if not _is_drawn(layer):
            role = None
        if role is Role.LINK and has_activation:
            source_shape = (shape[0], shape[1]) if len(shape) == 3 else _places(found)
            found.append(Link(next(stages).key, layer.params, source_shape, window_of(layer)))
            has_activation = False
        elif isinstance(layer, BatchNorm2d) and last and not has_activation:
            norm = Norm(**layer.statistics, epsilon=layer.epsilon)
            found[-1] = replace(last, params={**last.params, **layer.params}, norm=norm)
        elif role is Role.ACTIVATION and not has_activation:
            has_activation = True
        elif role is Role.POOL and last and has_activation and not last.pool:
            found[-1] = replace(last, pool=window_of(layer))
        elif role is not Role.NOTHING and not (role is Role.SHAPE and not found):
            raise SettingsError(f"layer {name} has no place in a picture: {EXPECTED}.")
        shape = layer.output_shape(shape)
    if has_activation or found[-1].window:
        raise SettingsError(f"the last layer has no place in a picture: {EXPECTED}.")
    return found


def columns(network: Network) -> list[Column]:
    """The columns of a network from left to right, input and output included."""
    chain = links(network)
    first = chain[0]
    n_inputs = first.weights.shape[1]
    return [
        Column("input", n_inputs, first.source_shape),
        *(Column(link.key, link.weights.shape[2], link.map_shape) for link in chain),
    ]


def link_inputs(network: Network, trace: Trace) -> list[Floats]:
    """What each link reads in this forward pass: (N, …), the output of the layer before it."""
    names = list(network.layers)
    outputs = [trace.images, *trace.outputs.values()]
    return [outputs[names.index(stage.weights)] for stage in network.stages]


def _is_drawn(layer: Layer) -> bool:
    """Whether the pictures know this layer with these settings."""
    window = window_of(layer)
    if isinstance(layer, Conv2d) and layer.groups > 1:
        return False
    if window and not all(isinstance(size, int) for size in window.short()):
        return False
    return role_of(layer) not in (Role.ACTIVATION, Role.POOL) or isinstance(layer, ReLU | MaxPool2d)


def _places(found: Sequence[Link]) -> tuple[int, int]:
    """Rows and columns of the maps that a dense layer reads, flattened; (1, 1) without maps."""
    if not found:
        return (1, 1)
    last = found[-1]
    return last.pool.output_shape(last.map_shape) if last.pool else last.map_shape
