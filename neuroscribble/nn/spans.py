"""The fast way of a convolution with a square kernel and the same padding on all sides.

A batch is a long row of pixels and each pixel a row of C numbers. That makes the sums matrix
products, without the nine-fold copy ("im2col") that they usually take:

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

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..shapes import Floats


@dataclass(frozen=True)
class Spans:
    """The sums of one convolution and their gradients, for a block of images at a time."""

    weights: Floats  # (kernel, kernel, in, out)
    grid: Grid
    stride: int

    def sums(self, x: Floats) -> Floats:
        """(n, H, W, C) → (n, H', W', O), without the biases."""
        grid, kernel = self.grid, self.grid.kernel
        spans = beside(grid.padded(x), kernel)
        by_row = self.weights.reshape(kernel, -1, self.weights.shape[3])
        z = weighted_sums(spans, by_row, step=grid.row, n=grid.n_pixels(len(x)))
        return grid.outputs(z, self.stride)

    def gradients(
        self, x: Floats, d_out: Floats, *, need_d_x: bool
    ) -> tuple[Floats, Floats | None]:
        """dW, of the shape of the weights, and dx, of the shape of x."""
        grid, kernel, (channels, maps) = self.grid, self.grid.kernel, self.weights.shape[2:]
        n, reach = grid.n_pixels(len(x)), grid.reach
        d = np.zeros((reach + n, maps), x.dtype)  # (reach + P, O), zero in front
        grid.outputs(d[reach:], self.stride)[...] = d_out
        columns = beside(d, kernel, step=grid.row)  # d of a window's rows, the last one first
        spans = beside(grid.padded(x), kernel)
        products = spans[:n].T @ columns[kernel - 1 :][:n]  # all pairs of s and r at once
        by_span = products.reshape(kernel, channels, kernel, maps)
        d_weights = by_span[:, :, ::-1].transpose(2, 0, 1, 3)
        if not need_d_x:
            return d_weights, None
        return d_weights, grid.inside(weighted_sums(columns, self._turned, step=1, n=n))

    @cached_property
    def _turned(self) -> Floats:
        """The kernel turned by half a turn: by column, then row: (kernel, kernel · O, C)."""
        turned: Floats = self.weights[::-1, ::-1].transpose(1, 0, 3, 2)
        return turned.reshape(len(turned), -1, turned.shape[3])


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


@dataclass(frozen=True)
class Grid:
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
