"""Batch normalization while a network learns, and none of it in the network that is drawn.

In evaluation it is a fixed affine map of every unit, behind another one: with
s = γ / √(variance + ε) both together are

    s (W x + b) + (β − s mean)  =  (s W) x + (s b + β − s mean)

So hidden layers may learn with it (Ioffe & Szegedy 2015, arXiv:1502.03167), and when they have
learned, the dense layers take it into their own numbers.
"""

from __future__ import annotations

from .layers import Dense, Layer
from .network import Network
from .normalization import BatchNorm1d

MOMENTUM = 0.01  # of the running mean and variance: those of some hundred batches


def normalized(network: Network) -> Network:
    """A copy of a network whose hidden dense layers are each followed by batch normalization."""
    layers: dict[str, Layer] = {}
    last = list(network.layers)[-1]
    for name, layer in network.layers.items():
        layers[name] = layer
        if isinstance(layer, Dense) and name != last:
            units = network.output_shapes[name][-1]
            layers[f"{name}.norm"] = BatchNorm1d(units, momentum=MOMENTUM)
    return network.copy(layers=layers)


def folded(network: Network) -> Network:
    """A copy in which no dense layer is followed by a BatchNorm1d, and which answers alike.

    Computed in double precision. A network without any is only copied.
    """
    layers: dict[str, Layer] = {}
    before = ""
    for name, layer in network.in_double_precision().layers.items():
        dense = layers.get(before)
        if isinstance(layer, BatchNorm1d) and isinstance(dense, Dense):
            scale, shift = layer.affine()
            weights, bias = dense.params["W"], dense.params["b"]
            layers[before] = Dense.from_arrays(weights * scale, bias * scale + shift)
        else:
            layers[name] = layer
            before = name
    return network.copy(layers=layers)
