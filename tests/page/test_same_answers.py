"""Page, window and Python read the same drawing alike: hundreds of pen digits, really drawn.

Each is drawn with a hand of its own: pointer events on the page's pad in a browser, presses and
moves on the window's canvas, `render_strokes` in Python. From there each goes its own way to the
answer. Sizes, places and pens vary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from neuroscribble.data.pen import pen_strokes
from neuroscribble.formats.storage import load_network
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.nn.network import Network
from viz.diagram.theme import LIGHT
from viz.window.controller import Controller
from viz.window.view import STEP

if TYPE_CHECKING:
    from conftest import OpenPage

N = 300
SIDE = 280  # pixels of the pad, and of the window's canvas
PENS = (8, 12, 16, 24, 32, 44)  # diameters that both the page and the window have
CLOSE = 1e-4  # largest difference of a probability

Strokes = list[NDArray[np.float64]]


@dataclass(frozen=True)
class Drawing:
    """Strokes in tenths of a pixel, which both hands can draw exactly, and the pen's diameter."""

    strokes: Strokes
    pen: int


def drawings() -> Iterator[Drawing]:
    rng = np.random.default_rng(2026)
    for i in range(N):
        strokes = pen_strokes(i % 10, rng=rng)
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = rng.uniform(0.15, 0.95) * (SIDE - 2) / extent.max()
        corner = 1 + rng.random(2) * (SIDE - 2 - scale * extent)
        placed = [np.round((one - low) * scale + corner, 1) for one in strokes]
        yield Drawing(placed, int(rng.choice(PENS)))


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(Path(__file__).parents[2] / "weights.npz")


@pytest.fixture(scope="module")
def expected(network: Network) -> NDArray[np.float32]:
    """Python's probabilities (N, 10)."""
    images = [
        normalize_ink(render_strokes(one.strokes, size=SIDE, width=one.pen)).reshape(-1)
        for one in drawings()
    ]
    return network.probabilities(np.stack(images))


def assert_same(got: NDArray[np.float64], expected: NDArray[np.float32]) -> None:
    assert got.shape == (N, 10)
    worst = np.abs(got - expected).max()
    print(f"largest difference of a probability in {N} drawings: {worst:.1e}")
    np.testing.assert_array_equal(got.argmax(axis=1), expected.argmax(axis=1))
    assert worst < CLOSE


@pytest.mark.slow
def test_the_drawings_are_of_every_kind(expected: NDArray[np.float32]) -> None:
    """Sizes from small to large, every pen, every answer, sure and unsure ones."""
    sizes = [np.ptp(np.concatenate(one.strokes), axis=0).max() for one in drawings()]
    assert min(sizes) < 60
    assert max(sizes) > 250
    assert {one.pen for one in drawings()} == set(PENS)
    assert np.bincount(expected.argmax(axis=1), minlength=10).min() > 15
    assert 0.1 < expected.max(axis=1).min() < 0.5


@pytest.mark.slow
def test_the_window_answers_as_python_does(network: Network, expected: NDArray[np.float32]) -> None:
    controller = Controller(network, theme=LIGHT, size=(1280, 800))
    rect = controller.layout.canvas
    got = []
    for one in drawings():
        controller.key("c")
        controller.widen_brush((one.pen - controller.brush_width) // STEP)
        for points in one.strokes:
            first, *others = points * (rect.width / SIDE) + (rect.x, rect.y)
            controller.press("pen", *first)
            for place in others:
                controller.move("pen", *place)
            controller.release("pen")
        assert controller.reading.probabilities is not None
        got.append(controller.reading.probabilities)
    assert_same(np.array(got, dtype=float), expected)


DRAW = """
async (drawings) => {
  await neuroscribble.ready;
  const { port1, port2 } = new MessageChannel(); // frames come as fast as they are asked for
  const asked = [];
  port1.onmessage = () => asked.shift()(performance.now());
  window.requestAnimationFrame = (call) => {
    asked.push(call);
    port2.postMessage(null);
  };
  neuroscribble.setTopK(1);
  neuroscribble.view.redraw = () => {}; // only the answer counts here, and 984 units cost more
  const pad = document.getElementById("pad");
  const brush = document.getElementById("brush");
  const { left, top, width, height } = pad.getBoundingClientRect();
  const point = (type, [x, y]) =>
    pad.dispatchEvent(new PointerEvent(type, {
      pointerId: 1,
      clientX: left + (x / 280) * width,
      clientY: top + (y / 280) * height,
    }));
  const results = [];
  for (const { strokes, pen } of drawings) {
    neuroscribble.clear();
    brush.value = pen;
    brush.dispatchEvent(new Event("input"));
    for (const points of strokes) {
      point("pointerdown", points[0]);
      for (const place of points.slice(1)) point("pointermove", place);
      point("pointerup", points[points.length - 1]);
    }
    await new Promise(requestAnimationFrame);
    results.push([...neuroscribble.sums().at(-1).activation]);
  }
  return results;
}
"""


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_answers_as_python_does(
    expected: NDArray[np.float32], open_page: OpenPage, page_files: Callable[[str], Path]
) -> None:
    page = open_page(page_files("weights"), width=900, height=600, anew=True)
    given = [
        {"strokes": [points.tolist() for points in one.strokes], "pen": one.pen}
        for one in drawings()
    ]
    assert_same(np.array(page.evaluate(DRAW, given)), expected)
