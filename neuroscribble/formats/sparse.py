"""Matrices that are mostly zeros, stored as what is not: SciPy's compressed sparse rows.

`W0` becomes four arrays, as `scipy.sparse.csr_array((data, indices, indptr), shape)` takes them:
`W0.data`, the weights that are not 0, row by row; `W0.indices`, the column of each; `W0.indptr`,
where each row begins among them; `W0.shape`. A reader that knows only `W0` finds none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from .bounded import MAX_BYTES

PARTS = ("data", "indices", "indptr", "shape")
MOSTLY = 4  # a network of whose matrices one weight in so many is not 0, or fewer, is stored so
MOST_NUMBERS = MAX_BYTES // 4  # in all matrices of a file, zeros too
WHOLE = (np.int8, np.int16, np.int32)  # SciPy takes signed ones

Arrays = dict[str, NDArray[Any]]


def sparsely(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """The same arrays, matrices that are mostly zeros as four each; else as they are."""
    matrices = [array for array in arrays.values() if array.ndim == 2]
    n_weights = sum(np.count_nonzero(_is_kept(matrix)) for matrix in matrices)
    if n_weights * MOSTLY > sum(matrix.size for matrix in matrices):
        return dict(arrays)
    stored: Arrays = {}
    for name, array in arrays.items():
        parts = _parts(array) if array.ndim == 2 else {}
        if parts and sum(part.nbytes for part in parts.values()) < array.nbytes:
            stored |= {f"{name}.{part}": values for part, values in parts.items()}
        else:
            stored[name] = array
    return stored


def _is_kept(matrix: NDArray[Any]) -> NDArray[np.bool_]:
    """All that is not 0, and −0, so that every bit comes back."""
    kept: NDArray[np.bool_] = (matrix != 0) | np.signbit(matrix)
    return kept


def _parts(matrix: NDArray[Any]) -> Arrays:
    """A matrix (rows, columns) as the four arrays."""
    rows, columns = np.nonzero(_is_kept(matrix))
    starts = np.searchsorted(rows, np.arange(len(matrix) + 1))
    return {
        "data": matrix[rows, columns],
        "indices": _small(columns, matrix.shape[1]),
        "indptr": _small(starts, len(rows) + 1),
        "shape": np.array(matrix.shape, np.int32),
    }


def _small(values: NDArray[Any], end: int) -> NDArray[Any]:
    """Whole numbers below `end` in as few bytes as hold them."""
    return values.astype(next(kind for kind in WHOLE if end - 1 <= np.iinfo(kind).max))


def sparse_names(names: Iterable[str]) -> set[str]:
    """Which of a file's arrays stand there as four: their names."""
    there = set(names)
    stems = {name.removesuffix(".shape") for name in there if name.endswith(".shape")}
    return {stem for stem in stems if {f"{stem}.{part}" for part in PARTS} <= there}


class Budget:
    """How many numbers a file's sparse matrices may still become: a small one may claim many."""

    def __init__(self) -> None:
        self.left = MOST_NUMBERS

    def full(self, name: str, read: Callable[[str, str], NDArray[Any]]) -> NDArray[Any]:
        """The matrix (rows, columns) of four arrays, zeros and all.

        read: gives the array of a name, of NumPy's kinds in the second argument.

        Raises WeightsError for arrays that make none, before memory is taken for it.
        """
        shape = read(f"{name}.shape", "iu")
        if shape.shape != (2,) or min(shape.tolist()) < 1:
            raise WeightsError(
                f"{name}.shape must be two whole numbers; got {shape.tolist()!s:.40}."
            )
        n_rows, n_columns = map(int, shape)
        self.left -= math.prod((n_rows, n_columns))
        if self.left < 0:
            raise WeightsError(
                f"{name} claims the shape ({n_rows}, {n_columns}); at most {MOST_NUMBERS:,} "
                f"numbers are read of one file."
            )
        data, indices, indptr = (
            read(f"{name}.data", "f"),
            *(read(f"{name}.{part}", "iu") for part in ("indices", "indptr")),
        )
        rows = _rows(name, data, indptr, n_rows)
        _require_columns(name, rows, data, indices, n_columns)
        matrix = np.zeros((n_rows, n_columns), data.dtype)
        matrix[rows, indices] = data
        return matrix


def _rows(name: str, data: NDArray[Any], indptr: NDArray[Any], n_rows: int) -> NDArray[Any]:
    """The row of each number."""
    starts = indptr.astype(np.int64)
    is_right = (
        data.ndim == 1
        and starts.shape == (n_rows + 1,)
        and starts[0] == 0
        and starts[-1] == len(data)
        and bool((np.diff(starts) >= 0).all())
    )
    if not is_right:
        raise WeightsError(
            f"{name}.indptr must tell where each of {n_rows:,} rows begins among the "
            f"{data.size:,} numbers of {name}.data, and where the last one ends."
        )
    return np.repeat(np.arange(n_rows), np.diff(starts))


def _require_columns(
    name: str, rows: NDArray[Any], data: NDArray[Any], indices: NDArray[Any], n_columns: int
) -> None:
    columns = indices.astype(np.int64)
    is_right = columns.shape == data.shape and bool(((columns >= 0) & (columns < n_columns)).all())
    if not is_right or not (np.diff(rows * n_columns + columns) > 0).all():
        raise WeightsError(
            f"{name}.indices must be the column of each number, 0 to {n_columns - 1}, rising "
            f"within a row."
        )
