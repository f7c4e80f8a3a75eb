"""A network without some of its edges: what they usually give may stay, as a part of the biases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..nn.network import Network
from ..shapes import Floats
from .links import Link, links

Masks = list[NDArray[np.bool_]]  # one for each link, (fan_in, fan_out)


def keep_only(network: Network, masks: Masks) -> Network:
    """A copy of the network in which all weights but those of the chosen edges are 0."""
    kept = network.copy()
    for link, mask in zip(links(kept), masks, strict=True):
        link.cut(~mask)
    kept.usual = {}
    return kept


def add_average(network: Network, kept: Network, masks: Masks) -> None:
    """Add to each bias of `kept` what the edges that it lacks usually give in `network`."""
    require_usual(network)
    for link, own, mask in zip(links(network), links(kept), masks, strict=True):
        own.params["b"] += usual_sums(network, link, ~mask)


def usual_sums(network: Network, link: Link, mask: NDArray[np.bool_]) -> Floats:
    """What the edges of the mask (fan_in, fan_out) usually give to each unit, (fan_out,)."""
    mean = network.usual[link.key].mean.astype(np.float64)
    given: Floats = mean @ np.where(mask, link.by_pairs(link.params["W"]), 0).reshape(len(mean), -1)
    return given


def require_usual(network: Network) -> None:
    """Raise SettingsError unless the network's file tells what it usually does."""
    if not network.usual:
        raise SettingsError(
            "this network's file tells no usual activations, which averages and usual swings are "
            'made of; measure them with measure_usual, or take choose="weight", spread="unit" and '
            'others="cut".'
        )
