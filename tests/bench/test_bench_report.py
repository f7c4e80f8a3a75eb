"""The report of all measurements counts goals as they are: missed is missed."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

report = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "report.py"))


def goal(words: str, value: float, limit: float, *, at_least: bool = False) -> dict[str, Any]:
    met = value >= limit if at_least else value <= limit
    return {"words": words, "value": value, "limit": limit, "at_least": at_least, "met": met}


PARTS = {
    "page": {"goals": [goal("frames a second", 60, 55, at_least=True), goal("file, MB", 1.5, 3)]},
    "training": {"goals": [goal("epoch / torch", 0.7, 0.35)]},
    "facts": {},
}


def test_margin_is_how_many_times_better_than_asked() -> None:
    margin = report["margin"]
    assert margin(goal("a share", 0.5, 2.0)) == 4.0
    assert margin(goal("a rate", 50.0, 100.0, at_least=True)) == 0.5
    assert margin(goal("read right", 0.99, 0.98, at_least=True)) == pytest.approx(2)
    assert margin(goal("read right", 0.96, 0.98, at_least=True)) == pytest.approx(0.5)


def test_a_missed_goal_is_named_with_its_numbers() -> None:
    text = report["summary"](PARTS)
    assert "2 of 3 goals are met." in text
    assert "NOT met: training, epoch / torch: 0.7, asked ≤ 0.35" in text
    assert "frames" not in text


def test_everything_lands_in_one_file_and_one_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "bench.json"
    report["main"](out, PARTS)
    assert json.loads(out.read_text(encoding="utf-8")) == PARTS
    assert out.with_suffix(".png").stat().st_size > 10_000
    assert "NOT met" in capsys.readouterr().out
