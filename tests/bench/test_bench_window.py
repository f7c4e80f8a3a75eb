"""The window's benchmark runs and says what it measured."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "bench" / "window.py"


@pytest.mark.slow
def test_the_benchmark_measures_strokes_lessons_and_idleness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("bench_window", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "bench_window", bench)
    spec.loader.exec_module(bench)
    for name, value in (("MOVES", 40), ("IDLE", 0.2), ("LESSONS", 2), ("SIZES", [(1280, 800)])):
        monkeypatch.setattr(bench, name, value)
    bench.main(tmp_path / "bench.json")
    measured = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    names = [row["name"] for row in measured["rows"]]
    assert names == ["stroke to frame, 1280 × 800", "digit key to lesson", "undo of a lesson"]
    assert all(row["clock"]["median"] > 0 for row in measured["rows"])
    assert measured["rows"][0]["computing"]["median"] < 16
    assert "stroke to frame" in capsys.readouterr().out
