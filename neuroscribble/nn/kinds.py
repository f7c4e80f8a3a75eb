"""Every kind of layer by name: how it is made, stored and drawn. A new kind is a new row here.

How files tell of layers is in `descriptions`. A picture knows a layer by its role, and an
activation by its name and settings, which have a twin in the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from ..errors import SettingsError
from ..shapes import Params
from .activations import ELU, GELU, Clip, LeakyReLU, Linear, Sigmoid, Softplus, Tanh
from .averaging import AvgPool2d, GlobalAvgPool2d
from .conv import Conv2d
from .layers import Dense, Layer, ReLU
from .normalization import BatchNorm1d, BatchNorm2d, Dropout
from .pooling import Flatten, MaxPool2d, Pool2d, Unflatten
from .windows import Window

Settings = dict[str, Any]
ArrayShapes = dict[str, tuple[int, ...]]


class Role(Enum):
    """What a layer is in a picture of its network."""

    LINK = auto()  # weights between two columns
    NORM = auto()  # an affine map of each unit: part of a link beside it
    ACTIVATION = auto()  # what becomes of each unit's sum
    POOL = auto()  # fewer numbers of each map, before the next link reads them
    SHAPE = auto()  # gives the input its shape as maps
    NOTHING = auto()  # changes no number in evaluation


@dataclass(frozen=True)
class Kind:
    """One kind of layer: how it is made, what a file tells of it, what a picture shows of it."""

    layer: type
    role: Role
    make: Callable[[Settings, Params], Layer]  # from settings, all of them, and parameters
    settings: tuple[str, ...] = ()  # attributes of the layer
    options: Mapping[str, Any] = field(default_factory=dict)  # more, told if not of this value
    arrays: Callable[[Settings], ArrayShapes] = lambda settings: {}
    word: str = ""  # of an activation, as people write it


def _dense_arrays(settings: Settings) -> ArrayShapes:
    fan_in, fan_out = settings["fan_in"], settings["fan_out"]
    return {"W": (fan_in, fan_out), "b": (fan_out,)}


def _conv_arrays(settings: Settings) -> ArrayShapes:
    kernel, maps = settings["kernel"], settings["out_channels"]
    rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
    fan_in = settings["in_channels"] // settings["groups"]
    return {"W": (rows, columns, fan_in, maps), "b": (maps,)}


def _conv(settings: Settings, arrays: Params) -> Conv2d:
    names = ("padding", "stride", "dilation", "groups")
    return Conv2d.from_arrays(arrays["W"], arrays["b"], **{name: settings[name] for name in names})


def _norm_arrays(settings: Settings) -> ArrayShapes:
    return dict.fromkeys(("gamma", "beta", "mean", "variance"), (settings["channels"],))


def _batch_norm(layer: type[BatchNorm2d]) -> Callable[[Settings, Params], Layer]:
    return lambda settings, arrays: layer.from_arrays(
        **arrays, momentum=settings["momentum"], epsilon=settings["epsilon"]
    )


def _from_settings(layer: Callable[..., Layer]) -> Callable[[Settings, Params], Layer]:
    return lambda settings, arrays: layer(**settings)


def _activation(layer: type, word: str, **options: Any) -> Kind:
    return Kind(layer, Role.ACTIVATION, _from_settings(layer), options=options, word=word)


KINDS: dict[str, Kind] = {
    "dense": Kind(
        Dense,
        Role.LINK,
        lambda s, a: Dense.from_arrays(a["W"], a["b"]),
        ("fan_in", "fan_out"),
        arrays=_dense_arrays,
    ),
    "conv2d": Kind(
        Conv2d,
        Role.LINK,
        _conv,
        ("in_channels", "out_channels", "kernel", "padding", "stride"),
        {"dilation": 1, "groups": 1},
        arrays=_conv_arrays,
    ),
    "relu": _activation(ReLU, "ReLU"),
    "leakyrelu": _activation(LeakyReLU, "leaky ReLU", slope=0.01),
    "elu": _activation(ELU, "ELU", alpha=1.0),
    "gelu": _activation(GELU, "GELU", form="erf"),
    "sigmoid": _activation(Sigmoid, "sigmoid"),
    "tanh": _activation(Tanh, "tanh"),
    "softplus": _activation(Softplus, "softplus"),
    "clip": _activation(Clip, "clip", low=0.0, high=6.0),
    "linear": _activation(Linear, "linear"),
    "batchnorm2d": Kind(
        BatchNorm2d,
        Role.NORM,
        _batch_norm(BatchNorm2d),
        ("channels", "momentum", "epsilon"),
        arrays=_norm_arrays,
    ),
    "batchnorm1d": Kind(
        BatchNorm1d,
        Role.NORM,
        _batch_norm(BatchNorm1d),
        ("channels", "momentum", "epsilon"),
        arrays=_norm_arrays,
    ),
    "maxpool2d": Kind(
        MaxPool2d,
        Role.POOL,
        _from_settings(MaxPool2d),
        ("size",),
        {"stride": None, "padding": 0},
    ),
    "avgpool2d": Kind(
        AvgPool2d,
        Role.POOL,
        _from_settings(AvgPool2d),
        ("size",),
        {"stride": None, "padding": 0, "counts_padding": False},
    ),
    "globalavgpool2d": Kind(GlobalAvgPool2d, Role.POOL, _from_settings(GlobalAvgPool2d)),
    "dropout": Kind(Dropout, Role.NOTHING, _from_settings(Dropout), ("rate", "seed")),
    "flatten": Kind(Flatten, Role.NOTHING, _from_settings(Flatten)),
    "unflatten": Kind(Unflatten, Role.SHAPE, _from_settings(Unflatten), ("shape",)),
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
    return layer.window if isinstance(layer, Conv2d | Pool2d) else None


def word_of(layer: Layer) -> str:
    """An activation as people write it, "ReLU"; of all other layers nothing."""
    name = _NAMES.get(type(layer))
    return KINDS[name].word if name else ""
