"""A convolution slides small windows over an image; every map is one weighted sum of a window.

Samples are (H, W, C), channels last. Which of two ways computes the sums is told from the settings
alone: `spans` for the usual ones, which it does fast, `taps` for all others.
"""

from __future__ import annotations

import math

import numpy as np

from ..arrays import empty
from ..errors import SettingsError
from ..shapes import Floats, Params, check_shape
from .kernels import added, over_blocks
from .layers import Cache
from .rows import along_image, channel_sums, images
from .spans import Spans
from .taps import Taps
from .windows import Padding, Size, Window


class Conv2d:
    """Every output pixel is a weighted sum of the window around it.

        z[y, x, o] = b[o] + Σ_r Σ_s Σ_c W[r, s, c, o] in[y·stride + r·dilation − above, … − left, c]

    with zeros outside of the image, `above` and `left` of them there. Samples: (H, W, in_channels)
    → (H', W', out_channels), with H' = (H + above + below − reach) // stride + 1 where the window
    reaches over (rows − 1) dilation + 1 pixels; columns alike. Kernel, stride and dilation are one
    number or (rows, columns), padding one number or ((above, below), (left, right)).

    With groups, channels and maps are split into as many parts, and each map sees the channels of
    its own part alone; with as many groups as channels the convolution is "depthwise". Parameters:
    W (rows, columns, in / groups, out), b (out,).

    Backward, for d = d_loss/d_z:  dW[r, s] = Σ x[… + r, … + s]ᵀ d,  db = Σ d,  and dx is the
    convolution of d with the kernel turned by half a turn and transposed.

    Start values: W ~ N(0, 2 / fan_in) with fan_in = taps · in / groups, b = 0 (He et al. 2015,
    arXiv:1502.01852). Raises SettingsError for settings that make no convolution.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel: Size = 3,
        padding: Padding = 1,
        stride: Size = 1,
        dilation: Size = 1,
        groups: int = 1,
        rng: np.random.Generator,
    ) -> None:
        window = Window.of(kernel, stride, padding, dilation)
        if min(in_channels, out_channels, groups) < 1 or in_channels % groups:
            raise SettingsError(
                f"a convolution needs positive sizes, and groups that divide its channels; got "
                f"{in_channels} channels, {out_channels} maps and {groups} groups."
            )
        shape = (*window.kernel, in_channels // groups, out_channels)
        deviation = np.sqrt(2.0 / math.prod(shape[:3]))
        self._set(rng.normal(0.0, deviation, shape), np.zeros(out_channels), window, groups)

    @classmethod
    def from_arrays(
        cls,
        weights: Floats,
        bias: Floats,
        *,
        padding: Padding = 1,
        stride: Size = 1,
        dilation: Size = 1,
        groups: int = 1,
    ) -> Conv2d:
        """A layer with these weights (rows, columns, in / groups, out) and biases (out,)."""
        check_shape("weights", weights, ("rows", "columns", "in", "out"))
        check_shape("bias", bias, weights.shape[3:])
        layer = cls.__new__(cls)
        rows, columns = weights.shape[:2]
        layer._set(weights, bias, Window.of((rows, columns), stride, padding, dilation), groups)
        return layer

    def _set(self, weights: Floats, bias: Floats, window: Window, groups: int) -> None:
        self.out_channels = weights.shape[3]
        if groups < 1 or self.out_channels % groups:
            raise SettingsError(
                f"a convolution needs groups that divide its maps; got {self.out_channels} maps "
                f"and {groups} groups."
            )
        self.in_channels, self.groups, self.window = weights.shape[2] * groups, groups, window
        self.params: Params = {"W": weights, "b": bias}
        self.kernel, self.stride, self.padding, self.dilation = window.short()

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), ("H", "W", self.in_channels))
        height, width, _ = input_shape
        return (*self.window.output_shape((height, width)), self.out_channels)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        out = empty((x.shape[0], *self.output_shape(x.shape[1:])), x)
        way, bias = self._way(), along_image(self.params["b"], out)

        def work(block: slice) -> None:
            way.sums(x[block, ...], out[block, ...])
            z = images(out[block, ...])
            z += bias

        over_blocks(work, x, _numbers(x, out))
        return out, x

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        x: Floats = cache
        way = self._way()
        d_x = empty(x.shape, x) if need_d_x else None

        def work(block: slice) -> tuple[Floats, Floats]:
            d, d_block = d_out[block, ...], None if d_x is None else d_x[block, ...]
            return way.gradients(x[block, ...], d, d_block), channel_sums(d)

        parts = over_blocks(work, x, _numbers(x, d_out))
        for array, part in zip((grads["W"], grads["b"]), zip(*parts, strict=True), strict=True):
            array[...] = added(part)
        return d_x

    def _way(self) -> Spans | Taps:
        weights, window = self.params["W"], self.window
        sides = zip(window.padding, window.reach, strict=True)
        if self.groups == 1 and all(max(padding) < reach for padding, reach in sides):
            return Spans(weights, window)
        return Taps(weights, window, self.groups)


def _numbers(x: Floats, out: Floats) -> int:
    """What an image takes at its widest, for the size of blocks."""
    return max(math.prod(x.shape[1:]), math.prod(out.shape[1:]))
