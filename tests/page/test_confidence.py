"""How far to trust an answer: page and window say the same, and no more than the file tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hand import draw as draw_by_hand
from small_school import small_school

import neuroscribble as ns
from neuroscribble.data.scribbles import letters
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network
from neuroscribble.training.calibration import calibrated_probabilities
from neuroscribble.training.novelty import novelty_scores, novelty_threshold
from viz.diagram.theme import LIGHT
from viz.page.page import network_page
from viz.window.answer import UNFINISHED, UNLIKE
from viz.window.controller import Controller
from viz.window.panels import percent
from viz.window.reading import read
from viz.window.scene import Label

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
Stroke = list[tuple[float, float]]
SEVEN: list[Stroke] = [[(0.3, 0.22), (0.7, 0.22), (0.46, 0.8)]]
LETTER_H: list[Stroke] = [
    [(0.3, 0.2), (0.3, 0.8)],
    [(0.7, 0.2), (0.7, 0.8)],
    [(0.3, 0.5), (0.7, 0.5)],
]


@pytest.fixture
def shipped() -> Network:
    return load_network(ROOT / "weights.npz")


def foreign(network: Network) -> Network:
    """The same weights from a file that tells nothing about them."""
    network.meta = {}
    return network


# ── The window ────────────────────────────────────────────────────────────────────────────────


def window(network: Network, folder: Path) -> Controller:
    school = small_school(network, folder)
    return Controller(network, theme=LIGHT, size=(1280, 800), school=school)


def draw(controller: Controller, strokes: list[Stroke]) -> None:
    rect = controller.layout.canvas
    for points in strokes:
        first, *others = [(rect.x + x * rect.width, rect.y + y * rect.height) for x, y in points]
        controller.press("pen", *first)
        for point in others:
            controller.move("pen", *point)
        controller.release("pen")
    controller.rest()


def texts(controller: Controller) -> list[str]:
    return [item.text for item in controller.scene() if isinstance(item, Label)]


def test_the_window_shows_the_calibrated_probability(shipped: Network, tmp_path: Path) -> None:
    controller = window(shipped, tmp_path)
    draw(controller, SEVEN)
    image = controller.reading.image.reshape(1, -1)
    calibrated = calibrated_probabilities(shipped, image)[0]
    np.testing.assert_array_equal(controller.reading.calibrated, calibrated)
    assert f"calibrated {percent(calibrated.max())}" in texts(controller)
    assert UNLIKE not in texts(controller)


def test_the_window_says_that_a_letter_is_unlike_any_digit(
    shipped: Network, tmp_path: Path
) -> None:
    controller = window(shipped, tmp_path)
    draw(controller, LETTER_H[:2])
    draw(controller, LETTER_H[2:])
    assert UNLIKE in texts(controller)
    controller.press("pen", *controller.layout.canvas.center)
    assert UNLIKE not in texts(controller)  # while somebody draws, it is said calmly
    assert UNFINISHED in texts(controller)
    controller.release("pen")
    assert UNFINISHED in texts(controller)
    controller.rest()
    assert UNLIKE in texts(controller)
    controller.key("c")
    assert UNLIKE not in texts(controller)  # of blank paper nothing is claimed


def test_the_windows_verdict_is_pythons(shipped: Network) -> None:
    strange, _ = letters(40, rng=np.random.default_rng(4))
    digits, _ = ns.pen_digits(40, rng=np.random.default_rng(5))
    threshold = novelty_threshold(shipped)
    verdicts = []
    for image in (*strange, *digits):
        reading = read(shipped, image.reshape(28, 28))
        expected = novelty_scores(shipped, reading.image.reshape(1, -1))[0] > threshold
        assert reading.is_unlike == expected
        verdicts.append(reading.is_unlike)
    assert set(verdicts) == {True, False}


def test_a_lesson_ends_the_windows_claims_and_undo_brings_them_back(
    shipped: Network, tmp_path: Path
) -> None:
    controller = window(shipped, tmp_path)
    draw(controller, LETTER_H)
    controller.teach(4)
    shown = texts(controller)
    assert "calibrated before teaching" in shown
    assert UNLIKE not in shown
    controller.key("s")
    assert {"temperature", "novelty"}.isdisjoint(load_network(controller.school.target).meta)
    controller.key("u")
    assert UNLIKE in texts(controller)


def test_the_window_claims_nothing_for_a_file_that_tells_nothing(
    shipped: Network, tmp_path: Path
) -> None:
    controller = window(foreign(shipped), tmp_path)
    draw(controller, LETTER_H)
    assert controller.reading.calibrated is None
    assert not any("calibrated" in text or text == UNLIKE for text in texts(controller))
    controller.teach(4)
    assert not any("calibrated" in text for text in texts(controller))


# ── The page ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def page(open_page: OpenPage, page_files: Callable[[str], Path]) -> Page:
    page = open_page(page_files("weights"))
    page.evaluate("neuroscribble.ready")
    return page


def scribble(page: Page, strokes: list[Stroke]) -> None:
    """Draw on the empty pad with the mouse."""
    page.get_by_role("button", name="Clear").click()
    draw_by_hand(page, strokes)


def confidence(page: Page, ink: Any = None) -> dict[str, Any]:
    return page.evaluate(
        """(ink) => {
          const { calibrated, ...rest } = neuroscribble.confidence(ink ?? undefined);
          return { calibrated: calibrated && [...calibrated], ...rest };
        }""",
        ink,
    )


@pytest.mark.browser
def test_the_pages_confidence_is_pythons(page: Page, shipped: Network) -> None:
    strange, _ = letters(20, rng=np.random.default_rng(4))
    digits, _ = ns.pen_digits(20, rng=np.random.default_rng(5))
    images = np.concatenate([strange, digits, np.zeros((1, 784), np.float32)])
    calibrated = calibrated_probabilities(shipped, images)
    scores, threshold = novelty_scores(shipped, images), novelty_threshold(shipped)
    assert threshold is not None
    verdicts = scores > threshold
    assert set(verdicts.tolist()) == {True, False}
    for image, probabilities, score, verdict in zip(
        images, calibrated, scores, verdicts, strict=True
    ):
        got = confidence(page, image.astype(float).tolist())
        np.testing.assert_allclose(got["calibrated"], probabilities, atol=1e-5)
        assert got["novelty"] == pytest.approx(score, abs=1e-5)
        assert got["unlikeAnyDigit"] == verdict


@pytest.mark.browser
def test_the_page_says_what_it_thinks_of_digits_letters_and_blank_paper(page: Page) -> None:
    panel, unlike = page.locator("#panel"), page.get_by_text(UNLIKE, exact=True)
    scribble(page, SEVEN)
    assert not unlike.is_visible()
    shown = max(confidence(page)["calibrated"])
    words = "".join(panel.inner_text().split())
    assert percent(shown).replace(" ", "") + "calibrated" in words
    assert f"Thenetworkreads7with{percent(shown).replace(' ', '')},then" in words
    assert "raw softmax" not in panel.inner_text()  # one number, until somebody asks
    page.get_by_text("Where this number is from").click()
    details = panel.inner_text().replace("\u00a0", " ")
    raw = page.evaluate("Math.max(...neuroscribble.sums().at(-1).activation)")
    assert f"The raw softmax is {percent(raw)}. They differ because" in details
    assert "fitted on digits held out of training" in details
    scribble(page, LETTER_H)
    assert page.get_by_text(UNFINISHED, exact=True).is_visible()  # somebody may still draw
    assert not unlike.is_visible()
    assert "unlike any digit" not in page.locator("#caption").inner_text()
    unlike.wait_for()
    assert "unlike any digit" in page.locator("#caption").inner_text()
    page.wait_for_function("(words) => speech.textContent.includes(words)", arg=UNLIKE)
    page.evaluate("neuroscribble.select('output:4')")
    text = panel.inner_text()
    assert "Calibrated: e^(" in text
    assert "fitted on digits held out of training" in text
    page.get_by_role("button", name="Clear").click()
    page.evaluate("neuroscribble.select(null)")
    assert not unlike.is_visible()
    assert "calibrated" not in panel.inner_text()


@pytest.mark.browser
def test_a_lesson_ends_the_pages_claims_and_reset_brings_them_back(page: Page) -> None:
    scribble(page, LETTER_H)
    before = confidence(page)
    page.evaluate("neuroscribble.teach(4)")
    after = confidence(page)
    assert after == {"calibrated": None, "novelty": None, "unlikeAnyDigit": None}
    page.get_by_text("Where this number is from").click()
    panel = page.locator("#panel").inner_text()
    assert "raw softmax" in panel
    assert "measured before you taught it" in panel
    assert not page.get_by_text(UNLIKE, exact=True).is_visible()
    page.evaluate("neuroscribble.reset()")
    assert confidence(page) == before
    page.get_by_text(UNLIKE, exact=True).wait_for()


@pytest.mark.browser
def test_the_page_claims_nothing_for_a_file_that_tells_nothing(
    open_page: OpenPage, shipped: Network, tmp_path: Path
) -> None:
    file = tmp_path / "network.html"
    file.write_text(network_page(foreign(shipped)), encoding="utf-8")
    page = open_page(file)
    page.evaluate("neuroscribble.ready")
    scribble(page, LETTER_H)
    nothing = {"calibrated": None, "novelty": None, "unlikeAnyDigit": None}
    assert confidence(page) == nothing
    page.get_by_text("Where this number is from").click()
    panel = page.locator("#panel").inner_text()
    assert "calibrated" not in panel
    assert "raw softmax" in panel
    assert "No temperature is stored" in panel
    page.evaluate("neuroscribble.select('output:4')")
    assert "calibrated" not in page.locator("#panel").inner_text().lower()
