"""Units and edges taken out in the page: the numbers of `ns.ablate`; all can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from javascript import READ, RunJs, payload_of
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.ablation import HOLDS
from neuroscribble.explain.links import columns
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.network import Network, build_mlp

SHIPPED = Path(__file__).parents[2] / "weights.npz"
INKS = pen_digits(6, rng=np.random.default_rng(8))[0].reshape(6, -1)

CUT = f"""{READ}
    const made = new cuts.Cuts(chain);
    const places = new Map(payload.readNetwork(given.payload).columns.flatMap(({{ ids }}, column) =>
      ids.map((id, unit) => [id, {{ column, unit }}])));
    const fold = () => chain.forEach((layer) => layers.fold(layer));
    const logits = () => given.inks.map((ink) => Array.from(network.forward(chain, ink).logits));
    for (const {{ ids, hold }} of given.silent) made.silence(ids.map((id) => places.get(id)), hold);
    for (const [from, to] of given.edges) {{
      const [source, target] = [places.get(from), places.get(to)];
      const {{ fanOut }} = chain[source.column];
      made.cut({{ layer: source.column, index: source.unit * fanOut + target.unit }});
    }}
    fold();
    const cut = logits();
    made.restore();
    fold();
    const restored = logits();
    made.undo();
    fold();
    const again = logits();
    while (made.undo()) fold();
    fold();
    return {{ cut, restored, again, whole: logits(), isEmpty: made.isEmpty }};
"""


def dense() -> Network:
    return build_mlp((9, 5), rng=np.random.default_rng(2))


def cut_in_page(js: RunJs, network: Network, silent: list[dict[str, object]], edges: list[object]):  # type: ignore[no-untyped-def]
    inks = INKS.tolist()
    return js(CUT, payload=payload_of(network), inks=inks, silent=silent, edges=edges)


@pytest.mark.parametrize("make", [dense, small_cnn])
@pytest.mark.parametrize("hold", ["zero", "average"])
def test_units_taken_out_give_the_logits_of_ablate(
    js: RunJs, make: Callable[[], Network], hold: str
) -> None:
    network = make()
    network.usual = measure_usual(network, INKS)
    hidden = columns(network)[1:-1]
    units = [f"{column.key}:{unit}" for column in hidden for unit in (1, column.n_units - 1)]
    result = cut_in_page(js, network, [{"ids": units, "hold": hold}], [])
    expected = ns.ablate(network, units=units, value=hold).in_double_precision().logits(INKS)
    whole = network.in_double_precision().logits(INKS)
    np.testing.assert_allclose(result["cut"], expected, atol=2e-5)
    assert np.abs(expected - whole).max() > 1e-2
    assert result["again"] == result["cut"]
    assert result["restored"] == result["whole"]
    assert result["isEmpty"]
    np.testing.assert_allclose(result["whole"], whole, atol=2e-5)


@pytest.mark.parametrize("make", [dense, small_cnn])
def test_edges_taken_out_give_the_logits_of_ablate(js: RunJs, make: Callable[[], Network]) -> None:
    network = make()
    keys = [column.key for column in columns(network)]
    edges = [[f"{keys[n]}:2", f"{keys[n + 1]}:{n}"] for n in range(1, len(keys) - 1)]
    result = cut_in_page(js, network, [], list(edges))
    expected = ns.ablate(network, edges=[(a, b) for a, b in edges])
    np.testing.assert_allclose(
        result["cut"], expected.in_double_precision().logits(INKS), atol=2e-5
    )


def test_the_last_way_of_holding_counts(js: RunJs) -> None:
    network = dense()
    network.usual = measure_usual(network, INKS)
    silent = [{"ids": ["h1:0"], "hold": "zero"}, {"ids": ["h1:0"], "hold": "average"}]
    result = cut_in_page(js, network, list(silent), [])
    expected = ns.ablate(network, units=["h1:0"], value="average").in_double_precision()
    np.testing.assert_allclose(result["cut"], expected.logits(INKS), atol=2e-5)


def test_twenty_edges_cost_what_they_cost_in_python(js: RunJs) -> None:
    """A page measures by digits of another seed than any that it learns from.

    Of twenty units it does the same, see test_js_evidence.
    """
    network = ns.load_network(SHIPPED)
    images, labels = pen_digits(1000, rng=np.random.default_rng([0, 1]))
    rng = np.random.default_rng(4)
    units = [f"h1:{rng.integers(128)}", f"h2:{rng.integers(64)}"]
    last = network.dense_layers()[-1].params["W"]
    strongest = np.argsort(-np.abs(last), axis=None)[:20].tolist()
    edges = [(f"h2:{index // 10}", f"output:{index % 10}") for index in strongest]
    said = js(
        f"""{READ}
        const made = new cuts.Cuts(chain);
        const right = () => {{
          chain.forEach((layer) => layers.fold(layer));
          return exam.exam(chain).right;
        }};
        const left = [];
        for (const [n, [column, unit]] of given.units.entries()) {{
          made.silence([{{ column, unit }}], cuts.HOLDS[n % 2]);
          left.push(right());
          made.restore();
        }}
        for (const index of given.edges) {{
          made.cut({{ layer: 2, index }});
          left.push(right());
          made.restore();
        }}
        return [...left, right()];
        """,
        payload=payload_of(network),
        units=[[int(unit[1]), int(unit[3:])] for unit in units],
        edges=strongest,
    )
    left = [ns.ablate(network, units=[u], value=HOLDS[n % 2]) for n, u in enumerate(units)]
    left += [*(ns.ablate(network, edges=[edge]) for edge in edges), network]
    inks = images.reshape(1000, -1)
    assert said == [np.count_nonzero(one.predict(inks) == labels) for one in left]
    assert len(set(said)) > 3  # they do cost something
