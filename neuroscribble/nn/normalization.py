"""Layers that behave differently while a network learns: batch normalization and Dropout.

Both are fixed maps in evaluation, which is the default everywhere: the same image then gives
the same answer, whatever other images are beside it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..arrays import empty, exact, like, namespace
from ..errors import SettingsError
from ..shapes import Floats, Params, check_shape
from .kernels import added, over_blocks
from .layers import Cache
from .rows import along_image, channel_sums, images


class BatchNorm2d:
    """Every channel is shifted to mean β and stretched to standard deviation γ.

        x̂ = (x − mean) / √(variance + ε),   out = γ x̂ + β

    (Ioffe & Szegedy 2015, arXiv:1502.03167). In training, mean and variance are those of the
    batch, over its images and pixels; the variance is the biased one (divided by the count m).
    The running ones follow in place,

        running ← (1 − momentum) · running + momentum · that of the batch

    with the unbiased variance (divided by m − 1), as in PyTorch. In evaluation the running ones
    are used and stay, so the layer is a fixed affine map of every channel.

    Samples: (H, W, C). Parameters gamma (start: 1) and beta (start: 0), statistics mean (start: 0)
    and variance (start: 1), all (C,).

    Backward, with sums over images and pixels and d̂ = d γ / √(variance + ε):
    dγ = Σ d x̂,  dβ = Σ d;  dx = d̂ in evaluation,  dx = d̂ − mean(d̂) − x̂ mean(d̂ x̂) in training.
    """

    def __init__(self, channels: int, *, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        if channels < 1 or not 0 <= momentum <= 1 or not epsilon > 0:
            raise SettingsError(
                f"{type(self).__name__} needs channels ≥ 1, momentum from 0 to 1 and epsilon > 0; "
                f"got {channels}, {momentum} and {epsilon}."
            )
        self.channels, self.momentum, self.epsilon = channels, momentum, epsilon
        self.params: Params = {"gamma": np.ones(channels), "beta": np.zeros(channels)}
        self.statistics: Params = {"mean": np.zeros(channels), "variance": np.ones(channels)}

    @classmethod
    def from_arrays(
        cls,
        gamma: Floats,
        beta: Floats,
        mean: Floats,
        variance: Floats,
        *,
        momentum: float = 0.1,
        epsilon: float = 1e-5,
    ) -> BatchNorm2d:
        """A layer with these parameters and statistics, all (C,)."""
        layer = cls(len(gamma), momentum=momentum, epsilon=epsilon)
        layer.params = {"gamma": gamma, "beta": beta}
        layer.statistics = {"mean": mean, "variance": variance}
        for name, array in (layer.params | layer.statistics).items():
            check_shape(name, array, (layer.channels,))
        return layer

    def affine(self) -> tuple[Floats, Floats]:
        """Scale and shift of each channel in evaluation, both (C,): out = scale · x + shift."""
        mean, variance = self.statistics["mean"], self.statistics["variance"]
        scale = self.params["gamma"] / namespace(variance).sqrt(variance + self.epsilon)
        return scale, self.params["beta"] - mean * scale

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), ("H", "W", self.channels))
        return input_shape

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        mean, variance = self.statistics["mean"], self.statistics["variance"]
        xp, count = namespace(x), math.prod(x.shape) // self.channels
        if training:
            if count < 2:
                raise SettingsError("a layer cannot learn from a single number a channel.")
            mean, variance = _moments(x)
            for name, of_batch in (("mean", mean), ("variance", variance * count / (count - 1))):
                running = self.statistics[name]
                running += self.momentum * (of_batch - running)
        inverse = 1 / xp.sqrt(variance + self.epsilon)
        scale = self.params["gamma"] * inverse
        shift = self.params["beta"] - mean * scale
        out = empty(x.shape, x)
        scales, shifts = along_image(scale, x), along_image(shift, x)

        def work(block: slice) -> None:
            there = images(out[block, ...])
            xp.multiply(images(x[block, ...]), scales, out=there)
            there += shifts

        over_blocks(work, x, math.prod(x.shape[1:]))
        return out, _Normalized(x, xp.asarray(mean, copy=True), inverse, training)

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        x, mean, inverse, training = cache
        xp, size = namespace(x), math.prod(x.shape[1:])

        means = along_image(mean, x)

        def sums(block: slice) -> tuple[Floats, Floats]:
            d, centered = d_out[block, ...], images(x[block, ...]) - means
            centered *= images(d)
            return channel_sums(d), channel_sums(xp.reshape(centered, d.shape))

        parts = over_blocks(sums, x, size)
        d_beta, d_centered = (added(part) for part in zip(*parts, strict=True))
        d_gamma = d_centered * inverse  # Σ d (x − mean) / √…
        grads["gamma"][...], grads["beta"][...] = d_gamma, d_beta
        if not need_d_x:
            return None
        scale = self.params["gamma"] * inverse
        d_x: Floats = empty(x.shape, x)
        # dx = scale · (d − mean(d) − x̂ · mean(d x̂)), as  scale · d + slope · x + offset
        count = math.prod(x.shape) // self.channels
        slope = -scale * inverse * d_gamma / count
        offset = -scale * d_beta / count - slope * mean
        scales, slopes, offsets = (along_image(each, x) for each in (scale, slope, offset))

        def work(block: slice) -> None:
            d = images(d_x[block, ...])
            xp.multiply(images(d_out[block, ...]), scales, out=d)
            if training:
                back = images(x[block, ...]) * slopes
                back += offsets
                d += back

        over_blocks(work, x, size)
        return d_x


class BatchNorm1d(BatchNorm2d):
    """The same behind a dense layer: every unit is a channel of one pixel. Samples: (C,)."""

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), (self.channels,))
        return input_shape

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        out, cache = super().forward(_as_pixels(x), training=training)
        return namespace(x).reshape(out, x.shape), cache

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        d_x = super().backward(_as_pixels(d_out), cache, grads, need_d_x=need_d_x)
        return None if d_x is None else namespace(d_x).reshape(d_x, d_out.shape)


class _Normalized(NamedTuple):
    x: Floats
    mean: Floats
    inverse: Floats  # 1 / √(variance + ε)
    training: bool


def _as_pixels(x: Floats) -> Floats:
    """(N, C) → (N, 1, 1, C)."""
    return x[:, None, None, :]


class Dropout:
    """In training every number is dropped with probability `rate`, in evaluation none.

    What stays is divided by 1 − rate, so that the expected value is the same in both (Srivastava
    et al. 2014). Equal seeds drop the same numbers in the same order of calls.

    Backward: the gradient passes where the number stayed, divided alike.
    """

    def __init__(self, rate: float, *, seed: int = 0) -> None:
        if not 0 <= rate < 1:
            raise SettingsError(f"rate must be at least 0 and less than 1; got {rate}.")
        self.rate, self.seed = rate, seed
        self.params: Params = {}
        self._rng = np.random.default_rng(seed)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return input_shape

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        if not training:
            return x, None
        kept = like(self._rng.random(x.shape, np.float32) >= self.rate, x)
        kept /= 1 - self.rate
        return x * kept, kept

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        return d_out if cache is None else d_out * cache


def _moments(x: Floats) -> tuple[Floats, Floats]:
    """Mean and biased variance of every channel, in float64.

    Every block tells its own mean and squared deviations from it; what the means differ by comes
    on top (Chan, Golub, LeVeque 1979). So nothing cancels, and x is read from memory once.
    """
    xp = namespace(x)

    def work(block: slice) -> tuple[int, Floats, Floats]:
        maps = x[block, ...]
        count = math.prod(maps.shape[:3])
        mean = channel_sums(maps) / count
        centered = images(maps) - along_image(mean, x)
        centered *= centered
        return count, mean, channel_sums(xp.reshape(centered, maps.shape))

    parts = over_blocks(work, x, math.prod(x.shape[1:]))
    counts, means, squares = zip(*parts, strict=True)
    n, means = sum(counts), xp.stack(means)
    shares = np.array(counts)[:, None] / n
    weights = xp.asarray(shares, dtype=exact(x), device=x.device)
    mean: Floats = xp.sum(weights * means, axis=0)
    variance: Floats = added(squares) / n
    variance += xp.sum(weights * (means - mean) ** 2, axis=0)
    return mean, variance
