"""PyTorch files: a pickle that says which arrays there are, and the arrays' bytes beside it.

Since version 1.6 both lie in a zip; before, pickles and bytes follow one another. The pickle is
read by a machine that calls nothing (`pickles`), so a file can do no harm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import WeightsError
from .arrays import Found
from .bounded import open_zip, unpacked
from .hints import NeedsHint
from .named import Array
from .pickles import Call, Name, Refused, Stored, unpickle
from .raw import MAX_ELEMENTS, TYPES, from_bytes

STORAGES = {
    **{"Double": "F64", "Float": "F32", "Half": "F16", "BFloat16": "BF16", "Bool": "BOOL"},
    **{"Long": "I64", "Int": "I32", "Short": "I16", "Char": "I8", "Byte": "U8"},
}
REBUILD = "torch._utils._rebuild_"
ALLOWED = {
    "collections.OrderedDict",
    "torch.Size",
    "torch.device",
    *(f"{REBUILD}{what}" for what in ("tensor", "tensor_v2", "parameter")),
    *(f"torch.{name}Storage" for name in STORAGES),
}
MAX_PICKLE = 16 * 2**20
USUAL = ("state_dict", "model_state_dict", "model", "net", "network", "model_state", "params")
EXPORT = (
    "export it where it was made: "
    'model = torch.load("FILE", weights_only=False).eval(); '
    'torch.onnx.export(model, torch.zeros(1, 1, 28, 28), "model.onnx"). '
    "Or save its arrays alone: torch.save(model.state_dict(), FILE)."
)

Storage = Callable[[str, str, int], Array]  # key, type, count → all numbers of that storage


def torch_arrays(content: bytes) -> Found:
    """All arrays of a state_dict in a zip, as torch.save writes it."""
    with open_zip(content) as archive:
        names = archive.namelist()
        if any(name.endswith("/constants.pkl") or "/code/" in name for name in names):
            raise NeedsHint(
                "it is a TorchScript program, which is not read; "
                + EXPORT.replace("torch.load", "torch.jit.load").replace(", weights_only=False", "")
            )
        (main,) = (name for name in names if name.rpartition("/")[2] == "data.pkl")
        folder = main.removesuffix("data.pkl")
        if f"{folder}byteorder" in names and archive.read(f"{folder}byteorder") != b"little":
            raise WeightsError("its numbers are big-endian; save it on a usual machine.")
        if archive.getinfo(main).file_size > MAX_PICKLE:
            raise WeightsError(f"its pickle is larger than {MAX_PICKLE:,} bytes.")

        def storage(key: str, kind: str, count: int) -> Array:
            entry = archive.getinfo(f"{folder}data/{key}")
            numbers = from_bytes(kind, unpacked(archive, entry))
            return numbers[:count]

        return _found(_value(unpacked(archive, archive.getinfo(main)))[0], storage)


def old_torch_arrays(content: bytes) -> Found:
    """All arrays of a state_dict as PyTorch wrote it before 1.6: pickles, then bytes."""
    at = 0
    for _ in range(3):  # a magic number, the version, facts of the machine
        _, at = _value(content, at)
    value, at = _value(content, at)
    keys, at = _value(content, at)
    counts: dict[str, int] = {}
    starts: dict[str, int] = {}
    kinds = _kinds(value)
    for key in keys:
        counts[key] = int.from_bytes(content[at : at + 8], "little")
        starts[key] = at + 8
        at += 8 + counts[key] * np.dtype(TYPES[kinds.get(key, "F32")]).itemsize
        if at > len(content):
            raise WeightsError(f"storage {key!r:.40} claims {counts[key]:,} numbers.")

    def storage(key: str, kind: str, count: int) -> Array:
        size = np.dtype(TYPES[kind]).itemsize * min(count, counts[key])
        return from_bytes(kind, memoryview(content)[starts[key] : starts[key] + size])

    return _found(value, storage)


def refuse_pickle(content: bytes) -> Found:
    """Other pickles are refused, by the name of what they hold."""
    try:
        unpickle(content[:MAX_PICKLE], ALLOWED)
    except Refused as error:
        raise NeedsHint(
            f"it is a pickle that holds {error.what}, which is not read: it could run a program. "
            "Load it where it was made, and save its arrays with numpy.savez, or hand the model to "
            "neuroscribble.from_sklearn, from_torch or from_keras there."
        ) from error
    raise WeightsError("it is a pickle without arrays.")


def _value(content: bytes, start: int = 0) -> tuple[Any, int]:
    """A pickled value; what else than arrays it holds is refused by name, with the way out."""
    try:
        return unpickle(content, ALLOWED, start)
    except Refused as error:
        raise NeedsHint(
            f"it holds {error.what[:120]}, not arrays alone, and only its own program could "
            f"rebuild that; {EXPORT}"
        ) from error


def _found(value: Any, storage: Storage) -> Found:
    tensors = _state_dict(value)
    arrays: dict[str, Array] = {}
    total = 0
    for name, one in tensors.items():
        array = _tensor(name, one, storage)
        total += array.size
        if total > MAX_ELEMENTS:
            raise WeightsError(f"it has more than {MAX_ELEMENTS:,} numbers.")
        arrays[_short(name)] = array
    return Found("PyTorch", arrays, rows_are_inputs=False, kernels_last=False)


def _short(name: str) -> str:
    """Without the prefixes of DataParallel and torch.compile."""
    return name.removeprefix("module.").removeprefix("_orig_mod.")


def _state_dict(value: Any) -> dict[str, Any]:
    """The dictionary of tensors: the value itself, or the one inside a checkpoint."""
    if isinstance(value, list | tuple):
        value = {f"arr_{number}": one for number, one in enumerate(value)}
    if _is_tensor(value):
        value = {"arr_0": value}
    if not isinstance(value, dict):
        raise WeightsError(f"expected a dictionary of tensors; got a {type(value).__name__}.")
    inner = {
        str(key): one
        for key, one in value.items()
        if isinstance(one, dict) and "optim" not in str(key) and any(map(_is_tensor, one.values()))
    }
    own = {str(key): one for key, one in value.items() if _is_tensor(one)}
    name = next((name for name in USUAL if name in inner), None)
    if name is None and len(inner) == 1 and len(own) < 2:
        (name,) = inner
    if name is None and inner and not own:
        raise WeightsError(f"it holds several networks: {', '.join(inner)[:200]}; save one alone.")
    tensors = own if name is None else inner[name]
    return {str(key): one for key, one in tensors.items() if _is_tensor(one)}


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Call) and str(value.name).startswith(REBUILD)


def _tensor(name: str, call: Call, storage: Storage, depth: int = 0) -> Array:
    """The array that a call would have rebuilt."""
    if str(call.name) == REBUILD + "parameter" and depth < 3:
        inner = call.arguments[0]
        if _is_tensor(inner):
            return _tensor(name, inner, storage, depth + 1)
    key, kind, count = _stored(call.arguments[0])
    offset, size, stride = call.arguments[1:4]
    numbers = storage(key, kind, count)
    whole = (offset, *size, *stride)
    if (
        len(size) != len(stride)
        or len(size) > 8
        or not all(type(n) is int and 0 <= n < 2**40 for n in whole)
    ):
        raise WeightsError(f"{name:.80} has an impossible shape.")
    if math.prod(size) > MAX_ELEMENTS:
        raise WeightsError(f"{name:.80} claims {math.prod(size):,} numbers.")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if math.prod(size) and last >= numbers.size:
        raise WeightsError(f"{name:.80} claims more numbers than its storage has.")
    steps = [step * numbers.itemsize for step in stride]
    view = np.lib.stride_tricks.as_strided(numbers[offset:], tuple(size), steps, writeable=False)
    return np.array(view)


def _stored(value: Any) -> tuple[str, str, int]:
    """Key, type and count of numbers of a storage."""
    if not isinstance(value, Stored) or not isinstance(value.id, tuple) or len(value.id) < 5:
        raise WeightsError("a tensor has no storage.")
    what, name, key, _, count = value.id[:5]
    if what != "storage" or not isinstance(name, Name) or not isinstance(key, str):
        raise WeightsError("a tensor has no storage.")
    kind = STORAGES.get(name.name.removesuffix("Storage"))
    if kind is None or type(count) is not int or count < 0:
        raise WeightsError(f"a storage of kind {name} is not read.")
    return key, kind, count


def _kinds(value: Any) -> dict[str, str]:
    """Key → type of every storage that a value mentions."""
    kinds: dict[str, str] = {}
    waiting, seen = [value], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        elif isinstance(one, Call):
            waiting.extend(one.arguments)
        elif isinstance(one, Stored):
            key, kind, _ = _stored(one)
            kinds[key] = kind
    return kinds
