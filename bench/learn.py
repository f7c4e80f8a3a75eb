"""Learning in the page: steps a second, and how soon it reads pen digits it has never seen.

    neuroscribble bench learn

The page of the given weights is opened in Chromium and begins from noise while its picture is
shown; frames are counted meanwhile. Where MNIST's four files are at hand it then learns from these,
dropped as they are. Its bare steps are compared with TensorFlow.js's, where that is at hand. Goals
are those of a machine that does nothing else.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

from neuroscribble.data.mnist import FOLDER_VARIABLE, MNIST
from neuroscribble.files import write_atomically
from neuroscribble.formats.storage import load_network
from viz.page.page import network_page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))
import tensorflow_js  # noqa: E402
from page import started_browser  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SECONDS = 30  # of learning, or until the course of 1,800 steps is over
VIEWPORT = {"width": 1600, "height": 1000}
GOALS: dict[str, tuple[str, float, bool]] = {  # what was measured → words, limit, at least
    "stepsPerSecond": ("steps of 64 a second, 784 → 128 → 64 → 10", 60, True),
    "secondsTo90": ("seconds from noise to 90 % of held-out pen digits", 10, False),
    "secondsTo93": ("seconds from noise to 93 % of held-out pen digits", 30, False),
    "framesPerSecond": ("frames a second while it learns, all edges drawn", 50, True),
    "percentOfMnist": (f"% of MNIST's 10,000 test digits, {SECONDS} s from noise", 96.5, True),
    "stepsOverTensorflow": ("steps of 64, times as many as TensorFlow.js", 1, True),
}
LEARN = """async (seconds) => {
  document.querySelector("[role=tab]:last-child").click();
  const { start, state, pause, reset } = neuroscribble.learn;
  await start({ hidden: [128, 64], activation: "relu" });
  await pause();
  await reset();
  neuroscribble.setTopK("all");
  await neuroscribble.painted();
  const atRest = performance.now();
  let frames = 0;
  while (performance.now() - atRest < 100 * seconds) {
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  const framesAtRest = frames / ((performance.now() - atRest) / 1000);
  frames = 0;
  await start();
  const begun = performance.now();
  const reached = { 0.9: null, 0.93: null };
  let [worst, last] = [0, begun];
  while (performance.now() - begun < 1000 * seconds && !state().isOver) {
    const now = await new Promise(requestAnimationFrame);
    worst = Math.max(worst, now - last);
    last = now;
    frames += 1;
    const { heldOut } = state();
    for (const share of Object.keys(reached)) {
      if (heldOut >= Number(share)) reached[share] ??= (performance.now() - begun) / 1000;
    }
  }
  const spent = (performance.now() - begun) / 1000;
  const { step, heldOut } = await pause();
  return { stepsPerSecond: step / spent, secondsTo90: reached[0.9], secondsTo93: reached[0.93],
    framesPerSecond: frames / spent, framesAtRest, longestFrame: worst, step, heldOut };
}"""

LEARN_MNIST = """async (seconds) => {
  const { start, state, pause, reset } = neuroscribble.learn;
  await start({ source: "mnist", hidden: [128, 64], activation: "relu" });
  await pause();
  await reset();
  const begun = performance.now();
  await start();
  while (performance.now() - begun < 1000 * seconds && !state().isOver) {
    await new Promise(requestAnimationFrame);
  }
  const { step, heldOut, heldOutSamples } = await pause();
  return { percentOfMnist: 100 * heldOut, mnistSteps: step, mnistDigits: heldOutSamples };
}"""


def main(out: Path, weights: Path | None = None) -> None:
    """Measure, print a line for each goal, write the numbers to `out` as JSON."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with started_browser() as browser:
        found = measure(network_page(load_network(weights)), browser, mnist_files())
        peer, reason = None, tensorflow_js.MISSING
        try:
            peer = tensorflow_js.measure(browser)
        except Exception as error:  # a peer that fails takes nothing from what was measured
            reason = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
    if peer:
        found["stepsOverTensorflow"] = peer["ratio"]
    lines = goals(found)
    result = {"seconds": SECONDS, "load_before": load, **found, "tensorflow": peer, "goals": lines}
    result["left_out"] = {} if peer else {"TensorFlow.js": reason}
    write_atomically(out, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    for goal in lines:
        print(f"{goal['words']:56}{goal['value']:8.1f}  {'met' if goal['met'] else 'NOT met'}")
    if "percentOfMnist" not in found:
        print(f"MNIST's files are not at hand: name their folder in {FOLDER_VARIABLE}.")
    print(tensorflow_js.words(peer) if peer else reason)
    print(f"at rest {found['framesAtRest']:.1f} frames a second")
    print(f"after {found['step']:,} steps {found['heldOut']:.1%} of held-out pen digits are read")
    print(f"Wrote {out}.")


def mnist_files() -> list[Path]:
    """The four, where they are at hand."""
    folder = Path(os.environ.get(FOLDER_VARIABLE) or user_cache_path("neuroscribble") / "mnist")
    files = [folder / file.name for file in MNIST.files]
    return files if all(file.is_file() for file in files) else []


def measure(page_text: str, browser: Browser, mnist: list[Path]) -> dict[str, Any]:
    """What LEARN says of the page, and LEARN_MNIST where there are files to drop on it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.html"
        file.write_text(page_text, encoding="utf-8")
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(file.as_uri())
        page.evaluate("neuroscribble.ready")
        found: dict[str, Any] = page.evaluate(LEARN, SECONDS)
        if mnist:
            page.set_input_files("#picture", mnist)
            page.wait_for_function("document.body.innerText.includes('MNIST is here')")
            found |= page.evaluate(LEARN_MNIST, SECONDS)
        page.close()
    return found


def goals(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What is promised, and what it has come to; what was not reached counts as twice the time."""
    lines = []
    for name, (words, limit, at_least) in GOALS.items():
        if name not in found:
            continue
        value = 2 * SECONDS if found[name] is None else found[name]
        met = value >= limit if at_least else value <= limit
        lines.append(
            {"words": words, "value": value, "limit": limit, "at_least": at_least, "met": met}
        )
    return lines
