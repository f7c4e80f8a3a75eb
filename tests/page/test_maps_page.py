"""The maps' page in a real browser: quiet, exact about every digit, and usable by everyone."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import OpenPage
from PIL import Image

import neuroscribble as ns
from neuroscribble.explain.maps import Answers, LayerMap
from neuroscribble.shapes import CLASS_NAMES
from viz.diagram.theme import THEMES, rgb
from viz.page.maps_page import ATLAS_COLUMNS, STEPS, atlas, maps_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

N = 150
PHONE = {"width": 390, "height": 844}


def answers_and_layers() -> tuple[Answers, list[LayerMap]]:
    """Pen digits, every tenth misread as the next digit, on three maps of loose clouds."""
    rng = np.random.default_rng(7)
    images, labels = ns.pen_digits(N, rng=rng)
    read = np.where(np.arange(N) % 10 == 3, (labels + 1) % 10, labels)
    probabilities = np.full((N, 10), 0.02)
    probabilities[np.arange(N), read] = 0.82
    layers = []
    for number, key in enumerate(("input", "h1", "output")):
        middle = np.stack([np.cos(labels * 0.63 + number), np.sin(labels * 0.63 + number)], 1)
        pca, tsne = (middle + rng.normal(0, 0.2, (N, 2)) for _ in range(2))
        layers.append(LayerMap(key, (9 + number,), pca, 0.25, tsne, 0.9 + number / 100, 0.5))
    return Answers("pen test", images, labels, probabilities), layers


ANSWERS, LAYERS = answers_and_layers()
WRONG = np.flatnonzero(~ANSWERS.is_right).tolist()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("maps") / "maps.html"
    text = maps_page(LAYERS, ANSWERS, class_names=CLASS_NAMES, weights_name="weights.npz")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def opened(file: Path, open_page: OpenPage) -> Callable[..., Page]:
    def open_and_wait(path: Path = file, **how: Any) -> Page:
        page = open_page(path, **{"width": 1920, "height": 1080, **how})
        page.evaluate("() => window.neuroscribble.ready")
        return page

    return open_and_wait


@pytest.fixture
def page(opened: Callable[..., Page]) -> Page:
    return opened()


def call(page: Page, method: str, *arguments: Any) -> Any:
    return page.evaluate(
        "([method, given]) => window.neuroscribble[method](...given)", [method, list(arguments)]
    )


def on_screen(page: Page, index: int) -> tuple[float, float]:
    box = page.locator("#dots").bounding_box()
    assert box is not None
    x, y = call(page, "screen", index)
    return box["x"] + x, box["y"] + y


def told(page: Page) -> str:
    return " ".join(page.locator("#told").inner_text().split())


def rest(page: Page) -> None:
    """Wait until no dot moves."""
    deadline = time.monotonic() + 10
    while call(page, "moving"):
        assert time.monotonic() < deadline, "the dots never came to rest"
        page.wait_for_timeout(50)


def colors(page: Page) -> np.ndarray:
    shot = page.locator("#map").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def sentence(index: int) -> str:
    label, answer = int(ANSWERS.labels[index]), int(ANSWERS.answers[index])
    mis = "mis" if label != answer else ""
    return f"{label} {mis}read as {answer}, 82.0 %"


# ── The file ──────────────────────────────────────────────────────────────────────────────────


def test_the_file_is_small_and_names_nothing_outside_itself(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) < 300_000
    without_scripts = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    links = re.findall(r"""(?:src|href|srcset|action)\s*=\s*["']?([^"'\s>]*)""", without_scripts)
    assert all(link.startswith("data:") for link in links), links
    assert not re.search(r"<script[^>]*\ssrc", text)
    assert "{{" not in without_scripts


def test_ten_thousand_digits_fit_into_five_megabytes() -> None:
    n = 10_000
    images, labels = ns.pen_digits(1000, rng=np.random.default_rng(1))
    images, labels = np.tile(images, (10, 1)), np.tile(labels, 10)  # too far apart to be shared
    points = np.random.default_rng(2).normal(size=(n, 2))
    layers = [LayerMap("h1", (9,), points, 0.2, points, 0.9, 0.5)] * 4
    answers = Answers("pen", images, labels, np.eye(10)[labels])
    text = maps_page(layers, answers, class_names=CLASS_NAMES, weights_name="weights.npz")
    assert len(text.encode()) <= 5_000_000


def test_the_atlas_holds_every_image_at_its_place() -> None:
    images = np.random.default_rng(1).integers(0, 256, (ATLAS_COLUMNS + 2, 784)) / 255
    picture = atlas(images)
    assert picture.shape == (2 * 28, ATLAS_COLUMNS * 28)
    last = picture[28:56, 28:56].ravel()
    np.testing.assert_array_equal(last, np.rint(images[-1] * 255))
    assert not picture[28:, 56:].any()


@pytest.mark.parametrize("where", ["weights", "classes", "source"])
def test_a_name_full_of_html_is_shown_and_runs_nothing(
    where: str, tmp_path: Path, opened: Callable[..., Page]
) -> None:
    hostile = "</script><script>window.hacked = 1</script><img src=x onerror='hacked = 1'> {{ 7 }}"
    classes = [f"{hostile}{k}" for k in range(10)] if where == "classes" else CLASS_NAMES
    name = hostile if where == "source" else "pen"
    answers = Answers(name, ANSWERS.images, ANSWERS.labels, ANSWERS.probabilities)
    weights = hostile if where == "weights" else "weights.npz"
    path = tmp_path / "hostile.html"
    path.write_text(
        maps_page(LAYERS, answers, class_names=classes, weights_name=weights), encoding="utf-8"
    )
    page = opened(path)
    shown = page.locator("#told" if where == "classes" else "header p").text_content() or ""
    assert hostile in shown
    assert page.evaluate("() => window.hacked === undefined")
    assert page.locator("img").count() == 0


# ── Digits ────────────────────────────────────────────────────────────────────────────────────


def test_pointing_at_a_dot_shows_its_digit_with_answer_and_probability(page: Page) -> None:
    for index in (0, 40, WRONG[2], N - 1):
        page.mouse.move(*on_screen(page, index))
        found = call(page, "selected")
        assert call(page, "screen", found) == pytest.approx(call(page, "screen", index), abs=3)
        assert told(page).replace("\u00a0", " ") == sentence(found)
        pixels = page.evaluate(
            """() => {
              const ctx = new OffscreenCanvas(28, 28).getContext("2d");
              ctx.drawImage(document.getElementById("picture"), 0, 0);
              return [...ctx.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0);
            }"""
        )
        ink = ANSWERS.images[found]
        paper, dark = (rgb(THEMES["light"].ink[i])[0] for i in (0, -1))
        np.testing.assert_array_equal(np.array(pixels)[ink == 0], paper)
        np.testing.assert_array_equal(np.array(pixels)[ink == 1], dark)
        assert (np.array(call(page, "inkOf", found)) == np.rint(ink * 255)).all()


def test_dots_lie_where_python_put_them(page: Page, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="payload">(.*?)</script>', text)
    assert found is not None
    one = json.loads(found[1])["layers"][0]["maps"]["tsne"]
    places = np.array(one["places"]).reshape(N, 2) / STEPS
    points = LAYERS[0].tsne
    assert points is not None
    screen = np.array([call(page, "screen", i) for i in range(N)])
    side = np.ptp(screen[:, 0]) / np.ptp(places[:, 0])
    for axis, sign in ((0, 1), (1, -1)):
        scale = np.ptp(screen[:, axis]) / np.ptp(points[:, axis])
        expected = sign * scale * (points[:, axis] - points[:, axis].mean())
        np.testing.assert_allclose(
            screen[:, axis] - screen[:, axis].mean(), expected, atol=1.5 * side / STEPS
        )


def test_a_finger_chooses_a_digit(opened: Callable[..., Page]) -> None:
    page = opened(**PHONE, touch=True)
    page.locator("#map").scroll_into_view_if_needed()
    page.touchscreen.tap(*on_screen(page, 12))
    found = call(page, "selected")
    assert call(page, "screen", found) == pytest.approx(call(page, "screen", 12), abs=16)
    assert told(page).replace("\u00a0", " ") == sentence(found)


def test_the_keyboard_walks_zooms_and_is_answered(page: Page) -> None:
    page.locator("#map").focus()
    x, y = call(page, "screen", call(page, "selected"))
    page.keyboard.press("ArrowRight")
    found = call(page, "selected")
    assert call(page, "screen", found)[0] > x
    assert page.locator("#speech").inner_text().strip()
    spoken = " ".join(page.locator("#speech").inner_text().split())
    assert spoken.replace("\u00a0", " ") == sentence(found)
    page.keyboard.press("ArrowDown")
    assert call(page, "screen", call(page, "selected"))[1] > call(page, "screen", found)[1]
    page.keyboard.press("+")
    assert call(page, "zoom") > 1
    page.keyboard.press("0")
    assert call(page, "zoom") == 1


def test_the_keyboard_reaches_every_control(page: Page) -> None:
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => document.activeElement.id || document.activeElement.name || "
                "document.activeElement.textContent"
            )
        )
    assert {"fit", "theme", "layers", "methods", "map", "next", "misread", "0", "9"} <= reached


# ── Maps ──────────────────────────────────────────────────────────────────────────────────────


def test_layers_and_methods_are_chosen_and_dots_travel(opened: Callable[..., Page]) -> None:
    page = opened(motion=True)
    before = call(page, "screen", 5)
    assert (call(page, "layer"), call(page, "method")) == ("input", "tsne")
    page.get_by_label("output").check()
    assert call(page, "layer") == "output"
    rest(page)
    after = call(page, "screen", 5)
    assert np.hypot(after[0] - before[0], after[1] - before[1]) > 20
    assert "92.0" in page.locator("#measures").inner_text()
    page.get_by_label("PCA").check()
    rest(page)
    assert call(page, "method") == "pca"
    assert call(page, "screen", 5) != after
    assert "25" in page.locator("#measures").inner_text()


def test_who_wants_no_motion_sees_the_new_map_at_once(page: Page) -> None:
    before = call(page, "screen", 5)
    page.get_by_label("h1").check()
    assert not call(page, "moving")
    assert call(page, "screen", 5) != before


def test_maps_by_pca_alone_offer_no_other_method(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    layers = [
        LayerMap(one.key, one.shape, one.pca, 0.2, None, 0.9, 0.5) for one in LAYERS
    ]  # as without scikit-learn
    path = tmp_path / "pca.html"
    path.write_text(
        maps_page(layers, ANSWERS, class_names=CLASS_NAMES, weights_name="w.npz"), encoding="utf-8"
    )
    page = opened(path)
    assert page.locator("#methods input").count() == 1
    assert call(page, "method") == "pca"
    assert "scikit-learn" in page.locator("#panel").inner_text()


def test_a_class_is_highlighted_and_misread_digits_are_filtered(page: Page) -> None:
    page.get_by_role("button", name="4", exact=True).click()
    assert call(page, "shown") == np.flatnonzero(ANSWERS.labels == 4).tolist()
    page.get_by_label("misread only").check()
    assert call(page, "shown") == [i for i in WRONG if ANSWERS.labels[i] == 4]
    page.get_by_role("button", name="4", exact=True).click()
    assert call(page, "shown") == WRONG
    page.get_by_role("button", name="Next misread digit").click()
    assert call(page, "selected") == WRONG[1], "the first one is chosen when the page opens"


def test_zooming_keeps_the_place_under_the_pointer_and_shows_digits(page: Page) -> None:
    at = on_screen(page, 20)
    page.mouse.move(*at)
    for _ in range(6):
        page.mouse.wheel(0, -300)
    page.wait_for_function("() => window.neuroscribble.zoom() > 14")
    x, y = on_screen(page, 20)
    assert (x, y) == pytest.approx(at, abs=8), "the wheel tells whole pixels, zoomed 15 times"
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y + 30, steps=4)
    page.mouse.up()
    assert on_screen(page, 20) == pytest.approx((x - 90, y + 30), abs=1)
    color = rgb(THEMES["light"].classes[int(ANSWERS.labels[20])])
    assert (np.abs(colors(page) - color).sum(axis=2) < 30).sum() > 40, "the digit is drawn"
    page.get_by_role("button", name="Fit").click()
    assert call(page, "zoom") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_class_is_painted_in_its_color(scheme: str, opened: Callable[..., Page]) -> None:
    pixels = colors(opened(color_scheme=scheme))
    for color in THEMES[scheme].classes:
        assert (np.abs(pixels - rgb(color)).sum(axis=2) < 12).sum() > 100, color


# ── Everyone ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1920, "height": 1080}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(scheme: str, size: dict[str, int], opened: Callable[..., Page]) -> None:
    found = Axe().run(opened(color_scheme=scheme, **size))
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_shows_everything_without_scrolling_sideways(opened: Callable[..., Page]) -> None:
    page = opened(**PHONE, touch=True)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    box = page.locator("#map").bounding_box()
    assert box is not None
    assert box["width"] > 340
    assert box["y"] + box["height"] < PHONE["height"]
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, .pick, #panel > label")]
          .map((node) => [node.textContent, node.getBoundingClientRect()])
          .filter(([, { width, height }]) => Math.min(width, height) < 24)
          .map(([text]) => text)"""
    )
    assert small == []


def test_the_theme_follows_the_system_and_the_button(opened: Callable[..., Page]) -> None:
    page = opened(color_scheme="dark")
    theme = "() => document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.get_by_role("button", name="Light / dark").click()
    assert page.evaluate(theme) == "light"
    page.emulate_media(color_scheme="light")
    page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 50)))")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
