"""The tour of the page: eight stops in 90 seconds, by keyboard, offered once, covering nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from viz.page.texts import table_of

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
STOPS = 8
WORDS_A_MINUTE = 160  # read in silence by somebody who also looks
BOX = """(selector) => {
  const { left, right, top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return { left, right, top, bottom };
}"""


def overlap(one: dict[str, float], other: dict[str, float]) -> float:
    """Square pixels that two boxes share."""
    width = min(one["right"], other["right"]) - max(one["left"], other["left"])
    height = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return max(width, 0) * max(height, 0)


def test_eight_stops_by_keyboard_beside_what_they_speak_of(page: Page) -> None:
    page.keyboard.press("?")
    said: list[str] = []
    for stop in range(1, STOPS + 1):
        title, text = (page.inner_text(f"#tour-{what}") for what in ("title", "text"))
        tree = page.locator("#tour-card").aria_snapshot()
        assert f'dialog "{title}"' in tree
        assert f"{stop} of {STOPS}" in tree
        assert page.evaluate("document.activeElement.id") == "tour-card"
        card, target = page.evaluate(BOX, "#tour-card"), page.evaluate(BOX, ".toured")
        assert overlap(card, target) == 0, title
        assert 0 <= card["left"] < card["right"] <= 1366
        assert 0 <= card["top"] < card["bottom"] <= 768
        said += f"{title} {text}".split()
        if stop == 2:
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("ArrowRight")
    assert page.locator("#tour-card, .toured").count() == 0
    assert page.evaluate("document.activeElement.id") == "tour"
    assert 60 < len(said) / WORDS_A_MINUTE * 60 < 95


def test_it_is_left_at_any_stop_and_changes_nothing(page: Page) -> None:
    before = page.evaluate("neuroscribble.hash()")
    page.click("#tour")
    page.get_by_role("button", name="Next", exact=True).click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#tour-card .progress") == f"1 of {STOPS}"
    page.keyboard.press("Escape")
    assert page.locator("#tour-card").count() == 0
    page.focus("#top-k")
    page.keyboard.press("?")
    assert page.locator("#tour-card").count() == 0
    assert page.evaluate("neuroscribble.hash()") == before


def test_it_is_offered_once_and_covers_nothing(
    browser: Browser, page_files: Callable[[str], Path]
) -> None:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, reduced_motion="reduce", locale="de-DE"
    )
    try:
        page = context.new_page()
        page.goto(page_files("weights").as_uri())
        page.evaluate("neuroscribble.ready")
        offer: dict[str, Any] = page.evaluate(BOX, "#tour-offer")
        assert overlap(offer, page.evaluate(BOX, "#network")) == 0
        assert offer["bottom"] <= 768
        page.get_by_role("button", name=table_of("de")["texts"]["A tour of 90 seconds"]).click()
        assert re.fullmatch(r"1 .+ 8", page.inner_text("#tour-card .progress"))
        assert page.locator("#tour-offer").count() == 0
        page.reload()
        page.evaluate("neuroscribble.ready")
        assert page.locator("#tour-offer").count() == 0
    finally:
        context.close()


def test_on_a_phone_the_card_stands_at_the_foot_and_its_target_is_seen(
    page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = open_page(page_files("weights"), width=390, height=844)
    page.evaluate("neuroscribble.ready")
    page.click("#tour")
    for _ in range(STOPS):
        card, target = page.evaluate(BOX, "#tour-card"), page.evaluate(BOX, ".toured")
        assert 0 <= card["left"] < card["right"] <= 390
        assert card["bottom"] <= 844
        assert target["top"] < card["top"]
        page.keyboard.press("ArrowRight")
