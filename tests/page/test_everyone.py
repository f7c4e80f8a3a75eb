"""The page without a mouse, without a screen, twice as large, without colors and without motion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TABS = ["Answer", "Unit", "Why", "Ink", "Steps", "Teach", "Weights", "Learn"]
FOCUSED = """() => {
  const node = document.activeElement;
  const box = node.getBoundingClientRect();
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(x, y);
  return {
    name: node.ariaLabel || node.id || node.textContent.trim(),
    isMarked: getComputedStyle(node).outlineStyle !== "none",
    isSeen: top !== null && (node === top || node.contains(top)),
    isPage: node === document.body,
  };
}"""


def walk(page: Page) -> list[str]:
    """Once around with Tab; every stop has a name, a mark and lies above all else."""
    names = []
    for _ in range(120):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["isPage"]:
            return names
        assert stop["name"], names
        assert stop["isMarked"], stop
        assert stop["isSeen"], stop
        names.append(stop["name"])
    raise AssertionError(f"Tab never comes around: {names}")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the stop of this name, as somebody does who hears the names."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["name"] == name:
            return
    raise AssertionError(f"Tab does not lead to {name}.")


def tree(page: Page) -> str:
    """All that a screen reader can read, a line for each thing."""
    return page.locator("body").aria_snapshot().replace("\u00a0", " ").replace("−", "-")


def test_who_cannot_see_finds_the_unit_that_speaks_most_for_the_answer(page: Page) -> None:
    """Read from the accessibility tree alone: what is it, why, and do the numbers add up?"""
    read = re.search(r"The network reads (\d) with ([> \d.]+) %", tree(page))
    assert read is not None
    name = re.search(rf'button "({read[1]} {read[2]} %)"', tree(page))
    assert name is not None
    page.get_by_role("button", name=name[1]).press("Enter")
    told = tree(page)
    assert 'tab "Unit" [selected]' in told
    assert f"Output unit for “{read[1]}”" in told
    terms = re.findall(r'row "(h2:\d+) ([\d.]+) × (-?[\d.]+) ([+-][\d.]+)"', told)
    rest = re.findall(
        r'row "(?:\d+ others, on average|… and beyond it now|bias) ([+-][\d.]+)"', told
    )
    total = re.search(r'row "= pre-activation ([\d.]+)"', told)
    assert total is not None
    for _, activation, weight, product in terms:
        factors = float(activation), float(weight)
        told_by = 0.0006 * (abs(factors[0]) + abs(factors[1]))  # three decimals of each
        assert factors[0] * factors[1] == pytest.approx(float(product), abs=told_by)
    summed = sum(float(product) for *_, product in terms) + sum(map(float, rest))
    assert summed == pytest.approx(float(total[1]), abs=1e-3)
    strongest = max(terms, key=lambda term: abs(float(term[3])))[0]
    page.get_by_role("button", name=strongest, exact=True).first.press("Enter")
    assert f'heading "{strongest} Close"' in tree(page)
    logits = page.evaluate("neuroscribble.forward(neuroscribble.input()).logits")
    exact = [*logits.values()] if isinstance(logits, dict) else logits
    assert float(total[1]) == pytest.approx(max(exact), abs=1e-3)


def test_the_first_use_goes_by_keyboard_alone(page: Page) -> None:
    """From the top of the page: another digit, its answer, why, a unit, back, the dark theme."""
    speech = page.locator("#speech")
    tab_to(page, "Example: 7")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('speech').textContent.includes('reads 7')")
    tab_to(page, "The network: walk through its units with the arrow keys")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("neuroscribble.selection()") == "output:7"
    page.keyboard.press("ArrowLeft")
    unit = page.evaluate("neuroscribble.selection()")
    assert unit.startswith("h2:")
    assert unit.split(":")[1] in speech.inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("neuroscribble.selection()") is None
    tab_to(page, "tab-0")
    for title in TABS[1:]:
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.textContent") == title
        assert page.get_by_role("tabpanel", name=title).is_visible()
    page.keyboard.press("ArrowRight")  # around
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first answer opens its unit, and the place is not lost
    assert page.evaluate("neuroscribble.selection()") == "output:0"
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Close"
    tab_to(page, "theme")
    page.keyboard.press("Space")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("language", ["en", "de"])
def test_twice_as_large_nothing_is_cut_off_or_covered(
    language: str, page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    """A laptop at 200 % has 683 by 384 pixels; its longer words are German."""
    page = open_page(page_files("weights"), width=683, height=384)
    page.evaluate("neuroscribble.ready")
    page.select_option("#language", language)
    page.wait_for_function("(code) => document.documentElement.lang === code", arg=language)
    for number, _ in enumerate(TABS):
        page.evaluate("(n) => document.getElementById(`tab-${n}`).click()", number)
        assert page.evaluate("document.documentElement.scrollWidth") <= 683, number
    page.evaluate("document.getElementById('tab-0').click()")
    page.evaluate("scrollTo(0, 0)")
    page.locator("h1").click()  # from here Tab begins
    assert len(walk(page)) > 35


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colors_keep_the_scales_and_say_what_is_chosen(page: Page, scheme: Any) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    style = "(node, name) => getComputedStyle(node)[name]"
    legend = page.locator("#legend dt").first
    assert "gradient" in legend.evaluate(style, "backgroundImage"), "a scale is data"
    tabs = page.get_by_role("tab")
    lines = [tab.evaluate(style, "borderBottomColor") for tab in tabs.all()[:2]]
    assert lines[0] != lines[1], "one tab is open"
    winner = page.locator(".bar").nth(3)
    colors = [one.evaluate(style, "backgroundColor") for one in (winner, winner.locator(".fill"))]
    assert colors[0] != colors[1], "a bar has a length"
    page.emulate_media(forced_colors="none", color_scheme="light")


def test_without_motion_a_new_digit_is_there_at_once(page: Page) -> None:
    page.get_by_role("button", name="Example: 8").press("Enter")
    page.evaluate("neuroscribble.painted()")
    first = page.locator("#network").screenshot()
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.locator("#network").screenshot() == first


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accessibility_checker_finds_nothing_behind_what_is_folded(
    scheme: Any, page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    """Every tab with all that can be unfolded in it; the tests of each question go further."""
    page = open_page(page_files("weights"), width=1366, height=768, color_scheme=scheme)
    page.evaluate("neuroscribble.ready")
    page.evaluate(Axe().axe_script)
    rules: dict[str, Any] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        rules["runOnly"] = ["color-contrast"]  # the only one that sees colors
    for title in TABS:
        page.get_by_role("tab", name=title).click()
        page.evaluate("document.querySelectorAll('#panel details').forEach((d) => (d.open = true))")
        found = page.evaluate(
            "async (rules) => (await axe.run('#inspector', rules)).violations", rules
        )
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == [], title
