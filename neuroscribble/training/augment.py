"""Seeded distortions: every epoch sees each digit a little differently.

An image is turned, slanted, stretched, moved and bent (Simard, Steinkraus, Platt 2003), its line
made thinner or thicker, its ink lighter or darker, as another hand with another pen would have.

Geometry is the costly part, so it is made cheap. A distortion is a sparse matrix (784, 784) that
tells every new pixel which few old pixels to mix. A bank of them is drawn once; each call deals
random ones to small groups of images. Epochs shuffle the images, so the same image hardly ever
meets the same distortion twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..shapes import IMAGE_SIZE, N_PIXELS, Floats, check_shape

if TYPE_CHECKING:
    from scipy import sparse

CHUNK = 256  # distortions computed at a time: little memory
IN_CACHE = 64  # images whose width and contrast change at a time: 200 kB
STRENGTHS = ("turn", "slant", "log_size", "log_aspect", "shift", "bend", "thinner", "thicker")


@dataclass(frozen=True, kw_only=True)
class Distortions:
    """How strong; each number is a standard deviation unless it says otherwise."""

    turn: float = 0.12  # radians
    slant: float = 0.15  # x gained per unit of height
    log_size: float = 0.06  # log of the factor in both directions
    log_aspect: float = 0.07  # log of the factor in x, inverse in y
    shift: float = 0.6  # pixels, in each direction
    bend: float = 0.9  # pixels that a pixel wanders in the elastic field, in each direction
    smoothness: float = 4.5  # pixels: width of the Gaussians that make up the elastic field
    thinner: float = 0.5  # most that a line is eroded: 1 takes the least of the four neighbors
    thicker: float = 0.5  # most that it is dilated: 1 takes the most of the four neighbors
    contrast: float = 0.3  # most that ink is amplified around a half, to undo the blur of mixing
    plain: float = 0.0  # fraction of the bank that leaves images where they are

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (np.isfinite(value) and value >= 0):
                raise SettingsError(f"{name} must be a number of at least 0; got {value}.")
        if self.smoothness < 1:
            raise SettingsError(f"smoothness must be at least 1 pixel; got {self.smoothness}.")

    def times(self, factor: float) -> Distortions:
        """The same, every movement and change of width `factor` times as strong."""
        return replace(self, **{name: factor * getattr(self, name) for name in STRENGTHS})


class Augment:
    """A bank of random distortions: (images (N, 784), rng) → distorted images (N, 784).

    share: how many neighbors in a batch get the same matrix; more is faster and less varied.
    """

    def __init__(
        self,
        distortions: Distortions,
        *,
        rng: np.random.Generator,
        n_maps: int = 2048,
        share: int = 8,
    ) -> None:
        from scipy import sparse  # here: only distorting needs it

        if n_maps < 1 or share < 1:
            raise SettingsError(f"n_maps and share must be at least 1; got {n_maps}, {share}.")
        self.distortions = distortions
        self.share = share
        self._maps: list[sparse.csr_matrix] = []
        n_plain = round(distortions.plain * n_maps)
        for start in range(0, n_maps - n_plain, CHUNK):
            n = min(CHUNK, n_maps - n_plain - start)
            self._maps += sampling_matrices(sampled_points(distortions, n, rng))
        identity = sparse.identity(N_PIXELS, np.float32, "csr")
        self._maps += [identity] * n_plain

    def __call__(self, images: Floats, rng: np.random.Generator) -> Floats:
        """Distort a batch; the images themselves are not changed."""
        check_shape("images", images, ("N", N_PIXELS))
        n = len(images)
        distorted: Floats = np.empty((n, N_PIXELS), np.float32)
        chosen = rng.integers(len(self._maps), size=-(-n // self.share))
        for group, number in enumerate(chosen.tolist()):
            alike = slice(group * self.share, (group + 1) * self.share)
            distorted[alike] = (self._maps[number] @ images[alike].T).T
        d = self.distortions
        has_width = bool(d.thinner or d.thicker)
        amounts = rng.uniform(-d.thinner, d.thicker, n if has_width else 0).astype(np.float32)
        gains = 1 + rng.uniform(0, d.contrast, (n if d.contrast else 0, 1)).astype(np.float32)
        for start in range(0, n, IN_CACHE):
            part = slice(start, start + IN_CACHE)
            some = distorted[part]
            if has_width:
                _change_width(some, amounts[part])
            if d.contrast:
                some *= gains[part]
                some += (1 - gains[part]) / 2 * (some > 0)
            np.clip(some, 0, 1, out=some)
        return distorted


def sampled_points(
    distortions: Distortions, n: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Where n distortions look for the ink of every pixel: row and column, (n, 784, 2)."""
    d = distortions
    turn, slant = rng.normal(0, d.turn, n), rng.normal(0, d.slant, n)
    size, aspect = np.exp(rng.normal(0, (d.log_size, d.log_aspect), (n, 2))).T
    cosine, sine, zero, one = np.cos(turn), np.sin(turn), np.zeros(n), np.ones(n)
    turned = np.stack([cosine, sine, -sine, cosine], axis=1).reshape(n, 2, 2)
    slanted = np.stack([one, slant, zero, one], axis=1).reshape(n, 2, 2)
    stretched = np.stack([size / aspect, zero, zero, size * aspect], axis=1).reshape(n, 2, 2)
    middle = (IMAGE_SIZE - 1) / 2
    grid = np.stack(np.divmod(np.arange(N_PIXELS), IMAGE_SIZE), axis=1) - middle  # (784, 2)
    points = grid @ (turned @ slanted @ stretched)
    points += rng.normal(0, d.shift, (n, 1, 2)) + middle
    if d.bend:
        bumps = _bumps(d.smoothness)  # (784, B)
        heights = rng.normal(0, d.bend, (n, 2, bumps.shape[1]))
        points += (heights @ bumps.T).transpose(0, 2, 1)  # (n, 784, 2)
    sampled: NDArray[np.float32] = points.astype(np.float32)
    return sampled


def sampling_matrices(points: NDArray[np.float32]) -> list[sparse.csr_matrix]:
    """For points (n, 784, 2), n matrices (784, 784) that mix each pixel from four neighbors.

    Bilinear: a point between pixels takes of each as much as it is near. Outside is paper.
    """
    from scipy import sparse

    n = len(points)
    low = np.floor(points)
    near_high = points - low
    corners = low.astype(np.int32)[:, :, None] + np.array([(0, 0), (0, 1), (1, 0), (1, 1)], "i4")
    shares = np.empty((n, N_PIXELS, 4), np.float32)
    shares[..., :2] = 1 - near_high[..., :1]
    shares[..., 2:] = near_high[..., :1]
    shares[..., ::2] *= 1 - near_high[..., 1:]
    shares[..., 1::2] *= near_high[..., 1:]
    shares *= ((corners >= 0) & (corners < IMAGE_SIZE)).all(axis=-1)
    corners = np.clip(corners, 0, IMAGE_SIZE - 1)
    columns = (corners[..., 0] * IMAGE_SIZE + corners[..., 1]).reshape(n, -1)
    starts = np.arange(0, 4 * N_PIXELS + 1, 4, dtype=np.int32)
    shape = (N_PIXELS, N_PIXELS)
    return [
        sparse.csr_matrix((shares[i].ravel(), columns[i], starts), shape=shape) for i in range(n)
    ]


def _bumps(width: float) -> NDArray[np.float64]:
    """Gaussian bumps on a coarse grid, (784, B); sums of them are smooth fields of variance 1."""
    n_side = int(np.ceil(IMAGE_SIZE / width)) + 2
    centers = (np.arange(n_side) - (n_side - 1) / 2) * width + (IMAGE_SIZE - 1) / 2
    profile = np.exp(-(((np.arange(IMAGE_SIZE)[:, None] - centers) / width) ** 2) / 2)
    bumps: NDArray[np.float64] = np.einsum("ra,cb->rcab", profile, profile).reshape(N_PIXELS, -1)
    bumps /= np.sqrt((bumps**2).sum(axis=1, keepdims=True))
    return bumps


def _change_width(images: Floats, amounts: Floats) -> None:
    """Dilate (amount > 0) or erode (amount < 0) the lines of each image, in place."""
    square = images.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    for sign, extreme in ((1, np.maximum), (-1, np.minimum)):
        chosen = np.flatnonzero(sign * amounts > 0)
        before = square[chosen]
        changed = before.copy()
        extreme(changed[:, 1:], before[:, :-1], out=changed[:, 1:])
        extreme(changed[:, :-1], before[:, 1:], out=changed[:, :-1])
        extreme(changed[:, :, 1:], before[:, :, :-1], out=changed[:, :, 1:])
        extreme(changed[:, :, :-1], before[:, :, 1:], out=changed[:, :, :-1])
        changed -= before
        changed *= np.abs(amounts[chosen])[:, None, None]
        square[chosen] = before + changed
