"""A convolution slides small windows over an image; every map is one weighted sum of a window.

Samples are (H, W, C), channels last, so that a batch is a long row of pixels and each pixel a row
of C numbers. That makes the sums matrix products, without the nine-fold copy ("im2col") that
they usually take:

1. Lay the images, padded with zeros, behind one another: `pixels`, (P, C). A row of an image is
   W + padding pixels long, for the zeros left of the next row serve as those right of this one.
2. Beside each pixel lay the kernel − 1 pixels that follow: `spans`, (P, kernel · C).
3. One row of the kernel is one matrix product of spans. The next kernel row needs the same spans,
   one image row further on:  z = Σ_r spans[r · row : …] @ W[r].

Where a window reaches over the end of its image row the result is nonsense and cut away.

Backward, the gradient d stands on the same grid, zero where nothing was computed. Beside each
pixel of d lie those in the rows above: `columns`, (P, kernel · O). The product of spans and
columns is then the gradient of all weights at once, and sums of columns are the gradient of x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import SettingsError, ShapeError
from ..parallel import in_blocks
from ..shapes import Floats, Params, check_shape
from .layers import Cache
from .rows import channel_sums, image_rows


class Conv2d:
    """Every output pixel is a weighted sum of the kernel × kernel window around it.

        z[y, x, o] = b[o] + Σ_r Σ_s Σ_c  in[y·stride + r − p, x·stride + s − p, c] W[r, s, c, o]

    with p the padding and zeros outside of the image. Samples: (H, W, in_channels) →
    (H', W', out_channels), where H' = (H + 2 padding − kernel) // stride + 1. Parameters:
    W (kernel, kernel, in, out), b (out,).

    Backward, for d = d_loss/d_z:  dW[r, s] = Σ x[… + r, … + s]ᵀ d,  db = Σ d,  and dx is the
    convolution of d with the kernel turned by half a turn and transposed.

    Start values: W ~ N(0, 2 / fan_in) with fan_in = kernel² · in, b = 0 (He et al. 2015,
    arXiv:1502.01852). Raises SettingsError for settings that make no convolution.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel: int = 3,
        padding: int = 1,
        stride: int = 1,
        rng: np.random.Generator,
    ) -> None:
        shape = (kernel, kernel, in_channels, out_channels)
        if min(shape) < 1:
            raise SettingsError(f"a convolution needs positive sizes; got {shape}.")
        deviation = np.sqrt(2.0 / (kernel * kernel * in_channels))
        self._set(rng.normal(0.0, deviation, shape), np.zeros(out_channels), padding, stride)

    @classmethod
    def from_arrays(
        cls, weights: Floats, bias: Floats, *, padding: int = 1, stride: int = 1
    ) -> Conv2d:
        """A layer with these weights (kernel, kernel, in, out) and biases (out,)."""
        check_shape("weights", weights, (len(weights), len(weights), "in", "out"))
        check_shape("bias", bias, weights.shape[3:])
        layer = cls.__new__(cls)
        layer._set(weights, bias, padding, stride)
        return layer

    def _set(self, weights: Floats, bias: Floats, padding: int, stride: int) -> None:
        self.kernel, _, self.in_channels, self.out_channels = weights.shape
        if not (0 <= padding < self.kernel and stride >= 1):
            raise SettingsError(
                f"a convolution needs 0 ≤ padding < kernel and stride ≥ 1; got padding {padding}, "
                f"kernel {self.kernel} and stride {stride}."
            )
        self.padding, self.stride = padding, stride
        self.params: Params = {"W": weights, "b": bias}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), ("H", "W", self.in_channels))
        grid = self._grid(*input_shape[:2])
        height, width = (-(-side // self.stride) for side in (grid.out_height, grid.out_width))
        if min(height, width) < 1:
            raise ShapeError(
                f"a {self.kernel}×{self.kernel} window does not fit into {input_shape[:2]} pixels."
            )
        return (height, width, self.out_channels)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        bias = self.params["b"]
        weights = self.params["W"].reshape(self.kernel, -1, self.out_channels)
        grid = self._grid(*x.shape[1:3])
        out = np.empty((len(x), *self.output_shape(x.shape[1:])), x.dtype)

        def work(block: slice) -> None:
            n = grid.n_pixels(len(x[block]))
            spans = beside(grid.padded(x[block]), self.kernel)
            z = weighted_sums(spans, weights, step=grid.row, n=n)
            np.add(grid.outputs(z, self.stride), bias, out=out[block])

        in_blocks(work, len(x), _numbers(x, out))
        return out, x

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        x: Floats = cache
        kernel, weights = self.kernel, self.params["W"]
        turned = weights[::-1, ::-1].transpose(1, 0, 3, 2)  # by s, then r: (kernel, kernel, O, C)
        turned = turned.reshape(kernel, -1, self.in_channels)
        grid = self._grid(*x.shape[1:3])
        d_x = np.empty_like(x) if need_d_x else None

        def work(block: slice) -> tuple[Floats, Floats]:
            n = grid.n_pixels(len(x[block]))
            reach = grid.reach
            d = np.zeros((reach + n, self.out_channels), x.dtype)  # (reach + P, O), zero in front
            grid.outputs(d[reach:], self.stride)[...] = d_out[block]
            columns = beside(d, kernel, step=grid.row)  # d of a window's rows, the last one first
            spans = beside(grid.padded(x[block]), kernel)
            products = spans[:n].T @ columns[kernel - 1 :][:n]  # all pairs of s and r at once
            if d_x is not None:
                d_x[block] = grid.inside(weighted_sums(columns, turned, step=1, n=n))
            return products, channel_sums(image_rows(d_out[block]), self.out_channels)

        parts = in_blocks(work, len(x), _numbers(x, d_out))
        products, d_bias = (np.sum(part, axis=0) for part in zip(*parts, strict=True))
        by_span = products.reshape(kernel, self.in_channels, kernel, self.out_channels)
        grads["W"][...] = by_span[:, :, ::-1].transpose(2, 0, 1, 3)
        grads["b"][...] = d_bias
        return d_x

    def _grid(self, height: int, width: int) -> _Grid:
        return _Grid(height, width, self.kernel, self.padding)


def beside(pixels: Floats, count: int, *, step: int = 1) -> Floats:
    """Each pixel, the one `step` further on, and so on: (P, C) → (P − …, count · C).

    A pixel is copied as one thing of C numbers; number by number takes twice the time.
    """
    n = len(pixels) - (count - 1) * step
    laid = np.empty((n, count * pixels.shape[1]), pixels.dtype)
    whole = np.dtype((np.void, pixels.shape[1] * pixels.itemsize))
    for i in range(count):
        laid.view(whole)[:, i] = pixels.view(whole)[i * step :][:n, 0]
    return laid


def weighted_sums(spans: Floats, weights: Floats, *, step: int, n: int) -> Floats:
    """z[p] = Σ_i spans[p + i · step] @ weights[i] for the first n pixels: (n, outputs)."""
    z: Floats = spans[:n] @ weights[0]
    for i in range(1, len(weights)):
        z += spans[i * step :][:n] @ weights[i]
    return z


def _numbers(x: Floats, out: Floats) -> int:
    """What an image takes at its widest, for the size of blocks."""
    return max(math.prod(x.shape[1:]), math.prod(out.shape[1:]))


@dataclass(frozen=True)
class _Grid:
    """Where the pixels of images (height, width) lie when they are padded and put in one row."""

    height: int
    width: int
    kernel: int
    padding: int

    @property
    def row(self) -> int:
        """Pixels from one row of an image to the next."""
        return self.width + self.padding

    @property
    def out_height(self) -> int:
        """Rows of the result at stride 1."""
        return self.height + 2 * self.padding - self.kernel + 1

    @property
    def out_width(self) -> int:
        return self.width + 2 * self.padding - self.kernel + 1

    @property
    def reach(self) -> int:
        """Pixels from the first of a window to its last."""
        return (self.kernel - 1) * (self.row + 1)

    def n_pixels(self, n: int) -> int:
        """Pixels of n images; each has `padding` rows of zeros above it."""
        return n * (self.height + self.padding) * self.row

    def padded(self, x: Floats) -> Floats:
        """(n, H, W, C) → pixels (n_pixels + a window, C), zero around the images."""
        pixels = np.zeros((self.n_pixels(len(x)) + self.reach, x.shape[3]), x.dtype)
        self.inside(pixels[: self.n_pixels(len(x))])[...] = x
        return pixels

    def inside(self, pixels: Floats) -> Floats:
        """(n_pixels, C) → a view of the images themselves, (n, H, W, C)."""
        return self._images(pixels)[:, self.padding :, self.padding :]

    def outputs(self, z: Floats, stride: int) -> Floats:
        """(n_pixels, C) → a view of the results that count, (n, H', W', C)."""
        return self._images(z)[:, : self.out_height : stride, : self.out_width : stride]

    def _images(self, pixels: Floats) -> Floats:
        return pixels.reshape(-1, self.height + self.padding, self.row, pixels.shape[1])
