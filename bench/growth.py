"""How cost grows with the network: an epoch beside PyTorch, and the page, by width and by depth.

    python bench/growth.py [--out output/bench-growth.json] [--rounds 5] [--only epoch|page]

Width w is 784→w→w/2→10, depth d is 784, then d layers of 128, then 10. An epoch is some steps of 64
images of noise, RMSProp, float32, times the 860 steps of 55,000 digits; both contenders take turns.
A page is that of a network that has learned nothing yet, written, and opened in Chromium where it
has not too many weights. What counts is the processor's time, which a busy machine spoils less than
the clock: on one thread, and of the page's process in the browser. `--only` renews one part.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the checkout, whatever is installed
from steps import Step, our_step, serve_steps, torch_step  # noqa: E402
from turns import Process, Turns, say  # noqa: E402

from neuroscribble.files import write_atomically  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Hidden = tuple[int, ...]

WIDTHS, DEPTHS = (32, 64, 128, 256, 512, 1024, 2048, 4096), (1, 2, 3, 4, 5, 6, 7, 8)
CASES: dict[str, dict[int, Hidden]] = {
    "width": {width: (width, width // 2) for width in WIDTHS},
    "depth": {depth: (128,) * depth for depth in DEPTHS},
}
BATCH, N = 64, 55_000
TURN = 8_000_000  # weights in all steps of a turn, about: a second or less
OPENED = 4_000_000  # weights of the largest page that is opened
LARGE = 512  # from here on width has a slope of its own
OURS, THEIRS = "NeuroScribble", "PyTorch"
LOOKS = {  # color, told apart by everybody, and mark
    OURS: ("#d95f02", "o"),
    THEIRS: ("#2c5f9e", "s"),
    "MB": ("#d95f02", "o"),
    "s to write": ("#2c5f9e", "s"),
    "s to open": ("#444444", "^"),
}
WORDS = {"MB": "size, MB", "s to write": "writing, s", "s to open": "opening, s"}
TITLES = {
    "epoch": "An epoch: the processor's seconds, one thread",
    "page": "The page: megabytes, the processor's seconds",
    "width": "width w of 784 → w → w/2 → 10",
    "depth": "hidden layers of 128",
}


def weights_of(hidden: Hidden) -> int:
    sizes = (784, *hidden, 10)
    return sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))


def step_of(name: str, hidden: list[int]) -> Step:
    """The step of one contender, in its own process."""
    import numpy as np

    from neuroscribble.nn.network import build_mlp

    network = build_mlp(hidden, rng=np.random.default_rng(0))
    if name == OURS:
        return our_step(network, BATCH, optimizer="rmsprop")
    import torch

    torch.set_num_threads(1)
    return torch_step(network, BATCH, optimizer="RMSprop", lr=1e-3, alpha=0.9)


def epochs(rounds: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Seconds of an epoch: axis → size → contender → one for each round; who was left out."""
    found: dict[str, Any] = {}
    n_steps = -(-N // BATCH)
    with Turns() as turns:
        for name in (OURS, THEIRS):
            process = Process(name, [__file__, "--work", name], is_peer=name != OURS)
            turns.start(process, hidden=[8])
        for axis, cases in CASES.items():
            for size, hidden in cases.items():
                turns.ask_each(1, "setup", hidden=hidden)
                steps = min(max(TURN // weights_of(hidden), 2), 40)
                answers = turns.ask_each(rounds, "turn", steps=steps)
                seconds = {
                    name: [round(n_steps * turn["processor"], 4) for turn in said]
                    for name, said in answers.items()
                }
                found.setdefault(axis, {})[str(size)] = seconds
                words = ", ".join(f"{k} {median(v):.3f}" for k, v in seconds.items() if v)
                say(f"{axis} {size}: an epoch takes {words} s")
        return found, turns.left_out


def pages() -> dict[str, Any]:
    """Of the page: axis → size → MB, processor's seconds to write, seconds to open."""
    from page import started_browser

    with tempfile.TemporaryDirectory() as folder, started_browser() as browser:
        found: dict[str, Any] = {}
        for axis, cases in CASES.items():
            for size, hidden in cases.items():
                one = page_of(hidden, Path(folder) / "page.html", browser)
                found.setdefault(axis, {})[str(size)] = one
                say(f"{axis} {size}: " + ", ".join(f"{v:.2f} {name}" for name, v in one.items()))
    return found


def page_of(hidden: Hidden, file: Path, browser: Browser) -> dict[str, float]:
    import numpy as np

    from neuroscribble.nn.network import build_mlp
    from viz.page.page import network_page

    network = build_mlp(list(hidden), rng=np.random.default_rng(0))
    began = time.process_time()
    text = network_page(network).encode()
    found = {"MB": round(len(text) / 1e6, 3), "s to write": round(time.process_time() - began, 3)}
    if weights_of(hidden) <= OPENED:
        file.write_bytes(text)
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(300_000)
        devtools = context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(file.as_uri(), timeout=300_000)
        page.evaluate("() => window.neuroscribble.ready")
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        found["s to open"] = {one["name"]: one["value"] for one in metrics}["ProcessTime"]
        context.close()
    return found


def slope(points: Mapping[int, float]) -> float:
    """k of cost ∝ size^k, by least squares on both logarithms."""
    import numpy as np

    sizes, costs = np.log(list(points)), np.log(list(points.values()))
    return float(np.polyfit(sizes, costs, 1)[0])


def series(part: Mapping[str, Any], name: str) -> dict[int, float]:
    """Size → median or value, of those that were measured."""
    found = {int(size): one[name] for size, one in part.items() if one.get(name)}
    return {size: median(x) if isinstance(x, list) else x for size, x in found.items()}


def slopes(result: Mapping[str, Any]) -> dict[str, float]:
    """By words, of width up to LARGE and from there on, and of depth."""
    found = {}
    for part in ("epoch", "page"):
        for axis, cases in result.get(part, {}).items():
            for name in next(iter(cases.values())):
                points = series(cases, name)
                parts = {"": points}
                if axis == "width":
                    small = {size: x for size, x in points.items() if size <= LARGE}
                    large = {size: x for size, x in points.items() if size >= LARGE}
                    parts = {f" to {LARGE:,}": small, f" from {LARGE:,}": large}
                for words, some in parts.items():
                    if len(some) > 1:
                        found[f"{part}, {name}, by {axis}{words}"] = slope(some)
    return found


def draw(result: Mapping[str, Any], part: str, path: Path) -> None:
    """One part, by width above and by depth below; narrow, so that a phone shows it whole."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullLocator

    figure = Figure(figsize=(5, 7), layout="constrained")
    axes = figure.subplots(2, 1, sharey=True)
    for ax, (axis, cases) in zip(axes, result[part].items(), strict=True):
        for name in next(iter(cases.values())):
            points = series(cases, name)
            color, mark = LOOKS[name]
            label = WORDS.get(name, name)
            ax.plot(list(points), list(points.values()), color=color, marker=mark, label=label)
        sizes = [int(size) for size in cases]
        ax.set(xscale="log", yscale="log", xlabel=TITLES[axis])
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter("{x:,g}")
        ax.grid(axis="y", color="#dddddd")
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_title(TITLES[part], loc="left", fontsize=12)
    axes[1].legend(frameon=False, loc="upper left")  # few layers cost little: there is room
    figure.savefig(path, dpi=160)


def main(
    out: Path, weights: Path | None = None, *, rounds: int = 5, only: str | None = None
) -> None:
    """Measure, print slopes, write JSON and pictures; `weights` as other benchmarks take them."""
    result: dict[str, Any] = {"left_out": {}, "goals": []}
    if only and out.exists():
        result = json.loads(out.read_text(encoding="utf-8"))
    if only != "page":
        result["epoch"], result["left_out"] = epochs(rounds)
    if only != "epoch":
        result["page"] = pages()
    result["slopes"] = slopes(result)
    write_atomically(out, json.dumps(result, indent=1).encode())
    for words, value in result["slopes"].items():
        say(f"{words}: size^{value:.2f}")
    for part in {"epoch", "page"} & result.keys():
        draw(result, part, out.with_name(f"{out.stem}-{part}.png"))
    say(f"Wrote {out} and pictures beside it.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("output/bench-growth.json"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("epoch", "page"))
    parser.add_argument("--work", choices=(OURS, THEIRS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        serve_steps(partial(step_of, options.work), ours=options.work == OURS)
    else:
        main(options.out, rounds=options.rounds, only=options.only)
