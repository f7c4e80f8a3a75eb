"""How fast does NeuroScribble learn, beside PyTorch, JAX and scikit-learn in the same run?

    python bench/training.py [--out output/bench-training.json] [--rounds 7] [--quick]

Every contender lives in a process of its own and they take turns, so that whatever else the
machine is doing hits all of them alike; what counts are medians and their ratios. Peers are
looked for in bench/.venv (make peers), else in this environment; a missing one is skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the checkout, whatever is installed
from turns import Process, Turns, peers_python, say  # noqa: E402

from neuroscribble.files import write_atomically  # noqa: E402

HIDDEN, BATCH, N, N_VALIDATION = [128, 64], 64, 55_000, 5_000
TARGETS = {  # what ours / theirs should be at most, by comparison and peer
    "epoch": {"torch": 0.33, "jax": 1.0, "scikit-learn": 0.4, "products": 1.5},
    "target": {"torch": 0.2},
    "given": {"jax": 1.0, "torch": 0.4},
    "start": {"torch": 0.3},
}
NAMES = {
    "epoch": "epoch",
    "target": "time to 98 %",
    "given": "time to 98 % by our recipe",
    "start": "start",
}
CAN_BE_GIVEN = ("ours", "torch", "jax")  # our recipe: scikit-learn has no RMSProp
LONGEST_EPOCH = 8.0  # seconds
MOST_SECONDS = {False: 120.0, True: 30.0}  # of learning towards 98 %, and if it is to be quick
LATENCY_TARGET = 40.0  # microseconds
WIDTHS, BATCHES, AMOUNTS = (64, 128, 256, 512, 1024), (16, 64, 256, 1024), (7_000, 14_000, 28_000)


@dataclass
class Entry:
    """A contender with its number of threads: every peer may show its better side."""

    name: str
    threads: int | None  # None: as the library itself chooses
    is_peer: bool = True

    @property
    def title(self) -> str:
        return f"{self.name}, {'its threads' if self.threads is None else '1 thread'}"

    def process(self, folder: Path) -> Process:
        environment = {}
        if self.threads is not None:
            environment["BENCH_THREADS"] = str(self.threads)
            if not self.is_peer:  # the products have no one_thread() around them
                environment["OPENBLAS_NUM_THREADS"] = str(self.threads)
        program = [HERE / "contenders.py", self.name, folder]
        return Process(self.title, program, is_peer=self.is_peer, environment=environment)


ENTRIES = [
    Entry("ours", 1, is_peer=False),
    Entry("products", 1, is_peer=False),
    Entry("torch", 1),
    Entry("torch", None),
    Entry("torch-compile", 1),
    Entry("jax", 1),
    Entry("jax", None),
    Entry("scikit-learn", 1),
    Entry("scikit-learn", None),
]


@contextmanager
def running(entries: list[Entry], folder: Path) -> Iterator[Turns]:
    """All contenders, set up, as far as they can be."""
    with Turns() as turns:
        for entry in entries:
            turns.start(entry.process(folder), hidden=HIDDEN, batch=BATCH, n=N)
        yield turns


def in_turns(
    turns: Turns, rounds: int, do: str, titles: Iterable[str] | None = None, **settings: Any
) -> dict[str, list[Any]]:
    """Every contender's answers, or those of the named, asked in turns: title → list.

    Threads that wait for each other can take minutes for an epoch when other programs want the
    cores; who took so long is not asked for more.
    """
    asked = list(turns.processes) if titles is None else list(titles)
    answers: dict[str, list[Any]] = {title: [] for title in asked}
    for number in range(rounds):
        seed = {"seed": number + 1} if do in ("target", "given") else {}
        for title, said in turns.ask_each(1, do, asked, **seed, **settings).items():
            answers[title] += said
            spins = title.endswith("its threads") and do == "epoch"
            if spins and said and said[0] > LONGEST_EPOCH:
                asked.remove(title)
                say(f"{title}: too slow on this busy machine, not asked again.")
    return answers


def better_sides(epochs: dict[str, list[float]]) -> list[str]:
    """Of every contender that can learn, the title with which it was faster."""
    best: dict[str, str] = {}
    for title in sorted(filter(epochs.get, epochs), key=lambda title: median(epochs[title])):
        best.setdefault(title.split(",")[0], title)
    return [title for name, title in best.items() if name not in ("products", "torch-compile")]


def growth(turns: Turns, titles: list[str], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Epoch seconds by width of the first hidden layer, by batch and by amount of data."""
    base = {"hidden": HIDDEN, "batch": BATCH, "n": 14_000}
    variants = {
        "width": [(w, {**base, "hidden": [w, 64]}) for w in WIDTHS],
        "batch": [(b, {**base, "batch": b}) for b in BATCHES],
        "data": [(n, {**base, "n": n}) for n in AMOUNTS],
    }
    result: dict[str, dict[str, dict[str, float]]] = {}
    for axis, cases in variants.items():
        for value, settings in cases:
            turns.ask_each(1, "setup", titles, **settings)
            for title, seconds in in_turns(turns, rounds, "epoch", titles).items():
                if seconds:
                    result.setdefault(axis, {}).setdefault(title, {})[str(value)] = median(seconds)
    return result


def our_recipe() -> dict[str, Any]:
    """`--recipe fast` as peers are given it: the batch, and the learning rate of every step."""
    from neuroscribble.training.loop import SCHEDULES
    from neuroscribble.training.recipes import RECIPES

    fast = RECIPES["fast"]
    steps = fast.epochs * -(-N // fast.batch_size)
    factors = [SCHEDULES[fast.schedule](step / steps) for step in range(steps)]
    rates = [fast.learning_rate * factor for factor in factors]
    return {"batch": fast.batch_size, "rates": rates}


def start_up(rounds: int) -> dict[str, list[float]]:
    """Seconds from nothing to `--help`, and to an imported peer."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    commands = {
        "neuroscribble --help": [sys.executable, "-m", "neuroscribble", "--help"],
        "python -c 'import torch'": [peers_python(), "-c", "import torch"],
        "python -c 'import jax'": [peers_python(), "-c", "import jax"],
        "python -c 'import sklearn'": [peers_python(), "-c", "import sklearn.neural_network"],
    }
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            began = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
            if done.returncode == 0:
                times.setdefault(name, []).append(time.perf_counter() - began)
    return times


def prepare(folder: Path) -> str:
    """Write the digits as .npy for all contenders; returns their name."""
    from neuroscribble.data.batches import split
    from neuroscribble.data.sources import load_digits

    training, test = load_digits(None, progress=True)
    learning, validation = split(
        training.digits, n_validation=N_VALIDATION, rng=np.random.default_rng(0)
    )
    for name, digits in (("train", learning), ("validation", validation), ("test", test.digits)):
        np.save(folder / f"{name}_images.npy", digits.images)
        np.save(folder / f"{name}_labels.npy", digits.labels)
    return training.name


def _is(title: str, name: str) -> bool:
    return title.split(",")[0] == name


def fastest(values: dict[str, float | None], name: str) -> float | None:
    """The better of a contender's variants, or None when there is none."""
    found = [value for title, value in values.items() if _is(title, name) and value is not None]
    return min(found) if found else None


def ratios_to(result: dict[str, Any], comparison: str, peer: str) -> tuple[list[float], bool]:
    """Ours / theirs, of each round, against the peer's better variant; whether that is a bound.

    A peer that never read 98 % needed longer than it was given: then the ratio is at most this.
    """
    medians, raw = result["medians"].get(comparison, {}), result["raw"].get(comparison, {})
    mine, theirs = fastest(medians, "ours"), fastest(medians, peer)
    if mine is None:
        return [], False
    if theirs is None:
        spent = [run["spent"] for title in raw if _is(title, peer) for run in raw[title]]
        return ([mine / min(spent)] if comparison == "target" and spent else []), True
    ours = next(title for title, value in medians.items() if value == mine)
    other = next(title for title, value in medians.items() if value == theirs)
    pairs = zip(raw.get(ours, []), raw.get(other, []), strict=False)
    if comparison == "given":  # the same steps for both, whatever they come to read
        return [a["spent"] / b["spent"] for a, b in pairs], False
    ratios = [a / b for a, b in pairs] if comparison == "epoch" else []
    return ratios or [mine / theirs], False


def goals(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Ours against each peer: the ratios, what was asked, and whether it is met."""
    lines: list[dict[str, Any]] = []

    def add(what: str, values: list[float], limit: float, *, bound: bool = False) -> None:
        if values:
            value, least, most = median(values), min(values), max(values)
            line = {"words": what, "value": value, "least": least, "most": most, "limit": limit}
            lines.append({**line, "met": value <= limit, "is_bound": bound})

    for comparison, peers in TARGETS.items():
        for peer, limit in peers.items():
            ratios, bound = ratios_to(result, comparison, peer)
            add(f"{NAMES[comparison]} / {peer}", ratios, limit, bound=bound)
    latency = fastest(result["medians"].get("latency", {}), "ours")
    if latency is not None:
        add("one digit, µs", [latency], LATENCY_TARGET)
    return lines


def table(result: dict[str, Any]) -> str:
    """All medians, a line for each contender, and what became of the goals."""
    medians = result["medians"]
    titles = list(medians["epoch"])
    heads = f"{'epoch s':>9}{'98 % s':>9}{'given s':>9}{'digit µs':>10}{'peak MB':>9}"
    lines = [f"{'':28}{heads}  ours / theirs"]
    ours = medians["epoch"][titles[0]]
    for title in titles:
        columns = {"epoch": 3, "target": 2, "given": 2, "latency": 1, "memory": 0}
        cells = [(medians.get(name, {}).get(title), digits) for name, digits in columns.items()]
        shown = ["-" if value is None else f"{value:.{digits}f}" for value, digits in cells]
        ratio = f"{ours / medians['epoch'][title]:.2f}"
        lines.append(
            f"{title:28}{shown[0]:>9}{shown[1]:>9}{shown[2]:>9}{shown[3]:>10}{shown[4]:>9}"
            f"  {ratio:>13}"
        )
    lines.append("")
    for goal in result["goals"]:
        met = "met" if goal["met"] else "NOT met"
        bound = "≤" if goal["is_bound"] else " "
        lines.append(
            f"{goal['words']:35}{bound}{goal['value']:8.2f}  asked ≤ {goal['limit']:g}: {met}"
            f"  ({goal['least']:.2f} to {goal['most']:.2f})"
        )
    return "\n".join(lines)


def draw(result: dict[str, Any], path: Path) -> None:
    """Bars for epoch and time to 98 %, lines for growth."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 8), layout="constrained")
    axes = figure.subplots(2, 3)
    for ax, (name, label) in zip(
        axes[0],
        (
            ("epoch", "one epoch, seconds"),
            ("target", "training until 98 %, seconds"),
            ("latency", "one digit, µs"),
        ),
        strict=True,
    ):
        values = {k: v for k, v in result["medians"][name].items() if v is not None}
        colors = ["#d95f02" if k.startswith("ours") else "#7c93b5" for k in values]
        ax.barh(list(values), list(values.values()), color=colors)
        ax.invert_yaxis()
        ax.set_title(label)
    for ax, axis in zip(axes[1], ("width", "batch", "data"), strict=True):
        for title, points in result.get("growth", {}).get(axis, {}).items():
            ax.plot([int(x) for x in points], list(points.values()), marker="o", label=title)
        ax.set(xscale="log", yscale="log", xlabel=axis, ylabel="seconds an epoch")
    handles, labels = axes[1][0].get_legend_handles_labels()
    if handles:
        axes[1][0].legend(handles, labels, fontsize=7)
    figure.suptitle(f"{result['data']}, 784→128→64→10, batch {BATCH}, float32; medians")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main(
    out: Path, weights: Path | None = None, *, rounds: int = 7, quick: bool = False
) -> dict[str, Any]:
    """Run all comparisons, write `out` and a PNG beside it, print a table.

    Every contender starts from weights of its own: `weights` are for the other benchmarks.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = prepare(folder)
        say(f"{data}: {N:,} digits, 784→128→64→10, batch {BATCH}, float32, {os.cpu_count()} cores.")
        with running(ENTRIES, folder) as turns:
            raw: dict[str, Any] = {
                "memory": in_turns(turns, 1, "memory"),
                "epoch": in_turns(turns, rounds, "epoch"),
                "latency": in_turns(turns, 1 if quick else 3, "latency"),
            }
            say("Epochs and latencies are measured; now the way to 98 % ...")
            learners = better_sides(raw["epoch"])
            given = [title for title in learners if title.split(",")[0] in CAN_BE_GIVEN]
            raw["given"] = in_turns(turns, 3, "given", given, **our_recipe())
            seconds = MOST_SECONDS[quick]
            raw["target"] = in_turns(
                turns, 1 if quick else 3, "target", learners, most_seconds=seconds
            )
            grown = {} if quick else growth(turns, learners, 3)
    raw["start"] = start_up(1 if quick else 5)
    medians: dict[str, dict[str, float | None]] = {
        comparison: {title: _median(values) for title, values in by_title.items()}
        for comparison, by_title in raw.items()
    }
    medians["start"] = {_start_name(title): value for title, value in medians["start"].items()}
    result: dict[str, Any] = {
        "data": data,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "numpy": np.__version__,
        "contenders": turns.facts,
        "left_out": turns.left_out,
        "medians": medians,
        "raw": raw,
        "growth": grown,
    }
    result["goals"] = goals(result)
    write_atomically(out, json.dumps(result, indent=1).encode())
    picture = out.with_suffix(".png")
    draw(result, picture)
    say(table(result))
    say(f"Wrote {out} and {picture}.")


def _median(values: list[Any]) -> float | None:
    """The median; of runs towards 98 % the seconds, None as soon as half did not get there."""
    seconds = [v["seconds"] if isinstance(v, dict) else v for v in values]
    reached = [v for v in seconds if v is not None]
    return median(reached) if len(reached) * 2 > len(seconds) else None


def _start_name(command: str) -> str:
    return "ours" if command.startswith("neuroscribble") else command.split()[-1].strip("'")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Training speed beside PyTorch, JAX and others.")
    parser.add_argument("--out", type=Path, default=HERE.parent / "output" / "bench-training.json")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no growth curves")
    options = parser.parse_args()
    main(options.out, rounds=options.rounds, quick=options.quick)
