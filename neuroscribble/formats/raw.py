"""Raw bytes as arrays of a named type, where PyTorch, safetensors and ONNX keep their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..errors import WeightsError
from .named import Array

MAX_ELEMENTS = 2**25
TYPES = {
    **{"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?"},
    **{"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1"},
    **{"U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1"},
}


def from_bytes(kind: str, content: bytes | memoryview) -> Array:
    """All numbers in the bytes, of a type in `TYPES`; BF16 comes as float32."""
    if kind not in TYPES:
        raise WeightsError(f"numbers of type {kind!r:.40} are not read.")
    dtype = np.dtype(TYPES[kind])
    if len(content) % dtype.itemsize:
        raise WeightsError(f"{len(content):,} bytes are no whole number of {kind}.")
    array: Array = np.frombuffer(content, dtype)
    return _widened(array) if kind == "BF16" else array


def shaped(what: str, array: Array, shape: Sequence[int]) -> Array:
    """`array` in this shape; raises WeightsError unless it has exactly as many numbers."""
    sizes = tuple(shape)
    good = all(type(size) is int and size >= 0 for size in sizes) and len(sizes) <= 8
    if not good or math.prod(sizes) != array.size:
        raise WeightsError(
            f"{what} claims the shape {sizes!r:.80}, but has {array.size:,} numbers."
        )
    return array.reshape(sizes)


def _widened(halves: Array) -> Array:
    """bfloat16 is the upper half of a float32."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
