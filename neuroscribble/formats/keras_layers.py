"""What each layer of Keras is as layers of ours; a new one is a new row at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..nn.activations import ELU, GELU, Clip, LeakyReLU, Sigmoid, Softplus, Tanh
from ..nn.layers import ReLU
from .chain import Chain
from .named import Array
from .row import NO_PADDING, Sides
from .same import same

Config = Mapping[str, Any]
Arrays = Mapping[str, Array]
Weights = Callable[[Sequence[str], str, Sequence[str]], dict[str, Array]]
# path of names, class, names of the weights in Keras's order → those that the file has

PASSED = {  # layers that do nothing once a model has learned
    *("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
    *("ActivityRegularization", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
    *("RandomContrast", "RandomBrightness", "Identity"),
}
SELU = (1.6732632423543772, 1.0507009873554805)
PRELU_SHARED = "slopes that differ from place to place are not read"


def expected_weights(kind: str, cfg: Config) -> list[str]:
    """Names of a layer's weights in the order in which Keras lists them."""
    bias = ["bias"] if cfg.get("use_bias", True) else []
    if kind in ("Dense", "Conv2D", "Convolution2D"):
        return ["kernel", *bias]
    if kind == "DepthwiseConv2D":
        return ["depthwise_kernel", *bias]
    if kind == "SeparableConv2D":
        return ["depthwise_kernel", "pointwise_kernel", *bias]
    if kind == "BatchNormalization":
        scale = ["gamma"] if cfg.get("scale", True) else []
        center = ["beta"] if cfg.get("center", True) else []
        return [*scale, *center, "moving_mean", "moving_variance"]
    if kind == "Normalization":
        return [] if cfg.get("mean") is not None else ["mean", "variance"]
    return ["alpha"] if kind == "PReLU" else []


def activate(chain: Chain, activation: Any) -> None:
    """An activation by its name, or as Keras 3 writes it down: a class with settings."""
    settings: Config = {}
    if isinstance(activation, dict):
        inner = activation.get("config")
        settings = inner if isinstance(inner, dict) else {}
        activation = inner if isinstance(inner, str) else activation.get("class_name")
    name = "linear" if activation is None else str(activation)
    key = name.lower().replace("_", "")
    if key in ("softmax", "logsoftmax"):
        chain.softmax()
    elif key in _ACTIVATIONS:
        _ACTIVATIONS[key](chain, settings)
    elif key != "linear":
        raise WeightsError(f"the activation {name:.60} is not read.")


def _dense(chain: Chain, cfg: Config, w: Arrays) -> None:
    chain.dense(w["kernel"], w.get("bias"))
    activate(chain, cfg.get("activation"))


def _conv(chain: Chain, cfg: Config, w: Arrays) -> None:
    kernel = w["kernel"]
    _convolve(chain, cfg, kernel, w.get("bias"), int(cfg.get("groups") or 1))
    activate(chain, cfg.get("activation"))


def _depthwise(chain: Chain, cfg: Config, w: Arrays) -> None:
    kernel = w["depthwise_kernel"]  # (rows, columns, channels, multiplier)
    _convolve(chain, cfg, _by_channel(kernel), w.get("bias"), kernel.shape[2])
    activate(chain, cfg.get("activation"))


def _separable(chain: Chain, cfg: Config, w: Arrays) -> None:
    kernel = w["depthwise_kernel"]
    _convolve(chain, cfg, _by_channel(kernel), None, kernel.shape[2])
    chain.conv(w["pointwise_kernel"], w.get("bias"))
    activate(chain, cfg.get("activation"))


def _by_channel(kernel: Array) -> Array:
    """(rows, columns, channels, multiplier) → (rows, columns, 1, channels · multiplier)."""
    return kernel.reshape(*kernel.shape[:2], 1, -1)


def _convolve(chain: Chain, cfg: Config, kernel: Array, bias: Array | None, groups: int) -> None:
    if kernel.ndim != 4:
        raise WeightsError(f"kernels of {kernel.ndim - 2} axes are not read, only those of two.")
    stride, dilation = _pair(cfg.get("strides") or 1), _pair(cfg.get("dilation_rate") or 1)
    size = (kernel.shape[0], kernel.shape[1])
    padding = _padding(chain, cfg, size, stride, dilation)
    chain.conv(kernel, bias, stride=stride, padding=padding, dilation=dilation, groups=groups)


def _padding(
    chain: Chain,
    cfg: Config,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Sides:
    kind = cfg.get("padding") or cfg.get("border_mode") or "valid"
    if kind == "valid":
        return NO_PADDING
    if kind != "same":
        raise WeightsError(f"padding {kind!r:.40} is not read.")
    rows, columns = _map_shape(chain)
    if min(*stride, *dilation) < 1:
        raise WeightsError(f"strides {stride} and dilation {dilation} cannot be meant.")
    return (
        same(rows, kernel[0], stride[0], dilation[0]),
        same(columns, kernel[1], stride[1], dilation[1]),
    )


def _map_shape(chain: Chain) -> tuple[int, int]:
    shape = chain.view.shape
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) != 3:
        raise WeightsError(f"it reads maps, but gets the shape {shape}.")
    rows, columns = shape[1:] if chain.channels_first else shape[:2]
    return rows, columns


def _pool(mean: bool) -> Callable[[Chain, Config, Arrays], None]:
    def add(chain: Chain, cfg: Config, w: Arrays) -> None:
        size = _pair(cfg.get("pool_size") or 2)
        stride = _pair(cfg.get("strides") or size)
        padding = _padding(chain, cfg, size, stride)
        chain.pool(size, stride=stride, padding=padding, mean=mean)

    return add


def _global_pool(chain: Chain, cfg: Config, w: Arrays) -> None:
    chain.global_pool()
    if cfg.get("keepdims"):
        chain.reshape((-1, 1, 1) if chain.channels_first else (1, 1, -1))


def _global_max(chain: Chain, cfg: Config, w: Arrays) -> None:
    size = _map_shape(chain)
    chain.pool(size, stride=size)
    if not cfg.get("keepdims"):
        chain.flatten()


def _batch_norm(chain: Chain, cfg: Config, w: Arrays) -> None:
    axis = cfg.get("axis", -1)
    axis = int(axis[0] if isinstance(axis, list) else axis)
    chain.batch_norm(
        w.get("gamma"),
        w.get("beta"),
        w["moving_mean"],
        w["moving_variance"],
        epsilon=float(cfg.get("epsilon", 1e-3)),
        axis=axis - 1 if axis > 0 else axis,
    )


def _flatten(chain: Chain, cfg: Config, w: Arrays) -> None:
    if cfg.get("data_format") == "channels_first" and chain.view.ndim == 3:
        chain.transpose((1, 2, 0))  # Keras flattens as if channels were last
    chain.flatten()


def _permute(chain: Chain, cfg: Config, w: Arrays) -> None:
    chain.transpose([int(axis) - 1 for axis in cfg["dims"]])


def _rescaling(chain: Chain, cfg: Config, w: Arrays) -> None:
    chain.affine(np.asarray(_number(cfg["scale"])), np.asarray(_number(cfg.get("offset", 0.0))))


def _normalization(chain: Chain, cfg: Config, w: Arrays) -> None:
    mean = np.asarray(cfg["mean"] if cfg.get("mean") is not None else w["mean"], np.float64)
    variance = np.asarray(
        cfg["variance"] if cfg.get("variance") is not None else w["variance"], np.float64
    )
    scale = 1 / np.maximum(np.sqrt(variance), 1e-7)
    if cfg.get("invert"):
        raise WeightsError("an inverted normalization is not read.")
    chain.affine(np.ravel(scale), np.ravel(-mean * scale))


def _number(value: Any) -> Any:
    """A number or a list of them; Keras 3 may write an array down as an object."""
    if isinstance(value, dict):
        value = value["config"]["value"]
    return np.asarray(value, np.float64)


def _zero_padding(chain: Chain, cfg: Config, w: Arrays) -> None:
    given = cfg.get("padding", 1)
    rows, columns = (given, given) if isinstance(given, int) else given
    chain.pad((_pair(rows), _pair(columns)))


def _relu(chain: Chain, cfg: Config, w: Arrays) -> None:
    slope = float(_first(cfg, 0.0, "negative_slope", "alpha"))
    top, threshold = cfg.get("max_value"), float(cfg.get("threshold") or 0)
    if threshold or (slope and top is not None):
        raise WeightsError("a ReLU with a threshold, or with a slope and a top, is not read.")
    if top is not None:
        chain.activation("clip", Clip(0.0, float(top)))
    elif slope:
        chain.activation("leakyrelu", LeakyReLU(slope))
    else:
        chain.activation("relu", ReLU())


def _leaky(chain: Chain, cfg: Config, w: Arrays) -> None:
    slope = float(_number(_first(cfg, 0.3, "negative_slope", "alpha")))
    chain.activation("leakyrelu", LeakyReLU(slope))


def _prelu(chain: Chain, cfg: Config, w: Arrays) -> None:
    slopes = np.unique(w["alpha"])
    if slopes.size != 1:
        raise WeightsError(f"{PRELU_SHARED}.")
    chain.activation("leakyrelu", LeakyReLU(float(slopes[0])))


def _selu(chain: Chain, settings: Config) -> None:
    chain.activation("elu", ELU(SELU[0]))
    chain.affine(SELU[1], 0.0)


def _hard_sigmoid(chain: Chain, settings: Config) -> None:
    raise WeightsError("the activation hard_sigmoid differs between versions of Keras; not read.")


def _first(cfg: Config, usual: Any, *keys: str) -> Any:
    return next((cfg[key] for key in keys if cfg.get(key) is not None), usual)


def _pair(value: Any) -> tuple[int, int]:
    first, second = (value, value) if isinstance(value, int) else value
    return int(first), int(second)


_ACTIVATIONS: dict[str, Callable[[Chain, Config], None]] = {
    "relu": lambda c, s: _relu(c, s, {}),
    "relu6": lambda c, s: c.activation("clip", Clip(0.0, 6.0)),
    "leakyrelu": lambda c, s: c.activation(
        "leakyrelu", LeakyReLU(float(_first(s, 0.2, "negative_slope", "alpha")))
    ),
    "elu": lambda c, s: c.activation("elu", ELU(float(s.get("alpha", 1.0)))),
    "selu": _selu,
    "gelu": lambda c, s: c.activation("gelu", GELU("tanh" if s.get("approximate") else "erf")),
    "sigmoid": lambda c, s: c.activation("sigmoid", Sigmoid()),
    "hardsigmoid": _hard_sigmoid,
    "tanh": lambda c, s: c.activation("tanh", Tanh()),
    "softplus": lambda c, s: c.activation("softplus", Softplus()),
}

LAYERS: dict[str, Callable[[Chain, Config, Arrays], None]] = {
    "Dense": _dense,
    **dict.fromkeys(("Conv2D", "Convolution2D"), _conv),
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    **dict.fromkeys(("MaxPooling2D", "MaxPool2D"), _pool(mean=False)),
    **dict.fromkeys(("AveragePooling2D", "AvgPool2D"), _pool(mean=True)),
    **dict.fromkeys(("GlobalAveragePooling2D", "GlobalAvgPool2D"), _global_pool),
    **dict.fromkeys(("GlobalMaxPooling2D", "GlobalMaxPool2D"), _global_max),
    "BatchNormalization": _batch_norm,
    "Flatten": _flatten,
    "Reshape": lambda c, cfg, w: c.reshape([int(n) for n in cfg["target_shape"]]),
    "Permute": _permute,
    "Rescaling": _rescaling,
    "Normalization": _normalization,
    "ZeroPadding2D": _zero_padding,
    "Activation": lambda c, cfg, w: activate(c, cfg["activation"]),
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": lambda c, cfg, w: c.activation("elu", ELU(float(cfg.get("alpha", 1.0)))),
    "PReLU": _prelu,
    "Softmax": lambda c, cfg, w: c.softmax(),
}
