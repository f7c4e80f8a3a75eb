"""The page learns: from noise, in a worker, and everything shown follows; bad ends are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from command_line import succeed
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SEED = 7  # the usual one
HELD_OUT = [SEED, 1]
# Of all rules only that of contrast sees colors: in the dark it is tried alone.
RULES: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of a network of few units, so that steps are quick."""
    network = ns.build_mlp((16,), rng=np.random.default_rng(2))
    path = tmp_path_factory.mktemp("learning") / "network.html"
    path.write_text(network_page(network, weights_name="mine.npz"), encoding="utf-8")
    return path


@pytest.fixture
def page(path: Path, open_page: OpenPage) -> Page:
    return opened(path, open_page)


def opened(path: Path, open_page: OpenPage, *, tab: bool = True) -> Page:
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    if tab:
        page.get_by_role("tab", name="Learn").click()
    return page


def state(page: Page) -> dict[str, Any]:
    told: dict[str, Any] = page.evaluate("neuroscribble.learn.state()")
    return told


def saved(page: Page, kind: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=f".{kind}", exact=True).click()
    path = folder / f"learned.{kind}"
    download.value.save_as(path)
    return path


def test_it_learns_from_noise_and_what_it_learned_is_evaluated_as_in_the_page(
    page: Page, tmp_path: Path
) -> None:
    assert len(page.workers) == 1  # that of the edges: nobody has asked for more
    drawn = page.evaluate("Array.from(neuroscribble.input())")
    first = page.evaluate("neuroscribble.learn.step(1)")
    last = page.evaluate("neuroscribble.learn.step(150)")
    assert (first["step"], last["step"]) == (1, 151)
    assert first["heldOut"] < 0.3
    assert last["heldOut"] > 0.6
    assert last["loss"] < 1.5
    assert not last["isRunning"]
    assert page.evaluate("Array.from(neuroscribble.input())") == drawn
    assert "Step 151" in page.inner_text("#panel")
    assert "unseen pen digits right" in page.inner_text("#caption")
    images, labels = pen_digits(1000, rng=np.random.default_rng(HELD_OUT))
    network = ns.load_network(saved(page, "npz", tmp_path))
    for ours, theirs in zip(
        page.evaluate("neuroscribble.weights().map(({ W }) => Array.from(W))"),
        network.dense_layers(),
        strict=True,
    ):
        assert np.array_equal(np.float32(ours), theirs.params["W"].ravel())
    digits = tmp_path / "held-out.npz"
    np.savez(
        digits, x_test=(images * 255).round().astype(np.uint8).reshape(-1, 28, 28), y_test=labels
    )
    told = json.loads(
        succeed("evaluate", "--weights", tmp_path / "learned.npz", "--data", digits, "--json")
    )
    assert told["accuracy"] == pytest.approx(last["heldOut"], abs=0.002)
    assert (network.probabilities(images).argmax(1) == labels).mean() == pytest.approx(
        last["heldOut"], abs=0.0011
    )
    page.get_by_role("button", name="Back to mine.npz").click()
    page.wait_for_function("document.querySelector('#badge').textContent.startsWith('✓')")


def test_other_sizes_and_functions_have_a_picture_of_their_own_and_are_saved(
    page: Page, tmp_path: Path
) -> None:
    asked = {"hidden": [9, 8, 7], "activation": "tanh", "optimizer": "momentum", "rate": 0.02}
    page.evaluate("(asked) => neuroscribble.learn.start(asked)", asked)
    page.wait_for_function("neuroscribble.learn.state().step > 20")
    assert page.evaluate("neuroscribble.learn.pause()")["isRunning"] is False
    assert page.title() == "784 → 9 → 8 → 7 → 10, learning"
    images, _ = pen_digits(5, rng=np.random.default_rng(3))
    read = page.evaluate(
        "(inks) => inks.map((ink) => Array.from(neuroscribble.forward(ink).probabilities))",
        images.tolist(),
    )
    for kind in ("npz", "json"):
        network = ns.load_network(saved(page, kind, tmp_path))
        assert network.layer_sizes == (784, 9, 8, 7, 10)
        np.testing.assert_allclose(network.probabilities(images), read, atol=1e-5)
    page.get_by_label("Hidden sizes").fill("")
    page.get_by_label("Hidden sizes").press("Enter")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.title === '784 → 10, learning'")


# A worker whose last answer arrives once more, behind the order to begin anew.
LATE = """() => {
  window.Worker = class extends Worker {
    set onmessage(hear) {
      this.hear = hear;
      super.onmessage = ({ data }) => {
        this.late = { ...data, params: data.params?.slice() };
        hear({ data });
      };
    }
    postMessage(message) {
      super.postMessage(message);
      if (message.order === "begin" && this.late) setTimeout(() => this.hear({ data: this.late }));
    }
  };
}"""


def test_a_new_beginning_while_it_learns_hears_nothing_of_the_old(page: Page) -> None:
    page.evaluate(LATE)
    for size in (30, 8, 16):
        page.evaluate("(size) => neuroscribble.learn.start({ hidden: [size] })", size)
        page.wait_for_function("neuroscribble.learn.state().step > 0")
        assert page.title() == f"784 → {size} → 10, learning"
    assert page.evaluate("neuroscribble.learn.pause()")["trouble"] is None


def test_the_same_seed_is_the_same_run(page: Page) -> None:
    runs = []
    for _ in range(2):
        page.evaluate("neuroscribble.learn.step(3)")
        runs.append(page.evaluate("neuroscribble.weights().map(({ W }) => Array.from(W))"))
        assert page.evaluate("neuroscribble.learn.reset()")["step"] == 0
    assert runs[0] == runs[1]


def test_an_explosion_stops_is_told_and_can_be_left(page: Page) -> None:
    wild = {"optimizer": "sgd", "rate": 100, "schedule": "constant"}
    page.evaluate("(asked) => neuroscribble.learn.start(asked)", wild)
    page.wait_for_function("neuroscribble.learn.state().trouble !== null")
    told = state(page)
    assert told["isOver"]
    assert told["trouble"].startswith(f"At step {told['step']} the loss ")
    assert "the rate 100 is probably too high" in told["trouble"]
    assert told["trouble"] in page.get_by_role("alert").all_inner_texts()[-1]
    assert np.isfinite(page.evaluate("Array.from(neuroscribble.sums().at(-1).activation)")).all()
    page.get_by_role("button", name="Back to step 0").click()
    page.wait_for_function("neuroscribble.learn.state().trouble === null")
    assert state(page)["step"] == 0


def test_the_way_back_ends_learning_and_play_goes_on_from_there(page: Page) -> None:
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("neuroscribble.learn.state().step > 3")
    page.get_by_role("button", name="Back to mine.npz").click()
    page.wait_for_function("!neuroscribble.learn.state().isRunning")
    assert page.inner_text("h1") == "784 → 16 → 10"
    assert page.get_by_role("tab", name="Learn").get_attribute("aria-selected") == "true"
    step = state(page)["step"]
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.title === '784 → 16 → 10, learning'")
    assert page.evaluate("document.activeElement.textContent") == "Step"
    page.wait_for_function("(step) => neuroscribble.learn.state().step === step", arg=step + 1)


@pytest.mark.parametrize(("scheme", "rules"), RULES.items())
def test_the_accessibility_checker_finds_nothing(
    path: Path, open_page: OpenPage, scheme: str, rules: dict[str, Any]
) -> None:
    page = open_page(path, color_scheme=scheme)
    page.evaluate("neuroscribble.ready")
    page.get_by_role("tab", name="Learn").click()
    page.evaluate("neuroscribble.learn.step(1)")
    page.get_by_text("More", exact=True).click()
    violations = Axe().run(page, options=rules).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []


SAMPLES = {"iris": 30, "xor": 4, "digits": 1000, "cnn": 1000}  # that it is measured with


@pytest.mark.parametrize("name", SAMPLES)
def test_other_networks_learn_from_what_their_page_has(
    name: str, open_page: OpenPage, tmp_path: Path
) -> None:
    network = small_cnn() if name == "cnn" else ns.load_network(name)
    path = tmp_path / "network.html"
    path.write_text(network_page(network), encoding="utf-8")
    page = opened(path, open_page, tab=False)
    asked = {} if network.input_shape[0] < 10 else {"hidden": [10], "rate": 0.01}
    page.evaluate("(asked) => neuroscribble.learn.start(asked)", asked)
    page.wait_for_function("neuroscribble.learn.state().step > 150")
    told = page.evaluate("neuroscribble.learn.pause()")
    assert told["loss"] < 1.5
    assert told["heldOutSamples"] == SAMPLES[name]
    if name in ("iris", "xor"):  # what it has learned is more than one answer for all
        assert told["heldOut"] > 0.7
    if name == "xor":  # which is measured with what it learns from
        rows = network.meta["rows"]
        read = page.evaluate(
            """(rows) => rows.map((row) => {
              const { probabilities } = neuroscribble.forward(row);
              return probabilities.indexOf(Math.max(...probabilities));
            })""",
            [row["values"] for row in rows],
        )
        right = [network.class_names[k] == row["label"] for k, row in zip(read, rows, strict=True)]
        assert np.mean(right) == pytest.approx(told["heldOut"])
    assert page.evaluate("neuroscribble.learn.state().trouble") is None


MAP = "document.querySelector('#decision-map canvas').toDataURL()"


def test_a_plane_learns_the_playgrounds_points_and_its_map_follows(
    open_page: OpenPage, tmp_path: Path
) -> None:
    path = tmp_path / "network.html"
    path.write_text(network_page(ns.load_network("xor")), encoding="utf-8")
    page = opened(path, open_page)
    page.get_by_label("Learns from").select_option("spiral")
    page.get_by_label("Noise of points").fill("0.1")
    page.get_by_label("Noise of points").press("Enter")
    link = page.evaluate("neuroscribble.hash()")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("document.title === '2 → 16 → 16 → 1, learning'")
    first = page.evaluate(MAP)
    told = page.evaluate("neuroscribble.learn.step(800)")
    assert told["settings"]["pointNoise"] == 0.1
    assert (told["heldOutSamples"], told["trouble"]) == (500, None)
    assert told["heldOut"] > 0.9
    assert page.evaluate(MAP) != first
    network = ns.load_network(saved(page, "npz", tmp_path))
    points, labels = ns.point_set("spiral", noise=0.1, rng=np.random.default_rng(HELD_OUT))
    assert (network.predict(points) == labels).mean() == pytest.approx(told["heldOut"], abs=0.003)
    assert network.class_names == ("−1", "1")
    shown = page.evaluate("neuroscribble.learn.start({ source: 'circle', seed: 8, hidden: [8] })")
    assert shown["step"] == 0
    page.wait_for_function("neuroscribble.learn.state().step > 100")
    assert page.evaluate("neuroscribble.learn.pause()")["heldOut"] > 0.9
    page.get_by_role("button", name="Back to weights.npz").click()
    page.wait_for_function("document.title === 'XOR'")
    assert not page.get_by_label("Noise of points").is_hidden()
    page.get_by_label("Learns from").select_option("page")
    assert page.get_by_label("Noise of points").is_hidden()
    assert state(page)["settings"]["hidden"] == [4]
    page.evaluate("(link) => { location.hash = link; }", link)
    page.wait_for_function("neuroscribble.learn.state().settings.source === 'spiral'")
    assert state(page)["settings"]["pointNoise"] == 0.1


def test_without_a_worker_one_sentence_says_so_and_all_else_works(
    path: Path, open_page: OpenPage
) -> None:
    page = open_page(path, anew=True)  # none of the tests behind gets it
    page.evaluate("neuroscribble.ready")
    page.evaluate("() => { window.Worker = class { constructor() { throw new Error(); } }; }")
    told = page.evaluate("neuroscribble.learn.start()")
    assert told["trouble"].startswith("Learning needs a worker, which this browser does not start")
    page.get_by_role("tab", name="Learn").click()
    assert told["trouble"] in page.inner_text("#panel")
    assert page.get_by_role("button", name="Play").is_disabled()
    page.evaluate("neuroscribble.setInk(new Float32Array(784).fill(0.5))")
    assert page.evaluate("neuroscribble.answer()") in [str(k) for k in range(10)]


def test_a_worker_that_never_runs_is_replaced(path: Path, open_page: OpenPage) -> None:
    """As in Firefox now and then; five seconds pass in a tenth of one here."""
    page = open_page(path, anew=True)
    page.evaluate("neuroscribble.ready")
    page.evaluate(
        """() => {
          const { Worker: Real, setTimeout: wait } = window;
          window.started = [];
          window.Worker = function (...given) {
            const dead = { postMessage() {}, terminate() { window.started.push("ended"); } };
            window.started.push(window.started.length === 0 ? "dead" : "alive");
            return window.started.length === 1 ? dead : new Real(...given);
          };
          window.setTimeout = (work, time) => wait(work, time === 5000 ? 100 : time);
        }"""
    )
    page.evaluate("() => { neuroscribble.learn.step(2); }")
    page.wait_for_function("neuroscribble.learn.state().step === 2")
    assert page.evaluate("window.started")[:3] == ["dead", "ended", "alive"]


def test_settings_travel_in_the_link(path: Path, open_page: OpenPage) -> None:
    page = opened(path, open_page)
    assert "learn" not in page.evaluate("neuroscribble.hash()")
    page.get_by_label("Hidden sizes").fill("30, 20")
    page.get_by_label("Hidden sizes").press("Enter")
    page.get_by_text("More").click()
    page.get_by_label("Optimizer").select_option("rmsprop")
    link = page.evaluate("neuroscribble.hash()")
    page.evaluate("(link) => { location.hash = link; location.reload(); }", link)
    page.wait_for_function("window.neuroscribble?.learn")
    settings = state(page)["settings"]
    assert (settings["hidden"], settings["optimizer"]) == ([30, 20], "rmsprop")
    assert settings["rate"] == 1e-3  # usual for that optimizer


def test_ones_own_drawings_join_are_counted_stay_over_reset_and_can_be_taken_back(
    page: Page,
) -> None:
    page.get_by_text("Your own, too").click()
    for drawn, label in ((0, "0"), (1, "8"), (4, "4")):  # a 1 that is to be an 8
        page.locator("#examples button").nth(drawn).click()
        page.locator(".own .digits").get_by_role("button", name=label, exact=True).click()
    assert "learn" not in page.evaluate("neuroscribble.hash()")
    page.evaluate("neuroscribble.learn.start({ ownShare: 1 })")
    page.wait_for_function("neuroscribble.learn.state().own.right === 3")
    page.evaluate("neuroscribble.learn.pause()")
    told = [{"label": k, "answer": k} for k in (0, 8, 4)]
    assert page.evaluate("neuroscribble.learn.own()") == told
    assert "Of yours, 3 of 3 are read right." in page.inner_text(".learned")
    assert page.locator(".own").get_attribute("open") is not None  # the picture is another now
    assert page.evaluate("neuroscribble.learn.reset()")["own"]["n"] == 3
    first = "neuroscribble.learn.step(1).then(() => Array.from(neuroscribble.weights()[1].W))"
    again = "neuroscribble.learn.reset().then(() => " + first + ")"
    mixed = page.evaluate(first)
    assert page.evaluate(again) == mixed
    page.get_by_role("button", name="Your 2: 8").click()
    assert page.evaluate("neuroscribble.learn.own().map(({ label }) => label)") == [0, 4]
    assert "Your 2: 4" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.evaluate(again) != mixed
    page.evaluate("neuroscribble.clear()")
    assert page.locator(".own .digits button").first.is_disabled()
    add = "() => { try { neuroscribble.learn.add(3); } catch (error) { return error.message; } }"
    assert page.evaluate(add) == "the pad is blank: draw something, then say what it is."


WRONG = [
    *("add(10)", "add(-1)", "add('3')", "remove(0)", "start({ source: 'x' })"),
    *("start({ source: 'spiral' })", "start({ pointNoise: 0.6 })"),  # of pages of two features
    *("start({ ownShare: 2 })", "start({ ownShare: '1' })"),
    *("start(5)", "start(null)", "start([])", "start(new Map())", "start({ speed: 1 })"),
    *("start({ rate: 0 })", "start({ rate: '1' })", "start({ rate: NaN })", "step(0)", "step(1.5)"),
    *("start({ hidden: [1, 2, 3, 4, 5] })", "start({ hidden: 8 })", "start({ hidden: [0.5] })"),
    *("start({ optimizer: 'lion' })", "start({ activation: 'relu6' })", "start({ noise: 2 })"),
    *("step('3')", "start({ seed: -1 })", "start({ batchSize: 0 })", "start({ l2: -1 })"),
]


def test_a_wrong_argument_gets_one_sentence_and_changes_nothing(page: Page) -> None:
    before = state(page)
    for call in WRONG:
        attempt = f"try {{ neuroscribble.learn.{call}; }} catch (error) {{ return error.message; }}"
        said = page.evaluate(f"() => {{ {attempt} }}")
        assert said, call
        assert said.startswith(f"learn.{call.split('(')[0]}: "), said
        assert " must be " in said
        assert said.endswith(".")
    assert state(page) == before
