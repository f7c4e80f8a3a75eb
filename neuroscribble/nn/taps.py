"""The general way of a convolution: every kernel, stride, padding and dilation, in groups.

One tap of the kernel sees, from all places, one number of each channel; its weights make matrix
products of them, one for each group. The sums over all taps are the convolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..shapes import Floats
from .windows import Window


@dataclass(frozen=True)
class Taps:
    """The sums of one convolution and their gradients, for a block of images at a time."""

    weights: Floats  # (rows, columns, in / groups, out)
    window: Window
    groups: int

    def sums(self, x: Floats) -> Floats:
        """(n, H, W, C) → (n, H', W', O), without the biases."""
        views = list(self.window.views(self.window.padded(x)))
        z = np.zeros((self.groups, views[0][..., 0].size, self._maps), x.dtype)
        for view, matrices in zip(views, self._matrices(), strict=True):
            z += self._by_group(view) @ matrices
        return np.moveaxis(z, 0, 1).reshape(*views[0].shape[:3], -1)

    def gradients(
        self, x: Floats, d_out: Floats, *, need_d_x: bool
    ) -> tuple[Floats, Floats | None]:
        """dW, of the shape of the weights, and dx, of the shape of x."""
        padded, d = self.window.padded(x), self._by_group(d_out)
        d_padded = np.zeros_like(padded)
        d_weights = []
        views, d_views = self.window.views(padded), self.window.views(d_padded)
        for view, d_view, matrices in zip(views, d_views, self._matrices(), strict=True):
            products = self._by_group(view).transpose(0, 2, 1) @ d  # (groups, C / groups, maps)
            d_weights.append(np.moveaxis(products, 0, 1))
            if need_d_x:
                d_seen = d @ matrices.transpose(0, 2, 1)
                d_view += np.moveaxis(d_seen, 0, 1).reshape(view.shape)
        d_x = self.window.inside(d_padded) if need_d_x else None
        return np.stack(d_weights).reshape(self.weights.shape), d_x

    @property
    def _maps(self) -> int:
        """Maps of each group."""
        return int(self.weights.shape[3]) // self.groups

    def _matrices(self) -> Floats:
        """The weights of every tap and group: (taps, groups, C / groups, maps)."""
        by_group = self.weights.reshape(self.window.taps, -1, self.groups, self._maps)
        return np.moveaxis(by_group, 2, 1)

    def _by_group(self, maps: Floats) -> Floats:
        """(n, H, W, C) → (groups, n · H · W, C / groups)."""
        return np.moveaxis(maps.reshape(-1, self.groups, maps.shape[3] // self.groups), 1, 0)
