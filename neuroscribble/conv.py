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
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .errors import SettingsError, ShapeError
from .layers import Cache
from .parallel import in_blocks
from .shapes import Floats, Params, check_shape


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
        weights, bias = self.params["W"], self.params["b"]
        grid = self._grid(*x.shape[1:3])
        out = np.empty((len(x), *self.output_shape(x.shape[1:])), x.dtype)

        def work(block: slice) -> None:
            pixels = grid.padded(x[block])
            z = grid.correlate(grid.spans(pixels), weights, grid.n_pixels(len(x[block])))
            np.add(grid.outputs(z, self.stride), bias, out=out[block])

        in_blocks(work, len(x), max(out[0].size, x[0].size) if len(x) else 1)
        return out, x

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        x: Floats = cache
        weights = self.params["W"]
        turned = weights[::-1, ::-1].swapaxes(2, 3).copy()  # (kernel, kernel, out, in)
        grid = self._grid(*x.shape[1:3])
        d_x = np.empty_like(x) if need_d_x else None

        def work(block: slice) -> tuple[Floats, Floats]:
            n = len(x[block])
            n_pixels = grid.n_pixels(n)
            ahead = (self.kernel - 1) * (grid.row + 1)  # pixels from a window's first to its last
            room = np.zeros((ahead + n_pixels + self.kernel - 1, self.out_channels), x.dtype)
            d = room[ahead : ahead + n_pixels]  # (P, out), zero where nothing was computed
            grid.outputs(d, self.stride)[...] = d_out[block]
            spans = grid.spans(grid.padded(x[block]))
            d_weights = np.empty_like(weights)
            for r in range(self.kernel):
                d_row = d_weights[r].reshape(-1, self.out_channels)
                np.matmul(spans[r * grid.row :][:n_pixels].T, d, out=d_row)
            if d_x is not None:
                d_pixels = grid.correlate(grid.spans(room), turned, n_pixels)
                d_x[block] = grid.inside(d_pixels)
            return d_weights, d_out[block].sum(axis=(0, 1, 2))

        parts = in_blocks(work, len(x), max(d_out[0].size, x[0].size) if len(x) else 1)
        for name, gradient in zip(("W", "b"), zip(*parts, strict=True), strict=True):
            np.sum(gradient, axis=0, out=grads[name])
        return d_x

    def _grid(self, height: int, width: int) -> _Grid:
        return _Grid(height, width, self.kernel, self.padding)


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

    def n_pixels(self, n: int) -> int:
        """Pixels of n images; each has `padding` rows of zeros above it."""
        return n * (self.height + self.padding) * self.row

    def padded(self, x: Floats) -> Floats:
        """(n, H, W, C) → pixels (n_pixels + a window, C), zero around the images."""
        beyond = (self.kernel - 1) * (self.row + 1)
        pixels = np.zeros((self.n_pixels(len(x)) + beyond, x.shape[3]), x.dtype)
        self.inside(pixels[: self.n_pixels(len(x))])[...] = x
        return pixels

    def inside(self, pixels: Floats) -> Floats:
        """(n_pixels, C) → a view of the images themselves, (n, H, W, C)."""
        return self._images(pixels)[:, self.padding :, self.padding :]

    def outputs(self, z: Floats, stride: int) -> Floats:
        """(n_pixels, C) → a view of the results that count, (n, H', W', C)."""
        return self._images(z)[:, : self.out_height : stride, : self.out_width : stride]

    def spans(self, pixels: Floats) -> Floats:
        """Each pixel and the kernel − 1 that follow it: (P, C) → (P − kernel + 1, kernel · C)."""
        n, channels = len(pixels) - self.kernel + 1, pixels.shape[1]
        size = pixels.itemsize
        overlapping = as_strided(
            pixels, (n, self.kernel * channels), (channels * size, size), writeable=False
        )
        return overlapping.copy()

    def correlate(self, spans: Floats, weights: Floats, n_pixels: int) -> Floats:
        """The sum over every pixel's window: spans and (kernel, kernel, C, O) → (n_pixels, O)."""
        rows = weights.reshape(self.kernel, -1, weights.shape[3])  # (kernel, kernel · C, O)
        z: Floats = spans[:n_pixels] @ rows[0]
        for r in range(1, self.kernel):
            z += spans[r * self.row :][:n_pixels] @ rows[r]
        return z

    def _images(self, pixels: Floats) -> Floats:
        return pixels.reshape(-1, self.height + self.padding, self.row, pixels.shape[1])
