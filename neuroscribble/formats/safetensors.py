"""safetensors: a length, a JSON object that says where each array lies, and the arrays.

https://huggingface.co/docs/safetensors: 8 bytes little-endian n, n bytes of JSON {name: {"dtype",
"shape", "data_offsets": [begin, end]}}, and then the bytes that the offsets count in.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from ..errors import WeightsError
from .arrays import Found
from .named import MAX_ARRAYS, Array
from .raw import TYPES, from_bytes, shaped

MAX_HEADER = 8 * 2**20  # bytes of JSON


def safetensors_arrays(content: bytes) -> Found:
    """All arrays in the bytes of a safetensors file; every size is checked before it is believed.

    Matrices are (outputs, inputs), as PyTorch has them.
    """
    n = int.from_bytes(content[:8], "little")
    if not 2 <= n <= min(MAX_HEADER, len(content) - 8):
        raise WeightsError(f"its header claims {n:,} bytes, but {len(content) - 8:,} follow.")
    try:
        header = json.loads(content[8 : 8 + n])
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"its header is no JSON ({error}).") from error
    if not isinstance(header, dict) or len(header) > MAX_ARRAYS:
        raise WeightsError(f"its header must be an object of at most {MAX_ARRAYS:,} arrays.")
    data = memoryview(content)[8 + n :]
    arrays: dict[str, Array] = {}
    unread: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        kind, shape, (begin, end) = _entry(name, entry)
        if not 0 <= begin <= end <= len(data):
            raise WeightsError(f"{name!r:.80} claims bytes {begin} to {end} of {len(data)}.")
        spans.append((begin, end))
        if kind not in TYPES:
            unread[name] = f"holds {kind:.20}"
            continue
        itemsize = np.dtype(TYPES[kind]).itemsize
        if math.prod(shape) * itemsize != end - begin:
            raise WeightsError(
                f"{name!r:.80} claims shape {shape!r:.80} of {kind}, but has {end - begin:,} bytes."
            )
        arrays[name] = shaped(name, from_bytes(kind, data[begin:end]), shape)
    spans.sort()
    if any(first[1] > second[0] for first, second in zip(spans, spans[1:], strict=False)):
        raise WeightsError("its arrays overlap.")
    return Found("safetensors", arrays, unread, rows_are_inputs=False, kernels_last=False)


def _entry(name: str, entry: Any) -> tuple[str, list[int], tuple[int, int]]:
    """dtype, shape and offsets of one array in the header."""
    try:
        kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        good = isinstance(kind, str) and all(
            type(x) is int and x >= 0 for x in (*shape, begin, end)
        )
    except (TypeError, KeyError, ValueError):
        good = False
    if not good or len(shape) > 8:
        raise WeightsError(f"{name!r:.80} must have a dtype, a shape and data_offsets.")
    return kind, list(shape), (begin, end)
