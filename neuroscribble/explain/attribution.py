"""Who contributed what: exact sums behind every unit, and what a drawing of them leaves out.

A contribution is activation × weight; the contributions into a unit plus its bias ARE its
pre-activation. A picture shows some of them, so this module also answers how much it omits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..nn.network import Network
from ..shapes import Floats, check_shape


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


@dataclass(frozen=True)
class LinearMap:
    """The linear map that a ReLU network IS for one image: logits = x · templates + bias."""

    templates: Floats  # (784, K): one effective picture for each class
    bias: Floats  # (K,)
    n_active: tuple[int, ...]  # ReLUs that are on, layer by layer


def effective_linear_map(network: Network, image: Floats) -> LinearMap:
    """Follow every logit back to the pixels, through what is on for this image.

    Every ReLU is the 0 or 1 that it is right now, and of every pooled square the largest number
    stands for all. image: (784,). The result is exact for this image (and every other for which
    the same holds), in the network's own precision.
    """
    check_shape("image", image, network.input_shape)
    n_classes = len(network.class_names)
    trace = network.forward(np.repeat(image[None], n_classes, axis=0))
    gradient = network.new_gradient()  # of the parameters; it is not needed here
    d_logits: Floats = np.eye(n_classes, dtype=trace.logits.dtype)
    d_images: Floats | None = d_logits
    for name, layer in reversed(network.layers.items()):
        assert d_images is not None
        d_images = layer.backward(d_images, trace.caches[name], gradient.layers[name])
    assert d_images is not None
    templates = np.ascontiguousarray(d_images.T)
    hidden = list(trace.pre_activations.values())[:-1]
    return LinearMap(
        templates,
        trace.logits[0] - trace.images[0] @ templates,
        tuple(int(np.count_nonzero(z[0] > 0)) for z in hidden),
    )


def receptive_fields(network: Network) -> Floats:
    """The first layer's weights as pictures: (H, 28, 28), one for each unit of h1."""
    if not network.is_mlp():
        raise SettingsError("only units of dense layers are pictures of the whole input.")
    weights = network.dense_layers()[0].params["W"]
    side = round(len(weights) ** 0.5)
    if side * side != len(weights):
        raise SettingsError(f"{len(weights)} inputs are no square picture.")
    return weights.T.reshape(-1, side, side)
