"""Which ink matters? The drawing without one piece of it, for every piece.

Pieces are squares, and all of them together are the drawing. What the answer's probability loses
with each of them does not add up to what it loses with all: the remainder is what pieces do
together, or in each other's place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..nn.network import Network
from ..shapes import Floats
from .counterfactual import prepared, scores, side_of

PIECES = 7  # along a side


@dataclass(frozen=True)
class Occlusion:
    """What the answer's probability loses without each piece of the ink."""

    answer: int
    losses: Floats  # (pieces, pieces), 0 where there is no ink
    whole: float  # what it loses without all ink
    remainder: float  # whole − Σ losses


def occlusion(network: Network, image: Floats) -> Occlusion:
    """Erase the ink piece by piece. Raises ShapeError and SettingsError as `counterfactual` does.

    image: (D,), ink in [0, 1].
    """
    network, drawing = prepared(network, image)
    side = side_of(network)
    size = -(-side // PIECES)  # pixels along a piece
    pieces = -(-side // size)
    rows, columns = np.divmod(np.arange(len(drawing)) // (len(drawing) // side**2), side)
    piece = rows // size * pieces + columns // size
    without = np.where(piece == np.arange(pieces**2)[:, None], 0, drawing)
    images = np.vstack([drawing, np.zeros_like(drawing), without])
    answer = int(scores(network, drawing[None])[0].argmax())
    told, blank, *others = network.probabilities(images)[:, answer]
    losses = told - np.array(others).reshape(pieces, pieces)
    whole = float(told - blank)
    return Occlusion(answer, losses, whole, whole - float(losses.sum()))
