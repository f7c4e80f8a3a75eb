"""The page as a laboratory: exact sums, templates, teaching, links, exports, everyone's access."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from learned import learned_by
from PIL import Image
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.explain.links import columns, links
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.nn.network import Network
from neuroscribble.training.optimizers import RMSProp

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["shipped", "cnn"])
def which(request: pytest.FixtureRequest) -> str:
    """A network of single units, or one of maps."""
    return request.param


@pytest.fixture(scope="module")
def network(which: str) -> Network:
    return small_cnn() if which == "cnn" else ns.load_network(ROOT / "weights.npz")


@pytest.fixture(scope="module")
def sizes(network: Network) -> tuple[int, ...]:
    """Units of each column."""
    return tuple(column.n_units for column in columns(network))


@pytest.fixture(scope="module")
def path(which: str, page_files: Callable[[str], Path]) -> Path:
    return page_files("small cnn" if which == "cnn" else "weights")


@pytest.fixture
def page(path: Path, open_page: OpenPage) -> Page:
    page = open_page(path)
    page.evaluate("neuroscribble.ready")
    return page


@pytest.fixture
def dense_page(page_files: Callable[[str], Path], open_page: OpenPage) -> Page:
    """The page of the shipped network, whose input is 784 units, one for each pixel."""
    page = open_page(page_files("weights"))
    page.evaluate("neuroscribble.ready")
    return page


def drawings(n: int, seed: int = 3) -> list[list[float]]:
    """Pen digits as plain lists, and one blank canvas."""
    images, _ = pen_digits(n - 1, rng=np.random.default_rng(seed))
    return [*images.astype(float).tolist(), [0.0] * 784]


def stroke(page: Page, points: list[tuple[float, float]], *, lift: bool = True) -> None:
    """Draw on the pad with the mouse; points are shares of its side."""
    box = page.locator("#pad").bounding_box()
    assert box is not None
    for index, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if index == 0:
            page.mouse.down()
    if lift:
        page.mouse.up()
    page.evaluate("new Promise(requestAnimationFrame)")


# All weights, as base64 of little-endian float32.
WEIGHTS = """() => {
  const encoded = (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) {
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    }
    return btoa(text);
  };
  return neuroscribble.weights().map((params) => Object.fromEntries(
    Object.entries(params).map(([name, array]) => [name, encoded(array)])));
}"""


def layers_of(page: Page) -> list[dict[str, Any]]:
    layers = page.evaluate(WEIGHTS)
    return [
        {key: np.frombuffer(base64.b64decode(text), dtype="<f4") for key, text in layer.items()}
        for layer in layers
    ]


def test_drawn_plus_rest_plus_bias_is_the_pre_activation_of_every_unit(page: Page) -> None:
    error = page.evaluate(
        """(drawings) => {
          let worst = 0;
          const told = neuroscribble.choice() === "usual"; // what the network usually does
          const choices = [...(told ? ["usual"] : []), "weight", "now"];
          for (const choice of choices) {
            neuroscribble.setChoice(choice);
            for (const k of [1, 8, 60, 300, "all"]) {
              neuroscribble.setTopK(k);
              for (const ink of drawings) {
                neuroscribble.setInk(ink);
                for (const sum of neuroscribble.sums()) {
                  const { drawn, rest, othersAverage, othersDeviation, bias } = sum;
                  sum.preActivation.forEach((z, j) => {
                    const others = othersAverage[j] + othersDeviation[j];
                    worst = Math.max(worst, Math.abs(drawn[j] + others + bias[j] - z));
                    worst = Math.max(worst, Math.abs(others - rest[j]));
                  });
                }
              }
            }
          }
          return worst;
        }""",
        drawings(4),
    )
    assert 0 <= error <= 1e-5


def test_nothing_rests_when_all_edges_are_drawn(page: Page, sizes: tuple[int, ...]) -> None:
    page.evaluate("neuroscribble.setTopK('all')")
    assert page.evaluate("neuroscribble.sums().every(({rest}) => rest.every((r) => r === 0))")
    assert page.evaluate("neuroscribble.fidelity().signalShare") == [1] * (len(sizes) - 1)


def test_contributions_carry_more_than_weights_with_as_many_edges(
    page: Page, sizes: tuple[int, ...]
) -> None:
    page.evaluate("neuroscribble.setTopK(6); neuroscribble.setChoice('weight')")
    page.evaluate("neuroscribble.setSpread('unit')")
    by_weight = page.evaluate("neuroscribble.fidelity()")
    page.evaluate("neuroscribble.setChoice('now')")
    by_contribution = page.evaluate("neuroscribble.fidelity()")
    assert by_weight["drawnEdges"] == n_drawn_edges(sizes, 6)
    assert by_contribution["drawnEdges"] == by_weight["drawnEdges"]
    pairs = zip(by_contribution["signalShare"], by_weight["signalShare"], strict=True)
    assert all(more > less or more == less == 1 for more, less in pairs)
    assert by_contribution["accuracyIfOnlyDrawn"] is None  # it was not measured, so none is told


def test_the_effective_templates_reproduce_the_logits(page: Page) -> None:
    error = page.evaluate(
        """(drawings) => Math.max(...drawings.map((ink) => {
          neuroscribble.setInk(ink);
          const { templates, bias } = neuroscribble.linearMap();
          const { ink: seen, logits } = neuroscribble.forward(ink); // upright, where it reads it so
          return Math.max(...[...logits].map((logit, k) => {
            const terms = [...seen].map((value, i) => value * templates[i * 10 + k]);
            const sum = terms.reduce((total, term) => total + term, 0);
            return Math.abs(sum + bias[k] - logit);
          }));
        }))""",
        drawings(40),
    )
    assert error <= 1e-4


def test_a_pixel_tells_what_more_ink_would_change(dense_page: Page) -> None:
    """In a pixel of what the first layer reads: the even picture, which the first column shows."""
    page, pixel = dense_page, 14 * 28 + 13
    ink = np.array(drawings(2)[0], np.float32)
    page.evaluate("(ink) => neuroscribble.setInk(ink)", ink.tolist())
    page.evaluate("neuroscribble.select('input:14,13')")
    rows = page.locator("#panel tr").all_inner_texts()
    told = [float(row.split()[1].replace("−", "-")) for row in rows[:10]]
    exact = ns.load_network(ROOT / "weights.npz").in_double_precision()
    read = exact.seen(ink[None].astype(np.float64))
    step = 1e-6  # small enough that hardly a ReLU flips
    more = read.copy()
    more[0, pixel] += step
    moved = (exact.logits_from(0, more) - exact.logits_from(0, read))[0]
    np.testing.assert_allclose(told, moved * 0.1 / step, atol=6e-5)  # told in four decimals
    assert np.abs(told).max() > 0.001


def test_the_linear_map_equals_pythons(page: Page, network: Network) -> None:
    ink = np.array(drawings(2)[0], dtype=np.float32)
    page.evaluate("(ink) => neuroscribble.setInk(ink)", ink.tolist())
    ours = page.evaluate(
        "(() => { const m = neuroscribble.linearMap();"
        " return {t: [...m.templates], b: [...m.bias], active: m.active}; })()"
    )
    theirs = ns.effective_linear_map(network, ink)
    assert tuple(ours["active"]) == theirs.n_active
    np.testing.assert_allclose(np.reshape(ours["t"], (784, 10)), theirs.templates, atol=1e-4)
    np.testing.assert_allclose(ours["b"], theirs.bias, atol=1e-4)


def test_a_lesson_is_the_rmsprop_step_of_python_and_undo_is_exact(
    page: Page, network: Network
) -> None:
    before = layers_of(page)
    network = network.in_double_precision()
    optimizer, gradient = RMSProp(), network.new_gradient()
    states = [before]
    for ink, label in zip(drawings(4)[:3], (5, 0, 5), strict=True):
        page.evaluate("(ink) => neuroscribble.setInk(ink)", ink)
        page.evaluate("(label) => neuroscribble.teach(label)", label)
        trace = network.forward(np.array([ink], dtype=np.float32))
        network.backward(cross_entropy(trace.logits, np.array([label]))[1], trace, gradient)
        optimizer.step(network.parameters.flat, gradient.flat)
        after = layers_of(page)
        states.append(after)
        for ours, theirs in zip(after, links(network), strict=True):
            learned = learned_by(theirs)
            assert ours.keys() == learned.keys()
            for key, values in ours.items():
                np.testing.assert_allclose(values, learned[key].ravel(), atol=1e-6)
    for expected in reversed(states[:-1]):
        page.evaluate("neuroscribble.undo()")
        for ours, theirs in zip(layers_of(page), expected, strict=True):
            assert all(ours[key].tobytes() == theirs[key].tobytes() for key in theirs)


def test_a_lesson_shows_its_numbers_and_reset_gives_the_file_back(page: Page) -> None:
    before = layers_of(page)
    page.get_by_role("tab", name="Teach").click()
    page.get_by_role("group", name="The right answer").get_by_role("button", name="8").click()
    panel = page.locator("#panel").inner_text()
    assert "Loss for “8”" in panel
    assert "step = 0.001 · g" in panel
    assert "Taught 1 step" in page.locator("#badge").inner_text()
    assert "no longer known" in page.locator("#caption").inner_text()
    assert page.evaluate("neuroscribble.fidelity().accuracyIfOnlyDrawn") is None
    page.get_by_role("button", name="Reset").click()
    for ours, theirs in zip(layers_of(page), before, strict=True):
        assert all(ours[key].tobytes() == theirs[key].tobytes() for key in theirs)
    assert "Checked: 50 digits" in page.locator("#badge").inner_text()


def test_more_lessons_than_can_be_undone_are_still_counted(
    page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = open_page(page_files("small cnn"))  # has few weights to keep
    page.evaluate("neuroscribble.ready")
    page.get_by_role("tab", name="Teach").click()
    page.evaluate("for (let i = 0; i < 102; i++) neuroscribble.teach(8)")
    page.evaluate("for (let i = 0; i < 105; i++) neuroscribble.undo()")
    assert "Taught 2 steps" in page.locator("#badge").inner_text()
    assert page.evaluate("neuroscribble.fidelity().accuracyIfOnlyDrawn") is None
    assert page.get_by_role("button", name="Undo").last.is_disabled()
    assert "Loss for “8”" in page.locator("#panel").inner_text()
    page.get_by_role("button", name="Reset").click()
    assert "Checked: 50 digits" in page.locator("#badge").inner_text()


def test_a_link_from_a_cleared_pad_opens_a_cleared_pad(
    page: Page, path: Path, open_page: OpenPage
) -> None:
    page.locator("#clear").click()
    link = page.evaluate("neuroscribble.hash()")
    again = open_page(Path(path))
    again.evaluate("neuroscribble.ready")
    assert again.evaluate("neuroscribble.answer()") is not None  # a digit is drawn at first
    again.evaluate("(hash) => { window.location.hash = hash }", link)
    again.wait_for_function("neuroscribble.answer() === null")


def test_ink_that_is_set_is_what_the_stages_show(page: Page) -> None:
    page.get_by_role("tab", name="Ink").click()
    page.evaluate("(ink) => neuroscribble.setInk(ink)", drawings(2)[0])
    shown = page.locator("#panel canvas").first.evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_role("tab", name="Answer").click()
    page.get_by_role("tab", name="Ink").click()
    assert page.locator("#panel canvas").first.evaluate("(canvas) => canvas.toDataURL()") == shown


def test_a_link_brings_back_the_same_state(page: Page, path: Path, open_page: OpenPage) -> None:
    page.locator("#clear").click()
    stroke(page, [(0.3, 0.2), (0.71, 0.23), (0.52, 0.8)])
    stroke(page, [(0.35, 0.5), (0.66, 0.52)])
    page.evaluate("neuroscribble.setTopK(21); neuroscribble.setChoice('now')")
    page.evaluate("neuroscribble.select('h2:5')")
    page.locator("#network").hover()
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(300)
    link = page.evaluate("neuroscribble.hash()")
    again = open_page(Path(path))
    again.evaluate("neuroscribble.ready")
    again.evaluate("(hash) => { window.location.hash = hash }", link)
    again.wait_for_function("neuroscribble.selection() === 'h2:5'")
    assert again.evaluate("neuroscribble.hash()") == link
    assert again.evaluate("neuroscribble.topK()") == 21
    sums = "JSON.stringify(neuroscribble.sums().map(({preActivation}) => [...preActivation]))"
    assert again.evaluate(sums) == page.evaluate(sums)


def test_a_link_over_another_one_brings_back_what_it_does_not_name(page: Page) -> None:
    link = page.evaluate("neuroscribble.hash()")
    page.evaluate("neuroscribble.silence('h1:2'); neuroscribble.select('h1:5')")
    page.evaluate(FOLLOW, f"{link}&k=9")
    assert page.evaluate("[neuroscribble.cuts(), neuroscribble.selection()]") == [[], None]


def test_a_link_says_that_lessons_do_not_travel(page: Page) -> None:
    notice = page.locator("#notice")
    for taught in (False, True):
        if taught:
            page.evaluate("neuroscribble.teach(8)")
        page.get_by_role("button", name="Link", exact=True).click()
        page.wait_for_function("/link to this state/i.test(document.body.innerText)")
        assert ("taught it is not in the link" in notice.inner_text()) == taught


def test_a_clear_can_be_taken_back_behind_new_strokes(page: Page) -> None:
    link = page.evaluate("neuroscribble.hash()")
    undo = page.get_by_role("button", name="Undo")
    page.locator("#clear").click()
    page.locator("#clear").click()
    stroke(page, [(0.3, 0.2), (0.71, 0.23), (0.52, 0.8)])
    undo.click()
    assert page.evaluate("neuroscribble.answer()") is None
    undo.click()
    assert page.evaluate("neuroscribble.hash()") == link


def test_without_a_drawing_there_is_no_why(page: Page) -> None:
    page.get_by_role("tab", name="Why").click()
    panel = page.locator("#panel")
    assert panel.locator(".template").count() == 10
    page.locator("#clear").click()
    page.wait_for_function("!document.querySelector('#panel .template')")
    assert (
        panel.inner_text().strip().startswith("Nothing is drawn yet, so there is nothing to read.")
    )
    assert not panel.get_by_text("Path by path").is_visible()


def test_a_link_carries_ink_that_was_set_exactly(page: Page) -> None:
    ink = np.random.default_rng(1).random(784).astype(np.float32).astype(float).tolist()
    page.evaluate("(ink) => neuroscribble.setInk(ink)", ink)
    link = page.evaluate("neuroscribble.hash()")
    page.evaluate("neuroscribble.clear()")
    page.evaluate("(hash) => { window.location.hash = hash }", link)
    page.wait_for_function("neuroscribble.answer() !== null")
    logits = "[...neuroscribble.sums().at(-1).preActivation]"
    shown = page.evaluate(logits)
    assert shown == page.evaluate("(ink) => [...neuroscribble.forward(ink).logits]", ink)


RUBBISH = [
    "strokes=AAAA&k=-3&by=love&unit=h9:1&view=1,2",
    "strokes=%FF%00&k=all&k=2",
    "strokes=________&view=NaN,1,0",
    "ink=AAA&k=1e99",
    "ink=" + "zz" * 2000,
    "k=99999999&unit=output:<script>alert(1)</script>",
    "&&&===&%E0%A4%A",
    "view=0,0,1e300",
    "strokes=" + "gICAgICAgICAgICA",
]
FOLLOW = """(hash) => new Promise((done) => {
  addEventListener("hashchange", () => requestAnimationFrame(done), { once: true });
  window.location.hash = hash;
})"""


def test_a_link_with_rubbish_does_no_harm(page: Page) -> None:
    for rubbish in RUBBISH:
        page.evaluate("document.querySelectorAll('#examples button')[3].click()")
        page.evaluate(FOLLOW, rubbish)
        assert page.evaluate("neuroscribble.answer()") is not None, rubbish
        assert len(page.evaluate("[...neuroscribble.sums().at(-1).preActivation]")) == 10, rubbish


def digit_picture(label: int) -> Image.Image:
    images, labels = pen_digits(60, rng=np.random.default_rng(8))
    digit = images[list(labels).index(label)].reshape(28, 28)
    return Image.fromarray((255 * digit).astype(np.uint8)).resize((300, 300))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("light.png", lambda ink: Image.eval(ink, lambda v: 255 - v)),
        ("dark.png", lambda ink: ink),
        ("photo.jpg", lambda ink: Image.eval(ink, lambda v: 215 - v // 2).convert("RGB")),
        ("wide.bmp", lambda ink: Image.new("L", (900, 400), 255)),
        ("clear.png", lambda ink: Image.merge("LA", (Image.new("L", ink.size, 0), ink))),
    ],
)
def test_pictures_of_any_kind_are_read(
    page: Page, tmp_path: Path, name: str, make: Callable[[Image.Image], Image.Image]
) -> None:
    ink = digit_picture(4)
    picture = make(ink)
    if picture.size != ink.size:
        picture.paste(Image.eval(ink, lambda v: 255 - v), (30, 20))
    picture.save(tmp_path / name)
    page.locator("#picture").set_input_files(tmp_path / name)
    page.wait_for_function("neuroscribble.answer() === '4'")


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_file_that_is_no_picture_is_told_and_the_drawing_stays(
    page: Page, tmp_path: Path, content: bytes
) -> None:
    before = page.evaluate("neuroscribble.hash()")
    (tmp_path / "broken.png").write_bytes(content)
    page.locator("#picture").set_input_files(tmp_path / "broken.png")
    page.wait_for_selector("#notice:not([hidden])")
    assert "no picture" in page.locator("#notice").inner_text()
    assert page.evaluate("neuroscribble.hash()") == before


def test_a_blank_picture_is_told_and_the_drawing_stays(page: Page, tmp_path: Path) -> None:
    before = page.evaluate("neuroscribble.hash()")
    Image.new("RGB", (200, 120), (250, 250, 245)).save(tmp_path / "blank.png")
    page.locator("#picture").set_input_files(tmp_path / "blank.png")
    page.wait_for_selector("#notice:not([hidden])")
    assert "nothing that could be a digit" in page.locator("#notice").inner_text()
    assert page.evaluate("neuroscribble.hash()") == before


def test_the_svg_shows_every_drawn_edge_and_unit_and_the_caption(
    page: Page, network: Network, sizes: tuple[int, ...]
) -> None:
    page.evaluate("neuroscribble.setTopK(3)")
    root = ElementTree.fromstring(page.evaluate("neuroscribble.svg()"))
    space = "{http://www.w3.org/2000/svg}"
    n_edges = n_drawn_edges(sizes, 3)
    assert len(root.findall(f"{space}line")) == n_edges
    shown = columns(network)
    n_maps = sum(column.n_units for column in shown if column.map_shape != (1, 1))
    assert len(root.findall(f"{space}image")) == n_maps
    assert len(root.findall(f"{space}circle")) == sum(sizes) - (n_maps or sizes[0])
    words = " ".join(text.text or "" for text in root.findall(f"{space}text"))
    assert f"{n_edges:,} of {n_drawn_edges(sizes, 784):,} edges are drawn" in words


def test_pictures_can_be_saved(page: Page, tmp_path: Path) -> None:
    page.evaluate("neuroscribble.setTopK(3)")  # hundreds of lines show as much as thousands
    for name in ("SVG", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        download.value.save_as(tmp_path / name)
    with Image.open(tmp_path / "PNG") as picture:
        assert picture.width > 2000
        assert len(picture.convert("RGB").resize((300, 200)).getcolors(60_000)) > 50
    assert (tmp_path / "SVG").read_text("utf-8").startswith("<svg")


PRESSES = """(keys) => keys.map((key) => {
  const [name, shift] = key.split("+").reverse();
  document.getElementById("network").dispatchEvent(
    new KeyboardEvent("keydown", { key: name, shiftKey: shift === "Shift", bubbles: true }));
  return neuroscribble.selection();
})"""


def test_the_keyboard_reaches_every_unit_and_tells_its_numbers(
    page: Page, sizes: tuple[int, ...]
) -> None:
    """From column to column and once around the outputs with real keys, else with their events."""
    page.locator("#network").focus()
    page.keyboard.press("ArrowRight")
    seen = set()
    for _ in range(10):
        page.keyboard.press("ArrowDown")
        seen.add(page.evaluate("neuroscribble.selection()"))
    assert seen == {f"output:{unit}" for unit in range(10)}
    for number, size in reversed([*enumerate(sizes[1:-1], start=1)]):
        page.keyboard.press("ArrowLeft")
        walked = page.evaluate(PRESSES, ["ArrowDown"] * size)
        assert set(walked) == {f"h{number}:{unit}" for unit in range(size)}
        seen.update(walked)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("neuroscribble.selection()").startswith("input:")
    seen.update(page.evaluate(PRESSES, ["ArrowDown", *["Shift+ArrowRight"] * 28] * 28))
    assert len(seen) == sum(sizes)
    page.evaluate("neuroscribble.select('h1:3')")
    z = page.evaluate("neuroscribble.explain('h1:3').preActivation")
    assert (
        f"pre-activation {z:.3f}".replace("-", "−").replace("pre−", "pre-")
        in page.locator("#speech").inner_text()
    )
    page.locator("#network").focus()
    page.keyboard.press("Escape")
    assert page.evaluate("neuroscribble.selection()") is None


# Of all rules only that of contrast sees colors: in the dark it is tried alone.
RULES: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}

CHECK = """async ([where, rules]) =>
  (await axe.run(where ?? document, rules)).violations"""


@pytest.mark.parametrize(
    ("scheme", "width", "height"),
    [("light", 1920, 1080), ("dark", 1920, 1080), ("light", 390, 844)],
)
def test_the_accessibility_checker_finds_nothing(
    path: Path, open_page: OpenPage, scheme: str, width: int, height: int
) -> None:
    page = open_page(path, width=width, height=height, color_scheme=scheme)
    page.evaluate("neuroscribble.ready")
    page.evaluate(Axe().axe_script)
    for tab in ("Answer", "Unit", "Why", "Ink", "Steps", "Teach", "Weights"):
        page.get_by_role("tab", name=tab).click()
        if tab == "Answer":
            page.get_by_text("Where this number is from").click()
        if tab == "Steps":
            page.get_by_role("button", name="Next ›").click()
        if tab == "Unit":
            page.evaluate("neuroscribble.select('h1:3')")
        if tab == "Teach":
            page.locator(".digits button").nth(8).click()
        # the whole page once; behind another tab nothing else than the panel and the caption is new
        where = None if tab == "Answer" else {"include": [["#inspector"], ["footer"]]}
        violations = page.evaluate(CHECK, [where, RULES[scheme]])
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []


def test_pointing_at_a_term_lights_its_edge_up(page: Page) -> None:
    page.evaluate("neuroscribble.select('h1:3')")
    page.wait_for_timeout(200)
    before = page.locator("#network canvas").screenshot()
    page.locator("#panel tr button").first.hover()
    page.wait_for_timeout(200)
    assert page.locator("#network canvas").screenshot() != before


def test_each_stage_of_preparation_tells_its_answer(page: Page) -> None:
    page.get_by_role("tab", name="Ink").click()
    captions = page.locator("#panel figcaption").all_inner_texts()
    upright = "upright" in str(page.evaluate("neuroscribble.words()"))
    assert len(captions) == 4 + upright
    assert all("%" in caption for caption in captions)
    stored = page.evaluate("neuroscribble.answer()")
    assert f": {stored} (" in captions[-1]


def test_a_resize_in_mid_stroke_loses_nothing(page: Page) -> None:
    page.locator("#clear").click()
    stroke(page, [(0.3, 0.3), (0.6, 0.3)], lift=False)
    page.set_viewport_size({"width": 1100, "height": 800})
    stroke_continues = page.locator("#pad").bounding_box()
    assert stroke_continues is not None
    page.mouse.move(
        stroke_continues["x"] + 0.5 * stroke_continues["width"],
        stroke_continues["y"] + 0.8 * stroke_continues["height"],
    )
    page.mouse.up()
    page.wait_for_timeout(200)
    assert page.evaluate("neuroscribble.answer()") is not None
    assert page.evaluate("neuroscribble.hash()").count("strokes=") == 1


@pytest.mark.slow
def test_ten_thousand_strokes_are_kept(page: Page) -> None:
    lost = page.evaluate(
        """async () => {
          const pad = document.getElementById("pad");
          const { left, top, width } = pad.getBoundingClientRect();
          const send = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, {
            pointerId: 7, bubbles: true, clientX: left + x * width, clientY: top + y * width}));
          for (let i = 0; i < 10000; i++) {
            const [x, y] = [(i * 37 % 100) / 100, (i * 61 % 100) / 100];
            send("pointerdown", x, y); send("pointermove", x + 0.01, y); send("pointerup", x, y);
          }
          await new Promise(requestAnimationFrame);
          return neuroscribble.answer() === null;
        }"""
    )
    assert not lost
    assert len(page.evaluate("neuroscribble.hash()")) < 70_000
