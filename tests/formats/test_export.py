"""A network that is exported computes the same: as ONNX, as a NumPy script, and read back."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from command_line import refuse, succeed

from neuroscribble.errors import SettingsError
from neuroscribble.formats.onnx_write import onnx_bytes
from neuroscribble.formats.script import script_and_arrays
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.activations import ELU, GELU, Clip, LeakyReLU, Linear, Sigmoid, Softplus, Tanh
from neuroscribble.nn.averaging import AvgPool2d, GlobalAvgPool2d
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten

SAME = ((0, 1), (0, 1))


def network(layers: dict[str, Layer], *, n_inputs: int, classes: str, output: str) -> Network:
    made = Network(layers, input_shape=(n_inputs,), class_names=classes, output=output)
    rng = np.random.default_rng(7)
    made.parameters.flat[...] = rng.normal(0, 0.3, made.parameters.flat.size)
    for name, kept in made.named_statistics().items():
        kept[...] = rng.uniform(0.5, 2, kept.shape) if name.endswith("variance") else kept
    return made


def networks() -> dict[str, Network]:
    rng = np.random.default_rng(3)
    leaning = network(
        {"dense1": Dense(64, 3, rng=rng)}, n_inputs=64, classes="abc", output="softmax"
    )
    leaning.upright = (8, 8)
    spread = leaning.copy()
    spread.even = True
    return {
        "upright": leaning,
        "even": spread,
        "dense": network(
            {"dense1": Dense(6, 5, rng=rng), "relu1": ReLU(), "dense2": Dense(5, 3, rng=rng)},
            n_inputs=6, classes="abc", output="softmax",
        ),
        "every activation": network(
            {
                "dense1": Dense(6, 8, rng=rng), "bn1": BatchNorm1d(8), "a1": LeakyReLU(0.2),
                "dense2": Dense(8, 8, rng=rng), "a2": ELU(0.7), "dropout1": Dropout(0.5),
                "dense3": Dense(8, 8, rng=rng), "a3": Tanh(), "dense4": Dense(8, 8, rng=rng),
                "a4": Sigmoid(), "dense5": Dense(8, 8, rng=rng), "a5": Softplus(),
                "dense6": Dense(8, 8, rng=rng), "a6": Clip(-0.5, 0.5),
                "dense7": Dense(8, 8, rng=rng), "a7": GELU(), "dense8": Dense(8, 8, rng=rng),
                "a8": Linear(), "dense9": Dense(8, 1, rng=rng),
            },
            n_inputs=6, classes="ny", output="sigmoid",
        ),
        "every window": network(
            {
                "pixels": Unflatten((12, 12, 2)),
                "conv1": Conv2d(2, 4, kernel=3, padding=SAME, stride=2, rng=rng),
                "bn1": BatchNorm2d(4), "relu1": ReLU(),
                "conv2": Conv2d(4, 6, kernel=(1, 3), padding=1, groups=2, rng=rng),
                "relu2": ReLU(), "pool1": MaxPool2d(3, stride=2, padding=1),
                "conv3": Conv2d(6, 6, kernel=2, padding=1, dilation=2, groups=6, rng=rng),
                "relu3": ReLU(),
                "pool2": AvgPool2d(2, stride=1, padding=1, counts_padding=True),
                "flatten": Flatten(), "dense1": Dense(6 * 20, 3, rng=rng),
            },
            n_inputs=288, classes="abc", output="linear",
        ),
        "global mean": network(
            {
                "pixels": Unflatten((8, 8, 1)), "conv1": Conv2d(1, 5, rng=rng), "relu1": ReLU(),
                "pool1": AvgPool2d(3, stride=2, padding=1), "pool2": GlobalAvgPool2d(),
                "dense1": Dense(5, 4, rng=rng),
            },
            n_inputs=64, classes="abcd", output="sigmoid",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", networks())
def test_onnx_computes_the_same_in_onnx_s_own_evaluator_and_read_back(
    tmp_path: Path, name: str
) -> None:
    onnx = pytest.importorskip("onnx", reason="the package onnx is needed to check this")
    from onnx.reference import ReferenceEvaluator

    one = networks()[name]
    x = np.random.default_rng(1).random((6, *one.input_shape)).astype(np.float32)
    expected = one.output.activation(one.logits(x))
    (tmp_path / "net.onnx").write_bytes(onnx_bytes(one))
    model = onnx.load(tmp_path / "net.onnx")
    onnx.checker.check_model(model, full_check=True)
    (theirs,) = ReferenceEvaluator(model).run(None, {"input": one.seen(x)})
    assert theirs == pytest.approx(expected, abs=1e-5)
    back = load_network(tmp_path / "net.onnx")
    assert back.probabilities(x) == pytest.approx(one.probabilities(x), abs=1e-6)
    assert back.class_names == one.class_names
    assert back.output.name == one.output.name
    assert (back.upright, back.even) == (one.upright, one.even)


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A program in that folder, every warning an error."""
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("name", networks())
def test_the_script_computes_the_same(tmp_path: Path, name: str) -> None:
    one = networks()[name]
    x = np.random.default_rng(1).random((6, *one.input_shape)).astype(np.float32)
    text, arrays = script_and_arrays(one, arrays="mine.npz")
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    (tmp_path / "mine.npz").write_bytes(arrays)
    np.save(tmp_path / "samples.npy", x)
    code = "import mine, numpy as np; np.save('p.npy', mine.probabilities(np.load('samples.npy')))"
    for command in (["-c", code], ["mine.py", "samples.npy"]):
        done = python(*command, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    assert np.load(tmp_path / "p.npy") == pytest.approx(one.probabilities(x), abs=1e-5)
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    if one.output.name != "linear":
        assert [line.split()[0] for line in lines] == [one.class_names[k] for k in one.predict(x)]


def test_the_script_of_the_usual_network_is_some_thirty_lines(rng: np.random.Generator) -> None:
    text, _ = script_and_arrays(build_mlp(rng=rng), arrays="mine.npz")
    assert len(text.splitlines()) <= 34


def test_what_no_operator_is_known_for_is_refused(rng: np.random.Generator) -> None:
    class Mine(ReLU):
        pass

    odd, curved = (
        Network({"a": a, "dense1": Dense(3, 3, rng=rng)}, input_shape=(3,), class_names="abc")
        for a in (Mine(), GELU("tanh"))
    )
    for network_ in (odd, curved):
        with pytest.raises(SettingsError, match="cannot be exported: opset 17 of ONNX has no"):
            onnx_bytes(network_)


def test_convert_goes_by_the_ending_and_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.chdir(tmp_path)
    one = build_mlp((5,), rng=rng, n_inputs=6, n_classes=3)
    save_network("ours.npz", one)
    assert "Wrote net.onnx (" in succeed("convert", "ours.npz", "net.onnx")
    assert "Wrote net.py (" in succeed("convert", "ours.npz", "net.py")
    succeed("convert", "net.onnx", "back.npz")
    succeed("convert", "net.arrays.npz", "again.bin", "--to", "npz", "--activation", "relu")
    x = rng.random((4, 6)).astype(np.float32)
    for path in ("back.npz", "again.bin", "net.onnx"):
        assert load_network(path).logits(x) == pytest.approx(one.logits(x), abs=1e-6)
    assert load_network("back.npz").meta["read_from"]["format"] == "ONNX"
    refused = refuse("convert", "ours.npz", "net.h5")
    assert "OUT must end in .npz, .onnx, .py, .graphml, .gexf" in refused
    assert "there is no such file" in refuse("convert", "gone.npz", "net.onnx")


def test_a_script_may_read_a_file_of_any_name(rng: np.random.Generator) -> None:
    name = "its \"arrays\", 'all'.npz"
    text, _ = script_and_arrays(build_mlp((5,), rng=rng, n_inputs=6), arrays=name)
    constants = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)]
    assert name in constants


def test_a_script_never_overwrites_the_network_that_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.chdir(tmp_path)
    one = build_mlp((5,), rng=rng, n_inputs=6, n_classes=3)
    save_network("mine.npz", one)
    before = Path("mine.npz").read_bytes()
    told = succeed("convert", "mine.npz", "mine.py")
    assert "Wrote mine.py (" in told
    assert "mine.arrays.npz (" in told
    assert Path("mine.npz").read_bytes() == before
    save_network("mine.arrays.npz", one)
    refused = refuse("convert", "mine.arrays.npz", "mine.py")
    assert "mine.arrays.npz is read, and would be written beside mine.py." in refused
    assert Path("mine.arrays.npz").read_bytes() == before


def test_a_script_without_samples_says_what_it_needs(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    text, arrays = script_and_arrays(build_mlp((5,), rng=rng, n_inputs=6), arrays="w.npz")
    (tmp_path / "w.npz").write_bytes(arrays)
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    done = python("mine.py", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == "Name one file of samples, one a row, that numpy.save wrote: samples.npy\n"
    )


def test_export_writes_the_network_that_is_used_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.chdir(tmp_path)
    one = build_mlp((5,), rng=rng, n_inputs=6, n_classes=3)
    save_network("weights.npz", one)
    assert "Wrote output/network.onnx (" in succeed("export").replace("\\", "/")
    x = rng.random((4, 6)).astype(np.float32)
    assert load_network("output/network.onnx").logits(x) == pytest.approx(one.logits(x), abs=1e-6)
    succeed("export", "--graph")
    assert len(nx.read_graphml("output/network.graphml").edges) == 6 * 5 + 5 * 3
    succeed("export", "--weights", "xor", "--graph", "--out", "xor.gexf")
    assert len(nx.read_gexf("xor.gexf").nodes) == sum(load_network("xor").layer_sizes)
    assert "a graph is written to .graphml or .gexf" in refuse("export", "--graph", "--out", "x.py")
