"""Every layer, function and output of the page against its Python twin, and against PyTorch's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign_networks import BUILDS, foreign
from javascript import READ, RunJs, payload_of
from numpy.typing import NDArray
from small_cnn import convolutional

import neuroscribble as ns
from neuroscribble.explain.attribution import effective_linear_map
from neuroscribble.explain.drawings import CHOICES, SPREADS, drawing, rank_edges
from neuroscribble.explain.links import links
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.kinds import KINDS, Role
from neuroscribble.nn.outputs import OUTPUTS

RECORDED = Path(__file__).parents[1] / "golden_layers.json"
GOLDEN: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))
FUNCTIONS = {name: kind for name, kind in KINDS.items() if kind.role is Role.ACTIVATION}
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def golden(*kinds: str) -> Any:
    """The recorded cases of some kinds, as parameters of a test."""
    return pytest.mark.parametrize(
        "case",
        [case for case in GOLDEN if case["kind"] in kinds],
        ids=lambda case: f"{case['kind']} {case['settings']}",
    )


@pytest.fixture
def images() -> NDArray[np.float32]:
    return ns.pen_digits(4, rng=np.random.default_rng(5))[0]


# ── One by one, with the numbers that PyTorch was recorded to give ────────────────────────────


def test_every_function_pooling_and_output_has_a_twin(js: RunJs) -> None:
    names = js(
        """[activations.ACTIVATIONS, pooling.POOLS, outputs.OUTPUTS].map((table) =>
             Object.keys(table))"""
    )
    assert set(names[0]) == set(FUNCTIONS)
    assert set(names[1]) == {"max", "mean"}
    assert set(names[2]) == set(OUTPUTS)


@golden(*FUNCTIONS)
def test_functions_and_their_derivatives_are_pytorchs(case: dict[str, Any], js: RunJs) -> None:
    kind = FUNCTIONS[case["kind"]]
    got = js(
        """
        const { value, derivative } = activations.ACTIVATIONS[given.kind](given.settings);
        return { out: given.z.map((z) => value(z)), slope: given.z.map((z) => derivative(z)) };
        """,
        kind=case["kind"],
        settings={**kind.options, **case["settings"]},
        z=np.ravel(case["x"]).tolist(),
    )
    np.testing.assert_allclose(got["out"], np.ravel(case["out"]), rtol=0, atol=1e-8)
    d_x = np.array(got["slope"]) * np.ravel(case["d"])
    np.testing.assert_allclose(d_x, np.ravel(case["d_x"]), rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_numpys_far_out(name: str, js: RunJs) -> None:
    z = np.concatenate([np.linspace(-40, 40, 401), [-1e4, 1e4]])
    settings = dict(FUNCTIONS[name].options)
    layer = FUNCTIONS[name].make(settings, {})
    expected, cache = layer.forward(z)
    slope = layer.backward(np.ones_like(z), cache, {})
    got = js(
        """
        const { value, derivative } = activations.ACTIVATIONS[given.kind](given.settings);
        return { out: given.z.map((z) => value(z)), slope: given.z.map((z) => derivative(z)) };
        """,
        kind=name,
        settings=settings,
        z=z.tolist(),
    )
    np.testing.assert_allclose(got["out"], expected, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(got["slope"], slope, rtol=1e-13, atol=1e-13)


def pair(size: Any) -> list[int]:
    return size if isinstance(size, list) else [size, size]


def margins(padding: Any) -> list[list[int]]:
    return padding if isinstance(padding, list) else [[padding, padding]] * 2


@golden("maxpool2d", "avgpool2d", "globalavgpool2d")
def test_poolings_and_their_gradients_are_pytorchs(case: dict[str, Any], js: RunJs) -> None:
    settings = case["settings"]
    _, rows, columns, channels = np.shape(case["x"])
    kernel = pair(settings["size"]) if "size" in settings else [rows, columns]
    got = js(
        """
        const pool = { ...given.pool, sources: windows.windowSources(given.pool) };
        const { read, gradient } = pooling.POOLS[given.kind];
        return given.x.map((x, n) => ({ out: read(pool, x), d_x: gradient(pool, x, given.d[n]) }));
        """,
        kind="max" if case["kind"] == "maxpool2d" else "mean",
        pool={
            "rows": rows,
            "columns": columns,
            "channels": channels,
            "taps": kernel[0] * kernel[1],
            "kernel": kernel,
            "stride": pair(settings.get("stride", kernel)),
            "padding": margins(settings.get("padding", 0)),
            "dilation": [1, 1],
            "countsPadding": settings.get("counts_padding", False),
        },
        x=list(np.array(case["x"])),
        d=list(np.array(case["d"])),
    )
    for name in ("out", "d_x"):
        expected = np.array(case[name])
        mine = [np.reshape(one[name], expected.shape[1:]) for one in got]
        np.testing.assert_allclose(mine, expected, rtol=0, atol=1e-6)


@golden("conv2d")
def test_convolutions_and_their_gradients_are_pytorchs(case: dict[str, Any], js: RunJs) -> None:
    settings, W = case["settings"], np.array(case["params"]["W"])
    groups = settings.get("groups", 1)
    _, rows, columns, channels = np.shape(case["x"])
    got = js(
        """
        const layer = { ...given.layer, sources: windows.windowSources(given.layer) };
        layer.places = layers.groupPlaces(layer);
        layers.fold(layer);
        return given.x.map((x, n) => ({
          out: layers.preActivation(layer, x),
          d_x: layers.inputGradient(layer, given.d[n]),
          ...layers.gradient(layer, x, given.d[n]),
        }));
        """,
        layer={
            "kind": "conv",
            "rows": rows,
            "columns": columns,
            "fanIn": channels,
            "fanOut": W.shape[3],
            "taps": W.shape[0] * W.shape[1],
            "kernel": list(W.shape[:2]),
            "stride": pair(settings["stride"]),
            "padding": margins(settings["padding"]),
            "dilation": pair(settings.get("dilation", 1)),
            "groups": groups,
            "params": {"W": W, "b": np.array(case["params"]["b"])},
        },
        x=list(np.array(case["x"])),
        d=list(np.array(case["d"])),
    )
    for name in ("out", "d_x"):
        expected = np.array(case[name])
        mine = [np.reshape(one[name], expected.shape[1:]) for one in got]
        np.testing.assert_allclose(mine, expected, rtol=0, atol=1e-5)
    for name, of_batch in case["grads"].items():
        mine = np.sum([one[name] for one in got], axis=0)
        np.testing.assert_allclose(mine, np.ravel(of_batch), rtol=0, atol=1e-5)


@golden("batchnorm1d", "batchnorm2d")
def test_normalization_and_its_gradients_are_pytorchs(case: dict[str, Any], js: RunJs) -> None:
    if case["settings"]["training"]:
        return  # a page normalizes with what was counted in training
    params = {name: np.array(value) for name, value in case["params"].items()}
    got = js(
        """
        const after = { ...given.params, epsilon: 1e-3 };
        const params = { afterGamma: given.params.gamma, afterBeta: given.params.beta };
        return { out: norms.normalized(norms.affineOf(params, after, "after"), given.x),
          ...norms.normGradient(after, "after", given.x, given.d) };
        """,
        params=params,
        x=np.array(case["x"]),
        d=np.array(case["d"]),
    )
    np.testing.assert_allclose(got["out"], np.ravel(case["out"]), rtol=0, atol=1e-6)
    np.testing.assert_allclose(got["afterGamma"], case["grads"]["gamma"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(got["afterBeta"], case["grads"]["beta"], rtol=0, atol=1e-5)


# ── Whole networks ────────────────────────────────────────────────────────────────────────────


NETWORKS = [*BUILDS, "classic", "ours"]  # of others; of our own, with every case of a convolution


def network_named(name: str) -> ns.Network:
    rng = np.random.default_rng(2026)
    if name == "classic":
        classic = ns.build_mlp((12, 7), rng=rng)
        for layer in classic.dense_layers():
            layer.params["b"][...] = rng.normal(0, 0.1, layer.fan_out)
        return classic
    return convolutional(rng) if name == "ours" else foreign(name)


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_networks_are_numpys(name: str, js: RunJs, images: NDArray[np.float32]) -> None:
    shown = network_named(name)
    got = js(
        f"{READ} return given.images.map((ink) => network.forward(chain, ink));",
        payload=payload_of(shown),
        images=list(images),
    )
    trace = shown.in_double_precision().forward(images)
    for i, one in enumerate(got):
        for z, expected in zip(one["preActivations"], trace.pre_activations.values(), strict=True):
            np.testing.assert_allclose(z, expected[i].ravel(), **CLOSE)
        passed_on = list(trace.activations.values())[1:]
        for a, expected in zip(one["activations"], passed_on, strict=True):
            np.testing.assert_allclose(a, expected[i].ravel(), **CLOSE)
        np.testing.assert_allclose(one["probabilities"], trace.probabilities[i], **CLOSE)


@pytest.mark.parametrize("name", NETWORKS)
def test_their_edges_and_contributions_are_numpys(
    name: str, js: RunJs, images: NDArray[np.float32]
) -> None:
    shown = network_named(name)
    got = js(
        f"""
        {READ}
        const trace = network.forward(chain, given.ink);
        return chain.map((layer, n) => ({{ edges: layer.edges, b: layer.b, read: trace.inputs[n],
          products: attribution.contributions(layer, layers.meanInput(layer, trace.inputs[n])) }}));
        """,
        payload=payload_of(shown),
        ink=images[0],
    )
    trace = shown.in_double_precision().forward(images[:1])
    for one, link, z in zip(got, links(shown), trace.pre_activations.values(), strict=True):
        np.testing.assert_allclose(one["edges"], link.edges.ravel(), **CLOSE)
        products = np.reshape(one["products"], link.edges.shape)
        np.testing.assert_allclose(products, link.contributions(np.array(one["read"])), **CLOSE)
        mean = z.reshape(-1, z.shape[-1]).mean(axis=0)
        np.testing.assert_allclose(products.sum(axis=0) + one["b"], mean, **CLOSE)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_they_are_for_one_drawing_is_numpys_and_gives_the_logits(
    name: str, js: RunJs, images: NDArray[np.float32]
) -> None:
    shown = network_named(name)
    got = js(
        f"""
        {READ}
        const {{ preActivations }} = network.forward(chain, given.ink);
        return attribution.effectiveLinearMap(chain, preActivations);
        """,
        payload=payload_of(shown),
        ink=images[2],
    )
    exact = shown.in_double_precision()
    expected = effective_linear_map(exact, images[2].astype(float))
    logits = exact.logits(images[2:3])[0]
    templates = np.reshape(got["templates"], (784, len(logits)))
    np.testing.assert_allclose(templates, expected.templates, **CLOSE)
    np.testing.assert_allclose(got["bias"], expected.bias, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(got["remainder"], expected.remainder, rtol=1e-5, atol=1e-5)
    assert got["isExact"] == (name in ("piecewise", "normalized ReLU", "classic", "ours"))
    assert tuple(got["active"]) == expected.n_active
    total = images[2] @ templates + got["bias"] + got["remainder"]
    np.testing.assert_allclose(total, logits, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_lesson_s_loss_and_gradients_are_numpys(
    name: str, js: RunJs, images: NDArray[np.float32]
) -> None:
    shown = network_named(name)
    got = js(
        f"""
        {READ}
        const trace = network.forward(chain, given.ink);
        const slopes = backward.gradients(chain, trace, 1);
        return {{ slopes, loss: backward.lossOf(chain.at(-1), trace.logits, 1) }};
        """,
        payload=payload_of(shown),
        ink=images[1],
    )
    exact = shown.in_double_precision()
    trace = exact.forward(images[1:2])
    targets = exact.output.targets(np.array([1]), trace.logits.shape[1]).astype(float)
    loss, d_logits = exact.output.loss(trace.logits, targets)
    gradient = exact.new_gradient()
    exact.backward(d_logits, trace, gradient)
    assert got["loss"] == pytest.approx(loss, rel=1e-5)
    n = exact.parameters.n_learned
    exact.parameters.flat[:n] = gradient.flat[:n]
    for one, link in zip(got["slopes"], links(exact), strict=True):  # their parameters are slopes
        expected = dict(link.params)
        for which, norm in (("", link.norm), ("before", link.before), ("after", link.after)):
            if norm is not None:
                names = [f"{which}Gamma", f"{which}Beta"] if which else ["gamma", "beta"]
                expected |= dict(zip(names, (norm.gamma, norm.beta), strict=True))
        assert one.keys() == expected.keys()
        for key, slope in one.items():
            np.testing.assert_allclose(slope, expected[key].ravel(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("spread", SPREADS)
def test_drawings_of_groups_are_numpys_and_join_only_what_weights_join(
    choose: str, spread: str, js: RunJs, images: NDArray[np.float32]
) -> None:
    shown = foreign("maps")
    shown.usual = measure_usual(shown, images)
    top_ks = [1, 2, 6]
    got = js(
        f"""
        {READ}
        const strengths = chain.map((layer) =>
          drawings.ofEdges(layer, drawings.edgeStrengths(layer, given.choose)));
        const ranks = given.spread === "network"
          ? drawings.networkRanks(
              chain.map((layer, n) => drawings.withInfluence(strengths[n], layer)))
          : chain.map(
              (layer, n) => attribution.incomingRanks(strengths[n], layer.fanOut));
        const all = drawings.drawnEdges(chain, Infinity);
        return {{ ranks, all, logits: given.topKs.map((k) => {{
          const limit = drawings.rankLimit(chain, given.spread, k);
          const drawn = drawings.onlyDrawn(chain, ranks, limit, "average");
          return network.forward(drawn, given.ink).logits;
        }}) }};
        """,
        payload=payload_of(shown),
        choose=choose,
        spread=spread,
        topKs=top_ks,
        ink=images[0],
    )
    ranking = rank_edges(shown, choose=choose, spread=spread)
    for one, other in zip(got["ranks"], ranking.ranks, strict=True):
        assert np.array_equal(np.reshape(one, other.shape), other)
    chain = links(shown)
    assert got["all"] == ranking.n_edges == sum(link.n_edges for link in chain)
    assert [link.n_edges for link in chain] == [4, 2 * 6, 6, 6 * 5, 5 * 8, 8 * 10]
    for top_k, logits in zip(top_ks, got["logits"], strict=True):
        masks = ranking.drawn(top_k)
        assert all((link.is_edge | ~mask).all() for link, mask in zip(chain, masks, strict=True))
        n = sum(int(mask.sum()) for mask in masks)
        drawn = drawing(shown, edges=n, choose=choose, spread=spread)
        np.testing.assert_allclose(logits, drawn.logits(images[:1])[0], rtol=1e-4, atol=1e-5)
