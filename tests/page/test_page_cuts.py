"""What is taken out in the page: exact answers, an accuracy that is Python's, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SHIPPED = Path(__file__).parents[2] / "weights.npz"


@pytest.fixture(scope="module")
def network() -> ns.Network:
    return ns.load_network(SHIPPED)


def test_what_is_left_is_measured_in_the_worker_as_in_python(
    page: Page, network: ns.Network
) -> None:
    images, labels = pen_digits(1000, rng=np.random.default_rng([0, 1]))
    said = page.evaluate(
        """async () => {
          const whole = neuroscribble.accuracy();
          neuroscribble.silence("h2:9", "average"); // which does not change what was asked before
          const left = neuroscribble.accuracy();
          return Promise.all([whole, left]);
        }"""
    )
    for one, shown in zip(
        [network, ns.ablate(network, units=["h2:9"], value="average")], said, strict=True
    ):
        share = np.mean(one.predict(images.reshape(1000, -1)) == labels)
        assert shown["accuracy"] == pytest.approx(share, abs=1e-12)
        assert shown["standardError"] == pytest.approx((share * (1 - share) / 1000) ** 0.5)
    assert said[0]["right"] != said[1]["right"]


def test_the_answer_is_that_of_the_network_without_them(page: Page, network: ns.Network) -> None:
    ink = pen_digits(1, rng=np.random.default_rng(6))[0].reshape(1, -1)
    page.evaluate("(ink) => neuroscribble.setInk(ink)", ink[0].tolist())
    page.evaluate("neuroscribble.silence(['h1:3', 'h2:7', 'h2:9'])")
    sums = page.evaluate("Array.from(neuroscribble.sums().at(-1).preActivation)")
    expected = ns.ablate(network, units=["h1:3", "h2:7", "h2:9"]).logits(ink)[0]
    np.testing.assert_allclose(sums, expected, atol=1e-4)
    assert page.evaluate("neuroscribble.selfCheck().maxError") < 1e-4  # the file's is still itself
    assert page.evaluate("neuroscribble.fidelity().accuracyIfOnlyDrawn") is None
    assert "taken out" in page.locator("#badge").inner_text()


def test_buttons_take_out_and_put_back(page: Page) -> None:
    bar = page.get_by_role("region", name="Taken out of the network")
    assert not bar.is_visible()
    page.evaluate("neuroscribble.select('h2:5')")
    page.get_by_role("button", name="silent").click()
    page.get_by_role("button", name="Cut the edge between this unit and output:").first.click()
    assert bar.is_visible()
    assert page.evaluate("neuroscribble.cuts()")[0] == "h2:5"
    edge = page.evaluate("neuroscribble.cuts()")[1]
    assert edge.startswith("h2:5>output:")
    page.wait_for_function("document.getElementById('taken-out').textContent.includes('1,000 pen')")
    assert page.get_by_role("button", name="silent").get_attribute("aria-pressed") == "true"
    bar.get_by_role("button", name="Undo").click()
    assert page.evaluate("neuroscribble.cuts()") == ["h2:5"]
    page.get_by_role("button", name="held at its average").click()
    assert page.evaluate("neuroscribble.cuts()") == ["h2:5=average"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="held at its average").click()  # once more: back
    assert page.evaluate("neuroscribble.cuts()") == []
    assert not bar.is_visible()
    assert page.locator("#badge").inner_text().startswith("✓")


def test_an_answer_is_compared_with_like(page: Page) -> None:
    """A unit that gives 0 changes nothing, though what is calibrated becomes raw."""
    probabilities = "[...neuroscribble.forward(neuroscribble.input()).probabilities]"
    before = page.evaluate(probabilities)
    value = "neuroscribble.explain(id).activation"
    silent = page.evaluate(
        f"[...Array(64).keys()].map((n) => `h2:${{n}}`).find((id) => {value} === 0)"
    )
    lively = page.evaluate(
        f"[...Array(64).keys()].map((n) => `h2:${{n}}`).find((id) => {value} > 1)"
    )
    told = page.locator("#taken-out span:nth-of-type(2)")
    page.evaluate("(id) => neuroscribble.silence(id)", silent)
    assert page.evaluate(probabilities) == before
    assert told.inner_text() == f"3: raw softmax {before[3]:.1%}, {before[3]:.1%} before".replace(
        "%", "\u00a0%"
    )
    page.evaluate("(id) => neuroscribble.silence(id)", lively)
    now = page.evaluate(probabilities)
    assert now != before
    best = now.index(max(now))
    said = f"{best}: raw softmax {now[best]:.1%}, {before[best]:.1%} before".replace("%", "\u00a0%")
    assert told.inner_text() == said


def test_everything_silenced_leaves_the_bias(page: Page, network: ns.Network) -> None:
    page.evaluate("neuroscribble.silence([...Array(64).keys()].map((i) => `h2:${i}`))")
    sums = page.evaluate("Array.from(neuroscribble.sums().at(-1).preActivation)")
    np.testing.assert_allclose(sums, network.dense_layers()[-1].params["b"], atol=1e-6)
    page.evaluate("neuroscribble.restore()")
    assert page.evaluate("neuroscribble.undoCut(), neuroscribble.cuts().length") == 64


def test_a_link_carries_what_is_taken_out_and_leaves_out_what_is_none(page: Page) -> None:
    page.evaluate("neuroscribble.silence('h1:3'); neuroscribble.silence('h2:7', 'average')")
    page.evaluate("neuroscribble.cut('h1:5', 'h2:3')")
    cuts = page.evaluate("neuroscribble.cuts()")
    hash_ = page.evaluate("neuroscribble.hash()")
    page.evaluate("neuroscribble.restore()")
    page.evaluate("(hash) => { location.hash = hash; }", hash_)
    page.wait_for_function("neuroscribble.cuts().length === 3")
    assert page.evaluate("neuroscribble.cuts()") == cuts
    foreign = "without=h9:1+h1:4+output:1+h1:5>output:1+h1:6=never+>+%3Cb%3E"
    page.evaluate("(hash) => { location.hash = hash; }", foreign)
    page.wait_for_function("neuroscribble.cuts().length === 1")
    assert page.evaluate("neuroscribble.cuts()") == ["h1:4"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("silence('output:1')", "silence: id must be the id of a unit that something comes after"),
        ("silence('h9:1')", "silence: id must be the id of a unit that something comes after"),
        (
            "silence(['h1:1', null])",
            "silence: id must be the id of a unit that something comes after",
        ),
        ("silence('h1:1', 'half')", 'silence: hold must be "zero" or "average"; got "half".'),
        ("cut('h1:1', 'output:2')", "cut: to must be the id of a unit in the column behind h1:1"),
        ("cut('h1:1')", "cut: to must be"),
    ],
)
def test_what_cannot_be_taken_out_is_said(page: Page, call: str, message: str) -> None:
    said = page.evaluate(
        f"(() => {{ try {{ neuroscribble.{call} }} catch (error) {{ return error.message }} }})()"
    )
    assert message in said
    assert page.evaluate("neuroscribble.cuts()") == []
