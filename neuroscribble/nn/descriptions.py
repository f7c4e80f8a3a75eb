"""What a file tells of layers: {"name", "kind", …settings} of each, in order.

From that alone follows which arrays belong to a layer and of what shape, so a file can be checked
before any layer is made. Settings that a kind has as options are told only where they are not the
usual ones, so that files of usual layers stay as they always were.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import NeuroscribbleError, WeightsError
from ..shapes import Params
from .kinds import KINDS, ArrayShapes, Settings, kind_of
from .layers import KeepsStatistics, Layer
from .settings import COUNT, RULES

MAX_LAYERS = 200
NAME = r"[A-Za-z][A-Za-z0-9_]{0,59}"


def describe(layers: Mapping[str, Layer]) -> list[Settings]:
    """What belongs into `meta["layers"]`: name, kind and settings of every layer, in order."""
    return [
        {"name": name, "kind": kind_of(layer)} | settings_of(layer)
        for name, layer in layers.items()
    ]


def settings_of(layer: Layer) -> Settings:
    """The settings of a layer, its options only where they are not the usual ones."""
    kind = KINDS[kind_of(layer)]
    told = {key: getattr(layer, key) for key in kind.settings}
    told |= {
        key: getattr(layer, key)
        for key, usual in kind.options.items()
        if getattr(layer, key) != usual
    }
    return {key: _listed(value) for key, value in told.items()}


def layer_arrays(layer: Layer) -> Params:
    """All arrays of a layer by short name: what it learned, and what it counted meanwhile."""
    return {**layer.params, **(layer.statistics if isinstance(layer, KeepsStatistics) else {})}


def array_shapes(described: Any) -> ArrayShapes:
    """The arrays that a file with these layers holds: "conv1.W" → shape.

    Trusts nothing: raises WeightsError for whatever is no list of layers as `describe` makes it.
    """
    if not isinstance(described, list) or not 1 <= len(described) <= MAX_LAYERS:
        raise WeightsError(f"meta's layers must be a list of 1 to {MAX_LAYERS} layers.")
    shapes: ArrayShapes = {}
    names: set[str] = set()
    for number, one in enumerate(described):
        if not isinstance(one, dict):
            raise WeightsError(f"layer {number} in meta must be an object; got {one!r:.40}.")
        name, kind = one.get("name"), one.get("kind")
        if not isinstance(name, str) or not re.fullmatch(NAME, name):
            raise WeightsError(
                f"layer {number} needs a name of letters and digits; got {name!r:.80}."
            )
        if name in names:
            raise WeightsError(f"every layer must have its own name; {name} stands there twice.")
        names.add(name)
        if not isinstance(kind, str) or kind not in KINDS:
            raise WeightsError(f"layer {name} must be one of {', '.join(KINDS)}; got {kind!r:.40}.")
        expected, options = {"name", "kind", *KINDS[kind].settings}, KINDS[kind].options
        if not expected <= one.keys() <= expected | options.keys():
            allowed = f" and may have {', '.join(sorted(options))}" if options else ""
            raise WeightsError(
                f"layer {name} must have the settings {', '.join(sorted(expected))}{allowed}; "
                f"got {', '.join(sorted(map(str, one)))[:200]}."
            )
        for key in sorted(one.keys() - {"name", "kind"}):
            _check_setting(name, key, one[key])
        settings = {**options, **one}
        if settings.get("in_channels", 0) % settings.get("groups", 1):
            raise WeightsError(
                f"layer {name} must have groups that divide its channels; got {settings['groups']}."
            )
        for key, shape in KINDS[kind].arrays(settings).items():
            shapes[f"{name}.{key}"] = shape
    return shapes


def build_layers(described: list[Settings], arrays: Params) -> dict[str, Layer]:
    """The layers that `array_shapes` found good, with these arrays by full name."""
    layers: dict[str, Layer] = {}
    for one in described:
        name, kind = one["name"], KINDS[one["kind"]]
        told = {key: _tupled(value) for key, value in one.items() if key not in ("name", "kind")}
        settings = {**kind.options, **told}
        own = {key: arrays[f"{name}.{key}"] for key in kind.arrays(settings)}
        try:
            layers[name] = kind.make(settings, own)
        except NeuroscribbleError as error:
            raise WeightsError(f"layer {name} cannot be made: {error}") from error
    return layers


def _check_setting(layer: str, key: str, value: Any) -> None:
    rule = RULES.get(key, COUNT)
    if not rule.holds(value):
        raise WeightsError(f"{key} of layer {layer} must be {rule.wanted}; got {value!r:.40}.")


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value


def _tupled(value: Any) -> Any:
    return tuple(_tupled(one) for one in value) if isinstance(value, list) else value
