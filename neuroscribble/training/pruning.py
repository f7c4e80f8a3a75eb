"""Trains a network down to few edges: the weights that matter least become 0 and stay it.

A weight counts by how much it usually moves its sum: (w · root mean square of what it is multiplied
with)². Layers are made comparable as by LAMP (Lee et al. 2021, arXiv:2010.07611): that score is
divided by the sum of the scores of its layer that are not smaller. How many weights are left falls
with a cubic curve (Zhu & Gupta 2017, arXiv:1710.01878), while the others learn on.
"""

from __future__ import annotations

import math

import numpy as np

from ..arrays import to_numpy
from ..errors import SettingsError
from ..nn.layers import Dense
from ..nn.network import Network
from ..shapes import Floats

BEGIN, END = 0.05, 0.5  # of the training: from when weights go, and until when
RENEW = 100  # steps between two choices
SEEN = 1_000  # images are enough to tell how much a weight is multiplied with


class Pruner:
    """Keeps the weights of a network at 0 that have been taken out.

    edges: how many are left in the end. images: they tell what the weights are multiplied with.
    Raises SettingsError if the network has not as many, or layers with weights that are not dense.
    """

    def __init__(self, network: Network, edges: int, images: Floats) -> None:
        layers = {name: layer for name, layer in network.layers.items() if "W" in layer.params}
        if not all(isinstance(layer, Dense) for layer in layers.values()):
            raise SettingsError("only networks of dense layers are trained with few edges.")
        self.network = network
        self.images = images
        self.names = list(layers)
        self.total = sum(math.prod(layer.params["W"].shape) for layer in layers.values())
        if not 1 <= edges <= self.total:
            raise SettingsError(
                f"edges must be from 1 to the {self.total:,} of this network; got {edges:,}."
            )
        self.edges = edges
        self.kept = network.new_gradient()  # of every parameter 1, or 0 where none is any more
        self.kept.flat[...] = 1
        self.steps = 0

    def follow(self, progress: float) -> None:
        """Behind a step, at this share of the whole training: what is out stays out."""
        if self.steps % RENEW == 0:
            self._choose(self.left(progress))
        self.steps += 1
        self.apply(self.network.parameters.flat)

    def left(self, progress: float) -> int:
        """Weights that are left at this share of the training."""
        passed = min(max((progress - BEGIN) / (END - BEGIN), 0.0), 1.0)
        return self.edges + round((self.total - self.edges) * (1 - passed) ** 3)

    def apply(self, parameters: Floats) -> None:
        """Set to 0 what is out, in place: parameters, or a mean of them."""
        parameters *= self.kept.flat

    def _choose(self, n: int) -> None:
        """Keep the n weights of the largest scores; one that is out may come back no more."""
        if n >= self.total:
            return
        scores = self._scores()
        flat = np.concatenate([score.ravel() for score in scores])
        best = np.zeros(flat.size, np.bool_)
        best[np.argpartition(-flat, n - 1)[:n]] = True
        ends = np.cumsum([score.size for score in scores])[:-1]
        for name, score, kept in zip(self.names, scores, np.split(best, ends), strict=True):
            shaped = kept.reshape(score.shape).astype(score.dtype)
            self.kept.layers[name]["W"][...] = self.network.place.bring(shaped)

    def _scores(self) -> list[Floats]:
        trace = self.network.forward(self.network.place.bring(self.images))
        names = list(self.network.layers)
        outputs = [trace.images, *trace.outputs.values()]
        scores = []
        for name in self.names:
            read = to_numpy(outputs[names.index(name)])
            weights = to_numpy(self.network.layers[name].params["W"])
            strength = (read**2).mean(axis=0)[:, None] * weights**2
            scores.append(_lamp(strength))
        return scores


def _lamp(strength: Floats) -> Floats:
    """Each score over the sum of all that are not smaller; the largest one is 1."""
    flat = strength.ravel().astype(np.float64)
    order = np.argsort(-flat, kind="stable")
    scores = np.empty_like(flat)
    scores[order] = flat[order] / np.maximum(np.cumsum(flat[order]), np.finfo(float).tiny)
    return scores.reshape(strength.shape)
