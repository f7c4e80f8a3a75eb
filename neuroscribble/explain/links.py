"""A network as columns of units and the links between them, as pictures show it.

A unit is a single number or, behind a convolution, a map of numbers. A link is one affine map from
all units of a column to all units of the next: the weights that pair two units are its *taps*, one
for each place of a kernel, or of the map that a dense layer reads; between single numbers there is
one. Batch normalization, evaluated with its running statistics, is part of the affine map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..nn.activations import Linear
from ..nn.averaging import AvgPool2d, GlobalAvgPool2d
from ..nn.conv import Conv2d
from ..nn.kinds import Role, role_of, window_of
from ..nn.layers import Activation, Layer
from ..nn.network import Network, Trace
from ..nn.normalization import BatchNorm2d
from ..nn.pooling import Pool2d
from ..nn.windows import Window
from ..shapes import Floats, Params

EXPECTED = (
    "expected convolutions and dense layers, behind each at most a normalization, an activation, a "
    "normalization of that and a pooling, in this order; behind the last, which is dense, at most "
    "the first of these"
)


class Column(NamedTuple):
    """A column of the picture: units side by side, each with as many numbers."""

    key: str  # "input", "h1", …, "output"
    n_units: int
    map_shape: tuple[int, int]  # rows and columns of each unit's map; (1, 1): a single number


@dataclass(frozen=True)
class Norm:
    """Batch normalization: γ (z − mean) / √(variance + ε) + β, all (units,)."""

    gamma: Floats
    beta: Floats
    mean: Floats
    variance: Floats
    epsilon: float

    @property
    def scale(self) -> Floats:
        scale: Floats = self.gamma / np.sqrt(self.variance + self.epsilon)
        return scale


class Pool(NamedTuple):
    """What the next link reads of each map: the largest number of every window, or the mean."""

    kind: str  # "max" or "mean"
    window: Window
    counts_padding: bool = False  # whether a mean counts the zeros beside the map


@dataclass(frozen=True)
class Link:
    """The affine map from one column to the next, and what becomes of its sums."""

    key: str  # of the column that it leads to
    params: Params  # W and b of the layer
    source_shape: tuple[int, int]  # of the maps that it reads; (1, 1): single numbers
    window: Window | None = None  # of a convolution; None: a dense layer
    groups: int = 1  # of a convolution
    before: Norm | None = None  # of the input, before the first link reads it
    norm: Norm | None = None  # of the sums, folded into weights and bias
    activation: Activation = field(default_factory=Linear)
    after: Norm | None = None  # of the activations; what comes out is what the unit passes on
    pool: Pool | None = None  # of what it passes on, before the next link reads it

    @property
    def may_be_negative(self) -> bool:
        """Whether what the units pass on may be less than 0."""
        return self.activation.may_be_negative or self.after is not None

    @property
    def tap_shape(self) -> tuple[int, int]:
        """Rows and columns of the taps between two units; (1, 1) between single numbers."""
        return self.window.kernel if self.window else self.source_shape

    def by_pairs(self, W: Floats) -> Floats:
        """Weights as the layer has them → (taps, fan_in, fan_out), 0 between groups."""
        taps = math.prod(self.tap_shape)
        if self.groups == 1:
            return W.reshape(taps, -1, W.shape[-1])
        own = W.reshape(taps, W.shape[-2], self.groups, -1)  # (taps, in and group, out of each)
        full = np.zeros((taps, self.groups, W.shape[-2], self.groups, own.shape[-1]), W.dtype)
        for group in range(self.groups):
            full[:, group, :, group] = own[:, :, group]
        return full.reshape(taps, -1, W.shape[-1])

    @property
    def weights(self) -> Floats:
        """(taps, fan_in, fan_out), normalization folded in."""
        weights = self.by_pairs(self.params["W"])
        return weights if self.norm is None else weights * self.norm.scale

    @property
    def bias(self) -> Floats:
        """(fan_out,), normalization folded in."""
        if self.norm is None:
            return self.params["b"]
        bias: Floats = (self.params["b"] - self.norm.mean) * self.norm.scale + self.norm.beta
        return bias

    @property
    def edges(self) -> Floats:
        """The strength of each pair of units, (fan_in, fan_out), with a sign.

        Between single numbers the weight itself; else the norm of all weights between the two,
        with the sign of their sum.
        """
        weights = self.weights
        if len(weights) == 1:
            return weights.reshape(weights.shape[1:])
        sign = np.where(weights.sum(axis=0) < 0, -1, 1).astype(weights.dtype)
        strengths: Floats = sign * np.sqrt((weights**2).sum(axis=0))
        return strengths

    @property
    def fan_in(self) -> int:
        """Units of the column before."""
        W = self.params["W"]
        if self.window is not None:
            return int(W.shape[-2]) * self.groups
        return len(W) // math.prod(self.tap_shape)

    @property
    def n_edges(self) -> int:
        """Pairs of units, one of each column, that weights join."""
        return int(self.is_edge.sum())

    @property
    def is_edge(self) -> NDArray[np.bool_]:
        """Which pairs of units weights join, (fan_in, fan_out): weights of 0 join nothing."""
        joined: NDArray[np.bool_] = (self.weights != 0).any(axis=0)
        return joined

    def cut(self, mask: NDArray[np.bool_]) -> None:
        """Set all weights between the pairs of the mask (fan_in, fan_out) to 0, in place."""
        W = self.params["W"]
        own = W.reshape(math.prod(self.tap_shape), -1, self.groups, W.shape[-1] // self.groups)
        parts = mask.reshape(self.groups, -1, self.groups, own.shape[-1])
        for group in range(self.groups):
            own[:, :, group][:, parts[group, :, group]] = 0

    @property
    def map_shape(self) -> tuple[int, int]:
        """Rows and columns of a unit's map; (1, 1) for single numbers."""
        return self.window.output_shape(self.source_shape) if self.window else (1, 1)

    @property
    def n_rows(self) -> int:
        """One for each tap of each unit behind."""
        return math.prod(self.tap_shape) * self.fan_in

    def mean_inputs(self, x: Floats) -> Floats:
        """What each row of weights is multiplied with, averaged over all places of the map.

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

    Raises SettingsError when it is built in a way that has no such picture; `usual_order` gives
    some networks another order in which they have one.
    """
    found: list[Link] = []
    before: Norm | None = None
    shape = network.input_shape
    stages = iter(network.stages)
    done = Role.SHAPE  # of the last link: how far it is done; SHAPE: nothing but a pooling may come
    for name, layer in network.layers.items():
        role = role_of(layer)
        is_as_summed = bool(found) and (len(shape) == 3) == (found[-1].window is not None)
        if role is Role.LINK and (before is None or len(before.gamma) == shape[-1]):
            source_shape = (shape[0], shape[1]) if len(shape) == 3 else _places(found)
            groups = layer.groups if isinstance(layer, Conv2d) else 1
            window = window_of(layer)
            link = Link(next(stages).key, layer.params, source_shape, window, groups, before)
            found, before, done = [*found, link], None, Role.LINK
        elif isinstance(layer, BatchNorm2d) and not found and before is None:
            before = _norm(layer)
        elif isinstance(layer, BatchNorm2d) and is_as_summed and done is Role.LINK:
            found[-1], done = replace(found[-1], norm=_norm(layer)), Role.NORM
        elif isinstance(layer, BatchNorm2d) and is_as_summed and done is Role.ACTIVATION:
            found[-1], done = replace(found[-1], after=_norm(layer)), Role.SHAPE
        elif isinstance(layer, Activation) and is_as_summed and done in (Role.LINK, Role.NORM):
            found[-1], done = replace(found[-1], activation=layer), Role.ACTIVATION
        elif role is Role.POOL and is_as_summed and done is not Role.POOL:
            found[-1] = replace(found[-1], pool=_pool(layer, (shape[0], shape[1])))
            done = Role.POOL
        elif role is not Role.NOTHING and not (role is Role.SHAPE and not found):
            raise SettingsError(f"layer {name} has no place in a picture: {EXPECTED}.")
        shape = layer.output_shape(shape)
    ends_with_sums = found and isinstance(found[-1].activation, Linear) and not found[-1].after
    if not ends_with_sums or found[-1].window or found[-1].pool:
        raise SettingsError(f"the last layer has no place in a picture: {EXPECTED}.")
    return found


def _norm(layer: BatchNorm2d) -> Norm:
    return Norm(**layer.params, **layer.statistics, epsilon=layer.epsilon)


def _pool(layer: Layer, shape: tuple[int, int]) -> Pool:
    """A pooling of maps of this shape."""
    if isinstance(layer, GlobalAvgPool2d):
        return Pool("mean", Window.of(shape, 1, 0))
    assert isinstance(layer, Pool2d)
    if isinstance(layer, AvgPool2d):
        return Pool("mean", layer.window, layer.counts_padding)
    return Pool("max", layer.window)


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


def _places(found: Sequence[Link]) -> tuple[int, int]:
    """Rows and columns of the maps that a dense layer reads, flattened; (1, 1) without maps."""
    if not found:
        return (1, 1)
    last = found[-1]
    return last.pool.window.output_shape(last.map_shape) if last.pool else last.map_shape
