"""What `make bench` runs, how long each takes, and what of a run that was stopped is kept.

A benchmark that has finished is not run again while all that its numbers come from is the same.
The hash of that stands in the benchmark's own file, which is written safely and last: whoever stops
a run, by Ctrl-C or by pulling the plug, loses no more than the benchmark that was running.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT)]
from fingerprint import fingerprint  # noqa: E402
from turns import is_missing, say  # noqa: E402

from neuroscribble.files import write_atomically  # noqa: E402
from neuroscribble.formats.storage import default_weights, find_weights  # noqa: E402

OURS, PICTURES = ("neuroscribble",), ("neuroscribble", "viz")
BROWSER = ("bench/page.py", "bench/measure.js", "tests/find_browser.py")
STEPS = ("bench/turns.py", "bench/steps.py")
ACCURACY = ("bench/accuracy_report.py", "bench/drawn_digits.py", "bench/round_trip.py")
TENSORFLOW = (
    *("bench/tensorflow_js.py", "bench/tensorflow_js.js"),
    "bench/node_modules/@tensorflow/tfjs/package.json",
)


@dataclass(frozen=True)
class Benchmark:
    """A row of the plan: a script whose main(out, weights, **settings) writes `out` as JSON."""

    name: str
    minutes: float  # about, on two cores; where it has run before, that counts instead
    code: tuple[str, ...]  # beside the script, files and folders that its numbers come from
    script: str = ""  # in bench/, if not of the same name
    weights: str | None = None  # the network measured, if not the one that comes along
    short: Mapping[str, Any] = field(default_factory=dict)  # settings, unless in full
    only_full: bool = False

    @property
    def file(self) -> str:
        return f"bench/{self.script or self.name}.py"


def of_cnn(row: Benchmark, minutes: float) -> Benchmark:
    """The same measurement of the convolutional network, which takes longer."""
    name, script = f"{row.name}-cnn", row.script or row.name
    return replace(
        row, name=name, script=script, minutes=minutes, weights="cnn.npz", only_full=True
    )


ROWS = (
    Benchmark("page", 2, (*PICTURES, *BROWSER), short={"rounds": 3, "loads": 3}),
    Benchmark("learn", 2, (*PICTURES, *BROWSER, *TENSORFLOW)),
    Benchmark("window", 1, PICTURES),
    Benchmark(
        *("training", 4, (*OURS, *STEPS, "bench/contenders.py")),
        short={"rounds": 3, "quick": True},
    ),
    Benchmark("convolution", 1, (*OURS, *STEPS)),
    accuracy := Benchmark("accuracy", 1, (*PICTURES, *ACCURACY)),
    lessons := Benchmark("lessons", 1, OURS),
    counterfactual := Benchmark("counterfactual", 1, OURS),
    of_cnn(accuracy, 5),
    of_cnn(lessons, 5),
    of_cnn(counterfactual, 2),
    Benchmark("growth", 8, (*PICTURES, *BROWSER, *STEPS), only_full=True),
    Benchmark("gpu", 5, (*OURS, *STEPS), only_full=True),
)
NAMES = tuple(row.name for row in ROWS)


@dataclass
class Outcome:
    """What came of all of them, by name."""

    results: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # with the reason
    missing: dict[str, str] = field(default_factory=dict)  # peers that are not installed


def chosen(parts: Sequence[str], *, full: bool, weights: Path | None) -> list[Benchmark]:
    """The rows of these names; of no names those of a usual run, or all in full.

    With `weights` those of another network have nothing to measure.
    """
    if parts:
        return [row for row in ROWS if row.name in parts]
    usual = [row for row in ROWS if full or not row.only_full]
    return [row for row in usual if weights is None or row.weights is None]


def run(
    rows: Sequence[Benchmark],
    path_of: Callable[[str], Path],
    *,
    weights: Path | None = None,
    full: bool = False,
    again: bool = False,
    root: Path = ROOT,
) -> Outcome:
    """Run what is not kept, one after the other, and say how it goes.

    path_of: where the result of that name is.
    again: whether nothing is kept.
    """
    outcome = Outcome()
    before = {row.name: read(path_of(row.name)) for row in rows}
    prints = {row.name: fingerprints(row, weights, root) for row in rows}
    kept = [
        row.name
        for row in rows
        if not again and is_as_good(before[row.name], prints[row.name], full=full)
    ]
    left = {row.name: expected(row, before[row.name], full) for row in rows if row.name not in kept}
    said = f"; {len(kept)} kept from before, --again runs all" if kept else ""
    say(f"{len(left)} of {len(rows)} benchmarks to run, {in_words(sum(left.values()))}{said}.")
    for number, row in enumerate(rows, start=1):
        place = f"[{number}/{len(rows)}] {row.name}"
        if row.name in kept:
            outcome.results[row.name] = before[row.name]
            say(f"\n{place}: kept, measured on {before[row.name]['made']['at']}.")
            continue
        say(f"\n{place}: {in_words(left[row.name])} ...\n")
        began, worked = time.perf_counter(), processor_seconds()
        try:
            measure(row, path_of(row.name), weights, full, root)
        except Exception as error:  # whatever it is, the others go on
            outcome.failed[row.name] = f"{type(error).__name__}: {error}"
            say(f"{place} failed: {outcome.failed[row.name]}")
            continue
        seconds, worked = time.perf_counter() - began, processor_seconds() - worked
        result = outcome.results[row.name] = read(path_of(row.name))
        if is_whole(row.name, result, outcome):
            at = datetime.now().strftime("%Y-%m-%d %H:%M")
            print_ = prints[row.name][full]
            made = {"at": at, "seconds": seconds, "full": full, "fingerprint": print_}
            text = json.dumps({**result, "made": made}, indent=1)
            write_atomically(path_of(row.name), text.encode())
        say(f"\n{place} took {seconds:.0f} s, and {worked:.0f} s of processors.")
    return outcome


def measure(row: Benchmark, out: Path, weights: Path | None, full: bool, root: Path) -> None:
    main = runpy.run_path(str(root / row.file))["main"]
    network = root / row.weights if row.weights and weights is None else weights
    main(out, network, **({} if full else row.short))


def fingerprints(row: Benchmark, weights: Path | None, root: Path) -> dict[bool, str]:
    """By whether it is run in full."""
    network = root / row.weights if row.weights else default_weights()
    network = network if weights is None else find_weights(weights)
    paths = [root / path for path in (row.file, *row.code)] + [network]
    return {full: fingerprint(paths, {} if full else row.short) for full in (False, True)}


def is_as_good(result: Mapping[str, Any], prints: Mapping[bool, str], *, full: bool) -> bool:
    """Whether a result of before is what would be measured now, or more: the same in full."""
    wanted = {prints[True]} if full else set(prints.values())
    return result.get("made", {}).get("fingerprint") in wanted


def is_whole(name: str, result: Mapping[str, Any], outcome: Outcome) -> bool:
    """Whether every peer that is installed was measured; notes in `outcome` those that were not."""
    broken = {}
    for peer, reason in result.get("left_out", {}).items():
        if is_missing(reason):
            outcome.missing[f"{name}, {peer}"] = reason
        else:
            broken[peer] = reason
    if broken:
        outcome.failed[name] = "; ".join(f"{peer}: {reason}" for peer, reason in broken.items())
    return not broken


def expected(row: Benchmark, result: Mapping[str, Any], full: bool) -> float:
    """Seconds: what it took the last time, or what is usual."""
    made = result.get("made", {})
    return float(made["seconds"]) if made.get("full") == full else 60 * row.minutes


def processor_seconds() -> float:
    """Of this process and of all that it started and that have ended."""
    return sum(os.times()[:4])


def read(path: Path) -> dict[str, Any]:
    """A result of before; empty if there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def in_words(seconds: float) -> str:
    return f"about {max(1, round(seconds / 60))} min" if seconds else "no time"
