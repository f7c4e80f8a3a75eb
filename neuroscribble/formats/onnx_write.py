"""A network of ours as ONNX (opset 17), for whatever program reads that.

Samples are rows of ink as everywhere here; maps are turned to ONNX's channels first at the start
and back before they are flattened, so every weight stays what it is.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import SettingsError
from ..inputs import from_meta
from ..nn.activations import ELU, GELU, Clip, LeakyReLU, Linear, Sigmoid, Softplus, Tanh
from ..nn.averaging import AvgPool2d, GlobalAvgPool2d
from ..nn.conv import Conv2d
from ..nn.layers import Dense, ReLU
from ..nn.network import Network
from ..nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from ..nn.pooling import Flatten, MaxPool2d, Unflatten

OPSET, IR_VERSION = 17, 8
UPRIGHT_INK = "ink of upright pictures"  # in the metadata: what the file reads
EVEN_INK = "ink of upright and even pictures"
FLOAT, INT64 = 1, 7
OUTPUTS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}  # of ours → operator


def onnx_bytes(network: Network) -> bytes:
    """The network as an ONNX file, from a batch of rows to its probabilities (or values).

    Of a network that sets pictures upright the file is what comes behind that stage, and its
    metadata say so. Raises SettingsError for a layer that ONNX's opset 17 has no operator for.
    """
    graph = _Graph()
    for name, layer in network.layers.items():
        write = _WRITERS.get(type(layer))
        if write is None or (isinstance(layer, GELU) and layer.form != "erf"):
            raise SettingsError(
                f"layer {name} cannot be exported: opset {OPSET} of ONNX has no operator for it."
            )
        write(graph, layer, name)
    if network.output.name in OUTPUTS:
        axis = {"axis": 1} if network.output.name == "softmax" else {}
        graph.add(OUTPUTS[network.output.name], "output", **axis)
    n_units = network.output_shapes[next(reversed(network.layers))][0]
    spec = from_meta(network.meta.get("input"))
    ink = "ink" if network.upright is None else EVEN_INK if network.even else UPRIGHT_INK
    facts = {
        "output": network.output.name,
        "class_names": json.dumps(list(network.class_names)),
        "input": f"{ink} from 0 to 1, row after row"
        if spec is None or spec.is_picture
        else "features",
    }
    content = b"".join(
        [
            *(_message(1, node) for node in graph.nodes),
            _text(2, "network"),
            *(_message(5, tensor) for tensor in graph.tensors),
            _message(11, _value_info("input", network.input_shape[0])),
            _message(12, _value_info(graph.last, n_units)),
        ]
    )
    return b"".join(
        [
            _integer(1, IR_VERSION),
            _text(2, "NeuroScribble"),
            _message(7, content),
            _message(8, _text(1, "") + _integer(2, OPSET)),
            *(_message(14, _text(1, key) + _text(2, value)) for key, value in facts.items()),
        ]
    )


class _Graph:
    """Nodes and tensors in order; `last` is the name of what the last node made."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []
        self.last = "input"

    def add(self, op: str, name: str, *more: str, **settings: Any) -> None:
        """A node that reads the last one's output, then tensors by name."""
        inputs = (self.last, *more)
        self.last = f"{name}_out" if name != "output" else "probabilities"
        parts = [*(_text(1, one) for one in inputs), _text(2, self.last), _text(3, name)]
        parts += [_text(4, op), *(_message(5, _attribute(k, v)) for k, v in settings.items())]
        self.nodes.append(b"".join(parts))

    def tensor(self, name: str, values: Any, kind: int = FLOAT) -> str:
        array = np.asarray(values, "<f4" if kind == FLOAT else "<i8", order="C")
        dims = b"".join(_integer(1, size) for size in array.shape)
        self.tensors.append(dims + _integer(2, kind) + _text(8, name) + _bytes(9, array.tobytes()))
        return name


# ---------------------------------------------------------------- layer by layer


def _dense(graph: _Graph, layer: Dense, name: str) -> None:
    W, b = (graph.tensor(f"{name}.{key}", layer.params[key]) for key in "Wb")
    graph.add("Gemm", name, W, b)


def _conv(graph: _Graph, layer: Conv2d, name: str) -> None:
    kernel = layer.params["W"].transpose(3, 2, 0, 1)  # (R, S, I, O) -> (O, I, R, S)
    W, b = graph.tensor(f"{name}.W", kernel), graph.tensor(f"{name}.b", layer.params["b"])
    graph.add(
        "Conv",
        name,
        W,
        b,
        **_window(layer),
        dilations=list(layer.window.dilation),
        group=layer.groups,
    )


def _window(layer: Any) -> dict[str, Any]:
    (above, below), (left, right) = layer.window.padding
    return {
        "kernel_shape": list(layer.window.kernel),
        "strides": list(layer.window.stride),
        "pads": [above, left, below, right],
    }


def _norm(graph: _Graph, layer: BatchNorm2d, name: str) -> None:
    arrays = {**layer.params, **layer.statistics}
    order = ("gamma", "beta", "mean", "variance")
    names = [graph.tensor(f"{name}.{key}", arrays[key]) for key in order]
    graph.add("BatchNormalization", name, *names, epsilon=float(layer.epsilon))


def _avg_pool(graph: _Graph, layer: AvgPool2d, name: str) -> None:
    graph.add("AveragePool", name, **_window(layer), count_include_pad=int(layer.counts_padding))


def _global_pool(graph: _Graph, layer: GlobalAvgPool2d, name: str) -> None:
    graph.add("GlobalAveragePool", name)
    graph.add("Flatten", f"{name}_row", axis=1)


def _unflatten(graph: _Graph, layer: Unflatten, name: str) -> None:
    shape = graph.tensor(f"{name}.shape", [-1, *layer.shape], INT64)
    graph.add("Reshape", name, shape)
    if len(layer.shape) == 3:
        graph.add("Transpose", f"{name}_channels_first", perm=[0, 3, 1, 2])


def _flatten(graph: _Graph, layer: Flatten, name: str) -> None:
    graph.add("Transpose", f"{name}_channels_last", perm=[0, 2, 3, 1])
    graph.add("Flatten", name, axis=1)


def _clip(graph: _Graph, layer: Clip, name: str) -> None:
    low, high = (graph.tensor(f"{name}.{key}", getattr(layer, key)) for key in ("low", "high"))
    graph.add("Clip", name, low, high)


def _gelu(graph: _Graph, layer: GELU, name: str) -> None:
    """x · (1 + erf(x / √2)) / 2: an operator of its own only from opset 20 on."""
    source = graph.last
    root, one, half = (
        graph.tensor(f"{name}.{key}", value)
        for key, value in (("root", np.sqrt(2)), ("one", 1.0), ("half", 0.5))
    )
    graph.add("Div", f"{name}_scaled", root)
    graph.add("Erf", f"{name}_erf")
    graph.add("Add", f"{name}_plus", one)
    graph.add("Mul", f"{name}_times", source)
    graph.add("Mul", name, half)


def _nothing(graph: _Graph, layer: Any, name: str) -> None:
    """A layer that changes no number."""


_WRITERS: dict[type, Callable[[_Graph, Any, str], None]] = {
    Dense: _dense,
    Conv2d: _conv,
    BatchNorm2d: _norm,
    BatchNorm1d: _norm,
    MaxPool2d: lambda graph, layer, name: graph.add("MaxPool", name, **_window(layer)),
    AvgPool2d: _avg_pool,
    GlobalAvgPool2d: _global_pool,
    Unflatten: _unflatten,
    Flatten: _flatten,
    **dict.fromkeys((Dropout, Linear), _nothing),
    ReLU: lambda graph, layer, name: graph.add("Relu", name),
    LeakyReLU: lambda graph, layer, name: graph.add("LeakyRelu", name, alpha=float(layer.slope)),
    ELU: lambda graph, layer, name: graph.add("Elu", name, alpha=float(layer.alpha)),
    GELU: _gelu,
    Sigmoid: lambda graph, layer, name: graph.add("Sigmoid", name),
    Tanh: lambda graph, layer, name: graph.add("Tanh", name),
    Softplus: lambda graph, layer, name: graph.add("Softplus", name),
    Clip: _clip,
}


# ---------------------------------------------------------------- protobuf, the other way


def _varint(value: int) -> bytes:
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _integer(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


_message = _bytes


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode("utf-8"))


def _attribute(name: str, value: Any) -> bytes:
    """An AttributeProto of an integer, a float or a list of integers."""
    if isinstance(value, float):
        return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _integer(20, 1)
    if isinstance(value, int):
        return _text(1, name) + _integer(3, value) + _integer(20, 2)
    return _text(1, name) + b"".join(_integer(8, one) for one in value) + _integer(20, 7)


def _value_info(name: str, size: int) -> bytes:
    """A batch of rows of `size` floats."""
    dims = _message(1, _text(2, "batch")) + _message(1, _integer(1, size))
    tensor = _integer(1, FLOAT) + _message(2, dims)
    return _text(1, name) + _message(2, _message(1, tensor))
