"""What a page's network reads: a picture that can be drawn, or features that sliders set."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroscribble.data.features import MOST_NUMBERS
from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.ink.fields import as_read
from neuroscribble.inputs import InputSpec
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.shapes import Floats

SIDES = (8, 64)  # least and most pixels a side of a picture
CHANNELS = (1, 3)
MOST_FEATURES = 256  # sliders on a page
MOST_ROWS = 24  # examples beside them
UNTOLD = (-3.0, 3.0)  # where features lie of which nobody tells it: nearly all, if standardized
MOST_CLASSES = 256  # of samples, so that a byte holds each
N_CASES = 50  # inputs whose results are stored for the page's self-check
CASES_SEED = 28


def shown_input(network: Network) -> InputSpec:
    """What the network reads, if a page can offer it; else raises SettingsError."""
    spec = input_of(network)
    low, high = SIDES
    if spec.is_picture:
        rows, columns, *_ = spec.shape
        if rows == columns and low <= rows <= high and spec.channels in CHANNELS:
            return spec
        if not spec.upright:  # whose pixels are more than features
            spec = InputSpec(shape=(spec.n_inputs,), classes=spec.classes)
    if spec.n_inputs > MOST_FEATURES or spec.is_picture:
        raise SettingsError(
            f"a page shows networks that read square pictures of {low}×{low} to {high}×{high} "
            f"pixels in 1 or 3 channels, or at most {MOST_FEATURES} features; this one has "
            f"{spec.n_inputs:,} inputs."
        )
    return spec


def described_input(network: Network) -> dict[str, Any]:
    """The input as plain values: sides of a picture, or names, ranges, example rows and samples."""
    spec = shown_input(network)
    if spec.is_picture:
        return {
            "kind": "picture",
            "side": spec.shape[0],
            "channels": spec.channels,
            "box": spec.fitted,
            **({"upright": True} if spec.upright else {}),
            **({"even": True} if spec.even else {}),
        }
    low, high = ranges(network, spec)
    return {
        "kind": "features",
        "names": list(spec.features) or [f"x{i}" for i in range(1, spec.n_inputs + 1)],
        "low": low.tolist(),
        "high": high.tolist(),
        "rows": _rows(network, spec.n_inputs),
        **_samples(network, spec.n_inputs),
    }


def ranges(network: Network, spec: InputSpec) -> tuple[Floats, Floats]:
    """Where each feature lies, (features,) twice: as the file tells it, else what is usual."""
    told: Any = network.meta.get("ranges")
    try:
        low, high = np.array(told, np.float64).reshape(spec.n_inputs, 2).T
    except (TypeError, ValueError):
        low = high = np.full(spec.n_inputs, np.nan)
    if np.isfinite(low).all() and np.isfinite(high).all() and (low < high).all():
        return low, high
    is_told = (spec.low, spec.high) != (0.0, 1.0)
    one = (spec.low, spec.high) if is_told else UNTOLD
    return np.full(spec.n_inputs, one[0]), np.full(spec.n_inputs, one[1])


def check_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pen digits (N_CASES, 784) in bytes, and their labels."""
    images, labels = pen_digits(N_CASES, rng=np.random.default_rng(CASES_SEED))
    return np.rint(images * 255).astype(np.uint8), labels


def check_inputs(network: Network) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Inputs (N_CASES, D) for the self-check, and the digits that they show.

    Of a picture pen digits in bytes, each for byte / 255; of features random numbers from their
    ranges in float32, and zeros for the labels.
    """
    spec = shown_input(network)
    if not spec.is_picture:
        low, high = ranges(network, spec)
        values = np.random.default_rng(CASES_SEED).uniform(low, high, (N_CASES, spec.n_inputs))
        return values.astype(np.float32), np.zeros(N_CASES, np.int64)
    images, labels = check_digits()
    read = as_read(images / np.float32(255), spec)
    return np.rint(read * 255).astype(np.uint8), labels


def _rows(network: Network, n_features: int) -> list[dict[str, Any]]:
    """The example rows that the file tells, as far as they make sense."""
    told = network.meta.get("rows")
    found = []
    for row in (told if isinstance(told, list) else [])[:MOST_ROWS]:
        values: Any = row.get("values") if isinstance(row, dict) else None
        if not isinstance(values, list) or len(values) != n_features:
            continue
        if all(isinstance(value, int | float) and math.isfinite(value) for value in values):
            found.append({"label": str(row.get("label", "")), "values": values})
    return found


def _samples(network: Network, n_features: int) -> dict[str, Any]:
    """What the page can learn from, where the file tells it: features, and classes by number."""
    told: Any = network.meta.get("samples")
    try:
        numbers = np.array(told["values"])
        values = numbers.astype("<f4").reshape(-1, n_features)
        labels = [network.class_names.index(label) for label in told["labels"]]
    except (KeyError, TypeError, ValueError):
        return {}
    is_number = numbers.dtype.kind in "iuf"  # and not a text that looks like one
    is_whole = is_number and len(values) == len(labels) > 0 and bool(np.isfinite(values).all())
    if not is_whole or values.size > MOST_NUMBERS or len(network.class_names) > MOST_CLASSES:
        return {}
    return {"samples": {"values": values.reshape(-1), "labels": labels}}
