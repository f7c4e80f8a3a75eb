"""What a unit is for: followed by hand on a network of two inputs, and refused for what is none."""

from __future__ import annotations

import numpy as np
import pytest
from pen_paper import paper

from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.cut_curve import FRACTIONS, ORDERS, cut_curve, edge_ranks
from neuroscribble.explain.evidence import BINS, UnitEvidence, unit_evidence
from neuroscribble.explain.findings import find
from neuroscribble.explain.links import links
from neuroscribble.nn.layers import Dense, ReLU
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.usual import Usual


@pytest.fixture
def by_hand() -> Network:
    first = np.array([[1.0, 2.0], [1.0, -1.0]], np.float32)
    second = np.array([[2.0, -1.0], [0.5, 4.0]], np.float32)
    layers = {
        "dense1": Dense.from_arrays(first, np.array([-1.0, 0.0], np.float32)),
        "relu1": ReLU(),
        "dense2": Dense.from_arrays(second, np.zeros(2, np.float32)),
    }
    return Network(layers, input_shape=(2,), class_names="ab")


# h1:0 = ReLU(x + y − 1) is 0, 0, 1, 3; its sums are −1, 0, 1, 3
POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [2.0, 2.0]], np.float32)


def evidence_of(network: Network, unit: str, labels: list[int]) -> UnitEvidence:
    return unit_evidence(network, unit, NamedDigits("points", Digits(POINTS, np.array(labels))))


def test_a_unit_by_hand(by_hand: Network) -> None:
    found = evidence_of(by_hand, "h1:0", [0, 0, 1, 1])
    assert found.most.tolist() == [3, 2, 0, 1]  # of equal ones the first comes first
    assert found.around.tolist() == [1, 0, 2, 3]
    assert found.silent == 0.5
    assert found.ends == (0, 3)
    assert found.means.tolist() == [0, 2]
    expected = np.zeros((2, BINS), int)
    expected[0, 0] = 2
    expected[1, [BINS // 3, BINS - 1]] = 1  # 1 of 3, and the largest in the last bin
    assert found.histogram.tolist() == expected.tolist()
    # silenced, the logits lose 2·a and −1·a: on average 2·1 and −1·1, their mean 0.5 taken off
    np.testing.assert_allclose(found.pushes, [1.5, -1.5])
    # h1:1 = ReLU(2x − y) is 0, 2, 1, 2; the correlation of 0, 0, 1, 3 with it by the definition
    assert found.twin == 1
    assert found.likeness == pytest.approx(np.corrcoef([0, 0, 1, 3], [0, 2, 1, 2])[0, 1])


def test_a_unit_that_never_speaks_has_no_twin_and_pushes_nothing(by_hand: Network) -> None:
    by_hand.named_params()["dense1.b"][0] = -9
    found = evidence_of(by_hand, "h1:0", [0, 1, 0, 1])
    assert (found.silent, found.twin, found.likeness) == (1, None, 0)
    assert found.pushes.tolist() == [0, 0]
    assert found.histogram[:, 0].tolist() == [2, 2]


@pytest.mark.parametrize("unit", ["input:1", "output:0"])
def test_only_hidden_units_have_a_card(by_hand: Network, unit: str) -> None:
    with pytest.raises(SettingsError, match=f"{unit} is no hidden unit"):
        evidence_of(by_hand, unit, [0, 1, 0, 1])


def test_findings_are_answers_confidences_and_ablations(by_hand: Network) -> None:
    digits = NamedDigits("points", Digits(POINTS, np.array([0, 1, 0, 1])))
    steps: list[tuple[int, int]] = []
    found = find(by_hand, digits, on_step=lambda *step: steps.append(step))
    probabilities = by_hand.probabilities(POINTS)
    assert found.answers.tolist() == probabilities.argmax(axis=1).tolist()
    np.testing.assert_array_equal(found.confidences, probabilities.max(axis=1))
    assert list(found.ablations["correct"]) == ["h1"]
    assert steps == [(1, 2), (2, 2)]


def test_values_are_no_answers_to_measure() -> None:
    layers = {"dense1": Dense(2, 1, rng=np.random.default_rng(0))}
    network = Network(layers, input_shape=(2,), class_names=("y",), output="linear")
    with pytest.raises(SettingsError, match="output is a value, no class"):
        find(network, NamedDigits("points", Digits(POINTS, np.zeros(4, int))))


def small() -> tuple[Network, NamedDigits]:
    network = build_mlp((6,), rng=np.random.default_rng(1), n_inputs=784)
    digits = paper().digits
    ones = (np.ones(784, np.float32), np.ones(6, np.float32))
    network.usual = {
        key: Usual(mean=size, deviation=size, influence=np.ones(len(link.bias), np.float32))
        for key, size, link in zip(("h1", "output"), ones, links(network), strict=True)
    }
    return network, NamedDigits("pen digits", Digits(digits.images[:50], digits.labels[:50]))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("hold", ["zero", "average"])
def test_with_all_edges_it_reads_what_the_network_reads(order: str, hold: str) -> None:
    network, digits = small()
    right = cut_curve(network, digits, order=order, value=hold)
    said = network.predict(digits.digits.images)
    assert right[0] == np.count_nonzero(said == digits.digits.labels)
    assert len(right) == len(FRACTIONS)


def test_edges_stay_in_the_order_that_is_said() -> None:
    network, _ = small()
    weights = np.concatenate([np.abs(link.weights).ravel() for link in links(network)])
    ranks, n_edges = edge_ranks(network, "weight")
    by_rank = weights[np.argsort(np.concatenate([rank.ravel() for rank in ranks]))]
    assert n_edges == weights.size
    assert (np.diff(by_rank) <= 0).all()
    first, again = (edge_ranks(network, "random")[0] for _ in range(2))
    flat = np.concatenate([rank.ravel() for rank in first])
    assert sorted(flat) == list(range(n_edges))
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    assert abs(np.corrcoef(flat, weights)[0, 1]) < 0.05


def test_weights_of_zero_are_no_edges_in_any_order() -> None:
    network, _ = small()
    links(network)[0].params["W"][:700] = 0
    for order in ORDERS:
        ranks, n_edges = edge_ranks(network, order)
        assert n_edges == 84 * 6 + 60
        assert (ranks[0][:700] >= n_edges).all()
        assert (ranks[0][700:] < n_edges).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"order": "size"}, "order must be one of usual, weight, random; got 'size'."),
        ({"value": "half"}, "value must be zero or average; got 'half'."),
    ],
)
def test_other_words_are_refused(wrong: dict[str, str], message: str) -> None:
    network, digits = small()
    with pytest.raises(SettingsError) as refused:
        cut_curve(network, digits, **wrong)  # type: ignore[arg-type]
    assert message in str(refused.value)
