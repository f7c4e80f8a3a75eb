"""A page of two networks: one ink, matched units, exact differences, none for a copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from small_cnn import small_cnn

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.canonical import scale_units
from neuroscribble.explain.links import links
from neuroscribble.explain.pairing import reorder_column
from neuroscribble.explain.side_by_side import SideBySide, disagreements, side_by_side
from neuroscribble.explain.swapping import swapped_logits
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.network import Network, build_mlp
from viz.diagram.compared import Compared
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
IMAGES, LABELS = pen_digits(200, rng=np.random.default_rng(5))
DIGITS = NamedDigits("some pen digits", Digits(IMAGES, LABELS))


def mlp(seed: int) -> Network:
    network = build_mlp((12, 7), rng=np.random.default_rng(seed))
    network.usual = measure_usual(network, IMAGES)
    return network


def disguised(network: Network) -> Network:
    """A copy with other weights that computes the same."""
    copy, rng = network.copy(), np.random.default_rng(1)
    for n, (link, following) in enumerate(pairwise(links(copy))):
        units = len(link.params["b"])
        reorder_column(copy, n, rng.permutation(units))
        scale_units(link, following, np.exp(rng.normal(size=units)), copy.usual)
    return copy


SPEECH = "document.getElementById('speech').textContent"
MEASURED: dict[str, SideBySide] = {}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """files("copy") → a network beside its disguised copy; "seeds" and "cnn": beside others."""
    folder = tmp_path_factory.mktemp("pairs")
    seconds = {"copy": lambda: disguised(mlp(1)), "seeds": lambda: mlp(2), "cnn": small_cnn}

    def written(name: str) -> Path:
        file = folder / f"{name}.html"
        if not file.exists():
            first, second = mlp(1), seconds[name]()
            MEASURED[name] = side_by_side(first, second, IMAGES, LABELS)
            over = "200 some pen digits"
            compared = Compared(("one.npz", "two.npz"), MEASURED[name], over, over, DIGITS)
            file.write_text(network_page(first, top_k=4, compare=compared), "utf-8")
        return file

    return written


def opened(open_page: OpenPage, path: Path, **how: Any) -> Page:
    page = open_page(path, **{"width": 1366, "height": 768} | how)
    page.evaluate("neuroscribble.ready")
    return page


def said(page: Page) -> str:
    return page.locator("#panel").inner_text().replace("\xa0", " ")


def test_a_disguised_copy_shows_no_difference_in_any_panel(
    files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = opened(open_page, files("copy"))
    found = page.evaluate(
        """() => {
          const { compare } = neuroscribble;
          neuroscribble.select("h1:3");
          return {
            correlations: compare.correlations().slice(1).map((values) => Array.from(values)),
            leads: compare.split().leads,
            measured: compare.measured(),
            logits: compare.split().logits.map((values) => Array.from(values)),
            svg: neuroscribble.svg(),
          };
        }"""
    )
    assert np.concatenate(found["correlations"]) == pytest.approx(1)
    assert found["leads"] == pytest.approx([found["leads"][0]] * 4, abs=1e-5)
    np.testing.assert_allclose(found["logits"], [found["logits"][0]] * 4, atol=1e-5)
    agreement = found["measured"]["agreement"]
    assert (agreement["same"], agreement["only_first"], agreement["pValue"]) == (200, 0, 1)
    for swap in found["measured"]["swaps"]:
        assert (swap["changed"], swap["ahead"]) == (0, pytest.approx(0, abs=1e-5))
    first, second = found["svg"].split("<svg x=")
    for shape in ("circle", "line", "rect"):  # units, drawn edges, pixels: colors and places
        shapes = [re.findall(f"<{shape} .*", svg) for svg in (first, second)]
        shapes[0] = shapes[0][-len(shapes[1]) :]  # without the ground of both
        assert len(shapes[1]) > 15
        assert [strip(one) for one in shapes[0]] == [strip(one) for one in shapes[1]]
    words = said(page)
    assert "they answer 100.00 % alike" in words
    assert "There is none that only one of them reads right" in words
    assert "no digit among 200 of some pen digits that they read differently" in words
    assert "What the two do correlates by 1.00" in words
    assert re.findall(r"in the median (.*?);", words) == ["1.00", "1.00"]
    assert [row[2] for row in split_rows(page)[1:-1]] == ["0.00", "0.00", "0.00"]


def split_rows(page: Page) -> list[list[str]]:
    rows = page.locator(".split tr").all_inner_texts()[1:]
    return [row.replace("\xa0", " ").split("\t") for row in rows]


def strip(shape: str) -> str:
    """Numbers to a digit: weights scaled and scaled back in float32 are off by one in 10⁷."""
    return re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.1f}", shape)


def test_the_difference_of_two_answers_is_split_as_in_python(
    files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = opened(open_page, files("seeds"))
    found = page.evaluate(
        """(inks) => inks.map((ink) => {
          neuroscribble.setInk(ink);
          const { logits, ...rest } = neuroscribble.compare.split();
          const second = neuroscribble.compare.answer();
          return { ...rest, second, logits: logits.map((values) => Array.from(values)) };
        })""",
        IMAGES[:20].astype(float).tolist(),
    )
    expected = swapped_logits(MEASURED["seeds"].pairing, IMAGES[:20])
    for n, split in enumerate(found):
        logits = np.array(split["logits"])
        np.testing.assert_allclose(logits, expected[:, n], atol=1e-5)
        winner, rival, other = split["winner"], split["rival"], int(split["second"])
        assert (winner, other) == (logits[0].argmax(), logits[-1].argmax())
        assert rival == (other if other != winner else np.argsort(logits[0])[-2])
        assert split["leads"] == pytest.approx(logits[:, winner] - logits[:, rival], abs=1e-12)
    rows = split_rows(page)
    start, *changes, end = (float(row[2].replace("−", "-")) for row in rows)
    assert start + sum(changes) == pytest.approx(end, abs=0.03)  # each rounded to two digits
    right = [swap.accuracy for swap in MEASURED["seeds"].swaps]
    assert [row[3] for row in rows[1:-1]] == [f"{100 * share:.1f} %" for share in right]


def test_selecting_a_unit_selects_its_partner_and_says_so(
    files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = opened(open_page, files("seeds"))
    pair = MEASURED["seeds"].pairing.pairs["h1"]
    speech = page.evaluate(f"() => (neuroscribble.select('h1:3'), {SPEECH})")
    partner = f"h1:{pair.order[3]}"
    assert page.evaluate("neuroscribble.compare.selection()") == partner
    assert page.evaluate("neuroscribble.compare.partner('h1:3')") == partner
    alike = f"correlates by {pair.correlations[3]:.2f}".replace("-", "−")
    assert f"What the two do {alike} over" in said(page)
    assert "Unit 3 of 12 in hidden layer 1. h1:3: " in speech
    assert f"Beside it in two.npz: Unit {pair.order[3]} of 12" in speech
    assert alike in speech
    page.evaluate("neuroscribble.compare.select('h2:0')")
    assert page.evaluate("neuroscribble.selection()") == (
        f"h2:{list(MEASURED['seeds'].pairing.pairs['h2'].order).index(0)}"
    )
    page.keyboard.press("Escape")
    assert page.evaluate("[neuroscribble.selection(), neuroscribble.compare.selection()]") == [
        None,
        None,
    ]
    page.locator("#compared").focus()
    page.keyboard.press("Enter")  # the answer of the second
    assert page.evaluate("neuroscribble.compare.selection()").startswith("output:")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("neuroscribble.selection()").startswith("h2:")


def test_both_follow_ink_edges_and_camera(
    files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = opened(open_page, files("seeds"))
    page.locator("#examples button").nth(7).click()
    second = MEASURED["seeds"].pairing.second
    ink = np.array(page.evaluate("Array.from(neuroscribble.input())"), np.float32)
    answer = str(second.predict(ink[None])[0])
    assert page.evaluate("neuroscribble.compare.answer()") == answer
    assert page.locator(".answers .verdict").all_inner_texts() == [
        page.evaluate("neuroscribble.answer()"),
        answer,
    ]
    captions = page.locator("footer p")
    before = captions.all_inner_texts()
    page.evaluate("neuroscribble.setTopK(2)")
    now = captions.all_inner_texts()
    assert [text.split()[0] for text in now] == ["one.npz", "two.npz"]
    for one, other in zip(before, now, strict=True):
        assert one != other
        drawn, of = re.search(r"(\S+) of (\S+) edges are drawn", other).groups()  # type: ignore[union-attr]
        assert 0 < int(drawn.replace(",", "")) < int(of.replace(",", ""))
    page.mouse.move(*center(page, "#compared"))
    page.mouse.wheel(0, -300)
    page.wait_for_function("neuroscribble.hash().includes('view=')")  # the first one's moved along


def center(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_digit_that_they_read_differently_is_put_on_the_pad(
    files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = opened(open_page, files("seeds"))
    inks = np.rint(IMAGES * 255).astype(np.uint8)
    found = disagreements(mlp(1), mlp(2), inks / np.float32(255))
    assert f"They read {len(found)} of 200 digits" in said(page)
    tiles = page.locator(".gallery button")
    assert tiles.count() == min(len(found), 40)
    tiles.nth(1).click()
    shown = np.array(page.evaluate("Array.from(neuroscribble.input())"))
    np.testing.assert_allclose(shown, inks[found[1]] / 255, atol=1e-7)
    answers = page.evaluate("[neuroscribble.answer(), neuroscribble.compare.answer()]")
    assert tiles.nth(1).inner_text().split(" · ") == answers
    assert answers[0] != answers[1]


def test_networks_of_other_kinds_are_shown_unmatched_and_a_link_keeps_what_is_selected(
    files: Callable[[str], Path], open_page: OpenPage
) -> None:
    page = opened(open_page, files("cnn"))
    words = said(page)
    assert "h1: not matched, 12 units in the first" in words
    assert "no layer can be swapped alone" in words
    page.evaluate("neuroscribble.select('input:3,4')")  # the other reads one picture as a whole
    assert page.evaluate("neuroscribble.compare.selection()") is None
    speech = page.evaluate(f"() => (neuroscribble.compare.select('h1:2'), {SPEECH})")
    assert "Map 2 of" in speech
    assert page.evaluate("[neuroscribble.selection(), neuroscribble.compare.selection()]") == [
        None,
        "h1:2",
    ]
    fragment = page.evaluate("neuroscribble.hash()")
    assert "other=h1%3A2" in fragment
    page.evaluate("neuroscribble.select(null)")
    assert page.evaluate("neuroscribble.compare.selection()") is None
    page.evaluate("(hash) => (location.hash = hash)", fragment)
    page.wait_for_function("neuroscribble.compare.selection() === 'h1:2'")


@pytest.mark.parametrize(("width", "scheme"), [(1366, "dark"), (390, "light"), (900, "light")])
def test_both_pictures_are_seen_and_reached_by_everyone(
    files: Callable[[str], Path], open_page: OpenPage, width: int, scheme: Any
) -> None:
    page = opened(open_page, files("seeds"), width=width, height=844, color_scheme=scheme)
    first, second = (page.locator(part).bounding_box() for part in ("#network", "#compared"))
    assert first is not None
    assert second is not None
    assert (first["width"], first["height"]) == (second["width"], second["height"])
    assert (first["y"] == second["y"]) == (width > 760)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.response["violations"] == []


def test_a_wrong_argument_is_refused(files: Callable[[str], Path], open_page: OpenPage) -> None:
    page = opened(open_page, files("seeds"))
    said = page.evaluate(
        """() => ["forward([1])", "partner('h9:1')", "select('x')"].map((call) => {
          try { eval(`neuroscribble.compare.${call}`); } catch ({ message }) { return message; }
        })"""
    )
    assert said[0] == (
        "compare.forward: ink must be 784 numbers, as for the first network; got 1 of them."
    )
    assert said[1].startswith("compare.partner: id must be the id of a unit of the first network")
    assert said[2].startswith("compare.select: id must be the id of a unit of the second network")
