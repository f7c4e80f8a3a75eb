"""The page against plain PyVis, in one run on one machine: `make bench`.

Both draw the same graph on canvases of the same size, and the measurements take turns, so that
a busy machine slows both. Plain PyVis means its defaults as people use them, with two kindnesses:
`cdn_resources="in_line"`, so that it works offline, and no physics. Times differ between
machines; the ratios are what counts. Every redraw is measured to the last pixel, because a
browser otherwise only notes what it is to draw.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyvis.network

from neuroscribble.errors import SettingsError
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.network import Network
from viz.diagram.diagram import diagram_of
from viz.diagram.graph import build_graph
from viz.page.page import network_page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from find_browser import ADVICE, find_chromium, is_root  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VIEWPORT = {"width": 1600, "height": 1000}
FEW_EDGES = 20  # top-k of the page that PyVis users would still call usable: 4,040 edges
ROUNDS = 5  # turns of each page
REDRAWS = {"ours": 20, "pyvis": 1}  # in each turn; one of PyVis's takes about a second
FRAMES = {"ours": 60, "pyvis": 2}
LOADS = 7
STROKE_MOVES = 150
STROKE_PAUSE = 20  # milliseconds between two moves of the pen


@dataclass
class Row:
    """One thing measured, for both pages where both can do it."""

    name: str
    unit: str = "ms"
    ours: list[float] = field(default_factory=list)
    pyvis: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        both = {"ours": summarize(self.ours), "pyvis": summarize(self.pyvis)}
        ratio = None
        if self.ours and self.pyvis:
            ratio = both["ours"]["median"] / both["pyvis"]["median"]
        return {"name": self.name, "unit": self.unit, **both, "ratio": ratio}


@dataclass(frozen=True)
class Goal:
    """A promise of ours about one number."""

    words: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def summarize(values: Sequence[float]) -> dict[str, Any]:
    if not values:
        return {"n": 0, "mean": None, "median": None, "p95": None}
    median, p95 = np.percentile(values, [50, 95])
    mean = float(np.mean(values))
    return {"n": len(values), "mean": mean, "median": float(median), "p95": float(p95)}


def frame_rate(intervals: Sequence[float]) -> float:
    """Frames a second: all frames by all the time they took."""
    return 1000 / float(np.mean(intervals))


def main(
    out: Path, weights: Path | None = None, *, rounds: int = ROUNDS, loads: int = LOADS
) -> None:
    """Measure, print a table, write the numbers to `out` as JSON."""
    network = load_network(weights)
    with tempfile.TemporaryDirectory() as folder, started_browser() as browser:
        measured = Bench(network, browser, Path(folder), rounds=rounds, n_loads=loads).run()
    write_atomically(out, (json.dumps(measured, indent=2) + "\n").encode("utf-8"))
    print(table(measured))
    print(f"Wrote {out}.")


@contextmanager
def started_browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SettingsError("bench drives a browser through playwright: run make bench.") from None
    try:
        program = find_chromium()
    except ValueError as error:
        raise SettingsError(str(error)) from None
    if program is None:
        raise SettingsError(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--disable-gpu", "--disable-background-networking", "--no-first-run"],
            chromium_sandbox=not is_root(),
        )
        yield browser
        browser.close()


class Bench:
    """Writes the pages, opens them and lets them take turns."""

    def __init__(
        self, network: Network, browser: Browser, folder: Path, *, rounds: int, n_loads: int
    ) -> None:
        self.rounds, self.n_loads = rounds, n_loads
        self.network = network
        self.browser = browser
        self.sizes = diagram_of(network).sizes
        self.all_edges = max(self.sizes[:-1])  # the top-k that leaves nothing out
        self.files = {name: folder / f"{name}.html" for name in ("ours", "few", "all")}

    def run(self) -> dict[str, Any]:
        say("our page")
        self.files["ours"].write_text(network_page(self.network), encoding="utf-8")
        ours = self.open("ours")
        size = ours.evaluate(
            "() => { const n = document.getElementById('network');"
            " return [n.clientWidth, n.clientHeight]; }"
        )
        stroke_work, stroke_screen = self.strokes(ours)
        repaint = self.repaint(ours)
        for name, top_k in [("few", FEW_EDGES), ("all", self.all_edges)]:
            say(f"PyVis with the {top_k} strongest into each unit")
            self.files[name].write_text(pyvis_page(self.network, top_k, *size), encoding="utf-8")
        interactive = self.loads()
        say("PyVis with all edges opens")
        pyvis = self.open("all")
        redraw = self.redraws(ours, pyvis)
        drag, zoom = self.frames("drag", ours, pyvis), self.frames("zoom", ours, pyvis)
        still = self.frames("still", ours, None)  # a busy machine loses frames of this, too
        light = self.light(ours)
        rows = [redraw, still, drag, zoom, light, interactive, stroke_work, stroke_screen, repaint]
        goals = self.goals(redraw, drag, zoom, light, interactive, stroke_work)
        return {
            "bench": "page",
            "machine": self.machine(),
            "canvas": size,
            "edges": {
                "all": n_drawn_edges(self.sizes, self.all_edges),
                "few": n_drawn_edges(self.sizes, FEW_EDGES),
            },
            "rows": [row.summary() for row in rows],
            "file_bytes": {name: file.stat().st_size for name, file in self.files.items()},
            "goals": [{**vars(goal), "met": goal.met} for goal in goals],
        }

    def open(self, name: str) -> Page:
        context = self.browser.new_context(viewport=VIEWPORT, offline=True)
        context.add_init_script(path=ROOT / "bench" / "measure.js")
        page = context.new_page()
        page.set_default_timeout(300_000)  # plain PyVis needs its time
        page.goto(self.files[name].as_uri(), timeout=300_000)
        page.evaluate("() => window.bench.interactive")
        return page

    def loads(self) -> Row:
        """From the navigation to a picture that answers, each time in a fresh context."""
        row = Row(f"interactive (PyVis: {n_drawn_edges(self.sizes, FEW_EDGES):,} edges)")
        for turn in range(self.n_loads):
            say(f"loading, {turn + 1} of {self.n_loads}")
            for name, values in [("ours", row.ours), ("few", row.pyvis)]:
                page = self.open(name)
                values.append(page.evaluate("() => window.bench.interactive"))
                page.context.close()
        return row

    def strokes(self, page: Page) -> tuple[Row, Row]:
        """A hand draws spirals on our pad, in moves as far apart as a real pen's."""
        say("drawing on the pad")
        page.evaluate("() => { window.neuroscribble.clear(); window.bench.watchStrokes(); }")
        box = page.locator("#pad").bounding_box()
        assert box is not None
        for move in range(STROKE_MOVES):
            angle, radius = move / 6, 0.1 + 0.3 * move / STROKE_MOVES
            x = box["x"] + box["width"] * (0.5 + radius * np.cos(angle))
            y = box["y"] + box["height"] * (0.5 + radius * np.sin(angle))
            page.mouse.move(x, y)
            if move == 0:
                page.mouse.down()
            page.wait_for_timeout(STROKE_PAUSE)
        page.mouse.up()
        page.wait_for_timeout(300)
        strokes = page.evaluate("() => window.bench.strokes")
        return (
            Row("stroke to lit units: work", ours=[one["work"] for one in strokes]),
            Row("stroke to lit units: on the screen", ours=[one["screen"] for one in strokes]),
        )

    def repaint(self, page: Page) -> Row:
        """What our cached bitmaps cost when they must be painted anew; leaves all edges drawn."""
        say("painting all edges")
        row = Row("all edges painted anew (once, in a worker)")
        for _ in range(self.rounds):
            page.evaluate("() => window.bench.repaint(1)")
            row.ours.append(page.evaluate("() => window.bench.repaint('all')"))
        page.wait_for_timeout(1500)  # until the view has rested and its sharp bitmap is there
        return row

    def redraws(self, ours: Page, pyvis: Page) -> Row:
        row = Row("redraw, all edges")
        for turn in range(self.rounds):
            say(f"redraws, {turn + 1} of {self.rounds}")
            for page, values, n in [
                (ours, row.ours, REDRAWS["ours"]),
                (pyvis, row.pyvis, REDRAWS["pyvis"]),
            ]:
                page.bring_to_front()
                values.extend(page.evaluate("(n) => window.bench.redraws(n)", n))
        return row

    def frames(self, kind: str, ours: Page, pyvis: Page | None) -> Row:
        row = Row(f"{kind}: time of a frame, all edges")
        for turn in range(self.rounds):
            say(f"{kind}, {turn + 1} of {self.rounds}")
            for page, values, n in [
                (ours, row.ours, FRAMES["ours"]),
                (pyvis, row.pyvis, FRAMES["pyvis"]),
            ]:
                if page is None:
                    continue
                page.bring_to_front()
                values.extend(
                    page.evaluate("([n, kind]) => window.bench.frames(n, kind)", [n, kind])
                )
        return row

    def light(self, ours: Page) -> Row:
        """Light runs along the edges that carry most, above all the others."""
        say("light")
        row = Row("light: time of a frame, all edges")
        ours.bring_to_front()
        for _ in range(self.rounds):
            row.ours.extend(ours.evaluate("(n) => window.bench.light(n)", FRAMES["ours"]))
        return row

    def goals(
        self, redraw: Row, drag: Row, zoom: Row, light: Row, interactive: Row, stroke: Row
    ) -> list[Goal]:
        megabytes = self.files["ours"].stat().st_size / 1e6
        moving = [drag.ours, zoom.ours]
        maps = any(isinstance(layer, Conv2d) for layer in self.network.layers.values())
        return [
            Goal("redraw: share of PyVis's time", redraw.summary()["ratio"], 1 / 100),
            Goal("drag, frames a second", frame_rate(drag.ours), 55, at_least=True),
            Goal("zoom, frames a second", frame_rate(zoom.ours), 55, at_least=True),
            Goal("light, frames a second", frame_rate(light.ours), 50, at_least=True),
            Goal("drag and zoom, ms, p95", max(summarize(one)["p95"] for one in moving), 20),
            Goal("stroke to lit units, ms, p95", summarize(stroke.ours)["p95"], 16 if maps else 8),
            Goal("interactive: share of PyVis's time", interactive.summary()["ratio"], 1),
            Goal("file, MB", megabytes, 3),
        ]

    def machine(self) -> dict[str, Any]:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return {
            "system": platform.platform(),
            "cores": cores,
            "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            "browser": f"Chromium {self.browser.version}, headless",
            "raster": "software (--disable-gpu)",
            "viewport": VIEWPORT,
            "pyvis": pyvis.__version__,
            "python": platform.python_version(),
        }


def pyvis_page(network: Network, top_k: int, width: int, height: int) -> str:
    """The same graph at the same places as plain PyVis draws it."""
    page = pyvis.network.Network(
        f"{height}px", f"{width}px", directed=True, cdn_resources="in_line"
    )
    page.toggle_physics(False)
    diagram = diagram_of(network)
    for block, ids in zip(diagram.blocks, diagram.ids, strict=True):
        for name, (x, y) in zip(ids, block.positions, strict=True):
            page.add_node(name, label=name, x=float(x), y=float(y), size=block.size / 2)
    for source, target, attributes in build_graph(diagram, top_k=top_k).edges(data=True):
        weight = attributes["weight"]
        page.add_edge(source, target, value=abs(weight), title=f"{weight:.4f}")
    return str(page.generate_html())


def table(measured: dict[str, Any]) -> str:
    """The results as lines of text for people."""
    machine = measured["machine"]
    lines = [
        f"{machine['browser']}; {machine['raster']}; {machine['cores']} cores; {machine['system']}",
        f"All edges: {measured['edges']['all']:,}; canvas {measured['canvas'][0]} × "
        f"{measured['canvas'][1]}; PyVis {machine['pyvis']}",
        *busy(machine),
        "",
        f"{'':44}{'ours':>18}{'plain PyVis':>20}",
        f"{'':44}{'median':>9}{'p95':>9}{'median':>11}{'p95':>9}{'ours ÷ PyVis':>15}",
    ]
    for row in measured["rows"]:
        ours, peer = row["ours"], row["pyvis"]
        line = f"{row['name'] + ', ' + row['unit']:44}{ours['median']:9.1f}{ours['p95']:9.1f}"
        if row["ratio"] is not None:
            line += f"{peer['median']:11.1f}{peer['p95']:9.1f}{row['ratio']:15.4f}"
        lines.append(line)
        if "time of a frame" in row["name"]:
            rates = [1000 / one["mean"] for one in (ours, peer) if one["n"]]
            lines.append(
                f"{'  frames a second':44}" + "".join(f"{rate:9.1f}{'':11}" for rate in rates)
            )
    files = {name: size / 1e6 for name, size in measured["file_bytes"].items()}
    lines.append(
        f"file, MB: ours {files['ours']:.2f}; PyVis {files['few']:.2f} with "
        f"{measured['edges']['few']:,} edges, {files['all']:.2f} with all"
    )
    lines.append("")
    for goal in measured["goals"]:
        sign = "≥" if goal["at_least"] else "≤"
        verdict = "met" if goal["met"] else "NOT MET"
        lines.append(
            f"{goal['words']:44}{goal['value']:9.4g}  {sign} {goal['limit']:<6g} {verdict}"
        )
    return "\n".join(lines)


def busy(machine: dict[str, Any]) -> list[str]:
    """A warning when other programs wanted the cores as well."""
    load, cores = machine["load"], machine["cores"]
    if load is None or load <= cores + 1:  # the bench itself keeps about one core busy
        return []
    return [f"The machine was busy (load {load:.1f}): times are too high, only ratios count."]


def say(what: str) -> None:
    """Tell a person who waits what is going on."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what} ...", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(ROOT / "output" / "bench-page.json")
