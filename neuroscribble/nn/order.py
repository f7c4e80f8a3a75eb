"""Layers in the order in which pictures show them; the network computes the same.

A picture shows of each column one sum and one activation for every unit, and the pooling behind
it. Some networks pool before their activation, or normalize afterwards. But the largest of some
numbers stays the largest under a function that never falls, and a mean may be normalized before or
after it is taken: so activations and normalizations move forward until they stand behind their
weights.
"""

from __future__ import annotations

from collections.abc import Mapping

from .activations import Linear
from .averaging import AvgPool2d, GlobalAvgPool2d
from .kinds import Role, role_of
from .layers import Activation, Layer
from .normalization import BatchNorm2d, Dropout
from .pooling import Flatten, MaxPool2d
from .windows import NO_PADDING

Named = list[tuple[str, Layer]]


def usual_order(layers: Mapping[str, Layer]) -> dict[str, Layer]:
    """The same layers, activations and normalizations as near behind their weights as can be.

    In evaluation they compute the same; what cannot be moved stays where it is.
    """
    ordered: Named = []
    for one in layers.items():
        ordered.append(one)
        for at in range(len(ordered) - 1, 0, -1):
            (before, passed), (name, layer) = ordered[at - 1 : at + 1]
            moved = _in_front_of(passed, layer, _stage(ordered[:at]))
            if moved is None:
                break
            ordered[at - 1 : at + 1] = [(name, moved), (before, passed)]
    return dict(_without_idle_linear(ordered))


def _stage(ordered: Named) -> list[Layer]:
    """The last layer with weights and those behind it; all, where there is none."""
    starts = [at for at, (_, layer) in enumerate(ordered) if role_of(layer) is Role.LINK]
    return [layer for _, layer in ordered[starts[-1] if starts else 0 :]]


def _in_front_of(passed: Layer, layer: Layer, stage: list[Layer]) -> Layer | None:
    """The layer as it is in front of the one that it passes; None where it must not.

    stage: the layers before it, from the last one with weights on.
    """
    if isinstance(layer, Activation):
        if any(isinstance(one, Activation) and not isinstance(one, Linear) for one in stage):
            return None  # a second one is no part of a picture, wherever it stands
        falls = isinstance(passed, MaxPool2d) and not layer.never_falls
        may = isinstance(passed, MaxPool2d | Flatten | Dropout) and not falls
        return layer if may else None
    if isinstance(layer, BatchNorm2d):
        if isinstance(passed, GlobalAvgPool2d):
            return BatchNorm2d.from_arrays(
                **layer.params, **layer.statistics, momentum=layer.momentum, epsilon=layer.epsilon
            )
        if isinstance(passed, MaxPool2d):
            return layer if (layer.params["gamma"] >= 0).all() else None
        if isinstance(passed, AvgPool2d):
            counts_zeros = passed.counts_padding and passed.window.padding != NO_PADDING
            return None if counts_zeros else layer
        return layer if isinstance(passed, Dropout) else None
    return None


def _without_idle_linear(ordered: Named) -> Named:
    """Linear activations left out where another one follows before the next weights."""
    return [
        (name, layer)
        for at, (name, layer) in enumerate(ordered)
        if not (isinstance(layer, Linear) and _activation_behind(ordered[at + 1 :]))
    ]


def _activation_behind(ordered: Named) -> bool:
    for _, layer in ordered:
        if role_of(layer) is Role.LINK:
            return False
        if role_of(layer) is Role.ACTIVATION:
            return True
    return False
