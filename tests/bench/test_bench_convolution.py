"""The convolution's benchmark measures what it says and admits when PyTorch is not there."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "bench" / "convolution.py"


@pytest.fixture
def bench() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def run(bench: dict[str, Any], out: Path, seconds: dict[str, list[float]]) -> dict[str, Any]:
    bench["main"].__globals__["measure"] = lambda rounds: (seconds, {})
    bench["main"](out)
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return result


def test_the_faster_side_of_pytorch_counts(bench: dict[str, Any], tmp_path: Path) -> None:
    seconds = {"ours": [30.0, 20, 70], "torch": [30.0, 31, 32], "torch-last": [20.0, 10, 60]}
    result = run(bench, tmp_path / "new" / "b.json", seconds)
    (goal,) = result["goals"]
    assert (goal["value"], goal["limit"], goal["met"]) == (30 / 20, 1.5, True)
    seconds["ours"] = [31.0, 20, 70]
    assert not run(bench, tmp_path / "b.json", seconds)["goals"][0]["met"]


def test_without_pytorch_there_is_no_goal_and_a_hint(
    bench: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(bench, tmp_path / "b.json", {"ours": [50.0]})["goals"] == []
    assert "PyTorch was not found: make peers installs" in capsys.readouterr().out


def test_our_step_learns(bench: dict[str, Any]) -> None:
    step = bench["step_of"]("ours")
    losses = [step()[0] for _ in range(3)]
    assert losses[-1] < losses[0]
    assert np.isfinite(losses).all()
