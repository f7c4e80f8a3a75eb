"""How many pen digits a second Python writes, and a worker of Chromium with the page's twin.

python bench/pen_digits.py

Both write batches of 64, as a step of learning wants them; on a busy machine the best of many
rounds counts. What a page needs for 60 steps a second is told beside it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from neuroscribble.data.pen import pen_digits
from viz.page.bundle import program

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from find_browser import ADVICE, find_chromium, is_root  # noqa: E402

BATCH = 64
ROUNDS = 40
BATCHES = 5  # of each round
NEEDED = 60 * BATCH

WORKER = """
onmessage = ({ data: { batch, batches, rounds } }) => {
  const { PenDigits } = modules["model/pen-store"];
  const start = performance.now();
  const digits = new PenDigits(0);
  digits.next(batch);
  const first = performance.now() - start;
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (let i = 0; i < batches; i++) digits.next(batch);
    return performance.now() - start;
  });
  postMessage({ first, times });
};
"""
ASK = """
({ source, ...how }) => new Promise((done, fail) => {
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  worker.onerror = (event) => fail(new Error(event.message));
  worker.onmessage = ({ data }) => done(data);
  worker.postMessage(how);
})
"""


def in_python() -> list[float]:
    """Seconds of each round."""
    rng = np.random.default_rng(0)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(BATCHES):
            pen_digits(BATCH, rng=rng)
        times.append(time.perf_counter() - start)
    return times


def in_chromium() -> tuple[list[float], float]:
    """Seconds of each round, and of the first batch with all that must be prepared for it."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        sys.exit(ADVICE)
    how = {"batch": BATCH, "batches": BATCHES, "rounds": ROUNDS}
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if is_root() else []
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        source = program("model/pen-store") + WORKER
        said = browser.new_page().evaluate(ASK, {"source": source, **how})
        browser.close()
    return [milliseconds / 1000 for milliseconds in said["times"]], said["first"] / 1000


def line(name: str, times: list[float]) -> str:
    best, median = (BATCH * BATCHES / np.quantile(times, q) for q in (0, 0.5))
    return f"{name:20} {best:7,.0f} digits a second, {median:7,.0f} in the middle round"


def main() -> None:
    """Measure and print."""
    print(line("Python", in_python()))
    times, first = in_chromium()
    print(line("a worker's JavaScript", times), f"; the first {BATCH} after {first * 1e3:.0f} ms")
    print(f"60 steps of {BATCH} a second need {NEEDED:,}.")


if __name__ == "__main__":
    main()
