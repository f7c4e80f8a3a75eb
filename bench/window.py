"""The drawing window: from a point of a stroke to the updated frame, and an idle window's cost.

The window is painted into memory by SDL's dummy driver, so the numbers hold everything that we
do (the stroke's ink at both resolutions, normalization, forward pass, all panels, painting) but
not the way from memory to glass. Every move of the pen is a real event. On a busy machine the
clock shows other programs' work, too; the time that the thread itself was computing does not.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import numpy as np
import pygame

from neuroscribble.data.sources import PEN, load_known_digits
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import Network
from viz.window import app
from viz.window.actions import Action
from viz.window.app import Window
from viz.window.school import School

ROOT = Path(__file__).resolve().parent.parent
SIZES = [(900, 600), (1280, 800), (1920, 1080), (3840, 2160)]
GOAL_SIZE = (1280, 800)
MOVES = 300  # of the pen, in each window
LESSONS = 10
IDLE = 3.0  # seconds
FRAME = 16.0  # milliseconds


@dataclass
class Row:
    """One thing measured: by the clock, and by what this thread was computing."""

    name: str
    clock: list[float]  # milliseconds
    computing: list[float]

    def summary(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": "ms",
            "clock": summarize(self.clock),
            "computing": summarize(self.computing),
        }


def summarize(values: list[float]) -> dict[str, Any]:
    median, p95 = np.percentile(values, [50, 95])
    return {"n": len(values), "median": float(median), "p95": float(p95)}


def main(out: Path, weights: Path | None = None) -> None:
    """Measure, print a table, write the numbers to `out` as JSON."""
    network = load_network(weights)
    rows = [stroke_row(network, size) for size in SIZES]
    lessons, undos = lesson_rows(network)
    idle = idle_share(network)
    goal = next(row for row, size in zip(rows, SIZES, strict=True) if size == GOAL_SIZE)
    p95 = summarize(goal.computing)["p95"]
    measured = {
        "bench": "window",
        "machine": machine(),
        "rows": [row.summary() for row in (*rows, lessons, undos)],
        "idle_cpu_share": idle,
        "goals": [
            {"words": f"{goal.name}, p95", "value": p95, "limit": FRAME, "met": p95 <= FRAME},
            {"words": "idle: share of one core", "value": idle, "limit": 0.02, "met": idle <= 0.02},
        ],
    }
    write_atomically(out, (json.dumps(measured, indent=2) + "\n").encode("utf-8"))
    print(table(measured))
    print(f"Wrote {out}.")


def stroke_row(network: Network, size: tuple[int, int]) -> Row:
    """A hand draws a spiral; every move is an event, and every event a frame."""
    window = Window(network, theme="dark", title="bench", size=size)
    rect = window.controller.layout.canvas
    row = Row(f"stroke to frame, {size[0]} × {size[1]}", [], [])
    kind, previous = pygame.MOUSEBUTTONDOWN, rect.center
    for move in range(MOVES):
        angle, radius = move / 9, 0.05 + 0.35 * move / MOVES
        where = (
            round(rect.x + rect.width * (0.5 + radius * np.cos(angle))),
            round(rect.y + rect.height * (0.5 + radius * np.sin(angle))),
        )
        if where == previous:
            continue
        previous = where
        values = {"pos": where, "button": 1, "buttons": (1, 0, 0), "rel": (1, 1)}
        event = pygame.event.Event(kind, values)
        kind = pygame.MOUSEMOTION
        clock, computing = time.perf_counter(), time.thread_time()
        window.handle(event)
        window.paint()
        row.computing.append(1000 * (time.thread_time() - computing))
        row.clock.append(1000 * (time.perf_counter() - clock))
    window.close()
    row.clock, row.computing = row.clock[20:], row.computing[20:]  # letters are drawn once
    return row


def lesson_rows(network: Network) -> tuple[Row, Row]:
    """A digit's key to the frame with the lesson's card, and the way back."""
    known = load_known_digits(PEN)
    folder = Path(os.devnull) / "corrections"  # cannot be written, and need not be
    school = School(network, digits=lambda: known, corrections=folder)
    window = Window(network, theme="dark", title="bench", size=GOAL_SIZE, school=school)
    controller = window.controller
    x, y = controller.layout.canvas.center
    controller.press("mouse", x, y - 150)
    controller.move("mouse", x + 30, y + 150)
    _ = school.teacher
    lessons, undos = Row("digit key to lesson", [], []), Row("undo of a lesson", [], [])
    for row, act in (
        (lessons, lambda: controller.teach(3)),
        (undos, lambda: controller.act(Action.UNTEACH)),
    ):
        for _ in range(LESSONS):
            clock, computing = time.perf_counter(), time.thread_time()
            act()
            window.paint()
            row.computing.append(1000 * (time.thread_time() - computing))
            row.clock.append(1000 * (time.perf_counter() - clock))
    window.close()
    return lessons, undos


def idle_share(network: Network) -> float:
    """The share of one core that a window needs which nobody touches."""
    window = Window(network, theme="dark", title="bench", size=GOAL_SIZE)
    pygame.event.clear()
    pygame.time.set_timer(pygame.USEREVENT, round(1000 * IDLE), loops=1)  # ends the wait
    clock, computing = time.perf_counter(), time.process_time()
    window.step()
    share = (time.process_time() - computing) / (time.perf_counter() - clock)
    window.close()
    return share


def machine() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "system": platform.platform(),
        "cores": cores,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "driver": "SDL's dummy driver: everything but the way to the glass",
        "naps_ms": app.NAP,
        "pygame": pygame.version.ver,
        "python": platform.python_version(),
    }


def table(measured: dict[str, Any]) -> str:
    """The results as lines of text for people."""
    facts = measured["machine"]
    lines = [
        f"pygame {facts['pygame']}; {facts['driver']}; {facts['cores']} cores; {facts['system']}",
    ]
    if facts["load"] is not None and facts["load"] > facts["cores"] + 1:
        lines.append(f"The machine was busy (load {facts['load']:.1f}): the clock shows that, too.")
    lines += [
        "",
        f"{'':36}{'clock':>18}{'computing':>20}",
        f"{'milliseconds':36}{'median':>9}{'p95':>9}{'median':>11}{'p95':>9}",
    ]
    for row in measured["rows"]:
        clock, computing = row["clock"], row["computing"]
        lines.append(
            f"{row['name']:36}{clock['median']:9.1f}{clock['p95']:9.1f}"
            f"{computing['median']:11.1f}{computing['p95']:9.1f}"
        )
    lines += [f"idle window: {measured['idle_cpu_share']:.1%} of one core", ""]
    for goal in measured["goals"]:
        verdict = "met" if goal["met"] else "NOT MET"
        lines.append(f"{goal['words']:36}{goal['value']:9.3g}  ≤ {goal['limit']:<6g} {verdict}")
    return "\n".join(lines)


if __name__ == "__main__":
    main(ROOT / "output" / "bench-window.json", *map(Path, sys.argv[1:2]))
