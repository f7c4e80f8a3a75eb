"""Numbers out of files, with every claim checked before they become a layer's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NeuroscribbleError, WeightsError
from ..shapes import Floats

MAX_WEIGHTS = 2**25  # in one array
MANY_WEIGHTS = 2**22  # more of them stay in single precision, for the sake of memory


def float32(array: Any) -> Floats:
    """`array` in single precision; WeightsError where a number does not fit."""
    wide = np.asarray(array)
    with np.errstate(over="ignore"):
        converted: Floats = np.ascontiguousarray(wide, np.float32)
    if not np.isfinite(converted).all():
        if np.isfinite(wide).all():
            largest = np.abs(wide).max()
            raise WeightsError(f"weights must fit float32, at most 3.4e38; got {largest:.3g}.")
        raise WeightsError("weights must be finite numbers; got NaN or infinity.")
    return converted


def numeric(what: str, values: Any, ndim: int) -> Floats:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise WeightsError(f"{what} must hold numbers; got {array.dtype}.")
    if array.ndim != ndim or not 0 < array.size <= MAX_WEIGHTS:
        raise WeightsError(f"{what} must have {ndim} axes and some numbers; got {array.shape}.")
    if not np.isfinite(array).all():
        raise WeightsError(f"{what} must hold finite numbers; got NaN or infinity.")
    if array.ndim == 2 and array.size > MANY_WEIGHTS:
        return array.astype(np.float32, copy=False)
    return array.astype(np.float64)


def require_length(what: str, array: Floats, length: int) -> None:
    if len(array) != length:
        raise WeightsError(f"{what} must have {length} numbers; got {len(array)}.")


def made(make: Callable[[], Any]) -> Any:
    """What `make` makes; an error of ours becomes one of this file."""
    try:
        return make()
    except NeuroscribbleError as error:
        raise WeightsError(str(error)) from error
