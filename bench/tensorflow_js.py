"""The page's steps of learning beside TensorFlow.js, in one page of one Chromium, taking turns.

Both train 784 → 128 → 64 → 10 with RMSProp on the same batches of 64 pen digits: ours by the
module that the page's worker runs, TensorFlow.js by `trainOnBatch` on tensors that were made
before, with its fastest backend that needs no graphics card, WebAssembly, on one thread and on all
cores. Nothing else happens in the page. Files are handed to the browser here; no server runs and
nothing is fetched. `make peers` brings TensorFlow.js.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuroscribble.data.pen import pen_digits
from viz.page.bundle import program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

BENCH = Path(__file__).resolve().parent
PEER = BENCH / "node_modules" / "@tensorflow"
WASM = "tfjs-backend-wasm"
MISSING = "TensorFlow.js is not at hand: make peers fetches it where there is npm."
SITE = "http://localhost/"  # an address of which a browser lets threads be used
ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
SCRIPTS = {"tf.min.js": PEER / "tfjs" / "dist", "tf-backend-wasm.min.js": PEER / WASM / "dist"}
THREADS = {"one thread": 1, "all cores": None}
BATCH, BATCHES = 64, 20  # digits in a step, steps before a batch comes again
ROUNDS, TURN = 7, 0.7  # turns of each, seconds of one turn


def measure(browser: Browser) -> dict[str, Any] | None:
    """Steps a second of both, and their ratio for each backend; None without TensorFlow.js."""
    if not all((folder / name).is_file() for name, folder in SCRIPTS.items()):
        return None
    images, labels = pen_digits(BATCH * BATCHES, rng=np.random.default_rng(0))
    inks = base64.b64encode(np.rint(images * 255).astype(np.uint8).tobytes()).decode("ascii")
    given = {
        **{"inks": inks, "labels": labels.tolist(), "batch": BATCH},
        **{"rounds": ROUNDS, "turn": 1000 * TURN},
    }
    turns = {name: _take_turns(browser, given | {"threads": n}) for name, n in THREADS.items()}
    ratios = {
        name: float(np.median(np.array(one["ours"]) / np.array(one["theirs"])))
        for name, one in turns.items()
    }
    package = json.loads((PEER / "tfjs" / "package.json").read_text("utf-8"))
    return {
        "version": package["version"],
        "turns": turns,  # steps a second
        "ratios": ratios,  # medians
        "ratio": min(ratios.values()),  # to the faster one
    }


def words(measured: dict[str, Any]) -> str:
    """A line for one thread, and one for all cores."""
    lines = [f"steps of {BATCH} a second, nothing else going on, medians of {ROUNDS} turns each:"]
    for name, turns in measured["turns"].items():
        ours, theirs = np.median(turns["ours"]), np.median(turns["theirs"])
        lines.append(
            f"  ours {ours:.0f}, TensorFlow.js {measured['version']} (WebAssembly, {name}) "
            f"{theirs:.0f}: {measured['ratios'][name]:.2f} times as many"
        )
    return "\n".join(lines)


def _take_turns(browser: Browser, given: dict[str, Any]) -> dict[str, list[float]]:
    """Steps a second of every turn, ours and theirs; threads are chosen once for a page."""
    page = browser.new_page()
    page.route(f"{SITE}**", _answer)
    page.goto(SITE)
    page.add_script_tag(content=program("model/learning"))
    for name in SCRIPTS:
        page.add_script_tag(url=SITE + name)
    page.add_script_tag(path=BENCH / "tensorflow_js.js")
    found: dict[str, list[float]] = page.evaluate("given => compare(given)", given)
    page.close()
    return found


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(SITE)
    file = SCRIPTS.get(name, PEER / WASM / "dist") / name
    if not name:
        route.fulfill(body="<!doctype html><title>bench</title>", headers=ISOLATED)
    elif file.is_file():
        route.fulfill(path=file, headers=ISOLATED | {"Cross-Origin-Resource-Policy": "same-origin"})
    else:
        route.fulfill(status=404)
