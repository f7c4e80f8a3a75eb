"""A network while it is being read: layer after layer is hung on, in whatever order its arrays are.

Frameworks lay numbers out in their own ways: channels first, kernels output first, a flattened map
channel by channel. The view (see there) follows that, and the weights of the next layer are laid
out by it. An affine map that stands between layers (a normalization of the input, a batch
normalization behind an activation) waits until the next layer comes. That one takes it into its
weights wherever this changes no result; else it becomes a layer of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.activations import Sigmoid
from ..nn.averaging import AvgPool2d, GlobalAvgPool2d
from ..nn.conv import Conv2d
from ..nn.kinds import Role, role_of
from ..nn.layers import Dense, Layer
from ..nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from ..nn.pooling import Flatten, MaxPool2d, Unflatten
from ..shapes import Floats
from .values import MANY_WEIGHTS, float32, made, numeric, require_length
from .view import View

MAX_LAYERS = 190  # of ours; `descriptions` reads 200

Sides = tuple[tuple[int, int], tuple[int, int]]  # padding (above, below), (left, right)
NO_PADDING: Sides = ((0, 0), (0, 0))


class Chain(View):
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

    # ------------------------------------------------------------ layers

    def dense(self, weights: Any, bias: Any | None) -> None:
        """weights (fan_in, fan_out), in the order of the framework's numbers; bias (fan_out,)."""
        self._leave_input()
        W = numeric("a weight matrix", weights, 2)
        if self.view.ndim != 1 and self.view.shape != (1,) * (self.view.ndim - 1) + W.shape[:1]:
            raise WeightsError(
                f"a dense layer reads a row of numbers, but gets the shape {self.view.shape}; "
                "it must be flattened before."
            )
        self.flatten()
        if len(W) != self.n_numbers:
            raise WeightsError(
                f"a weight matrix of shape {W.shape} does not fit {self.n_numbers} inputs."
            )
        b = np.zeros(W.shape[1]) if bias is None else numeric("a bias", bias, 1)
        require_length("a bias", b, W.shape[1])
        mine = W
        if (self.view != np.arange(len(W))).any():
            mine = np.empty_like(W)
            mine[self.view] = W  # our order of the inputs
        if self._waits():
            single = mine.size > MANY_WEIGHTS
            scaled: Floats = mine.astype(np.float32 if single else np.float64)
            b = b + self.shift.astype(scaled.dtype) @ scaled
            scaled *= self.scale.astype(scaled.dtype)[:, None]
            mine = scaled
        if self._maps_before():
            self._add("flatten", Flatten(), (self.n_numbers,))
        self._link("dense", Dense.from_arrays(float32(mine), float32(b)), W.shape[1:])

    def conv(
        self,
        weights: Any,
        bias: Any | None,
        *,
        stride: tuple[int, int] = (1, 1),
        padding: Sides = NO_PADDING,
        dilation: tuple[int, int] = (1, 1),
        groups: int = 1,
    ) -> None:
        """weights (rows, columns, in / groups, out), bias (out,)."""
        W = numeric("a kernel", weights, 4)
        padding = self._with_padding(padding, zero=True)
        self._as_maps("a convolution")
        channels, n_out = self.view.shape[0 if self.channels_first else 2], W.shape[3]
        if groups < 1 or W.shape[2] * groups != channels or n_out % groups:
            raise WeightsError(
                f"a kernel of shape {W.shape} with {groups} groups does not fit {channels} maps."
            )
        b = np.zeros(n_out) if bias is None else numeric("a bias", bias, 1)
        require_length("a bias", b, n_out)
        scale, shift = self._per_channel()
        own = np.arange(channels).reshape(groups, 1, -1)  # the channels of each group
        each = np.broadcast_to(own, (groups, n_out // groups, channels // groups))
        reads = each.reshape(n_out, -1).T  # (in / groups, out): what each output map reads
        is_padded = any(side for pair in padding for side in pair)
        if scale is None or shift is None or (is_padded and shift.any()):
            self._settle()
        else:
            b = b + (W * shift[reads]).sum(axis=(0, 1, 2))
            W = W * scale[reads]
        layer = made(
            lambda: Conv2d.from_arrays(
                float32(W),
                float32(b),
                padding=padding,
                stride=stride,
                dilation=dilation,
                groups=groups,
            )
        )
        self._link("conv", layer, self._after(layer))

    def activation(self, name: str, layer: Layer) -> None:
        """A function of each number; `name` as layers are called: "relu"."""
        self._leave_input()
        self._settle()
        self._add(name, layer)

    def pool(
        self,
        size: tuple[int, int],
        *,
        stride: tuple[int, int],
        padding: Sides = NO_PADDING,
        mean: bool = False,
        counts_padding: bool = False,
    ) -> None:
        """The largest number of every window, or their mean: see `nn.pooling`, `nn.averaging`."""
        padding = padding if mean else self._with_padding(padding, zero=False)
        if mean:
            layer: Layer = made(
                lambda: AvgPool2d(
                    size, stride=stride, padding=padding, counts_padding=counts_padding
                )
            )
        else:
            layer = made(lambda: MaxPool2d(size, stride=stride, padding=padding))
        zeros_count = counts_padding and any(side for pair in padding for side in pair)
        self._pool(layer, "mean" if mean else "max", passes=not zeros_count)

    def global_pool(self) -> None:
        """The mean of every map: what is left is a row of numbers, one for each channel."""
        self._pool(GlobalAvgPool2d(), "mean", passes=True)

    def _pool(self, layer: Layer, how: str, *, passes: bool) -> None:
        """A waiting affine map passes a pooling where the order makes no difference."""
        self._as_maps("pooling")
        scale, shift = self._per_channel()
        if scale is None or shift is None or not passes or (how == "max" and (scale <= 0).any()):
            self._settle()
            channels = self._shape[2]
            scale, shift = np.ones(channels), np.zeros(channels)
        self._add("pool", layer, self._after(layer))
        self.scale, self.shift = self._along(scale), self._along(shift)

    def pad(self, sides: Sides, *, zero: bool = True) -> None:
        """Zeros around the maps: a convolution comes next. Or else what no maximum picks."""
        if self.shift.any():
            self._settle()
        self._padding, self._padding_is_zero = sides, zero

    def _with_padding(self, padding: Sides, *, zero: bool) -> Sides:
        """What a window finds around its maps, all in all."""
        if self._padding == NO_PADDING or self._padding_is_zero != zero:
            return padding
        pairs = zip(padding, self._padding, strict=True)
        rows, columns = ((a + c, b + d) for (a, b), (c, d) in pairs)
        self._padding = NO_PADDING
        return rows, columns

    def softmax(self) -> None:
        """The end: what was last are logits."""
        self.flatten()
        self._settle()
        self.output = "softmax"

    def dropout(self, rate: float) -> None:
        """It does nothing when a network is read, and is kept for those who train on."""
        if self.layers and 0 < rate < 1:
            self._add("dropout", Dropout(rate))

    def batch_norm(
        self, gamma: Any, beta: Any, mean: Any, variance: Any, *, epsilon: float, axis: int
    ) -> None:
        """γ (z − mean) / √(variance + ε) + β of each channel; `axis` of the framework's array."""
        n = self.view.shape[axis] if -self.view.ndim <= axis < self.view.ndim else 0
        arrays: list[Floats] = [np.ones(n), np.zeros(n), np.zeros(n), np.ones(n)]
        for number, given in enumerate((gamma, beta, mean, variance)):
            if given is not None:
                arrays[number] = numeric("a batch normalization's array", given, 1)
                require_length("a batch normalization's array", arrays[number], n)
        if (arrays[3] < 0).any() or not 0 <= epsilon <= 1:
            raise WeightsError("a batch normalization's variance and epsilon must not be negative.")
        if self._open is not None and axis % self.view.ndim == self._channel_axis():
            kept = self._norm([float32(array) for array in arrays], max(epsilon, 1e-12))
            self._add("bn", kept)
            return
        scale = arrays[0] / np.sqrt(arrays[3] + epsilon)
        shift = arrays[1] - arrays[2] * scale
        shape = [1] * self.view.ndim
        shape[axis] = n
        self.affine(scale.reshape(shape), shift.reshape(shape))

    def affine(self, scale: Any, shift: Any) -> None:
        """x ← scale · x + shift: into the last layer's weights, where that can still take it."""
        super().affine(scale, shift)
        if self._open is not None:
            self._take_in()

    def finish(self) -> str:
        """Nothing more comes. Returns what becomes of the last numbers: see `nn.outputs`.

        A sigmoid at the end is the output's own. Sums alone are taken for logits of a softmax, as
        classifiers are often saved, a single sum for a value.
        """
        self._settle()
        if self._maps_before():
            self._as_row()
        last = next(reversed(self.layers), None)
        if self.output is None and last is not None:
            if isinstance(self.layers[last], Sigmoid):
                del self.layers[last]
                self.output = "sigmoid"
            elif role_of(self.layers[last]) is Role.ACTIVATION or self.n_numbers == 1:
                self.output = "linear"
        return self.output or "softmax"

    # ------------------------------------------------------------ what is waiting

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

    # ------------------------------------------------------------ how numbers lie

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
