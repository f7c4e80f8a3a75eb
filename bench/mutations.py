"""Files of networks that were damaged on purpose: every one is read or refused, and nothing else.

Good files of every format are taken and bits flipped, ends cut off, sizes claimed that are not
there, members blown up, names and layers exchanged, numbers made NaN; some are built to call
programs, to go in circles or to have billions of dimensions. Each is loaded in a process that may
take one gigabyte more, with ten seconds of time. A traceback (any error but ours), a hang, a
bigger allocation, a crash or a call of a program would be a failure.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # whatever else is installed
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "tests"))
from network_files import (
    EMPTY_ORDERED,
    dense_arrays,
    name,
    old_torch,
    safetensors,
    state_dict,
    tensor,
    text,
    torch_zip,
)

from neuroscribble.errors import NeuroscribbleError
from neuroscribble.files import write_atomically
from neuroscribble.formats.onnx_write import onnx_bytes
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.network import build_mlp

SEED = 20_261_125
N_FILES = 2_000
SECONDS = 10  # for one file
MEMORY = 2**30  # bytes more than the process has before
BATCH = 100  # files for one process
FORBIDDEN = {"os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen"}
FORBIDDEN |= {"socket.connect", "pickle.find_class", "ctypes.dlopen", "shutil.rmtree", "os.remove"}
NUMBERS = ("-1", "0", "99999999999", "1e400", "NaN")  # in the place of a digit
HUGE = (0, 1, 255, 2**31 - 1, 2**32 - 1, 2**63 - 1)

Files = dict[str, bytes]
Mutation = Callable[[bytes, np.random.Generator], bytes]


# ---------------------------------------------------------------- good files to start from


def good_files(folder: Path) -> Files:
    """A file of every format, by a name that tells it; of others' too where they are found."""
    rng = np.random.default_rng(SEED)
    pairs = dense_arrays((64, 8, 10))
    named = {}
    for number, (W, b) in enumerate(pairs, start=1):
        named |= {f"fc{number}.weight": np.ascontiguousarray(W.T), f"fc{number}.bias": b}
    mlp, cnn = build_mlp((8,), rng=rng, n_inputs=64), build_cnn(((2,), (3,)), (4,), rng=rng)
    save_network(folder / "ours.npz", mlp)
    save_network(folder / "cnn.npz", cnn)
    np.savez(folder / "theirs.npz", **{k.replace(".", "_"): v for k, v in named.items()})
    lists = {key: array.round(3).tolist() for key, array in named.items()}
    (folder / "lists.json").write_text(json.dumps(lists))
    torch_zip(folder / "zip.pt", named)
    old_torch(folder / "old.pt", named)
    safetensors(folder / "net.safetensors", named)
    (folder / "mlp.onnx").write_bytes(onnx_bytes(mlp))
    (folder / "cnn.onnx").write_bytes(onnx_bytes(cnn))
    keras_files(folder)
    models = Path(os.environ.get("NEUROSCRIBBLE_MODELS", "../shared/models"))
    theirs = [path for path in models.glob("*.*") if path.suffix != ".md"]
    return {path.name: path.read_bytes() for path in [*sorted(folder.iterdir()), *sorted(theirs)]}


def keras_files(folder: Path) -> None:
    """A model with a convolution in HDF5 and as an archive; none without h5py."""
    try:
        import h5py
    except ImportError:
        return
    rng = np.random.default_rng(SEED)
    shapes = {"conv2d": ((3, 3, 1, 2), (2,)), "dense": ((72, 10), (10,))}
    inputs = {"batch_shape": [None, 8, 8, 1], "name": "input_layer"}
    conv = {"name": "conv2d", "strides": [1, 1], "padding": "valid", "activation": "relu"}
    layers = [("InputLayer", inputs), ("Conv2D", conv), ("Flatten", {"name": "flatten"})]
    layers.append(("Dense", {"name": "dense", "activation": "softmax"}))
    listed = [{"class_name": kind, "config": config} for kind, config in layers]
    config = json.dumps({"class_name": "Sequential", "config": {"layers": listed}})
    with h5py.File(folder / "keras.h5", "w") as file:
        file.attrs["model_config"] = config
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = list(shapes)
        for layer, (kernel, bias) in shapes.items():
            names = [f"{layer}/kernel:0", f"{layer}/bias:0"]
            group.create_group(layer).attrs["weight_names"] = names
            group[f"{layer}/{layer}/kernel:0"] = rng.normal(size=kernel).astype("f4")
            group[f"{layer}/{layer}/bias:0"] = rng.normal(size=bias).astype("f4")
    inside = io.BytesIO()
    with h5py.File(inside, "w") as file:
        for layer, (kernel, bias) in shapes.items():
            file[f"layers/{layer}/vars/0"] = rng.normal(size=kernel).astype("f4")
            file[f"layers/{layer}/vars/1"] = rng.normal(size=bias).astype("f4")
    with zipfile.ZipFile(folder / "archive.keras", "w") as archive:
        archive.writestr("config.json", config)
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", inside.getvalue())


# ---------------------------------------------------------------- what is done to them


def flip_bits(content: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(content)
    for at in rng.integers(0, len(content), int(rng.integers(1, 20))):
        changed[at] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def flip_bits_of_the_head(content: bytes, rng: np.random.Generator) -> bytes:
    """Headers stand in front; of zips at the end."""
    n = min(len(content), 600)
    head, tail = flip_bits(content[:n], rng), content[n:]
    return head + tail if rng.random() < 0.7 else content[:-n] + flip_bits(content[-n:], rng)


def cut_off(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(rng.integers(1, len(content)))]


def cut_out(content: bytes, rng: np.random.Generator) -> bytes:
    start, stop = sorted(int(at) for at in rng.integers(0, len(content), 2))
    return content[:start] + content[stop:]


def repeat(content: bytes, rng: np.random.Generator) -> bytes:
    start, stop = sorted(int(at) for at in rng.integers(0, len(content), 2))
    return content[:stop] + content[start : start + 5000] + content[stop:]


def claim(content: bytes, rng: np.random.Generator) -> bytes:
    """Numbers of 4 or 8 bytes, somewhere near the front, that say something else."""
    changed = bytearray(content)
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.choice([4, 8]))
        at = int(rng.integers(0, max(1, min(len(content), 2000) - size)))
        changed[at : at + size] = struct.pack("<Q", int(rng.choice(HUGE)))[:size]
    return bytes(changed)


def rewrite_numbers(content: bytes, rng: np.random.Generator) -> bytes:
    """Of text (JSON, headers, configurations): some numbers become others."""
    out, n = bytearray(), 0
    for byte in content[:20_000]:
        is_digit = 48 <= byte <= 57 and n < 8 and rng.random() < 0.02
        out += str(rng.choice(NUMBERS)).encode() if is_digit else bytes([byte])
        n += is_digit
    return bytes(out) + content[20_000:]


def exchange_words(content: bytes, rng: np.random.Generator) -> bytes:
    """Names of layers, kinds and types take each other's place."""
    words = [b"fc1", b"fc2", b"conv", b"dense", b"Conv", b"Gemm", b"Relu", b"F32", b"relu", b"W0"]
    words += [b"Flatten", b"Dense", b"weight", b"bias", b"kernel", b"Float", b"shape", b"<f4"]
    first, second = (words[int(i)] for i in rng.choice(len(words), 2, replace=False))
    if len(first) == len(second) or rng.random() < 0.5:
        return content.replace(first, second[: len(first)].ljust(len(first), b"x"))
    return content.replace(first, second)


def not_a_number(content: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(content)
    at = int(rng.integers(len(content) // 3, len(content))) // 4 * 4
    changed[at : at + 4] = struct.pack("<f", float(rng.choice([np.nan, np.inf, -np.inf, 3e38])))
    return bytes(changed)


def inside_of_the_zip(mutation: Mutation) -> Mutation:
    """The same, of one member of a zip, which is then packed again: its checksum is right."""

    def mutate(content: bytes, rng: np.random.Generator) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        except zipfile.BadZipFile:
            return mutation(content, rng)
        names = [key for key, value in members.items() if len(value) > 8]
        victim = names[int(rng.integers(len(names)))]
        members[victim] = mutation(members[victim], rng)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for key, value in members.items():
                archive.writestr(key, value)
        return packed.getvalue()

    return mutate


PLAIN: tuple[Mutation, ...] = (
    *(flip_bits, flip_bits_of_the_head, cut_off, cut_out, repeat, claim, rewrite_numbers),
    *(exchange_words, not_a_number),
)
MUTATIONS = (*PLAIN, *map(inside_of_the_zip, PLAIN))


# ---------------------------------------------------------------- built to do harm


def hostile_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Files that no accident makes."""
    arrays = {"fc.weight": np.zeros((10, 64), "f4")}
    for module, function in (("os", "system"), ("builtins", "eval"), ("subprocess", "Popen")):
        target = name(module, function)
        call = target + b"(" + text("touch executed") + b"tR"
        for what, value in (("reduce", call), ("object", b"(" + target + text("x") + b"o")):
            entry = EMPTY_ORDERED + b"(" + text("fc.weight") + value + b"u"
            for kind, write in (("zip", torch_zip), ("old", old_torch)):
                path = write(folder / "x", arrays, value=entry)
                yield f"{what}-{function}-{kind}.pt", path.read_bytes()
        yield f"{function}.pkl", b"\x80\x02" + call + b"."
    for shape in ((2**20, 2**20), (2**31 - 1, 2**31 - 1), (2**16, 2**16)):
        one = tensor("0", "Float", shape, stride=(0, 0), count=4)
        value = EMPTY_ORDERED + b"(" + text("fc.weight") + one + b"u"
        yield f"giant-{shape[0]}.pt", torch_zip(folder / "x", arrays, value=value).read_bytes()
        header = {"fc.weight": {"dtype": "F32", "shape": list(shape), "data_offsets": [0, 2560]}}
        path = safetensors(folder / "x", arrays, header=header)
        yield f"giant-{shape[0]}.safetensors", path.read_bytes()
        listed = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}\n".encode()
        npy = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(listed)) + listed + bytes(64)
        yield f"giant-{shape[0]}.npy", npy
    for kind, member in (
        ("npz", "W0.npy"),
        ("pt", "model/data.pkl"),
        ("keras", "model.weights.h5"),
    ):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("config.json", b"{}")
            with archive.open(member, "w", force_zip64=True) as stream:
                for _ in range(300):
                    stream.write(bytes(2**20))
        yield f"bomb.{kind}", bomb.getvalue()
        yield (
            f"bomb-small-claim.{kind}",
            bomb.getvalue().replace(struct.pack("<I", 300 * 2**20), struct.pack("<I", 1000)),
        )
    yield "deep.json", b"[" * 10**6 + b"]" * 10**6
    yield "deep-objects.json", b'{"a":' * 10**5 + b"1" + b"}" * 10**5
    yield "long-number.json", b'{"W1": [[' + b"9" * 10**6 + b"]]}"
    yield (
        "memo.pt",
        torch_zip(folder / "x", arrays, value=b"]" + b"q\x00" + b"h\x00a" * 100_000).read_bytes(),
    )
    yield "tuples.pt", torch_zip(folder / "x", arrays, value=b")" + b"2\x86" * 200_000).read_bytes()
    yield "state.pt", torch_zip(folder / "x", {}, value=state_dict(arrays)).read_bytes()
    nest = b""
    for _ in range(2_000):  # a message inside of a message inside of …
        nest = b"\x3a" + _varint(len(nest)) + nest
    yield "nested.onnx", b"\x08\x08" + nest
    yield "fields.onnx", b"\x08\x08" + b"\x38\x01" * 2_000_000
    yield from _onnx_graphs()


def _onnx_graphs() -> Iterator[tuple[str, bytes]]:
    """Circles, doubling constants, and sizes in the billions, where the package onnx is there."""
    try:
        from onnx import TensorProto, helper, numpy_helper
    except ImportError:
        return
    node = helper.make_node
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    W = numpy_helper.from_array(np.zeros((64, 10), np.float32), "W")
    big = numpy_helper.from_array(np.array([2**40, 2**20]), "big")
    many = numpy_helper.from_array(np.array([2**24]), "many")
    end = node("MatMul", ["x", "W"], ["y"])
    added = [node("Add", ["x", "c"], ["a"]), node("MatMul", ["a", "W"], ["y"])]
    doubled = [node("Concat", [f"c{i}"] * 2, [f"c{i + 1}"], axis=0) for i in range(60)]
    graphs: dict[str, list[Any]] = {
        "circle": [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), end],
        "self": [node("MatMul", ["y", "W"], ["y"])],
        "order": [node("Relu", ["z"], ["y"]), node("MatMul", ["x", "W"], ["z"])],
        "giant": [node("ConstantOfShape", ["big"], ["c"]), *added],
        "doubling": [
            *(node("ConstantOfShape", ["many"], ["c0"]), *doubled),
            *(node("Identity", ["c60"], ["c"]), *added),
        ],
        "reshape": [node("Reshape", ["x", "big"], ["r"]), node("MatMul", ["r", "W"], ["y"])],
        "pads": [node("Conv", ["x", "W"], ["y"], pads=[2**40] * 4)],
    }
    for key, nodes in graphs.items():
        graph = helper.make_graph(nodes, "g", [x], [y], [W, big, many])
        yield f"{key}.onnx", helper.make_model(graph).SerializeToString()
    wide = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2**40, 2**20])
    graph = helper.make_graph([end], "g", [wide], [y], [W])
    yield "wide.onnx", helper.make_model(graph).SerializeToString()


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


# ---------------------------------------------------------------- the judge


def judge(path: Path) -> str:
    """ "read", "refused", or what went wrong, in one line."""

    def too_long(signum: int, frame: Any) -> None:
        raise TimeoutError

    began = perf_counter()
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, too_long)
        signal.alarm(SECONDS)
    try:
        load_network(path)
        result = "read"
    except NeuroscribbleError as error:
        said = str(error)
        result = "refused"
        if "MemoryError" in said or "\n" in said or len(said) < 20:
            result = f"refused badly: {said!r:.200}"
        if "TimeoutError" in said:
            result = "a hang"
    except BaseException as error:
        result = f"traceback: {type(error).__name__}: {error!s:.200}"
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)
    return "a hang" if perf_counter() - began > SECONDS else result


def judge_all(paths: list[Path]) -> list[str]:
    """The judgments, in this process, which may not take much memory nor call anything."""
    called: list[str] = []
    sys.addaudithook(lambda event, _: called.append(event) if event in FORBIDDEN else None)
    try:
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    except (ImportError, OSError):
        pass  # a system without such limits: the rest is judged
    judgments = []
    for path in paths:
        called.clear()
        judgment = judge(path)
        judgments.append(f"called {called[0]}" if called else judgment)
        click.echo(json.dumps([path.name, judgments[-1]]))
        sys.stdout.flush()
    return judgments


def in_own_process(paths: list[Path], warm: Path) -> dict[str, str]:
    """The judgments by name, of a process of their own; one that dies takes a file with it."""
    left, judged = list(paths), {}
    while left:
        command = [sys.executable, __file__, "--judge", str(warm), *map(str, left)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=SECONDS * len(left)
            )
            out, err = done.stdout, done.stderr
        except subprocess.TimeoutExpired as error:
            out, err = (error.stdout or b"").decode(), "it did not come to an end"
        found = dict(json.loads(line) for line in out.splitlines())
        judged |= found
        left = [path for path in left if path.name not in found]
        if left:
            judged[left[0].name] = f"a crash: {err[-200:]!r}"
            left = left[1:]
    return judged


def mutants(folder: Path, n: int, seed: int) -> list[Path]:
    """So many files, the hostile ones among them, written into a folder."""
    good = folder / "good"
    good.mkdir(parents=True)
    files = good_files(good)
    rng = np.random.default_rng(seed)
    made: list[tuple[str, bytes]] = list(hostile_files(folder))[:n]
    names = sorted(files)
    while len(made) < n:
        key = names[len(made) % len(names)]
        mutation = MUTATIONS[int(rng.integers(len(MUTATIONS)))]
        content = mutation(files[key], rng)
        if rng.random() < 0.2:
            content = flip_bits(content, rng) if content else content
        made.append((f"{len(made):04}-{key}", content))
    paths = []
    for key, content in made:
        paths.append(folder / key)
        paths[-1].write_bytes(content)
    return paths


def warm_up(folder: Path) -> None:
    """Load every good file once: what is imported then is no harm that a mutant did."""
    for path in sorted(folder.iterdir()):
        load_network(path)


@click.command()
@click.option("--files", default=N_FILES, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=SEED, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="JSON file with the counts.")
def main(files: int, seed: int, out: Path | None) -> None:
    """Make damaged files, load each, and count what became of them."""
    began = perf_counter()
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = Path(name_of_folder)
        paths = mutants(folder, files, seed)
        judged: dict[str, str] = {}
        for start in range(0, len(paths), BATCH):
            judged |= in_own_process(paths[start : start + BATCH], folder / "good")
            click.echo(f"{len(judged):,} of {len(paths):,}", err=True)
    counts = Counter(one if one in ("read", "refused") else "failed" for one in judged.values())
    for key, judgment in judged.items():
        if judgment not in ("read", "refused"):
            click.echo(f"{key}: {judgment}")
    result = {
        "files": len(judged), "read": counts["read"], "refused": counts["refused"],
        "failed": counts["failed"], "seed": seed, "seconds": round(perf_counter() - began),
    }  # fmt: skip
    click.echo(json.dumps(result))
    if out is not None:
        write_atomically(out, json.dumps(result).encode())
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        warm_up(Path(sys.argv[2]))
        judge_all([Path(one) for one in sys.argv[3:]])
    else:
        main()
