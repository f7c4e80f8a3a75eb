"""A network of thousands of units: the program paints them as vis-network would, and faster."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import neuroscribble as ns
from viz.page import page as page_module
from viz.page.page import network_page

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
STATES = {
    "seen whole": "",
    "one unit is looked at": "page.select('h1:12');",
    "from near": "page.view.moveTo({ position: unit('h1:12'), scale: 12, animation: false });",
    "from far": "page.view.moveTo({ scale: 0.4 * page.view.getScale(), animation: false });",
    "dark": "document.getElementById('theme').click();",
}
EXACT = (  # vis-network puts its nodes in whole graph units
    "drawNode: () => drawNode(ctx, x, y)",
    "drawNode: () => drawNode(ctx, this.columns[column].x[unit], this.columns[column].y[unit])",
)
BRING = """async () => {{
  const page = window.neuroscribble;
  const unit = (id) => pyvisGraph.nodes.get(id);
  {do}
  await new Promise((resolve) => setTimeout(resolve, 900)); // others step back, the view rests
  await page.painted();
}}"""


def written(folder: Path, name: str, most_nodes: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page of the same network where vis-network draws so many units at most."""
    network = ns.build_mlp((60, 40), rng=np.random.default_rng(8))
    monkeypatch.setattr(page_module, "MOST_NODES", most_nodes)
    text = network_page(network)
    for here, there in (("MOST_NODES = 2000", f"MOST_NODES = {most_nodes}"), EXACT):
        assert text.count(here) == 1
        text = text.replace(here, there)
    file = folder / f"{name}.html"
    file.write_text(text, encoding="utf-8")
    return file


def picture(page: Page) -> NDArray[np.float64]:
    shot = page.locator("#network").screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=np.float64)


def test_units_look_the_same_whoever_paints_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    nodes = "pyvisGraph.network.body.nodeIndices.length"
    pictures: list[dict[str, NDArray[np.float64]]] = []
    for name, most, n_nodes in (("vis", 2000, 784 + 60 + 40 + 10), ("own", 100, 0)):
        page = open_page(
            written(tmp_path, name, most, monkeypatch), width=1000, height=700, motion=False
        )
        page.evaluate("neuroscribble.ready")
        assert page.evaluate(nodes) == n_nodes
        pictures.append({})
        for state, do in STATES.items():
            page.evaluate("neuroscribble.select(null); document.getElementById('fit').click()")
            page.evaluate(BRING.format(do=do))
            pictures[-1][state] = picture(page)
    for state in STATES:
        apart = np.abs(pictures[0][state] - pictures[1][state])
        assert apart.mean() < 0.1, state
        assert apart.max() < 64, state
    assert np.abs(pictures[1]["seen whole"] - pictures[1]["from near"]).mean() > 5


def test_without_the_program_pyvis_draws_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    file = written(tmp_path, "plain", 100, monkeypatch)
    text = file.read_text(encoding="utf-8")
    plain = re.sub(r'<script type="module".*?</script>', "", text, flags=re.DOTALL)
    file.write_text(plain, encoding="utf-8")
    page = open_page(file)
    page.wait_for_function("pyvisGraph?.network.body.nodeIndices.length === 894")
    page.wait_for_function("pyvisGraph.network.body.edgeIndices.length > 0")
