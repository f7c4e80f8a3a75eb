"""Arrays of dense networks are understood in any naming; what stays open is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from network_files import NAMINGS, Pairs, dense_arrays

from neuroscribble.errors import SettingsError, WeightsError
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.network import Network, build_mlp

SIZES = (6, 5, 4, 3)


def by_hand(pairs: Pairs, x: np.ndarray, activation: Callable[[Any], Any]) -> np.ndarray:
    for number, (W, b) in enumerate(pairs):
        x = x @ W + b
        if number < len(pairs) - 1:
            x = activation(x)
    return x


def relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


def assert_computes(network: Network, pairs: Pairs, activation: Any = relu) -> None:
    x = np.random.default_rng(1).random((20, len(pairs[0][0]))).astype(np.float32)
    assert network.logits(x) == pytest.approx(by_hand(pairs, x, activation), abs=1e-5, rel=1e-5)


@pytest.mark.parametrize("naming", NAMINGS)
def test_every_naming_gives_the_same_network(tmp_path: Path, naming: str) -> None:
    pairs = dense_arrays(SIZES)
    np.savez(tmp_path / "theirs.npz", **NAMINGS[naming](pairs))
    network = load_network(tmp_path / "theirs.npz")
    assert network.layer_sizes == SIZES
    assert_computes(network, pairs)
    assert network.is_mlp()


@pytest.mark.parametrize("naming", NAMINGS)
def test_json_with_nested_lists_is_read_alike(tmp_path: Path, naming: str) -> None:
    pairs = dense_arrays(SIZES)
    lists = {name: array.tolist() for name, array in NAMINGS[naming](pairs).items()}
    (tmp_path / "theirs.txt").write_text(json.dumps(lists))  # a name says nothing
    assert_computes(load_network(tmp_path / "theirs.txt"), pairs)


@pytest.mark.parametrize(
    "shape_it",
    [
        lambda p: {"weights": [W.tolist() for W, _ in p], "biases": [b.tolist() for _, b in p]},
        lambda p: [{"W": W.tolist(), "b": b.tolist()} for W, b in p],
        lambda p: {"layers": [{"weights": W.tolist(), "bias": b.tolist()} for W, b in p]},
        lambda p: {"model": {f"fc{i}": {"w": W.T.tolist(), "b": b.tolist()}
                             for i, (W, b) in enumerate(p)}},
    ],
)  # fmt: skip
def test_json_may_nest_its_layers(tmp_path: Path, shape_it: Callable[[Pairs], Any]) -> None:
    pairs = dense_arrays(SIZES)
    (tmp_path / "theirs.json").write_text(json.dumps(shape_it(pairs)))
    assert_computes(load_network(tmp_path / "theirs.json"), pairs)


def test_matrices_of_one_shape_that_became_one_array_are_taken_apart(tmp_path: Path) -> None:
    pairs = dense_arrays((4, 4, 4))
    stacked = {
        "weights": np.array([W for W, _ in pairs]),
        "biases": np.array([b for _, b in pairs]),
    }
    np.savez(tmp_path / "theirs.npz", **stacked)
    assert_computes(load_network(tmp_path / "theirs.npz", orientation="in-out"), pairs)


@pytest.mark.parametrize("dtype", ["float16", "float64", ">f4", "int32"])
def test_numbers_may_have_any_precision(tmp_path: Path, dtype: str) -> None:
    pairs = [((4 * W).astype(dtype), (4 * b).astype(dtype)) for W, b in dense_arrays(SIZES)]
    np.savez(tmp_path / "theirs.npz", **NAMINGS["W1 b1"](pairs))
    assert_computes(load_network(tmp_path / "theirs.npz"), pairs)


def test_no_biases_at_all_are_zeros(tmp_path: Path) -> None:
    pairs = [(W, 0 * b) for W, b in dense_arrays(SIZES)]
    np.savez(tmp_path / "theirs.npz", *[W for W, _ in pairs])
    assert_computes(load_network(tmp_path / "theirs.npz"), pairs)


def test_a_single_matrix_has_more_inputs_than_classes(tmp_path: Path) -> None:
    ((W, b),) = dense_arrays((64, 10))
    np.save(tmp_path / "theirs.npy", W.T)
    assert_computes(load_network(tmp_path / "theirs.npy"), [(W, 0 * b)])


def test_stray_arrays_are_named_and_not_fatal(tmp_path: Path) -> None:
    pairs = dense_arrays(SIZES)
    stray = {"test_acc": np.array(0.9), "loss_history": np.zeros(30), "X_test": np.zeros((7, 6))}
    objects = {"classes": np.array([{}], dtype=object), "name": np.array("mine")}
    np.savez(tmp_path / "theirs.npz", **stray, **NAMINGS["W1 b1"](pairs), **objects)
    network = load_network(tmp_path / "theirs.npz")
    assert_computes(network, pairs)
    (note,) = (one for one in network.meta["read_from"]["notes"] if one.startswith("Left"))
    assert note == "Left unread: test_acc, loss_history, X_test, classes, name."


def test_relu_is_assumed_and_told_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    pairs = dense_arrays(SIZES)
    np.savez(tmp_path / "theirs.npz", **NAMINGS["W1 b1"](pairs))
    told = load_network(tmp_path / "theirs.npz").meta["read_from"]
    assert ["read with ReLU. --activation" in note for note in told["notes"]] == [True]
    assert told["assumed"] == {"activation": "relu"}
    said = load_network(tmp_path / "theirs.npz", activation="relu")
    assert said.meta["read_from"] == {"format": "NumPy", "notes": []}


def test_square_layers_leave_the_orientation_open(tmp_path: Path) -> None:
    pairs = dense_arrays((4, 4, 4))
    np.savez(tmp_path / "square.npz", **NAMINGS["W1 b1"](pairs))
    with pytest.raises(WeightsError, match=r"W1 \(4, 4\), W2 \(4, 4\)\); say --orientation in-out"):
        load_network(tmp_path / "square.npz")
    assert_computes(load_network(tmp_path / "square.npz", orientation="in-out"), pairs)
    turned = load_network(tmp_path / "square.npz", orientation="(out, in)")
    assert_computes(turned, [(W.T, b) for W, b in pairs])


def test_what_was_read_is_saved_as_ours_and_comes_back(tmp_path: Path) -> None:
    pairs = dense_arrays(SIZES)
    np.savez(tmp_path / "theirs.npz", **NAMINGS["arr_0 with the bias as a column"](pairs))
    network = load_network(tmp_path / "theirs.npz")
    save_network(tmp_path / "ours.npz", network)
    back = load_network(tmp_path / "ours.npz")
    assert back.parameters.flat.tobytes() == network.parameters.flat.tobytes()
    assert back.meta["read_from"]["format"] == "NumPy"


OBJECTS = {"weights": np.array([np.zeros((6, 5)), np.zeros((5, 3))], dtype=object)}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (OBJECTS, r"weights holds Python objects, which only pickle could read.*numpy\.savez"),
        ({"a": np.zeros(3)}, r"expected weight matrices by name.*got a \(3,\)"),
        ({"W1": np.zeros((6, 5)), "W2": np.zeros((7, 3))}, r"no chain.*W1 \(6, 5\), W2 \(7, 3\)"),
        ({"W1": np.zeros((6, 5)), "W2": np.full((5, 3), np.nan)}, "finite numbers; got NaN"),
        ({"W1": np.zeros((6, 5)), "W2": np.full((5, 3), 1e99)}, "must fit float32"),
        ({"W1": np.zeros((6, 0)), "W2": np.zeros((0, 3))}, "some numbers"),
        ({"words": np.array(["a"])}, "words holds <U1"),
    ],
)
def test_what_makes_no_network_is_refused(
    tmp_path: Path, arrays: dict[str, np.ndarray], message: str
) -> None:
    np.savez(tmp_path / "wrong.npz", **arrays)
    with pytest.raises(WeightsError, match=message):
        load_network(tmp_path / "wrong.npz")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON|nested more than"),
        (b"{}", "expected weight matrices by name"),
        (b'{"a": ' * 50 + b"1" + b"}" * 50, "nested more than 12 deep"),
        (b'{"W1": [[1, 2], [3]]}', "expected weight matrices"),
        (b'{"W1": [[1, 2], [3, NaN]], "W2": [[1, 2, 3], [3, 4, 5]]}', "finite"),
        (b'{"W1": [[1, 2], [3, 1e999]], "W2": [[1, 2, 3], [3, 4, 5]]}', "finite"),
        (b'{"W1": [[true, false], [true, true]]}', "expected weight matrices"),
    ],
)
def test_json_that_makes_no_network_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "wrong.json").write_bytes(content)
    with pytest.raises(WeightsError, match=message):
        load_network(tmp_path / "wrong.json")


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        ({"orientation": "sideways"}, "--orientation must be in-out or out-in; got 'sideways'"),
        ({"architecture": "gone.json"}, "--architecture gone.json cannot be read"),
        ({"input": "27x27"}, "--input says 27x27, which is 729 numbers, but the network has 6"),
        ({"input": "upside down"}, "--input must say shape, range, ink, mean and std"),
        ({"activation": "cubic"}, "the activation must be one of relu"),
    ],
)
def test_hints_that_mean_nothing_are_refused(
    tmp_path: Path, hints: dict[str, str], message: str
) -> None:
    np.savez(tmp_path / "theirs.npz", **NAMINGS["W1 b1"](dense_arrays(SIZES)))
    with pytest.raises((WeightsError, SettingsError), match=message):
        load_network(tmp_path / "theirs.npz", **hints)


def test_a_file_of_ours_tells_everything_itself(tmp_path: Path, rng: np.random.Generator) -> None:
    save_network(tmp_path / "ours.npz", build_mlp((3,), rng=rng, n_inputs=4))
    with pytest.raises(WeightsError, match="tells its layers and its input itself; leave out"):
        load_network(tmp_path / "ours.npz", activation="relu")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "a pointer of Git LFS"),
        (b"<!DOCTYPE html><html>", "it is a web page"),
        (b"\x1f\x8b\x08rest", "compressed with gzip"),
        (b"\x18\x00\x00\x00TFL3", "a TensorFlow Lite file"),
        (b"GGUF\x03", "a GGUF file"),
        (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
        (bytes(257) + b"ustar", "a tar archive"),
    ],
)
def test_files_of_other_kinds_are_called_by_their_name(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "file.npz").write_bytes(content)
    with pytest.raises(WeightsError, match=message):
        load_network(tmp_path / "file.npz")
