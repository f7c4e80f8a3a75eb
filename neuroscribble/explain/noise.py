"""The smallest change of all pixels that turns the answer: adversarial noise, which no pen draws.

Step by step to the nearest border that the exact linear map of this moment knows, as DeepFool does
(Moosavi-Dezfooli, Fawzi and Frossard 2016), but no pixel leaves 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..nn.network import Network
from ..shapes import Floats
from .counterfactual import TINY, prepared, scores, slopes

MOST_STEPS = 50
BEYOND = 1.02  # times the way to the border, so that it is crossed …
LEAST_GAP = 1e-6  # … also by who stands on it


@dataclass(frozen=True)
class Noise:
    """An image that looks like the drawing and is read otherwise."""

    image: Floats  # (D,)
    probabilities: Floats  # (K,)
    norm: float  # L2 norm of the change


def smallest_noise(network: Network, image: Floats) -> Noise | None:
    """The nearest image that is read otherwise, as far as these steps find it; else None.

    image: (D,), ink in [0, 1]. Raises the same errors as `counterfactual`, but for a blank drawing.
    """
    network, drawing = prepared(network, image)
    x = drawing
    said = scores(network, x[None])[0]
    answer = int(said.argmax())
    for _ in range(MOST_STEPS):
        step = _step(x, slopes(network, x), said, answer)
        if step is None:
            return None
        x = np.clip(x + step, 0, 1)
        said = scores(network, x[None])[0]
        if said.argmax() != answer:
            norm = float(np.linalg.norm(x - drawing))
            return Noise(x, network.probabilities(x[None])[0], norm)
    return None


def _step(x: Floats, found: Floats, said: Floats, answer: int) -> Floats | None:
    """The shortest to where a class draws level, by pixels that have room; None: nothing helps."""
    slope = (found - found[:, [answer]]).T  # (K, D)
    ways = np.where(np.where(slope > 0, x < 1, x > 0), slope, 0)
    squares = (ways**2).sum(axis=1)
    gaps = said[answer] - said + LEAST_GAP
    can = squares > TINY
    if not can.any():
        return None
    distances = np.where(can, gaps / np.sqrt(np.maximum(squares, TINY)), np.inf)
    nearest = int(distances.argmin())
    step: Floats = ways[nearest] * (BEYOND * gaps[nearest] / squares[nearest])
    return step
