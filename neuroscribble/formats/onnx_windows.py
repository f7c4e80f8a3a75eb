"""How ONNX says that a window moves: strides, dilations, and padding in four ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import WeightsError
from .chain import Chain
from .onnx_model import Node
from .row import Sides
from .same import same

Pair = tuple[int, int]


def window_of(node: Node) -> tuple[Pair, Pair]:
    """Stride and dilation, rows first."""
    return _pair(node.attributes.get("strides"), 1), _pair(node.attributes.get("dilations"), 1)


def padding_of(
    node: Node, shape: Sequence[int], kernel: Pair, stride: Pair, dilation: Pair
) -> Sides:
    """(above, below), (left, right), for maps of `shape` (rows, columns)."""
    automatic = node.attributes.get("auto_pad") or "NOTSET"
    if automatic in ("NOTSET", "VALID"):
        given = node.attributes.get("pads") if automatic == "NOTSET" else None
        top, left, bottom, right = given if given and len(given) == 4 else (0, 0, 0, 0)
        return (top, bottom), (left, right)
    sides = zip(shape, kernel, stride, dilation, strict=True)
    return tuple(same(*side, more_first=automatic == "SAME_LOWER") for side in sides)  # type: ignore[return-value]


def pool_of(chain: Chain, node: Node, *, mean: bool) -> None:
    """Hang a pooling on the chain."""
    kernel = _pair(node.attributes.get("kernel_shape"), 0)
    stride, dilation = window_of(node)
    if min(*kernel, *stride) < 1 or dilation != (1, 1):
        raise WeightsError(f"pooling with kernel {kernel} and dilation {dilation} is not read.")
    rows, columns = padding_of(node, chain.view.shape[1:], kernel, stride, dilation)
    if node.attributes.get("ceil_mode"):
        shape = chain.view.shape[1:]
        grown = tuple(
            (before, after + _ceiling(size + before + after, length, step))
            for size, (before, after), length, step in zip(
                shape, (rows, columns), kernel, stride, strict=True
            )
        )
        if mean and grown != (rows, columns):
            raise WeightsError("a mean of windows that reach over the edge is not read.")
        (rows, columns) = grown
    counts = bool(node.attributes.get("count_include_pad"))
    chain.pool(kernel, stride=stride, padding=(rows, columns), mean=mean, counts_padding=counts)


def pad(chain: Chain, node: Node, inputs: Sequence[Any]) -> None:
    """What a Pad puts around maps: zeros, or numbers that no maximum picks."""
    given = node.attributes.get("pads")
    pads = [int(n) for n in (given if given is not None else np.ravel(inputs[1]))]
    value = node.attributes.get("value", 0)
    if len(inputs) > 2 and inputs[2] is not None:
        value = np.ravel(inputs[2])[0] if np.size(inputs[2]) else 0
    is_lowest = value < -1e30
    if node.attributes.get("mode", "constant") != "constant" or (value and not is_lowest):
        raise WeightsError("only zeros around maps are read as padding.")
    rows = 1 + chain.rows_axis()
    wanted = (rows, rows + 1, rows + 4, rows + 5)
    if len(pads) != 8 or min(pads) < 0 or any(pads[i] for i in range(8) if i not in wanted):
        raise WeightsError(f"padding by {pads} is not read.")
    above, left, below, right = (pads[i] for i in wanted)
    sides = ((above, below), (left, right))
    chain.pad(sides, zero=not is_lowest)


def _ceiling(size: int, kernel: int, stride: int) -> int:
    """By how much the last window, where it is begun, reaches over the end."""
    left = (size - kernel) % stride
    return stride - left if left and size >= kernel else 0


def _pair(given: Any, usual: int) -> Pair:
    if given is None:
        return usual, usual
    if len(given) != 2:
        raise WeightsError(f"windows of {len(given)} axes are not read, only those of two.")
    return int(given[0]), int(given[1])
