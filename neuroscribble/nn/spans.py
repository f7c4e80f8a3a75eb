"""The fast way of a convolution: every map in one product for each row of the kernel.

The usual trick ("im2col") copies all pixels of every window beside each other. Here

1. beside each pixel that begins a row of a window lie the others of that row: `spans`,
   (n, H, W', columns · C), a third of that copy for three kernel rows;
2. row r of the kernel is one matrix product of spans. The next row of the kernel needs the same
   spans, one image row further on:  z[y] = Σ_r spans[y + r] @ W[r].

Backward, the gradient of x is itself a convolution: that of d = d_loss/d_z with the kernel turned
by half a turn and transposed. Its spans of d give the gradient of the weights as well, that of the
turned kernel:  dW[r] = Σ_y spans[y + r]ᵀ x[y], turned back. Where no gradient of x is wanted, the
spans of x serve:  dW[r] = Σ_y spans[y + r]ᵀ d[y].
"""

from __future__ import annotations

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

    def sums(self, x: Floats, out: Floats) -> None:
        """(n, H, W, C) → (n, H', W', O) in `out`, without the biases."""
        self._weighted(self._spans(x), out)

    def gradients(self, x: Floats, d_out: Floats, d_x: Floats | None) -> Floats:
        """dW, of the shape of the weights; dx goes into d_x, of the shape of x, if there is one."""
        if d_x is None:
            return self._correlation(self._spans(x), d_out)
        turned = self._turned
        spans_of_d = turned._spans(self._apart(d_out, x))
        turned._weighted(spans_of_d, d_x)
        if self.window.stride != (1, 1):  # then most of what stands apart is zeros
            return self._correlation(self._spans(x), d_out)
        return _turned(turned._correlation(spans_of_d, x))

    def _weighted(self, spans: list[Floats], out: Floats) -> None:
        """Σ_r spans[r] @ W[r], in `out`."""
        first, *others = zip(spans, self._by_row, strict=True)
        _products(*first, out)
        more = namespace(out).empty_like(out)
        for seen, weights in others:
            _products(seen, weights, more)
            out += more

    def _correlation(self, spans: list[Floats], others: Floats) -> Floats:
        """Σ spans[r]ᵀ others over all pixels, for each row of the kernel: of the weights' shape."""
        xp, pieces, maps = namespace(others), kernel("pieces", others), others.shape[3]
        of_others = pieces(others, spans[0].shape[3])
        by_row = [xp.sum(pieces(seen, maps).mT @ of_others, axis=(0, 1)) for seen in spans]
        of_weights: Floats = xp.reshape(xp.stack(by_row), self.weights.shape)
        return of_weights

    @cached_property
    def _by_row(self) -> list[Floats]:
        """The weights of each row of the kernel, (columns · C, O)."""
        rows, *_, maps = self.weights.shape
        by_row = namespace(self.weights).reshape(self.weights, (rows, -1, maps))
        return [by_row[row, ...] for row in range(rows)]

    @cached_property
    def _axes(self) -> tuple[Window, Window]:
        return self.window.by_axis()

    def _spans(self, x: Floats) -> list[Floats]:
        """What each row of the kernel sees: views (n, H', W', columns · C) of the same spans."""
        along, across = self._axes
        return list(along.views(kernel("beside", x)(self.window.padded(x), across)))

    @cached_property
    def _turned(self) -> Spans:
        """The convolution of the gradient: it adds to each pixel what the windows saw of it."""
        above_below, left_right = (
            (reach - 1 - before, reach - 1 - behind)
            for reach, (before, behind) in zip(self.window.reach, self.window.padding, strict=True)
        )
        window = self.window._replace(stride=(1, 1), padding=(above_below, left_right))
        return Spans(_turned(self.weights), window)

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


def _products(maps: Floats, weights: Floats, out: Floats) -> None:
    """(n, H, W, C) @ (C, O) → (n, H, W, O), in `out`."""
    xp, pieces = namespace(maps), kernel("pieces", maps)(maps, weights.shape[1])
    xp.matmul(pieces, weights, out=xp.reshape(out, (*pieces.shape[:3], weights.shape[1])))


def _turned(weights: Floats) -> Floats:
    """Turned by half a turn and transposed: (rows, columns, in, out) → (rows, columns, out, in)."""
    xp = namespace(weights)
    turned: Floats = xp.permute_dims(xp.flip(weights, axis=(0, 1)), (0, 1, 3, 2))
    return turned
