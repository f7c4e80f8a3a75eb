"""The benchmark of learning in the page runs, and says what it measured."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import neuroscribble as ns
from neuroscribble.formats.storage import save_network

SCRIPT = Path(__file__).parents[2] / "bench" / "learn.py"


@pytest.mark.browser
@pytest.mark.slow
def test_the_benchmark_learns_and_tells_every_goal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_network(tmp_path / "small.npz", ns.build_mlp((8,), rng=np.random.default_rng(1)))
    bench = runpy.run_path(str(SCRIPT))
    bench["main"].__globals__["SECONDS"] = 1
    bench["main"](tmp_path / "bench.json", tmp_path / "small.npz")
    measured = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert [goal["words"] for goal in measured["goals"]] == [
        words for words, *_ in bench["GOALS"].values()
    ]
    assert measured["step"] > 0
    assert measured["framesPerSecond"] > 0
    assert "held-out pen digits are read" in capsys.readouterr().out


def test_what_was_not_reached_is_missed() -> None:
    goals = runpy.run_path(str(SCRIPT))["goals"]
    found = {"stepsPerSecond": 70, "secondsTo90": 3, "secondsTo93": None, "framesPerSecond": 40}
    assert [goal["met"] for goal in goals(found)] == [True, True, False, False]
