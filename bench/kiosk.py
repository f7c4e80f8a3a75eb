"""An exhibition of two hours: does the page or the window grow while people draw all the time?

    python bench/kiosk.py [DRAWINGS]

Somebody draws a digit every four seconds, 1,800 in two hours, and every tenth visitor walks away
for more than a minute, so that all begins anew. The hand is quick: strokes come as fast as they
are shown, and in the page every timer runs sixty times as fast. What is kept is measured behind a
warm-up and ten times on the way, after everything that can be thrown away has been: the heap of
JavaScript and the page's nodes and listeners, what Python has allocated.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import numpy as np

from neuroscribble.data.pen import pen_strokes
from neuroscribble.formats.storage import load_network
from neuroscribble.ink.drawing import Point

ROOT = Path(__file__).resolve().parent.parent
if TYPE_CHECKING:
    from playwright.sync_api import Page

SECONDS = 4  # for a drawing
DRAWINGS = 7200 // SECONDS
WARM_UP = 60  # drawings, until every cache is as full as it gets
LOOKS = 10  # measurements
LEAVES = 10  # after so many drawings nobody is there for a while
GROWTH = 1.10  # the largest heap may be so many times the first
MOVES = 40  # of the pen, between two pictures of the window
FASTER = 60  # times: the page's timers
GONE = 1300  # milliseconds in which more than a minute of them passes
SPEED_UP = f"""
for (const name of ["setTimeout", "setInterval"]) {{
  const real = window[name];
  window[name] = (call, time = 0, ...given) => real(call, time / {FASTER}, ...given);
}}"""
# One drawing by a pen, sixteen moves a frame; then a unit or an edge is looked at.
DRAW = """async ([strokes, x, y]) => {
  const pad = document.getElementById("pad");
  const { left, top, width, height } = pad.getBoundingClientRect();
  const frame = () => new Promise(requestAnimationFrame);
  const send = (type, [px, py]) => pad.dispatchEvent(new PointerEvent(type, {
    pointerId: 7, pointerType: "pen", bubbles: true, cancelable: true,
    clientX: left + px * width, clientY: top + py * height,
  }));
  document.getElementById("clear").click();
  for (const points of strokes) {
    send("pointerdown", points[0]);
    for (const [n, point] of points.entries()) {
      send("pointermove", point);
      if (n % 16 === 15) await frame();
    }
    send("pointerup", points.at(-1));
  }
  await frame();
  const ids = ["h1:5", "h2:9", null];
  neuroscribble.select(ids[Math.floor(x * 3)]);
  if (y > 0.9) neuroscribble.selectEdge("h1:5", "h2:9");
  await frame();
}"""


@dataclass(frozen=True)
class Kept:
    """What was kept at one moment."""

    drawings: int
    heap: int  # bytes
    more: dict[str, int]  # of the page: nodes, listeners


def drawn(n: int, rng: np.random.Generator) -> Iterator[list[list[Point]]]:
    """n digits in strokes of points, shares of the pad's sides."""
    for i in range(n):
        strokes = pen_strokes(int(rng.integers(10)) if i else 3, rng=rng)
        every = np.concatenate(strokes)
        low, high = every.min(axis=0), every.max(axis=0)
        scale = 0.7 / max(float((high - low).max()), 1e-6)
        shift = 0.5 - scale * (low + high) / 2
        yield [[(float(x), float(y)) for x, y in stroke * scale + shift] for stroke in strokes]


def page_kept(page: Page, drawings: int = DRAWINGS, looks: int = LOOKS) -> list[Kept]:
    """Draw on an opened kiosk page whose timers are sped up; what it kept after the warm-up."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    rng = np.random.default_rng(0)
    kept: list[Kept] = []
    for n, strokes in enumerate(drawn(WARM_UP + drawings, rng)):
        if n >= WARM_UP and (n - WARM_UP) % max(1, drawings // looks) == 0:
            kept.append(_page_now(page, session, n - WARM_UP))
        page.evaluate(DRAW, [strokes, float(rng.random()), float(rng.random())])
        if n % LEAVES == 0:
            page.wait_for_timeout(GONE)
            assert page.evaluate("neuroscribble.selection()") is None  # it began anew
    kept.append(_page_now(page, session, drawings))
    return kept


def _page_now(page: Page, session: Any, n: int) -> Kept:
    page.wait_for_timeout(GONE)
    session.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    more = {name: int(told[name]) for name in ("Nodes", "JSEventListeners")}
    return Kept(n, int(told["JSHeapUsedSize"]), more)


def window_kept(drawings: int = DRAWINGS, looks: int = LOOKS) -> list[Kept]:
    """Draw in the exhibition's window, painted into memory; what Python kept after the warm-up."""
    import pygame

    from viz.window.app import IDLED, Window
    from viz.window.exhibit import IDLE, Exhibit

    clock = [0]  # milliseconds
    pygame.time.get_ticks = lambda: clock[0]

    network = load_network(ROOT / "weights.npz")
    size = (1280, 800)
    with closing(Window(network, theme="dark", title="k", size=size, kind=Exhibit)) as window:
        rect = window.controller.layout.canvas
        tracemalloc.start()
        kept: list[Kept] = []

        def send(*events: tuple[int, dict[str, Any]]) -> None:
            for kind, values in events:
                window.handle(pygame.event.Event(kind, values))
            window.paint()

        def now(n: int) -> None:
            gc.collect()
            kept.append(Kept(n, tracemalloc.get_traced_memory()[0], {}))

        for n, strokes in enumerate(drawn(WARM_UP + drawings, np.random.default_rng(0))):
            if n >= WARM_UP and (n - WARM_UP) % max(1, drawings // looks) == 0:
                now(n - WARM_UP)
            clock[0] += SECONDS * 1000
            send((pygame.KEYDOWN, {"key": pygame.K_c, "unicode": "c"}))
            for points in strokes:
                places = [(rect.x + x * rect.width, rect.y + y * rect.height) for x, y in points]
                send((pygame.MOUSEBUTTONDOWN, {"pos": places[0], "button": 1}))
                moves = [{"pos": place, "buttons": (1, 0, 0)} for place in places]
                for at in range(0, len(moves), MOVES):  # painted once
                    send(*((pygame.MOUSEMOTION, move) for move in moves[at : at + MOVES]))
                send((pygame.MOUSEBUTTONUP, {"pos": places[-1], "button": 1}))
            if n % LEAVES == 0:
                clock[0] += IDLE
                send((IDLED, {}))
                assert not window.controller.canvas.strokes  # it began anew
        now(drawings)
        tracemalloc.stop()
    return kept


def growth(kept: Sequence[Kept]) -> float:
    """The largest heap as a multiple of the first."""
    return max(one.heap for one in kept) / kept[0].heap


def table(name: str, kept: Sequence[Kept]) -> str:
    """What was kept, in a few lines."""
    lines = [f"{name}: at most {growth(kept):.3f} times the first heap (limit {GROWTH})"]
    for one in kept:
        more = "".join(f", {value} {what}" for what, value in one.more.items())
        lines.append(f"  {one.drawings:5d} drawings  {one.heap / 1e6:7.2f} MB{more}")
    return "\n".join(lines)


def main(drawings: int) -> None:
    """Measure both, print what was kept, write it to output/bench-kiosk.json."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    from find_browser import find_chromium, is_root

    from viz.page.page import network_page

    measured = {}
    began = time.perf_counter()
    measured["window"] = window_kept(drawings)
    print(table("window", measured["window"]), flush=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "kiosk.html"
        path.write_text(network_page(load_network(ROOT / "weights.npz"), kiosk=True), "utf-8")
        arguments = ["--no-sandbox"] if is_root() else []
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(SPEED_UP)
        page.goto(path.as_uri())
        page.evaluate("neuroscribble.ready")
        measured["page"] = page_kept(page, drawings)
        browser.close()
    print(table("page", measured["page"]))
    print(f"{time.perf_counter() - began:.0f} s")
    out = ROOT / "output" / "bench-kiosk.json"
    told = {name: [vars(one) for one in kept] for name, kept in measured.items()}
    out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWINGS)
