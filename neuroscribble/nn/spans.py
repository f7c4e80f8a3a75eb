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

from ..arrays import namespace, zeros
from ..shapes import Floats
from .kernels import kernel


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
        by_row = namespace(x).reshape(self.weights, (kernel, -1, self.weights.shape[3]))
        z = weighted_sums(spans, by_row, step=grid.row, n=grid.n_pixels(x.shape[0]))
        return grid.outputs(z, self.stride)

    def gradients(
        self, x: Floats, d_out: Floats, *, need_d_x: bool
    ) -> tuple[Floats, Floats | None]:
        """dW, of the shape of the weights, and dx, of the shape of x."""
        grid, kernel, (channels, maps) = self.grid, self.grid.kernel, self.weights.shape[2:]
        xp, n, reach = namespace(x), grid.n_pixels(x.shape[0]), grid.reach
        d = zeros((reach + n, maps), x)  # (reach + P, O), zero in front
        grid.outputs(d[reach:, :], self.stride)[...] = d_out
        columns = beside(d, kernel, step=grid.row)  # d of a window's rows, the last one first
        spans = beside(grid.padded(x), kernel)
        below = columns[kernel - 1 : kernel - 1 + n, :]
        products = spans[:n, :].T @ below  # all pairs of s and r at once
        by_span = xp.reshape(products, (kernel, channels, kernel, maps))
        d_weights = xp.permute_dims(xp.flip(by_span, axis=2), (2, 0, 1, 3))
        if not need_d_x:
            return d_weights, None
        return d_weights, grid.inside(weighted_sums(columns, self._turned, step=1, n=n))

    @cached_property
    def _turned(self) -> Floats:
        """The kernel turned by half a turn: by column, then row: (kernel, kernel · O, C)."""
        xp = namespace(self.weights)
        turned = xp.permute_dims(xp.flip(self.weights, axis=(0, 1)), (1, 0, 3, 2))
        by_column: Floats = xp.reshape(turned, (turned.shape[0], -1, turned.shape[3]))
        return by_column


def beside(pixels: Floats, count: int, *, step: int = 1) -> Floats:
    """Each pixel, the one `step` further on, and so on: (P, C) → (P − …, count · C)."""
    laid: Floats = kernel("beside", pixels)(pixels, count, step)
    return laid


def weighted_sums(spans: Floats, weights: Floats, *, step: int, n: int) -> Floats:
    """z[p] = Σ_i spans[p + i · step] @ weights[i] for the first n pixels: (n, outputs)."""
    z: Floats = spans[:n, :] @ weights[0, :, :]
    for i in range(1, weights.shape[0]):
        z += spans[i * step : i * step + n, :] @ weights[i, :, :]
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
        n = self.n_pixels(x.shape[0])
        pixels: Floats = zeros((n + self.reach, x.shape[3]), x)
        self.inside(pixels[:n, :])[...] = x
        return pixels

    def inside(self, pixels: Floats) -> Floats:
        """(n_pixels, C) → a view of the images themselves, (n, H, W, C)."""
        return self._images(pixels)[:, self.padding :, self.padding :, :]

    def outputs(self, z: Floats, stride: int) -> Floats:
        """(n_pixels, C) → a view of the results that count, (n, H', W', C)."""
        return self._images(z)[:, : self.out_height : stride, : self.out_width : stride, :]

    def _images(self, pixels: Floats) -> Floats:
        shape = (-1, self.height + self.padding, self.row, pixels.shape[1])
        images: Floats = namespace(pixels).reshape(pixels, shape)
        return images
