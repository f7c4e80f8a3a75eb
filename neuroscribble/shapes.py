"""The sizes that everything agrees on, each with a name.

Axis letters used in all docstrings: N batch, D features (784), H units of a hidden layer,
K classes, L layers. Images are row vectors, ink is 1 and paper is 0, labels are ints.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ShapeError

Floats = NDArray[np.floating[Any]]  # float32 in training, float64 under gradcheck
Labels = NDArray[np.integer[Any]]  # (N,) class ids
Params = dict[str, Floats]  # "W": (fan_in, fan_out), "b": (fan_out,)

IMAGE_SIZE = 28  # pixels a side of an MNIST image
N_PIXELS = IMAGE_SIZE * IMAGE_SIZE  # 784
N_CLASSES = 10
CLASS_NAMES = tuple("0123456789")


def check_shape(name: str, array: NDArray[np.number[Any]], expected: tuple[int | str, ...]) -> None:
    """Refuse an array whose shape differs from `expected`; a letter stands for any size.

    >>> check_shape("images", np.zeros((5, 784)), ("N", 784))
    """
    fits = len(array.shape) == len(expected) and all(
        isinstance(want, str) or want == got
        for want, got in zip(expected, array.shape, strict=True)
    )
    if fits:
        return
    wanted = "(" + ", ".join(str(size) for size in expected) + ("," * (len(expected) == 1)) + ")"
    message = f"{name} must have shape {wanted}; got {array.shape}."
    if array.ndim == len(expected) - 1:
        message += f" Add a batch axis with {name}[None]."
    raise ShapeError(message)
