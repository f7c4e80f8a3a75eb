"""The canonical form and the order of units in JavaScript against their Python twins."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from foreign_networks import BUILDS, foreign
from javascript import READ, RunJs, payload_of
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.explain.canonical import canonical
from neuroscribble.explain.links import links
from neuroscribble.explain.sorting import sort_units
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.kinds import KINDS, Role
from neuroscribble.nn.layers import Dense, ReLU

FORM = f"""
{READ}
const form = canonical.canonical(chain);
return {{
  ...form,
  weights: chain.map((_, n) => canonical.canonicalWeights(chain, form, n)),
  biases: chain.map((_, n) => canonical.canonicalBias(chain, form, n)),
  sortings: sorting.sortUnits(chain, form),
}};
"""


def with_usual(network: ns.Network) -> ns.Network:
    images = ns.pen_digits(40, rng=np.random.default_rng(5))[0]
    network.usual = measure_usual(network, images)
    return network


def with_units_that_never_vary() -> ns.Network:
    """Of h1 unit 3 is never on and unit 5 gets nothing at all; of h2 unit 2 is one number."""
    network = ns.build_mlp((12, 7), rng=np.random.default_rng(9))
    first, second, _ = (layer.params for layer in network.dense_layers())
    first["W"][:, 3], first["b"][3] = -0.1, -1
    first["W"][:, 5], first["b"][5] = 0, 0
    second["W"][:, 2], second["b"][2] = 0, 2
    return network


def network_of(name: str) -> ns.Network:
    if name in BUILDS:
        return with_usual(foreign(name))
    if name == "no hidden layer":
        return ns.build_mlp((), rng=np.random.default_rng(3))
    if name == "nothing usual":
        return ns.build_mlp((9, 5), rng=np.random.default_rng(3))
    if name == "one output":
        rng = np.random.default_rng(3)
        layers = {"dense1": Dense(784, 6, rng=rng), "relu": ReLU(), "dense2": Dense(6, 1, rng=rng)}
        return with_usual(ns.Network(layers, class_names=("no", "yes"), output="sigmoid"))
    return with_usual(small_cnn() if name == "cnn" else with_units_that_never_vary())


@pytest.mark.parametrize(
    "name", [*BUILDS, "cnn", "never vary", "no hidden layer", "nothing usual", "one output"]
)
def test_the_canonical_form_and_the_order_are_numpys(name: str, js: RunJs) -> None:
    network = network_of(name)
    got = js(FORM, payload=payload_of(network))
    form = canonical(network) if network.usual or len(network.stages) == 1 else None
    shown = form.network if form else network
    chain = links(shown)
    hidden = [link.key for link in chain[:-1]]
    assert got["isKnown"] == bool(network.usual)
    for n, link in enumerate(chain):
        close: dict[str, Any] = {"rtol": 2e-6, "atol": 1e-9}
        np.testing.assert_allclose(got["weights"][n], link.weights.ravel(), **close)
        np.testing.assert_allclose(got["biases"][n], link.bias, **close)
    for n, key in enumerate(hidden):
        ones = np.ones(len(got["factors"][n]))
        expected = form.factors.get(key, ones) if form else ones
        np.testing.assert_allclose(got["factors"][n], expected, rtol=2e-6)
        assert got["dead"][n] == (form.dead.get(key, []) if form else [])
        assert got["kept"][n] == (form.kept.get(key) if form else None)
    sortings = sort_units(chain, shown.usual)
    assert len(got["sortings"]) == len(sortings) == len(hidden)
    for mine, theirs in zip(got["sortings"], sortings.values(), strict=True):
        assert mine["order"] == theirs.order.tolist()
        assert mine["helped"] == theirs.helped.tolist()


def test_a_rescaled_copy_has_the_same_form_in_the_page(js: RunJs) -> None:
    network = with_usual(with_units_that_never_vary())
    copied = copy.deepcopy(network)
    first, second, _ = (layer.params for layer in copied.dense_layers())
    c = np.exp(np.random.default_rng(2).uniform(-2, 2, 12))
    c[5] = 1  # where nothing flows in, no factor is the right one
    first["W"] *= c
    first["b"] *= c
    second["W"] /= c[:, None]
    one, other = (js(FORM, payload=payload_of(net)) for net in (network, with_usual(copied)))
    for name in ("weights", "biases"):
        for mine, theirs in zip(one[name], other[name], strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)
    assert [s["helped"] for s in one["sortings"]] == [s["helped"] for s in other["sortings"]]


def test_the_same_functions_pass_factors(js: RunJs) -> None:
    functions = {name: kind for name, kind in KINDS.items() if kind.role is Role.ACTIVATION}
    got = js(
        """given.kinds.map(([kind, settings]) =>
             Boolean(activations.ACTIVATIONS[kind](settings).passesFactors))""",
        kinds=[[name, dict(kind.options)] for name, kind in functions.items()],
    )
    layers = [kind.make(dict(kind.options), {}) for kind in functions.values()]
    assert got == [layer.passes_factors for layer in layers]
