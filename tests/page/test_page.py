"""The page in a real browser: one quiet file, NumPy's own numbers, and hands that use it."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import OpenPage
from numpy.typing import NDArray
from packed_page import payload_in
from PIL import Image
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.explain.drawings import drawing
from neuroscribble.explain.links import columns, link_inputs, links
from neuroscribble.explain.measuring import measure_drawings
from neuroscribble.explain.usual import note_usual
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.nn.network import Network
from viz.diagram.diagram import diagram_of
from viz.diagram.theme import THEMES
from viz.page.page import network_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SHIPPED = Path(__file__).parents[2] / "weights.npz"
FULL_HD = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
SCREENS = [(1920, 1080), (1366, 768), (1024, 768), (900, 640), (390, 844), (360, 640)]
SCREENS += [(844, 390)]  # a phone on its side
SIZES = {"shipped": (784, 128, 64, 10), "cnn": (1, 8, 12, 6, 32, 10)}  # units of each column

# Arrays travel as base64 of little-endian float32, as in the page itself.
ARRAYS = """
const floats = (text) =>
  new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const base64 = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
};
"""


@dataclass(frozen=True)
class Case:
    """A network and the page written from it."""

    network: Network
    file: Path

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(column.n_units for column in columns(self.network))

    @property
    def inputs(self) -> list[str]:
        """A few units of the first column: pixels, or the one picture."""
        return ["input:3,14", "input:27,27"] if self.sizes[0] > 1 else ["input:0"]

    @cached_property
    def payload(self) -> dict[str, Any]:
        return payload_in(self.file.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def cases(
    tmp_path_factory: pytest.TempPathFactory, page_files: Callable[[str], Path]
) -> dict[str, Case]:
    untrained = ns.build_mlp(rng=np.random.default_rng(4))
    file = tmp_path_factory.mktemp("pages") / "untrained.html"
    file.write_text(network_page(untrained, weights_name="untrained.npz"), encoding="utf-8")
    return {
        "untrained": Case(untrained, file),
        "shipped": Case(ns.load_network(SHIPPED), page_files("weights")),
        "cnn": Case(small_cnn(), page_files("small cnn")),
    }


@pytest.fixture(params=["untrained", "shipped", "cnn"])
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    return cases[request.param]


@pytest.fixture
def shipped(cases: dict[str, Case]) -> Case:
    return cases["shipped"]


@pytest.fixture(params=["shipped", "cnn"])
def either(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    """A network of single units, or one of maps: both read well."""
    return cases[request.param]


@pytest.fixture
def opened(open_page: OpenPage) -> Callable[..., Page]:
    """Opens a page, small unless asked otherwise, and waits until it is ready and painted."""

    def open_and_wait(file: Path, **how: Any) -> Page:
        page = open_page(file, **{"width": 1280, "height": 800, **how})
        page.evaluate("() => window.neuroscribble.ready")
        settle(page)
        return page

    return open_and_wait


@pytest.fixture
def page(either: Case, opened: Callable[..., Page]) -> Page:
    return opened(either.file)


def settle(page: Page) -> None:
    """Wait until edges are painted and the frames after that are drawn."""
    page.evaluate(
        """async () => {
          const frame = () => new Promise(requestAnimationFrame);
          for (let i = 0; i < 3; i++) {
            await window.neuroscribble.painted?.();
            await frame();
          }
        }"""
    )


def eventually(holds: Callable[[], Any], *, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.03)


def call(page: Page, method: str, *arguments: Any) -> Any:
    """neuroscribble.method(...arguments), plain values only."""
    return page.evaluate(
        "([method, given]) => window.neuroscribble[method](...given)", [method, list(arguments)]
    )


def encoded(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def decoded(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


def set_ink(page: Page, ink: NDArray[Any]) -> None:
    page.evaluate(
        f"(ink) => {{ {ARRAYS} window.neuroscribble.setInk(floats(ink)); }}", encoded(ink)
    )


def picture(page: Page, selector: str = "#network") -> NDArray[np.uint8]:
    shot = page.locator(selector).screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))


def pad_pixels(page: Page) -> str:
    return page.evaluate("() => document.getElementById('pad').toDataURL()")


def unit_places(case: Case) -> Iterator[tuple[str, float, float, float]]:
    """(id, x, y, size) of every unit, in graph units, as the file says."""
    for column in case.payload["columns"]:
        for name, (x, y) in zip(
            column["ids"], column["positions"].reshape(-1, 2).tolist(), strict=True
        ):
            yield name, x, y, column["size"]


def place_on_screen(page: Page, case: Case, unit: str) -> tuple[float, float]:
    """Where the mouse must go to point at a unit."""
    x, y = next((x, y) for name, x, y, _ in unit_places(case) if name == unit)
    at = page.evaluate(
        """([x, y]) => {
          const box = document.getElementById("network").getBoundingClientRect();
          const at = window.neuroscribble.view.canvasToDOM({ x, y });
          return [box.left + at.x, box.top + at.y];
        }""",
        [x, y],
    )
    return at[0], at[1]


def number(text: str) -> float:
    """ "−1,234.5" as the page writes it → -1234.5"""
    return float(text.replace("−", "-").replace(",", "").replace("%", "").strip())


# ── The file ──────────────────────────────────────────────────────────────────────────────────


def test_the_file_is_small_and_names_nothing_outside_itself(case: Case) -> None:
    text = case.file.read_text(encoding="utf-8")
    assert len(text.encode()) <= 3_000_000
    without_scripts = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    links = re.findall(r"""(?:src|href|srcset|action)\s*=\s*["']?([^"'\s>]*)""", without_scripts)
    assert all(link.startswith(("data:", "#")) for link in links), links
    assert not re.search(r"<script[^>]*\ssrc", text)
    assert "@import" not in without_scripts


def test_the_page_opens_quietly_with_all_units_and_an_answer(
    case: Case, opened: Callable[..., Page]
) -> None:
    page = opened(case.file, anew=True)  # fails on any request and on any word on the console
    assert page.evaluate("() => window.pyvisGraph.nodes.length") == sum(case.sizes)
    ids = {name for name, *_ in unit_places(case)}
    assert set(page.evaluate("() => window.pyvisGraph.nodes.getIds()")) == ids
    assert page.evaluate("() => window.neuroscribble.answer()") in case.network.class_names
    assert page.locator("#inspector").inner_text().strip()


def test_the_badge_tells_the_largest_difference_from_numpy(
    either: Case, opened: Callable[..., Page]
) -> None:
    page = opened(either.file, anew=True)
    check = call(page, "selfCheck")
    assert check["cases"] >= 20
    assert check["maxError"] <= 1e-4
    assert str(check["cases"]) in page.locator("#badge").inner_text()


@pytest.mark.parametrize("name", ["title", "weights", "classes"])
def test_a_name_full_of_html_is_shown_and_runs_nothing(
    name: str, tmp_path: Path, opened: Callable[..., Page]
) -> None:
    hostile = (
        "</script><script>window.hacked = 1</script>"
        "<img src=x onerror='window.hacked = 1'> \"&amp;' {{ 7 * 7 }} {% raw %} <!-- \u2028 é"
    )
    classes = [f"{hostile}{k}" for k in range(10)] if name == "classes" else None
    network = ns.build_mlp((5,), rng=np.random.default_rng(1), class_names=classes)
    file = tmp_path / "hostile.html"
    title = hostile if name == "title" else "plain"
    weights = hostile if name == "weights" else "plain.npz"
    file.write_text(network_page(network, title=title, weights_name=weights), encoding="utf-8")
    page = opened(file)
    if name == "title":
        assert page.locator("h1").text_content() == hostile
        assert page.title() == " ".join(hostile.replace("\u2028", "X").split()).replace(
            "X", "\u2028"
        )
    elif name == "weights":
        assert hostile in (page.locator("#facts").text_content() or "")
    else:
        assert page.evaluate("() => window.neuroscribble.answer()") in network.class_names
        assert hostile in (page.locator("#inspector").text_content() or "")
        call(page, "select", "output:3")
        assert f"{hostile}3" in (page.locator("#inspector").text_content() or "")
    assert page.evaluate("() => window.hacked === undefined")
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("hidden", [(), (3,), (40, 30, 20)])
def test_networks_of_other_depths_have_a_page(
    hidden: tuple[int, ...], tmp_path: Path, opened: Callable[..., Page]
) -> None:
    network = ns.build_mlp(hidden, rng=np.random.default_rng(1))
    file = tmp_path / "other.html"
    file.write_text(network_page(network), encoding="utf-8")
    page = opened(file)
    assert page.evaluate("() => window.pyvisGraph.nodes.length") == 784 + sum(hidden) + 10
    call(page, "setTopK", "all")
    sizes = network.layer_sizes
    assert call(page, "fidelity")["drawnEdges"] == sum(
        a * b for a, b in zip(sizes, sizes[1:], strict=False)
    )
    call(page, "select", "output:9")


def test_without_our_script_the_graph_of_pyvis_is_still_shown(
    either: Case, tmp_path: Path, open_page: OpenPage
) -> None:
    text = either.file.read_text(encoding="utf-8")
    plain, n_removed = re.subn(r'<script type="module".*?</script>', "", text, flags=re.DOTALL)
    assert n_removed == 1
    file = tmp_path / "plain.html"
    file.write_text(plain, encoding="utf-8")
    page = open_page(file)
    eventually(lambda: page.locator("#network canvas").count() > 0)
    page.wait_for_timeout(500)
    pixels = picture(page, "#network").reshape(-1, 3)
    colors, counts = np.unique(pixels, axis=0, return_counts=True)
    assert len(colors) > 10, "nothing is drawn"
    assert counts.max() < 0.98 * len(pixels)


def test_a_browser_that_cannot_unpack_the_page_is_told_so(shipped: Case, browser: Browser) -> None:
    page = browser.new_page()
    try:
        page.add_init_script("delete window.DecompressionStream")
        page.goto(shipped.file.as_uri())
        assert "too old to unpack it" in page.inner_text("#network")
    finally:
        page.close()


# ── The layout ────────────────────────────────────────────────────────────────────────────────


def test_no_two_units_overlap(case: Case) -> None:
    places = np.array([place[1:] for place in unit_places(case)])  # (N, 3): x, y, size
    assert len(places) == sum(case.sizes)
    near = (places[:, None, 2] + places[None, :, 2]) / 2
    apart = np.abs(places[:, None, :2] - places[None, :, :2])
    overlap = (apart < near[..., None] - 1e-4).all(axis=2)
    np.fill_diagonal(overlap, False)
    assert not overlap.any()


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_every_screen_shows_the_whole_network_nothing_cut_off_and_large_buttons(
    width: int, height: int, either: Case, opened: Callable[..., Page]
) -> None:
    page = opened(either.file, width=width, height=height, touch=min(width, height) < 500)
    assert all_units_inside(page, either)
    call(page, "setTopK", 3)
    for unit in (None, either.inputs[0], "h1:5", "h2:5", "output:3"):
        call(page, "select", unit)
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        scrolls = "() => document.documentElement.scrollHeight > window.innerHeight"
        assert page.evaluate(scrolls) == (width <= 800 or height < 500), "a desktop page does not"
        assert cut_off(page) == []
        assert small_buttons(page) == []


def test_every_unit_has_at_least_4_pixels_on_full_hd(
    either: Case, opened: Callable[..., Page]
) -> None:
    page = opened(either.file, **FULL_HD)
    scale = page.evaluate("() => window.neuroscribble.view.getScale()")
    assert min(size for *_, size in unit_places(either)) * scale >= 4


def test_after_a_resize_the_whole_network_is_visible_again(page: Page, either: Case) -> None:
    for width, height in [(1000, 700), (1700, 600), (1920, 1080), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        eventually(lambda: all_units_inside(page, either), seconds=3)
        assert page.evaluate("() => window.neuroscribble.answer()") is not None


def all_units_inside(page: Page, case: Case) -> bool:
    corners = [
        (x + sign * size / 2, y + sign * size / 2)
        for _, x, y, size in unit_places(case)
        for sign in (-1, 1)
    ]
    at, (width, height) = page.evaluate(
        """(corners) => {
          const network = document.getElementById("network");
          const at = corners.map(([x, y]) => window.neuroscribble.view.canvasToDOM({ x, y }));
          return [at.map(({ x, y }) => [x, y]), [network.clientWidth, network.clientHeight]];
        }""",
        corners,
    )
    x, y = np.array(at).T
    return bool(x.min() >= 0 and y.min() >= 0 and x.max() <= width and y.max() <= height)


def cut_off(page: Page) -> list[str]:
    """Texts that leave the screen sideways or that a box without a scroll bar cuts."""
    return page.evaluate(
        """() => {
          const cut = [];
          for (const node of document.querySelectorAll("body *")) {
            if (node.matches("script, style, noscript, option") || node.hidden) continue;
            const part = node.closest("aside, section, header, footer");
            if (part === null) continue; // words for screen readers and messages that come and go
            const hasText = [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
            const { left, right, width, height } = node.getBoundingClientRect();
            if (!hasText || width === 0 || height === 0) continue;
            const style = getComputedStyle(node);
            const cutX = style.overflowX === "hidden" && node.scrollWidth > node.clientWidth + 1;
            const cutY = style.overflowY === "hidden" && node.scrollHeight > node.clientHeight + 1;
            const text = node.textContent.trim().slice(0, 40);
            const name = `${node.tagName}#${node.id}.${node.className}: ${text}`;
            if (left < -1 || right > window.innerWidth + 1) cut.push(`off the screen: ${name}`);
            if (cutX || cutY) cut.push(`hidden: ${name}`);
            const box = part.getBoundingClientRect();
            if (left < box.left - 1 || right > box.right + 1) cut.push(`out of its part: ${name}`);
          }
          return cut;
        }"""
    )


def test_a_phone_shows_the_pad_with_nothing_over_it(
    either: Case, opened: Callable[..., Page]
) -> None:
    page = opened(either.file, **PHONE, touch=True)
    pad = page.locator("#pad").bounding_box()
    assert pad is not None
    assert min(pad["width"], pad["height"]) >= 200
    assert pad["y"] + pad["height"] <= PHONE["height"], "drawing needs no scrolling"
    for across in (0.1, 0.5, 0.9):
        for down in (0.1, 0.5, 0.9):
            point = [pad["x"] + across * pad["width"], pad["y"] + down * pad["height"]]
            found = page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", point)
            assert found == "pad"


def small_buttons(page: Page) -> list[Any]:
    """Name, width and height of what a finger would miss: less than 24 pixels."""
    return page.evaluate(
        """() => [...document.querySelectorAll("button:not(.link), input, select")]
          .filter((node) => node.offsetParent !== null)
          .map((node) => [node.id || node.textContent || node.ariaLabel,
                          node.getBoundingClientRect().width,
                          node.getBoundingClientRect().height])
          .filter(([, width, height]) => Math.min(width, height) < 24)"""
    )


def test_text_stands_out_from_what_is_behind_it(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        eventually(lambda scheme=scheme: background(page) == THEMES[scheme].background)
        for text, behind in product(("--text", "--muted"), ("--background", "--surface")):
            assert contrast(css_color(page, text), css_color(page, behind)) >= 4.5, (text, behind)


def css_color(page: Page, variable: str) -> NDArray[np.float64]:
    value = page.evaluate(
        "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()",
        variable,
    )
    assert re.fullmatch("#[0-9a-f]{6}", value), value
    return np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """WCAG 2's contrast ratio of two sRGB colors."""

    def luminance(color: NDArray[np.float64]) -> float:
        linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_a_contrast_of_21() -> None:
    assert contrast(np.zeros(3), np.ones(3)) == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_and_the_button_whichever_spoke_last(
    scheme: str, shipped: Case, opened: Callable[..., Page]
) -> None:
    page = opened(shipped.file, color_scheme=scheme, anew=True)
    other = {"light": "dark", "dark": "light"}[scheme]
    assert background(page) == THEMES[scheme].background
    before = picture(page)
    page.get_by_role("button", name=re.compile("light", re.IGNORECASE)).click()
    settle(page)
    assert background(page) == THEMES[other].background
    assert np.abs(before.astype(int) - picture(page)).mean() > 50
    page.emulate_media(color_scheme=other)
    settle(page)
    page.emulate_media(color_scheme=scheme)
    eventually(lambda: background(page) == THEMES[scheme].background)


def background(page: Page) -> str:
    color = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", color)[:3])


# ── The edges ─────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_network_and_the_small_one_are_those_of_the_tests(
    cases: dict[str, Case],
) -> None:
    assert {name: cases[name].sizes for name in SIZES} == SIZES


def test_the_number_of_drawn_edges_is_exact_for_every_k(page: Page, either: Case) -> None:
    most = max(either.sizes[:-1])  # 784 pixels, or 32 units
    everything = n_drawn_edges(either.sizes, most)
    if most == 784:
        assert everything == 109_184
    for top_k in (1, 3, 5, 10, 20, 128, 784, "all"):
        k = most if top_k == "all" else min(int(top_k), most)
        pairs = zip(either.sizes, either.sizes[1:], strict=False)
        edges = sum(min(k, fan_in) * fan_out for fan_in, fan_out in pairs)
        call(page, "setTopK", top_k)
        fidelity = call(page, "fidelity")
        assert fidelity["drawnEdges"] == edges
        assert fidelity["totalEdges"] == everything
        assert call(page, "topK") == ("all" if edges == everything else top_k)
        assert f"{edges:,}" in page.locator("#caption").inner_text()


def test_a_k_that_is_no_number_of_edges_is_refused_and_changes_nothing(
    page: Page, either: Case
) -> None:
    from playwright.sync_api import Error

    call(page, "setTopK", 5)
    for wrong in (0, -1, "rubbish", None):
        with pytest.raises(Error, match="k must be"):
            call(page, "setTopK", wrong)
        assert call(page, "topK") == 5
        assert call(page, "fidelity")["drawnEdges"] == n_drawn_edges(either.sizes, 5)


def test_the_picture_shows_more_edges_for_every_larger_k(page: Page, either: Case) -> None:
    call(page, "clear")
    call(page, "setTopK", 1)
    settle(page)
    bare = picture(page).astype(int)
    changed = []
    for top_k in (3, 10, 40, 128, "all") if max(either.sizes) == 784 else (3, 8, 16, "all"):
        call(page, "setTopK", top_k)
        settle(page)
        changed.append(int((np.abs(picture(page) - bare).sum(axis=2) > 6).sum()))
    assert changed == sorted(changed)
    assert all(more > less for less, more in zip(changed, changed[1:], strict=False))
    assert changed[0] > 1000


def test_the_slider_goes_from_one_edge_to_all(page: Page) -> None:
    slider = page.get_by_role("slider", name=re.compile("edges", re.IGNORECASE))
    slider.focus()
    page.keyboard.press("Home")
    assert call(page, "topK") == 1
    page.keyboard.press("ArrowRight")
    assert call(page, "topK") == 2
    page.keyboard.press("End")
    assert call(page, "topK") == "all"
    settle(page)


def test_the_share_of_the_signal_is_numpys(either: Case, opened: Callable[..., Page]) -> None:
    page = opened(either.file)
    images, _ = ns.pen_digits(6, rng=np.random.default_rng(11))
    for ink, top_k in zip(images, (1, 3, 10, 64, 128, 783), strict=True):
        set_ink(page, ink)
        call(page, "setTopK", top_k)
        trace = either.network.forward(ink[None])
        read = link_inputs(either.network, trace)
        shares = []
        drawn_edges = diagram_of(either.network).drawn(top_k)
        for link, x, drawn in zip(links(either.network), read, drawn_edges, strict=True):
            strengths = np.abs(link.contributions(x[0].astype(float)))
            shares.append(strengths[drawn].sum() / strengths.sum())
        assert call(page, "fidelity")["signalShare"] == pytest.approx(shares, abs=1e-6)


@pytest.mark.mnist
def test_the_accuracies_of_the_drawn_network_are_numpys(
    shipped: Case, opened: Callable[..., Page], mnist_folder: Path
) -> None:
    page = opened(shipped.file)
    images, labels = ns.load_mnist("test", data=mnist_folder)
    network = ns.load_network(SHIPPED)
    for top_k, choose, spread in (
        (37, "usual", "network"),
        (64, "usual", "network"),
        (24, "usual", "unit"),
        (8, "weight", "unit"),
        (784, "weight", "network"),
    ):
        edges = n_drawn_edges(shipped.sizes, top_k)
        read = {
            others: drawing(network, edges=edges, choose=choose, spread=spread, others=others)
            for others in ("cut", "average")
        }
        call(page, "setTopK", top_k)
        call(page, "setChoice", choose)
        call(page, "setSpread", spread)
        fidelity = call(page, "fidelity")
        for others, key in (
            ("cut", "accuracyIfOnlyDrawn"),
            ("average", "accuracyWithOthersAtAverage"),
        ):
            accuracy = float((read[others].predict(images) == labels).mean())
            assert fidelity[key] == pytest.approx(accuracy, abs=1e-3)
            if top_k < 784:
                assert f"{fidelity[key]:.1%}".replace("%", " %") in caption(page)


def test_accuracies_are_told_where_they_were_measured_with_what_a_part_may_be_off(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    network = small_cnn()
    digits = Digits(*ns.pen_digits(400, rng=np.random.default_rng(6)))
    note_usual(network, NamedDigits("pen digits", digits))
    network.meta["drawings"] = facts = measure_drawings(
        network, NamedDigits("pen digits", digits), affordable=0
    )
    assert (facts["n"], facts["of"]) == (100, 400)
    file = tmp_path / "measured.html"
    file.write_text(network_page(network), encoding="utf-8")
    page = opened(file)
    assert call(page, "choice") == "usual"
    assert call(page, "spread") == "network"
    for top_k, n in zip(
        facts["top_k"], facts["correct"]["usual"]["network"]["average"], strict=True
    ):
        call(page, "setTopK", top_k)
        assert call(page, "fidelity")["accuracyWithOthersAtAverage"] == pytest.approx(n / 100)
    assert f"The whole network reads {facts['whole']}.0 % of the first 100 digits" in caption(page)
    call(page, "setTopK", 10)
    assert re.search(r"reads [\d.]+ % \(± [\d.]+ %\)", caption(page))
    call(page, "setTopK", 7)  # between two that were measured
    assert call(page, "fidelity")["accuracyIfOnlyDrawn"] is None
    assert "A network of only these" not in caption(page)
    call(page, "setTopK", 8)
    call(page, "setChoice", "now")  # what a drawing decides was never measured
    assert call(page, "fidelity")["accuracyWithOthersAtAverage"] is None


def test_what_a_file_of_the_first_version_tells_is_still_told(
    tmp_path: Path, opened: Callable[..., Page]
) -> None:
    network = ns.build_mlp((6,), rng=np.random.default_rng(4))
    network.meta["drawings"] = {
        "measured_on": "MNIST test",
        "n": 1000,
        "correct_if_only_drawn": [*range(100, 884)],
    }
    file = tmp_path / "old.html"
    file.write_text(network_page(network), encoding="utf-8")
    page = opened(file)
    assert (call(page, "choice"), call(page, "spread")) == ("weight", "unit")
    call(page, "setTopK", 8)
    assert call(page, "fidelity")["accuracyIfOnlyDrawn"] == 0.107
    assert call(page, "fidelity")["accuracyWithOthersAtAverage"] is None
    assert "others cut, reads 10.7 %" in caption(page)
    from playwright.sync_api import Error

    for method, wanted in (("setChoice", "usual"), ("setSpread", "network")):
        with pytest.raises(Error, match="does not tell what the network usually does"):
            call(page, method, wanted)
    for option in ("usual", "network"):
        assert page.locator(f"option[value={option}]").is_disabled()


def caption(page: Page) -> str:
    return page.locator("#caption").inner_text().replace("\u00a0", " ")


def test_an_accuracy_that_nobody_measured_is_not_claimed(
    cases: dict[str, Case], opened: Callable[..., Page]
) -> None:
    page = opened(cases["untrained"].file)
    assert call(page, "fidelity")["accuracyIfOnlyDrawn"] is None
    assert "digits right" not in page.locator("#caption").inner_text()


# ── The numbers ───────────────────────────────────────────────────────────────────────────────


def pre_activations(page: Page, images: NDArray[Any]) -> NDArray[np.float32]:
    """(N, …): what the page computes for all units of all layers but the input."""
    text = page.evaluate(
        f"""(all) => {{
          {ARRAYS}
          const images = floats(all);
          let results = null;
          for (let start = 0, at = 0; start < images.length; start += 784) {{
            const ink = images.subarray(start, start + 784);
            const zs = window.neuroscribble.forward(ink).preActivations;
            const each = zs.reduce((sum, z) => sum + z.length, 0);
            results ??= new Float32Array((each * images.length) / 784);
            for (const z of zs) {{
              results.set(z, at);
              at += z.length;
            }}
          }}
          return base64(results);
        }}""",
        encoded(images),
    )
    return decoded(text).reshape(len(images), -1)


def assert_forward_agrees(
    page: Page, network: Network, images: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Returns what the page computes and what NumPy does, (N, …), of all units."""
    trace = network.in_double_precision().forward(images)
    each = [z.reshape(len(images), -1) for z in trace.pre_activations.values()]
    z = np.concatenate(each, axis=1)
    got = pre_activations(page, images)
    assert got.shape == z.shape
    assert (np.abs(got - z) / np.maximum(1, np.abs(z))).max() <= 1e-5
    return got, z


def test_forward_agrees_with_numpy_on_200_pen_digits(
    case: Case, opened: Callable[..., Page], rng: np.random.Generator
) -> None:
    images, _ = ns.pen_digits(200, rng=rng)
    assert_forward_agrees(opened(case.file), case.network, images)


@pytest.mark.mnist
@pytest.mark.slow
def test_all_ten_thousand_test_digits_give_numpys_pre_activations(
    shipped: Case, opened: Callable[..., Page], mnist_folder: Path
) -> None:
    """In double precision as exactly as float32 can tell; in float32, a sum of 784 terms is itself
    no better than twice that."""
    page = opened(shipped.file)
    images, _ = ns.load_mnist("test", data=mnist_folder)
    for some in np.array_split(images, 5):
        got, exact = assert_forward_agrees(page, shipped.network, some)
        assert np.abs(got - exact).max() <= 1e-5
        single = np.concatenate([*shipped.network.forward(some).pre_activations.values()], axis=1)
        assert np.abs(got - single).max() <= 2e-5


@pytest.mark.mnist
def test_every_twentieth_test_digit_gives_numpys_maps(
    cases: dict[str, Case], opened: Callable[..., Page], mnist_folder: Path
) -> None:
    """500 of MNIST's test digits, of each of which 11,000 numbers are compared."""
    page = opened(cases["cnn"].file)
    images, _ = ns.load_mnist("test", data=mnist_folder)
    for some in np.array_split(images[::20], 5):
        assert_forward_agrees(page, cases["cnn"].network, some)


def test_forward_has_probabilities_and_refuses_other_sizes(page: Page, either: Case) -> None:
    from playwright.sync_api import Error

    images, _ = ns.pen_digits(10, rng=np.random.default_rng(3))
    for ink in images:
        got = page.evaluate(
            f"""(ink) => {{
              {ARRAYS}
              const trace = window.neuroscribble.forward(floats(ink));
              const sizes = trace.activations.map((a) => a.length);
              return [[...trace.probabilities], [...trace.logits], sizes];
            }}""",
            encoded(ink),
        )
        trace = either.network.forward(ink[None])
        np.testing.assert_allclose(got[0], trace.probabilities[0], atol=1e-5)
        np.testing.assert_allclose(got[1], trace.logits[0], rtol=1e-5, atol=1e-5)
        assert got[2] == [z[0].size for z in trace.pre_activations.values()]
    with pytest.raises(Error, match="784"):
        page.evaluate("() => window.neuroscribble.forward(new Float32Array(783)).logits.length")


def drawings(n: int, rng: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """Random scrawls of every size and position on square canvases of many sizes."""
    for size in (1, 28, 90, 280):
        yield np.zeros((size, size), np.float32)
        yield np.ones((size, size), np.float32)
        dot = np.zeros((size, size), np.float32)
        dot[rng.integers(size), rng.integers(size)] = 1
        yield dot
    for _ in range(n - 12):
        size = int(rng.choice([20, 28, 57, 100, 280, 333]))
        extent, (x, y) = rng.uniform(0.02, 1.2), rng.uniform(0, 1, 2)
        strokes = [
            size * ((x, y) + extent * np.cumsum(rng.normal(0, 0.15, (rng.integers(1, 12), 2)), 0))
            for _ in range(rng.integers(1, 4))
        ]
        yield render_strokes(strokes, size=size, width=size * rng.uniform(0.01, 0.2))


def test_normalize_ink_agrees_with_numpy_on_80_drawings(
    shipped: Case, opened: Callable[..., Page], rng: np.random.Generator
) -> None:
    """In one page: what is made of ink is the same whichever network reads it."""
    page = opened(shipped.file)
    n = 0
    for canvas in drawings(80, rng):
        text = page.evaluate(
            f"""(ink) => {{
              {ARRAYS}
              return base64(window.neuroscribble.normalizeInk(floats(ink)));
            }}""",
            encoded(canvas),
        )
        np.testing.assert_allclose(
            decoded(text).reshape(28, 28), ns.normalize_ink(canvas), atol=1e-3
        )
        n += 1
    assert n == 80


def test_the_ten_examples_are_read_right(page: Page) -> None:
    for digit in "0123456789":
        page.get_by_role("button", name=f"Example: {digit}").click()
        assert page.evaluate("() => window.neuroscribble.answer()") == digit


# ── The panel ─────────────────────────────────────────────────────────────────────────────────


def test_the_terms_of_a_unit_add_up_to_its_pre_activation(page: Page, either: Case) -> None:
    images, _ = ns.pen_digits(3, rng=np.random.default_rng(8))
    units = ["h1:0", "h1:7", "h2:5", "h2:11", "output:3", "output:9"]
    for ink, unit in product(images, units):
        key, index = unit.split(":")
        set_ink(page, ink)
        call(page, "select", unit)
        assert call(page, "selection") == unit
        assert unit in page.locator("#inspector").inner_text()
        rows = page.locator("#inspector table tr").all_inner_texts()
        values = [number(re.split(r"\s", row.strip())[-1]) for row in rows]
        *parts, total = values
        assert any("bias" in row for row in rows)
        sources = either.sizes[int(key[1]) - 1] if key[0] == "h" else either.sizes[-2]
        assert any("other" in row for row in rows) == (sources > 6)  # six terms have names
        assert sum(parts) == pytest.approx(total, abs=0.5e-4 * len(rows) + 1e-9)
        z = either.network.forward(ink[None]).pre_activations[key][0, ..., int(index)]
        assert total == pytest.approx(float(z.mean()), abs=1e-4)  # of a map the mean


def test_a_pixel_shows_its_ink(shipped: Case, opened: Callable[..., Page]) -> None:
    page = opened(shipped.file)
    ink = np.zeros(784, np.float32)
    ink[14 * 28 + 9] = 0.625
    set_ink(page, ink)
    call(page, "select", "input:14,9")
    text = page.locator("#inspector").inner_text()
    assert "input:14,9" in text
    assert "0.625" in text


def test_all_units_can_be_selected(page: Page, either: Case) -> None:
    units = [name for name, *_ in unit_places(either)]
    wrong = page.evaluate(
        """(units) => units.filter((id) => {
          window.neuroscribble.select(id);
          const panel = document.getElementById("inspector").textContent;
          return window.neuroscribble.selection() !== id || !panel.includes(id)
            || /NaN|undefined|Infinity/.test(panel);
        })""",
        units[: either.sizes[0] : 9] + units[either.sizes[0] :],
    )
    assert wrong == []
    call(page, "select", None)
    assert call(page, "selection") is None


def test_a_unit_that_does_not_exist_is_refused(page: Page) -> None:
    from playwright.sync_api import Error

    call(page, "select", "h1:3")
    for wrong in ("h1:128", "input:28,0", "rubbish", "", "output:-1", 3):
        with pytest.raises(Error, match="there is no unit"):
            call(page, "select", wrong)
        assert call(page, "selection") == "h1:3"


# ── Hands ─────────────────────────────────────────────────────────────────────────────────────


def test_a_click_on_a_unit_selects_it_and_one_beside_it_does_not(page: Page, either: Case) -> None:
    for unit in (*either.inputs, "h1:0", "h1:7", "h2:5", "h2:11", "output:0"):
        page.mouse.click(*place_on_screen(page, either, unit))
        eventually(lambda unit=unit: call(page, "selection") == unit)
        page.wait_for_timeout(350)  # or the next click would make it a double click
    name, x, y, size = next(unit_places(either))  # the first pixel, or the picture
    x, y = place_on_screen(page, either, name)
    page.mouse.click(x + 5, y - page.evaluate("neuroscribble.view.getScale()") * size / 2 - 50)
    eventually(lambda: call(page, "selection") is None)


def test_a_unit_under_the_mouse_says_its_numbers(page: Page, either: Case) -> None:
    tip = page.locator("#tip")
    assert not tip.is_visible()
    for unit in (either.inputs[0], "h1:5", "output:9"):
        page.mouse.move(*place_on_screen(page, either, unit))
        eventually(tip.is_visible)
        assert unit in tip.inner_text()
        assert re.search(r"\d\.\d", tip.inner_text())
        box = tip.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 1920
    page.mouse.move(5, 5)
    eventually(lambda: not tip.is_visible())


def test_ink_can_be_set_and_cleared(page: Page, either: Case) -> None:
    images, _ = ns.pen_digits(5, rng=np.random.default_rng(2))
    for ink in images:
        set_ink(page, ink)
        answer = either.network.class_names[int(either.network.predict(ink[None])[0])]
        assert page.evaluate("() => window.neuroscribble.answer()") == answer
        assert answer in page.locator("#inspector").inner_text()
    call(page, "clear")
    assert page.evaluate("() => window.neuroscribble.answer()") is None


def test_a_blank_pad_makes_no_claim(page: Page, either: Case) -> None:
    page.get_by_role("button", name="Clear").click()
    assert page.evaluate("() => window.neuroscribble.answer()") is None
    assert "%" not in page.locator("#inspector").inner_text()
    assert "signal" not in page.locator("#caption").inner_text()
    shares = call(page, "fidelity")["signalShare"]
    assert all(0 <= share <= 1 for share in shares)
    for unit in ("h1:3", "output:3", either.inputs[0]):
        call(page, "select", unit)
        assert not re.search("NaN|undefined", page.locator("#inspector").inner_text())


@pytest.fixture
def pad(page: Page) -> Callable[[list[tuple[float, float]]], None]:
    """Draws one stroke on the empty pad with the mouse; points in shares of the pad's sides."""

    def draw(points: list[tuple[float, float]]) -> None:
        box = page.locator("#pad").bounding_box()
        assert box is not None
        at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        page.mouse.move(*at[0])
        page.mouse.down()
        for point in at[1:]:
            page.mouse.move(*point, steps=4 if len(at) < 10 else 1)
        page.mouse.up()

    call(page, "clear")
    return draw


ONE = [(0.5, 0.15), (0.5, 0.85)]
ZERO = [
    (0.5 + 0.25 * np.cos(angle), 0.5 + 0.36 * np.sin(angle))
    for angle in np.linspace(0, 2 * np.pi, 25)
]


def test_drawing_changes_the_answer(
    page: Page, pad: Callable[[list[tuple[float, float]]], None]
) -> None:
    pad(ONE)
    assert page.evaluate("() => window.neuroscribble.answer()") == "1"
    page.get_by_role("button", name="Clear").click()
    pad(ZERO)
    assert page.evaluate("() => window.neuroscribble.answer()") == "0"
    assert not page.locator("#pad-hint").is_visible()


def test_undo_takes_back_one_stroke_at_a_time(
    page: Page, pad: Callable[[list[tuple[float, float]]], None]
) -> None:
    blank = pad_pixels(page)
    pad(ONE)
    one = pad_pixels(page)
    pad(ZERO)
    assert pad_pixels(page) not in (blank, one)
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    assert pad_pixels(page) == one
    assert page.evaluate("() => window.neuroscribble.answer()") == "1"
    undo.click()
    assert pad_pixels(page) == blank
    assert page.evaluate("() => window.neuroscribble.answer()") is None
    undo.click()  # the clear with which it began
    assert pad_pixels(page) != blank
    assert page.evaluate("() => window.neuroscribble.answer()") is not None
    undo.click()
    undo.click()  # of a picture below there is nothing left to take back
    assert pad_pixels(page) == blank


def test_a_wider_brush_leaves_more_ink(
    page: Page, pad: Callable[[list[tuple[float, float]]], None]
) -> None:
    brush = page.get_by_role("slider", name=re.compile("brush", re.IGNORECASE))
    ink = []
    for key in ("Home", "End"):
        brush.focus()
        page.keyboard.press(key)
        call(page, "clear")
        pad(ONE)
        shot = picture(page, "#pad").astype(int)
        ink.append(int((shot.sum(axis=2) < 300).sum()))
    assert ink[1] > 2 * ink[0] > 0


def test_a_stroke_that_leaves_the_pad_and_comes_back_is_one_stroke(
    page: Page, pad: Callable[[list[tuple[float, float]]], None]
) -> None:
    blank = pad_pixels(page)
    pad([(0.5, 0.5), (1.6, 0.5), (1.6, 0.8), (0.5, 0.8)])
    assert pad_pixels(page) != blank
    page.get_by_role("button", name="Undo").click()
    assert pad_pixels(page) == blank


def test_a_resize_in_mid_stroke_loses_no_drawing(page: Page, either: Case) -> None:
    call(page, "clear")
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=5)
    before = pad_pixels(page)
    page.set_viewport_size({"width": 1000, "height": 700})
    page.mouse.up()
    assert pad_pixels(page) == before
    assert page.evaluate("() => window.neuroscribble.answer()") is not None
    eventually(lambda: all_units_inside(page, either))


def test_touch_draws_and_never_scrolls_the_page(either: Case, opened: Callable[..., Page]) -> None:
    page = opened(either.file, width=390, height=500, touch=True)  # low enough to scroll
    page.locator("#pad").scroll_into_view_if_needed()
    before = page.evaluate("() => window.scrollY")
    call(page, "clear")
    box = page.locator("#pad").bounding_box()
    assert box is not None
    swipe(page, box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], -0.6 * box["height"])
    assert page.evaluate("() => window.scrollY") == before
    assert page.evaluate("() => window.neuroscribble.answer()") == "1"
    # The same swipe beside the pad scrolls: the test would see it.
    heading = page.locator("#examples").bounding_box()
    assert heading is not None
    page.evaluate("() => window.scrollTo(0, 0)")
    swipe(page, 4, 450, -300)
    eventually(lambda: page.evaluate("() => window.scrollY") > 50)


def swipe(page: Page, x: float, y: float, up: float) -> None:
    """One finger, from (x, y) by `up` pixels (negative: upward), in small steps."""
    devices = page.context.new_cdp_session(page)
    for step in range(13):
        kind = "touchStart" if step == 0 else "touchMove"
        points = [{"x": x, "y": y + up * step / 12}]
        devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    devices.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devices.detach()


def test_wheel_and_drag_move_the_view_and_fit_brings_it_back(page: Page, either: Case) -> None:
    def view() -> list[float]:
        return page.evaluate(
            """() => {
              const { x, y } = window.neuroscribble.view.getViewPosition();
              return [window.neuroscribble.view.getScale(), x, y];
            }"""
        )

    fitted = view()
    middle = place_on_screen(page, either, "h1:4")
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    eventually(lambda: view()[0] > 1.05 * fitted[0])
    zoomed = view()
    page.mouse.down()
    page.mouse.move(middle[0] + 120, middle[1] + 60, steps=6)
    page.mouse.up()
    eventually(lambda: view()[1:] != zoomed[1:])
    dragged = view()
    assert dragged[0] == zoomed[0]
    assert (zoomed[1] - dragged[1]) * zoomed[0] == pytest.approx(120, abs=40)
    assert call(page, "selection") is None, "a drag is no click"
    page.get_by_role("button", name="Fit").click()
    eventually(lambda: view() == pytest.approx(fitted, rel=1e-6))
    assert all_units_inside(page, either)


def test_zoom_has_limits_within_which_the_network_cannot_be_lost(page: Page) -> None:
    page.mouse.move(900, 500)
    for direction in (-1, 1):
        for _ in range(40):
            page.mouse.wheel(0, direction * 500)
        page.wait_for_timeout(200)
        scale = page.evaluate("() => window.neuroscribble.view.getScale()")
        assert 0.1 < scale < 50
    settle(page)


def test_the_keyboard_reaches_every_control(page: Page) -> None:
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("() => document.activeElement.id || document.activeElement.tagName")
        )
    assert {"fit", "theme", "clear", "undo", "brush", "top-k"} <= reached
