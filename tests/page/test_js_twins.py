"""The page's JavaScript modules against their Python twins, without a browser.

Playwright brings a Node of its own; each test gives it numbers, a few lines of JavaScript that
import the modules, and compares what comes back with Python's own result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from javascript import MODULES, READ, WEB, RunJs, payload_of
from node import Node
from numpy.typing import NDArray
from small_cnn import convolutional

import neuroscribble as ns
from neuroscribble.explain.attribution import (
    contributions,
    incoming_ranks,
    n_drawn_edges,
    signal_share,
)
from neuroscribble.explain.drawings import CHOICES, SPREADS, drawing, rank_edges
from neuroscribble.explain.links import links
from neuroscribble.explain.usual import measure_usual
from neuroscribble.ink.normalize import ink_stages
from neuroscribble.ink.strokes import draw_stroke, render_strokes
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.losses import cross_entropy, softmax
from neuroscribble.training.calibration import calibrated_probabilities
from neuroscribble.training.novelty import novelty_scores
from neuroscribble.training.optimizers import RMSProp
from viz.diagram.centers import spread
from viz.diagram.diagram import diagram_of
from viz.diagram.inputs import check_digits
from viz.diagram.payload import floats, page_payload
from viz.diagram.theme import THEMES, color_table
from viz.page.bundle import modules_of
from viz.page.packing import as_json, common_step, packed_payload
from viz.page.page import network_page


def layers_of(network: ns.Network) -> list[dict[str, Any]]:
    """What readNetwork makes of a payload's layers."""
    return [
        {
            "kind": "dense",
            "taps": 1,
            "W": layer.params["W"],
            "b": layer.params["b"],
            "params": layer.params,
            "fanIn": layer.fan_in,
            "fanOut": layer.fan_out,
            "activation": {"kind": "relu", "settings": {}, "isPiecewiseLinear": True},
            "output": network.output.name if layer is network.dense_layers()[-1] else None,
        }
        for layer in network.dense_layers()
    ]


@pytest.fixture
def network(rng: np.random.Generator) -> ns.Network:
    network = ns.build_mlp((12, 7), rng=rng)
    for layer in network.dense_layers():
        layer.params["b"][...] = rng.normal(0, 0.1, layer.fan_out)
    return network


@pytest.fixture
def images() -> NDArray[np.float32]:
    return ns.pen_digits(12, rng=np.random.default_rng(5))[0]


# ── The source ────────────────────────────────────────────────────────────────────────────────


def test_every_module_is_valid_javascript(node: Node) -> None:
    for name in map(str, MODULES.values()):
        node.check((WEB / name).read_text(encoding="utf-8"), name)


def test_what_is_no_javascript_is_noticed(node: Node) -> None:
    with pytest.raises(AssertionError, match="SyntaxError"):
        node.check("const a = 1; const a = 2;", "wrong.js")
    with pytest.raises(AssertionError, match="SyntaxError"):
        node.check("with (a) b();", "sloppy.js")  # modules are strict


def test_the_pages_joined_script_is_valid_and_imports_nothing(node: Node) -> None:
    page = network_page(ns.build_mlp((3,), rng=np.random.default_rng(0)))
    script = re.search(r'<script type="module" id="program">(.*?)</script>', page, re.DOTALL)
    assert script is not None
    assert not re.search(r"^\s*(import|export)\b", script[1], re.MULTILINE)
    node.check(script[1], "page.js")


def test_every_module_of_the_page_is_in_it() -> None:
    page = network_page(ns.build_mlp((3,), rng=np.random.default_rng(0)))
    for name in modules_of("main"):
        opening = (WEB / f"{name}.js").read_text(encoding="utf-8").split("*/")[0]
        assert opening in page, name


# ── Payload and theme ─────────────────────────────────────────────────────────────────────────


def test_arrays_come_back_from_the_payload_bit_for_bit(js: RunJs, rng: np.random.Generator) -> None:
    array = np.concatenate(
        [rng.normal(0, 1e3, 1000), [0.0, -0.0, 1e-40, 3.4e38, -1e-8]], dtype=np.float32
    )
    as_text = json.loads(as_json(floats(array)))  # as a training that is watched tells them
    got = js("payload.decodeFloats(given.text)", text=as_text)
    assert np.array_equal(np.array(got, np.float32), array)
    got = js("[...payload.decodeInk(given.text)]", text="AAECf4D+/w==")
    assert np.array_equal(
        np.array(got, np.float32), np.float32([0, 1, 2, 127, 128, 254, 255]) / np.float32(255)
    )


def test_a_packed_payload_comes_back_bit_for_bit(js: RunJs, rng: np.random.Generator) -> None:
    numbers = np.concatenate([rng.normal(0, 9, 1000), [0.0, -0.0, 1e-40]], dtype=np.float32)
    steps = np.float32([0, 1.5, -1.5, 0.25, -8191.75])  # whole quarters: two bytes each
    assert common_step(steps) == 0.25
    assert common_step(numbers) is None
    assert common_step(np.float32([1, -0.0])) is None
    arrays = [numbers, numbers[:3], steps]
    value = {"of": [*map(floats, arrays)], "ink": b"\0\xff", "none": b"", "é": "<"}
    got = js(
        """
        const bits = (array) => new Uint32Array(array.buffer);
        const unpacked = packed.unpackedPayload(given.text);
        return unpacked.then((value) => ({ ...value, of: value.of.map(bits) }));
        """,
        text=packed_payload(value),
    )
    assert got.pop("of") == [array.view("u4").tolist() for array in arrays]
    assert got == {"ink": [0, 255], "none": [], "é": "<"}


def test_network_and_cases_come_back_from_the_payload(js: RunJs, network: ns.Network) -> None:
    diagram = diagram_of(network)
    written = page_payload(network, diagram, top_k=3, title="t", weights_name="w")
    got = js(
        """
        const { columns, layers } = payload.readNetwork(given.payload);
        return { columns, layers, cases: payload.readCases(given.payload) };
        """,
        payload=written,
    )
    for column, block in zip(got["columns"], diagram.blocks, strict=True):
        positions = np.stack([column["x"], column["y"]], axis=1)
        assert np.array_equal(positions, block.positions.astype(np.float32))
        assert column["size"] == block.size
    for layer, expected in zip(got["layers"], layers_of(network), strict=True):
        assert (layer["fanIn"], layer["fanOut"]) == expected["W"].shape
        assert np.array_equal(np.float32(layer["W"]), expected["W"].ravel())
        assert np.array_equal(np.float32(layer["b"]), expected["b"])
    digits, labels = check_digits()
    ink = digits.astype(np.float32) / np.float32(255)
    z = list(network.in_double_precision().forward(ink).pre_activations.values())
    assert [case["label"] for case in got["cases"]] == labels.tolist()
    for i, case in enumerate(got["cases"]):
        assert np.array_equal(np.float32(case["ink"]), ink[i])
        for got_z, expected_z in zip(case["preActivations"], z, strict=True):
            assert (got_z["first"], got_z["step"]) == (0, 1)  # a small layer is stored whole
            assert np.array_equal(np.float32(got_z["values"]), np.float32(expected_z[i]))


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("size", [2, 257, 513])
def test_color_tables_are_the_same(theme: Any, size: int, js: RunJs) -> None:
    for palette in ("signed", "activation", "ink"):
        anchors = getattr(theme, palette)
        got = js("theme.colorTable(given.anchors, given.size)", anchors=list(anchors), size=size)
        assert np.abs(np.array(got) - color_table(anchors, size)).max() <= 1  # a tie may round up


def test_names_on_maps_are_pushed_to_the_same_places(js: RunJs) -> None:
    places = np.random.default_rng(3).normal(size=(10, 2))
    found = js(
        """centers.spread(Array.from({ length: 10 }, (_, i) =>
             [...given.places.slice(2 * i, 2 * i + 2)]), 0.8).flat()""",
        places=places.ravel(),
    )
    np.testing.assert_allclose(np.reshape(found, (10, 2)), spread(places, least=0.8), atol=1e-9)


def test_scales_are_symmetric_clamped_and_safe_for_flat_values(js: RunJs) -> None:
    got = js(
        """
        const palette = new theme.Palette(given.theme);
        return {
          values: [-9, -1, -0.5, 0, 0.5, 1, 9].map((value) => palette.signed(value, 1)),
          limits: [[], [0, 0], [-3, 2], [0.5]].map((values) => theme.symmetricLimit(values)),
        };
        """,
        theme=asdict(THEMES["light"]),
    )
    table = color_table(THEMES["light"].signed, 513)
    wanted = [table[i].tolist() for i in (0, 0, 128, 256, 384, 512, 512)]
    got_colors = [[int(part) for part in re.findall(r"\d+", css)] for css in got["values"]]
    assert np.abs(np.array(got_colors) - np.array(wanted)).max() <= 1
    assert got["limits"] == [1, 1, 3, 0.5]


# ── Network and attribution ───────────────────────────────────────────────────────────────────


def test_softmax_neither_overflows_nor_vanishes(js: RunJs) -> None:
    logits = np.float32([[1000, 1001, -1000], [0, 0, 0], [-2000, -2000, -1999]])
    got = js("given.logits.map((z) => outputs.softmax(z))", logits=list(logits))
    np.testing.assert_allclose(got, softmax(logits), atol=1e-7)


def test_ranks_are_numpys_also_among_ties_and_zeros(js: RunJs, rng: np.random.Generator) -> None:
    several = [
        rng.normal(0, 1, (40, 6)),
        rng.integers(-2, 3, (50, 5)),  # many ties, among them zeros
        np.zeros((4, 3)),
        np.ones((1, 2)),
        np.array([[0.5, -0.0], [-0.5, 0.0], [0.5, 1e-30]]),
    ]
    for weights in (array.astype(np.float32) for array in several):
        got = js(
            "attribution.incomingRanks(given.W, given.fanOut)", W=weights, fanOut=weights.shape[1]
        )
        assert np.array_equal(np.reshape(got, weights.shape), incoming_ranks(weights))


def test_the_order_of_numbers_of_any_size_is_numpys(js: RunJs, rng: np.random.Generator) -> None:
    numbers = rng.choice([-1, 1, 1, 1], 3000) * 10.0 ** rng.uniform(-320, 308, 3000)
    numbers[::7] = rng.choice([0.0, 5e-324, 1.0, 1 + 2**-52], numbers[::7].size)  # ties
    sort = "given.numbers.set([NaN, Infinity]); return order.largestFirst(given.numbers, {most})"
    got, some = (js(sort.format(most=most), numbers=numbers) for most in ("Infinity", 100))
    numbers[:2] = np.nan, np.inf
    expected = [i for i in np.argsort(-numbers, kind="stable") if numbers[i] > 0]
    assert got == expected
    assert 100 <= len(some) < 200
    assert some == expected[: len(some)]


@pytest.mark.parametrize("n", [1, 60, 5000])
def test_the_largest_of_the_drawn_are_those_of_a_sort(
    n: int, js: RunJs, rng: np.random.Generator
) -> None:
    several = [
        rng.normal(0, 1, 3000),
        rng.integers(-2, 3, 3000) / 3,
        10.0 ** rng.uniform(-30, 3, 3000),
        np.zeros(9),
    ]
    for values in several:
        ranks = rng.integers(0, 10, len(values))
        found = js(
            "attribution.largestDrawn(given.values, given.ranks, 4, given.n)",
            values=values,
            ranks=ranks.tolist(),
            n=n,
        )
        drawn = np.flatnonzero((ranks < 4) & (values != 0))
        least = np.sort(np.abs(values[drawn]))[-n:]
        expected = [i for i in drawn if np.abs(values[i]) >= least[0]][:n] if len(drawn) else []
        assert found == expected


@pytest.mark.parametrize("top_k", [1, 3, 7, 12, 100, 784])
def test_drawn_edges_and_shares_are_numpys(
    top_k: int, js: RunJs, network: ns.Network, images: NDArray[np.float32]
) -> None:
    trace = network.forward(images[:1])
    inputs = [a[0] for a in list(trace.activations.values())[:-1]]
    layers = layers_of(network)
    got = js(
        f"""{READ}"""
        """
        return {
          edges: drawings.drawnEdges(chain, given.topK),
          layers: given.layers.map((layer, n) => {
            const { W, fanIn, fanOut } = layer;
            const products = attribution.contributions(layer, given.inputs[n]);
            const ranks = attribution.incomingRanks(W, fanOut);
            const share = attribution.signalShare(products, ranks, given.topK);
            return {
              products, share, ...attribution.drawnAndRest(products, ranks, given.topK, fanOut),
            };
          }),
        };
        """,
        payload=payload_of(network),
        layers=layers,
        inputs=inputs,
        topK=top_k,
    )
    assert got["edges"] == n_drawn_edges(network.layer_sizes, top_k)
    for layer, a, z, one in zip(
        layers, inputs, trace.pre_activations.values(), got["layers"], strict=True
    ):
        drawn = incoming_ranks(layer["W"]) < top_k
        products = contributions(a, layer["W"])
        np.testing.assert_allclose(one["products"], products.ravel(), rtol=1e-6)
        assert one["share"] == pytest.approx(signal_share(a, layer["W"], drawn), abs=1e-6)
        np.testing.assert_allclose(one["drawn"], (products * drawn).sum(axis=0), atol=1e-5)
        whole = np.array(one["drawn"]) + one["rest"] + layer["b"]
        np.testing.assert_allclose(whole, z[0], rtol=1e-5, atol=1e-5)


def test_nothing_flows_from_a_blank_canvas_and_nothing_is_left_out(js: RunJs) -> None:
    got = js("attribution.signalShare(new Float64Array(6), Int32Array.from([0, 1, 2, 0, 1, 2]), 1)")
    assert got == 1


@pytest.mark.parametrize("which", ["dense", "convolutional"])
@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("spread", SPREADS)
def test_the_drawn_network_is_numpys(
    which: str,
    choose: str,
    spread: str,
    js: RunJs,
    network: ns.Network,
    cnn: ns.Network,
    images: NDArray[np.float32],
) -> None:
    shown = network if which == "dense" else cnn
    shown.usual = measure_usual(shown, images)
    top_ks = [1, 3, 40]
    got = js(
        f"""
        {READ}
        const strengths = chain.map((layer) => drawings.edgeStrengths(layer, given.choose));
        const ranks = given.spread === "network"
          ? drawings.networkRanks(
              chain.map((layer, n) => drawings.withInfluence(strengths[n], layer)))
          : chain.map(
              (layer, n) => attribution.incomingRanks(strengths[n], layer.fanOut));
        return {{
          ranks,
          logits: given.topKs.map((topK) => {{
            const limit = drawings.rankLimit(chain, given.spread, topK);
            return ["average", "cut"].map((others) => {{
              const drawn = drawings.onlyDrawn(chain, ranks, limit, others);
              return given.images.map((ink) => network.forward(drawn, ink).logits);
            }});
          }}),
        }};
        """,
        payload=payload_of(shown),
        choose=choose,
        spread=spread,
        topKs=top_ks,
        images=list(images[:4]),
    )
    ranking = rank_edges(shown, choose=choose, spread=spread)
    for one, other in zip(got["ranks"], ranking.ranks, strict=True):
        assert np.array_equal(np.reshape(one, other.shape), other)
    for top_k, by_others in zip(top_ks, got["logits"], strict=True):
        edges = sum(int(mask.sum()) for mask in ranking.drawn(top_k))
        for others, logits in zip(("average", "cut"), by_others, strict=True):
            drawn = drawing(shown, edges=edges, choose=choose, spread=spread, others=others)
            np.testing.assert_allclose(logits, drawn.logits(images[:4]), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("make", [lambda rng: ns.build_mlp((12, 7), rng=rng), convolutional])
def test_what_a_unit_looks_for_is_how_its_sum_changes_with_each_pixel(
    make: Callable[[np.random.Generator], ns.Network],
    js: RunJs,
    rng: np.random.Generator,
) -> None:
    network, ink = (
        make(rng),
        rng.random(784),
    )  # no two numbers are equal, where a maximum has a kink
    shown = diagram_of(network).columns
    units = [(len(shown) - 2, 3), (len(shown) - 1, 4)] + ([(1, 5)] if len(shown) == 4 else [])
    fields = js(
        f"""
        {READ}
        const trace = network.forward(chain, given.ink);
        return given.units.map(([column, j]) => field.receptiveField(chain, trace, column, j));
        """,
        payload=payload_of(network),
        ink=ink,
        units=units,
    )
    exact, step = network.in_double_precision(), 1e-6  # so small that no ReLU flips
    brighter = ink + step * np.eye(784)
    for (column, unit), slopes in zip(units, fields, strict=True):
        z = [
            list(exact.forward(pictures).pre_activations.values())[column - 1][:, unit]
            for pictures in (brighter, ink[None])
        ]
        np.testing.assert_allclose(slopes, (z[0] - z[1]) / step, atol=1e-4)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_calibration_and_novelty_are_numpys(
    temperature: float, js: RunJs, network: ns.Network, images: NDArray[np.float32]
) -> None:
    network.meta["temperature"] = temperature
    inks = [*images[:8], np.zeros(784, np.float32), np.ones(784, np.float32)]
    got = js(
        """
        return given.inks.map((ink) => {
          const { logits } = network.forward(given.layers, ink);
          const calibrated = calibration.calibrate(logits, given.temperature);
          return { calibrated, novelty: novelty.noveltyScore(calibrated, ink) };
        });
        """,
        layers=layers_of(network),
        inks=inks,
        temperature=temperature,
    )
    expected = calibrated_probabilities(network, np.stack(inks))
    np.testing.assert_allclose([one["calibrated"] for one in got], expected, atol=1e-5)
    scores = novelty_scores(network, np.stack(inks))
    np.testing.assert_allclose([one["novelty"] for one in got], scores, atol=1e-5)
    assert got[8]["novelty"] == 1


# ── Learning ──────────────────────────────────────────────────────────────────────────────────


def test_loss_and_gradients_are_numpys(
    js: RunJs, network: ns.Network, images: NDArray[np.float32]
) -> None:
    for label, ink in enumerate(images[:10]):
        got = js(
            """
            const trace = network.forward(given.layers, given.ink);
            return {
              loss: backward.lossOf(given.layers.at(-1), trace.logits, given.label),
              gradients: backward.gradients(given.layers, trace, given.label),
            };
            """,
            layers=layers_of(network),
            ink=ink,
            label=label,
        )
        trace = network.forward(ink[None])
        loss, d_logits = cross_entropy(trace.logits.copy(), np.array([label]))
        gradient = network.new_gradient()
        network.backward(d_logits, trace, gradient)
        assert got["loss"] == pytest.approx(loss, rel=1e-5, abs=1e-6)
        for n, one in enumerate(got["gradients"], start=1):
            expected = gradient.layers[f"dense{n}"]
            np.testing.assert_allclose(one["W"], expected["W"].ravel(), rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(one["b"], expected["b"], rtol=1e-4, atol=1e-6)


def test_three_steps_of_rmsprop_are_numpys(js: RunJs, rng: np.random.Generator) -> None:
    start = rng.normal(0, 0.1, 50).astype(np.float32)
    steps = [
        (rng.normal(0, 1, 50) * 10.0 ** rng.integers(-9, 1, 50)).astype(np.float32)
        for _ in range(3)
    ]
    got = js(
        """
        const w = given.start;
        const v = new Float32Array(w.length);
        for (const g of given.steps) optimizers.rmspropStep(w, v, g);
        return { w, v };
        """,
        start=start,
        steps=steps,
    )
    optimizer, w = RMSProp(), start.copy()
    for g in steps:
        optimizer.step(w, g)
    np.testing.assert_allclose(got["w"], w, atol=1e-6)
    np.testing.assert_allclose(got["v"], optimizer.state()["mean_square"], rtol=1e-5, atol=1e-30)


# ── Convolutions ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def cnn(rng: np.random.Generator) -> ns.Network:
    return convolutional(rng)


def test_the_self_check_of_maps_notices_weights_that_are_one_percent_wrong(
    js: RunJs, cnn: ns.Network
) -> None:
    checks = "return new lab.Lab(given.payload, () => {}).selfCheck();"
    written = payload_of(cnn)
    steps = [stored["step"] for stored in written["cases"]["preActivations"]]
    assert steps == [1, 1, 1, 1, 1]  # small layers, stored whole
    assert js(checks, payload=written)["maxError"] <= 1e-5
    for link in range(5):
        wrong = payload_of(cnn)
        spoiled = links(cnn)[link].params["W"] * np.float32(1.01)
        wrong["layers"][link]["params"]["W"] = floats(spoiled)
        assert js(checks, payload=wrong)["maxError"] > 1e-4, link


def test_of_a_large_layer_other_numbers_are_stored_for_each_digit(js: RunJs) -> None:
    network = build_cnn(((4,), (6,)), (8,), rng=np.random.default_rng(3))
    written = payload_of(network)
    steps = [stored["step"] for stored in written["cases"]["preActivations"]]
    assert steps == [7, 3, 1, 1]  # of 3136 and 1176 numbers every 7th and 3rd
    assert sum(len(stored["values"]) for stored in written["cases"]["preActivations"]) < 300_000
    got = js("payload.readCases(given.payload)", payload=written)
    digits, _ = check_digits()
    ink = digits.astype(np.float32) / np.float32(255)
    exact = network.in_double_precision().forward(ink)
    for case, one in enumerate(got):
        for stored, z in zip(one["preActivations"], exact.pre_activations.values(), strict=True):
            assert stored["first"] == case % stored["step"]
            expected = z[case].ravel()[stored["first"] :: stored["step"]]
            np.testing.assert_allclose(
                stored["values"], expected[: len(stored["values"])], rtol=1e-6, atol=1e-6
            )
    assert js("new lab.Lab(given.payload, () => {}).selfCheck()", payload=written)["cases"] == 50


# ── Ink ───────────────────────────────────────────────────────────────────────────────────────


def test_segments_leave_the_same_ink(js: RunJs, rng: np.random.Generator) -> None:
    segments = [
        (rng.uniform(-20, 60, 2).tolist(), rng.uniform(-20, 60, 2).tolist(), float(width))
        for width in rng.uniform(0.3, 25, 60)
    ]
    segments += [([5.5, 5.5], [5.5, 5.5], 3.0), ([0, 0], [40, 0], 1.0), ([-99, 7], [999, 7], 2.0)]
    got = js(
        """
        return given.segments.map(([[x0, y0], [x1, y1], width]) => {
          const canvas = { ink: new Float32Array(40 * 31), width: 40, height: 31 };
          strokes.drawSegment(canvas, x0, y0, x1, y1, width);
          return canvas.ink;
        });
        """,
        segments=segments,
    )
    for ink, (start, end, width) in zip(got, segments, strict=True):
        canvas = np.zeros((31, 40), np.float32)
        draw_stroke(canvas, [start, end], width)
        np.testing.assert_allclose(np.reshape(ink, (31, 40)), canvas, atol=1e-6)


def test_whole_strokes_leave_the_same_ink(js: RunJs, rng: np.random.Generator) -> None:
    for n_points in (1, 2, 30):
        points = rng.uniform(0, 50, (n_points, 2))
        got = js(
            """
            const canvas = { ink: new Float32Array(50 * 50), width: 50, height: 50 };
            strokes.drawStroke(canvas, given.points, 5);
            return canvas.ink;
            """,
            points=points.tolist(),
        )
        expected = render_strokes([points], size=50, width=5)
        np.testing.assert_allclose(np.reshape(got, (50, 50)), expected, atol=1e-6)


def test_a_pen_of_any_width_only_darkens_what_is_there(js: RunJs, rng: np.random.Generator) -> None:
    widths = [9.0, 3.0, 5.0, *rng.uniform(0.05, 1, 30)]
    lines = [(rng.uniform(0, 20, (2, 2)), width) for width in widths]
    got = js(
        """
        const canvas = { ink: new Float32Array(20 * 20), width: 20, height: 20 };
        for (const [[[x0, y0], [x1, y1]], width] of given.lines) {
          strokes.drawSegment(canvas, x0, y0, x1, y1, width);
        }
        return canvas.ink;
        """,
        lines=[(ends.tolist(), width) for ends, width in lines],
    )
    canvas = np.zeros((20, 20), np.float32)
    for (start, end), width in lines:
        draw_stroke(canvas, [start, end], width)
    np.testing.assert_allclose(np.reshape(got, (20, 20)), canvas, atol=1e-6)


def test_every_stage_from_ink_to_image_is_the_same(js: RunJs, rng: np.random.Generator) -> None:
    canvases = [np.zeros((9, 13)), np.ones((9, 13)), np.eye(28), np.ones((1, 1))]
    for _ in range(30):
        height, width = rng.integers(10, 90, 2).tolist()
        strokes = [rng.uniform(0, (width, height), (int(rng.integers(1, 9)), 2))]
        canvases.append(render_strokes(strokes, size=(height, width), width=rng.uniform(1, 12)))
    got = js(
        "given.canvases.map((canvas) => ink.inkStages(canvas.ink, canvas.width))",
        canvases=[{"ink": canvas, "width": canvas.shape[1]} for canvas in canvases],
    )
    for canvas, one in zip(canvases, got, strict=True):
        stages = ink_stages(canvas)
        assert tuple(one["box"]) == stages.box
        assert tuple(one["shift"]) == stages.shift
        assert (one["fitted"]["rows"], one["fitted"]["columns"]) == stages.fitted.shape
        np.testing.assert_allclose(one["fitted"]["ink"], stages.fitted.ravel(), atol=1e-6)
        np.testing.assert_allclose(one["centered"], stages.centered.ravel(), atol=1e-6)


# ── Links ─────────────────────────────────────────────────────────────────────────────────────


def test_strokes_survive_a_link_exactly(js: RunJs, rng: np.random.Generator) -> None:
    strokes = [
        {
            "points": np.round(rng.uniform(-50, 350, (int(n), 2)), 1).tolist(),
            "width": round(float(rng.uniform(1, 50)), 1),
        }
        for n in (1, 2, 40, 300)
    ]
    got = js("share.decodeStrokes(share.encodeStrokes(given.strokes))", strokes=strokes)
    assert got == strokes


def test_rubbish_in_a_link_is_left_out_without_an_error(
    js: RunJs, rng: np.random.Generator
) -> None:
    letters = list("ABCabc019-_=&#%+/.,é💥 ")
    rubbish = ["".join(rng.choice(letters, int(n))) for n in rng.integers(0, 60, 300)]
    hashes = [
        *(f"#strokes={text}" for text in rubbish),
        *(f"#ink={text}&k={text}&view={text}" for text in rubbish),
        *(
            "#k=0",
            "#k=-3",
            "#k=1e9",
            "#k=99999999999",
            "#view=1,2",
            "#view=NaN,1,1",
            "#view=1,1,-1",
        ),
        *("#strokes=_____w", "#strokes=" + "_" * 999, "#%", "#%E0%A4%A", "#=&&=", "#"),
    ]
    got = js(
        """
        return given.hashes.map((hash) => {
          try { return Object.keys(share.readHash(hash)); } catch (error) { return String(error); }
        });
        """,
        hashes=hashes,
    )
    errors = [(text, one) for text, one in zip(hashes, got, strict=True) if isinstance(one, str)]
    assert errors == []
