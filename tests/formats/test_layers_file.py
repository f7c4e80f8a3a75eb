"""A network of any layers goes into a file and comes back; what is wrong there is refused."""

from __future__ import annotations

import contextlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import WeightsError
from neuroscribble.formats.npz import LayersFile, read_weights, write_weights
from neuroscribble.formats.ours import MAX_ACTIVATIONS
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.activations import (
    ELU,
    GELU,
    Clip,
    LeakyReLU,
    Linear,
    Sigmoid,
    Softplus,
    Tanh,
)
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.averaging import AvgPool2d, GlobalAvgPool2d
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.descriptions import MAX_LAYERS, describe
from neuroscribble.nn.kinds import KINDS
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten

Content = dict[str, Any]
Change = Callable[[Content], object]


def every_kind(seed: int = 0) -> Network:
    """A network with a layer of every kind, and no number that is still at its start."""
    rng = np.random.default_rng(seed)
    network = Network(
        {
            "pixels": Unflatten((6, 6, 1)),
            "conv1": Conv2d(1, 2, kernel=3, padding=2, stride=2, rng=rng),
            "bn1": BatchNorm2d(2, momentum=0.2, epsilon=1e-3),
            "relu1": ReLU(),
            "pool1": MaxPool2d(2),
            "flatten": Flatten(),
            "dropout1": Dropout(0.25, seed=9),
            "dense1": Dense(8, 3, rng=rng),
        },
        input_shape=(36,),
        class_names=["a", "b", "ß"],
    )
    network.parameters.flat[...] = rng.uniform(0.5, 2, network.parameters.flat.size)
    return network


def every_setting(seed: int = 0) -> Network:
    """Every other kind of layer, and every setting that is told only if it is not the usual one."""
    rng = np.random.default_rng(seed)
    general: dict[str, Any] = {"kernel": (3, 2), "padding": ((1, 0), (0, 2)), "stride": (1, 2)}
    network = Network(
        {
            "pixels": Unflatten((6, 6, 2)),
            "conv1": Conv2d(2, 4, **general, dilation=(1, 2), groups=2, rng=rng),
            "bn1": BatchNorm2d(4),
            "leaky1": LeakyReLU(0.25),
            "pool1": MaxPool2d((2, 1), stride=1, padding=((0, 1), (0, 0))),
            "clip1": Clip(-1, 1),
            "pool2": AvgPool2d(3, stride=(1, 2), padding=1, counts_padding=True),
            "elu1": ELU(0.5),
            "pool3": GlobalAvgPool2d(),
            "dense1": Dense(4, 3, rng=rng),
            "bn2": BatchNorm1d(3),
            "gelu1": GELU("tanh"),
            "sigmoid1": Sigmoid(),
            "tanh1": Tanh(),
            "softplus1": Softplus(),
            "linear1": Linear(),
        },
        input_shape=(72,),
        class_names=["a", "b", "c"],
    )
    network.parameters.flat[...] = rng.uniform(0.5, 2, network.parameters.flat.size)
    return network


def good() -> Content:
    """What a good file holds: arrays by name, and meta as an object."""
    network = every_kind()
    arrays = {**network.named_params(), **network.named_statistics()}
    return {**arrays, "meta": {"layers": describe(network.layers), "class_names": ["a", "b", "c"]}}


def saved(path: Path, content: Content) -> Path:
    meta = content["meta"]
    np.savez(path, **{**content, "meta": np.array(json.dumps(meta))})
    return path


def test_every_kind_of_layer_comes_back_the_same(tmp_path: Path, rng: np.random.Generator) -> None:
    network = every_kind()
    network.meta = {"name": "πρόβα"}
    tried = [*network.layers.values(), *every_setting().layers.values()]
    assert {type(layer) for layer in tried} == {kind.layer for kind in KINDS.values()}
    save_network(tmp_path / "all.npz", network)
    back = load_network(tmp_path / "all.npz")
    assert back.parameters.flat.tobytes() == network.parameters.flat.tobytes()
    assert describe(back.layers) == describe(network.layers)
    assert (back.input_shape, back.class_names) == ((36,), ("a", "b", "ß"))
    assert back.meta["name"] == "πρόβα"
    assert back.meta["layer_sizes"] == [36, 2, 3]
    images = rng.random((5, 36)).astype(np.float32)
    for training in (False, True):  # dropout's seed comes back, too
        one, other = (n.forward(images, training=training) for n in (back, network))
        assert one.logits.tobytes() == other.logits.tobytes()


def test_every_setting_comes_back_the_same(tmp_path: Path, rng: np.random.Generator) -> None:
    network = every_setting()
    save_network(tmp_path / "all.npz", network)
    back = load_network(tmp_path / "all.npz")
    assert describe(back.layers) == describe(network.layers)
    images = rng.random((5, 72)).astype(np.float32)
    assert back.logits(images).tobytes() == network.logits(images).tobytes()


def test_options_are_told_only_where_they_are_not_the_usual_ones(rng: np.random.Generator) -> None:
    usual: dict[str, Layer] = {"a": MaxPool2d(3), "b": LeakyReLU(), "c": GELU(), "d": AvgPool2d(2)}
    assert [set(one) - {"name", "kind"} for one in describe(usual)] == [
        *({"size"}, set(), set(), {"size"})
    ]
    conv = Conv2d(2, 2, kernel=3, padding=1, rng=rng)
    assert describe({"conv": conv})[0] == {
        **{"name": "conv", "kind": "conv2d", "in_channels": 2, "out_channels": 2},
        **{"kernel": 3, "padding": 1, "stride": 1},
    }
    for one, told in zip(
        describe(every_setting().layers)[1:5],
        [
            {"kernel": [3, 2], "padding": [[1, 0], [0, 2]], "dilation": [1, 2], "groups": 2},
            {"momentum": 0.1},
            {"slope": 0.25},
            {"size": [2, 1], "stride": 1, "padding": [[0, 1], [0, 0]]},
        ],
        strict=True,
    ):
        assert one.items() >= told.items()


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    save_network(tmp_path / "a.npz", every_kind())
    save_network(tmp_path / "b.npz", load_network(tmp_path / "a.npz"))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_the_cnn_s_file_is_small_and_read_without_pickle(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    save_network(tmp_path / "cnn.npz", build_cnn(rng=rng))
    assert (tmp_path / "cnn.npz").stat().st_size < 1_500_000
    with np.load(tmp_path / "cnn.npz", allow_pickle=False) as archive:
        assert archive.files[:6] == [
            *("conv1.W", "conv1.b", "bn1.gamma", "bn1.beta", "bn1.mean", "bn1.variance")
        ]
        assert archive["conv1.W"].shape == (3, 3, 1, 16)


@pytest.mark.parametrize("dtype", ["float16", "float64", ">f4"])
def test_files_by_others_may_have_another_precision_and_more_arrays(
    tmp_path: Path, dtype: str
) -> None:
    content = good()
    foreign = {n: a if n == "meta" else a.astype(dtype) for n, a in content.items()}
    foreign["history"] = np.array([{}], dtype=object)
    back = load_network(saved(tmp_path / "foreign.npz", foreign))
    for name, array in back.named_params().items():
        assert np.array_equal(array, foreign[name].astype(np.float32))


# ---------------------------------------------------------------- what must be refused


def layer(content: Content, name: str) -> dict[str, Any]:
    return next(one for one in content["meta"]["layers"] if one["name"] == name)


def only_pixels(content: Content) -> None:
    """36 pixels for 36 classes, and nothing to learn."""
    pixels = {"name": "pixels", "kind": "unflatten", "shape": [36]}
    for name in [name for name in content if name != "meta"]:
        del content[name]
    content["meta"]["layers"] = [pixels]


def set_layers(value: Any) -> Change:
    return lambda content: content["meta"].update(layers=value)


def set_in(name: str, /, **values: Any) -> Change:
    return lambda content: layer(content, name).update(values)


def drop_setting(name: str, key: str) -> Change:
    return lambda content: layer(content, name).pop(key)


def set_array(name: str, value: Any) -> Change:
    return lambda content: content.update({name: value})


def move(name: str, place: int) -> Change:
    def change(content: Content) -> None:
        layers = content["meta"]["layers"]
        one = layer(content, name)
        layers.remove(one)
        layers.insert(place, one)

    return change


REFUSED: list[tuple[Change, str]] = [
    (only_pixels, "it has no layer with weights"),
    (set_layers([]), f"must be a list of 1 to {MAX_LAYERS} layers"),
    (set_layers("conv2d"), "must be a list"),
    (set_layers(None), "must be a list"),
    (set_layers({"name": "a"}), "must be a list"),
    (set_layers([{"name": f"r{i}", "kind": "relu"} for i in range(201)]), "must be a list of 1"),
    (set_layers([3]), "layer 0 in meta must be an object; got 3"),
    (set_layers([[]]), "layer 0 in meta must be an object"),
    (set_in("relu1", name="../relu"), "layer 3 needs a name of letters and digits"),
    (set_in("relu1", name=""), "needs a name"),
    (set_in("relu1", name="a.b"), "needs a name"),
    (set_in("relu1", name="é"), "needs a name"),
    (set_in("relu1", name="r" * 61), "needs a name"),
    (set_in("relu1", name=7), "needs a name"),
    (set_in("relu1", name="conv1"), "own name; conv1 stands there twice"),
    (set_in("relu1", kind="os.system"), "layer relu1 must be one of dense, conv2d, relu"),
    (set_in("relu1", kind=["relu"]), "layer relu1 must be one of"),
    (set_in("relu1", kind=None), "layer relu1 must be one of"),
    (set_in("relu1", slope=0.1), "layer relu1 must have the settings kind, name; got"),
    (set_in("relu1", kind="elu", beta=1), "kind, name and may have alpha; got"),
    (drop_setting("conv1", "stride"), "layer conv1 must have the settings"),
    (set_in("conv1", kernel=0), "kernel of layer conv1 must be a whole number from 1"),
    (set_in("conv1", kernel=3.0), "kernel of layer conv1 must be a whole number"),
    (set_in("conv1", kernel=True), "kernel of layer conv1 must be a whole number"),
    (set_in("conv1", kernel=65), "from 1 to 64, .*; got 65"),
    (set_in("conv1", kernel=5), r"conv1.W must have shape \(5, 5, 1, 2\); got \(3, 3, 1, 2\)"),
    (set_in("conv1", padding=-1), "padding of layer conv1 must be a whole number from 0"),
    (set_in("conv1", padding=[1, 1]), r"from 0 to 64, or \[\[above, below\], \[left, right\]\]"),
    (set_in("conv1", kernel=[3, 3, 3]), "or two of them, for rows and columns; got"),
    (set_in("conv1", groups=2), "layer conv1 must have groups that divide its channels; got 2"),
    (set_in("conv1", dilation=0), "dilation of layer conv1 must be a whole number from 1"),
    (set_in("conv1", stride=0), "stride of layer conv1"),
    (set_in("conv1", stride=10**30), "stride of layer conv1"),
    (set_in("conv1", out_channels=4), r"conv1.W must have shape \(3, 3, 1, 4\)"),
    (set_in("conv1", in_channels=2), r"conv1.W must have shape \(3, 3, 2, 2\)"),
    (set_in("bn1", channels=3), r"bn1.gamma must have shape \(3,\); got \(2,\)"),
    (set_in("bn1", momentum=-0.1), "momentum of layer bn1 must be a number from 0 to 1"),
    (set_in("bn1", momentum="0.1"), "momentum of layer bn1 must be a number"),
    (set_in("bn1", epsilon=0), "layer bn1 cannot be made: .* epsilon > 0"),
    (set_in("bn1", epsilon=2), "epsilon of layer bn1 must be a number from 0 to 1"),
    (set_in("pool1", size=0), "size of layer pool1"),
    (set_in("pool1", size=5), "a 5×5 window does not fit into 4×4 pixels"),
    (set_in("pool1", padding=2), "layer pool1 cannot be made: padding must be less than the size"),
    (set_in("relu1", kind="gelu", form="sigmoid"), "form of layer relu1 must be erf or tanh"),
    (set_in("relu1", kind="clip", low=float("1e31")), "low of layer relu1 must be a number from"),
    (set_in("relu1", kind="clip", low=7), "layer relu1 cannot be made: Clip needs low < high"),
    (set_in("pool1", kind="avgpool2d", counts_padding=1), "must be true or false; got 1"),
    (set_in("dropout1", rate=1), "layer dropout1 cannot be made: rate must be"),
    (set_in("dropout1", seed=-1), "seed of layer dropout1"),
    (set_in("pixels", shape=[]), "shape of layer pixels must be a list of one to three sizes"),
    (set_in("pixels", shape=[6, 6, 1, 1]), "shape of layer pixels must be a list"),
    (set_in("pixels", shape=[6, -6, 1]), "shape of layer pixels must be a list"),
    (set_in("pixels", shape=36), "shape of layer pixels must be a list"),
    (set_in("pixels", shape=[2**20, 2**20, 1]), f"at most {MAX_ACTIVATIONS:,} are computed"),
    (set_in("pixels", shape=[6, 6, 2]), r"a sample must have shape \(H, W, 1\)"),
    (set_in("dense1", fan_in=7), r"dense1.W must have shape \(7, 3\); got \(8, 3\)"),
    (move("dense1", 0), "must have shape"),
    (move("pixels", 7), "its first layer must be dense or unflatten"),
    (lambda c: c["meta"].update(layers=c["meta"]["layers"][:5]), "its last layer must give one"),
    (lambda c: c.pop("bn1.variance"), "expected the arrays .*; got"),
    (lambda c: c.pop("conv1.W"), "expected the arrays"),
    (set_array("conv1.W", np.zeros((3, 3, 2))), "conv1.W must have shape"),
    (set_array("conv1.b", np.zeros((1, 2))), r"conv1.b must have shape \(2,\); got \(1, 2\)"),
    (set_array("conv1.b", np.zeros(2, int)), "conv1.b must hold floating-point numbers"),
    (set_array("conv1.b", np.array([None, None])), "conv1.b must hold floating-point numbers"),
    (set_array("conv1.b", np.array([0, np.nan])), "conv1.b must hold finite numbers"),
    (set_array("bn1.mean", np.array([0, np.inf])), "bn1.mean must hold finite numbers"),
    (set_array("bn1.gamma", np.array([0, 1e300])), "bn1.gamma must fit float32"),
    (set_array("bn1.variance", np.array([1, -0.5])), "bn1.variance must not be negative; got -0.5"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_wrong_layers_are_refused(tmp_path: Path, change: Change, message: str) -> None:
    content = good()
    load_network(saved(tmp_path / "good.npz", content))  # it is the change that is refused
    change(content)
    path = saved(tmp_path / "wrong.npz", content)
    with pytest.raises(WeightsError, match=message) as refused:
        load_network(path)
    assert str(refused.value).startswith(f"{path} cannot be used: ")
    assert str(refused.value).count(f"{path}") == 1
    assert str(refused.value).count("--weights") == 1


def test_a_layer_that_claims_gigabytes_costs_none(tmp_path: Path) -> None:
    content = good()
    layer(content, "conv1").update(in_channels=2**26, out_channels=2**26)
    layer(content, "bn1").update(channels=2**26)
    path = saved(tmp_path / "large.npz", content)
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match="must have shape"):
            load_network(path)
        assert tracemalloc.get_traced_memory()[1] < 2**21
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays, meta: arrays.pop("bn1.mean"), "expected the arrays"),
        (lambda arrays, meta: arrays.update(more=np.zeros(1, np.float32)), "expected the arrays"),
        (lambda arrays, meta: meta.pop("layers"), "must be a list"),
        (lambda arrays, meta: arrays.update({"conv1.b": np.zeros(2)}), "conv1.b must be float32"),
    ],
)
def test_a_file_that_could_not_be_read_again_cannot_be_made(
    change: Callable[[Content, Content], object], message: str
) -> None:
    content = good()
    meta = content.pop("meta")
    LayersFile(dict(content), dict(meta))
    change(content, meta)
    with pytest.raises(WeightsError, match=message):
        LayersFile(content, meta)


def only_weights_errors(path: Path) -> None:
    with contextlib.suppress(WeightsError):
        load_network(path)


FUZZ = settings(max_examples=200)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@pytest.mark.slow
@FUZZ
@given(data=st.data())
def test_any_setting_may_be_anything(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = good()
    one = data.draw(st.sampled_from(content["meta"]["layers"]))
    key = data.draw(st.sampled_from(sorted(one)))
    one[key] = data.draw(json_values)
    only_weights_errors(saved(tmp_path_factory.getbasetemp() / "any.npz", content))


@FUZZ
@given(changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1))
def test_changed_bytes_raise_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    path = saved(tmp_path_factory.getbasetemp() / "changed.npz", good())
    with zipfile.ZipFile(path) as archive:
        members = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    for position, value in changes:
        member = members[sorted(members)[position % len(members)]]
        member[position % len(member)] = value
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, bytes(member))
    path.write_bytes(content.getvalue())
    only_weights_errors(path)


def test_writing_and_reading_the_arrays_is_identity(tmp_path: Path) -> None:
    content = good()
    meta = content.pop("meta")
    write_weights(tmp_path / "w.npz", LayersFile(content, meta))
    back = read_weights(tmp_path / "w.npz")
    assert isinstance(back, LayersFile)
    assert back.meta == meta
    assert back.named_arrays().keys() == content.keys()
    for name, array in back.named_arrays().items():
        assert array.tobytes() == content[name].tobytes()
