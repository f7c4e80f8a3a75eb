"""A network that was saved is the same when it is loaded, and files by others are welcome."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neuroscribble.errors import SettingsError, WeightsError
from neuroscribble.formats import storage
from neuroscribble.formats.npz import WeightsFile, write_weights
from neuroscribble.formats.storage import (
    default_weights,
    load_network,
    require_digit_network,
    require_picture_network,
    save_network,
)
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network, build_mlp

SHIPPED = Path(__file__).parents[2] / "weights.npz"


@pytest.mark.parametrize("hidden", [(), (7,), (9, 4, 3)], ids=str)
def test_saving_and_loading_a_network_is_identity(
    tmp_path: Path, hidden: tuple[int, ...], rng: np.random.Generator
) -> None:
    network = build_mlp(hidden, rng=rng, n_inputs=6, n_classes=3, class_names=["a", "ß", "<b>"])
    network.meta = {"name": "πρόβα", "test": {"accuracy": 0.1}}
    save_network(tmp_path / "weights.npz", network)
    back = load_network(tmp_path / "weights.npz")
    assert back.parameters.flat.tobytes() == network.parameters.flat.tobytes()
    assert list(back.layers) == list(network.layers)
    assert back.class_names == network.class_names
    assert back.input_shape == (6,)
    assert back.meta == {
        **network.meta,
        "format_version": 1,
        "layer_sizes": [6, *hidden, 3],
        "class_names": ["a", "ß", "<b>"],
    }
    images = rng.random((5, 6)).astype(np.float32)
    assert np.array_equal(back.probabilities(images), network.probabilities(images))


def test_a_given_meta_takes_the_place_of_the_network_s_own(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    network = build_mlp((), rng=rng, n_inputs=2, n_classes=2)
    network.meta = {"name": "old"}
    save_network(tmp_path / "weights.npz", network, meta={"note": "new"})
    meta = load_network(tmp_path / "weights.npz").meta
    assert "name" not in meta
    assert meta["note"] == "new"
    assert network.meta == {"name": "old"}


def test_a_foreign_file_in_the_common_layout_gives_the_same_answers(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    own = load_network(SHIPPED)
    arrays = {}
    for i, layer in enumerate(own.dense_layers()):
        arrays[f"W{i}"] = layer.params["W"].astype(np.float64)
        arrays[f"b{i}"] = layer.params["b"].astype(np.float64)[None]  # (1, n)
    np.savez(tmp_path / "foreign.npz", **arrays)
    foreign = load_network(tmp_path / "foreign.npz")
    images = rng.random((20, 784)).astype(np.float32)
    read = own.seen(images)  # a foreign file says nothing of the stage in front of the first layer
    assert np.array_equal(foreign.probabilities(read), own.probabilities(images))
    assert foreign.class_names == own.class_names
    assert foreign.meta == {}


@pytest.mark.parametrize(
    "names", [["a"], "abc", None, {"a": 1}, ["a", "b", "c", "d"], ["a", "b", "a"], [1, "1", 2]]
)
def test_class_names_that_do_not_fit_are_counted_instead(
    tmp_path: Path, names: object, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = build_mlp((), rng=rng, n_inputs=2, n_classes=3)
    stored = WeightsFile(
        [network.dense_layers()[0].params["W"]],
        [network.dense_layers()[0].params["b"]],
        {"class_names": names},
    )
    write_weights(tmp_path / "weights.npz", stored)
    assert load_network(tmp_path / "weights.npz").class_names == ("0", "1", "2")


@pytest.mark.parametrize("order", ["DD", "DDR", "DRDR"])
def test_a_row_of_layers_that_is_not_the_classic_one_names_its_layers(
    tmp_path: Path, order: str, rng: np.random.Generator
) -> None:
    layers = {f"l{i}": Dense(3, 3, rng=rng) if o == "D" else ReLU() for i, o in enumerate(order)}
    network = Network(layers, input_shape=(3,), class_names="abc")
    save_network(tmp_path / "weights.npz", network)
    back = load_network(tmp_path / "weights.npz")
    assert [(name, type(layer)) for name, layer in back.layers.items()] == [
        (name, type(layer)) for name, layer in layers.items()
    ]
    assert back.parameters.flat.tobytes() == network.parameters.flat.tobytes()


def test_a_layer_of_an_unknown_kind_is_not_saved(tmp_path: Path, rng: np.random.Generator) -> None:
    class Mine(ReLU):
        pass

    layers = {"mine": Mine(), "dense1": Dense(3, 3, rng=rng)}
    network = Network(layers, input_shape=(3,), class_names="abc")
    with pytest.raises(SettingsError, match="a layer of kind Mine cannot be saved"):
        save_network(tmp_path / "weights.npz", network)
    assert not list(tmp_path.iterdir())


def test_the_default_is_the_folder_s_own_file_and_else_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_weights().samefile(SHIPPED)
    (tmp_path / "weights.npz").write_bytes(b"mine, even if damaged")
    assert default_weights() == Path("weights.npz")
    with pytest.raises(WeightsError, match="^weights.npz cannot be used"):
        load_network()


def test_where_no_weights_are_the_error_names_the_file_that_could_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(storage, "__file__", str(tmp_path / "package" / "formats" / "storage.py"))
    with pytest.raises(WeightsError, match="^weights.npz cannot be used: there is no such file"):
        load_network()


@pytest.mark.parametrize(("n_inputs", "n_classes"), [(784, 9), (783, 10)])
def test_a_network_that_reads_no_digits_is_refused_where_digits_are_read(
    n_inputs: int, n_classes: int, rng: np.random.Generator
) -> None:
    network = build_mlp((), rng=rng, n_inputs=n_inputs, n_classes=n_classes)
    with pytest.raises(WeightsError, match=f"this one has {n_inputs} and {n_classes}"):
        require_digit_network(network, what="evaluate")
    fashion = build_mlp((), rng=rng, class_names="abcdefghij")
    with pytest.raises(WeightsError, match="the classes 0 to 9; this one has 784 and 10, a to j"):
        require_digit_network(fashion, what="evaluate")
    require_digit_network(build_mlp((), rng=rng), what="evaluate")
    if n_inputs == 784:  # pictures of other classes are pictures
        require_picture_network(network, what="evaluate")
    else:
        with pytest.raises(WeightsError, match="this one has 783 inputs"):
            require_picture_network(network, what="evaluate")
