"""A network while it is being read: layer after layer is hung on, in whatever order its arrays are.

Frameworks lay numbers out in their own ways: channels first, kernels output first, a flattened map
channel by channel. The view (see there) follows that, and the weights of the next layer are laid
out by it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.activations import Sigmoid
from ..nn.averaging import AvgPool2d, GlobalAvgPool2d
from ..nn.conv import Conv2d
from ..nn.kinds import Role, role_of
from ..nn.layers import Dense, Layer
from ..nn.normalization import Dropout
from ..nn.pooling import Flatten, MaxPool2d
from ..shapes import Floats
from .row import NO_PADDING, Row, Sides
from .values import MANY_WEIGHTS, float32, made, numeric, require_length


class Chain(Row):
    """Every kind of layer that is read, as a method that hangs it on.

    Settings are those of a `View`. Raises WeightsError for what does not fit together.
    """

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
