"""Which inputs of a batch have ink: those that are blank in all of its images add to no product.

64 digits leave a third of the pixels blank, most of them near the edges. x W stays the same without
these columns of x and rows of W, and in xᵀ d such rows are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..shapes import Floats, Labels

N_LEAST, D_LEAST, H_LEAST = 32, 256, 64  # of smaller products, taking out takes as long
BLANK = 0.2  # of the inputs at least: taking the others out takes its time, too


def inked(x: Any, n_units: int) -> Labels | None:
    """The inputs of x (N, D) that are not 0 in all images, by number; None: better take them all.

    Only NumPy's: other libraries choose by themselves how they multiply.
    """
    n, n_inputs = x.shape
    if n_inputs < D_LEAST or n < N_LEAST or n_units < H_LEAST or type(x) is not np.ndarray:
        return None
    most = (1 - BLANK) * n_inputs
    if np.count_nonzero(x[0]) > most:  # one image says it at once of what is no writing
        return None
    columns: Labels = (x != 0).any(axis=0).nonzero()[0]
    return columns if len(columns) <= most else None


def spread(rows: Floats, columns: Labels, out: Floats) -> None:
    """Write `rows` to these rows of `out`, and 0 to all others."""
    out[...] = 0.0
    out[columns] = rows
