"""Who contributed what: exact sums behind every unit, and what a drawing of them leaves out.

A contribution is activation × weight; the contributions into a unit plus its bias ARE its
pre-activation. A picture shows some of them, so this module also answers how much it omits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import SettingsError
from .network import Network
from .shapes import Floats, Labels, check_shape


def contributions(activation: Floats, weights: Floats) -> Floats:
    """a_i · w_ij for one sample: (fan_in,) and (fan_in, fan_out) → (fan_in, fan_out).

    Column sums plus the bias are the pre-activations of the next layer.
    """
    check_shape("activation", activation, (len(weights),))
    return activation[:, None] * weights


def incoming_ranks(weights: Floats) -> NDArray[np.int32]:
    """Rank of every weight among those into the same unit: 0 = largest |w|; (fan_in, fan_out).

    Of equal strengths the lower index comes first, so every program draws the same edges.
    """
    order = np.argsort(-np.abs(weights), axis=0, kind="stable")
    ranks = np.empty(weights.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.arange(len(weights), dtype=np.int32)[:, None], axis=0)
    return ranks


def n_drawn_edges(layer_sizes: Sequence[int], top_k: int) -> int:
    """Edges in a drawing of the top_k strongest weights into each unit of every layer."""
    pairs = zip(layer_sizes, layer_sizes[1:], strict=False)
    return sum(min(top_k, fan_in) * fan_out for fan_in, fan_out in pairs)


def signal_share(activation: Floats, weights: Floats, drawn: NDArray[np.bool_]) -> float:
    """Σ |drawn contributions| / Σ |all contributions| of one layer pair, for one sample.

    1 when nothing flows at all: then nothing is left out.
    """
    strengths = np.abs(contributions(activation, weights))
    total = float(strengths.sum(dtype=np.float64))
    return float(strengths[drawn].sum(dtype=np.float64)) / total if total > 0 else 1.0


def correct_if_only_drawn(
    network: Network,
    images: Floats,
    labels: Labels,
    *,
    on_step: Callable[[int, int], None] = lambda top_k, of: None,
) -> list[int]:
    """For every top_k = 1, 2, … fan_in: how many digits a network of ONLY the drawn edges reads.

    The drawn edges are the top_k strongest weights into each unit; all other weights are set to
    zero and the biases stay. Entry [k - 1] belongs to top_k = k; the last one is the whole
    network. The larger layers decide how long the list is.
    """
    dense = network.dense_layers()
    if not network.is_mlp():
        raise SettingsError("only networks of Dense and ReLU layers can be drawn edge by edge.")
    ranks = [incoming_ranks(layer.params["W"]) for layer in dense]
    counts = []
    largest = max(layer.fan_in for layer in dense)
    for top_k in range(1, largest + 1):
        a = images
        for layer, rank in zip(dense, ranks, strict=True):
            z = a @ np.where(rank < top_k, layer.params["W"], 0) + layer.params["b"]
            a = np.maximum(z, 0)
        counts.append(int(np.count_nonzero(z.argmax(axis=1) == labels)))
        on_step(top_k, largest)
    return counts


@dataclass(frozen=True)
class LinearMap:
    """The linear map that a ReLU network IS for one image: logits = x · templates + bias."""

    templates: Floats  # (784, K): one effective picture for each class
    bias: Floats  # (K,)
    n_active: tuple[int, ...]  # ReLUs that are on, layer by layer


def effective_linear_map(network: Network, image: Floats) -> LinearMap:
    """Multiply the layers out, with every ReLU replaced by the 0 or 1 that it is right now.

    image: (784,). The result is exact for this image (and every other that switches the same
    ReLUs on), in the network's own precision.
    """
    check_shape("image", image, network.input_shape)
    if not network.is_mlp():
        raise SettingsError("only networks of Dense and ReLU layers are multiplied out.")
    trace = network.forward(image[None])
    templates: Floats | None = None
    bias: Floats = np.zeros(0)
    n_active = []
    for stage in trace.stages:
        params = network.layers[stage.weights].params
        if templates is None:
            templates, bias = params["W"].copy(), params["b"].copy()  # no live views
        else:
            templates, bias = templates @ params["W"], bias @ params["W"] + params["b"]
        if stage.key != "output":
            active = trace.pre_activations[stage.key][0] > 0
            n_active.append(int(active.sum()))
            templates, bias = templates * active, bias * active
    assert templates is not None
    return LinearMap(templates, bias, tuple(n_active))


def receptive_fields(network: Network) -> Floats:
    """The first layer's weights as pictures: (H, 28, 28), one for each unit of h1."""
    if not network.is_mlp():
        raise SettingsError("only units of dense layers are pictures of the whole input.")
    weights = network.dense_layers()[0].params["W"]
    side = round(len(weights) ** 0.5)
    if side * side != len(weights):
        raise SettingsError(f"{len(weights)} inputs are no square picture.")
    return weights.T.reshape(-1, side, side)
