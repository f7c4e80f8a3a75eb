"""Files of networks as other programs write them, byte by byte and without those programs."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]
Pairs = list[tuple[np.ndarray, np.ndarray]]  # of each layer (fan_in, fan_out) and (fan_out,)
STORAGES = {"f8": "Double", "f4": "Float", "f2": "Half", "i8": "Long", "u1": "Byte"}
ST_TYPES = {"f8": "F64", "f4": "F32", "f2": "F16", "i8": "I64", "u1": "U8"}


def dense_arrays(
    sizes: tuple[int, ...] = (6, 5, 4, 3), seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Matrices (fan_in, fan_out) and biases (fan_out,) of a small network."""
    rng = np.random.default_rng(seed)
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    return [
        (rng.normal(size=pair).astype(np.float32), rng.normal(size=pair[1]).astype(np.float32))
        for pair in pairs
    ]


# ---------------------------------------------------------------- names of arrays


def named(weight: str, bias: str, *, start: int = 0, change: Any = None, turn: bool = False) -> Any:
    """A way to name arrays: {i} is the number of the layer, from `start` on."""

    def arrays(pairs: Pairs) -> dict[str, np.ndarray]:
        out = {}
        for i, (W, b) in enumerate(pairs, start=start):
            out[weight.format(i=i)] = W.T if turn else W
            out[bias.format(i=i)] = b if change is None else change(b)
        return out

    return arrays


def columns(pairs: Pairs) -> dict[str, np.ndarray]:
    """The bias as one more column of each matrix (out, in + 1)."""
    return {f"arr_{i}": np.hstack([W.T, b[:, None]]) for i, (W, b) in enumerate(pairs)}


def first_columns(pairs: Pairs) -> dict[str, np.ndarray]:
    return {f"Theta{i}": np.hstack([b[:, None], W.T]) for i, (W, b) in enumerate(pairs, start=1)}


def in_turn(pairs: Pairs) -> dict[str, np.ndarray]:
    """As numpy.savez(path, W, b, W, b) names them."""
    return {f"arr_{i}": array for i, array in enumerate(a for pair in pairs for a in pair)}


NAMINGS = {
    "W1 b1": named("W{i}", "b{i}", start=1),
    "w_1 b_1": named("w_{i}", "b_{i}", start=1),
    "w1 bias1": named("w{i}", "bias{i}", start=1),
    "weights_0 biases_0": named("weights_{i}", "biases_{i}"),
    "weight1 bias1, (out, in)": named("weight{i}", "bias{i}", start=1, turn=True),
    "layers.0.weight": named("layers.{i}.weight", "layers.{i}.bias", turn=True),
    "fc1.weight": named("fc{i}.weight", "fc{i}.bias", start=1, turn=True),
    "dense/kernel:0": named("dense_{i}/kernel:0", "dense_{i}/bias:0"),
    "coefs_0 intercepts_0": named("coefs_{i}", "intercepts_{i}"),
    "W1 B1 as columns, (out, in)": named(
        "W{i}", "B{i}", start=1, turn=True, change=lambda b: b[:, None]
    ),
    "W1 b1 as rows": named("W{i}", "b{i}", start=1, change=lambda b: b[None]),
    "arr_0 arr_1": in_turn,
    "arr_0 with the bias as a column": columns,
    "Theta1 with the bias as the first column": first_columns,
    "float64": named("W{i}", "b{i}", start=1, change=lambda b: b.astype(np.float64)),
    "W_hidden": lambda p: {
        **{"W_hidden": p[0][0], "b_hidden": p[0][1], "W_middle": p[1][0], "b_middle": p[1][1]},
        **{"W_out": p[2][0], "b_out": p[2][1]},
    },
    "biases after weights": lambda p: {
        **{f"W{i}": W for i, (W, _) in enumerate(p)},
        **{f"b{i}": b for i, (_, b) in enumerate(p)},
    },
    "out of order": lambda p: dict(reversed(named("W{i}", "b{i}", start=9)(p).items())),
    "names that tell no order": lambda p: {
        **{"out.weight": p[2][0].T, "out.bias": p[2][1], "in.weight": p[0][0].T},
        **{"in.bias": p[0][1], "mid.weight": p[1][0].T, "mid.bias": p[1][1]},
    },
    "gradients beside": lambda p: {
        **{f"dW{i}": 0 * W for i, (W, _) in enumerate(p)},
        **named("W{i}", "b{i}")(p),
        **{f"db{i}": 0 * b for i, (_, b) in enumerate(p)},
    },
}


# ---------------------------------------------------------------- pickle, by instructions


def text(value: str) -> bytes:
    encoded = value.encode()
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def integer(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def integers(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(map(integer, values)) + b"t"


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


EMPTY_ORDERED = name("collections", "OrderedDict") + b")R"


def tensor(
    key: str,
    kind: str,
    shape: tuple[int, ...],
    *,
    stride: tuple[int, ...] | None = None,
    offset: int = 0,
    count: int | None = None,
    legacy: bool = False,
) -> bytes:
    """The call that rebuilds a tensor from a storage."""
    n = int(np.prod(shape)) if count is None else count
    steps = (
        stride
        if stride is not None
        else tuple(int(np.prod(shape[i + 1 :])) for i in range(len(shape)))
    )
    stored = b"(" + text("storage") + name("torch", f"{kind}Storage") + text(key) + text("cpu")
    stored += integer(n) + (b"N" if legacy else b"") + b"tQ"
    call = name("torch._utils", "_rebuild_tensor_v2") + b"(" + stored + integer(offset)
    return call + integers(shape) + integers(steps) + b"\x89" + EMPTY_ORDERED + b"tR"


def state_dict(arrays: Arrays, *, legacy: bool = False, bfloat16: bool = False) -> bytes:
    """An OrderedDict of tensors, and the attributes that PyTorch hangs on it."""
    out = EMPTY_ORDERED + b"("
    for number, (key, array) in enumerate(arrays.items()):
        kind = "BFloat16" if bfloat16 else STORAGES[array.dtype.str[1:]]
        out += text(key) + tensor(str(number), kind, array.shape, legacy=legacy)
    return out + b"u}" + text("_metadata") + EMPTY_ORDERED + b"sb"


def numbers(array: np.ndarray, *, bfloat16: bool = False) -> bytes:
    if bfloat16:
        return (array.astype(np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
    return np.ascontiguousarray(array).tobytes()


def torch_zip(
    path: Path,
    arrays: Arrays,
    *,
    value: bytes | None = None,
    bfloat16: bool = False,
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """What torch.save writes since 1.6; `value` replaces the pickled state_dict."""
    with zipfile.ZipFile(path, "w") as archive:
        pickled = state_dict(arrays, bfloat16=bfloat16) if value is None else value
        archive.writestr("model/data.pkl", b"\x80\x02" + pickled + b".")
        for number, array in enumerate(arrays.values()):
            archive.writestr(f"model/data/{number}", numbers(array, bfloat16=bfloat16))
        archive.writestr("model/version", b"3\n")
        for member, content in (more or {}).items():
            archive.writestr(member, content)
    return path


def old_torch(path: Path, arrays: Arrays, *, value: bytes | None = None) -> Path:
    """What torch.save wrote before 1.6: pickles, then bytes."""
    out = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19." + b"\x80\x02M\xe9\x03." + b"\x80\x02}."
    out += b"\x80\x02" + (state_dict(arrays, legacy=True) if value is None else value) + b"."
    out += b"\x80\x02](" + b"".join(text(str(i)) for i in range(len(arrays))) + b"e."
    for array in arrays.values():
        out += struct.pack("<q", array.size) + numbers(array)
    path.write_bytes(out)
    return path


# ---------------------------------------------------------------- safetensors


def safetensors(path: Path, arrays: Arrays, *, header: dict[str, Any] | None = None) -> Path:
    entries: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = io.BytesIO()
    for key, array in arrays.items():
        begin = data.tell()
        data.write(numbers(array))
        entries[key] = {
            "dtype": ST_TYPES[array.dtype.str[1:]],
            "shape": list(array.shape),
            "data_offsets": [begin, data.tell()],
        }
    encoded = json.dumps(entries if header is None else header).encode()
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + data.getvalue())
    return path
