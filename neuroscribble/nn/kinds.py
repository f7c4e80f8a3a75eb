"""Every kind of layer by name: how it is made, stored and drawn. A new kind is a new row here.

A file describes each layer as {"name", "kind", …settings}. From that alone follows which arrays
belong to it and of what shape, so a file can be checked before any layer is made. A picture knows
a layer by its role alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from ..errors import NeuroscribbleError, SettingsError, WeightsError
from ..shapes import Params
from .conv import Conv2d
from .layers import Dense, KeepsStatistics, Layer, ReLU
from .normalization import BatchNorm2d, Dropout
from .pooling import Flatten, MaxPool2d, Unflatten
from .windows import Window

Settings = dict[str, Any]
ArrayShapes = dict[str, tuple[int, ...]]

MAX_LAYERS = 200
NAME = r"[A-Za-z][A-Za-z0-9_]{0,59}"
MAX_SIZE = 2**26  # of any setting that counts something …
MAX_KERNEL = 64  # … but for windows


class Role(Enum):
    """What a layer is in a picture of its network."""

    LINK = auto()  # weights between two columns
    NORM = auto()  # an affine map of each unit: part of the link before it
    ACTIVATION = auto()  # what becomes of each unit's sum
    POOL = auto()  # fewer numbers of each map, before the next link reads them
    SHAPE = auto()  # gives the input its shape as maps
    NOTHING = auto()  # changes no number in evaluation


@dataclass(frozen=True)
class Kind:
    """One kind of layer: how it is made, what a file tells of it, what a picture shows of it."""

    layer: type
    role: Role
    make: Callable[[Settings, Params], Layer]  # from settings and parameters
    settings: tuple[str, ...] = ()  # attributes of the layer
    arrays: Callable[[Settings], ArrayShapes] = lambda settings: {}
    word: str = ""  # of an activation, as people write it
    window: Callable[[Any], Window | None] = lambda layer: None  # how it moves over maps


def _batch_norm(settings: Settings, arrays: Params) -> BatchNorm2d:
    layer = BatchNorm2d(**settings)
    layer.params = {name: arrays[name] for name in layer.params}
    layer.statistics = {name: arrays[name] for name in layer.statistics}
    return layer


KINDS: dict[str, Kind] = {
    "dense": Kind(
        Dense,
        Role.LINK,
        lambda s, a: Dense.from_arrays(a["W"], a["b"]),
        ("fan_in", "fan_out"),
        lambda s: {"W": (s["fan_in"], s["fan_out"]), "b": (s["fan_out"],)},
    ),
    "relu": Kind(ReLU, Role.ACTIVATION, lambda s, a: ReLU(), word="ReLU"),
    "conv2d": Kind(
        Conv2d,
        Role.LINK,
        lambda s, a: Conv2d.from_arrays(
            a["W"], a["b"], padding=s["padding"], stride=s["stride"]
        ),
        ("in_channels", "out_channels", "kernel", "padding", "stride"),
        lambda s: {
            "W": (s["kernel"], s["kernel"], s["in_channels"], s["out_channels"]),
            "b": (s["out_channels"],),
        },
        window=lambda layer: Window(layer.kernel, layer.stride, layer.padding),
    ),
    "batchnorm2d": Kind(
        BatchNorm2d,
        Role.NORM,
        _batch_norm,
        ("channels", "momentum", "epsilon"),
        lambda s: dict.fromkeys(("gamma", "beta", "mean", "variance"), (s["channels"],)),
    ),
    "maxpool2d": Kind(
        MaxPool2d,
        Role.POOL,
        lambda s, a: MaxPool2d(s["size"]),
        ("size",),
        window=lambda layer: Window(layer.size, layer.size, 0),
    ),
    "dropout": Kind(
        Dropout, Role.NOTHING, lambda s, a: Dropout(s["rate"], seed=s["seed"]), ("rate", "seed")
    ),
    "flatten": Kind(Flatten, Role.NOTHING, lambda s, a: Flatten()),
    "unflatten": Kind(
        Unflatten, Role.SHAPE, lambda s, a: Unflatten(tuple(s["shape"])), ("shape",)
    ),
}
_NAMES = {kind.layer: name for name, kind in KINDS.items()}


def kind_of(layer: Layer) -> str:
    """The name of a layer's kind; raises SettingsError for a layer of nobody knows what kind."""
    name = _NAMES.get(type(layer))
    if name is None:
        raise SettingsError(f"a layer of kind {type(layer).__name__} cannot be saved.")
    return name


def role_of(layer: Layer) -> Role | None:
    """What a layer is in a picture; None for one of nobody knows what kind."""
    name = _NAMES.get(type(layer))
    return KINDS[name].role if name else None


def window_of(layer: Layer) -> Window | None:
    """How a layer moves over the maps that it reads; None for one that does not."""
    return KINDS[kind_of(layer)].window(layer)


def word_of(layer: Layer) -> str:
    """An activation as people write it, "ReLU"; of all other layers nothing."""
    name = _NAMES.get(type(layer))
    return KINDS[name].word if name else ""


def describe(layers: Mapping[str, Layer]) -> list[Settings]:
    """What belongs into `meta["layers"]`: name, kind and settings of every layer, in order."""
    described = []
    for name, layer in layers.items():
        kind = kind_of(layer)
        settings = {key: getattr(layer, key) for key in KINDS[kind].settings}
        described.append(
            {"name": name, "kind": kind}
            | {key: list(v) if isinstance(v, tuple) else v for key, v in settings.items()}
        )
    return described


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
        expected = {"name", "kind", *KINDS[kind].settings}
        if one.keys() != expected:
            raise WeightsError(
                f"layer {name} must have the settings {', '.join(sorted(expected))}; "
                f"got {', '.join(sorted(map(str, one)))[:200]}."
            )
        for key in KINDS[kind].settings:
            _check_setting(name, key, one[key])
        for key, shape in KINDS[kind].arrays(one).items():
            shapes[f"{name}.{key}"] = shape
    return shapes


def build_layers(described: list[Settings], arrays: Params) -> dict[str, Layer]:
    """The layers that `array_shapes` found good, with these arrays by full name."""
    layers: dict[str, Layer] = {}
    for one in described:
        name, kind = one["name"], KINDS[one["kind"]]
        settings = {key: one[key] for key in kind.settings}
        own = {key: arrays[f"{name}.{key}"] for key in kind.arrays(settings)}
        try:
            layers[name] = kind.make(settings, own)
        except NeuroscribbleError as error:
            raise WeightsError(f"layer {name} cannot be made: {error}") from error
    return layers


def _check_setting(layer: str, key: str, value: Any) -> None:
    if key == "shape":
        good = isinstance(value, list) and 0 < len(value) <= 3 and all(map(_is_size, value))
        wanted = "a list of one to three sizes"
    elif key in ("momentum", "epsilon", "rate"):
        good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
        wanted = "a number from 0 to 1"
    else:
        least = 0 if key in ("padding", "seed") else 1
        most = MAX_KERNEL if key in ("kernel", "padding", "stride", "size") else MAX_SIZE
        good = type(value) is int and least <= value <= most
        wanted = f"a whole number from {least} to {most:,}"
    if not good:
        raise WeightsError(f"{key} of layer {layer} must be {wanted}; got {value!r:.40}.")


def _is_size(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MAX_SIZE
