"""The page of a network that has no more edges than a picture shows: nothing is left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import neuroscribble as ns
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
    assert "98.5" in caption  # of the whole test, though its drawings were measured on a part
    assert "all others" not in str(page.evaluate("neuroscribble.words()"))
    largest = "neuroscribble.sums().map(({ rest }) => Math.max(...rest.map(Math.abs)))"
    assert page.evaluate(largest) == [0, 0, 0]
    source, target = np.argwhere(weights[1])[0]
    page.evaluate(f"neuroscribble.cut('h1:{source}', 'h2:{target}')")
    assert page.evaluate("neuroscribble.fidelity().totalEdges") == 4999
