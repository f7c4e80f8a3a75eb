"""What becomes of the last sums: probabilities, classes, and a loss that knows its gradient."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from neuroscribble.errors import SettingsError, ShapeError, WeightsError
from neuroscribble.formats.npz import WeightsFile, write_weights
from neuroscribble.formats.storage import load_network, save_network
from neuroscribble.nn.gradcheck import numerical_gradient, relative_error
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.outputs import OUTPUTS
from neuroscribble.shapes import Floats


def single(output: str, weights: list[list[float]], class_names: str) -> Network:
    dense = Dense.from_arrays(np.array(weights), np.zeros(len(weights[0])))
    return Network(
        {"dense1": dense},
        input_shape=(len(weights),),
        class_names=class_names,
        output=output,
        dtype=np.float64,
    )


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_gradient_of_a_loss_is_activation_minus_target(
    name: str, rng: np.random.Generator
) -> None:
    output, logits = OUTPUTS[name], rng.normal(size=(4, 3))
    targets = rng.dirichlet(np.ones(3), 4)
    _, d_logits = output.loss(logits, targets)
    np.testing.assert_allclose(d_logits, (output.activation(logits) - targets) / 4, atol=1e-15)
    numerical = numerical_gradient(lambda: output.loss(logits, targets)[0], logits)
    assert relative_error(d_logits, numerical) < 1e-8
    with pytest.raises(ShapeError, match="targets must have shape"):
        output.loss(logits, targets[:, :2])


def test_losses_by_hand() -> None:
    logits, targets = np.array([[0.0, math.log(3)]]), np.array([[1.0, 1.0]])
    # σ(0) = 1/2, σ(log 3) = 3/4: −log 1/2 − log 3/4;  ½ ((0 − 1)² + (log 3 − 1)²)
    assert OUTPUTS["sigmoid"].loss(logits, targets)[0] == pytest.approx(math.log(8 / 3))
    assert OUTPUTS["linear"].loss(logits, targets)[0] == pytest.approx(
        0.5 * (1 + (math.log(3) - 1) ** 2)
    )
    assert np.isfinite(OUTPUTS["sigmoid"].loss(np.array([[1e4, -1e4]]), targets)[0])


def test_one_sigmoid_tells_two_classes() -> None:
    network = single("sigmoid", [[math.log(3)]], "ab")
    x = np.array([[1.0], [-1.0], [0.0]])
    np.testing.assert_allclose(
        network.probabilities(x), [[0.25, 0.75], [0.75, 0.25], [0.5, 0.5]], rtol=1e-15
    )
    assert network.predict(x).tolist() == [1, 0, 0]  # of equal ones the lower class
    assert network.forward(x).activations["output"][:, 0] == pytest.approx([0.75, 0.25, 0.5])
    assert network.output.targets(np.array([0, 1]), 1).tolist() == [[0], [1]]


def test_several_sigmoids_judge_each_class_by_itself() -> None:
    network = single("sigmoid", [[0.0, math.log(3)]], "ab")
    assert network.probabilities(np.ones((1, 1)))[0] == pytest.approx([0.5, 0.75])
    assert network.predict(np.ones((1, 1))).tolist() == [1]
    assert network.output.targets(np.array([1]), 3).tolist() == [[0, 1, 0]]
    assert "sigmoid" in network.summary()


def test_a_linear_output_is_a_value_and_no_class() -> None:
    network = single("linear", [[2.0]], "a")
    x = np.array([[3.0]])
    assert network.logits(x).tolist() == network.probabilities(x).tolist() == [[6.0]]
    with pytest.raises(SettingsError, match="output is a value, no class"):
        network.predict(x)
    assert single("linear", [[2.0, 3.0]], "ab").predict(x).tolist() == [1]


@pytest.mark.parametrize(
    ("output", "units", "names"),
    [("softmax", 1, "ab"), ("linear", 1, "ab"), ("sigmoid", 2, "a"), ("sigmoid", 1, "a")],
)
def test_units_must_fit_the_classes(output: str, units: int, names: str) -> None:
    with pytest.raises(ShapeError, match=f"must give {len(names)} logits"):
        single(output, [[1.0] * units], names)


def test_nobody_knows_other_outputs() -> None:
    with pytest.raises(SettingsError, match="one of softmax, sigmoid, linear; got 'sparsemax'"):
        single("sparsemax", [[1.0]], "a")


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_file_tells_the_output_unless_it_is_softmax(
    output: str, tmp_path: Path, rng: np.random.Generator
) -> None:
    network = build_mlp((3,), rng=rng, n_inputs=2, n_classes=2)
    assert network.output.name == "softmax"
    network.output = OUTPUTS[output]
    save_network(tmp_path / "w.npz", network)
    back = load_network(tmp_path / "w.npz")
    assert back.output.name == output
    assert ("output" in back.meta) == (output != "softmax")
    assert back.in_double_precision().output is back.output


def binary_file(path: Path, **meta: object) -> Path:
    arrays: list[Floats] = [np.ones((2, 1), np.float32), np.zeros(1, np.float32)]
    write_weights(path, WeightsFile([arrays[0]], [arrays[1]], meta))  # type: ignore[list-item]
    return path


def test_a_file_with_one_sigmoid_names_two_classes(tmp_path: Path) -> None:
    plain = load_network(binary_file(tmp_path / "a.npz", output="sigmoid"))
    assert plain.class_names == ("0", "1")
    named = binary_file(tmp_path / "b.npz", output="sigmoid", class_names=["cat", "dog"])
    assert load_network(named).class_names == ("cat", "dog")
    one = binary_file(tmp_path / "c.npz", output="sigmoid", class_names=["dog"])
    assert load_network(one).class_names == ("0", "1")
    assert load_network(binary_file(tmp_path / "d.npz", output="linear")).class_names == ("0",)
    with pytest.raises(WeightsError, match="meta's output must be one of softmax, sigmoid"):
        load_network(binary_file(tmp_path / "e.npz", output=["softmax"]))
