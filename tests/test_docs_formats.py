"""What docs/formats.md says is read is what is read: its names are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import numpy as np
import pytest
from network_files import torch_zip

from neuroscribble.__main__ import cli
from neuroscribble.formats.architecture import ACTIVATIONS, activation
from neuroscribble.formats.keras_layers import LAYERS
from neuroscribble.formats.onnx_operators import OPERATORS
from neuroscribble.formats.row import MAX_LAYERS
from neuroscribble.formats.storage import load_network
from neuroscribble.formats.view import MAX_NUMBERS
from neuroscribble.inputs import InputSpec, read_words

TEXT = (Path(__file__).parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    neuroscribble ([^\n]+?)(?:  .*)?$", TEXT, re.M)


def row(start: str) -> str:
    return next(line for line in TEXT.splitlines() if line.startswith(f"| {start}"))


def test_every_operator_of_onnx_is_named() -> None:
    said = set(re.findall(r"[A-Z][A-Za-z]+", row("ONNX")))
    assert set(OPERATORS) - said == {"Max"}  # a way to write Relu


def test_every_layer_of_keras_is_named() -> None:
    said = row("Keras 2 and 3")
    pooling = {name for name in LAYERS if "Pool" in name}
    others = set(LAYERS) - pooling - {"Convolution2D", "Activation"}
    assert {name for name in others if name.lower() not in said.lower().replace("_", "")} == set()


def test_every_activation_can_be_said() -> None:
    between = TEXT[TEXT.index("Between them stand") :].split("\n\n")[0]
    words = re.findall(r"`([a-z0-9 .]+)`", between)
    names = {word.split()[0] for word in words}
    assert set(ACTIVATIONS) - names == {"linear", "relu6"}  # nothing, and another word for clip
    for word in words:
        if word.split()[0] in ACTIVATIONS:
            activation(word)


def test_the_commands_could_be_typed_and_their_inputs_mean_something() -> None:
    assert len(COMMANDS) >= 4
    for command in COMMANDS:
        words = re.findall(r'"[^"]+"|\S+', command)
        with click.Context(cli.commands[words[0]]) as context:
            context.command.parse_args(context, [word.strip('"') for word in words[1:]])
        if "--input" in words:
            said = words[words.index("--input") + 1].strip('"')
            read_words(said, InputSpec(shape=(28, 28)))


def test_the_limits_are_those_of_the_code() -> None:
    assert f"at most {MAX_NUMBERS:,} numbers a layer, {MAX_LAYERS} layers" in TEXT


def test_the_example_is_the_architecture_of_the_best_known_file(tmp_path: Path) -> None:
    """PyTorch's own MNIST example: mnist_cnn.pt."""
    (example,) = re.findall(r'^    (\["conv1".+\])$', TEXT, re.M)
    shapes = {"conv1": (32, 1, 3, 3), "conv2": (64, 32, 3, 3), "fc1": (128, 9216), "fc2": (10, 128)}
    arrays = {f"{name}.weight": np.zeros(shape, "f4") for name, shape in shapes.items()}
    path = torch_zip(tmp_path / "mnist_cnn.pt", arrays)
    with pytest.raises(Exception, match="which fits the shapes") as asked:
        load_network(path)
    assert example in str(asked.value)
    (tmp_path / "how.json").write_text(example)
    network = load_network(path, architecture=tmp_path / "how.json")
    assert network.layer_sizes == (784, 32, 64, 128, 10)
    assert json.loads(example)[0] == "conv1"
