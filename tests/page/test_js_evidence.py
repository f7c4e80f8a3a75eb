"""What is measured in the page of units, errors and cuts: the numbers of Python, exactly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from javascript import READ, RunJs, payload_of
from pen_paper import paper
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.ablation import HOLDS, measure_ablations
from neuroscribble.explain.cut_curve import FRACTIONS, ORDERS, cut_curve
from neuroscribble.explain.evidence import unit_evidence
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network
from neuroscribble.training.calibration import calibrated_probabilities, reliability
from neuroscribble.training.metrics import confusion_matrix
from viz.diagram.evidence import evidence_payload
from viz.diagram.facts import stored_confusion

SHIPPED = Path(__file__).parents[2] / "weights.npz"
ASK = f"""{READ}
    const ask = (order, given) => questions.QUESTIONS[order]({{
      layers: chain, revision: 1, readsDigits: true, isUnchanged: true, classes: 10, ...given }});
    const asPlain = (one) => JSON.parse(JSON.stringify(one));
    const these = given.inks && {{ name: "these", inks: given.inks, labels: given.labels }};
    questions.QUESTIONS.carry({{ digits: these ?? null }});
"""


def few(n: int) -> NamedDigits:
    """The first of the digits that a page asks."""
    digits = paper().digits
    return NamedDigits("pen digits", Digits(digits.images[:n], digits.labels[:n]))


def shipped() -> Network:
    return ns.load_network(SHIPPED)


def small_maps() -> Network:
    network = small_cnn()
    network.usual = measure_usual(network, few(100).digits.images)
    return network


def carry(digits: NamedDigits) -> dict[str, object]:
    return {"inks": digits.digits.images.ravel(), "labels": digits.digits.labels.tolist()}


@pytest.mark.parametrize(
    ("make", "units", "n"),
    [(shipped, ["h1:43", "h1:7", "h2:13"], 300), (small_maps, ["h1:1", "h2:0", "h3:2"], 60)],
    ids=["shipped", "maps"],
)
def test_the_evidence_of_a_unit_is_pythons(
    js: RunJs, make: Callable[[], Network], units: list[str], n: int
) -> None:
    network, digits = make(), few(n)
    said = js(
        f"""{ASK}
        return given.units.map(([column, unit]) => {{
          const one = ask("unit", {{ column, unit }});
          const indices = (shown) => shown.map(({{ index }}) => index);
          return asPlain({{ ...one, most: indices(one.most), around: indices(one.around) }});
        }});
        """,
        payload=payload_of(network),
        units=[[int(unit[1]), int(unit[3:])] for unit in units],
        **carry(digits),
    )
    images, labels = digits.digits.images, digits.digits.labels
    whole = network.predict(images)
    for unit, one in zip(units, said, strict=True):
        found = unit_evidence(network, unit, digits)
        assert one["most"] == found.most.tolist()
        assert one["around"] == found.around.tolist()
        assert one["silent"] == found.silent
        assert one["histogram"] == found.histogram.tolist()
        np.testing.assert_allclose(one["ends"], found.ends, atol=1e-5)
        np.testing.assert_allclose(one["means"], found.means, atol=1e-5)
        np.testing.assert_allclose(one["pushes"], found.pushes, atol=1e-4)
        assert (one["twin"] or {}).get("unit") == found.twin
        assert (one["twin"] or {"likeness": 0})["likeness"] == pytest.approx(found.likeness)
        for hold in HOLDS:
            answers = ns.ablate(network, units=[unit], value=hold).predict(images)
            right = np.bincount(labels[answers == labels], minlength=10)
            assert one["without"][hold]["correct"] == right.tolist()
            assert one["without"][hold]["changed"] == np.count_nonzero(answers != whole)


def test_twenty_units_cost_the_same_in_page_payload_and_ablate(js: RunJs) -> None:
    network, digits = shipped(), paper()
    images, labels = digits.digits.images, digits.digits.labels
    told = measure_ablations(network, digits)
    said = js(
        f"{ASK} return [1, 2].map((column) => asPlain(ask('column', {{ column }})))",
        payload=payload_of(network),
    )
    for key, one in zip(("h1", "h2"), said, strict=True):
        assert one["ablations"]["changed"] == told["changed"][key]  # of every unit, both ways
        assert one["ablations"]["correct"] == told["correct"][key]
        assert (one["n"], one["whole"], one["counts"]) == (1000, told["whole"], told["labels"])
    rng = np.random.default_rng(5)
    for column in (1, 2):
        for unit in rng.choice(64, 10, replace=False):
            hold = HOLDS[unit % 2]
            left = ns.ablate(network, units=[f"h{column}:{unit}"], value=hold).predict(images)
            right = np.bincount(labels[left == labels], minlength=10)
            assert said[column - 1]["ablations"]["correct"][hold][unit] == right.tolist()


def test_what_would_take_too_long_is_not_begun(js: RunJs) -> None:
    """Without each of 16 maps a page would do 100 forward passes twice, nearly from the start."""
    network = ns.load_network(SHIPPED.with_name("cnn.npz"))
    said = js(
        f"""{READ}
        const few = {{ layers: chain, n: 100, traces: [], answers: [], rightOf: () => [] }};
        return [1, 6].map((column) => ablation.measureColumn(few, column));
        """,
        payload=payload_of(network),
    )
    assert said[0] is None
    assert len(said[1]["changed"]["zero"]) == 128


@pytest.mark.parametrize("hold", HOLDS)
def test_how_much_can_be_cut_is_pythons(js: RunJs, hold: str) -> None:
    network, digits = shipped(), few(100)
    said = js(
        f"""{ASK}
        return fractions.ORDERS.map((order) => fractions.FRACTIONS.map((fraction) =>
          ask("keep", {{ order, fraction, hold: given.hold }}).right));
        """,
        payload=payload_of(network),
        hold=hold,
        **carry(digits),
    )
    assert said == [cut_curve(network, digits, order=order, value=hold) for order in ORDERS]
    assert [len(curve) for curve in said] == [len(FRACTIONS)] * 3


def test_confusion_and_reliability_are_pythons(js: RunJs) -> None:
    network, digits = shipped(), paper()
    images, labels = digits.digits.images, digits.digits.labels
    said = js(
        f"""{ASK}
        const errors = ask("errors", {{ temperature: given.temperature }});
        const cell = ask("cell", {{ temperature: given.temperature, label: 7, answer: 1 }});
        return asPlain([errors, cell.total, cell.digits.map(({{ index }}) => index)]);
        """,
        payload=payload_of(network),
        temperature=network.meta["temperature"],
    )
    errors, total, indices = said
    answers = network.predict(images)
    probabilities = calibrated_probabilities(network, images)
    found = reliability(probabilities, labels)
    assert errors["confusion"] == confusion_matrix(answers, labels, n_classes=10).tolist()
    assert (errors["counts"], errors["right"]) == (found.counts.tolist(), found.right.tolist())
    np.testing.assert_allclose(errors["confidence"], found.confidence, atol=1e-3)
    assert errors["error"] == pytest.approx(found.error, abs=1e-5)
    cell = np.flatnonzero((labels == 7) & (answers == 1))
    assert total == len(cell) > 1
    assert indices == sorted(cell, key=lambda index: -probabilities[index].max())


def test_stored_answers_are_taken_while_the_network_is_the_files(js: RunJs) -> None:
    """Those of many images, of which a network of maps reads only some in the page."""
    from neuroscribble.explain.findings import find

    network, digits = small_maps(), few(150)
    quantized = np.rint(digits.digits.images * 255) / np.float32(255)
    digits = NamedDigits("pen digits", Digits(quantized, digits.digits.labels))
    evidence = evidence_payload(find(network, digits), network)
    said = js(
        f"""{ASK}
        return carried.carriedDigits(given.evidence).then((digits) => {{
          questions.QUESTIONS.carry({{ digits }});
          const errors = (isUnchanged) => ask("errors", {{ temperature: null, isUnchanged }});
          return asPlain([errors(true), errors(false), ask("column", {{ column: 1 }})]);
        }});
        """,
        payload=payload_of(network),
        evidence=evidence,
    )
    answers = network.predict(quantized)
    for one, n in zip(said[:2], (150, 100), strict=True):
        assert one["n"] == n
        labels = digits.digits.labels[:n]
        assert one["confusion"] == confusion_matrix(answers[:n], labels, n_classes=10).tolist()
    assert said[2]["ablations"] == evidence["ablations"]["columns"][0]
    assert said[2]["n"] == evidence["ablations"]["n"]


@pytest.mark.parametrize(
    ("confusion", "is_told"),
    [
        ([[3, 1], [0, 4]], True),
        ([[3, 1]], False),
        ([[3, 1], [0, 4, 2]], False),
        ([[3, -1], [0, 4]], False),
        ([[3, 1.5], [0, 4]], False),
        ("many", False),
        (None, False),
    ],
)
def test_the_matrix_of_the_trainings_test_is_told_where_it_makes_sense(
    js: RunJs, confusion: object, is_told: bool
) -> None:
    meta = {"test": {"accuracy": 0.875, "name": "points", "n": 8}, "confusion": confusion}
    layers = {"dense1": Dense(2, 2, rng=np.random.default_rng(0))}
    network = Network(layers, input_shape=(2,), class_names="ab", meta=meta)
    expected = confusion if is_told else None
    assert stored_confusion(network) == expected
    said = js("facts.factsOf(given.meta, 'softmax', 'rows', [1, 2], 2).confusion", meta=meta)
    assert said == expected
    del network.meta["test"]
    assert stored_confusion(network) is None
