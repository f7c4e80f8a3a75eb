"""Files that are dropped on the page: it reads the network that Python reads, or says why not."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import MODELS, needs_models
from foreign_networks import BUILDS, foreign
from javascript import RunJs, payload_of
from network_files import NAMINGS, dense_arrays

import neuroscribble as ns
from neuroscribble.errors import SettingsError
from neuroscribble.nn.even import even
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network
from neuroscribble.nn.upright import upright
from neuroscribble.shapes import Floats
from viz.diagram.facts import first_top_k, usual_words
from viz.diagram.inputs import described_input

SIZES = (6, 5, 4, 3)
READ = """
const bytes = Uint8Array.from(Buffer.from(given.content, "base64"));
const page = { themes: {}, examples: [] };
let made;
try {
  made = await dropped.readDropped(new File([bytes], given.name), given.hints, page);
} catch (error) {
  return { refused: error.message, answers: error.answers };
}
if (made === null) return null;
const { layers } = payload.readNetwork(made);
const size = given.inputs.length / given.rows;
const probabilities = [];
for (let n = 0; n < given.rows; n++) {
  const ink = Float32Array.from(given.inputs.slice(n * size, (n + 1) * size));
  const trace = network.forward(layers, ink);
  probabilities.push(Array.from(trace.probabilities));
}
if (made.input.samples) made.input.samples.values = Array.from(made.input.samples.values);
const { read: { file, ...read }, columns, cases, themes, ...told } = made;
return { ...told, read, probabilities };
"""
Read = Callable[..., Any]


@pytest.fixture
def read(js: RunJs) -> Read:
    """read(content, name, inputs) → the page's network of such a file, and what it answers."""

    def read_it(
        content: bytes, name: str = "theirs.npz", inputs: Any = (), **hints: str
    ) -> dict[str, Any] | None:
        found: dict[str, Any] | None = js(
            f"return (async () => {{ {READ} }})();",
            content=base64.b64encode(content).decode(),
            name=name,
            inputs=np.asarray(inputs, np.float32),
            rows=len(inputs),
            hints=hints,
        )
        return found

    return read_it


def npz(arrays: Mapping[str, Any], *, packed: bool = False) -> bytes:
    stream = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(stream, **arrays)
    return stream.getvalue()


def some_inputs(network: Network, n: int = 20) -> np.ndarray:
    rng = np.random.default_rng(4)
    return rng.uniform(0, 1, (n, network.input_shape[0])).astype(np.float32)


def assert_same(read: Read, path: Path, **hints: str) -> dict[str, Any]:
    """The page answers as the network that Python reads, on the same inputs."""
    network = ns.load_network(path, **hints)
    inputs = some_inputs(network)
    found = read(path.read_bytes(), path.name, inputs, **hints)
    assert "refused" not in found, found
    expected = network.in_double_precision().probabilities(inputs)
    np.testing.assert_allclose(found["probabilities"], expected, atol=1e-5)
    assert found["classNames"] == list(network.class_names)
    assert found["output"] == network.output.name
    described = described_input(network)
    if "samples" in described:
        described["samples"]["values"] = described["samples"]["values"].tolist()
    assert found["input"] == described
    return dict(found)


@pytest.mark.parametrize("name", ["xor", "iris", "digits"])
def test_examples_are_read_as_python_reads_them(name: str, read: Read) -> None:
    path = Path(ns.__file__).parent / "examples" / f"{name}.npz"
    found = assert_same(read, path)
    assert found["title"] == ns.load_network(path).meta["name"]
    assert found["read"] == {"hints": {}, "notes": [], "assumed": None}
    assert found["facts"]["usualOf"] == usual_words(ns.load_network(path))


@pytest.mark.parametrize(
    "samples",
    [
        {"values": [[1, 2, 3]], "labels": ["setosa"]},
        {"values": [[1, 2, 3, "4"]], "labels": ["setosa"]},
        {"values": [[1, 2, 3, 4]], "labels": ["rose"]},
        {"values": [[1, 2, 3, 4]], "labels": []},
        {"values": 7, "labels": ["setosa"]},
    ],
)
def test_samples_that_make_no_sense_are_left_out(
    samples: object, read: Read, tmp_path: Path
) -> None:
    network = ns.load_network(Path(ns.__file__).parent / "examples" / "iris.npz")
    network.meta["samples"] = samples
    ns.save_network(tmp_path / "odd.npz", network)
    assert "samples" not in assert_same(read, tmp_path / "odd.npz")["input"]


def test_the_shipped_weights_bring_what_is_usual_and_measured(read: Read) -> None:
    path = Path(ns.__file__).parent.parent / "weights.npz"
    found, network = assert_same(read, path), ns.load_network(path)
    assert (found["choice"], found["spread"]) == ("usual", "network")
    assert found["facts"] == payload_of(network)["facts"]
    assert found["facts"]["drawings"] is not None
    assert found["topK"] == first_top_k(network)


@pytest.mark.parametrize("name", [name for name in BUILDS if name != "piecewise"])
def test_any_layers_that_a_file_of_ours_describes(name: str, read: Read, tmp_path: Path) -> None:
    ns.save_network(tmp_path / "ours.npz", foreign(name))
    assert_same(read, tmp_path / "ours.npz")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("naming", NAMINGS)
def test_every_naming_gives_the_network_that_python_reads(
    naming: str, packed: bool, read: Read, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.npz"
    path.write_bytes(npz(NAMINGS[naming](dense_arrays(SIZES)), packed=packed))
    assert_same(read, path)


@pytest.mark.parametrize("naming", NAMINGS)
def test_json_is_read_alike(naming: str, read: Read, tmp_path: Path) -> None:
    lists = {name: array.tolist() for name, array in NAMINGS[naming](dense_arrays(SIZES)).items()}
    (tmp_path / "theirs.txt").write_text(json.dumps(lists))
    assert_same(read, tmp_path / "theirs.txt")


@pytest.mark.parametrize(
    "dtype", ["float16", "float64", ">f4", ">f8", ">f2", "int32", "int64", "u1"]
)
def test_numbers_of_any_type_in_either_order(dtype: str, read: Read, tmp_path: Path) -> None:
    pairs = [((4 * W).astype(dtype), (4 * b).astype(dtype)) for W, b in dense_arrays(SIZES)]
    arrays = NAMINGS["W1 b1"](pairs)
    for order in "CF":
        turned = {name: np.array(array, order=order) for name, array in arrays.items()}
        np.savez(tmp_path / "theirs.npz", **turned)
        assert_same(read, tmp_path / "theirs.npz")


def test_names_orders_and_words_of_json_are_told(read: Read, tmp_path: Path) -> None:
    pairs = dense_arrays((6, 5, 2))
    layers = [
        {"W": W.tolist(), "b": b.tolist(), "activation": name}
        for (W, b), name in zip(pairs, ("leaky relu 0.1", "softmax"), strict=True)
    ]
    told = {"class_names": ["no", "yes"], "layers": layers}
    (tmp_path / "theirs.json").write_text(json.dumps(told))
    found = assert_same(read, tmp_path / "theirs.json")
    assert found["layers"][0]["activation"]["settings"] == {"slope": 0.1}
    assert found["read"]["assumed"] is None
    weights, biases = ([array.tolist() for array in arrays] for arrays in zip(*pairs, strict=True))
    nielsen = {"sizes": [6, 5, 2], "weights": weights, "biases": biases, "cost": "CrossEntropyCost"}
    (tmp_path / "theirs.json").write_text(json.dumps(nielsen))
    assert (
        assert_same(read, tmp_path / "theirs.json")["layers"][0]["activation"]["kind"] == "sigmoid"
    )


@pytest.mark.parametrize("stage", [upright, even])
@pytest.mark.parametrize("ending", ["npz", "json"])
def test_what_is_learned_of_pictures_that_are_set_is_read_so_by_both(
    ending: str,
    stage: Callable[[Floats, tuple[int, ...]], Floats],
    js: RunJs,
    read: Read,
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(5)
    W, b = rng.normal(size=(64, 3)).astype(np.float32), rng.normal(size=3).astype(np.float32)
    content = js(
        """
        const { even } = given;
        const input = { kind: "picture", side: 8, channels: 1, box: 6, upright: true, even };
        const trainer = {
          layers: () => [{ W: Float32Array.from(given.W.flat()), b: Float32Array.from(given.b) }],
          begun: { activation: "relu" }, settings: {}, report: { step: 1 }, measured: null,
          usualOfUnits: null, mine: { list: [] },
          learnsFrom: { classNames: ["a", "b", "c"], output: "softmax", inputFor: () => input },
        };
        const made = given.ending === "npz" ? learn.npzOf(trainer) : learn.jsonOf(trainer);
        return Buffer.from(made).toString("base64");
        """,
        W=W.tolist(),
        b=b.tolist(),
        ending=ending,
        even=stage is even,
    )
    path = tmp_path / f"learned.{ending}"
    path.write_bytes(base64.b64decode(content))
    told = assert_same(read, path)["input"]
    assert (told["upright"], told.get("even", False)) == (True, stage is even)
    network, x = ns.load_network(path), some_inputs(ns.load_network(path))
    expected = network.output.probabilities(stage(x, (8, 8)) @ W + b)
    np.testing.assert_allclose(network.probabilities(x), expected, atol=1e-5)


def test_upright_pictures_that_no_page_shows_are_refused_and_not_read_as_features(
    read: Read, tmp_path: Path
) -> None:
    dense = {"dense1": Dense(48, 3, rng=np.random.default_rng(2))}
    told = {"input": {"shape": [8, 6]}}
    network = Network(dense, input_shape=(48,), class_names="abc", upright=(8, 6), meta=told)
    ns.save_network(tmp_path / "wide.npz", network)
    said = read((tmp_path / "wide.npz").read_bytes())["refused"]
    assert "a page shows networks that read square pictures" in said
    with pytest.raises(SettingsError, match="a page shows networks that read square pictures"):
        described_input(network)


def test_an_input_that_is_even_and_not_upright_is_told_by_nobody(
    read: Read, tmp_path: Path
) -> None:
    dense = {"dense1": Dense(64, 3, rng=np.random.default_rng(2))}
    told = {"input": {"shape": [8, 8], "even": True, "box": 5}}
    network = Network(dense, input_shape=(64,), class_names="abc", meta=told)
    ns.save_network(tmp_path / "odd.npz", network)
    assert assert_same(read, tmp_path / "odd.npz")["input"]["box"] == 6  # 20 of 28, as of any


def test_what_the_file_does_not_tell_is_assumed_and_told(read: Read, tmp_path: Path) -> None:
    arrays = {"test_acc": np.array(0.9), **NAMINGS["W1 b1"](dense_arrays(SIZES))}
    np.savez(tmp_path / "theirs.npz", **arrays)
    found = assert_same(read, tmp_path / "theirs.npz")
    assert found["read"]["assumed"] == "relu"
    assert found["read"]["notes"] == ["Left unread: test_acc."]
    assert found["facts"] == dict.fromkeys(found["facts"])
    assert (found["choice"], found["spread"]) == ("weight", "unit")
    said = assert_same(read, tmp_path / "theirs.npz", activation="tanh")
    assert said["probabilities"] != found["probabilities"]
    assert said["read"]["assumed"] == "tanh"  # to be chosen again


def test_square_layers_are_asked_for_and_read_as_answered(read: Read, tmp_path: Path) -> None:
    np.savez(tmp_path / "square.npz", **NAMINGS["W1 b1"](dense_arrays((4, 4, 4))))
    asked = read((tmp_path / "square.npz").read_bytes())
    assert asked["refused"].startswith("its shapes leave open whether rows or columns are")
    assert [value for value, _ in asked["answers"]] == ["in-out", "out-in"]
    for value, _ in asked["answers"]:
        assert_same(read, tmp_path / "square.npz", orientation=value)


def test_one_matrix_alone_is_read(read: Read, tmp_path: Path) -> None:
    ((W, _),) = dense_arrays((64, 10))
    np.save(tmp_path / "theirs.npy", W.T)
    assert_same(read, tmp_path / "theirs.npy")


@needs_models
def test_networks_of_others_are_read_as_python_reads_them(read: Read) -> None:
    paths = [path for path in sorted(MODELS.iterdir()) if path.suffix in (".npz", ".json", ".npy")]
    assert paths
    for path in paths:
        assert_same(read, path)


# ---------------------------------------------------------------- what is refused


def header(text: str, version: bytes = b"\x01\x00") -> bytes:
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


def described(layers: Any, **arrays: Any) -> bytes:
    return npz({"meta": np.array(json.dumps({"layers": layers})), **arrays})


GOOD = npz(NAMINGS["W1 b1"](dense_arrays(SIZES)))
PACKED = npz(NAMINGS["W1 b1"](dense_arrays(SIZES)), packed=True)
ENTRY = PACKED.index(b"PK\x01\x02")  # of the archive's directory
SHAPE = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }"
ONE = {"name": "a", "kind": "dense", "fan_in": 2, "fan_out": 2}
LARGE = {"W1": np.zeros((4000, 3001), np.int8), "W2": np.zeros((3001, 2), np.int8)}
REFUSED: dict[str, tuple[bytes, str]] = {
    "cut off": (GOOD[:-30], "it is damaged or no zip archive"),
    "a zip's first letters alone": (b"PK\x03\x04", "it is damaged or no zip archive"),
    "another kind of archive": (zipped({"data.pkl": b"x"}), "of a kind that commands read"),
    "a bit turned": (changed(GOOD, 300, b"\x55\x55\x55"), "its checksum is wrong"),
    "packed bytes turned": (changed(PACKED, 60, b"\xff\xff\xff\xff"), "is damaged"),
    "a member that claims a gigabyte": (
        changed(PACKED, ENTRY + 24, struct.pack("<I", 2**30)),
        "1,07",
    ),
    "a member larger than can be": (
        changed(PACKED, ENTRY + 24, struct.pack("<I", 10**7)),
        "more than",
    ),
    "a member smaller than it is": (
        changed(PACKED, ENTRY + 24, struct.pack("<I", 9)),
        "cannot be unpacked",
    ),
    "an unknown packing": (changed(PACKED, ENTRY + 10, b"\x0c"), "stored or deflated"),
    "a locked member": (changed(PACKED, ENTRY + 8, b"\x01"), "encrypted"),
    "a billion numbers claimed": (header(SHAPE % "1000000000,"), "but 0 bytes follow"),
    "dimensions without end": (header(SHAPE % ("9999," * 9)), "9 axes"),
    "a header that is none": (header("(1, 2)"), "no array as NumPy writes it"),
    "a header of another version": (header(SHAPE % "1,", b"\x07\x00"), "no array as NumPy"),
    "records": (
        header("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }"),
        "records",
    ),
    "objects": (npz({"weights": np.array([{}, []], object)}), "pickle runs programs"),
    "words": (npz({"words": np.array(["a"])}), "words holds NumPy’s “U”"),
    "no matrix": (
        npz({"a": np.zeros(3)}),
        "expected weight matrices by name, such as W0, b0, W1, b1, …; got a (3,)",
    ),
    "no chain": (npz({"W1": np.zeros((6, 5)), "W2": np.zeros((7, 3))}), "no chain"),
    "NaN": (
        npz({"W1": np.zeros((6, 5)), "W2": np.full((5, 3), np.nan)}),
        "finite numbers; got NaN",
    ),
    "too large a number": (
        npz({"W1": np.zeros((6, 5)), "W2": np.full((5, 3), 1e99)}),
        "fit float32",
    ),
    "nothing in it": (npz({"W1": np.zeros((6, 0)), "W2": np.zeros((0, 3))}), "some numbers"),
    "kernels": (
        npz({"c.weight": np.zeros((4, 1, 3, 3)), "f.weight": np.zeros((10, 4))}),
        "--architecture",
    ),
    "too many inputs": (
        npz({"W1": np.zeros((300, 4)), "W2": np.zeros((4, 3))}),
        "this one has 300 inputs",
    ),
    "too many weights": (npz(LARGE, packed=True), "at most 12,000,000 weights"),
    "JSON cut off": (b'{"W1": [[1, 2]', "it is no JSON"),
    "JSON without numbers": (b"{}", "expected weight matrices by name"),
    "JSON too deep": (b'{"a": ' * 50 + b"1" + b"}" * 50, "nested more than 12 deep"),
    "JSON without end": (b"[" * 100_000, "it is no JSON|is damaged|nested"),
    "uneven lists": (b'{"W1": [[1, 2], [3]]}', "expected weight matrices"),
    "a function nobody knows": (b'{"activation": "cubic", "W1": [[1, 2]]}', "got “cubic”"),
    "layers that are none": (described("many"), "a list of 1 to 200"),
    "a layer of no kind": (
        described([{"name": "a", "kind": "__proto__"}]),
        "must be one of dense, conv2d",
    ),
    "a setting too many": (described([{**ONE, "x": 1}]), "must have the settings fan_in, fan_out"),
    "a setting of the wrong kind": (
        described([{**ONE, "fan_in": 1e9}]),
        "fan_in of layer a cannot be",
    ),
    "two layers of one name": (
        described([ONE, ONE], **{"a.W": np.zeros((2, 2)), "a.b": np.zeros(2)}),
        "twice",
    ),
    "a missing array": (described([ONE]), "the array a.W is missing"),
    "an array of the wrong shape": (
        described([ONE], **{"a.W": np.zeros((2, 3))}),
        r"shape (2, 2); got (2, 3)",
    ),
    "no layer with weights": (
        described([{"name": "p", "kind": "unflatten", "shape": [2, 2, 1]}]),
        "no layer with",
    ),
    "an activation at the end": (
        described(
            [ONE, {"name": "r", "kind": "relu"}], **{"a.W": np.zeros((2, 2)), "a.b": np.zeros(2)}
        ),
        "the last layer has no place in a picture",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_a_sentence_with_what_to_do(
    case: str, read: Read
) -> None:
    content, why = REFUSED[case]
    said = read(content, "theirs.npz")["refused"]
    assert any(part in said for part in why.split("|")), said
    assert said.startswith("“theirs.npz” ")
    assert 'neuroscribble network --weights "theirs.npz" makes a page of what it can read' in said
    assert "\n" not in said
    assert len(said) < 900


@pytest.mark.parametrize("name", ["m.onnx", "m.pt", "m.h5", "m.keras", "m.safetensors"])
def test_other_kinds_are_left_to_the_commands(name: str, read: Read) -> None:
    said = read(b"\x08\x01 whatever", name)["refused"]
    assert f'neuroscribble network --weights "{name}"' in said
    assert read(b"\x89PNG\r\n", "picture.png") is None


def test_a_damaged_file_never_does_anything_else(read: Read) -> None:
    """Bytes turned anywhere: the network, or a sentence."""
    rng = np.random.default_rng(8)
    for content in (GOOD, PACKED):
        for _ in range(60):
            at = int(rng.integers(2, len(content) - 4))
            found = read(changed(content, at, rng.bytes(3)))
            assert "refused" not in found or found["refused"].startswith("“theirs.npz” "), found
