"""All parameters of a network live in ONE contiguous vector, in which every layer has its views.

An optimizer then needs a few passes over a single array, a copy for "best so far" or "undo" is
one copy, and a name like `dense1.W` still finds the matrix. Behind the parameters stand the
statistics that some layers keep: a copy takes them along, and their gradient is always zero, so
that no optimizer moves them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from numpy.typing import DTypeLike

from ..arrays import HERE, Place, namespace
from ..shapes import Floats, Params

Shapes = Mapping[str, Mapping[str, tuple[int, ...]]]  # layer → short name → shape


class FlatParams:
    """One contiguous vector `flat` and views into it for every parameter and statistic.

    `views` finds parameters by full name, "dense1.W", `layers` by layer and short name: "dense1",
    "W"; `statistics` finds what stands behind the `n_learned` numbers of the parameters.
    """

    def __init__(
        self,
        shapes: Shapes,
        dtype: DTypeLike,
        *,
        statistics: Shapes | None = None,
        place: Place = HERE,
    ) -> None:
        kept = statistics or {}
        self.n_learned = _count(shapes)
        self.flat: Floats = place.zeros(self.n_learned + _count(kept), dtype)
        self.layers = _views(self.flat[: self.n_learned], shapes)
        self.statistics = _views(self.flat[self.n_learned :], kept)
        self.views: Params = {
            f"{layer}.{name}": view
            for layer, named in self.layers.items()
            for name, view in named.items()
        }


def _count(shapes: Shapes) -> int:
    return sum(math.prod(shape) for named in shapes.values() for shape in named.values())


def _views(flat: Floats, shapes: Shapes) -> dict[str, Params]:
    """Views of these shapes into `flat`, one behind the other."""
    views: dict[str, Params] = {}
    start = 0
    for layer, named in shapes.items():
        views[layer] = {}
        for name, shape in named.items():
            stop = start + math.prod(shape)
            views[layer][name] = namespace(flat).reshape(flat[start:stop], shape)
            start = stop
    return views
