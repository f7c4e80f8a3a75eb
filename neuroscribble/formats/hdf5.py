"""HDF5 through h5py: attributes as text, data sets as arrays, links only inside of the file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from ..errors import WeightsError
from .bounded import MAX_BYTES
from .hints import NeedsHint
from .named import Array

MAX_MEMBERS = 10_000
MISSING = (
    "it is a Keras file, and reading those needs the package h5py; install it with: "
    "pip install 'neuroscribble[keras]'."
)


class Hdf5:
    """An open file in memory; raises NeedsHint where h5py is missing."""

    def __init__(self, content: bytes) -> None:
        try:
            import h5py
        except ImportError as error:
            raise NeedsHint(MISSING) from error
        self._h5py: Any = h5py
        self.root: Any = h5py.File(BytesIO(content), "r")
        self._read = 0

    def text(self, group: Any, name: str) -> str | None:
        """An attribute as text; None if there is none."""
        value = group.attrs.get(name)
        if isinstance(value, np.ndarray):
            value = value.ravel()[0] if value.size else None
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

    def texts(self, group: Any, name: str) -> list[str]:
        """An attribute that is a list of texts; long ones are split over name0, name1, …"""
        values = group.attrs.get(name)
        if values is None:
            parts = [group.attrs[key] for n in range(100) if (key := f"{name}{n}") in group.attrs]
            values = np.concatenate(parts) if parts else ()
        return [
            one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
            for one in np.asarray(values).ravel()[:MAX_MEMBERS]
        ]

    def child(self, group: Any, path: str) -> Any:
        """A group or data set below `group`, never one of another file; None if there is none."""
        for name in filter(None, path.split("/")):
            if not isinstance(group, self._h5py.Group) or name not in group:
                return None
            if isinstance(group.get(name, getlink=True), self._h5py.ExternalLink):
                raise WeightsError(f"{path:.80} is a link into another file, which is not read.")
            group = group[name]
        return group

    def array(self, dataset: Any, name: str) -> Array:
        """The numbers of a data set; its size is checked before they are read."""
        if not isinstance(dataset, self._h5py.Dataset):
            raise WeightsError(f"it holds no numbers {name:.80}.")
        if dataset.external or dataset.is_virtual:
            raise WeightsError(f"the numbers {name:.80} lie in another file, which is not read.")
        if dataset.dtype.kind not in "fiu" and dataset.dtype.name != "bfloat16":
            raise WeightsError(f"{name:.80} must hold numbers; got {dataset.dtype}.")
        self._read += math.prod(dataset.shape) * dataset.dtype.itemsize
        if self._read > MAX_BYTES:
            raise WeightsError(f"its numbers take more than {MAX_BYTES:,} bytes.")
        return np.asarray(dataset[()])

    def datasets(self, group: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
        """All data sets below a group with their paths, in the order of the file."""
        if depth > 12:
            raise WeightsError("its groups are nested more than 12 deep.")
        for name in list(group)[:MAX_MEMBERS]:
            one = self.child(group, name)
            where = f"{path}/{name}" if path else name
            if isinstance(one, self._h5py.Dataset):
                yield where, one
            elif isinstance(one, self._h5py.Group):
                yield from self.datasets(one, where, depth + 1)
