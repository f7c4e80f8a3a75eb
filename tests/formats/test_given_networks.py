"""Networks that other people trained give the accuracy that their own framework gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import succeed
from conftest import MODELS, needs_models

from neuroscribble.formats.storage import load_network

ACCURACIES = {
    "mlp-keras3.h5": 0.9787,
    "cnn-keras3.keras": 0.9840,
    "mlp-from-keras.onnx": 0.9666,
    "mlp-784-128-10.safetensors": 0.9088,
    "mlp-512-512.pt": 0.9643,
    "mlp-10-10.npz": 0.8787,
}


@needs_models
@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.parametrize("name", ACCURACIES)
def test_the_accuracy_is_that_of_the_file_s_own_framework(name: str, mnist_folder: Path) -> None:
    said = succeed("evaluate", "--weights", MODELS / name, "--data", mnist_folder, "--json")
    assert json.loads(said)["accuracy"] == pytest.approx(ACCURACIES[name], abs=1e-4)


@needs_models
@pytest.mark.mnist
def test_the_first_thousand_digits_alone_can_be_asked_for(mnist_folder: Path) -> None:
    path = MODELS / "cnn-from-pytorch.onnx"
    said = succeed("evaluate", "--weights", path, "--data", mnist_folder, "--limit", 1000, "--json")
    assert json.loads(said)["n"] == 1000
    assert json.loads(said)["accuracy"] == pytest.approx(0.984, abs=1e-4)  # as in onnxruntime 1.32


@needs_models
def test_features_give_the_probabilities_of_the_file_s_own_framework() -> None:
    flowers = np.array([[5.1, 3.5, 1.4, 0.2], [5.9, 2.8, 4.3, 1.3]], np.float32)
    probabilities = load_network(MODELS / "iris.onnx").probabilities(flowers)
    expected = [[1.0, 1.96e-8, 3.4e-10], [1.5e-5, 0.99821, 0.00177]]
    assert probabilities == pytest.approx(np.array(expected), rel=2e-2, abs=1e-5)
