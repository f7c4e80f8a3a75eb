"""Parts of a page in fewer bytes: deflated, and written as letters between two tags.

Of a payload, which is plain values and arrays, two things are packed: JSON that tells of each array
only where it stands, and all arrays one behind the other. In float32 the lowest bytes of all
numbers come first, then the next ones, and at last the highest, signs and exponents, which are
much alike: a sixth less, and every bit comes back. Numbers that are whole multiples of one power
of two, as those of rounded weights, are the multiples alone, two bytes each, sorted in the same
way. Four bytes are five of 85 letters, where base64 would need five and a third.
`formats/packed.js` and `formats/letters.js` are the twins.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 2**15 - 1  # multiples of a step
LARGE = 2**22  # bytes of arrays in which nothing is looked for that repeats: it would take long
BLOCKS = 6  # zlib's memLevel: blocks of 4,096 symbols, each with its own code, pack best
FIRST = ord("(")  # of the letters …
INSTEAD = {"<": "}", ">": "~", "\\": "!"}  # … without those that mean something in HTML or JSON
SMALLEST = 1e-30  # largest number of an array whose step float32 still holds


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
    return as_letters(_deflated(text.encode("utf-8"), zlib.Z_DEFAULT_STRATEGY))


def packed_payload(value: Any) -> str:
    """Plain values, float32 arrays and bytes: two packed parts on lines of their own."""
    arrays: list[bytes] = []
    end = 0

    def place(array: Any) -> dict[str, Any]:
        """What stands in JSON for an array: its kind, and where in the bytes it begins and ends."""
        nonlocal end
        described: dict[str, Any] = {}
        content = _bytes_of(array)
        if isinstance(array, np.ndarray):
            step = common_step(array)
            described = {"floats": True} if step is None else {"step": step}
            content = _sorted(content, 4) if step is None else _sorted(_multiples(array, step), 2)
        arrays.append(content)
        begin, end = end, end + len(content)
        return {"packed": [begin, end], **described}

    text, content = packed_text(as_json(value, default=place)), b"".join(arrays)
    strategy = zlib.Z_RLE if len(content) > LARGE else zlib.Z_FILTERED
    return f"{text}\n{as_letters(_deflated(content, strategy))}"


def _bytes_of(array: NDArray[np.float32] | bytes) -> bytes:
    if isinstance(array, bytes):
        return array
    if not isinstance(array, np.ndarray) or array.dtype != np.dtype("<f4"):
        raise TypeError(f"a payload holds plain values, bytes and float32; got {array!r}.")
    return array.tobytes()


def common_step(array: NDArray[np.float32]) -> float | None:
    """The largest power of two of which all are multiples, none more than MOST times; else None."""
    largest = float(np.abs(array).max(initial=0))
    if not SMALLEST < largest < math.inf or np.signbit(array[array == 0]).any():
        return None
    finest = 2.0 ** (math.frexp(largest)[1] - MOST.bit_length())
    for some in (array[:1000], array):
        multiples = some / np.float32(finest)
        if (multiples != np.rint(multiples)).any():
            return None
    bits = int(np.bitwise_or.reduce(np.abs(multiples).astype(np.int32)))
    return finest * (bits & -bits)


def _multiples(array: NDArray[np.float32], step: float) -> bytes:
    """0, −1, 1, −2, … as 0, 1, 2, 3, …: the higher byte of small ones is 0, whatever the sign."""
    n = np.rint(array / np.float32(step)).astype(np.int32)
    return np.where(n < 0, -2 * n - 1, 2 * n).astype("<u2").tobytes()


def _sorted(numbers: bytes, size: int) -> bytes:
    """The first byte of each number of so many bytes, then the second of each, and so on."""
    return np.frombuffer(numbers, np.uint8).reshape(-1, size).T.tobytes()


def _deflated(content: bytes, strategy: int) -> bytes:
    """Weights repeat nothing but runs of zeros; places do, and they count in a small page."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, BLOCKS, strategy)
    return packer.compress(content) + packer.flush()


def as_letters(content: bytes) -> str:
    """Each four bytes, the highest first, as five digits of 85; of the last ones as few as tell."""
    n_missing = -len(content) % 4
    words = np.frombuffer(content + b"\0" * n_missing, ">u4")
    letters = np.empty((words.size, 5), np.uint8)
    for place in reversed(range(5)):
        words, letters[:, place] = np.divmod(words, 85)
    letters += FIRST
    for letter, other in INSTEAD.items():
        letters[letters == ord(letter)] = ord(other)
    return letters.tobytes()[: 5 * words.size - n_missing].decode("ascii")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
