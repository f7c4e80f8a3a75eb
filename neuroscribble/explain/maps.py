"""Maps of what every layer knows: digits placed by what they excite there, layer after layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..data.batches import Digits
from ..data.sources import NamedDigits
from ..errors import DataError
from ..machine import one_thread
from ..nn.network import Network
from ..shapes import Floats, Labels
from ..training.calibration import calibrated_probabilities
from .embedding import (
    TSNE_INPUTS,
    Components,
    Points,
    find_tsne,
    principal_components,
    turned_onto,
)
from .separation import neighbor_accuracy, variance_between_classes

LEAST = 50  # digits; of fewer a map tells nothing


@dataclass(frozen=True)
class LayerMap:
    """One layer: its maps, and how well it keeps the classes apart in its own space."""

    key: str  # "input", "h1", …, "output"
    shape: tuple[int, ...]  # of one digit's activations: (128,), or (14, 14, 16) for feature maps
    pca: Points  # the first two principal components
    pca_share: float  # of the variance, that these two explain
    tsne: Points | None  # None without scikit-learn
    neighbor_accuracy: float
    variance_between: float

    @property
    def n_units(self) -> int:
        return int(np.prod(self.shape))


@dataclass(frozen=True)
class Answers:
    """Digits, and what a network says about them."""

    name: str  # of the digits' source
    images: Floats  # (N, D)
    labels: Labels  # (N,)
    probabilities: Floats  # (N, K), calibrated

    @property
    def answers(self) -> NDArray[np.intp]:
        """(N,) class ids."""
        answers: NDArray[np.intp] = self.probabilities.argmax(axis=1)
        return answers

    @property
    def confidences(self) -> Floats:
        """(N,): the probability of each answer."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def is_right(self) -> NDArray[np.bool_]:
        return np.asarray(self.answers == self.labels)


def ask(network: Network, named: NamedDigits) -> Answers:
    """What the network says about all of these digits."""
    images, labels = named.digits.images, named.digits.labels
    return Answers(named.name, images, labels, calibrated_probabilities(network, images))


def some_digits(named: NamedDigits, n: int, *, seed: int) -> NamedDigits:
    """n of the digits at random, or all if there are no more; equal seeds, equal digits.

    Raises DataError when fewer than LEAST would remain.
    """
    chosen = np.random.default_rng(seed).permutation(len(named.digits))[:n]
    if len(chosen) < LEAST:
        raise DataError(f"maps need {LEAST} digits or more; {named.name} gives {len(chosen)} here.")
    return replace(named, digits=named.digits.some(chosen))


def layer_activations(network: Network, images: Floats) -> dict[str, Floats]:
    """Stage → activations (N, …) of any number of images, in the layer's own shape.

    "output" are the probabilities, without calibration.
    """
    parts: dict[str, list[Floats]] = {}
    for start in range(0, max(len(images), 1), network.chunk):
        activations = network.forward(images[start : start + network.chunk]).activations
        for key, values in activations.items():
            parts.setdefault(key, []).append(values)
    return {key: np.concatenate(values) for key, values in parts.items()}


def map_layers(
    network: Network,
    digits: Digits,
    *,
    seed: int = 0,
    on_layer: Callable[[str], None] = lambda key: None,
) -> list[LayerMap]:
    """A map of every layer, input first; `on_layer` is told each one's key when it begins.

    Each t-SNE map is turned so that its digits lie as near as can be to their places on the one
    before. Without scikit-learn there are maps by PCA alone.
    """
    tsne = find_tsne()  # before the threads are limited: its own are to be among them
    maps: list[LayerMap] = []
    with one_thread():
        for key, activations in layer_activations(network, digits.images).items():
            on_layer(key)
            values = activations.reshape(len(activations), -1)
            components = principal_components(values, n=TSNE_INPUTS)
            pca = _two(components)
            points = tsne(components, seed=seed) if tsne else None
            if points is not None:
                before = maps[-1].tsne if maps else None
                points = turned_onto(points, pca if before is None else before)
            maps.append(
                LayerMap(
                    key=key,
                    shape=activations.shape[1:],
                    pca=pca,
                    pca_share=float(components.shares[:2].sum()),
                    tsne=points,
                    neighbor_accuracy=neighbor_accuracy(values, digits.labels),
                    variance_between=variance_between_classes(values, digits.labels),
                )
            )
    return maps


def _two(components: Components) -> Points:
    """(N, 2): the first two scores; zeros for a second one that a single unit does not have."""
    points = np.zeros((len(components.scores), 2))
    points[:, : components.scores.shape[1]] = components.scores[:, :2]
    return points
