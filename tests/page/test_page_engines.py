"""The page in other engines: what Chromium shows, Firefox and Safari's show as quietly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import HOW_TO_GET_ENGINES
from firefox import Firefox
from learned import learned_by
from small_cnn import small_cnn
from webkit import WebKit, find_webkit

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.links import links
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.nn.network import Network
from neuroscribble.training.loop import SCHEDULES, evaluate_loss, train_step
from neuroscribble.training.optimizers import Adam, RMSProp

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
Engine = Firefox | WebKit
# name → the network, its page, the number of its edges
NETWORKS: dict[str, tuple[Callable[[], Network], str, int]] = {
    "dense": (lambda: ns.load_network(ROOT / "weights.npz"), "weights", 109_184),
    "maps": (small_cnn, "small cnn", 688),
}
CLOSE = 1e-4  # largest difference from NumPy that counts as the same

STROKE = """(async () => {
  neuroscribble.clear();
  const cleared = neuroscribble.answer();
  const pad = document.getElementById("pad");
  const { left, top, width, height } = pad.getBoundingClientRect();
  const point = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, bubbles: true, clientX: left + x * width, clientY: top + y * height }));
  point("pointerdown", 0.5, 0.15);
  for (const y of [0.3, 0.45, 0.6, 0.75]) point("pointermove", 0.5, y);
  point("pointerup", 0.5, 0.85);
  await new Promise(requestAnimationFrame);
  const drawn = neuroscribble.answer();
  document.getElementById("undo").click();
  return JSON.stringify({ cleared, drawn, undone: neuroscribble.answer() });
})()"""
ALL_EDGES = """(async () => {
  neuroscribble.setChoice("now");
  await neuroscribble.painted();
  neuroscribble.setTopK("all"); // last: WebKit paints them all on the processor
  await neuroscribble.painted();
  return JSON.stringify(neuroscribble.fidelity());
})()"""
PICKED = """(() => {
  neuroscribble.select("h1:5");
  const panel = document.getElementById("panel").innerText;
  return JSON.stringify({ selection: neuroscribble.selection(), panel });
})()"""
ANSWER = """((ink) => {
  neuroscribble.setInk(ink);
  return JSON.stringify([...neuroscribble.sums().at(-1).activation]);
})"""
WEIGHTS = """(async () => {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  tabs.find(({ textContent }) => textContent === "Weights").click();
  const plate = document.querySelector(".plate");
  for (let i = 0; i < 300 && plate.getAttribute("aria-busy") === "true"; i++) {
    await new Promise(requestAnimationFrame);
  }
  const canvas = plate.querySelector("canvas");
  const { left, top } = canvas.getBoundingClientRect();
  const at = { clientX: left + 12, clientY: top + 12, bubbles: true };
  canvas.dispatchEvent(new PointerEvent("pointermove", at));
  const readout = plate.querySelector(".readout").textContent;
  tabs[0].click();
  return JSON.stringify({ busy: plate.getAttribute("aria-busy"), readout });
})()"""
TAUGHT = """(() => {
  neuroscribble.teach(4);
  return JSON.stringify(neuroscribble.weights().map((params) =>
    Object.fromEntries(Object.entries(params).map(([name, array]) => [name, [...array]]))));
})()"""


@pytest.fixture(scope="module")
def webkit() -> Iterator[WebKit]:
    program = find_webkit()
    if program is None:
        pytest.skip(f"WebKit not found: {HOW_TO_GET_ENGINES['WebKit']}")
    with WebKit(program) as driven:
        yield driven


@pytest.fixture(scope="module", params=["Firefox", "WebKit"])
def engine(request: pytest.FixtureRequest) -> Engine:
    driven: Engine = request.getfixturevalue(request.param.lower())
    return driven


@pytest.mark.parametrize("name", NETWORKS)
def test_the_main_path_is_quiet_and_gives_numpys_numbers(
    name: str, engine: Engine, page_files: Callable[[str], Path]
) -> None:
    make, page, n_edges = NETWORKS[name]
    network = make()
    engine.open(page_files(page))
    engine.evaluate("neuroscribble.ready.then(() => 'null')")
    check = engine.evaluate("JSON.stringify(neuroscribble.selfCheck())")
    assert check["cases"] == 50
    assert check["maxError"] <= CLOSE
    a_hand_draws_and_undoes(engine, network)
    drawings_are_answered_as_python_does(engine, network)
    weights = engine.evaluate(WEIGHTS)
    assert weights["busy"] == "false"
    assert ": weight " in weights["readout"]
    assert engine.evaluate(ALL_EDGES)["drawnEdges"] == n_edges
    picked = engine.evaluate(PICKED)
    assert picked["selection"] == "h1:5"
    assert "The sum behind this" in picked["panel"]
    a_lesson_is_the_rmsprop_step_of_python(engine, network)
    if name == "dense":
        it_learns_from_noise_as_python_does(engine)
    assert engine.complaints() == []


def a_hand_draws_and_undoes(engine: Engine, network: Network) -> None:
    answers = engine.evaluate(STROKE)
    assert answers["cleared"] is None
    assert answers["drawn"] in network.class_names
    assert answers["undone"] is None


def drawings_are_answered_as_python_does(engine: Engine, network: Network) -> None:
    images, _ = pen_digits(5, rng=np.random.default_rng(3))
    for ink, expected in zip(images, network.probabilities(images), strict=True):
        got = engine.evaluate(f"{ANSWER}({ink.tolist()})")
        np.testing.assert_allclose(got, expected, atol=CLOSE)


def a_lesson_is_the_rmsprop_step_of_python(engine: Engine, network: Network) -> None:
    """Of the last drawing."""
    images, _ = pen_digits(5, rng=np.random.default_rng(3))
    taught = network.in_double_precision()
    optimizer, gradient = RMSProp(), taught.new_gradient()
    trace = taught.forward(images[-1:])
    taught.backward(cross_entropy(trace.logits, np.array([4]))[1], trace, gradient)
    optimizer.step(taught.parameters.flat, gradient.flat)
    for ours, theirs in zip(engine.evaluate(TAUGHT), links(taught), strict=True):
        learned = learned_by(theirs)
        assert ours.keys() == learned.keys()
        for key, values in ours.items():
            np.testing.assert_allclose(values, learned[key].ravel(), atol=1e-6)


def it_learns_from_noise_as_python_does(engine: Engine) -> None:
    """In a worker, from a file: two steps, and what they are worth on held-out digits."""
    told = engine.evaluate("neuroscribble.learn.step(2).then(JSON.stringify)")
    network = ns.build_mlp((128, 64), rng=np.random.default_rng(7))
    network.upright, network.even = (28, 28), True  # as the included network is
    digits, optimizer, gradient = np.random.default_rng(7), Adam(2e-3), network.new_gradient()
    for step in range(2):
        images, labels = pen_digits(64, rng=digits)
        optimizer.learning_rate = 2e-3 * SCHEDULES["cosine"](step / 1800)
        train_step(
            network, images, labels, loss=cross_entropy, optimizer=optimizer, gradient=gradient
        )
    held_out = Digits(*pen_digits(1000, rng=np.random.default_rng([7, 1])))
    loss, accuracy = evaluate_loss(network, held_out, loss=cross_entropy)
    assert told["step"] == 2
    assert told["heldOutLoss"] == pytest.approx(loss, abs=CLOSE)
    assert told["heldOut"] == pytest.approx(accuracy, abs=0.0011)
