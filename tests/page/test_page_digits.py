"""Two digits on the page's pad: the panel says "42", the picture shows one, and one can switch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hand import DRAWN, draw

from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.parts import digit_parts
from neuroscribble.ink.strokes import render_strokes

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

FOUR = [[(0.16, 0.2), (0.1, 0.55), (0.4, 0.55)], [(0.38, 0.2), (0.34, 0.85)]]
TWO = [[(0.55, 0.3), (0.65, 0.18), (0.8, 0.22), (0.8, 0.4), (0.55, 0.82), (0.9, 0.82)]]


def shown(page: Page) -> np.ndarray:
    """The picture that the network reads."""
    return np.array(page.evaluate("[...neuroscribble.input()]")).reshape(28, 28)


@pytest.mark.browser
def test_two_digits_are_read_one_after_the_other(
    open_page: OpenPage, page_files: Callable[[str], Path]
) -> None:
    page = open_page(page_files("weights"))
    page.evaluate("neuroscribble.ready")
    row = page.get_by_role("group", name="Digits, from left to right")
    assert not row.is_visible()  # calm when there is one
    page.get_by_role("button", name="Clear").click()
    draw(page, FOUR)
    assert not row.is_visible()  # its stem touches the rest, as a four's need not
    draw(page, TWO)
    assert page.locator("#inspector .verdict").inner_text() == "42"
    assert page.evaluate("neuroscribble.answer()") == "42"
    four, two = row.get_by_role("button").all()
    assert [one.get_attribute("aria-pressed") for one in (four, two)] == ["false", "true"]
    assert "Two digits, read one after the other: 4 with" in page.locator("#panel").inner_text()

    strokes = [np.array(points) * 280 for points in (*FOUR, *TWO)]
    expected = [
        normalize_ink(part) for part in digit_parts(render_strokes(strokes, size=280, width=22))
    ]
    np.testing.assert_allclose(shown(page), expected[1], atol=0.03)  # the mouse: whole pixels
    four.focus()
    page.keyboard.press("Enter")
    page.evaluate(DRAWN)  # its words come behind the picture
    np.testing.assert_allclose(shown(page), expected[0], atol=0.03)
    assert four.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.textContent").startswith("4")
    page.get_by_role("tab", name="Ink").click()
    assert "center of mass in the middle: 4" in page.locator("#panel").inner_text()
    page.get_by_role("tab", name="Answer").click()

    said = page.evaluate("neuroscribble.digits().map(({ name }) => name)")
    assert said == ["4", "2"]
    with pytest.raises(Exception, match="showDigit: i must be the place of a drawn digit, from 0"):
        page.evaluate("neuroscribble.showDigit(2)")
    page.get_by_role("button", name="Undo").click()
    page.evaluate(DRAWN)
    assert page.evaluate("neuroscribble.answer()") == "4"
    assert not row.is_visible()
