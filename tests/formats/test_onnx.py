"""ONNX graphs give the numbers of ONNX's own evaluator, in every way of writing them down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroscribble.errors import WeightsError
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network

onnx = pytest.importorskip("onnx", reason="the package onnx is needed to check this")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

RNG = np.random.default_rng(11)
FLOAT = TensorProto.FLOAT


def numbers(*shape: int) -> np.ndarray:
    return RNG.normal(0, 0.4, shape).astype(np.float32)


W1, b1, W2, b2 = numbers(6, 5), numbers(5), numbers(5, 3), numbers(3)
K1, k1 = numbers(4, 1, 3, 3), numbers(4)
X = RNG.random((5, 6)).astype(np.float32)
PICTURES = RNG.random((4, 1, 8, 8)).astype(np.float32)
POSITIVE = np.abs(numbers(4)) + 0.5


def node(op: str, inputs: str, output: str, **attributes: Any) -> Any:
    names = [name if name != "_" else "" for name in inputs.split()]
    return helper.make_node(op, names, output.split(), **attributes)


def model(
    nodes: list[Any],
    arrays: dict[str, np.ndarray],
    shape: list[Any],
    *,
    opset: int = 17,
    outputs: str = "y",
    kind: int = FLOAT,
    more: list[Any] | None = None,
) -> Any:
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", kind, shape), *(more or [])],
        [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs.split()],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )  # fmt: skip
    imports = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 2)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def read(path: Path, made: Any) -> Network:
    onnx.save(made, path / "net.onnx")
    return load_network(path / "net.onnx")


def as_ours(x: np.ndarray) -> np.ndarray:
    """(N, C, H, W) → rows of (H, W, C)."""
    maps = x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
    return np.ascontiguousarray(maps).reshape(len(x), -1)


def assert_equal(path: Path, made: Any, x: np.ndarray, *, last: str = "y") -> Network:
    """Our network's values are those of ONNX's evaluator, whatever their kind of output."""
    (expected,) = ReferenceEvaluator(made).run([last], {"x": x})
    network = read(path, made)
    logits = network.logits(as_ours(x))
    values = network.output.activation(logits)
    if (expected < 0).any() or not np.allclose(expected.sum(axis=1), 1, atol=1e-4):
        values = logits if network.output.name == "softmax" else values
    if made.graph.node[-1].op_type == "LogSoftmax":
        values = np.log(network.probabilities(as_ours(x)))
    assert values == pytest.approx(expected.reshape(len(x), -1), abs=2e-5)
    return network


GEMM = {"W1": W1.T.copy(), "b1": b1, "W2": W2, "b2": b2}
DENSE = {
    "Gemm": (
        [
            node("Gemm", "x W1 b1", "h", transB=1),
            node("Relu", "h", "a"),
            node("Gemm", "a W2 b2", "y"),
        ],
        GEMM,
    ),
    "Gemm with alpha and beta": (
        [
            node("Gemm", "x W1 b1", "h", transB=1, alpha=0.5, beta=2.0),
            node("Tanh", "h", "a"),
            node("Gemm", "a W2", "y", alpha=-1.5),
        ],
        GEMM,
    ),
    "MatMul and Add": (
        [
            node("MatMul", "x V1", "h0"),
            node("Add", "b1 h0", "h"),
            node("Sigmoid", "h", "a"),
            node("MatMul", "a W2", "z"),
            node("Add", "z b2", "l"),
            node("Softmax", "l", "y", axis=-1),
        ],
        {**GEMM, "V1": W1},
    ),
    "LogSoftmax": (
        [
            node("Gemm", "x W1 b1", "h", transB=1),
            node("LeakyRelu", "h", "a", alpha=0.3),
            node("Gemm", "a W2 b2", "l"),
            node("LogSoftmax", "l", "y", axis=1),
        ],
        GEMM,
    ),
    "constants in nodes, turned over, doubled, cast": (
        [
            helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(W1.T.copy())),
            node("Transpose", "c", "t"),
            node("Mul", "t two", "t2"),
            node("Identity", "x", "i"),
            node("Cast", "i", "x1", to=FLOAT),
            node("MatMul", "x1 t2", "h"),
            node("Elu", "h", "a", alpha=0.7),
            node("Dropout", "a", "d"),
            node("Gemm", "d W2 b2", "y"),
        ],
        {**GEMM, "two": np.array(2, np.float32)},
    ),
    "scaling of the input": (
        [
            node("Sub", "x mean", "s"),
            node("Div", "s std", "n"),
            node("Gemm", "n W1 b1", "h", transB=1),
            node("Clip", "h zero six", "a"),
            node("Gemm", "a W2 b2", "y"),
        ],
        {
            **GEMM,
            **{"mean": numbers(6), "std": np.abs(numbers(6)) + 0.5},
            **{"zero": np.array(0, np.float32), "six": np.array(6, np.float32)},
        },
    ),
    "normalization behind an activation": (
        [
            node("Gemm", "x W1 b1", "h", transB=1),
            node("Softplus", "h", "a"),
            node("BatchNormalization", "a g b m v", "n", epsilon=1e-3),
            node("Gemm", "n W2 b2", "y"),
        ],
        {
            **GEMM,
            **{"g": numbers(5), "b": numbers(5), "m": numbers(5), "v": np.abs(numbers(5))},
        },
    ),
    "normalization before an activation": (
        [
            node("Gemm", "x W1 b1", "h", transB=1),
            node("BatchNormalization", "h g b m v", "n"),
            node("HardSigmoid", "n", "a"),
            node("Gemm", "a W2 b2", "l"),
            node("Sigmoid", "l", "y"),
        ],
        {
            **GEMM,
            **{"g": numbers(5), "b": numbers(5), "m": numbers(5), "v": np.abs(numbers(5))},
        },
    ),
    "GELU spelled out": (
        [
            node("Gemm", "x W1 b1", "h", transB=1),
            node("Div", "h root", "d"),
            node("Erf", "d", "e"),
            node("Add", "e one", "p"),
            node("Mul", "h p", "m"),
            node("Mul", "m half", "a"),
            node("Gemm", "a W2 b2", "y"),
        ],
        {
            **GEMM,
            "root": np.sqrt(np.array(2, np.float32)),
            **{"one": np.array(1, np.float32), "half": np.array(0.5, np.float32)},
        },
    ),
    "Selu and PRelu": (
        [
            node("Gemm", "x W1 b1", "h", transB=1),
            node("Selu", "h", "a"),
            node("Gemm", "a U u", "h2"),
            node("PRelu", "h2 slope", "a2"),
            node("Gemm", "a2 W2 b2", "y"),
        ],
        {**GEMM, "U": numbers(5, 5), "u": numbers(5), "slope": np.array([0.1], np.float32)},
    ),
}


@pytest.mark.parametrize("name", DENSE)
def test_dense_graphs(tmp_path: Path, name: str) -> None:
    nodes, arrays = DENSE[name]
    assert_equal(tmp_path, model(nodes, arrays, ["N", 6]), X)


CONV = {"K": K1, "k": k1, "W": numbers(4 * 36, 3), "b": numbers(3)}
FLAT = [node("Flatten", "m", "f"), node("Gemm", "f W b", "y")]
MAPS = {
    "Conv, Relu, Flatten": (
        [node("Conv", "x K k", "c"), node("Relu", "c", "m"), *FLAT],
        CONV,
    ),
    "Reshape whose shape is computed from the input's": (
        [
            node("Conv", "x K k", "c"),
            node("Relu", "c", "m"),
            node("Shape", "m", "s"),
            node("Gather", "s zero", "n", axis=0),
            node("Unsqueeze", "n axes", "n1"),
            node("Concat", "n1 rest", "shape", axis=0),
            node("Reshape", "m shape", "f"),
            node("Gemm", "f W b", "y"),
        ],
        {**CONV, "zero": np.array(0), "axes": np.array([0]), "rest": np.array([-1])},
    ),
    "SAME_UPPER with a stride, MaxPool": (
        [
            node("Conv", "x K k", "c", auto_pad="SAME_UPPER", strides=[2, 2]),
            node("Relu", "c", "r"),
            node("MaxPool", "r", "m", kernel_shape=[2, 2], strides=[2, 2]),
            node("Flatten", "m", "f"),
            node("Gemm", "f V b", "y"),
        ],
        {**CONV, "V": numbers(16, 3)},
    ),
    "depthwise, dilated, padded on two sides": (
        [
            node("Conv", "x K k", "c", pads=[1, 0, 2, 1]),
            node("Conv", "c D", "d", group=4, dilations=[2, 1]),
            node("LeakyRelu", "d", "r"),
            node("GlobalAveragePool", "r", "g"),
            node("Conv", "g P p", "q"),
            node("Flatten", "q", "y"),
        ],
        {**CONV, "D": numbers(4, 1, 3, 2), "P": numbers(3, 4, 1, 1), "p": numbers(3)},
    ),
    "normalizations around an activation, AveragePool": (
        [
            node("Conv", "x K", "c"),
            node("BatchNormalization", "c g b0 m0 v", "n"),
            node("Relu", "n", "r"),
            node("BatchNormalization", "r g b0 m0 v", "n2"),
            node(
                "AveragePool", "n2", "m", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1],
                count_include_pad=1,
            ),
            node("Conv", "m K2 k", "c2", pads=[1, 1, 1, 1]),
            node("Flatten", "c2", "f"),
            node("Gemm", "f V b", "y"),
        ],
        {
            **CONV, "K2": numbers(4, 4, 3, 3), "V": numbers(36, 3),
            **{"g": -POSITIVE, "b0": numbers(4), "m0": numbers(4), "v": POSITIVE},
        },
    ),
    "normalization of the input before a padded convolution": (
        [
            node("Sub", "x mean", "s"),
            node("Div", "s std", "n"),
            node("Conv", "n K k", "c", pads=[1, 1, 1, 1]),
            node("Relu", "c", "r"),
            node("MaxPool", "r", "m", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
            node("ReduceMean", "m", "g", axes=[2, 3], keepdims=0),
            node("Gemm", "g V b", "y"),
        ],
        {
            **CONV, "V": numbers(4, 3),
            **{"mean": np.array(0.13, np.float32), "std": np.array(0.31, np.float32)},
        },
    ),
    "Pad, bias by Add, turned to channels last and flattened": (
        [
            node("Pad", "x pads", "p"),
            node("Conv", "p K", "c"),
            node("Add", "c bias", "d"),
            node("Relu", "d", "r"),
            node("Transpose", "r", "t", perm=[0, 2, 3, 1]),
            node("Reshape", "t shape", "f"),
            node("MatMul", "f V", "y"),
        ],
        {
            **CONV, "pads": np.array([0, 0, 1, 1, 0, 0, 1, 1]), "shape": np.array([-1, 256]),
            "V": numbers(256, 3), "bias": numbers(1, 4, 1, 1),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MAPS)
def test_graphs_of_maps(tmp_path: Path, name: str) -> None:
    nodes, arrays = MAPS[name]
    assert_equal(tmp_path, model(nodes, arrays, ["N", 1, 8, 8]), PICTURES)


def test_colors_are_turned_to_channels_last(tmp_path: Path) -> None:
    x = RNG.random((3, 3, 8, 8)).astype(np.float32)
    arrays = {"K": numbers(4, 3, 3, 3), "V": numbers(192, 3), "b": numbers(3)}
    flat = [node("Flatten", "x", "f"), node("Gemm", "f V b", "y")]
    assert_equal(tmp_path, model(flat, arrays, ["N", 3, 8, 8]), x)
    conv = [
        *(node("Conv", "x K", "c"), node("Flatten", "c", "f")),
        node("Gemm", "f U b", "y"),
    ]
    network = assert_equal(tmp_path, model(conv, {**arrays, "U": numbers(144, 3)}, [1, 3, 8, 8]), x)
    assert network.meta["input"]["shape"] == [8, 8, 3]


def test_channels_last_as_tensorflow_has_them(tmp_path: Path) -> None:
    x = RNG.random((3, 8, 8, 1)).astype(np.float32)
    nodes = [
        node("Transpose", "x", "t", perm=[0, 3, 1, 2]),
        *(node("Conv", "t K k", "c"), node("Relu", "c", "r")),
        node("Transpose", "r", "l", perm=[0, 2, 3, 1]),
        *(node("Reshape", "l s", "f"), node("MatMul", "f V", "y")),
    ]
    made = model(nodes, {**CONV, "s": np.array([-1, 144]), "V": numbers(144, 3)}, ["N", 8, 8, 1])
    (expected,) = ReferenceEvaluator(made).run(None, {"x": x})
    assert read(tmp_path, made).logits(x.reshape(3, 64)) == pytest.approx(expected, abs=1e-5)
    flat = [node("Reshape", "x s", "f"), node("MatMul", "f V", "y")]
    made = model(flat, {"s": np.array([-1, 64]), "V": numbers(64, 3)}, ["N", 8, 8, 1])
    (expected,) = ReferenceEvaluator(made).run(None, {"x": x})
    assert read(tmp_path, made).logits(x.reshape(3, 64)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("opset", [1, 7, 9, 13, 21])
def test_every_opset_says_the_same(tmp_path: Path, opset: int) -> None:
    nodes, arrays = DENSE["Gemm"]
    network = read(tmp_path, model(nodes, arrays, [1, 6], opset=opset))
    assert network.logits(X) == pytest.approx(np.maximum(X @ W1 + b1, 0) @ W2 + b2, abs=1e-5)


def typed(array: np.ndarray, kind: int) -> Any:
    """A tensor whose numbers are listed, not raw."""
    tensor = TensorProto(dims=array.shape, data_type=kind)
    if kind == FLOAT:
        tensor.float_data.extend(array.ravel().tolist())
    elif kind == TensorProto.DOUBLE:
        tensor.double_data.extend(array.ravel().tolist())
    else:
        tensor.int32_data.extend(array.astype(np.float16).view(np.uint16).ravel().tolist())
    return tensor


@pytest.mark.parametrize("kind", [FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16])
@pytest.mark.parametrize("is_raw", [True, False])
def test_numbers_may_be_raw_or_listed_in_any_precision(
    tmp_path: Path, kind: int, is_raw: bool
) -> None:
    nodes, arrays = DENSE["Gemm"]
    made = model(nodes, {}, ["N", 6])
    for name, array in arrays.items():
        dtype = helper.tensor_dtype_to_np_dtype(kind)
        tensor = numpy_helper.from_array(array.astype(dtype)) if is_raw else typed(array, kind)
        tensor.name = name
        made.graph.initializer.append(tensor)
    expected = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    assert read(tmp_path, made).logits(X) == pytest.approx(expected, abs=5e-3)


def test_initializers_that_are_listed_as_inputs_are_none(tmp_path: Path) -> None:
    nodes, arrays = DENSE["Gemm"]
    more = [helper.make_tensor_value_info(n, FLOAT, a.shape) for n, a in arrays.items()]
    assert_equal(tmp_path, model(nodes, arrays, ["N", 6], opset=8, more=more), X)


def test_what_stands_behind_the_probabilities_is_left_out(tmp_path: Path) -> None:
    nodes, arrays = DENSE["MatMul and Add"]
    end = [
        node("ArgMax", "y", "best", axis=1),
        node("ArrayFeatureExtractor", "names best", "label", domain="ai.onnx.ml"),
        node("ZipMap", "y", "map", domain="ai.onnx.ml", classlabels_int64s=[7, 8, 9]),
    ]
    named = {**arrays, "names": np.array([7, 8, 9])}
    network = read(tmp_path, model([*nodes, *end], named, ["N", 6], outputs="label map"))
    assert network.class_names == ("7", "8", "9")
    assert network.output.name == "softmax"
    only = read(tmp_path, model([*nodes, end[0]], arrays, ["N", 6], outputs="best"))
    assert only.class_names == ("0", "1", "2")


def test_another_output_is_left_out_and_told(tmp_path: Path) -> None:
    nodes, arrays = DENSE["Gemm"]
    network = read(tmp_path, model(nodes, arrays, ["N", 6], outputs="y a"))
    assert network.meta["read_from"]["notes"] == ["Its other outputs are left out: a."]


def test_grey_levels_are_guessed_from_a_small_factor_and_from_bytes(tmp_path: Path) -> None:
    x = RNG.random((3, 64)).astype(np.float32)
    arrays = {"V": numbers(64, 3), "by": np.array(1 / 255, np.float32)}
    scaled = model([node("Mul", "x by", "s"), node("MatMul", "s V", "y")], arrays, ["N", 64])
    assert read(tmp_path, scaled).meta["input"]["high"] == 255
    assert read(tmp_path, scaled).logits(x) == pytest.approx(x @ arrays["V"], abs=1e-5)
    cast = [node("Cast", "x", "f", to=FLOAT), node("Mul", "f by", "s"), node("MatMul", "s V", "y")]
    network = read(tmp_path, model(cast, arrays, ["N", 64], kind=TensorProto.UINT8))
    assert network.logits(x) == pytest.approx(x @ arrays["V"], abs=1e-5)
    dark = load_network(tmp_path / "net.onnx", input="dark ink")
    assert dark.logits(x) == pytest.approx((1 - x) @ arrays["V"], abs=1e-5)


# ---------------------------------------------------------------- numbers in a second file


def external(path: Path, **changes: str) -> Path:
    nodes, arrays = DENSE["Gemm"]
    made = model(nodes, arrays, ["N", 6])
    onnx.save(
        made, path / "net.onnx", save_as_external_data=True, location="net.onnx.data",
        size_threshold=0,
    )  # fmt: skip
    for tensor in made.graph.initializer:
        for entry in tensor.external_data:
            entry.value = changes.get(entry.key, entry.value)
    (path / "net.onnx").write_bytes(made.SerializeToString())
    return path / "net.onnx"


def test_numbers_in_a_second_file_are_read(tmp_path: Path) -> None:
    network = load_network(external(tmp_path))
    assert network.logits(X) == pytest.approx(np.maximum(X @ W1 + b1, 0) @ W2 + b2, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"location": "gone.data"}, "in a second file, gone.data, which cannot be read"),
        ({"location": "../net.onnx.data"}, "which is not beside the model"),
        ({"location": "/etc/passwd"}, "which is not beside the model"),
        ({"location": "C:\\secret"}, "which is not beside the model"),
        ({"location": ""}, "which is not beside the model"),
        ({"offset": "-4"}, "cannot be meant"),
        ({"length": "99999999999"}, "cannot be meant"),
        ({"length": "4000"}, "has fewer bytes than the 4,000"),
        ({"offset": "many"}, "cannot be read"),
        ({"length": "8"}, "claims the shape"),
    ],
)
def test_a_second_file_that_is_not_what_is_claimed_is_refused(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(WeightsError, match=message):
        load_network(external(tmp_path, **changes))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    path = external(folder)
    (folder / "net.onnx.data").rename(tmp_path / "outside.data")
    (folder / "net.onnx.data").symlink_to(tmp_path / "outside.data")
    with pytest.raises(WeightsError, match="there is no such file"):
        load_network(path)


# ---------------------------------------------------------------- what must be refused

REFUSED = {
    "another operator": (
        [node("Sin", "x", "y")], "at its operator Sin: this operator is not read",
    ),
    "a branch": (
        [node("Gemm", "x W1 b1", "h", transB=1), node("Relu", "h", "r"),
         node("Add", "h r", "a"), node("Gemm", "a W2 b2", "y")],
        "at its operator Add: the network branches here",
    ),
    "a name that nothing makes": (
        [node("Gemm", "ghost W2 b2", "y")], "its graph must have one input; got none",
    ),
    "a circle": (
        [node("Add", "x b", "a"), node("Relu", "a", "b"), node("Gemm", "b W2 b2", "y")],
        "reads 'b' before anything makes it",
    ),
    "sizes that do not fit": (
        [node("MatMul", "x W2", "y")], r"shape \(5, 3\) does not fit 6 inputs",
    ),
    "a softmax in the middle": (
        [node("Gemm", "x W1 b1", "h", transB=1), node("Softmax", "h", "s"),
         node("Gemm", "s W2 b2", "y")],
        "a softmax stands before the end",
    ),
    "weights first": (
        [node("MatMul", "W1 x", "y")], "the numbers of the network must come first",
    ),
    "a reshape that mixes samples": (
        [node("Reshape", "x one", "r"), node("Relu", "r", "y")], "mixes samples",
    ),
    "a division by zero": (
        [node("Div", "x zeros", "d"), node("Gemm", "d W1 b1", "y", transB=1)], "by zero",
    ),
    "no weights": ([node("Relu", "x", "y")], "it has no layer with weights"),
    "a giant constant": (
        [node("ConstantOfShape", "giant", "c"), node("Add", "x c", "y")], "is not made",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_graphs_that_are_no_chain_are_refused(tmp_path: Path, name: str) -> None:
    nodes, message = REFUSED[name]
    arrays = {**GEMM, "one": np.array([-1]), "zeros": np.zeros(6, np.float32)}
    arrays["giant"] = np.array([2**40, 2**20])
    with pytest.raises(WeightsError, match=message) as refused:
        read(tmp_path, model(nodes, arrays, ["N", 6]))
    assert "\n" not in str(refused.value)


def test_bytes_that_only_look_like_onnx_are_refused(tmp_path: Path) -> None:
    for content in (b"\x08\x08", b"\x08\xff\xff", b"\x3a\xff\xff\xff\xff\x7f", b"\x12\x03abc"):
        (tmp_path / "net.onnx").write_bytes(content)
        with pytest.raises(WeightsError, match="no file of a known kind"):
            load_network(tmp_path / "net.onnx")
