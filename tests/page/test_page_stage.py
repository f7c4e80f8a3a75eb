"""Presenter mode and kiosk: large, walked by keys and pen, and nobody leaves the exhibition."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

import neuroscribble as ns
from viz.page.page import network_page
from viz.page.states import State, read_states

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
STATES = (
    State("All edges", "Say <b>what</b> an edge is.", "k=all"),
    State("One unit", "", "unit=h2:5&k=8"),
    State("Blank", "", "file:///x.html#strokes=&without=h2:9"),
)
SHOWN = """() => [...document.querySelectorAll("button, input, a, select, summary, [tabindex]")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .map((node) => node.innerText || node.id).filter(Boolean)"""
AT = "document.getElementById('stage-state').textContent"


def written(path: Path, **options: Any) -> Path:
    path.write_text(network_page(ns.load_network("weights.npz"), **options), "utf-8")
    return path


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("stage") / "staged.html", states=STATES)


@pytest.fixture(scope="module")
def exhibited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("kiosk") / "kiosk.html", kiosk=True)


@pytest.fixture
def stage(staged: Path, open_page: OpenPage) -> Page:
    page = open_page(staged, width=1280, height=720, anew=True)
    page.evaluate("neuroscribble.ready")
    page.keyboard.press("f")
    return page


def box_of(page: Page, part: str) -> Any:
    box = page.locator(part).bounding_box()
    assert box is not None
    return box


def pen(page: Page, points: list[tuple[float, float]]) -> None:
    """A real pen on the pad, points as shares of its sides."""
    box = box_of(page, "#pad")
    session = page.context.new_cdp_session(page)
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    kinds = ["mousePressed", *["mouseMoved"] * (len(places) - 2), "mouseReleased"]
    for kind, (x, y) in zip(kinds, places, strict=True):
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
        session.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen"})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_arrow_keys_and_a_clicker_walk_the_states_in_both_directions(stage: Page) -> None:
    before = stage.evaluate("neuroscribble.topK()")
    assert stage.evaluate(AT) == "3 prepared"
    stage.keyboard.press("ArrowRight")
    assert stage.evaluate(AT) == "1 / 3  All edges"
    assert stage.evaluate("neuroscribble.topK()") == "all"
    stage.keyboard.press("PageDown")
    assert stage.evaluate("neuroscribble.selection()") == "h2:5"
    assert stage.evaluate("neuroscribble.topK()") == 8
    stage.keyboard.press("ArrowRight")
    assert stage.evaluate("neuroscribble.selection()") is None
    assert stage.evaluate("neuroscribble.cuts()") == ["h2:9"]
    assert stage.evaluate("neuroscribble.topK()") == before  # where the talk began
    assert stage.locator("#stage-answer .verdict").inner_text() == "?"
    stage.keyboard.press("ArrowRight")  # there is no fourth
    stage.keyboard.press("PageUp")
    assert stage.evaluate(AT) == "2 / 3  One unit"
    assert stage.evaluate("neuroscribble.cuts()") == []
    assert stage.evaluate("neuroscribble.answer()") == "3"
    stage.keyboard.press("Escape")  # the unit first, then the stage
    assert stage.evaluate("neuroscribble.selection()") is None
    assert stage.locator("#stage-bar").is_visible()
    stage.keyboard.press("Escape")
    assert not stage.locator("#stage-bar").is_visible()
    assert stage.locator("#inspector").is_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (3840, 2160)])
def test_all_is_large_and_nothing_else_is_there(
    width: int, height: int, staged: Path, open_page: OpenPage
) -> None:
    page = open_page(staged, width=width, height=height, anew=True)
    page.evaluate("neuroscribble.ready")
    page.get_by_role("button", name="Present", exact=True).click()
    page.wait_for_function("neuroscribble.words().length > 3")
    for gone in ("nav", "footer", "#inspector", "#examples", "#brush"):
        assert not page.locator(gone).is_visible()
    parts = ("#pad", "#network", "#stage-answer .verdict", "#stage-bar")
    pad, network, verdict, bar = (box_of(page, part) for part in parts)
    assert pad["width"] > 0.4 * height
    assert network["width"] > 0.65 * width
    assert network["height"] > 0.85 * height
    assert verdict["y"] + verdict["height"] < bar["y"] < bar["y"] + bar["height"] <= height
    font = "(part) => parseFloat(getComputedStyle(part).fontSize)"
    assert page.locator("#stage-answer .verdict").evaluate(font) >= 0.2 * height
    sizes = [word["bottom"] - word["top"] for word in page.evaluate("neuroscribble.words()")]
    assert max(sizes) > height / 50
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_pen_draws_and_the_answer_follows(stage: Page) -> None:
    stage.get_by_role("button", name="Clear").click()
    assert stage.locator("#stage-answer .verdict").inner_text() == "?"
    pen(stage, [(0.5, 0.15), (0.5, 0.3), (0.5, 0.5), (0.5, 0.7), (0.5, 0.85)])
    assert stage.locator("#stage-answer .verdict").inner_text() == "1"
    assert stage.locator("#stage-answer .sure").inner_text().endswith("%")


def test_the_speaker_has_a_second_window_and_a_list_to_print_and_to_keep(
    stage: Page, tmp_path: Path
) -> None:
    stage.keyboard.press("ArrowRight")
    with stage.expect_popup() as opened:
        stage.get_by_role("button", name="A second window for the speaker").click()
    speaker = opened.value
    assert "All edges" in speaker.locator("li.now").inner_text()
    assert "Say <b>what</b> an edge is." in speaker.locator("li.now").inner_text()  # text, no HTML
    assert "The network reads 3" in speaker.locator("body").inner_text()
    speaker.get_by_role("button", name="Next").click()
    assert stage.evaluate("neuroscribble.selection()") == "h2:5"
    assert "One unit" in speaker.locator("li.now").inner_text()
    stage.get_by_role("button", name="Keep this state").click()
    assert speaker.locator("li").count() == 4
    with stage.expect_download() as saved:
        speaker.get_by_role("button", name="Save the states").click()
    saved.value.save_as(tmp_path / "talk.txt")
    again = read_states(tmp_path / "talk.txt")
    assert [state.title for state in again] == ["All edges", "One unit", "Blank", "State 4"]
    assert again[0].notes == STATES[0].notes
    assert "unit=h2%3A5" in again[3].words
    with speaker.expect_event("close"):
        stage.keyboard.press("f")


def test_nobody_leaves_an_exhibition_and_it_begins_anew(
    exhibited: Path, open_page: OpenPage
) -> None:
    page = open_page(exhibited, width=1280, height=720, touch=True, anew=True)
    page.evaluate("neuroscribble.ready")
    begun = page.evaluate("neuroscribble.hash()")
    assert set(page.evaluate(SHOWN)) == {"Clear", "Undo", "network"}
    for key in ("f", "F", "Escape", "ArrowRight", "?"):
        page.keyboard.press(key)
    assert page.locator("#stage-answer").is_visible()
    assert page.locator("#tour-card").count() == 0
    refused = """(type) => !document.getElementById("network").dispatchEvent(
        new Event(type, { bubbles: true, cancelable: true }))"""
    for way in ("contextmenu", "touchmove", "drop", "dragover"):
        assert page.evaluate(refused, way)
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    touch = "document.dispatchEvent(new Event('pointerdown'))"
    page.evaluate(f"{touch}; document.getElementById('clear').click()")
    page.evaluate("neuroscribble.select('h2:5'); neuroscribble.cut('h1:3', 'h2:5')")
    page.clock.fast_forward(59_000)
    assert page.evaluate("neuroscribble.selection()") == "h2:5"
    page.evaluate(touch)  # somebody is still there
    page.clock.fast_forward(59_000)
    assert page.evaluate("neuroscribble.answer()") is None
    page.clock.fast_forward(2_000)
    assert page.evaluate("neuroscribble.hash()") == begun
    assert page.evaluate("neuroscribble.answer()") == "3"


def test_a_page_that_is_drawn_on_does_not_grow(exhibited: Path, browser: Browser) -> None:
    """The short form of bench/kiosk.py, which draws for two hours."""
    bench = runpy.run_path(str(ROOT / "bench" / "kiosk.py"))
    bench["page_kept"].__globals__["WARM_UP"] = 6
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(bench["SPEED_UP"])
    page.goto(exhibited.as_uri())
    page.evaluate("neuroscribble.ready")
    kept = bench["page_kept"](page, drawings=10, looks=2)
    page.close()
    # so few drawings differ by what a look happens to find; two hours of them are bench/kiosk.py's
    assert bench["growth"](kept) < bench["GROWTH"] + 0.15, bench["table"]("page", kept)
    assert kept[-1].more["JSEventListeners"] <= 1.1 * kept[0].more["JSEventListeners"]
