"""Keras's files of versions 2 and 3, written here as Keras lays them out, give its numbers."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroscribble.errors import WeightsError
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.activations import sigmoid

h5py = pytest.importorskip("h5py", reason="the package h5py is needed to check this")

RNG = np.random.default_rng(8)
X = RNG.random((5, 6)).astype(np.float32)
PICTURES = RNG.random((3, 8, 8, 1)).astype(np.float32)

Layer = tuple[str, dict[str, Any], dict[str, np.ndarray]]  # class, configuration, weights by name


def numbers(*shape: int) -> np.ndarray:
    return RNG.normal(0, 0.4, shape).astype(np.float32)


def dense(name: str, fan_in: int, fan_out: int, activation: Any = "linear", **more: Any) -> Layer:
    weights = {"kernel": numbers(fan_in, fan_out)}
    if more.get("use_bias", True):
        weights["bias"] = numbers(fan_out)
    return "Dense", {"name": name, "activation": activation, **more}, weights


def conv(name: str, shape: tuple[int, ...], **config: Any) -> Layer:
    return (
        "Conv2D",
        {"name": name, **config},
        {"kernel": numbers(*shape), "bias": numbers(shape[3])},
    )


def plain(kind: str, **config: Any) -> Layer:
    return kind, {"name": kind.lower(), **config}, {}


def sequential(layers: list[Layer], shape: list[Any]) -> dict[str, Any]:
    listed = [{"class_name": kind, "config": dict(config)} for kind, config, _ in layers]
    listed[0]["config"]["batch_input_shape"] = [None, *shape]
    return {"class_name": "Sequential", "config": {"name": "s", "layers": listed}}


def functional(layers: list[Layer], shape: list[Any], *, version: int) -> dict[str, Any]:
    """Layers in the file in another order than that of the numbers' way."""
    key = "batch_shape" if version == 3 else "batch_input_shape"
    inputs = {"name": "in", key: [None, *shape]}
    listed = [{"class_name": "InputLayer", "name": "in", "config": inputs, "inbound_nodes": []}]
    before = "in"
    for kind, config, _ in layers:
        history = [before, 0, 0]
        tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": history}}
        node = {"args": [tensor], "kwargs": {}} if version == 3 else [[*history, {}]]
        one = {"class_name": kind, "name": config["name"], "config": config}
        listed.append({**one, "inbound_nodes": [node]})
        before = config["name"]
    out: Any = [before, 0, 0] if version == 3 else [[before, 0, 0]]
    return {"class_name": "Functional", "config": {"layers": listed[::-1], "output_layers": out}}


def hdf5(path: Path, layers: list[Layer], config: Any, *, version: int = 2) -> Path:
    """A whole model in HDF5; version 2 puts ":0" behind names, 3 the model's name in front."""
    with h5py.File(path, "w") as file:
        text = json.dumps(config)
        file.attrs["model_config"] = text.encode() if version == 2 else text
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [one[1]["name"].encode() for one in layers]
        for _, settings, weights in layers:
            name = settings["name"]
            own = group.create_group(name)
            end = ":0" if version == 2 else ""
            start = name if version == 2 else f"s/{name}"
            paths = [f"{start}/{key}{end}" for key in weights]
            own.attrs["weight_names"] = paths or np.array([])
            for place, array in zip(paths, weights.values(), strict=True):
                own[place] = array
    return path


def archive(path: Path, layers: list[Layer], config: Any, *, named: bool = True) -> Path:
    """A .keras file: weights by class and number, and in newer ones by the layer's name."""
    inside, counts = io.BytesIO(), {}
    with h5py.File(inside, "w") as file:
        for kind, settings, weights in layers:
            words = {"Conv2D": "conv2d", "BatchNormalization": "batch_normalization"}
            base = words.get(kind, kind.lower())
            n = counts[base] = counts.get(base, -1) + 1
            group = file.create_group(f"layers/{base}_{n}/vars" if n else f"layers/{base}/vars")
            if named:
                group.attrs["name"] = settings["name"]
            for number, array in enumerate(weights.values()):
                group[str(number)] = array
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("metadata.json", '{"keras_version": "3.5.0"}')
        zipped.writestr("config.json", json.dumps(config))
        zipped.writestr("model.weights.h5", inside.getvalue())
    return path


MLP = [dense("dense", 6, 5, "relu"), plain("Dropout", rate=0.3), dense("dense_1", 5, 3, "softmax")]


def mlp_logits(x: np.ndarray) -> np.ndarray:
    first, last = MLP[0][2], MLP[2][2]
    return np.maximum(x @ first["kernel"] + first["bias"], 0) @ last["kernel"] + last["bias"]


def test_the_same_network_is_read_from_every_kind_of_file(tmp_path: Path) -> None:
    files = [
        hdf5(tmp_path / "k2.h5", MLP, sequential(MLP, [6])),
        hdf5(tmp_path / "k3.h5", MLP, sequential(MLP, [6]), version=3),
        hdf5(tmp_path / "f2.h5", MLP, functional(MLP, [6], version=2)),
        hdf5(tmp_path / "f3.h5", MLP, functional(MLP, [6], version=3), version=3),
        archive(tmp_path / "new.keras", MLP, sequential(MLP, [6])),
        archive(tmp_path / "unnamed.keras", MLP, sequential(MLP, [6]), named=False),
        archive(tmp_path / "functional.keras", MLP, functional(MLP, [6], version=3)),
    ]
    for path in files:
        network = load_network(path)
        assert network.logits(X) == pytest.approx(mlp_logits(X), abs=1e-5), path.name
        assert network.meta["read_from"] == {"format": "Keras", "notes": []}


def test_a_model_inside_of_a_model_is_unfolded(tmp_path: Path) -> None:
    inner = {
        "class_name": "Sequential",
        "config": {"name": "enc", **sequential(MLP[:2], [6])["config"]},
    }
    listed = [inner, {"class_name": "Dense", "config": MLP[2][1]}]
    config = {"class_name": "Sequential", "config": {"layers": listed}}
    with h5py.File(tmp_path / "nested.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"enc", b"dense_1"]
        for owner, (_, settings, weights) in (("enc", MLP[0]), ("dense_1", MLP[2])):
            own = group.require_group(owner)
            names = [
                f"{settings['name']}/{key}:0" for key in reversed(weights)
            ]  # by name, not place
            own.attrs["weight_names"] = names
            for name, array in zip(names, reversed(weights.values()), strict=True):
                own[name] = array
    network = load_network(tmp_path / "nested.h5")
    assert network.logits(X) == pytest.approx(mlp_logits(X), abs=1e-5)


def maps_by_hand(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray, *, stride: int = 1
) -> np.ndarray:
    """A convolution without padding, (N, H, W, C) and (R, S, C, O)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nyxcrs,rsco->nyxo", windows[:, ::stride, ::stride], kernel) + bias


def normalized(x: np.ndarray, weights: dict[str, np.ndarray], epsilon: float) -> np.ndarray:
    scaled = (x - weights["moving_mean"]) / np.sqrt(weights["moving_variance"] + epsilon)
    return scaled * weights.get("gamma", 1) + weights.get("beta", 0)


def test_a_convolutional_network_with_everything_in_it(tmp_path: Path) -> None:
    """'same' padding with a stride pads below and right; normalization without scale or center."""
    norm1 = {"beta": numbers(4), "moving_mean": numbers(4), "moving_variance": np.abs(numbers(4))}
    norm2 = {"gamma": numbers(6), "moving_mean": numbers(6), "moving_variance": np.abs(numbers(6))}
    first = conv("conv2d", (3, 3, 1, 4), strides=[2, 2], padding="same")
    depth = {"depthwise_kernel": numbers(2, 2, 4, 1), "pointwise_kernel": numbers(1, 1, 4, 6)}
    last = dense("dense", 6 * 9, 3, "linear")
    layers: list[Layer] = [
        plain("Rescaling", scale=1 / 255, offset=0.0),
        first,
        ("BatchNormalization", {"name": "bn", "axis": [3], "epsilon": 1e-3, "scale": False}, norm1),
        plain("ReLU", max_value=6.0),
        ("SeparableConv2D", {"name": "sep", "activation": "elu"}, {**depth, "bias": numbers(6)}),
        ("BatchNormalization", {"name": "bn2", "center": False}, norm2),
        plain("LeakyReLU", alpha=0.2),
        plain("Flatten"),
        last,
    ]
    path = hdf5(tmp_path / "cnn.h5", layers, sequential(layers, [8, 8, 1]))
    network = load_network(path)
    x = np.pad(PICTURES, ((0, 0), (0, 1), (0, 1), (0, 0)))
    x = maps_by_hand(x, first[2]["kernel"], first[2]["bias"], stride=2)
    x = np.clip(normalized(x, norm1, 1e-3), 0, 6)
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(1, 2))
    x = np.einsum("nyxcrs,rsc->nyxc", windows, depth["depthwise_kernel"][..., 0])
    x = x @ depth["pointwise_kernel"][0, 0] + layers[4][2]["bias"]
    x = normalized(np.where(x > 0, x, np.expm1(x)), norm2, 1e-3)
    x = np.where(x > 0, x, 0.2 * x).reshape(3, -1)
    expected = x @ last[2]["kernel"] + last[2]["bias"]
    assert network.logits(PICTURES.reshape(3, 64)) == pytest.approx(expected, abs=1e-4)
    assert network.meta["input"]["high"] == 255  # by the Rescaling
    again = load_network(path, input="in 0..255")
    assert np.array_equal(again.parameters.flat, network.parameters.flat)


ENDS = [
    ("sigmoid", 1, lambda z: np.hstack([1 - sigmoid(z), sigmoid(z)]), "sigmoid"),
    ("sigmoid", 3, sigmoid, "sigmoid"),
    ("softmax", 3, None, "softmax"),
    ("linear", 1, lambda z: z, "linear"),
    ("tanh", 3, np.tanh, "linear"),
    ({"class_name": "LeakyReLU", "config": {"negative_slope": 0.5}}, 2,
     lambda z: np.where(z > 0, z, z / 2), "linear"),
]  # fmt: skip


@pytest.mark.parametrize(("activation", "units", "function", "kind"), ENDS)
def test_what_comes_out_is_what_the_last_activation_says(
    tmp_path: Path, activation: Any, units: int, function: Any, kind: str
) -> None:
    layers = [dense("dense", 6, units, activation)]
    network = load_network(hdf5(tmp_path / "net.h5", layers, sequential(layers, [6])))
    z = X @ layers[0][2]["kernel"] + layers[0][2]["bias"]
    assert network.output.name == kind
    if function is not None:
        assert network.probabilities(X) == pytest.approx(function(z), abs=1e-5)


def test_names_of_activations_in_both_versions(tmp_path: Path) -> None:
    for said in ("relu", {"module": "builtins", "class_name": "function", "config": "relu"}):
        layers = [dense("dense", 6, 5, said), dense("dense_1", 5, 3)]
        network = load_network(hdf5(tmp_path / "net.h5", layers, sequential(layers, [6])))
        assert "relu1" in network.layers


def test_weights_alone_are_read_like_other_named_arrays(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "old.weights.h5", "w") as file:
        file.attrs["layer_names"] = [b"dense", b"dense_1"]
        for _, settings, weights in (MLP[0], MLP[2]):
            for key, array in weights.items():
                file[f"{settings['name']}/{settings['name']}/{key}:0"] = array
    with h5py.File(tmp_path / "new.weights.h5", "w") as file:
        for place, (_, _, weights) in (("dense", MLP[0]), ("dense_1", MLP[2])):
            for number, array in enumerate(weights.values()):
                file[f"layers/{place}/vars/{number}"] = array
        file["optimizer/vars/0"] = np.zeros((6, 5))
    for path in ("old.weights.h5", "new.weights.h5"):
        network = load_network(tmp_path / path)
        assert network.logits(X) == pytest.approx(mlp_logits(X), abs=1e-5)
        assert "read with ReLU" in network.meta["read_from"]["notes"][0]


# ---------------------------------------------------------------- what must be refused

LAMBDA = ("Lambda", {"name": "mine", "function": ["4wEAAA==", None, None]}, {})


@pytest.mark.parametrize(
    ("layers", "shape", "message"),
    [
        ([LAMBDA, *MLP], [6], "at its layer Lambda 'mine': a Lambda is a program inside the file"),
        ([plain("LSTM"), *MLP], [6], "layers of the kind LSTM are not read"),
        ([dense("dense", 6, 5, "swish")], [6], "the activation swish is not read"),
        ([dense("dense", 6, 5)], [7], r"shape \(6, 5\) does not fit 7 inputs"),
        ([dense("dense", 6, 5)], [None, None, 3], "is left open"),
        ([conv("c", (3, 3, 2, 4))], [8, 8, 1], "does not fit 1 maps"),
        ([conv("c", (3, 3, 1, 4), padding="causal")], [8, 8, 1], "padding 'causal' is not read"),
        ([conv("c", (9, 9, 1, 4))], [8, 8, 1], "does not fit into 8×8 pixels"),
        ([("Dense", {"name": "d"}, {})], [6], "Dense 'd' lacks 'kernel'"),
        ([plain("Flatten")], [8, 8], "it has no layer with weights|has no layers"),
    ],
)
def test_layers_that_are_not_read_are_named(
    tmp_path: Path, layers: list[Layer], shape: list[Any], message: str
) -> None:
    with pytest.raises(WeightsError, match=message):
        load_network(hdf5(tmp_path / "net.h5", layers, sequential(layers, shape)))


def test_a_model_that_branches_or_goes_in_a_circle_is_refused(tmp_path: Path) -> None:
    for change, message in (
        (lambda c: c["layers"][0]["inbound_nodes"][0].append(["in", 0, 0, {}]), "reads 2 layers"),
        (lambda c: c["layers"][2]["inbound_nodes"][0][0].__setitem__(0, "dense_1"), "in a circle"),
        (lambda c: c["layers"][2]["inbound_nodes"][0][0].__setitem__(0, "ghost"), "lead nowhere"),
        (lambda c: c["output_layers"].append(["dense", 0, 0]), "must have one output; got 2"),
    ):
        config = functional(MLP, [6], version=2)
        change(config["config"])
        with pytest.raises(WeightsError, match=message):
            load_network(hdf5(tmp_path / "net.h5", MLP, config))


NO_MODELS = (
    *("[", "3", "{}", '{"class_name": "Sequential"}'),
    '{"class_name": "Mine", "config": {}}',
)


@pytest.mark.parametrize("config", NO_MODELS)
def test_configurations_that_describe_no_model_are_refused(tmp_path: Path, config: str) -> None:
    with h5py.File(tmp_path / "net.h5", "w") as file:
        file.attrs["model_config"] = config
    with pytest.raises(WeightsError, match="configuration|its model is a"):
        load_network(tmp_path / "net.h5")


def test_numbers_in_other_files_are_not_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["kernel"] = np.zeros((6, 3))
    layers = [dense("dense", 6, 3)]
    for link in (h5py.ExternalLink("secret.h5", "/kernel"), None):
        path = hdf5(tmp_path / "net.h5", layers, sequential(layers, [6]))
        with h5py.File(path, "r+") as file:
            group = file["model_weights/dense/dense"]
            del group["kernel:0"]
            if link is not None:
                group["kernel:0"] = link
            else:
                source = [(str(tmp_path / "secret.h5"), 0, 144)]
                group.create_dataset("kernel:0", (6, 3), "f8", external=source)
        with pytest.raises(WeightsError, match="another file, which is not read"):
            load_network(path)


def test_a_data_set_that_claims_more_than_memory_is_refused(tmp_path: Path) -> None:
    layers = [dense("dense", 6, 3)]
    path = hdf5(tmp_path / "net.h5", layers, sequential(layers, [6]))
    with h5py.File(path, "r+") as file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (2**20, 2**20), "f4", chunks=(1024, 1024))
    with pytest.raises(WeightsError, match="its numbers take more than"):
        load_network(path)


def test_without_h5py_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hdf5(tmp_path / "net.h5", MLP, sequential(MLP, [6]))
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(
        WeightsError, match=r"needs the package h5py.*pip install 'neuroscribble\[keras\]'"
    ):
        load_network(path)
