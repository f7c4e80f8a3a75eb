"""What would change its mind: asked only when it is opened, and what Python finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.nearest import nearest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SHIPPED = Path(__file__).parents[2] / "weights.npz"
INK = pen_digits(2, rng=np.random.default_rng(12))[0][1]
FOUND = "document.querySelector('.mind [role=status]').textContent.includes('blobs')"


def test_what_turns_the_answer_is_pythons_and_keys_walk_to_it(page: Page) -> None:
    page.evaluate("(ink) => neuroscribble.setInk(ink)", INK.tolist())
    page.get_by_role("tab", name="Why").click()
    mind = page.locator("details.mind", has_text="change its mind")
    page.wait_for_timeout(400)  # longer than a drawing must rest
    assert mind.locator("[role=status]").text_content() == ""  # nobody has asked
    page.get_by_text("What would change its mind?").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(FOUND)
    network = ns.load_network(SHIPPED)
    change = ns.counterfactual(network, INK)
    assert change is not None
    n, (before, after) = len(change.blobs), change.answers
    said = mind.inner_text()
    assert f"{n} blobs of the pad’s pen, {change.ink:.1%}".replace("%", "\u00a0%") in said
    assert f"the answer is {after} instead of {before}" in said
    assert f"the blobs are {change.norm:.2f}" in said
    images, labels = pen_digits(1000, rng=np.random.default_rng([0, 1]))
    near = nearest(network, INK, images, labels)
    captions = mind.get_by_role("figure").filter(has=page.locator("b")).all_inner_texts()
    assert captions == [f"{one.label} {one.distance:.2f}" for one in near]
    walk = mind.get_by_role("slider", name="Blobs of the pen")
    assert f"Here, and it is {after}" in said
    walk.press("Home")
    assert walk.get_attribute("aria-valuetext").startswith(f"0 of {n}, your drawing: {before}, ")  # type: ignore[union-attr]
    assert "Your drawing" in mind.inner_text()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_other_ink_is_looked_at_anew_and_none_is_said(page: Page) -> None:
    page.evaluate("neuroscribble.clear()")
    page.get_by_role("tab", name="Why").click()
    mind = page.locator("details.mind", has_text="change its mind")
    page.get_by_text("What would change its mind?").click()
    mind.get_by_text("Draw something first").wait_for()
    page.evaluate("(ink) => neuroscribble.setInk(ink)", INK.tolist())
    page.wait_for_function(FOUND)
    page.evaluate("neuroscribble.clear()")
    assert "Draw something first" in mind.inner_text()
    assert mind.get_by_role("slider").count() == 0


def test_it_plays_when_asked_to(page: Page) -> None:
    page.evaluate("(ink) => neuroscribble.setInk(ink)", INK.tolist())
    page.get_by_role("tab", name="Why").click()
    mind = page.locator("details.mind", has_text="change its mind")
    page.get_by_text("What would change its mind?").click()
    page.wait_for_function(FOUND)
    walk = mind.get_by_role("slider")
    assert walk.input_value() == walk.get_attribute("max")  # nothing moves by itself here
    mind.get_by_role("button", name="Play").click()
    assert walk.input_value() == "0"
    page.wait_for_function("document.querySelector('.mind input').value === '1'")
    mind.get_by_role("button", name="Pause").click()
    page.get_by_role("tab", name="Answer").click()
    page.get_by_role("tab", name="Why").click()
    assert walk.input_value() == "1"  # what was found is kept
