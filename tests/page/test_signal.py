"""Light that runs from the ink to the answer, and the same way step by step, with its formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

IS_RUNNING = "document.getElementById('light') !== null"
RUN = """async (digit) => {
  const frame = () => new Promise(requestAnimationFrame);
  const light = () => document.querySelector(".light");
  const began = performance.now();
  document.querySelectorAll("#examples button")[digit].click();
  const said = document.querySelector("#inspector .verdict").textContent;
  const there = light() !== null;
  const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let lit = 0;
  while (light()) {
    const { width, height } = light();
    Object.assign(copy.canvas, { width, height });
    if (width > 0) copy.drawImage(light(), 0, 0);
    const pixels = copy.getImageData(0, 0, width, height).data;
    lit = Math.max(lit, pixels.filter((value, at) => at % 4 === 3 && value > 0).length);
    await frame();
  }
  return { said, there, lit, took: performance.now() - began };
}"""


FILES = {"dense": "weights", "maps": "small cnn"}


@pytest.fixture
def opened(page_files: Callable[[str], Path], open_page: OpenPage) -> Callable[..., Page]:
    def open_and_wait(name: str, **how: Any) -> Page:
        page = open_page(page_files(FILES[name]), width=1366, height=768, motion=True, **how)
        page.evaluate("neuroscribble.ready")
        return page

    return open_and_wait


@pytest.fixture(params=["dense", "maps"])
def page(request: pytest.FixtureRequest, opened: Callable[..., Page]) -> Page:
    return opened(request.param)


@pytest.fixture
def dense(opened: Callable[..., Page]) -> Page:
    return opened("dense")


# ── Light ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FILES)
def test_a_new_drawing_runs_once_through_the_network_and_delays_no_number(
    name: str, opened: Callable[..., Page]
) -> None:
    page = opened(name, anew=True)
    assert not page.evaluate(IS_RUNNING)  # the page opens calmly
    run = page.evaluate(RUN, 7)
    assert (run["said"], run["there"]) == ("7", True)
    assert run["lit"] > 100
    assert run["took"] < 2000  # 700 on a machine that has nothing else to do
    page.wait_for_timeout(300)
    assert not page.evaluate(IS_RUNNING)


def test_the_light_takes_700_milliseconds_of_its_clock(dense: Page) -> None:
    """The page's clock is held and moved by hand: 20 milliseconds whenever it asks for a frame."""
    took = dense.evaluate(
        """async () => {
          const real = window.requestAnimationFrame.bind(window);
          let now = performance.now();
          performance.now = () => now;
          window.requestAnimationFrame = (call) => real(() => call((now += 20)));
          document.querySelectorAll("#examples button")[4].click();
          const began = now;
          while (document.querySelector(".light")) await new Promise(real);
          return now - began;
        }"""
    )
    assert 660 <= took <= 740  # a frame less or more at either end


def test_a_pen_that_moves_on_lets_the_light_run_when_it_rests(dense: Page) -> None:
    dense.locator("#clear").click()
    box = dense.locator("#pad").bounding_box()
    assert box is not None
    dense.evaluate(
        """() => {
          window.runs = 0;
          new MutationObserver((changes) => changes.forEach(({ addedNodes }) => {
            runs += [...addedNodes].filter(({ className }) => className === "light").length;
          })).observe(document.getElementById("network"), { childList: true });
        }"""
    )
    dense.clock.install()
    dense.clock.pause_at(dense.evaluate("Date.now()") + 1000)
    x, y = box["x"] + box["width"] / 2, box["y"] + 0.15 * box["height"]
    dense.mouse.move(x, y)
    dense.mouse.down()
    for step in range(50):
        dense.mouse.move(x, y + step * 2)
        dense.clock.run_for(20)
    assert dense.evaluate("runs") == 1  # 1,000 milliseconds: it ran, and waits for the pen to rest
    dense.mouse.up()
    dense.clock.run_for(3000)
    assert dense.evaluate("runs") == 2  # once more for what is there in the end
    assert not dense.evaluate(IS_RUNNING)


def test_who_wants_no_motion_sees_none(dense: Page) -> None:
    dense.emulate_media(reduced_motion="reduce")
    run = dense.evaluate(RUN, 7)
    assert (run["said"], run["there"]) == ("7", False)


def test_a_blank_pad_has_no_light(dense: Page) -> None:
    dense.locator("#clear").click()
    assert not dense.evaluate(IS_RUNNING)


# ── Step by step ──────────────────────────────────────────────────────────────────────────────


def walk(page: Page) -> None:
    page.get_by_role("tab", name="Steps").click()


def heading(page: Page) -> str:
    return page.locator("#panel h2").inner_text()


def number(text: str) -> float:
    """ "+ 1.111 × −0.083" → their product; "= 0.437" → 0.437"""
    found = [
        float(one.replace(",", "")) for one in re.findall(r"-?[\d,]*\.\d+", text.replace("−", "-"))
    ]
    product = 1.0
    for one in found:
        product *= one
    return product


def words(page: Page) -> list[str]:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate("neuroscribble.words().map(({ text }) => text)")


def test_steps_lead_from_the_ink_to_the_answer_with_sums_that_are_right(page: Page) -> None:
    walk(page)
    layers = page.evaluate("neuroscribble.sums().length")
    assert heading(page) == f"1 of {layers + 2}: the ink"
    for step in range(2, layers + 2):
        page.get_by_role("button", name="Next ›").click()
        assert heading(page).startswith(f"{step} of {layers + 2}: ")
        *terms, total = page.locator(".written p .number").all_inner_texts()
        assert len(terms) >= 3
        assert sum(map(number, terms)) == pytest.approx(number(total), abs=0.005)
        example = page.locator("#panel h3").inner_text().removeprefix("For example ")
        z = page.evaluate("(id) => neuroscribble.explain(id).preActivation", example)
        assert number(total) == pytest.approx(z, abs=0.6e-4)
    page.get_by_role("button", name="Next ›").click()
    assert heading(page) == f"{layers + 2} of {layers + 2}: the answer"
    assert page.get_by_role("button", name="Next ›").is_disabled()


def test_the_picture_shows_what_has_been_computed_so_far(dense: Page) -> None:
    answer = next(word for word in words(dense) if "%" in word)
    walk(dense)
    assert not any("%" in word for word in words(dense))
    for _ in range(3):
        dense.get_by_role("button", name="Next ›").click()
    logits = dense.evaluate("[...neuroscribble.sums().at(-1).preActivation]")
    shown = words(dense)
    assert all(f"{logit:.2f}".replace("-", "−") in shown for logit in logits)
    assert not any("%" in word for word in shown)
    dense.get_by_role("button", name="Next ›").click()
    assert answer in words(dense)
    dense.get_by_role("button", name="‹ Back").click()
    assert answer not in words(dense)
    dense.get_by_role("tab", name="Answer").click()
    assert answer in words(dense)


def test_arrow_keys_step_in_the_panel_and_keep_their_meaning_elsewhere(dense: Page) -> None:
    walk(dense)
    dense.locator("#panel").focus()
    dense.keyboard.press("ArrowRight")
    dense.keyboard.press("ArrowRight")
    assert heading(dense).startswith("3 of")
    dense.keyboard.press("ArrowLeft")
    assert heading(dense).startswith("2 of")
    dense.get_by_role("tab", name="Steps").focus()
    dense.keyboard.press("ArrowLeft")
    assert dense.get_by_role("tab", name="Ink").get_attribute("aria-selected") == "true"
    dense.locator("#network").focus()
    dense.keyboard.press("ArrowLeft")
    assert dense.evaluate("neuroscribble.selection()").startswith("output:")


def test_the_selected_unit_is_the_example(dense: Page) -> None:
    dense.evaluate("neuroscribble.select('h1:37')")
    walk(dense)
    dense.get_by_role("button", name="Next ›").click()
    assert dense.locator("#panel h3").inner_text() == "For example h1:37"


def test_it_plays_slowly_until_the_answer_or_until_it_is_stopped(dense: Page) -> None:
    dense.clock.install()
    walk(dense)
    dense.get_by_role("button", name="Play slowly").click()
    assert heading(dense).startswith("2 of")
    dense.clock.run_for(3300)
    assert heading(dense).startswith("3 of")
    dense.get_by_role("button", name="Pause").click()
    dense.clock.run_for(10_000)
    assert heading(dense).startswith("3 of")
    dense.get_by_role("button", name="Play slowly").click()
    dense.clock.run_for(10_000)
    assert heading(dense).startswith("5 of")
    assert dense.get_by_role("button", name="Play slowly").is_visible()


def test_a_blank_pad_has_no_steps(dense: Page) -> None:
    dense.locator("#clear").click()
    walk(dense)
    assert "Draw a digit first" in dense.locator("#panel").inner_text()


def test_a_new_drawing_in_mid_step_is_shown_at_that_step(dense: Page) -> None:
    walk(dense)
    dense.get_by_role("button", name="Next ›").click()
    before = dense.locator(".written").inner_text()
    dense.get_by_role("button", name="Example: 8").click()
    assert heading(dense).startswith("2 of")
    assert dense.locator(".written").inner_text() != before
    assert not any("%" in word for word in words(dense))
