"""Parts of a page in fewer bytes: deflated, and written as base64 between two tags.

Of a payload, which is plain values and arrays, two things are packed: JSON that tells of each array
only where it stands, and all arrays one behind the other. In float32 the lowest bytes of all
numbers come first, then the next ones, and at last the highest, signs and exponents, which are
much alike: a sixth less, and every bit comes back. `formats/packed.js` is the twin.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_json(value: Any, *, default: Any = None) -> str:
    """Compact JSON; arrays and bytes are base64 in it, unless `default` says otherwise."""
    return json.dumps(
        value,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=default or (lambda array: _base64(_bytes_of(array))),
    )


def packed_text(text: str) -> str:
    """Some text, such as a script."""
    return _base64(zlib.compress(text.encode("utf-8"), 9))


def packed_payload(value: Any) -> str:
    """Plain values, float32 arrays and bytes: two packed parts on lines of their own."""
    arrays: list[bytes] = []
    end = 0

    def place(array: Any) -> dict[str, Any]:
        """What stands in JSON for an array: its kind, and where in the bytes it begins and ends."""
        nonlocal end
        content = _bytes_of(array)
        is_floats = isinstance(array, np.ndarray)
        arrays.append(_sorted(content) if is_floats else content)
        begin, end = end, end + len(content)
        return {"packed": [begin, end], "floats": is_floats}

    text = packed_text(as_json(value, default=place))
    return f"{text}\n{_base64(_deflated(b''.join(arrays)))}"


def _bytes_of(array: NDArray[np.float32] | bytes) -> bytes:
    if isinstance(array, bytes):
        return array
    if not isinstance(array, np.ndarray) or array.dtype != np.dtype("<f4"):
        raise TypeError(f"a payload holds plain values, bytes and float32; got {array!r}.")
    return array.tobytes()


def _sorted(floats: bytes) -> bytes:
    """The first byte of each number, then the second of each, the third, the fourth."""
    return np.frombuffer(floats, np.uint8).reshape(-1, 4).T.tobytes()


def _deflated(content: bytes) -> bytes:
    """By frequency and runs alone: numbers repeat nothing else, and to look for it takes long."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(content) + packer.flush()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
