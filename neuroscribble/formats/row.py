"""A row of layers while it grows: the next one is hung on, and takes what waits before it.

An affine map that stands between layers (a normalization of the input, a batch normalization behind
an activation) waits until the next layer comes. That one takes it into its weights wherever this
changes no result; else it becomes a layer of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.conv import Conv2d
from ..nn.layers import Dense, Layer
from ..nn.normalization import BatchNorm1d, BatchNorm2d
from ..nn.pooling import Flatten, Unflatten
from ..shapes import Floats
from .values import float32, made
from .view import View

MAX_LAYERS = 190  # of ours; `descriptions` reads 200

Sides = tuple[tuple[int, int], tuple[int, int]]  # padding (above, below), (left, right)
NO_PADDING: Sides = ((0, 0), (0, 0))


class Row(View):
    """Layers in a row, from an input of `shape` as the framework sees it, without the batch.

    Settings are those of a `View`. Raises WeightsError for what does not fit together.
    """

    def __init__(self, shape: Sequence[int], **settings: Any) -> None:
        super().__init__(shape, **settings)
        self.layers: dict[str, Layer] = {}
        self._counts: dict[str, int] = {}
        self._open: Dense | Conv2d | None = None  # the last layer, while it can still take a map
        self._padding: Sides = NO_PADDING  # what the next window finds around its maps …
        self._padding_is_zero = True  # … zeros, or else numbers that are never the largest
        self.step = 0  # counted by those who follow a program, to notice when it branches
        self.output: str | None = None  # "softmax" or "linear", where the file says so

    def _with_padding(self, padding: Sides, *, zero: bool) -> Sides:
        """What a window finds around its maps, all in all."""
        if self._padding == NO_PADDING or self._padding_is_zero != zero:
            return padding
        pairs = zip(padding, self._padding, strict=True)
        rows, columns = ((a + c, b + d) for (a, b), (c, d) in pairs)
        self._padding = NO_PADDING
        return rows, columns

    def _take_in(self) -> None:
        """The open layer takes what waits into its weights, if it is the same for a whole map."""
        layer, (scale, shift) = self._open, self._per_channel()
        if layer is None or scale is None or shift is None:
            return
        W, b = layer.params["W"].astype(np.float64), layer.params["b"].astype(np.float64)
        layer.params = {"W": float32(W * scale), "b": float32(b * scale + shift)}
        self._wait_no_more()

    def _settle(self) -> None:
        """What waits becomes a batch normalization, or for the input a rescaling."""
        if not self._waits():
            return
        scale, shift = self._per_channel()
        if scale is None or shift is None:
            raise WeightsError(
                "numbers of one map are scaled in different ways between two layers, which is not "
                "read; only a dense layer may follow."
            )
        n = len(scale)
        still = [scale, shift, np.zeros(n), np.full(n, 1 - 1e-5)]
        self._add("bn", self._norm([float32(array) for array in still], 1e-5))
        self._wait_no_more()

    def _norm(self, arrays: list[Floats], epsilon: float) -> Layer:
        """A batch normalization with gamma, beta, mean and variance."""
        kind = BatchNorm2d if len(self._shape) == 3 else BatchNorm1d
        layer: Layer = made(lambda: kind.from_arrays(*arrays, epsilon=epsilon))
        return layer

    def _maps_before(self) -> bool:
        return bool(self.layers) and len(self._shape) == 3

    def _as_maps(self, what: str) -> None:
        """Make sure that the framework's array are maps that lie as ours do."""
        if self.view.ndim == 2 and not self.layers:  # a picture of one channel
            self.view = self.view[None] if self.channels_first else self.view[..., None]
        if self.view.ndim != 3:
            raise WeightsError(f"{what} reads maps, but gets the shape {self.view.shape}.")
        mine = self.view.transpose(1, 2, 0) if self.channels_first else self.view
        if not self.layers:  # the input lies as the first layer needs it
            scale, shift = self.scale[mine.ravel()], self.shift[mine.ravel()]
            self._lay_out(mine.shape)
            self.scale, self.shift = scale, shift
            self._leave_input()
            self._add("pixels", Unflatten(self._shape), self._shape)
        elif (mine.ravel() != np.arange(self.n_numbers)).any():
            raise WeightsError(f"{what} reads maps whose rows, columns and channels were mixed up.")
        elif self._shape != mine.shape:
            self._add("unflatten", Unflatten(mine.shape), mine.shape)

    def _as_row(self) -> None:
        if (self.view.ravel() != np.arange(self.n_numbers)).any():
            raise WeightsError("the network must end in a row of numbers, one for each class.")
        self._add("flatten", Flatten(), (self.n_numbers,))

    def _after(self, layer: Layer) -> tuple[int, ...]:
        """The shape behind a layer of maps; WeightsError where it does not fit."""
        shape: tuple[int, ...] = made(lambda: layer.output_shape(self._shape))
        return shape

    def _link(self, name: str, layer: Dense | Conv2d, shape: tuple[int, ...]) -> None:
        self._add(name, layer, shape)
        self._wait_no_more()
        self._open = layer

    def _add(self, name: str, layer: Layer, shape: tuple[int, ...] | None = None) -> None:
        """Hang a layer on; `shape` behind it, ours, where numbers are laid out anew."""
        if self._padding != NO_PADDING:
            raise WeightsError("maps are padded before a layer that has no windows, or other ones.")
        if self.output is not None:
            raise WeightsError("a softmax stands before the end, which is not read.")
        if len(self.layers) >= MAX_LAYERS:
            raise WeightsError(f"it has more than {MAX_LAYERS} layers.")
        if shape is None:
            made(lambda: layer.output_shape(self._shape))
        else:
            self._require_modest(shape, f"the output of layer {len(self.layers) + 1}")
            self._lay_out(shape)
        number = self._counts[name] = self._counts.get(name, 0) + 1
        alone = number == 1 and name in ("pixels", "flatten", "unflatten")
        self.layers[name if alone else f"{name}{number}"] = layer
        self._open = None
