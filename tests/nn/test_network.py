"""A network is its layers in a row, over one vector, and tells everything about a pass."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.losses import softmax
from neuroscribble.nn.network import Network, build_mlp


@pytest.fixture
def tiny(rng: np.random.Generator) -> Network:
    return build_mlp((5, 4), rng=rng, n_inputs=6, n_classes=3, dtype=np.float64)


def test_all_parameters_are_views_of_one_vector(tiny: Network) -> None:
    named = tiny.named_params()
    assert list(named) == ["dense1.W", "dense1.b", "dense2.W", "dense2.b", "dense3.W", "dense3.b"]
    flat = tiny.parameters.flat
    assert flat.size == 6 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3
    flat[...] = np.arange(flat.size)
    # by name, by layer and in the vector it is the same number
    assert named["dense1.b"].tolist() == [30, 31, 32, 33, 34]
    assert tiny.layers["dense2"].params["W"].tolist() == np.arange(35, 55).reshape(5, 4).tolist()
    tiny.layers["dense3"].params["b"][-1] = -7
    assert flat[-1] == -7


def test_a_pass_by_hand() -> None:
    first = Dense.from_arrays(np.array([[1.0, -1.0], [2.0, 1.0]]), np.array([0.0, 1.0]))
    last = Dense.from_arrays(np.array([[1.0, 0.0], [5.0, 3.0]]), np.array([0.5, 0.0]))
    network = Network(
        {"dense1": first, "relu1": ReLU(), "dense2": last},
        input_shape=(2,),
        class_names=["no", "yes"],
    )
    trace = network.forward(np.array([[2.0, 1.0]]))
    # z = (2·1 + 1·2, −2 + 1 + 1) = (4, 0); a = (4, 0); logits = (4 + 0.5, 0)
    assert {key: z.tolist() for key, z in trace.pre_activations.items()} == {
        "h1": [[4, 0]],
        "output": [[4.5, 0]],
    }
    assert trace.activations["h1"].tolist() == [[4, 0]]
    assert trace.logits.tolist() == [[4.5, 0]]


def test_a_trace_names_everything_and_has_its_shape(tiny: Network) -> None:
    images = np.random.default_rng(1).normal(size=(7, 6))
    trace = tiny.forward(images)
    assert list(trace.outputs) == ["dense1", "relu1", "dense2", "relu2", "dense3"]
    assert {key: z.shape for key, z in trace.pre_activations.items()} == {
        "h1": (7, 5),
        "h2": (7, 4),
        "output": (7, 3),
    }
    assert {key: a.shape for key, a in trace.activations.items()} == {
        "input": (7, 6),
        "h1": (7, 5),
        "h2": (7, 4),
        "output": (7, 3),
    }
    assert np.array_equal(trace.activations["h2"], np.maximum(trace.pre_activations["h2"], 0))
    assert np.array_equal(trace.activations["output"], softmax(trace.logits))
    assert np.array_equal(tiny.probabilities(images), trace.probabilities)
    assert np.array_equal(trace.activations["input"], images)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((6,), r"images must have shape \(N, 6\); got \(6,\)\. Add a batch axis with images\[None"),
        ((2, 5), r"images must have shape \(N, 6\); got \(2, 5\)\.$"),
        ((2, 3, 2), r"got \(2, 3, 2\)\.$"),
    ],
)
def test_images_of_another_shape_are_refused(
    tiny: Network, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        tiny.forward(np.zeros(shape))


def test_numbers_of_any_kind_are_taken_in_the_network_s_own_precision(
    rng: np.random.Generator,
) -> None:
    network = build_mlp((5,), rng=rng, n_inputs=6, n_classes=3)
    for dtype in (np.uint8, bool, np.float64):
        assert network.forward(np.ones((2, 6), dtype)).logits.dtype == np.float32


def test_an_empty_batch_gives_an_empty_answer(tiny: Network) -> None:
    assert tiny.probabilities(np.zeros((0, 6))).shape == (0, 3)
    assert tiny.predict(np.zeros((0, 6))).shape == (0,)


def test_layers_that_do_not_fit_are_refused_by_name(rng: np.random.Generator) -> None:
    layers = {"dense1": Dense(6, 5, rng=rng), "relu1": ReLU(), "dense2": Dense(4, 3, rng=rng)}
    with pytest.raises(ShapeError, match=r"layer dense2 does not fit .* \(4,\); got \(5,\)"):
        Network(layers, input_shape=(6,), class_names="abc")


def test_there_is_one_logit_for_each_class(rng: np.random.Generator) -> None:
    with pytest.raises(ShapeError, match=r"must give 2 logits, one for each class; it gives \(3,"):
        Network({"dense1": Dense(6, 3, rng=rng)}, input_shape=(6,), class_names="ab")


@settings(max_examples=30)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    n=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_networks_of_any_sizes_compute_what_the_formula_says(
    sizes: list[int], n: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    network = build_mlp(
        sizes[1:-1], rng=rng, n_inputs=sizes[0], n_classes=sizes[-1], dtype=np.float64
    )
    assert network.layer_sizes == tuple(sizes)
    assert [stage.key for stage in network.stages][-1] == "output"
    images = rng.normal(size=(n, sizes[0]))
    a = images
    for layer in network.dense_layers():
        z = a @ layer.params["W"] + layer.params["b"]
        a = np.maximum(z, 0)
    np.testing.assert_allclose(network.forward(images).logits, z, rtol=1e-12, atol=1e-12)


def test_the_classic_network_has_109_386_parameters(rng: np.random.Generator) -> None:
    network = build_mlp(rng=rng)
    assert network.layer_sizes == (784, 128, 64, 10)
    # 784·128 + 128·64 + 64·10 = 109,184 weights and 128 + 64 + 10 = 202 biases
    assert network.parameters.flat.size == 109_184 + 202
    assert network.parameters.flat.dtype == np.float32
    assert network.class_names == tuple("0123456789")


@pytest.mark.parametrize("hidden", [(0,), (5, -1)])
def test_layers_without_units_are_refused(
    hidden: tuple[int, ...], rng: np.random.Generator
) -> None:
    with pytest.raises(SettingsError, match="every layer needs at least one unit"):
        build_mlp(hidden, rng=rng)


def test_of_equal_logits_the_lower_class_is_the_answer() -> None:
    layer = Dense.from_arrays(np.eye(3), np.zeros(3))
    network = Network({"dense1": layer}, input_shape=(3,), class_names="abc")
    images = np.array([[0.0, 2.0, 2.0], [1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])
    assert network.predict(images).tolist() == [1, 0, 2]


def test_a_gradient_has_the_names_and_shapes_of_the_parameters(tiny: Network) -> None:
    gradient = tiny.new_gradient()
    assert {name: view.shape for name, view in gradient.views.items()} == {
        name: view.shape for name, view in tiny.named_params().items()
    }
    assert not np.shares_memory(gradient.flat, tiny.parameters.flat)
    assert not gradient.flat.any()


def test_one_network_serves_two_threads_at_once(rng: np.random.Generator) -> None:
    network = build_mlp((32, 16), rng=rng)
    batches = [rng.random((32, 784)).astype(np.float32) for _ in range(2)]
    d_logits = rng.normal(size=(32, 10)).astype(np.float32)

    def work(images: np.ndarray) -> list[bytes]:
        seen = []
        for _ in range(10):
            trace, gradient = network.forward(images), network.new_gradient()
            network.backward(d_logits, trace, gradient)
            seen.append(trace.logits.tobytes() + gradient.flat.tobytes())
        return seen

    alone = [set(work(images)) for images in batches]
    with ThreadPoolExecutor(2) as pool:
        together = [set(seen) for seen in pool.map(work, batches)]
    assert together == alone
    assert all(len(seen) == 1 for seen in together)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("DRD", True), ("D", True), ("DD", False), ("DDR", False), ("RD", False), ("DRDR", False)],
)
def test_an_mlp_has_one_relu_between_dense_layers(
    order: str, expected: bool, rng: np.random.Generator
) -> None:
    layers = {
        f"layer{i}": Dense(3, 3, rng=rng) if kind == "D" else ReLU() for i, kind in enumerate(order)
    }
    assert Network(layers, input_shape=(3,), class_names="abc").is_mlp() == expected


@pytest.mark.parametrize("n", [0, 1, 10, 11])
def test_answers_in_chunks_are_those_of_one_pass(
    n: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = build_mlp((4,), rng=rng, n_inputs=6, n_classes=3)
    images = rng.normal(size=(n, 6)).astype(np.float32)
    whole = network.forward(images)
    monkeypatch.setattr("neuroscribble.nn.network.CHUNK", 5)
    np.testing.assert_allclose(network.logits(images), whole.logits, rtol=1e-5)
    assert network.predict(images).tolist() == whole.logits.argmax(axis=1).tolist()
    assert network.probabilities(images).shape == (n, 3)
