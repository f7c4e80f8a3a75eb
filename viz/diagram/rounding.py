"""A network too large for a page bit for bit: its weights in whole steps, and what that changes.

A step is a power of two, one for each weight matrix. Steps are as coarse as they can be while no
probability moves by more than TOLERANCE on the inputs that the page checks itself with. The page
then is a page of the rounded network in everything it computes, and says so.
"""

from __future__ import annotations

import math

import numpy as np

from neuroscribble.explain.links import links
from neuroscribble.nn.network import Network

from .inputs import check_inputs

MOST_EXACT = 2_000_000  # weights of a page that keep all their bits: 9 MB of text
LARGE = 100_000  # weights of one link: smaller ones stay as they are
TOLERANCE = 1e-3  # of a probability
COARSEST, FINEST = 6, 20  # steps in a standard deviation, as powers of two: 64 to a million


def rounded_for_page(network: Network) -> tuple[Network, float | None]:
    """The network that a page shows, and the largest change of a probability by rounding it.

    It is the same network, and None, up to MOST_EXACT weights.
    """
    if network.parameters.flat.size <= MOST_EXACT:
        return network, None
    inputs, _ = check_inputs(network)
    read = inputs / np.float32(255) if inputs.dtype == np.uint8 else inputs
    exact = network.probabilities(read)
    for power in range(COARSEST, FINEST):
        coarse = network.copy()
        for link in links(coarse):
            W = link.params["W"]
            if W.size >= LARGE:
                step = np.float32(2.0 ** math.floor(math.log2(float(W.std()) or 1) - power))
                W[...] = np.rint(W / step) * step + 0  # which makes −0 a plain 0
        error = float(np.abs(coarse.probabilities(read) - exact).max())
        if error <= TOLERANCE:
            return coarse, error
    return network, None
