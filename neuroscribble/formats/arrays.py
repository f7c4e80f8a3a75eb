"""Named arrays out of an .npz or .npy file or out of JSON, whatever their names are.

Nothing is unpickled: an array of Python objects is not read, and the reason is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import SettingsError, WeightsError
from ..inputs import InputSpec, read_words
from .bounded import open_zip, unpacked
from .named import Array
from .npz import npy_array

MAX_JSON = 64 * 2**20  # bytes: some 8 million numbers as people print them
MAX_DEPTH = 12  # of dicts and lists around an array
OBJECTS = "holds Python objects, which only pickle could read, and pickle runs programs"
WAY_OUT = "save each array by itself, as in numpy.savez('weights.npz', *arrays)"


@dataclass(frozen=True, eq=False)
class Found:
    """Arrays by name, in the order of the file, and what else a file says of them.

    Where the file says how its arrays are laid out: `rows_are_inputs` of matrices,
    `kernels_last` of kernels (rows, columns, in, out).
    """

    format: str  # "NumPy", …
    arrays: Mapping[str, Array]
    unread: Mapping[str, str] = field(default_factory=dict)  # name → why it is not read
    rows_are_inputs: bool | None = None
    kernels_last: bool | None = None
    activation: str | None = None
    class_names: tuple[str, ...] = ()
    words: str | None = None  # of the input, see `inputs.read_words`


def npz_arrays(content: bytes) -> Found:
    """All numeric arrays in the bytes of an .npz file; raises almost anything if it is damaged."""
    arrays: dict[str, Array] = {}
    unread: dict[str, str] = {}
    with open_zip(content) as archive:
        for entry in archive.infolist():
            if not entry.filename.endswith(".npy"):
                unread[entry.filename] = "is no array"
                continue
            name = entry.filename.removesuffix(".npy")
            if name in arrays:
                raise WeightsError(f"every array must have its own name; {name} is there twice.")
            _sort_in(name, npy_array(name, unpacked(archive, entry), "fiubUSOV"), arrays, unread)
    return Found("NumPy", arrays, unread)


def npy_arrays(content: bytes) -> Found:
    """The one array of an .npy file."""
    arrays: dict[str, Array] = {}
    unread: dict[str, str] = {}
    _sort_in("arr_0", npy_array("arr_0", content, "fiubUSOV"), arrays, unread)
    return Found("NumPy", arrays, unread)


def _sort_in(name: str, array: Array, arrays: dict[str, Array], unread: dict[str, str]) -> None:
    if array.dtype.kind in "fiu":
        arrays[name] = array
    else:
        unread[name] = OBJECTS if array.dtype.kind == "O" else f"holds {array.dtype}"


def json_arrays(content: bytes) -> Found:
    """All rectangular lists of numbers in JSON, named by their path: "layers.0.weights"."""
    if len(content) > MAX_JSON:
        raise WeightsError(
            f"it is {len(content):,} bytes of JSON; at most {MAX_JSON:,} are read. Save it as .npz."
        )
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"it is no JSON ({error}).") from error
    arrays: dict[str, Array] = {}
    said: list[str] = []
    names: tuple[str, ...] = ()
    words = _input_words(value)
    for path, one in _walk(value, ()):
        if isinstance(one, str):
            if path[-1].lower().startswith("activation"):
                said.append(one)
        elif isinstance(one, np.ndarray):
            arrays[".".join(path)] = one
    if isinstance(value, dict):
        listed = value.get("class_names", value.get("classes"))
        if isinstance(listed, list) and all(isinstance(one, str | int) for one in listed):
            names = tuple(map(str, listed))
    hidden = said[:-1] if len(said) > 1 and said[-1].lower() in ("softmax", "linear") else said
    activation = hidden[0] if len(set(hidden)) == 1 else None
    if activation is None and _is_nielsen(value):
        activation = "sigmoid"
    return Found("JSON", arrays, activation=activation, class_names=names, words=words)


def _input_words(value: Any) -> str | None:
    """What the member "input" says of the input, where it says it as `InputSpec.in_words` does."""
    said = value.get("input") if isinstance(value, dict) else None
    if not isinstance(said, str):
        return None
    try:
        return said if read_words(said, InputSpec(shape=(1,))).in_words() == said else None
    except SettingsError:
        return None


def _is_nielsen(value: Any) -> bool:
    """The format of "Neural Networks and Deep Learning", whose every unit is a sigmoid."""
    return isinstance(value, dict) and {"sizes", "weights", "biases", "cost"} <= value.keys()


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Arrays and texts in nested lists and objects, with their paths."""
    if len(path) > MAX_DEPTH:
        raise WeightsError(f"its lists and objects are nested more than {MAX_DEPTH} deep.")
    if isinstance(value, list):
        array = _rectangle(value)
        if array is not None:
            yield path or ("arr_0",), array
        else:
            for number, one in enumerate(value):
                yield from _walk(one, (*path, str(number)))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _walk(one, (*path, name))
    elif isinstance(value, str) and path:
        yield path, value


def _rectangle(value: list[Any]) -> Array | None:
    """The list as an array of numbers; None for one that is none."""
    one: Any = value
    while isinstance(one, list) and one:
        one = one[0]
    if isinstance(one, bool) or not isinstance(one, int | float):
        return None
    try:
        array = np.array(value, np.float64)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.ndim <= 4 else None


def listed_unread(found: Found) -> str:
    """The reasons, as the end of a sentence."""
    return "; ".join(f"{name} {why}" for name, why in list(found.unread.items())[:4])
