"""An ONNX file as nodes and tensors, from its protobuf (onnx.proto's field numbers).

Numbers may lie in the message itself, typed or raw, or in a second file beside it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ..errors import WeightsError
from .bounded import MAX_BYTES
from .named import Array
from .protobuf import (
    Message,
    inner,
    integer,
    integers,
    last,
    messages,
    number32,
    raw,
    text,
    texts,
)
from .raw import from_bytes, shaped

MAX_NODES = 4_000
MAX_OUTPUTS = 64
TYPES = {
    **{1: "F32", 2: "U8", 3: "I8", 4: "U16", 5: "I16", 6: "I32", 7: "I64", 9: "BOOL"},
    **{10: "F16", 11: "F64", 12: "U32", 13: "U64", 16: "BF16"},
}
UINT8, STRINGS = 2, 8
EXTERNAL = 1


@dataclass(frozen=True)
class Node:
    """One operation: names of what it reads and makes; an empty name is an input left out."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Input:
    """A graph's input; an unknown size is 0, no shape at all is None."""

    name: str
    type: int
    shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Model:
    nodes: tuple[Node, ...]
    constants: dict[str, Array]
    texts: dict[str, tuple[str, ...]]  # constants that are words
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    producer: str
    facts: dict[str, str]  # the model's metadata, by name


def read_model(content: bytes, folder: Path) -> Model:
    """The graph in an ONNX file; `folder` is where a second file with its numbers would lie.

    Raises WeightsError for whatever is no ONNX file.
    """
    try:
        model = Message(content)
        graph = inner(model, 7)
    except WeightsError as error:
        raise WeightsError(
            f"it is no file of a known kind, and as ONNX it is damaged: {error}"
        ) from error
    if not graph.get(1):
        raise WeightsError(
            "it is no file of a known kind (.npz, JSON, ONNX, Keras, PyTorch, safetensors)."
        )
    if len(graph[1]) > MAX_NODES or len(graph.get(12, ())) > MAX_OUTPUTS:
        raise WeightsError(f"its graph has more than {MAX_NODES:,} nodes or {MAX_OUTPUTS} outputs.")
    constants: dict[str, Array] = {}
    words: dict[str, tuple[str, ...]] = {}
    n_bytes = 0
    for one in messages(graph, 5):
        if integer(one, 2) == STRINGS:
            words[text(one, 8)] = texts(one, 6)
            continue
        array = constants[text(one, 8)] = tensor(one, folder)
        n_bytes += array.nbytes
        if n_bytes > MAX_BYTES:
            raise WeightsError(f"its numbers take more than {MAX_BYTES:,} bytes.")
    return Model(
        tuple(_node(one, folder) for one in messages(graph, 1)),
        constants,
        words,
        tuple(one for one in map(_input, messages(graph, 11)) if one.name not in constants),
        tuple(text(one, 1) for one in messages(graph, 12)),
        text(model, 2),
        {text(one, 1): text(one, 2) for one in messages(model, 14)},
    )


def tensor(message: Message, folder: Path) -> Array:
    """The array of a TensorProto."""
    kind = TYPES.get(integer(message, 2))
    name, dims = text(message, 8) or "a constant", integers(message, 1)
    if kind is None:
        raise WeightsError(f"{name:.80} holds numbers of ONNX's type {integer(message, 2)}.")
    if integer(message, 14) == EXTERNAL:
        array = from_bytes(kind, _external(message, folder, name))
    elif message.get(9):
        array = from_bytes(kind, last(message, 9))
    elif kind == "F32":
        array = from_bytes(kind, raw(message, 4))
    elif kind == "F64":
        array = from_bytes(kind, raw(message, 10))
    else:
        values = integers(message, {"I64": 7, "U32": 11, "U64": 11}.get(kind, 5))
        halves = kind in ("F16", "BF16")
        packed = np.array(values, np.int64).astype(np.uint16 if halves else np.int64)
        array = from_bytes(kind, packed.tobytes()) if halves else packed
    return shaped(name, array, dims)


def _external(message: Message, folder: Path, name: str) -> bytes:
    """The bytes of a tensor in a file beside the model, and nowhere else."""
    entries = {text(one, 1): text(one, 2) for one in messages(message, 13)}
    location = PurePosixPath(entries.get("location", "").replace("\\", "/"))
    parts = location.parts
    if not parts or location.is_absolute() or ".." in parts or ":" in parts[0]:
        raise WeightsError(
            f"{name:.80} lies in {str(location)!r:.80}, which is not beside the model."
        )
    path = folder.joinpath(*parts)
    try:
        offset, length = int(entries.get("offset") or 0), int(entries.get("length") or -1)
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise FileNotFoundError("there is no such file")
        size = path.stat().st_size - offset if length < 0 else length
        if offset < 0 or not 0 <= size <= MAX_BYTES:
            raise ValueError(f"{size:,} bytes from {offset:,} on cannot be meant")
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(size)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"its numbers lie in a second file, {location}, which cannot be read ({error}); put it "
            "beside the model."
        ) from error
    if len(content) != size:
        raise WeightsError(f"{location} has fewer bytes than the {size:,} that {name:.80} claims.")
    return content


def _node(message: Message, folder: Path) -> Node:
    inputs, outputs = (texts(message, number) for number in (1, 2))
    attributes = dict(_attribute(one, folder) for one in messages(message, 5))
    return Node(text(message, 4), text(message, 3), inputs, outputs, attributes)


def _attribute(message: Message, folder: Path) -> tuple[str, Any]:
    """Name and value: by its type, or in old files by what is there."""
    kind = integer(message, 20) or next((k for k, n in _FIELDS.items() if n in message), 0)
    value: Any = None
    if kind == 1:
        value = number32(message, 2, 0.0)
    elif kind == 2:
        value = integer(message, 3)
    elif kind == 3:
        value = text(message, 4)
    elif kind == 4:
        value = tensor(inner(message, 5), folder)
    elif kind == 6:
        packed = raw(message, 7)
        value = list(struct.unpack(f"<{len(packed) // 4}f", packed[: len(packed) // 4 * 4]))
    elif kind == 7:
        value = integers(message, 8)
    elif kind == 8:
        value = list(texts(message, 9))
    return text(message, 1), value


_FIELDS = {1: 2, 2: 3, 3: 4, 4: 5, 6: 7, 7: 8, 8: 9}  # type of an attribute → its field


def _input(message: Message) -> Input:
    tensor_type = inner(inner(message, 2), 1)
    shape = None
    if 2 in tensor_type:
        dims = messages(inner(tensor_type, 2), 1)
        shape = tuple(max(0, integer(dim, 1)) for dim in dims)
    if shape is not None and math.prod(max(1, size) for size in shape) > 2**40:
        raise WeightsError(f"its input claims the shape {shape!r:.80}.")
    return Input(text(message, 1), integer(tensor_type, 1), shape)
