"""The page of a network that has no more edges than a picture shows: nothing is left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.explain.links import links

if TYPE_CHECKING:
    from conftest import OpenPage

pytestmark = pytest.mark.browser
SPARSE = Path(__file__).parents[2] / "sparse.npz"


def test_every_edge_is_drawn_and_nothing_is_left_out(
    page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    network = ns.load_network(SPARSE)
    weights = [layer.params["W"] for layer in network.dense_layers()]
    assert sum(link.n_edges for link in links(network)) == 5000
    page = open_page(page_files("sparse"))
    page.evaluate("neuroscribble.ready")
    fidelity = page.evaluate("neuroscribble.fidelity()")
    assert fidelity["drawnEdges"] == fidelity["totalEdges"] == 5000
    assert fidelity["signalShare"] == [1, 1, 1]
    caption = page.locator("#caption").inner_text()
    assert caption.startswith("All 5,000 edges are drawn; nothing is left out.")
    assert "99.0" in caption  # of the whole test, though its drawings were measured on a part
    assert "all others" not in str(page.evaluate("neuroscribble.words()"))
    largest = "neuroscribble.sums().map(({ rest }) => Math.max(...rest.map(Math.abs)))"
    assert page.evaluate(largest) == [0, 0, 0]
    source, target = np.argwhere(weights[1])[0]
    page.evaluate(f"neuroscribble.cut('h1:{source}', 'h2:{target}')")
    assert page.evaluate("neuroscribble.fidelity().totalEdges") == 4999


def test_what_is_shown_and_explained_is_the_upright_picture(
    page_files: Callable[[str], Path], open_page: OpenPage
) -> None:
    network = ns.load_network(SPARSE)
    images = pen_digits(40, rng=np.random.default_rng(3))[0]
    seen = network.seen(images)
    leaning = int(np.abs(seen - images).sum(axis=1).argmax())
    image, upright = images[leaning], seen[leaning]
    page = open_page(page_files("sparse"))
    page.evaluate("neuroscribble.ready")
    page.evaluate("(ink) => neuroscribble.setInk(ink)", image.tolist())
    pixels = "neuroscribble.explain(`input:${Math.floor(i / 28)},${i % 28}`).activation"
    shown = page.evaluate(f"Array.from({{ length: 784 }}, (_, i) => {pixels})")
    np.testing.assert_allclose(shown, upright, atol=1e-6)
    np.testing.assert_allclose(page.evaluate("Array.from(neuroscribble.input())"), image)
    told = page.evaluate("Array.from(neuroscribble.forward(neuroscribble.input()).logits)")
    np.testing.assert_allclose(told, network.logits(image[None])[0], atol=1e-4)
    assert "input: 28×28 pixels, upright, even" in str(page.evaluate("neuroscribble.words()"))
    page.get_by_role("tab", name="Ink").click()
    stages = page.locator("#inspector figcaption").all_inner_texts()
    assert stages[-1].startswith("5. upright, centered and evenly spread: ")
    page.get_by_role("tab", name="Steps").click()
    assert "Your drawing, set upright and even, has become" in page.locator("#panel").inner_text()
    page.get_by_role("tab", name="Why").click()
    assert "× your even ink" in page.locator("#inspector").inner_text()
