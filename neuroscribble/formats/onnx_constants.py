"""What ONNX computes from constants alone: shapes that exporters spell out, weights turned over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import WeightsError
from .named import Array
from .onnx_model import Node

MAX_FOLDED = 2**24  # numbers in one result
NUMPY_TYPES = {1: np.float32, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16, 11: np.float64}


def constant(node: Node) -> Array:
    """The array of a Constant node."""
    for key in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        if node.attributes.get(key) is not None:
            kind = np.float32 if "float" in key else None if key == "value" else np.int64
            return np.asarray(node.attributes[key], kind)
    raise WeightsError(f"the constant {node.name!r:.60} holds no numbers.")


def fold(node: Node, inputs: Sequence[Array | None]) -> Array:
    """The result of a node whose inputs are all known; WeightsError for what is not computed."""
    if node.op not in _FOLDS:
        raise WeightsError(f"the operator {node.op} of constants is not read.")
    result = np.asarray(_FOLDS[node.op](node, inputs))
    if result.size > MAX_FOLDED or result.dtype.kind not in "fiub":
        raise WeightsError(f"the operator {node.op} makes {result.size:,} constants.")
    return result


def axes_of(node: Node, inputs: Sequence[Any]) -> list[int] | None:
    """Axes are an attribute up to opset 12, an input after it."""
    if node.attributes.get("axes") is not None:
        return [int(axis) for axis in node.attributes["axes"]]
    if len(inputs) > 1 and isinstance(inputs[1], np.ndarray):
        return [int(axis) for axis in inputs[1].ravel()]
    return None


def _cast(node: Node, inputs: Sequence[Any]) -> Array:
    kind = NUMPY_TYPES.get(node.attributes.get("to", 0))
    return inputs[0] if kind is None else inputs[0].astype(kind)  # type: ignore[no-any-return]


def _reshape(node: Node, inputs: Sequence[Any]) -> Array:
    sizes = node.attributes.get("shape") or [int(n) for n in inputs[1].ravel()]
    shape = [inputs[0].shape[i] if size == 0 else size for i, size in enumerate(sizes)]
    return inputs[0].reshape(shape)  # type: ignore[no-any-return]


def _unsqueeze(node: Node, inputs: Sequence[Any]) -> Array:
    axes = axes_of(node, inputs) or []
    expanded: Array = np.expand_dims(inputs[0], tuple(axes[:8]))
    return expanded


def _squeeze(node: Node, inputs: Sequence[Any]) -> Array:
    axes = axes_of(node, inputs)
    squeezed: Array = np.squeeze(inputs[0], None if axes is None else tuple(axes))
    return squeezed


def _slice(node: Node, inputs: Sequence[Any]) -> Array:
    if node.attributes.get("starts") is not None:
        starts, ends = node.attributes["starts"], node.attributes["ends"]
        axes, steps = node.attributes.get("axes"), None
    else:
        starts, ends, axes, steps = ([*inputs[1:], None, None])[:4]
    where = range(len(starts)) if axes is None else axes
    cut = [slice(None)] * inputs[0].ndim
    for i, axis in enumerate(where):
        cut[int(axis)] = slice(int(starts[i]), int(ends[i]), 1 if steps is None else int(steps[i]))
    return inputs[0][tuple(cut)]  # type: ignore[no-any-return]


def _filled(node: Node, inputs: Sequence[Any]) -> Array:
    shape = tuple(int(n) for n in inputs[0].ravel())
    if len(shape) > 8 or any(n < 0 for n in shape) or np.prod(shape, dtype=float) > MAX_FOLDED:
        raise WeightsError(f"a constant of shape {shape!r:.60} is not made.")
    value = node.attributes.get("value")
    return np.full(shape, 0.0 if value is None else value.ravel()[0])


def _concat(node: Node, inputs: Sequence[Any]) -> Array:
    axis = node.attributes.get("axis", 0)
    joined: Array = np.concatenate([one for one in inputs if one is not None], axis)
    return joined


def _transpose(node: Node, inputs: Sequence[Any]) -> Array:
    return np.transpose(inputs[0], node.attributes.get("perm"))


def _dequantized(node: Node, inputs: Sequence[Any]) -> Array:
    """(x − zero) · scale, each along an axis or for all."""
    x, scale, zero = [*inputs, None][:3]
    shape = [1] * x.ndim
    if scale.size > 1:
        shape[node.attributes.get("axis", 1)] = -1
        scale, zero = scale.reshape(shape), None if zero is None else zero.reshape(shape)
    return (x.astype(np.float64) - (0 if zero is None else zero)) * scale  # type: ignore[no-any-return]


_FOLDS: dict[str, Callable[[Node, Sequence[Any]], Any]] = {
    "Identity": lambda node, x: x[0],
    "Cast": _cast,
    "Reshape": _reshape,
    "Flatten": lambda node, x: x[0].reshape(
        int(np.prod(x[0].shape[: node.attributes.get("axis", 1)])), -1
    ),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze,
    "Slice": _slice,
    "Concat": _concat,
    "ConstantOfShape": _filled,
    "DequantizeLinear": _dequantized,
    "Shape": lambda node, x: np.array(x[0].shape, np.int64),
    "Gather": lambda node, x: np.take(x[0], x[1].astype(int), node.attributes.get("axis", 0)),
    "Add": lambda node, x: x[0] + x[1],
    "Sub": lambda node, x: x[0] - x[1],
    "Mul": lambda node, x: x[0] * x[1],
    "Div": lambda node, x: x[0] // x[1] if x[0].dtype.kind in "iu" else x[0] / x[1],
    "Neg": lambda node, x: -x[0],
    "Sqrt": lambda node, x: np.sqrt(x[0]),
    "Reciprocal": lambda node, x: 1 / x[0],
    "ReduceProd": lambda node, x: np.prod(x[0]),
}
