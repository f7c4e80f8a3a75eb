"""Which digits are the same to the network? Those whose last hidden activations are nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..nn.network import Network
from ..shapes import Floats, Labels, check_shape
from .links import link_inputs


@dataclass(frozen=True)
class Near:
    """The nearest image of one class."""

    index: int
    label: int
    distance: float  # L2, between what the last layer reads of both


def nearest(network: Network, image: Floats, images: Floats, labels: Labels) -> list[Near]:
    """Of every class among (N, D) images and (N,) labels the nearest one to (D,), nearest first.

    Raises ShapeError for arrays that do not fit.
    """
    check_shape("image", image, network.input_shape)
    check_shape("labels", labels, (len(images),))
    network = network.in_double_precision()
    ours = _reads(network, image[None])
    step = network.chunk
    theirs = [_reads(network, images[at : at + step]) for at in range(0, len(images), step)]
    distances = np.linalg.norm(np.concatenate(theirs) - ours, axis=1)
    found = []
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        index = own[distances[own].argmin()]
        found.append(Near(int(index), int(label), float(distances[index])))
    return sorted(found, key=lambda near: near.distance)


def _reads(network: Network, images: Floats) -> Floats:
    """What the last layer reads, (N, units)."""
    return link_inputs(network, network.forward(images))[-1].reshape(len(images), -1)
