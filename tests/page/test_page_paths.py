"""Paths on the page: an edge is clicked, and what passes it is told with Python's numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import neuroscribble as ns
from neuroscribble.explain.paths import silent_inputs, strongest_paths

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
ON_SCREEN = """([from, to]) => {
  const place = (id) => neuroscribble.view.getPosition(id);
  const [a, b] = [place(from), place(to)];
  const between = (part, axis) => (1 - part) * a[axis] + part * b[axis];
  const on = (part) => ({ x: between(part, "x"), y: between(part, "y") });
  const spots = [0.3, 0.4, 0.5, 0.6, 0.7].map((part) => neuroscribble.view.canvasToDOM(on(part)));
  const at = spots.find((spot) => neuroscribble.view.getNodeAt(spot) === undefined);
  const { left, top } = document.getElementById("network").getBoundingClientRect();
  return [at.x + left, at.y + top];
}"""


@pytest.fixture
def sparse(page_files: Callable[[str], Path], open_page: OpenPage) -> Page:
    page = open_page(page_files("sparse"))
    page.evaluate("neuroscribble.ready")
    return page


def python_paths(page: Page, edge: list[str] | None) -> Any:
    """What Python finds for the drawing of the page."""
    network = ns.load_network("sparse.npz")
    image = np.array(page.evaluate("Array.from(neuroscribble.input())"), np.float32)
    output = int(page.evaluate("neuroscribble.paths().to"))
    if edge is None:
        return strongest_paths(network, image, output)
    numbers = [int(name.split(":")[1].split(",")[0]) for name in edge]
    return strongest_paths(network, image, output, through=(1, numbers[0], numbers[1]))


def test_a_clicked_edge_tells_the_paths_through_it(sparse: Page) -> None:
    edge = sparse.evaluate("neuroscribble.paths().strongest[0].units.slice(1, 3)")
    sparse.evaluate("(id) => neuroscribble.select(id)", edge[1])  # then only its edges are seen
    sparse.mouse.click(*sparse.evaluate(ON_SCREEN, edge))
    assert sparse.evaluate("neuroscribble.selectedEdge()") == edge
    ours, told = python_paths(sparse, edge), sparse.evaluate("neuroscribble.paths()")
    assert told["count"] == ours.count > 1
    assert told["total"] == pytest.approx(ours.total, abs=1e-5)
    assert told["share"] == pytest.approx(ours.share, abs=1e-4)
    text = sparse.locator("#panel").inner_text()
    assert text.startswith(" → ".join(edge))
    assert f"{ours.count} paths pass it and together give" in text
    rows = sparse.locator(".paths li")
    assert rows.count() == len(ours.strongest)
    first = rows.first.inner_text().replace("−", "-")
    assert f"{ours.strongest[0].value:+.4f}" in first
    factors = [float(factor) for factor in first.split("\n")[-1].split(" × ")]
    assert len(factors) == 4
    assert np.prod(factors) == pytest.approx(ours.strongest[0].value, abs=2e-3)
    before = sparse.locator("#network canvas").first.screenshot()
    rows.first.focus()
    assert sparse.locator("#network canvas").first.screenshot() != before  # the path is marked
    found = Axe().run(sparse)
    assert found.violations_count == 0, found.generate_report()
    sparse.keyboard.press("Escape")
    assert sparse.evaluate("neuroscribble.selectedEdge()") is None
    assert sparse.get_by_role("tab", name="Answer").get_attribute("aria-selected") == "true"


def test_all_paths_to_the_answer_are_its_logit(sparse: Page) -> None:
    sparse.get_by_role("tab", name="Why").click()
    sparse.get_by_text("Path by path").click()
    ours, told = python_paths(sparse, None), sparse.evaluate("neuroscribble.paths()")
    assert told["count"] == ours.count
    logit = sparse.evaluate("Math.max(...neuroscribble.sums().at(-1).preActivation)")
    assert told["total"] + told["bias"] == pytest.approx(logit, abs=1e-5)
    text = sparse.locator("#panel").inner_text().replace("−", "-")
    assert f"= {ours.count:,} paths {ours.total:+.4f}"[:-1] in text
    assert f"hold {100 * ours.share:.1f}" in text


def test_an_edge_travels_in_the_link_and_follows_the_drawing(sparse: Page) -> None:
    edge = sparse.evaluate("neuroscribble.paths().strongest[0].units.slice(1, 3)")
    sparse.evaluate("([from, to]) => neuroscribble.selectEdge(from, to)", edge)
    link = sparse.evaluate("neuroscribble.hash()")
    before = sparse.evaluate("neuroscribble.paths().total")
    sparse.get_by_role("button", name="Example: 8").click()
    assert sparse.evaluate("neuroscribble.paths().total") != before
    sparse.evaluate("neuroscribble.select('h1:3')")
    assert sparse.evaluate("neuroscribble.selectedEdge()") is None
    sparse.evaluate("(link) => { location.hash = link; }", link)
    sparse.wait_for_function("neuroscribble.selectedEdge() !== null")
    assert sparse.evaluate("neuroscribble.selectedEdge()") == edge
    assert sparse.evaluate("neuroscribble.paths().total") == pytest.approx(before)
    sparse.get_by_role("button", name="Clear").click()
    assert "Draw, and the paths through it are told." in sparse.locator("#panel").inner_text()


def test_pixels_that_no_edge_leaves_are_hatched_and_told(sparse: Page) -> None:
    silent = silent_inputs(ns.load_network("sparse.npz"))
    caption = sparse.locator("#caption").inner_text()
    assert f"No edge leaves {len(silent)} of the 784 pixels (hatched)" in caption
    row, column = divmod(int(silent[0]), 28)
    sparse.evaluate(f"neuroscribble.select('input:{row},{column}')")
    assert "which no edge reads" in sparse.locator("#speech").inner_text()
    assert sparse.evaluate("neuroscribble.svg()").count('<path d="M') == len(silent)


def test_the_edges_of_a_dense_network_have_paths_and_those_between_maps_a_sentence(
    page: Page, page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    assert page.evaluate("neuroscribble.paths().count") > 10_000
    page.evaluate("neuroscribble.select('h2:5')")
    into = page.get_by_role("button", name="Paths through the edge between this unit and h1:")
    into.first.click()
    assert page.evaluate("neuroscribble.selectedEdge()")[1] == "h2:5"
    assert "No edge leaves" not in page.locator("#caption").inner_text()
    maps = open_page(page_files("small cnn"))
    maps.evaluate("neuroscribble.ready")
    assert maps.evaluate("neuroscribble.paths()") is None
    maps.evaluate("neuroscribble.selectEdge('h1:0', 'h2:1')")
    assert "Paths are for dense networks" in maps.locator("#panel").inner_text()
