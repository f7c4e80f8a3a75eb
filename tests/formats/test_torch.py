"""PyTorch's files are read without running anything; what only a program could read is refused."""

from __future__ import annotations

import json
import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest
from network_files import (
    EMPTY_ORDERED,
    dense_arrays,
    integers,
    name,
    old_torch,
    state_dict,
    tensor,
    text,
    torch_zip,
)

from neuroscribble.errors import WeightsError
from neuroscribble.formats.pickles import _STEPS
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network

SIZES = (6, 5, 4, 3)


def arrays(dtype: str = "f4") -> dict[str, np.ndarray]:
    out = {}
    for i, (W, b) in enumerate(dense_arrays(SIZES)):
        out |= {f"net.{2 * i}.weight": W.T.astype(dtype), f"net.{2 * i}.bias": b.astype(dtype)}
    return out


def assert_same(network: Network, tolerance: float = 0) -> None:
    x = np.random.default_rng(1).random((20, 6)).astype(np.float32)
    expected = x
    for number, (W, b) in enumerate(dense_arrays(SIZES)):
        expected = expected @ W + b
        if number < len(SIZES) - 2:
            expected = np.maximum(expected, 0)
    assert network.logits(x) == pytest.approx(expected, abs=tolerance or 1e-5)


@pytest.mark.parametrize(("dtype", "tolerance"), [("f8", 0), ("f4", 0), ("f2", 0.02)])
def test_a_state_dict_is_read_in_both_forms(tmp_path: Path, dtype: str, tolerance: float) -> None:
    assert_same(load_network(torch_zip(tmp_path / "new.pt", arrays(dtype))), tolerance)
    assert_same(load_network(old_torch(tmp_path / "old.pth", arrays(dtype))), tolerance)


def test_bfloat16_is_read(tmp_path: Path) -> None:
    assert_same(load_network(torch_zip(tmp_path / "w.pt", arrays(), bfloat16=True)), 0.1)


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "weights"])
def test_a_checkpoint_s_network_is_found(tmp_path: Path, key: str) -> None:
    value = b"}(" + text("epoch") + b"K\x03" + text("loss") + b"G" + bytes(8)
    value += text("optimizer_state_dict") + b"}" + text(key) + state_dict(arrays()) + b"u"
    assert_same(load_network(torch_zip(tmp_path / "checkpoint.pt", arrays(), value=value)))


def test_prefixes_and_counters_do_not_matter(tmp_path: Path) -> None:
    named = {f"module.{key}": array for key, array in arrays().items()}
    named["module.num_batches_tracked"] = np.array(7, "i8")
    network = load_network(torch_zip(tmp_path / "w.pt", named))
    assert_same(network)
    assert not any("Left unread" in note for note in network.meta["read_from"]["notes"])


def test_a_tensor_that_lies_turned_in_its_storage_is_read(tmp_path: Path) -> None:
    """weight.t() is saved as its storage with other strides."""
    ((W, b),) = dense_arrays((6, 3))
    value = EMPTY_ORDERED + b"(" + text("fc.weight")
    value += tensor("0", "Float", (3, 6), stride=(1, 3)) + text("fc.bias")
    value += tensor("1", "Float", (3,)) + b"u"
    network = load_network(torch_zip(tmp_path / "w.pt", {"W": W, "b": b}, value=value))
    x = np.eye(6, dtype=np.float32)
    assert network.logits(x) == pytest.approx(W + b, abs=1e-6)


def test_a_parameter_is_the_tensor_in_it(tmp_path: Path) -> None:
    ((W, b),) = dense_arrays((6, 3))
    inner = tensor("0", "Float", (3, 6)) + b"\x89" + EMPTY_ORDERED
    value = EMPTY_ORDERED + b"(" + text("fc.weight") + name("torch._utils", "_rebuild_parameter")
    value += b"(" + inner + b"tR" + b"u"
    network = load_network(torch_zip(tmp_path / "w.pt", {"W": W.T.copy(), "b": b}, value=value))
    assert network.logits(np.eye(6, dtype=np.float32)) == pytest.approx(W, abs=1e-6)


# ---------------------------------------------------------------- what could call something

MARKER = "ran.txt"
TARGETS = [("os", "system"), ("builtins", "eval"), ("torch", "load"), ("builtins", "getattr")]


def hostile(module: str, attribute: str) -> dict[str, bytes]:
    """For every instruction that could look something up or call it, a pickle that does."""
    argument = b"(" + text(f"touch {MARKER}") + b"t"
    short = b"\x8c" + bytes([len(module)]) + module.encode()
    short += b"\x8c" + bytes([len(attribute)]) + attribute.encode()
    target = name(module, attribute)
    return {
        "GLOBAL": target,
        "STACK_GLOBAL": short + b"\x93",
        "REDUCE": target + argument + b"R",
        "REDUCE by STACK_GLOBAL": short + b"\x93" + argument + b"R",
        "INST": b"(" + text(f"touch {MARKER}") + f"i{module}\n{attribute}\n".encode(),
        "OBJ": b"(" + target + text(f"touch {MARKER}") + b"o",
        "NEWOBJ": target + argument + b"\x81",
        "NEWOBJ_EX": target + argument + b"}\x92",
        "BUILD": target + b"}b",
        "EXT1": b"\x82\x01",
        "EXT2": b"\x83\x01\x00",
        "EXT4": b"\x84\x01\x00\x00\x00",
        "PERSID": b"Pmodule\n",
        "BINPERSID": text("module") + b"Q",
        "NEXT_BUFFER": b"\x97",
        "READONLY_BUFFER": b"\x97\x98",
        "REDUCE of an allowed name": name("collections", "OrderedDict") + b"N" + b"R",
        "REDUCE of a value": b"K\x01" + argument + b"R",
        "BUILD of a list": b"]" + b"}b",
        "OBJ of an allowed name": b"(" + name("collections", "OrderedDict") + b"o",
        "NEWOBJ of an allowed name": name("collections", "OrderedDict") + b")\x81",
        "NEWOBJ_EX of an allowed name": name("collections", "OrderedDict") + b")}\x92",
        "INST of an allowed name": b"(icollections\nOrderedDict\n",
    }


@pytest.mark.parametrize("target", TARGETS, ids=".".join)
@pytest.mark.parametrize("what", hostile("os", "system"))
def test_nothing_is_ever_executed(
    tmp_path: Path, what: str, target: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    value = EMPTY_ORDERED + b"(" + text("fc.weight") + hostile(*target)[what] + b"u"
    for path in (
        torch_zip(tmp_path / "w.pt", arrays(), value=value),
        old_torch(tmp_path / "old.pt", arrays(), value=value),
    ):
        with pytest.raises(WeightsError) as refused:
            load_network(path)
        said = str(refused.value)
        if ".".join(target).encode() in hostile(*target)[what].replace(b"\n", b"."):
            assert ".".join(target) in said
    assert not (tmp_path / MARKER).exists()


def test_the_machine_knows_every_instruction_of_pickle() -> None:
    assert {op.code.encode("latin-1") for op in pickletools.opcodes} - set(_STEPS) == {b"."}


class Network784:
    """What torch.save(model) would store: an object of a class of somebody's program."""


def test_pickles_of_objects_are_refused_by_name(tmp_path: Path) -> None:
    for protocol in range(6):
        (tmp_path / "model.pkl").write_bytes(pickle.dumps(Network784(), protocol))
        with pytest.raises(WeightsError):
            load_network(tmp_path / "model.pkl")
    with pytest.raises(WeightsError, match=r"holds test_torch\.Network784, which is not read"):
        load_network(tmp_path / "model.pkl")


def test_a_whole_model_is_refused_with_the_lines_that_export_it(tmp_path: Path) -> None:
    value = name("__main__", "Net") + b")\x81}b"
    for path in (
        torch_zip(tmp_path / "w.pt", {}, value=value),
        old_torch(tmp_path / "old.pt", {}, value=value),
    ):
        with pytest.raises(WeightsError, match=r"__main__\.Net.*torch\.onnx\.export\(model"):
            load_network(path)


def test_torchscript_is_refused_with_the_lines_that_export_it(tmp_path: Path) -> None:
    more = {"model/constants.pkl": b"", "model/code/__torch__.py": b""}
    path = torch_zip(tmp_path / "script.pt", arrays(), more=more)
    with pytest.raises(WeightsError, match=r"TorchScript.*torch\.jit\.load.*torch\.onnx\.export"):
        load_network(path)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (tensor("0", "Float", (5, 7), count=30), "more numbers than its storage has"),
        (tensor("0", "Float", (5, 6), stride=(10**9, 1)), "more numbers than its storage"),
        (tensor("0", "Float", (5, 6), offset=1), "more numbers than its storage"),
        (
            tensor("0", "Float", (2**20, 2**20), stride=(0, 0), count=30),
            "claims 1,099,511,627,776 numbers",
        ),
        (tensor("0", "Float", (-5, -6)), "impossible shape"),
        (tensor("0", "Float", (5, 6), stride=(6,)), "impossible shape"),
        (tensor("9", "Float", (5, 6)), "damaged"),
        (b"N", "expected weight matrices|expected a dictionary"),
        (integers((1, 2)), "expected weight matrices|expected a dictionary"),
    ],
)
def test_tensors_that_lie_are_refused(tmp_path: Path, one: bytes, message: str) -> None:
    value = EMPTY_ORDERED + b"(" + text("fc.weight") + one + b"u"
    with pytest.raises(WeightsError, match=message):
        load_network(torch_zip(tmp_path / "w.pt", arrays(), value=value))


def test_a_storage_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    path = old_torch(tmp_path / "w.pt", arrays())
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WeightsError, match="claims 3 numbers"):
        load_network(path)


# ---------------------------------------------------------------- what a state_dict does not tell


def cnn_arrays(pad: int) -> dict[str, np.ndarray]:
    """Two convolutions, pooling behind each, two dense layers: as many tutorials have them."""
    rng = np.random.default_rng(5)
    side = 7 if pad else 5 - 1
    shapes = {"conv1": (4, 1, 5, 5) if not pad else (4, 1, 3, 3)}
    shapes["conv2"] = (6, 4, 5, 5) if not pad else (6, 4, 3, 3)
    shapes |= {"fc1": (8, 6 * side * side), "fc2": (10, 8)}
    return {
        f"{layer}.{what}": rng.normal(size=shape if what == "weight" else shape[:1]).astype("f4")
        for layer, shape in shapes.items()
        for what in ("weight", "bias")
    }


@pytest.mark.parametrize("pad", [0, 1])
def test_a_convolutional_state_dict_asks_for_its_architecture_and_shows_one_that_fits(
    tmp_path: Path, pad: int
) -> None:
    path = torch_zip(tmp_path / "cnn.pt", cnn_arrays(pad))
    with pytest.raises(WeightsError, match="--architecture FILE.json, for instance") as asked:
        load_network(path)
    said = str(asked.value)
    assert "conv1 (4×1×" in said
    assert "which fits the shapes" in said
    assert "\n" not in said
    example = json.loads(said[said.index('["') : said.index('"]') + 2])
    padded = " padding 1" * pad
    assert example == [
        *(f"conv1{padded}", "relu", "maxpool 2", f"conv2{padded}", "relu", "maxpool 2"),
        *("flatten", "fc1", "relu", "fc2"),
    ]
    (tmp_path / "how.json").write_text(json.dumps(example))
    network = load_network(path, architecture=tmp_path / "how.json")
    assert network.layer_sizes == (784, 4, 6, 8, 10)


def test_the_example_knows_groups_and_normalizations_and_says_if_it_does_not_fit(
    tmp_path: Path,
) -> None:
    shapes = {"net.0": (4, 1, 3, 3), "net.3": (4, 1, 3, 3), "net.10": (6, 4, 1, 1)}
    given = {f"{layer}.weight": np.ones(shape, "f4") for layer, shape in shapes.items()}
    given |= {f"net.1.{what}": np.ones(4, "f4") for what in ("weight", "bias", "running_mean")}
    given["net.1.running_var"] = np.ones(4, "f4")
    fits = {**given, "net.12.weight": np.ones((10, 6 * 14 * 14), "f4")}
    with pytest.raises(WeightsError, match="which fits the shapes") as asked:
        load_network(torch_zip(tmp_path / "fits.pt", fits))
    assert '["net.0 padding 1", "net.1", "relu", ' in str(asked.value)
    assert '"net.3 padding 1 groups 4"' in str(asked.value)
    odd = {**given, "net.12.weight": np.ones((10, 6 * 11 * 11 + 1), "f4")}
    with pytest.raises(WeightsError, match="to be completed: no usual padding fits"):
        load_network(torch_zip(tmp_path / "odd.pt", odd))


def test_flattened_maps_are_read_channel_by_channel(tmp_path: Path) -> None:
    """PyTorch flattens channel, row, column; ours is row, column, channel."""
    given = cnn_arrays(1)
    (tmp_path / "how.json").write_text(
        '["conv1 padding 1", "relu", "maxpool 2", "conv2 padding 1", "relu", "maxpool 2", '
        '"flatten", "fc1", "relu", "fc2"]'
    )
    path = torch_zip(tmp_path / "cnn.pt", given)
    network = load_network(path, architecture=tmp_path / "how.json")
    x = np.random.default_rng(2).random((3, 784)).astype(np.float32)
    maps = x.reshape(3, 1, 28, 28)
    for layer in ("conv1", "conv2"):
        maps = np.maximum(
            convolved(maps, given[f"{layer}.weight"]) + given[f"{layer}.bias"][:, None, None], 0
        )
        n, c, h, w = maps.shape
        maps = maps.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    row = maps.reshape(3, -1)
    hidden = np.maximum(row @ given["fc1.weight"].T + given["fc1.bias"], 0)
    expected = hidden @ given["fc2.weight"].T + given["fc2.bias"]
    assert network.logits(x) == pytest.approx(expected, rel=1e-4, abs=1e-3)


def convolved(maps: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """(N, C, H, W) and (O, C, 3, 3), padding 1."""
    padded = np.pad(maps, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return np.einsum("nchwrs,ocrs->nohw", windows, kernel)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ('["relu"]', "names no layer of the file's, which are conv1, conv2, fc1, fc2"),
        ('["conv1", "swish"]', "layer 2 of the architecture, 'swish': the activation must be one"),
        ('["conv1", "conv1"]', "layer 2 of the architecture, 'conv1': it stands there twice"),
        ('["conv1 stride"]', "settings are pairs such as 'stride 2'"),
        ('["conv1", "fc1"]', "it must be flattened before"),
        ('["conv1", "flatten", "fc1"]', "does not fit"),
        ('["conv2"]', "ends|row of numbers|class"),
        ("{}", "must be a JSON list of layers in words"),
        ("[1]", "must be a JSON list of layers in words"),
        ("[", "cannot be read"),
    ],
)
def test_architectures_that_do_not_fit_are_refused(
    tmp_path: Path, layers: str, message: str
) -> None:
    (tmp_path / "how.json").write_text(layers)
    path = torch_zip(tmp_path / "cnn.pt", cnn_arrays(1))
    with pytest.raises(Exception, match=message):
        load_network(path, architecture=tmp_path / "how.json")
