"""A film of a network's education: noise becomes receptive fields, edges, and an answer.

It goes from moment to moment in equal times; most moments are early, so the beginning is slow.
Between two of them the weights are blended, which is no training: accuracies are of the moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL.Image import Image

from neuroscribble.errors import SettingsError
from neuroscribble.nn.checkpoints import Education
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.shapes import Floats

from ..diagram.diagram import Diagram, diagram_of
from ..diagram.theme import Theme
from .film_picture import Painter, Scene

BEGIN, END = 0.06, 0.12  # shares of the film in which the first and the last moment stand


@dataclass(frozen=True)
class Film:
    """What is filmed: a network, its education, and an input that it reads at every moment."""

    network: Network
    education: Education
    ink: Floats  # (D,) as the network reads it
    theme: Theme

    def __post_init__(self) -> None:
        spec = input_of(self.network)
        is_dense = all(len(shape) == 1 for shape in self.network.output_shapes.values())
        if not (spec.is_square and is_dense):
            raise SettingsError("a film shows networks of dense layers that read square pictures.")
        if len(self.education.checkpoints) < 2:
            raise SettingsError("a film needs at least two moments of the training.")

    def frames(self, n: int, size: tuple[int, int]) -> Iterator[Image]:
        """`n` pictures of `size` (width, height) pixels, the first before the training."""
        past = self.network.copy(dtype=np.float32)
        past.usual = dict(self.education.checkpoints[-1].usual or self.network.usual)
        at_end = self.network.probabilities(self.ink[None])[0]
        painter = Painter(self._diagram(past), self.education, self.theme, size, at_end)
        last = len(self.education.checkpoints) - 1
        for frame in range(n):
            time = np.clip((frame / max(1, n - 1) - BEGIN) / (1 - BEGIN - END), 0, 1) * last
            before = min(int(time), last - 1)
            self._blend(past, before, _smooth(float(time) - before))
            yield painter.paint(Scene(float(time), past, self.ink))

    def _diagram(self, past: Network) -> Diagram:
        way = ("usual", "network") if past.usual else ("weight", "unit")
        return diagram_of(past, choose=way[0], spread=way[1])

    def _blend(self, past: Network, before: int, share: float) -> None:
        """Make `past` what lies between two checkpoints, in place: the views of links stay good."""
        one, other = self.education.checkpoints[before : before + 2]
        past.parameters.flat[...] = (1 - share) * one.parameters + share * other.parameters
        if one.usual and other.usual:
            past.usual = {
                key: replace(
                    usual,
                    deviation=(1 - share) * usual.deviation + share * other.usual[key].deviation,
                )
                for key, usual in one.usual.items()
            }


def _smooth(share: float) -> float:
    """Gently off, gently on: 3 s² − 2 s³."""
    return share * share * (3 - 2 * share)
