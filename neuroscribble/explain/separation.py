"""How well does a layer keep the classes apart? Two numbers, measured in the layer itself.

Both use all units of the layer with their activations as they are, and Euclidean distance. What
they say is true of the layer, not of a map of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..shapes import Labels, check_shape

ROWS = 1024  # samples whose distances to all others are held at a time


def nearest_neighbors(values: NDArray[np.floating]) -> NDArray[np.intp]:
    """For each of the samples (N, D) which other one is nearest: (N,); of equals the first.

    Raises ShapeError for less than two samples.
    """
    check_shape("values", values, ("N", "D"))
    if len(values) < 2:
        raise ShapeError(f"a neighbor takes two samples or more; got {len(values)}.")
    centered = values - values.mean(axis=0, dtype=np.float64)
    return np.concatenate(list(_nearest_by_rows(centered)))


def _nearest_by_rows(values: NDArray[np.floating]) -> Iterator[NDArray[np.intp]]:
    """|a − b|² = |a|² + |b|² − 2 a·b, without |a|², which all distances of a row share."""
    squares = np.square(values).sum(axis=1)
    for start in range(0, len(values), ROWS):
        rows = values[start : start + ROWS]
        distances = squares - 2 * rows @ values.T
        distances[np.arange(len(rows)), start + np.arange(len(rows))] = np.inf  # itself
        yield distances.argmin(axis=1)


def neighbor_accuracy(values: NDArray[np.floating], labels: Labels) -> float:
    """The fraction of samples (N, D) whose nearest other sample has the same label (N,).

    It is the accuracy of 1-nearest-neighbor classification, leaving one out.
    """
    check_shape("labels", labels, (len(values),))
    return float(np.mean(labels[nearest_neighbors(values)] == labels))


def variance_between_classes(values: NDArray[np.floating], labels: Labels) -> float:
    """Σ_k n_k |m_k − m|² / Σ_i |x_i − m|², the share of the variance that class means explain.

    0 when all classes have the same mean, 1 when each class is a single point: Fisher's
    between-class scatter over the total scatter, both as traces. 0 when all samples are equal.
    """
    check_shape("values", values, ("N", "D"))
    check_shape("labels", labels, (len(values),))
    centered = values - values.mean(axis=0, dtype=np.float64)
    total = float(np.square(centered).sum())
    between = sum(
        np.count_nonzero(chosen) * np.square(centered[chosen].mean(axis=0)).sum()
        for chosen in (labels == label for label in np.unique(labels))
    )
    return float(between) / total if total > 0 else 0.0
