"""Whatever a network was fed with, here it takes ink from 0 to 1 and gives the same answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import run, succeed
from network_files import dense_arrays, torch_zip

from neuroscribble.data.pen import pen_digits
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network, build_mlp

RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("words", "fed"),
    [
        ("8x8 in 0..255", lambda x: 255 * x),
        ("8x8 in 0..16, dark ink", lambda x: 16 - 16 * x),
        ("-1..1", lambda x: 2 * x - 1),
        ("mean 0.1307, std 0.3081", lambda x: (x - 0.1307) / 0.3081),
        ("dark ink, mean 0.5, std 0.5", lambda x: (0.5 - x) / 0.5),
    ],
)
def test_dense_networks_take_what_is_said_into_their_first_weights(
    tmp_path: Path, words: str, fed: object
) -> None:
    (W1, b1), (W2, b2) = dense_arrays((64, 5, 3))
    np.savez(tmp_path / "net.npz", W1=W1, b1=b1, W2=W2, b2=b2)
    x = RNG.random((9, 64)).astype(np.float32)
    network = load_network(tmp_path / "net.npz", input=words)
    expected = np.maximum(fed(x.astype(float)) @ W1 + b1, 0) @ W2 + b2  # type: ignore[operator]
    assert network.logits(x) == pytest.approx(expected, rel=1e-4, abs=1e-3)
    assert network.is_mlp()
    assert network.meta["input"]["shape"] == [8, 8]


@pytest.mark.parametrize("padding", [0, 1])
def test_convolutions_take_it_too_with_zeros_around_what_they_were_fed_with(
    tmp_path: Path, padding: int
) -> None:
    """Zeros beside a picture are the mean of what a network was fed with, not paper."""
    side = 6 + 2 * padding
    kernel = RNG.normal(size=(2, 1, 3, 3)).astype(np.float32)
    W = RNG.normal(size=(3, 2 * side * side)).astype(np.float32)
    path = torch_zip(tmp_path / "net.pt", {"conv.weight": kernel, "fc.weight": W})
    layers = [f"conv padding {padding}", "tanh", "flatten", "fc"]
    (tmp_path / "how.json").write_text(json.dumps(layers))
    network = load_network(path, architecture=tmp_path / "how.json", input="8x8, mean 0.3, std 0.5")
    x = RNG.random((4, 64)).astype(np.float32)
    fed = np.pad((x.reshape(4, 8, 8) - 0.3) / 0.5, ((0, 0), (padding,) * 2, (padding,) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(fed, (3, 3), axis=(1, 2))
    maps = np.tanh(np.einsum("nyxrs,ors->noyx", windows, kernel[:, 0]))
    assert network.logits(x) == pytest.approx(maps.reshape(4, -1) @ W.T, abs=1e-4)


# ---------------------------------------------------------------- checked on digits


def reader(images: np.ndarray, labels: np.ndarray) -> Network:
    """Nearest mean of each class, as one linear map: sure enough to tell readings apart."""
    means = np.stack([images[labels == k].mean(axis=0) for k in range(10)], axis=1)
    network = build_mlp((), rng=np.random.default_rng(0))
    network.named_params()["dense1.W"][...] = means
    network.named_params()["dense1.b"][...] = -(means**2).sum(axis=0) / 2
    return network


@pytest.fixture
def dark_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network's arrays that was fed with dark ink from 0 to 255."""
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", "pen")
    monkeypatch.setattr("neuroscribble.data.sources.N_PEN_TEST", 300)
    network = reader(*pen_digits(600, rng=np.random.default_rng(1)))
    W, b = network.named_params().values()
    path = tmp_path / "dark.npz"
    np.savez(path, weights=-W / 255, bias=b + W.sum(axis=0))
    return path


def test_evaluate_proposes_the_reading_that_is_far_better_and_does_not_choose_it(
    dark_reader: Path,
) -> None:
    code, out, err = run("evaluate", "--weights", dark_reader, "--json")
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert result["proposed"] == {"input": "28x28 in 0..255, dark ink"}
    assert result["accuracy"] < 0.5
    assert 'with --input "28x28 in 0..255, dark ink" it would be' in result["notes"][-1]
    said = succeed("evaluate", "--weights", dark_reader, "--json", "--input", "0..255, dark ink")
    assert json.loads(said)["accuracy"] > 0.6
    assert "proposed" not in json.loads(said)


def test_for_people_the_proposal_is_a_note(dark_reader: Path) -> None:
    code, out, err = run("evaluate", "--weights", dark_reader)
    assert code == 0
    assert err.startswith("Note: Of the first 300 digits it reads ")
    assert '--input "28x28 in 0..255, dark ink"' in err
    assert "of 300 digits are read right" in out


def test_a_reading_that_is_right_as_it_is_stays_without_a_proposal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", "pen")
    monkeypatch.setattr("neuroscribble.data.sources.N_PEN_TEST", 300)
    network = reader(*pen_digits(600, rng=np.random.default_rng(1)))
    W, b = network.named_params().values()
    np.savez(tmp_path / "bright.npz", weights=W, bias=b)
    said = succeed("evaluate", "--weights", tmp_path / "bright.npz", "--json")
    assert "proposed" not in json.loads(said)


def test_an_activation_that_was_assumed_is_tried_against_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under tanh each hidden unit is a class; ReLU would read the same arrays as something else."""
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", "pen")
    monkeypatch.setattr("neuroscribble.data.sources.N_PEN_TEST", 300)
    W, b = reader(*pen_digits(600, rng=np.random.default_rng(1))).named_params().values()
    W, b = W - W.mean(axis=1, keepdims=True), b - b.mean()
    np.savez(tmp_path / "net.npz", W1=-0.02 * W, b1=-0.02 * b, W2=-np.eye(10), b2=np.zeros(10))
    said = succeed("evaluate", "--weights", tmp_path / "net.npz", "--json")
    result = json.loads(said)
    assert result["proposed"] in ({"activation": "tanh"}, {"activation": "sigmoid"})
    assert f"with --activation {result['proposed']['activation']} it would" in result["notes"][-1]
