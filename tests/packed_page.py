"""What a page's file holds packed, read in Python as the page reads it itself."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import numpy as np

B85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"


def payload_in(page: str) -> dict[str, Any]:
    """The payload, an array of float32 or bytes for each of its arrays."""
    words, arrays = (_inflated(part) for part in _part("payload", page).split("\n"))

    def placed(value: dict[str, Any]) -> Any:
        if "packed" not in value:
            return value
        begin, end = value["packed"]
        content = arrays[begin:end]
        if "step" in value:
            n = np.frombuffer(content, np.uint8).reshape(2, -1).T.copy().view("<u2").reshape(-1)
            signed = np.where(n % 2, -(n.astype(np.int32) + 1) // 2, n // 2)
            return (signed * value["step"]).astype(np.float32)
        if "floats" not in value:
            return content
        return np.frombuffer(content, np.uint8).reshape(4, -1).T.copy().view("<f4").reshape(-1)

    payload: dict[str, Any] = json.loads(words, object_hook=placed)
    return payload


def graph_in(page: str) -> str:
    """The script that draws the graph: vis-network, then what PyVis wrote."""
    return _inflated(_part("graph", page)).decode("utf-8")


def _part(name: str, page: str) -> str:
    found = re.search(rf'<script type="text/plain" id="{name}">(.*?)</script>', page, re.S)
    assert found is not None, name
    return found[1].strip()


def _inflated(text: str) -> bytes:
    return zlib.decompress(bytes_of(text))


def bytes_of(letters: str) -> bytes:
    """Five letters are four bytes: the alphabet of `base64.b85decode` in another order."""
    ours = "".join(map(chr, range(40, 125))).translate(str.maketrans("<>\\", "}~!"))
    return base64.b85decode(letters.translate(str.maketrans(ours, B85)))
