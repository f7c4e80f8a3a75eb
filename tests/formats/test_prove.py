"""The file's own framework has the last word: onnxruntime is asked what a page is proved with."""

from __future__ import annotations

import importlib
import json
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import needs_scikit
from packed_page import payload_in

import neuroscribble as ns
from neuroscribble.formats import prove
from neuroscribble.formats.onnx_write import onnx_bytes
from neuroscribble.inputs import InputSpec
from neuroscribble.nn.losses import softmax
from viz.diagram.diagram import diagram_of
from viz.diagram.inputs import check_inputs
from viz.diagram.payload import page_payload
from viz.page.page import network_page

needs_onnxruntime = pytest.mark.skipif(
    prove.find_spec("onnxruntime") is None, reason="pip install onnxruntime to check this"
)

needs_torch = pytest.mark.skipif(
    prove.find_spec("torch") is None, reason="PyTorch is needed to check this"
)


@needs_onnxruntime
@pytest.mark.parametrize("name", ["xor", "iris", "digits"])
def test_onnxruntime_says_what_was_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.onnx"
    path.write_bytes(onnx_bytes(ns.load_network(name)))
    network = ns.load_network(path)
    original = prove.original_of(path, network)
    assert original is not None
    assert original.by == f"onnxruntime {metadata.version('onnxruntime')}"
    x = check_inputs(network)[0].astype(np.float32)
    np.testing.assert_allclose(original.probabilities(x), network.probabilities(x), atol=1e-5)


def test_other_files_have_no_original(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "weights.npz"
    assert prove.original_of(path, ns.load_network(path)) is None


def test_without_onnxruntime_the_payload_names_its_own_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "iris.onnx"
    path.write_bytes(onnx_bytes(ns.load_network("iris")))
    monkeypatch.setattr(prove, "find_spec", lambda name: None)
    network = ns.load_network(path)
    assert prove.original_of(path, network) is None
    payload = page_payload(network, diagram_of(network), top_k=8, title="", weights_name="")
    assert payload["cases"]["by"] == "NeuroScribble's own reading"


def test_the_original_gets_its_own_range_and_order_of_axes() -> None:
    ink = np.arange(2 * 2 * 3, dtype=np.float32)[None] / 11
    spec = InputSpec(shape=(2, 2, 3), high=255.0, dark_ink=True)
    first = prove.as_original(ink, spec, (3, 2, 2))
    assert first.shape == (1, 3, 2, 2)
    np.testing.assert_allclose(first[0, :, 0, 0], 255 * (1 - ink[0, :3]), rtol=1e-6)
    assert prove.as_original(ink, spec, (2, 2, 3)).shape == (1, 2, 2, 3)
    assert prove.as_original(ink, spec, ()).shape == (1, 12)


# ---------------------------------------------------------------- models in memory


def assert_proved(network: ns.Network, by: str) -> dict[str, Any]:
    """A page of it stores the model's own numbers, and they are the network's."""
    original = network.original
    assert original is not None
    assert original.by == by
    x = check_inputs(network)[0].astype(np.float32)
    if network.meta["input"]["shape"] != list(network.input_shape):
        x = x / np.float32(255)
    np.testing.assert_allclose(original.probabilities(x), network.probabilities(x), atol=1e-5)
    page = network_page(network)
    cases: dict[str, Any] = payload_in(page)["cases"]
    assert cases["by"] == by
    assert "probabilities" in cases
    return cases


@needs_scikit
@pytest.mark.parametrize("activation", ["relu", "logistic"])
def test_models_of_scikit_learn_say_themselves_what_they_answer(activation: str) -> None:
    from sklearn.datasets import load_iris
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = load_iris()
    model = make_pipeline(
        StandardScaler(),
        MLPClassifier((5,), activation=activation, solver="lbfgs", max_iter=60, random_state=1),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like to learn longer
        model.fit(data.data, data.target == 1)
    assert_proved(ns.from_sklearn(model), f"scikit-learn {metadata.version('scikit-learn')}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(data.data, data.target)
    network = ns.from_sklearn(model)
    assert_proved(network, f"scikit-learn {metadata.version('scikit-learn')}")
    network.parameters.flat[0] += 1  # it has learned: the model speaks for another one
    assert payload_in(network_page(network))["cases"]["by"] == "NeuroScribble's own reading"


class Asked:
    """A Keras model as far as it is asked: two layers, and answers of its own."""

    input_shape = (None, 2, 2, 1)

    def __init__(self, off: float = 0.0) -> None:
        self.layers = [Layer("flatten"), Layer("dense", *ARRAYS)]
        self.off = off

    def to_json(self) -> str:
        layers = [
            ("Flatten", {"name": "flatten", "batch_input_shape": [None, 2, 2, 1]}),
            ("Dense", {"name": "dense", "units": 3, "activation": "softmax", "use_bias": True}),
        ]
        told = [{"class_name": name, "config": config} for name, config in layers]
        return json.dumps({"class_name": "Sequential", "config": {"layers": told}})

    def predict_on_batch(self, x: np.ndarray) -> np.ndarray:
        assert x.shape[1:] == (2, 2, 1)
        return softmax(x.reshape(len(x), -1) @ ARRAYS[0] + ARRAYS[1]) + self.off


class Layer:
    def __init__(self, name: str, *arrays: np.ndarray) -> None:
        self.name, self.arrays = name, arrays

    def get_weights(self) -> list[np.ndarray]:
        return list(self.arrays)


ARRAYS = [np.random.default_rng(1).normal(size=(4, 3)), np.arange(3.0)]


def test_a_keras_model_is_asked_in_its_own_shape_and_may_disagree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prove.metadata, "version", lambda name: "3.9")
    assert_proved(ns.from_keras(Asked()), "Keras 3.9")
    original = ns.from_keras(Asked(off=0.01)).original
    assert original is not None
    x = np.zeros((50, 4), np.float32)
    told = original.probabilities(x)
    assert np.abs(told - softmax(ARRAYS[1][None])).max() == pytest.approx(0.01)


@needs_torch
def test_modules_of_pytorch_say_themselves_what_they_answer() -> None:
    torch = importlib.import_module("torch")
    nn = torch.nn
    dense = nn.Sequential(nn.Flatten(), nn.Linear(784, 9), nn.Tanh(), nn.Linear(9, 10))
    maps = nn.Sequential(
        *(nn.Conv2d(1, 3, 5, stride=2), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Dropout(0.5), nn.LazyLinear(10), nn.LogSoftmax(1)),
    )
    maps(torch.zeros(2, 1, 28, 28))
    for module in (dense, maps):
        network = ns.from_torch(module, input="mean 0.1307, std 0.3081")
        assert_proved(network, f"PyTorch {metadata.version('torch')}")
    assert module.training  # as it was
