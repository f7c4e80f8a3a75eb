"""The networks that can be trained, by name, and how the convolutional ones are built."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike

from ..errors import SettingsError
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .conv import Conv2d
from .layers import Dense, Layer, ReLU
from .network import Network, build_mlp
from .normalization import BatchNorm2d, Dropout
from .pooling import Flatten, MaxPool2d, Unflatten

MAPS = ((16, 16), (32, 32), (64,))  # feature maps of each convolution; pooling behind each group
HIDDEN = (128,)
DROPOUT = 0.1
CLASSIC_MAPS = (1, 32, 64, 64)  # the image, and the maps of each convolution
CLASSIC_DROPOUT = 0.5


def build_cnn(
    maps: Sequence[Sequence[int]] = MAPS,
    hidden: Sequence[int] = HIDDEN,
    *,
    rng: np.random.Generator,
    dropout: float = DROPOUT,
    n_inputs: int = N_PIXELS,
    n_classes: int = N_CLASSES,
    class_names: Sequence[str] | None = None,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Convolutions, pooling behind each group of them, then dense layers.

    Every convolution is 3×3 and followed by batch normalization and ReLU, every hidden dense layer
    by ReLU and dropout. Images are rows of `n_inputs` numbers, as for `build_mlp`: squares here.
    """
    side, channels, number = math.isqrt(n_inputs), 1, 0
    if side * side != n_inputs:
        raise SettingsError(f"{n_inputs} inputs are no square picture.")
    layers: dict[str, Layer] = {"pixels": Unflatten((side, side, 1))}
    for group, group_sizes in enumerate(maps, start=1):
        for size in group_sizes:
            number += 1
            layers[f"conv{number}"] = Conv2d(channels, size, rng=rng)
            layers[f"bn{number}"] = BatchNorm2d(size)
            layers[f"relu{number}"] = ReLU()
            channels = size
        layers[f"pool{group}"] = MaxPool2d(2)
        side //= 2
    if side < 1:
        raise SettingsError(f"{len(maps)} groups pool every pixel away; take fewer.")
    layers["flatten"] = Flatten()
    sizes = [side * side * channels, *hidden, n_classes]
    for i, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        layers[f"dense{i}"] = Dense(fan_in, fan_out, rng=rng)
        if i < len(sizes) - 1:
            layers[f"relu{number + i}"] = ReLU()
            if dropout:
                layers[f"dropout{i}"] = Dropout(dropout, seed=int(rng.integers(2**16)))
    names = class_names if class_names is not None else [str(k) for k in range(n_classes)]
    return Network(layers, input_shape=(n_inputs,), class_names=names, dtype=dtype)


def build_classic(
    *,
    rng: np.random.Generator,
    hidden: Sequence[int] = HIDDEN,
    n_classes: int = N_CLASSES,
    class_names: Sequence[str] | None = None,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Three convolutions without pooling before a dense layer: 6,480,010 parameters for digits.

    28×28×1 → 32, 64 and 64 maps of 28×28, each by a 3×3 convolution, batch normalization and ReLU;
    their 50,176 numbers → 128 by a dense layer, ReLU and dropout of a half → logits.
    """
    layers: dict[str, Layer] = {"pixels": Unflatten((IMAGE_SIZE, IMAGE_SIZE, 1))}
    for number, (channels, maps) in enumerate(pairwise(CLASSIC_MAPS), start=1):
        layers[f"conv{number}"] = Conv2d(channels, maps, rng=rng)
        layers[f"bn{number}"] = BatchNorm2d(maps)
        layers[f"relu{number}"] = ReLU()
    layers["flatten"] = Flatten()
    sizes = (N_PIXELS * CLASSIC_MAPS[-1], *hidden, n_classes)
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        layers[f"dense{i}"] = Dense(fan_in, fan_out, rng=rng)
        if i <= len(hidden):
            layers[f"relu{len(CLASSIC_MAPS) - 1 + i}"] = ReLU()
            layers[f"dropout{i}"] = Dropout(CLASSIC_DROPOUT, seed=int(rng.integers(2**16)))
    names = class_names if class_names is not None else [str(k) for k in range(n_classes)]
    return Network(layers, class_names=names, dtype=dtype)


MODELS: dict[str, Callable[..., Network]] = {
    "mlp": build_mlp,
    "cnn": build_cnn,
    "classic": build_classic,
}
