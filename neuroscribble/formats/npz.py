"""weights.npz in and out: named arrays and one JSON string, never pickle.

The file is a zip, as NumPy writes it: float32 arrays and `meta`, a JSON object that tells how the
numbers came about. A network of Dense and ReLU is W0, b0, W1, b1, … alone. Every other one names
its layers in `meta["layers"]`, as `descriptions` has it, and its arrays after them: conv1.W,
bn1.mean. Matrices that are mostly zeros are stored as `sparse` has them. A file may come from
anywhere, so reading is suspicious: sizes are checked before memory is spent, and whatever is wrong
becomes one WeightsError.
"""

from __future__ import annotations

import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from ..files import write_atomically
from ..nn.descriptions import array_shapes
from .bounded import open_zip, read_bounded, unpacked
from .sparse import Budget, sparse_names, sparsely

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # one date for all, so that equal content gives equal bytes
WHAT_TO_DO = "Name another file with --weights, or make a new one with: neuroscribble train"

npy: Any = np.lib.format  # NumPy gives this module no types


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """The content of a weights file; one that exists is valid, else WeightsError was raised."""

    weights: list[NDArray[np.float32]]  # L arrays (fan_in, fan_out), each fan_in the last fan_out
    biases: list[NDArray[np.float32]]  # L arrays (fan_out,)
    meta: dict[str, Any] = field(default_factory=dict)  # whatever JSON can say
    usual: dict[str, NDArray[np.float32]] = field(default_factory=dict)  # "usual.h1.mean", …

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.biases):
            raise WeightsError(
                f"there must be as many weight matrices as biases, at least one; "
                f"got {len(self.weights)} and {len(self.biases)}."
            )
        fan_in = "fan_in"
        for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            if W.ndim != 2 or not W.size or (i and str(len(W)) != fan_in):
                raise WeightsError(f"W{i} must have shape ({fan_in}, fan_out); got {W.shape}.")
            if b.shape != W.shape[1:]:
                raise WeightsError(f"b{i} must have shape ({W.shape[1]},); got {b.shape}.")
            fan_in = str(W.shape[1])
        _require_finite_float32(self.named_arrays())

    def named_arrays(self) -> dict[str, NDArray[np.float32]]:
        """W0, b0, W1, b1, … by name."""
        named: dict[str, NDArray[np.float32]] = {}
        for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            named |= {f"W{i}": W, f"b{i}": b}
        return named | self.usual


@dataclass(frozen=True, eq=False)
class LayersFile:
    """The content of a weights file whose `meta["layers"]` describes a network of any layers."""

    arrays: dict[str, NDArray[np.float32]]  # "conv1.W", … exactly those that the layers need
    meta: dict[str, Any]
    usual: dict[str, NDArray[np.float32]] = field(default_factory=dict)  # "usual.h1.mean", …

    def __post_init__(self) -> None:
        shapes = array_shapes(self.meta.get("layers"))
        if self.arrays.keys() != shapes.keys():
            raise WeightsError(
                f"expected the arrays {_listed(set(shapes))}; got {_listed(set(self.arrays))}."
            )
        for name, shape in shapes.items():
            if self.arrays[name].shape != shape:
                raise WeightsError(
                    f"{name} must have shape {shape}; got {self.arrays[name].shape}."
                )
        _require_finite_float32(self.arrays | self.usual)
        for name, array in self.arrays.items():
            if name.endswith(".variance") and (array < 0).any():
                raise WeightsError(f"{name} must not be negative; got {array.min():.3g}.")

    def named_arrays(self) -> dict[str, NDArray[np.float32]]:
        """All arrays by name, in the order of the layers."""
        return {name: self.arrays[name] for name in array_shapes(self.meta["layers"])} | self.usual


def _require_finite_float32(arrays: dict[str, NDArray[np.float32]]) -> None:
    for name, array in arrays.items():
        if array.dtype != np.float32:
            raise WeightsError(f"{name} must be float32; got {array.dtype}.")
        if not np.isfinite(array).all():
            raise WeightsError(f"{name} must hold finite numbers; got NaN or infinity.")


def read_weights(path: str | Path) -> WeightsFile | LayersFile:
    """Return the content of the weights file at `path`.

    Also accepted: float16 and float64 arrays, biases of shape (1, fan_out), no `meta`, and
    arrays of other names, which are left unread. Raises WeightsError for everything else.
    """
    path = Path(path)
    try:
        return parse(read_bounded(path))
    except WeightsError as error:
        raise WeightsError(f"{path} cannot be used: {error} {WHAT_TO_DO}") from error


def write_weights(
    path: str | Path, file: WeightsFile | LayersFile, *, replace: bool = True
) -> None:
    """Write `file` to `path` in one step; equal content gives equal bytes.

    replace: whether a file that is there already may be replaced.

    Raises OutputError when the file cannot be written; the old file survives.
    """
    stored = packed(sparsely(file.named_arrays()), file.meta)
    write_atomically(Path(path), stored, replace=replace)


def packed(
    arrays: Mapping[str, NDArray[Any]], meta: dict[str, Any], *, deflate: bool = True
) -> bytes:
    """The bytes of an .npz file of these arrays and `meta`; equal content gives equal bytes."""
    text = np.array(json.dumps(meta, sort_keys=True, allow_nan=False))  # 0-d, unicode
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, array in {**arrays, "meta": text}.items():
            entry = zipfile.ZipInfo(f"{name}.npy", ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
            entry.create_system = 3  # Unix, wherever it is written
            member = BytesIO()
            np.save(member, np.asarray(array, order="C"), allow_pickle=False)
            archive.writestr(entry, member.getvalue())
    return content.getvalue()


def parse(content: bytes) -> WeightsFile | LayersFile:
    """What `read_weights` returns, from the bytes of a file."""
    if not content:
        raise WeightsError("it is empty; expected a zip of arrays W0, b0, W1, b1, …")
    try:
        meta, arrays = _arrays(content)
    except WeightsError:
        raise
    except Exception as error:  # damaged bytes make zipfile and NumPy raise a dozen kinds
        raise WeightsError(
            f"it is damaged or no .npz file ({type(error).__name__}: {error})."
        ) from error
    usual = {name: _float32(name, arrays.pop(name)) for name in sorted(arrays) if is_usual(name)}
    if "layers" in meta:
        return LayersFile(
            {name: _float32(name, array) for name, array in arrays.items()}, meta, usual
        )
    n_layers = len(arrays) // 2
    return WeightsFile(
        weights=[_float32(f"W{i}", arrays[f"W{i}"]) for i in range(n_layers)],
        biases=[_flat(_float32(f"b{i}", arrays[f"b{i}"])) for i in range(n_layers)],
        meta=meta,
        usual=usual,
    )


def claims_to_be_ours(content: bytes) -> bool:
    """Whether the bytes of an .npz file hold a `meta` that tells a version of ours, or layers."""
    try:
        with open_zip(content) as archive:
            meta = json_object(npy_array("meta", unpacked(archive, archive.getinfo("meta.npy"))))
    except Exception:  # damaged, or somebody else's
        return False
    return "layers" in meta or "format_version" in meta


def is_usual(name: str) -> bool:
    """Whether an array tells what the network usually does, such as "usual.h1.mean"."""
    return re.fullmatch(r"usual\.(h\d{1,4}|output)\.(mean|deviation|influence)", name) is not None


def _arrays(content: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return meta ({} if there is none) and the arrays of the network; raises almost anything."""
    with open_zip(content) as archive:
        entries = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
        if len(entries) < len(archive.infolist()):
            raise WeightsError(f"every array must have its own name; got {_listed(set(entries))}.")

        def read(name: str, kinds: str | None = None) -> NDArray[Any]:
            return npy_array(name, unpacked(archive, entries[name]), kinds)

        meta = json_object(read("meta")) if "meta" in entries else {}
        sparse = sparse_names(entries) - entries.keys()
        there = sparse | entries.keys()
        if "layers" in meta:
            expected = set(array_shapes(meta["layers"]))
            names = expected & there
        else:
            names = {name for name in there if re.fullmatch(r"[Wb]\d+", name)}
            n_layers = max(1, (len(names) + 1) // 2)
            expected = {f"{kind}{i}" for i in range(n_layers) for kind in "Wb"}
        if names != expected:
            raise WeightsError(
                f"expected the arrays {_listed(expected)}; got {_listed(set(entries))}."
            )
        names |= {name for name in entries if is_usual(name)}
        budget = Budget()
        return meta, {
            name: budget.full(name, read) if name in sparse else read(name)
            for name in sorted(names)
        }


def npy_array(name: str, content: bytes, kinds: str | None = None) -> NDArray[Any]:
    """Return the array in the bytes of an .npy file, without trusting the size it claims.

    kinds: the letters of NumPy's kinds that it may hold; by default text for `meta`, else floats.
    """
    stream = BytesIO(content)
    version = npy.read_magic(stream)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
    shape, fortran_order, dtype = read_header(stream)
    if dtype.kind not in (kinds or ("U" if name == "meta" else "f")):
        kind = "text" if name == "meta" else "floating-point numbers"
        raise WeightsError(f"{name} must hold {kind}; got {dtype}.")
    values = content[stream.tell() :]
    if dtype.kind == "O":
        return np.empty(0, object)  # pickled: nobody looks into it
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(values):
        raise WeightsError(
            f"{name} claims shape {shape} of {dtype}, but {len(values):,} bytes follow."
        )
    return np.frombuffer(values, dtype).reshape(shape, order="F" if fortran_order else "C")


def _float32(name: str, array: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        converted = np.array(array, np.float32, order="C")
    if np.isfinite(array).all() and not np.isfinite(converted).all():
        largest = np.abs(array).max()
        raise WeightsError(f"{name} must fit float32, at most 3.4e38; got {largest:.3g}.")
    return converted


def _flat(bias: NDArray[np.float32]) -> NDArray[np.float32]:
    return bias[0] if bias.ndim == 2 and len(bias) == 1 else bias  # (1, n) -> (n,)


def json_object(text: NDArray[Any]) -> dict[str, Any]:
    """What the text `meta` of a file says."""
    try:
        meta = json.loads(text.item(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # ValueError: also if it is not one string
        raise WeightsError(f"meta must be one JSON object ({error}).") from error
    if not isinstance(meta, dict):
        raise WeightsError(f"meta must be one JSON object; got a {type(meta).__name__}.")
    return meta


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _listed(names: set[str]) -> str:
    shown = sorted(names, key=lambda name: (name[1:].zfill(9), name))[:12]
    return (", ".join(shown) or "none") + (", …" if len(names) > len(shown) else "")
