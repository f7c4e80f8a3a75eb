"""The weights view: NumPy's canonical matrices in their colors, bound to the picture, alive."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from foreign_networks import foreign
from javascript import RunJs, payload_of
from numpy.typing import NDArray
from PIL import Image
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.explain.canonical import canonical
from neuroscribble.explain.links import links
from neuroscribble.explain.sorting import sort_units
from neuroscribble.explain.usual import measure_usual
from viz.diagram.theme import LIGHT, color_table, rgb
from viz.figures.sheet import signed_scale
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]
browser = pytest.mark.browser
PAINTED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const { top, bottom } = document.getElementById("inspector").getBoundingClientRect();
  const waits = () => [...document.querySelectorAll(".plate")].some((plate) => {
    const box = plate.querySelector("canvas").getBoundingClientRect();
    const isSeen = box.top < Math.min(bottom, innerHeight) - 1 && box.bottom > Math.max(top, 0) + 1;
    return isSeen && plate.getAttribute("aria-busy") === "true";
  });
  for (let i = 0; i < 3 || waits(); i++) {
    if (i > 300) throw new Error("it is not painted");
    await frame();
  }
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


@pytest.fixture
def opened(folder: Path, open_page: OpenPage) -> Callable[..., Page]:
    """The page of a network, or a page that is written, with its weights view open."""

    def open_view(shown: ns.Network | Path, **how: Any) -> Page:
        file = folder / "network.html"
        if isinstance(shown, Path):
            file = shown
        else:
            file.write_text(network_page(shown), encoding="utf-8")
            how["anew"] = True
        page = open_page(file, **{"width": 1366, "height": 768, **how})
        page.evaluate("neuroscribble.ready")
        page.get_by_role("tab", name="Weights").click()
        page.evaluate(PAINTED)
        return page

    return open_view


def shipped() -> ns.Network:
    return ns.load_network(ROOT / "weights.npz")


@pytest.fixture
def page(page_files: Callable[[str], Path], opened: Callable[..., Page]) -> Page:
    return opened(page_files("weights"))


def plate(page: Page, n: int) -> Locator:
    found = page.locator(".plate").nth(n)
    found.locator("canvas").scroll_into_view_if_needed()
    page.evaluate(PAINTED)
    return found


def readout(page: Page, n: int) -> str:
    return page.locator(".readout").nth(n).inner_text().replace("−", "-")


def screenshot(where: Locator) -> NDArray[np.uint8]:
    shot = where.screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))


def painted(figure: Locator) -> NDArray[np.uint8]:
    """A plate's own pixels, (rows, columns, 4)."""
    url = figure.locator("canvas").evaluate("(canvas) => canvas.toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))))


def is_same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    return one.shape == other.shape and bool((one == other).all())


def point_at(page: Page, n: int, across: float, down: float) -> tuple[int, int]:
    """Moves the mouse to a share of a plate; where that is on its canvas."""
    box = plate(page, n).locator("canvas").bounding_box()
    assert box is not None
    x, y = int(box["width"] * across), int(box["height"] * down)
    page.mouse.move(box["x"] + x + 0.5, box["y"] + y + 0.5)
    return x, y


# ── Numbers and colors ────────────────────────────────────────────────────────────────────────


@browser
@pytest.mark.parametrize("name", ["shipped", "cnn"])
def test_the_public_object_gives_numpys_canonical_numbers(
    name: str, page_files: Callable[[str], Path], opened: Callable[..., Page]
) -> None:
    network = shipped() if name == "shipped" else small_cnn()
    if name == "cnn":
        network.usual = measure_usual(network, ns.pen_digits(40, rng=np.random.default_rng(5))[0])
    page = opened(page_files("weights") if name == "shipped" else network)
    got = page.evaluate(
        """() => neuroscribble.canonical().map(({ weights, bias, order, helped, ...rest }) => ({
             ...rest, bias: [...bias], order: order && [...order], helped: helped && [...helped],
             weights: weights.filter((_, index) => index % 7 === 0).join(" ") }))"""
    )
    form = canonical(network)
    chain = links(form.network)
    sortings = sort_units(chain, form.network.usual)
    for mine, link in zip(got, chain, strict=True):
        assert mine["key"] == link.key
        weights = np.fromstring(mine["weights"], sep=" ")
        np.testing.assert_allclose(weights, link.weights.ravel()[::7], rtol=2e-6, atol=1e-9)
        np.testing.assert_allclose(mine["bias"], link.bias, rtol=2e-6, atol=1e-9)
        assert mine["dead"] == form.dead.get(link.key, [])
        if link.key in sortings:
            assert mine["order"] == sortings[link.key].order.tolist()
            assert mine["helped"] == sortings[link.key].helped.tolist()
        else:
            assert (mine["order"], mine["helped"]) == (None, None)


def test_a_scale_ends_where_pythons_does(js: RunJs, rng: np.random.Generator) -> None:
    many = rng.normal(0, 3, 5000)
    alike = np.repeat([0.5, -2.0, 1e-3], 100)
    for values in (many, alike, many[:7] * 1e-5, np.zeros(9), np.array([0.25]), many[:2]):
        got = js("scale.scaleLimit(given.v.length, (i) => given.v[i])", v=values)
        assert got == signed_scale([values]).limit


@browser
def test_what_is_pointed_at_has_its_number_and_its_color(page: Page) -> None:
    network = shipped()
    table = color_table(LIGHT.signed, 513)
    for layer, (link, form) in enumerate(
        zip(links(network), links(canonical(network).network), strict=True)
    ):
        raw, weights = link.weights[0], form.weights[0]
        limit = signed_scale([weights]).limit
        found = 0
        for across, down in ((0.3, 0.2), (0.52, 0.41), (0.71, 0.53), (0.86, 0.12), (0.61, 0.33)):
            x, y = point_at(page, layer, across, down)
            told = re.fullmatch(
                r"\w+:([\d,]+) → \w+:(\d+): weight (\S+), canonical (\S+)", readout(page, layer)
            )
            if told is None:
                continue  # between two tiles
            row, _, column = told[1].partition(",")
            place = int(row) * 28 + int(column) if column else int(row), int(told[2])
            assert np.float32(told[3]) == raw[place]
            value = weights[place]
            assert float(told[4]) == pytest.approx(value, abs=6e-5)
            page.mouse.move(5, 5)
            pixel = painted(plate(page, layer))[y, x]
            within = abs(value) <= limit
            beyond = rgb(LIGHT.beyond[int(value > 0)])
            expected = table[round(value / limit * 256) + 256] if within else beyond
            assert pixel[3] == 255
            difference = np.abs(pixel[:3].astype(int) - np.array(expected, int))
            assert difference.max() <= 3  # a rounded step of the palette
            found += 1
        assert found >= 3


def test_every_point_of_a_plate_is_a_weight_of_its_own(js: RunJs) -> None:
    """Fields, kernels, matrices: a point is found where it lies, no weight is shown twice."""
    network = foreign("maps")
    got = js(
        """
        const chain = payload.readNetwork(given.payload).layers;
        const field = { fanIn: 108, fanOut: 7, taps: 1, tapColumns: 1 };
        const cases = [...chain.map((layer) => [layer, null]), [field, { side: 6, channels: 3 }]];
        return cases.flatMap(([layer, picture]) => [1, 2].map((ratio) => {
          const order = (n) => Int32Array.from({ length: n }, (_, i) => n - 1 - i);
          const orders = { source: order(layer.fanIn), target: order(layer.fanOut) };
          const plate = plates.plateOf(layer, orders, picture, 420, 22, ratio);
          const shown = new Set();
          let back = 0;
          for (let row = 0; row < plate.rows; row++) {
            for (let column = 0; column < plate.columns; column++) {
              const index = plate.weightAt(column, row);
              if (index < 0) continue;
              shown.add(index);
              const box = plates.pointBox(plate, column, row);
              const at = plates.pointAt(plate, box.x + box.width - 0.5, box.y + 0.5);
              const fits = box.x + box.width <= plate.width && box.y + box.height <= plate.height;
              back += at && at.column === column && at.row === row && fits ? 1 : 0;
            }
          }
          const all = layer.taps * layer.fanIn * layer.fanOut;
          return [plate.width <= 420 * ratio, shown.size, back, all];
        }));
        """,
        payload=payload_of(network),
    )
    for fits, shown, back, everything in got:
        assert fits
        assert shown == back == everything


# ── Bound to the picture ──────────────────────────────────────────────────────────────────────


@browser
def test_pointing_at_a_weight_lights_its_edge_up_until_the_pointer_leaves(page: Page) -> None:
    plate(page, 1)
    network = page.locator("#network")
    before = screenshot(network)
    point_at(page, 1, 0.5, 0.5)
    page.evaluate(PAINTED)
    lit = screenshot(network)
    assert not is_same(lit, before)
    accent = np.all(lit == rgb(LIGHT.accent), axis=2).sum()
    assert accent > np.all(before == rgb(LIGHT.accent), axis=2).sum() + 100
    page.mouse.move(5, 5)
    page.evaluate(PAINTED)
    assert is_same(screenshot(network), before)


@browser
def test_a_click_selects_the_unit_and_a_unit_of_the_picture_is_marked_here(page: Page) -> None:
    point_at(page, 1, 0.5, 0.5)
    unit = readout(page, 1).split(":")[2]  # "h1:23 → h2:51: weight …"
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("neuroscribble.selection()") == f"h2:{unit}"
    assert page.get_by_role("tab", name="Weights").get_attribute("aria-selected") == "true"
    box = plate(page, 1).locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + box["height"] - 16)  # a column's head
    head = re.fullmatch(r"(h1:\d+), helps \d most", readout(page, 1))
    assert head is not None
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("neuroscribble.selection()") == head[1]
    canvas = plate(page, 1).locator("canvas")
    marked = canvas.evaluate("(c) => c.toDataURL()")
    page.evaluate("neuroscribble.select('h2:7')")
    assert canvas.evaluate("(c) => c.toDataURL()") != marked
    assert page.get_by_role("tab", name="Weights").get_attribute("aria-selected") == "true"
    page.evaluate("neuroscribble.select(null)")
    page.get_by_role("tab", name="Answer").click()
    page.evaluate("neuroscribble.select('h2:7')")
    assert page.get_by_role("tab", name="Unit").get_attribute("aria-selected") == "true"


@browser
def test_the_keyboard_walks_and_selects_and_is_spoken(page: Page) -> None:
    order = page.evaluate("neuroscribble.canonical().map(({ order }) => order && [...order])")
    field, matrix = (plate(page, n).locator("canvas") for n in (0, 1))
    matrix.focus()
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "End", "ArrowUp"):
        page.keyboard.press(key)
    assert readout(page, 1).startswith(f"h1:{order[0][-1]} → h2:{order[1][1]}: weight ")
    assert page.locator(".readout").nth(1).get_attribute("aria-live") == "polite"
    page.keyboard.press("Enter")
    assert page.evaluate("neuroscribble.selection()") == f"h2:{order[1][1]}"
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("neuroscribble.selection()") == f"h1:{order[0][-1]}"
    field.focus()
    page.keyboard.press("ArrowRight")  # the next unit, at its largest weight
    W = links(shipped())[0].weights[0][:, order[0][1]]
    row, column = divmod(int(np.abs(W).argmax()), 28)
    assert readout(page, 0).startswith(f"input:{row},{column} → h1:{order[0][1]}: ")
    page.keyboard.press("Shift+ArrowLeft")  # within its picture
    assert readout(page, 0).startswith(f"input:{row},{column - 1} → h1:{order[0][1]}: ")


# ── Alive ─────────────────────────────────────────────────────────────────────────────────────


@browser
def test_a_lesson_changes_what_is_seen_and_undoing_it_brings_it_back(page: Page) -> None:
    canvas = plate(page, 0).locator("canvas")
    again = page.get_by_role("button", name="Sort again")
    picture = "(c) => c.toDataURL()"
    before = canvas.evaluate(picture)
    page.evaluate("() => { for (let k = 0; k < 5; k++) neuroscribble.teach(8); }")
    page.evaluate(PAINTED)
    taught = canvas.evaluate(picture)
    assert taught != before
    assert again.is_visible()
    assert "measured before its lessons" in page.locator(".weights").inner_text()
    again.click()
    assert again.is_hidden()
    page.evaluate("neuroscribble.reset()")
    page.evaluate(PAINTED)
    again.click()
    page.evaluate(PAINTED)
    canvas.scroll_into_view_if_needed()
    page.evaluate(PAINTED)
    assert canvas.evaluate(picture) == before


@browser
def test_weights_that_never_rest_are_painted_all_the_same(page: Page) -> None:
    plate(page, 0)
    n_pictures = page.evaluate(
        """async () => {
          const [pictures, clock] = [new Set(), performance.now];
          let time = clock.call(performance);
          performance.now = () => (time += 1); // so slow that a plate takes several frames
          for (let i = 0; i < 60 && pictures.size < 3; i++) {
            neuroscribble.teach(i % 10);
            await new Promise(requestAnimationFrame);
            pictures.add(document.querySelector(".plate canvas").toDataURL());
          }
          performance.now = clock;
          neuroscribble.reset();
          return pictures.size;
        }"""
    )
    assert n_pictures == 3


@browser
def test_nothing_is_painted_while_another_panel_is_open_or_while_ink_changes(
    page_files: Callable[[str], Path], opened: Callable[..., Page]
) -> None:
    page = opened(page_files("weights"), anew=True)
    page.evaluate(
        """() => {
          window.painted = 0;
          const put = CanvasRenderingContext2D.prototype.putImageData;
          CanvasRenderingContext2D.prototype.putImageData = function (...given) {
            const { width, height } = this.canvas; // of the sheet of fields, not of the pad
            if (width !== height && width % 28 === 0 && height % 28 === 0) window.painted++;
            return put.apply(this, given);
          };
        }"""
    )
    page.evaluate("neuroscribble.setInk(Array(784).fill(0.5))")
    page.get_by_role("tab", name="Answer").click()
    page.evaluate("neuroscribble.teach(8)")
    page.evaluate(PAINTED)
    assert page.evaluate("painted") == 0
    page.get_by_role("tab", name="Weights").click()
    page.evaluate(PAINTED)
    assert page.evaluate("painted") == 1


# ── Every network, every screen ───────────────────────────────────────────────────────────────


@browser
@pytest.mark.parametrize("name", ["no hidden layer", "iris", "maps"])
def test_networks_of_every_kind_show_something(name: str, opened: Callable[..., Page]) -> None:
    networks: dict[str, Callable[[], ns.Network]] = {
        "no hidden layer": lambda: ns.build_mlp((), rng=np.random.default_rng(1)),
        "iris": lambda: ns.load_network(ROOT / "neuroscribble/examples/iris.npz"),
        "maps": lambda: foreign("maps"),
    }
    network = networks[name]()
    page = opened(network)
    assert page.locator(".plate").count() == len(links(network))
    for n in range(len(links(network))):
        pixels = screenshot(plate(page, n).locator("canvas"))
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 6
    if name == "no hidden layer":
        assert "As they are in the network." in page.locator(".weights").inner_text()


@browser
def test_a_point_of_a_pooled_matrix_is_the_largest_of_its_weights(
    opened: Callable[..., Page],
) -> None:
    network = ns.build_mlp((2000,), rng=np.random.default_rng(1), n_inputs=25, n_classes=3)
    page = opened(network)
    assert "2,000 × 25 weights: rows are h1" in page.locator(".plate .hint").first.inner_text()
    assert "Each point is the largest of 1 × " in page.locator(".weights").inner_text()
    W = links(network)[1].weights[0]
    order = np.array(page.evaluate("[...neuroscribble.canonical()[0].order]"))
    canvas = plate(page, 1).locator("canvas")
    room = canvas.evaluate("(canvas) => canvas.width") - 22 - 2 * 2  # but for names and frames
    for across, down in ((0.3, 0.3), (0.5, 0.2), (0.7, 0.5)):
        point_at(page, 1, across, down)
        told = re.match(r"h1:(\d+) → output:(\d): weight .*, the largest of 1 × ", readout(page, 1))
        assert told is not None
        place = int(np.flatnonzero(order == int(told[1]))[0])
        points = (np.arange(2000) / (2000 / room)).astype(int)
        together = np.flatnonzero(points == points[place])
        assert len(together) > 1
        assert np.abs(W[order[together], int(told[2])]).argmax() == place - together[0]


@browser
def test_all_tabs_are_in_one_row_and_a_phone_has_no_room_beside_it(
    page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = open_page(page_files("weights"), width=1366, height=768)
    page.evaluate("neuroscribble.ready")
    row = "() => { const bar = document.querySelector('[role=tablist]'); return "
    tops = "new Set([...bar.children].map((tab) => tab.getBoundingClientRect().top)).size"
    for width, height in ((1366, 768), (1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(f"{row}[{tops}, bar.scrollWidth - bar.clientWidth]; }}") == [1, 0]
    page.get_by_role("tab", name="Weights").click()
    page.evaluate(PAINTED)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 320, "height": 640})  # too narrow: the row scrolls
    page.get_by_role("tab", name="Answer").click()
    page.get_by_role("tab", name="Weights").click()
    assert page.evaluate(f"{row} bar.lastChild.getBoundingClientRect().right <= innerWidth; }}")
