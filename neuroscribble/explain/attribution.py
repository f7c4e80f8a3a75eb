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
from ..nn.layers import Activation, Dense, Layer
from ..nn.network import Network
from ..nn.normalization import BatchNorm2d
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
    return strength_ranks(np.abs(weights))


def strength_ranks(strengths: Floats) -> NDArray[np.int32]:
    """The same for strengths (fan_in, fan_out): 0 = the largest."""
    order = np.argsort(-strengths, axis=0, kind="stable")
    ranks = np.empty(strengths.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.arange(len(ranks), dtype=np.int32)[:, None], axis=0)
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
    """What a network is for one image: logits = x · templates + bias + remainder.

    A network of functions that are linear piece by piece IS this linear map, and there is no
    remainder. For any other, templates are the gradients of the logits: what a little more ink
    would change. x · templates, "gradient × input", and what the biases give then leave a rest.
    """

    templates: Floats  # (784, K): one effective picture for each class
    bias: Floats  # (K,)
    n_active: tuple[int, ...]  # units with a sum above 0, layer by layer
    remainder: Floats  # (K,)


def effective_linear_map(network: Network, image: Floats) -> LinearMap:
    """Follow every logit back to the pixels, through the slopes that are there for this image.

    Every ReLU is the 0 or 1 that it is right now, and of every pooled square the largest number
    stands for all. image: (784,). For a network of such functions the result is exact for this
    image (and every other for which the same holds), in the network's own precision.
    """
    check_shape("image", image, network.input_shape)
    n_logits = network.layer_sizes[-1]
    trace = network.forward(np.repeat(image[None], n_logits, axis=0))
    gradient = network.new_gradient()  # of the parameters; it is not needed here
    d_out: Floats | None = np.eye(n_logits, dtype=trace.logits.dtype)
    from_biases = np.zeros(n_logits, trace.logits.dtype)
    for name, layer in reversed(network.layers.items()):
        assert d_out is not None
        d_units = d_out.reshape(n_logits, -1, d_out.shape[-1]).sum(axis=1)  # (K, channels)
        from_biases += d_units @ _bias(layer, d_units)
        d_out = layer.backward(d_out, trace.caches[name], gradient.layers[name])
    assert d_out is not None
    templates = np.ascontiguousarray(d_out.T)
    rest = trace.logits[0] - trace.images[0] @ templates
    is_exact = is_piecewise_linear(network)
    hidden = list(trace.pre_activations.values())[:-1]
    return LinearMap(
        templates,
        rest if is_exact else from_biases,
        tuple(int(np.count_nonzero(z[0] > 0)) for z in hidden),
        np.zeros_like(rest) if is_exact else rest - from_biases,
    )


def is_piecewise_linear(network: Network) -> bool:
    """Whether the network is one linear map for every single image."""
    functions = [layer for layer in network.layers.values() if isinstance(layer, Activation)]
    return all(function.is_piecewise_linear for function in functions)


def _bias(layer: Layer, d_units: Floats) -> Floats:
    """What a layer adds to each channel, whatever it reads: (channels,)."""
    if isinstance(layer, BatchNorm2d):
        return layer.affine()[1]
    bias: Floats = layer.params.get("b", np.zeros_like(d_units[0]))
    return bias


def receptive_fields(network: Network) -> Floats:
    """The first layer's weights as pictures: (H, 28, 28), one for each unit of h1."""
    first = next(layer for layer in network.layers.values() if "W" in layer.params)
    if not isinstance(first, Dense):
        raise SettingsError("only units of dense layers are pictures of the whole input.")
    weights = first.params["W"]
    side = round(len(weights) ** 0.5)
    if side * side != len(weights):
        raise SettingsError(f"{len(weights)} inputs are no square picture.")
    return weights.T.reshape(-1, side, side)
