"""The fast way of a convolution: every map in one product for each row of the kernel.

The usual trick ("im2col") copies all pixels of every window beside each other. Here

1. beside each pixel that begins a row of a window lie the others of that row: `spans`,
   (n, H, W', columns · C), a third of that copy for three kernel rows;
2. row r of the kernel is one matrix product of spans. The next row of the kernel needs the same
   spans, one image row further on:  z[y] = Σ_r spans[y + r] @ W[r].

Backward, the same spans give  dW[r] = Σ_y spans[y + r]ᵀ d[y],  and the gradient of x is another
convolution: that of d with the kernel turned by half a turn and transposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..arrays import namespace, zeros
from ..shapes import Floats
from .kernels import kernel
from .windows import Window


@dataclass(frozen=True)
class Spans:
    """The sums of one convolution and their gradients, for a block of images at a time."""

    weights: Floats  # (rows, columns, in, out)
    window: Window

    def sums(self, x: Floats) -> Floats:
        """(n, H, W, C) → (n, H', W', O), without the biases."""
        product = kernel("product", x)
        first, *others = zip(self._spans(x), self._by_row, strict=True)
        z: Floats = product(*first)
        for spans, weights in others:
            z += product(spans, weights)
        return z

    def gradients(
        self, x: Floats, d_out: Floats, *, need_d_x: bool
    ) -> tuple[Floats, Floats | None]:
        """dW, of the shape of the weights, and dx, of the shape of x."""
        xp, correlation = namespace(x), kernel("correlation", x)
        by_row = xp.stack([correlation(spans, d_out) for spans in self._spans(x)])
        d_weights = xp.reshape(by_row, self.weights.shape)
        return d_weights, self._turned.sums(self._apart(d_out, x)) if need_d_x else None

    @cached_property
    def _by_row(self) -> list[Floats]:
        """The weights of each row of the kernel, (columns · C, O)."""
        rows, *_, maps = self.weights.shape
        by_row = namespace(self.weights).reshape(self.weights, (rows, -1, maps))
        return [by_row[row, ...] for row in range(rows)]

    @cached_property
    def _axes(self) -> tuple[Window, Window]:
        return self.window.by_axis()

    def _spans(self, x: Floats) -> Iterator[Floats]:
        """What each row of the kernel sees: views (n, H', W', columns · C) of the same spans."""
        along, across = self._axes
        return along.views(kernel("beside", x)(self.window.padded(x), across))

    @cached_property
    def _turned(self) -> Spans:
        """The convolution of the gradient: it adds to each pixel what the windows saw of it."""
        xp, window = namespace(self.weights), self.window
        above_below, left_right = (
            (reach - 1 - before, reach - 1 - behind)
            for reach, (before, behind) in zip(window.reach, window.padding, strict=True)
        )
        turned = xp.permute_dims(xp.flip(self.weights, axis=(0, 1)), (0, 1, 3, 2))
        return Spans(turned, window._replace(stride=(1, 1), padding=(above_below, left_right)))

    def _apart(self, d_out: Floats, x: Floats) -> Floats:
        """The gradient where a stride of 1 would have it, zero at the places left out."""
        if self.window.stride == (1, 1):
            return d_out
        n, height, width, _ = x.shape
        places = self.window._replace(stride=(1, 1)).output_shape((height, width))
        apart: Floats = zeros((n, *places, d_out.shape[3]), x)
        rows, columns = self.window.stride
        apart[:, ::rows, ::columns, :] = d_out
        return apart
