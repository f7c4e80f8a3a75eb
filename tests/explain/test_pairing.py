"""Two networks laid side by side: a disguised copy is recognized, and no answer changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_cnn import small_cnn

from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.canonical import scale_units
from neuroscribble.explain.links import links
from neuroscribble.explain.pairing import pair_networks, reorder_column
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.shapes import Floats


@pytest.fixture(scope="module")
def images() -> Floats:
    return pen_digits(120, rng=np.random.default_rng(0))[0]


def mlp(hidden: tuple[int, ...] = (12, 7), *, seed: int = 0, n_classes: int = 10) -> Network:
    return build_mlp(hidden, rng=np.random.default_rng(seed), n_classes=n_classes)


def disguised(network: Network, rng: np.random.Generator) -> tuple[Network, list[np.ndarray]]:
    """A copy that computes the same with other weights, and the order that each shuffle took."""
    copy, orders = network.copy(), []
    for n, (link, following) in enumerate(pairwise(links(copy))):
        orders.append(rng.permutation(len(link.params["b"])))
        reorder_column(copy, n, orders[-1])
        scale_units(link, following, np.exp(rng.normal(size=len(orders[-1]))), copy.usual)
    return copy, orders


@pytest.mark.parametrize("build", [mlp, small_cnn])
def test_a_disguised_copy_is_the_first_network_again(build: object, images: Floats) -> None:
    network = build()  # type: ignore[operator]
    network.usual = measure_usual(network, images)
    copy, orders = disguised(network, np.random.default_rng(1))
    np.testing.assert_allclose(copy.probabilities(images), network.probabilities(images), atol=1e-6)
    assert np.abs(copy.parameters.flat - network.parameters.flat).max() > 0.1
    pairing = pair_networks(network, copy, images)
    np.testing.assert_allclose(
        pairing.second.parameters.flat, network.parameters.flat, rtol=1e-4, atol=1e-6
    )
    for order, (key, pair) in zip([*orders, np.arange(10)], pairing.pairs.items(), strict=True):
        np.testing.assert_array_equal(order[pair.order], np.arange(len(order)), err_msg=key)
        assert pair.correlations == pytest.approx(1)
        assert (pair.n_alike, pair.median) == (len(order), pytest.approx(1))
        assert pair.alignment == pytest.approx(1)
    for key, usual in network.usual.items():
        np.testing.assert_allclose(pairing.second.usual[key].mean, usual.mean, atol=1e-5)
        np.testing.assert_allclose(pairing.second.usual[key].influence, usual.influence, rtol=1e-4)
    assert pairing.can_swap


def test_whatever_is_laid_beside_computes_what_it_did(images: Floats) -> None:
    first, second = mlp(seed=1), mlp(seed=2)
    laid = pair_networks(first, second, images).second
    assert np.abs(laid.parameters.flat - second.parameters.flat).max() > 0.1
    np.testing.assert_allclose(laid.probabilities(images), second.probabilities(images), atol=1e-6)


def test_units_are_matched_one_to_one_and_vary_as_much_as_their_partners(images: Floats) -> None:
    first, second = mlp(seed=1), mlp(seed=2)
    pairing = pair_networks(first, second, images)
    for key, pair in pairing.pairs.items():
        assert sorted(pair.order) == list(range(len(pair.order)))
        one, other = (
            network.forward(images).activations[key].astype(np.float64)
            for network in (first, pairing.second)
        )
        for unit, correlation in enumerate(pair.correlations):
            if key != "output" and one[:, unit].any() and other[:, unit].any():
                assert other[:, unit].std() == pytest.approx(one[:, unit].std(), rel=1e-3)
                expected = np.corrcoef(one[:, unit], other[:, unit])[0, 1]
                assert correlation == pytest.approx(expected, abs=1e-4)


def test_the_same_network_at_another_moment_keeps_its_places(images: Floats) -> None:
    pairing = pair_networks(mlp(seed=1), mlp(seed=2), images, in_place=True)
    for pair in pairing.pairs.values():
        np.testing.assert_array_equal(pair.order, np.arange(len(pair.order)))


def test_what_is_added_to_all_logits_makes_no_difference(images: Floats) -> None:
    network, shifted = mlp(), mlp()
    shifted.dense_layers()[-1].params["b"] += 5
    shifted.dense_layers()[-1].params["W"] += 3  # for every class alike
    pair = pair_networks(network, shifted, images).pairs["output"]
    assert pair.alignment == pytest.approx(1)
    assert pair.correlations == pytest.approx(1)


def test_two_units_that_never_vary_do_the_same(images: Floats) -> None:
    network, copy = mlp(), mlp()
    for one in (network, copy):
        first = one.dense_layers()[0]
        first.params["W"][:, 4], first.params["b"][4] = 0, -1
    pair = pair_networks(network, copy, images).pairs["h1"]
    assert (pair.order[4], pair.correlations[4]) == (4, 1)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (mlp((12, 9)), {"h2": "7 units in the first, 9 units in the second"}),
        (mlp((12,)), {"h2": "only the first has it"}),
        (mlp((12, 7, 5)), {"h3": "only the second has it"}),
        (small_cnn(), None),
    ],
)
def test_what_is_of_another_kind_or_size_is_left_as_it_is_and_said(
    other: Network, expected: dict[str, str] | None, images: Floats
) -> None:
    pairing = pair_networks(mlp(), other, images)
    assert "output" in pairing.pairs
    assert not pairing.can_swap
    if expected is None:
        expected = pairing.unmatched
        assert "12 units in the first" in expected["h1"]
        assert "maps of 28×28 in the second" in expected["h1"]
    assert pairing.unmatched == expected
    assert set(pairing.pairs) == {stage.key for stage in other.stages} - set(expected)
    np.testing.assert_allclose(
        pairing.second.probabilities(images), other.probabilities(images), atol=1e-6
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (mlp(n_classes=9), "the first has outputs 10 for 0, 1, 2"),
        (
            build_mlp((12,), rng=np.random.default_rng(0), n_inputs=64),
            r"the first reads 28×28 numbers, the second 8×8",
        ),
        (
            build_mlp((12,), rng=np.random.default_rng(0), class_names=list("abcdefghij")),
            "the second 10 for a, b, c",
        ),
    ],
)
def test_networks_that_are_asked_different_things_are_refused(
    other: Network, why: str, images: Floats
) -> None:
    with pytest.raises(SettingsError, match=why):
        pair_networks(mlp(), other, images)
