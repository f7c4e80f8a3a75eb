"""The general way of a convolution: every kernel, stride, padding and dilation, in groups.

One tap of the kernel sees, from all places, one number of each channel; its weights make matrix
products of them, one for each group. The sums over all taps are the convolution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..arrays import namespace, zeros
from ..shapes import Floats
from .windows import Window


@dataclass(frozen=True)
class Taps:
    """The sums of one convolution and their gradients, for a block of images at a time."""

    weights: Floats  # (rows, columns, in / groups, out)
    window: Window
    groups: int

    def sums(self, x: Floats, out: Floats) -> None:
        """(n, H, W, C) → (n, H', W', O) in `out`, without the biases."""
        xp, weights = namespace(x), self._matrices()
        views = list(self.window.views(self.window.padded(x)))
        z = zeros((self.groups, math.prod(views[0].shape[:3]), self._maps), x)
        for tap, view in enumerate(views):
            z += self._by_group(view) @ weights[tap, ...]
        out[...] = xp.reshape(xp.moveaxis(z, 0, 1), out.shape)

    def gradients(self, x: Floats, d_out: Floats, d_x: Floats | None) -> Floats:
        """dW, of the shape of the weights; dx goes into d_x, of the shape of x, if there is one."""
        xp, weights = namespace(x), self._matrices()
        padded, d = self.window.padded(x), self._by_group(d_out)
        d_padded = xp.zeros_like(padded)
        d_weights = []
        views, d_views = self.window.views(padded), self.window.views(d_padded)
        for tap, (view, d_view) in enumerate(zip(views, d_views, strict=True)):
            products = self._by_group(view).mT @ d  # (groups, C / groups, maps)
            d_weights.append(xp.moveaxis(products, 0, 1))
            if d_x is not None:
                d_seen = d @ weights[tap, ...].mT
                d_view += xp.reshape(xp.moveaxis(d_seen, 0, 1), view.shape)
        if d_x is not None:
            d_x[...] = self.window.inside(d_padded)
        of_weights: Floats = xp.reshape(xp.stack(d_weights), self.weights.shape)
        return of_weights

    @property
    def _maps(self) -> int:
        """Maps of each group."""
        return int(self.weights.shape[3]) // self.groups

    def _matrices(self) -> Floats:
        """The weights of every tap and group: (taps, groups, C / groups, maps)."""
        xp = namespace(self.weights)
        by_group = xp.reshape(self.weights, (self.window.taps, -1, self.groups, self._maps))
        matrices: Floats = xp.moveaxis(by_group, 2, 1)
        return matrices

    def _by_group(self, maps: Floats) -> Floats:
        """(n, H, W, C) → (groups, n · H · W, C / groups)."""
        xp = namespace(maps)
        pixels = xp.reshape(maps, (-1, self.groups, maps.shape[3] // self.groups))
        by_group: Floats = xp.moveaxis(pixels, 1, 0)
        return by_group
