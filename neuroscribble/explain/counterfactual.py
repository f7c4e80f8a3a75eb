"""What would change its mind? The fewest blobs of a pen, added or erased, that turn the answer.

Every pixel may carry a blob of the pad's pen, and every one may be wiped out. For the classes whose
borders are near the search takes the blob that the exact linear map of this moment promises most
of, for its ink; the best few promises are kept or broken by the network itself. What is found is
the smallest change that this search meets, not a proof that none is smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import PictureError, SettingsError
from ..nn.network import Network
from ..nn.reads import input_of
from ..shapes import Floats, check_shape
from .attribution import effective_linear_map

PEN = 22 / 280  # width of the pad's pen, in sides of the picture
NEAR_CLASSES = 3  # that the search goes to; to others only where none of these is reached
MOST_BLOBS = 20  # on the way to each
TRIED = 8  # blobs at each step that the network itself is asked about
LEAST_INK = 0.3  # that a blob counts as, in pixels: no crowd of specks
DECIMALS = 9  # of promises and of ink: of equal ones the first pixel's, whatever rounding says
TINY = 1e-12


class Blob(NamedTuple):
    """One touch of the pen, in the middle of a pixel."""

    row: int
    column: int
    erases: bool  # else it adds ink


@dataclass(frozen=True)
class Change:
    """What turns the answer, and what the network says on the way."""

    blobs: tuple[Blob, ...]  # in this order
    images: Floats  # (B + 1, D): the drawing, and behind each blob
    probabilities: Floats  # (B + 1, K)
    ink: float  # Σ |change| / Σ ink of the drawing
    norm: float  # L2 norm of the change

    @property
    def answers(self) -> tuple[int, int]:
        """Class ids before and after; they differ."""
        first, *_, last = self.probabilities.argmax(axis=1)
        return int(first), int(last)


def counterfactual(network: Network, image: Floats) -> Change | None:
    """The smallest change of ink that is found to turn the answer; None where none is found.

    image: (D,), ink in [0, 1]. Raises ShapeError for another shape, PictureError for a blank
    drawing, SettingsError for a network that reads no square pictures or whose answer is a value.
    """
    network, drawing = prepared(network, image)
    search = _Search(network, drawing)
    if not drawing.any():
        raise PictureError("there is no ink that could change; draw something first.")
    for number, target in enumerate(search.nearest_classes()):
        if number < NEAR_CLASSES or search.best is None:
            search.toward(target)
    if search.best is None:
        return None
    blobs = search.without_idle(search.best)
    images = np.stack([search.drawn(blobs[:n]) for n in range(len(blobs) + 1)])
    change = images[-1] - drawing
    return Change(
        tuple(search.blob(number) for number in blobs),
        images,
        network.probabilities(images),
        float(np.abs(change).sum() / drawing.sum()),
        float(np.linalg.norm(change)),
    )


def prepared(network: Network, image: Floats) -> tuple[Network, Floats]:
    """Both in double precision, so that all programs take the same way; or the errors above."""
    check_shape("image", image, network.input_shape)
    if not input_of(network).is_picture:
        raise SettingsError("ink can only change in pictures; this network reads features.")
    if len(network.class_names) < 2:
        raise SettingsError("this network's output is a value: there is no answer to turn.")
    return network.in_double_precision(), image.astype(np.float64)


def side_of(network: Network) -> int:
    """Of the pictures that a network reads, in pixels; SettingsError where they are not square."""
    spec = input_of(network)
    if not spec.is_square:
        size = "×".join(map(str, spec.shape))
        raise SettingsError(f"only square pictures are searched; this network reads {size}.")
    return spec.shape[0]


def scores(network: Network, images: Floats) -> Floats:
    """(N, D) → (N, K): the class with the largest is the answer."""
    logits = network.logits(images)
    return np.hstack([np.zeros_like(logits), logits]) if logits.shape[1] == 1 else logits


def slopes(network: Network, image: Floats) -> Floats:
    """(D, K): what a little more of each pixel of the drawing gives to each of the scores."""
    templates = effective_linear_map(network, image).templates
    templates = network.taken_back(templates.T, image).T
    none = np.zeros_like(templates)
    return np.hstack([none, templates]) if templates.shape[1] == 1 else templates


def blob_inks(side: int, channels: int) -> Floats:
    """(side², D): the ink of the pen in the middle of each pixel, see ink/strokes.py."""
    centers = np.arange(side)
    squares = (centers[:, None] - centers) ** 2
    distance = np.sqrt(squares[:, None, :, None] + squares[None, :, None, :])
    ink = np.clip(side * PEN / 2 - distance + 0.5, 0, 1).reshape(side**2, side**2)
    return np.repeat(ink, channels, axis=1)


class _Search:
    """For one drawing; blobs are numbered by pixels, first all that add and then all that erase."""

    def __init__(self, network: Network, drawing: Floats) -> None:
        self.network = network
        self.drawing = drawing
        self.side = side_of(network)
        self.inks = blob_inks(self.side, len(drawing) // self.side**2)
        self.answer = int(scores(network, drawing[None])[0].argmax())
        self.best: list[int] | None = None  # blobs that turn the answer …
        self.least = np.inf  # … and how much ink they change

    def nearest_classes(self) -> list[int]:
        """The other classes, first that to whose border it is least far, as the map knows it."""
        gaps = scores(self.network, self.drawing[None])[0]
        found = slopes(self.network, self.drawing)
        lengths = np.linalg.norm(found - found[:, [self.answer]], axis=0)
        ways = (gaps[self.answer] - gaps) / np.maximum(lengths, TINY)
        order = np.argsort(ways, kind="stable").tolist()
        return [target for target in order if target != self.answer]

    def toward(self, target: int) -> None:
        """Step by step to this class, as long as that is less than the best of all so far."""
        blobs: list[int] = []
        image, spent = self.drawing, 0.0
        start = gap = self._gap(image[None], target)[0]
        while len(blobs) < MOST_BLOBS and spent < self.least:
            tried, images = self._promising(image, target, gap)
            gaps = self._gap(images, target)
            inks = np.round(np.abs(images - self.drawing).sum(axis=1), DECIMALS)
            turned = scores(self.network, images).argmax(axis=1) != self.answer
            for at in np.flatnonzero(turned & (inks < self.least)):
                if inks[at] < self.least:
                    self.best, self.least = [*blobs, int(tried[at])], inks[at]
            left = np.flatnonzero(~turned & (gaps < gap))
            if len(left) == 0:
                return
            at = left[np.argmax((start - gaps[left]) / np.maximum(inks[left], LEAST_INK))]
            blobs.append(int(tried[at]))
            image, spent, gap = images[at], inks[at], gaps[at]

    def _gap(self, images: Floats, target: int) -> Floats:
        """How far the answer's score is above the target's, (N,)."""
        found = scores(self.network, images)
        gap: Floats = found[:, self.answer] - found[:, target]
        return gap

    def _promising(self, image: Floats, target: int, gap: float) -> tuple[Floats, Floats]:
        """The numbers of the blobs that promise most for their ink, and the images behind them."""
        found = slopes(self.network, image)
        slope = found[:, target] - found[:, self.answer]
        images = np.concatenate([np.maximum(image, self.inks), np.minimum(image, 1 - self.inks)])
        changes = images - image
        inks = np.maximum(np.abs(changes).sum(axis=1), LEAST_INK)
        promises = np.minimum(changes @ slope, gap) / inks
        best = np.argsort(-np.round(promises, DECIMALS), kind="stable")[:TRIED]
        best = best[promises[best] > 0]
        return best, images[best]

    def drawn(self, blobs: Sequence[int]) -> Floats:
        """The drawing with these blobs."""
        image = self.drawing
        for number in blobs:
            row, column, erases = self.blob(number)
            ink = self.inks[row * self.side + column]
            image = np.minimum(image, 1 - ink) if erases else np.maximum(image, ink)
        return image

    def without_idle(self, blobs: list[int]) -> list[int]:
        """Without those that are not needed, the first ones first."""
        at = 0
        while at < len(blobs):
            fewer = blobs[:at] + blobs[at + 1 :]
            is_turned = scores(self.network, self.drawn(fewer)[None])[0].argmax() != self.answer
            blobs, at = (fewer, at) if is_turned else (blobs, at + 1)
        return blobs

    def blob(self, number: int) -> Blob:
        erases, pixel = divmod(number, self.side**2)
        return Blob(*divmod(pixel, self.side), erases=bool(erases))
