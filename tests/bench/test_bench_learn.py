"""The benchmark of learning in the page runs, and says what it measured."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import neuroscribble as ns
from viz.page.page import network_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCRIPT = Path(__file__).parents[2] / "bench" / "learn.py"


@pytest.mark.browser
def test_the_benchmark_learns_and_tells_every_goal(browser: Browser) -> None:
    bench = runpy.run_path(str(SCRIPT))
    bench["measure"].__globals__["SECONDS"] = 1
    small = ns.build_mlp((8,), rng=np.random.default_rng(1))
    files = bench["mnist_files"]()  # four, or none
    found = bench["measure"](network_page(small), browser, files)
    goals = bench["goals"](found)
    words = [words for words, *_ in bench["GOALS"].values()]
    assert [goal["words"] for goal in goals] == words[: -1 if files else -2]  # no TensorFlow.js
    assert found["step"] > 0
    assert min(found["framesPerSecond"], found["framesAtRest"]) > 0
    assert found.get("mnistDigits", 10_000) == 10_000


def test_what_was_not_reached_is_missed() -> None:
    goals = runpy.run_path(str(SCRIPT))["goals"]
    found = {"stepsPerSecond": 70, "secondsTo90": 3, "secondsTo93": None, "framesPerSecond": 40}
    assert [goal["met"] for goal in goals(found)] == [True, True, False, False]
