"""What each operator of ONNX is as a layer of ours; a new operator is a new row at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.activations import ELU, GELU, Clip, LeakyReLU, Sigmoid, Softplus, Tanh
from ..nn.layers import ReLU
from .chain import Chain
from .named import Array
from .onnx_constants import axes_of
from .onnx_model import Node
from .onnx_windows import pad, padding_of, pool_of, window_of

SELU_SCALE = 1.0507009873554805


class Live:
    """The numbers that run through the network, at one point of the chain."""

    def __init__(self, step: int) -> None:
        self.step = step


def _first_is_live(inputs: list[Any]) -> None:
    if not isinstance(inputs[0], Live):
        raise WeightsError("the numbers of the network must come first, the weights second.")


def _matmul(chain: Chain, node: Node, inputs: list[Any]) -> None:
    _first_is_live(inputs)
    chain.dense(inputs[1], None)


def _gemm(chain: Chain, node: Node, inputs: list[Any]) -> None:
    _first_is_live(inputs)
    if node.attributes.get("transA"):
        raise WeightsError("a transposed input is not read.")
    W = inputs[1].T if node.attributes.get("transB") else inputs[1]
    chain.dense(np.asarray(W, np.float64) * node.attributes.get("alpha", 1.0), None)
    if len(inputs) > 2 and inputs[2] is not None:
        beta = node.attributes.get("beta", 1.0)
        chain.affine(1.0, _for_sample(np.asarray(inputs[2], np.float64) * beta, chain))


def _for_sample(array: Array, chain: Chain) -> Array:
    """A constant without its batch axis."""
    if array.ndim == chain.view.ndim + 1 and len(array) == 1:
        return array.reshape(array.shape[1:])
    return array


def _arithmetic(op: str) -> Callable[[Chain, Node, list[Any]], None]:
    def apply(chain: Chain, node: Node, inputs: list[Any]) -> None:
        live_first = isinstance(inputs[0], Live)
        c = _for_sample(np.asarray(inputs[1] if live_first else inputs[0], np.float64), chain)
        if op == "Add":
            chain.affine(1.0, c)
        elif op == "Mul":
            chain.affine(c, 0.0)
        elif op == "Sub":
            chain.affine(*((1.0, -c) if live_first else (-1.0, c)))
        elif live_first and c.all():
            chain.affine(1.0 / c, 0.0)
        else:
            raise WeightsError("a division by the network's numbers, or by zero, is not read.")

    return apply


def _scaler(chain: Chain, node: Node, inputs: list[Any]) -> None:
    """(x − offset) · scale, from ONNX's operators for machine learning."""
    offset = np.array(node.attributes.get("offset") or [0.0])
    scale = np.array(node.attributes.get("scale") or [1.0])
    chain.affine(scale, -offset * scale)


def _conv(chain: Chain, node: Node, inputs: list[Any]) -> None:
    _first_is_live(inputs)
    if inputs[1].ndim != 4:
        raise WeightsError(f"kernels of {inputs[1].ndim - 2} axes are not read, only those of two.")
    W = np.asarray(inputs[1]).transpose(2, 3, 1, 0)  # (O, I, R, S) -> (R, S, I, O)
    (height, width), stride, dilation = W.shape[:2], *window_of(node)
    chain.conv(
        W,
        inputs[2] if len(inputs) > 2 else None,
        stride=stride,
        padding=padding_of(node, chain.view.shape[1:], (height, width), stride, dilation),
        dilation=dilation,
        groups=int(node.attributes.get("group", 1)),
    )


def _global_pool(chain: Chain, node: Node, inputs: list[Any]) -> None:
    chain.global_pool()
    chain.reshape((-1, 1, 1))


def _reduce_mean(chain: Chain, node: Node, inputs: list[Any]) -> None:
    axes = axes_of(node, inputs)
    ndim = chain.view.ndim
    places = sorted(axis % (ndim + 1) for axis in axes or ())
    if ndim != 3 or places not in ([2, 3], [1, 2]):
        raise WeightsError(f"a mean over the axes {axes} is not read, only one over whole maps.")
    if places == [1, 2]:
        chain.transpose((2, 0, 1))
    chain.global_pool()
    if node.attributes.get("keepdims", 1):
        chain.reshape((-1, 1, 1) if places == [2, 3] else (1, 1, -1))


def _batch_norm(chain: Chain, node: Node, inputs: list[Any]) -> None:
    _first_is_live(inputs)
    epsilon = float(node.attributes.get("epsilon", 1e-5))
    chain.batch_norm(*inputs[1:5], epsilon=epsilon, axis=0)


def _flatten(chain: Chain, node: Node, inputs: list[Any]) -> None:
    axis = int(node.attributes.get("axis", 1))
    if axis not in (1, -chain.view.ndim):
        raise WeightsError(f"flattening from axis {axis} on is not read.")
    chain.flatten()


def _reshape(chain: Chain, node: Node, inputs: list[Any]) -> None:
    told = node.attributes.get("shape")
    sizes = [int(n) for n in (told if told is not None else inputs[1].ravel())]
    before = (1, *chain.view.shape)
    shape = [
        before[i] if size == 0 and i < len(before) else size for i, size in enumerate(sizes[:8])
    ]
    if len(shape) < 2 or shape.count(-1) > 1:
        raise WeightsError(f"a reshape to {sizes!r:.60} mixes samples, which is not read.")
    chain.reshape(shape[1:])


def _transpose(chain: Chain, node: Node, inputs: list[Any]) -> None:
    perm = node.attributes.get("perm") or list(reversed(range(chain.view.ndim + 1)))
    if not perm or perm[0] != 0:
        raise WeightsError("a transpose of the batch axis is not read.")
    chain.transpose([axis - 1 for axis in perm[1:]])


def _squeeze(chain: Chain, node: Node, inputs: list[Any]) -> None:
    axes, shape = axes_of(node, inputs), (1, *chain.view.shape)
    gone = (
        {i for i, n in enumerate(shape) if n == 1 and i}
        if axes is None
        else {axis % len(shape) for axis in axes}
    )
    if 0 in gone or any(shape[i] != 1 for i in gone):
        raise WeightsError(f"squeezing the axes {axes} of {shape} is not read.")
    chain.reshape([n for i, n in enumerate(shape) if i and i not in gone])


def _unsqueeze(chain: Chain, node: Node, inputs: list[Any]) -> None:
    axes = axes_of(node, inputs) or []
    ndim = chain.view.ndim + 1 + len(axes)
    new = {axis % ndim for axis in axes}
    if 0 in new or ndim > 8:
        raise WeightsError("a new batch axis is not read.")
    sizes = iter(chain.view.shape)
    chain.reshape([1 if i in new else next(sizes) for i in range(1, ndim)])


def _clip(chain: Chain, node: Node, inputs: list[Any]) -> None:
    given = [*inputs, None, None]
    low, high = (
        node.attributes.get(key) if given[i] is None else given[i].item()
        for i, key in ((1, "min"), (2, "max"))
    )
    bottom, top = (
        float(low if low is not None else "-inf"),
        float(high if high is not None else "inf"),
    )
    if bottom == 0 and top > 1e30:
        chain.activation("relu", ReLU())
    elif bottom < -1e30 or top > 1e30:
        raise WeightsError(f"a clip from {bottom:g} to {top:g} is not read.")
    else:
        chain.activation("clip", Clip(bottom, top))


def _maximum(chain: Chain, node: Node, inputs: list[Any]) -> None:
    constants = [one for one in inputs if not isinstance(one, Live)]
    if len(constants) != 1 or np.any(constants[0]):
        raise WeightsError("a maximum with other numbers than 0 is not read.")
    chain.activation("relu", ReLU())


def _prelu(chain: Chain, node: Node, inputs: list[Any]) -> None:
    _first_is_live(inputs)
    slopes = np.unique(inputs[1])
    if slopes.size != 1:
        raise WeightsError("slopes that differ from map to map are not read.")
    chain.activation("leakyrelu", LeakyReLU(float(slopes[0])))


def _selu(chain: Chain, node: Node, inputs: list[Any]) -> None:
    """γ · ELU with a steeper α."""
    chain.activation("elu", ELU(float(node.attributes.get("alpha", 1.6732632423543772))))
    chain.affine(float(node.attributes.get("gamma", SELU_SCALE)), 0.0)


def _hard_sigmoid(chain: Chain, node: Node, inputs: list[Any]) -> None:
    alpha, beta = node.attributes.get("alpha", 0.2), node.attributes.get("beta", 0.5)
    chain.affine(alpha, beta)
    chain.activation("clip", Clip(0.0, 1.0))


def _softmax(chain: Chain, node: Node, inputs: list[Any]) -> None:
    axis = node.attributes.get("axis", 1 if chain.view.ndim == 1 else -1)
    if axis not in (1, -1) or chain.view.ndim != 1 and axis != -1:
        raise WeightsError(f"a softmax along axis {axis} is not read.")
    chain.softmax()


def _nothing(chain: Chain, node: Node, inputs: list[Any]) -> None:
    pass


OPERATORS: dict[str, Callable[[Chain, Node, list[Any]], None]] = {
    **dict.fromkeys(("Identity", "Cast"), _nothing),
    "Dropout": lambda c, n, i: c.dropout(float(n.attributes.get("ratio", 0.5))),
    "MatMul": _matmul,
    "Gemm": _gemm,
    "Conv": _conv,
    "BatchNormalization": _batch_norm,
    "MaxPool": lambda c, n, i: pool_of(c, n, mean=False),
    "AveragePool": lambda c, n, i: pool_of(c, n, mean=True),
    "GlobalAveragePool": _global_pool,
    "ReduceMean": _reduce_mean,
    "Pad": pad,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    **{op: _arithmetic(op) for op in ("Add", "Sub", "Mul", "Div")},
    "Scaler": _scaler,
    "Relu": lambda c, n, i: c.activation("relu", ReLU()),
    "LeakyRelu": lambda c, n, i: c.activation(
        "leakyrelu", LeakyReLU(float(n.attributes.get("alpha", 0.01)))
    ),
    "PRelu": _prelu,
    "Elu": lambda c, n, i: c.activation("elu", ELU(float(n.attributes.get("alpha", 1.0)))),
    "Selu": _selu,
    "Gelu": lambda c, n, i: c.activation(
        "gelu", GELU("tanh" if n.attributes.get("approximate") == "tanh" else "erf")
    ),
    "Sigmoid": lambda c, n, i: c.activation("sigmoid", Sigmoid()),
    "HardSigmoid": _hard_sigmoid,
    "Tanh": lambda c, n, i: c.activation("tanh", Tanh()),
    "Softplus": lambda c, n, i: c.activation("softplus", Softplus()),
    "Clip": _clip,
    "Max": _maximum,
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
}
