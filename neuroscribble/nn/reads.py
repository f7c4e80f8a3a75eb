"""What a network reads: a picture of so many pixels, or features with names and ranges."""

from __future__ import annotations

from dataclasses import replace

from ..inputs import InputSpec, from_meta, guess_shape
from .network import Network
from .pooling import Unflatten


def input_of(network: Network) -> InputSpec:
    """As the network's file tells it, else as its first layer does, else as many numbers look.

    Whatever range the file tells, a network that reads pictures takes ink from 0 to 1. Whether
    they are set upright and even, the network itself knows.
    """
    spec = _told(network)
    upright = spec.is_picture and network.upright is not None
    return replace(spec, upright=upright, even=upright and network.even)


def _told(network: Network) -> InputSpec:
    n_inputs = network.input_shape[0]
    told = from_meta(network.meta.get("input"))
    if told is not None and told.n_inputs == n_inputs:
        return told
    first = next(iter(network.layers.values()))
    if isinstance(first, Unflatten):
        rows, columns, channels = first.shape
        return InputSpec(shape=(rows, columns) if channels == 1 else (rows, columns, channels))
    return InputSpec(shape=guess_shape(n_inputs))
