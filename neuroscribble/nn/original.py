"""The program that a network comes from: asked the same inputs, it gives its own answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..shapes import Floats


class Original(NamedTuple):
    """What another program makes of the very file or model that a network was read from."""

    by: str  # "onnxruntime 1.20.1"
    probabilities: Callable[[Floats], Floats]  # (N, D) as the network reads them → (N, K)
    of: str | None = None  # fingerprint of the network that it speaks for, one that has not learned
