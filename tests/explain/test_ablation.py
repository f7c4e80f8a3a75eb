"""Networks without a unit or an edge: which numbers change, and how much worse they read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.ablation import HOLDS, measure_ablations
from neuroscribble.explain.links import columns
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.usual import Usual

SHIPPED = Path(__file__).parents[2] / "weights.npz"


@pytest.fixture
def by_hand() -> Network:
    """Two inputs, two hidden units, two classes: every sum can be followed by hand."""
    first = np.array([[1.0, 2.0], [3.0, -1.0]], np.float32)
    second = np.array([[2.0, -1.0], [0.5, 4.0]], np.float32)
    network = Network(
        {
            "dense1": Dense.from_arrays(first, np.array([0.0, 1.0], np.float32)),
            "relu1": ReLU(),
            "dense2": Dense.from_arrays(second, np.array([0.25, -0.5], np.float32)),
        },
        input_shape=(2,),
        class_names="ab",
    )
    ones = np.ones(2, np.float32)
    network.usual = {
        "h1": Usual(mean=np.array([0.5, 1.0], np.float32), deviation=ones, influence=ones),
        "output": Usual(mean=np.array([3.0, 2.0], np.float32), deviation=ones, influence=ones),
    }
    return network


@pytest.mark.parametrize(
    ("taken", "hold", "expected"),
    [
        # h1 = [1·1 + 3·1, 2·1 − 1·1 + 1] = [4, 2]; logits = [2·4 + 0.5·2 + 0.25, −4 + 4·2 − 0.5]
        ({}, "zero", [9.25, 3.5]),
        ({"units": ["h1:0"]}, "zero", [1.25, 7.5]),  # without 2·4 and −1·4
        ({"units": ["h1:0"]}, "average", [7.25, 4.5]),  # with 2·3 and −1·3 in their place
        ({"edges": [("h1:1", "output:1")]}, "zero", [9.25, -4.5]),  # without 4·2
        ({"edges": [("h1:1", "output:1")]}, "average", [9.25, 3.5]),  # its average is 4·2, too
        ({"units": ["h1:0", "h1:1"]}, "zero", [0.25, -0.5]),  # the biases
        ({"units": ["input:1"]}, "zero", [3.75, 10.5]),  # h1 = [1, 3]
        ({"units": ["input:1"]}, "average", [9.25, 3.5]),  # usually it is 1, as here
    ],
)
def test_what_is_left_by_hand(
    by_hand: Network, taken: dict[str, list[str]], hold: str, expected: list[float]
) -> None:
    before = by_hand.parameters.flat.copy()
    ablated = ns.ablate(by_hand, value=hold, **taken)  # type: ignore[arg-type]
    np.testing.assert_allclose(ablated.logits(np.ones((1, 2), np.float32)), [expected], rtol=1e-6)
    np.testing.assert_array_equal(by_hand.parameters.flat, before)  # its own is left alone


@pytest.mark.parametrize(
    ("taken", "message"),
    [
        ({"value": "half"}, "value must be zero or average; got 'half'."),
        ({"units": ["h9:0"]}, "there is no unit 'h9:0'; expected an id such as \"h1:5\"."),
        ({"units": ["h1:2"]}, "there is no unit 'h1:2'"),
        ({"units": ["h1:-1"]}, "there is no unit 'h1:-1'"),
        ({"units": ["h1:1,0"]}, "there is no unit 'h1:1,0'"),
        ({"units": ["h1:²"]}, "there is no unit 'h1:²'"),
        ({"units": [""]}, "there is no unit ''"),
        ({"units": ["output:1"]}, "output:1 is an answer"),
        ({"edges": [("input:0", "output:1")]}, "no edge leads from input:0 to output:1."),
        ({"edges": [("h1:0", "input:0")]}, "no edge leads from h1:0 to input:0."),
        ({"edges": [("output:0", "h1:0")]}, "no edge leads from output:0 to h1:0."),
    ],
)
def test_what_cannot_be_taken_out(by_hand: Network, taken: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        ns.ablate(by_hand, **taken)  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_averages_that_nobody_knows_are_refused(by_hand: Network) -> None:
    by_hand.usual = {}
    with pytest.raises(SettingsError, match="no usual activations"):
        ns.ablate(by_hand, units=["h1:0"], value="average")


def test_a_pixel_is_named_by_row_and_column() -> None:
    network = ns.load_network(SHIPPED)
    images = pen_digits(50, rng=np.random.default_rng(3))[0].reshape(50, -1)
    without = ns.ablate(network, units=["input:14,9"]).logits(images)
    seen, network.upright = network.seen(images).copy(), None
    seen[:, 14 * 28 + 9] = 0
    np.testing.assert_allclose(without, network.logits(seen), atol=1e-5)
    with pytest.raises(SettingsError, match="no unit 'input:14,28'"):
        ns.ablate(network, units=["input:14,28"])


def pens(n: int) -> NamedDigits:
    images, labels = pen_digits(n, rng=np.random.default_rng(11))
    return NamedDigits("pen digits", Digits(images.reshape(n, -1), labels))


@pytest.mark.parametrize("make", [lambda: ns.load_network(SHIPPED), small_cnn])
def test_what_is_measured_is_what_the_networks_without_a_unit_read(make) -> None:  # type: ignore[no-untyped-def]
    network, test = make(), pens(120)
    images, labels = test.digits.images, test.digits.labels
    network.usual = network.usual or measure_usual(network, images)
    steps: list[tuple[int, int]] = []
    told = measure_ablations(network, test, on_step=lambda *step: steps.append(step))
    hidden = columns(network)[1:-1]
    total = sum(column.n_units for column in hidden)
    assert steps == [(step, total) for step in range(1, total + 1)]
    assert (told["n"], told["of"]) == (120, 120)
    whole = network.predict(images)
    rng = np.random.default_rng(0)
    for _ in range(20):
        column = hidden[rng.integers(len(hidden))]
        unit, hold = int(rng.integers(column.n_units)), HOLDS[rng.integers(2)]
        said = ns.ablate(network, units=[f"{column.key}:{unit}"], value=hold).predict(images)
        right = np.bincount(labels[said == labels], minlength=10)
        assert told["correct"][column.key][hold][unit] == right.tolist()
        assert told["changed"][column.key][hold][unit] == np.count_nonzero(said != whole)
    assert sum(told["whole"]) == np.count_nonzero(whole == labels)


def test_of_a_network_without_averages_only_silence_is_measured(by_hand: Network) -> None:
    by_hand.usual = {}
    images = np.random.default_rng(1).random((30, 2)).astype(np.float32)
    test = NamedDigits("points", Digits(images, np.arange(30) % 2))
    assert list(measure_ablations(by_hand, test)["correct"]["h1"]) == ["zero"]
