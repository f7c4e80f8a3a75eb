"""A page with its network's training goes back to any moment of it, in everything it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import OpenPage
from javascript import READ, RunJs, payload_of
from packed_page import payload_in
from small_cnn import small_cnn
from small_education import small_education

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.formats.history import history_path, read_history
from neuroscribble.nn.checkpoints import Checkpoint, Education
from viz.diagram.history import history_payload, moment_payload, quantized, restored
from viz.page.packing import as_json
from viz.page.page import network_page
from viz.page.server import Hub, PageServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHIPPED = Path(__file__).parents[2] / "weights.npz"


# ---------------------------------------------------------------- the arithmetic, in Node


def test_javascript_restores_every_weight_to_the_bit(js: RunJs) -> None:
    network, education = small_education()
    payload = {**payload_of(network), "history": history_payload(education, network)}
    found = js(
        f"""{READ}
        const past = new history.Past(given.payload.history, chain);
        return [0, 3, past.last].map((i) => past.at(i).map(({{ params }}) => [params.W, params.b]));
        """,
        payload=payload,
    )
    for index, layers in zip((0, 3, -1), found, strict=True):
        past = education.network_at(index, network)
        for layer, (W, b) in zip(past.dense_layers(), layers, strict=True):
            exact = layer.params["W"]
            expected = exact if index == -1 else restored(*quantized(exact))
            assert np.array_equal(np.float32(W), expected.ravel())
            assert np.array_equal(np.float32(b), layer.params["b"])


def test_convolutions_and_normalizations_have_a_past_too(js: RunJs) -> None:
    """Statistics that batch normalization counts are part of what a network was."""
    network = small_cnn()
    rng = np.random.default_rng(3)
    young = network.copy(dtype=np.float32)
    for W in young.named_params().values():
        W *= rng.uniform(-1, 1, W.shape)
    for counted in young.named_statistics().values():
        counted *= 2
    moments = (young.parameters.flat, network.parameters.flat)
    class_accuracy = np.zeros(10, np.float32)
    education = Education(
        tuple(Checkpoint(n, flat, 1, 0, class_accuracy) for n, flat in enumerate(moments)),
        steps_per_epoch=1,
        measured_on="nothing",
        n=1,
    )
    told = history_payload(education, network)
    ink = pen_digits(1, rng=rng)[0][0]
    found = js(
        f"""{READ}
        const past = new history.Past(given.payload.history, chain);
        return past.readings(given.ink).map((probabilities) => [...probabilities]);
        """,
        payload={**payload_of(network), "history": told},
        ink=ink,
    )
    expected = [education.network_at(n, network).probabilities(ink[None])[0] for n in (0, 1)]
    assert np.abs(found[1] - expected[1]).max() < 1e-5
    assert np.abs(found[0] - expected[0]).max() < 2 * told["error"] + 1e-5
    assert np.abs(expected[0] - expected[1]).max() > 0.05


def test_when_an_answer_is_learned(js: RunJs) -> None:
    readings = [[0.6, 0.4], [0.3, 0.7], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8]]
    learned = "history.learnedAt(given.readings, given.k)"
    assert js(learned, readings=readings, k=1) == {"first": 1, "forGood": 3}
    assert js(learned, readings=readings, k=0) == {"first": 0, "forGood": None}
    assert js(learned, readings=readings[:1], k=1) == {"first": None, "forGood": None}


def test_classes_are_sorted_by_when_they_were_learned(js: RunJs) -> None:
    accuracies = [[0, 0, 0, 0], [0, 1, 0, 0], [1, 0.5, 0, 0.95], [1, 1, 0, 1]]
    order = js("history.learningOrder(given.accuracies, 0.9)", accuracies=accuracies)
    assert order == [
        {"k": 1, "first": 1, "forgotten": [2]},
        {"k": 0, "first": 2, "forgotten": []},
        {"k": 3, "first": 2, "forgotten": []},
        {"k": 2, "first": None, "forgotten": []},
    ]


# ---------------------------------------------------------------- the page, in a browser


@pytest.fixture(scope="module")
def shipped() -> tuple[ns.Network, Education]:
    """The network that comes along, and its training; refused if one is not the other's."""
    network = ns.load_network(SHIPPED)
    return network, read_history(history_path(SHIPPED), network)


@pytest.fixture(scope="module")
def path(shipped: tuple[ns.Network, Education], tmp_path_factory: pytest.TempPathFactory) -> Path:
    network, education = shipped
    path = tmp_path_factory.mktemp("history") / "network.html"
    path.write_text(network_page(network, education=education), encoding="utf-8")
    return path


@pytest.fixture
def page(path: Path, open_page: OpenPage) -> Page:
    page = open_page(path, width=1366, height=768)
    page.evaluate("neuroscribble.ready")
    return page


def probabilities(page: Page, ink: np.ndarray) -> np.ndarray:
    found = page.evaluate("(ink) => [...neuroscribble.forward(ink).probabilities]", ink.tolist())
    return np.array(found)


@pytest.mark.browser
def test_everything_goes_back_to_a_moment_and_forth_again(
    page: Page, path: Path, shipped: tuple[ns.Network, Education]
) -> None:
    network, education = shipped
    assert path.stat().st_size <= 6e6
    last = len(education.checkpoints) - 1
    ink = pen_digits(1, rng=np.random.default_rng(8))[0][0]
    error = history_payload(education, network)["error"]
    history: Callable[[str], Any] = lambda call: page.evaluate(f"neuroscribble.history.{call}")  # noqa: E731
    assert (history("count()"), history("index()")) == (last + 1, last)
    checked = page.evaluate("neuroscribble.selfCheck()")
    calibrated = page.evaluate("[...neuroscribble.confidence().calibrated]")
    for index in (0, 4, last):
        moment = history(f"at({index})")
        checkpoint = education.checkpoints[index]
        assert (moment["index"], moment["step"]) == (index, checkpoint.step)
        assert (moment["loss"], moment["accuracy"]) == (checkpoint.loss, checkpoint.accuracy)
        assert history("index()") == index
        matrices = education.network_at(index, network).dense_layers()
        n_edges = sum(int(np.count_nonzero(layer.params["W"])) for layer in matrices)
        assert page.evaluate("neuroscribble.fidelity().totalEdges") == n_edges
        expected = education.network_at(index, network).probabilities(ink[None])[0]
        allowed = 1e-5 if index == last else 2 * error  # of other inputs than this
        assert np.abs(probabilities(page, ink) - expected).max() <= allowed
        assert page.evaluate("neuroscribble.selfCheck()") == checked  # of the file, always
        unknown = page.evaluate("neuroscribble.confidence().calibrated") is None
        assert unknown == (index != last)
        caption, badge = page.inner_text("#caption"), page.inner_text("#badge")
        assert (education.measured_on in caption) == (index != last)
        assert badge.startswith("✓ Checked" if index == last else "The network ")
    assert page.evaluate("[...neuroscribble.confidence().calibrated]") == calibrated


@pytest.mark.browser
def test_the_ribbon_is_scrubbed_and_a_lesson_begins_where_it_stands(
    page: Page, shipped: tuple[ns.Network, Education]
) -> None:
    _, education = shipped
    handle = page.locator("#ribbon input")
    handle.focus()
    handle.press("Home")
    page.wait_for_function("neuroscribble.history.index() === 0")
    assert page.inner_text("#ribbon .moment b") == "Before its training"
    handle.press("ArrowRight")
    handle.press("ArrowRight")
    page.wait_for_function("neuroscribble.history.index() === 2")
    spoken = handle.get_attribute("aria-valuetext")
    assert spoken == f"after 2 steps: {education.checkpoints[2].accuracy:.1%} read right".replace(
        "%", "\u00a0%"
    )
    weights = "neuroscribble.weights().map(({ W }) => W.reduce((sum, w) => sum + w, 0))"
    before = page.evaluate(weights)
    page.evaluate("neuroscribble.teach(7)")
    assert page.evaluate(weights) != before
    page.evaluate("neuroscribble.reset()")
    assert page.evaluate(weights) == before
    page.locator("#ribbon button").click()  # it plays, to the end
    page.wait_for_function("neuroscribble.history.index() > 2")
    page.locator("#ribbon button").click()
    assert page.locator("#ribbon button").get_attribute("aria-label") == "Play the training"


@pytest.mark.browser
def test_your_digit_through_its_education(
    page: Page, shipped: tuple[ns.Network, Education]
) -> None:
    network, education = shipped
    page.get_by_role("tab", name="Past").click()
    ink = np.array(page.evaluate("[...neuroscribble.input()]"), np.float32)
    answers = [
        int(education.network_at(index, network).predict(ink[None])[0])
        for index in range(len(education.checkpoints))
    ]
    learned = [
        next(i for i, one in enumerate(education.checkpoints) if one.class_accuracy[k] >= 0.9)
        for k in range(10)
    ]
    earliest, latest = (
        ", ".join(str(k) for k in range(10) if learned[k] == moment)
        for moment in (min(learned), max(learned))
    )
    order = f"It learned {earliest} first and {latest} last: 90\u00a0% of each read."
    assert order in page.inner_text("#panel")
    first = answers.index(answers[-1])
    marked = page.evaluate(
        "[...document.querySelectorAll('.strip .first')].map((cell) => [cell.cellIndex - 1, "
        "cell.parentElement.rowIndex - 1])"
    )
    assert marked == [[first, answers[-1]]]
    never = next(k for k in range(10) if k not in answers)
    page.get_by_label("This is").select_option(str(never))
    assert f"It never read this as {never}." in page.inner_text("#panel")
    page.locator(".strip tr:nth-child(3) td").nth(1).click()
    assert page.evaluate("neuroscribble.history.index()") == 1


@pytest.mark.browser
def test_wrong_moments_get_one_sentence(page: Page) -> None:
    last = page.evaluate("neuroscribble.history.count()") - 1
    beyond = str(last + 1)
    for wrong, got in (("-1", "-1"), (beyond, beyond), ("'0'", '"0"'), ("", "undefined")):
        said = page.evaluate(
            f"(() => {{ try {{ neuroscribble.history.at({wrong}) }}"
            " catch (e) { return e.message } })()"
        )
        assert said == f"history.at: i must be the index of a moment, 0 … {last}; got {got}."
    assert page.evaluate("neuroscribble.history.index()") == last


@pytest.mark.browser
def test_a_link_keeps_the_moment(page: Page, path: Path, open_page: OpenPage) -> None:
    last = page.evaluate("neuroscribble.history.index()")
    assert "moment=" not in page.evaluate("neuroscribble.hash()")  # that of the file needs no word
    page.evaluate("neuroscribble.history.at(0)")
    link = page.evaluate("neuroscribble.hash()")
    again = open_page(path, width=1366, height=768)
    for wrong in (f"moment={last + 1}", "moment=-1", "moment=1.5", "moment="):
        again.evaluate("(hash) => { window.location.hash = hash }", wrong)
    again.wait_for_function("window.location.hash === '#moment='")
    assert again.evaluate("neuroscribble.history.index()") == last
    again.evaluate("(hash) => { window.location.hash = hash }", link)
    again.wait_for_function("neuroscribble.history.index() === 0")
    assert again.evaluate("neuroscribble.hash()") == link
    assert again.inner_text("#ribbon .moment b") == "Before its training"


def test_a_page_without_a_training_has_no_ribbon() -> None:
    assert "history" not in payload_in(network_page(ns.load_network(SHIPPED)))


# ---------------------------------------------------------------- a training, watched live


@pytest.mark.browser
def test_a_live_page_shows_what_its_server_tells(browser: Browser) -> None:
    network, education = small_education()
    first = education.network_at(0, network)
    hub = Hub()
    server = PageServer(network_page(first, watch=True), hub)
    page = browser.new_page()
    try:
        page.goto(server.address)
        page.evaluate("neuroscribble.ready")
        facts = {"epoch": 2, "epochs": 6, "step": 40, "steps": 132}
        curves = {"losses": [2.3, 1.1], "accuracies": [0.5]}
        moment = moment_payload(network, network.usual)
        hub.publish(as_json({**facts, **curves, "moment": moment}).encode())
        badge = "document.querySelector('#badge').textContent"
        page.wait_for_function(f"{badge} === 'Live: epoch 2 of 6'")
        ink = pen_digits(1, rng=np.random.default_rng(8))[0][0]
        expected = network.probabilities(ink[None])[0]
        assert np.abs(probabilities(page, ink) - expected).max() < 0.01
        said = page.inner_text("#ribbon .moment")
        assert "Step 40 of 132, loss 1.100, 50.0\u00a0% of the digits held out read." in said
    finally:
        page.close()
        server.close()
