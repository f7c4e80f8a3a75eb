"""The benchmark of other ink measures every class, and tells what it misses."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "bench" / "counterfactual.py"))


def test_some_digits_are_measured(
    bench: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(bench["main"].__globals__, "N_DIGITS", 4)
    bench["main"](tmp_path / "ink.json", ROOT / "weights.npz")
    found = json.loads((tmp_path / "ink.json").read_text("utf-8"))
    assert found["all"]["n"] == found["digits"] == 4
    assert sum(row["n"] for row in found["classes"].values()) == 4
    assert found["all"]["turned"] == 4
    assert found["all"]["noise"] < found["all"]["norm"]
    assert [goal["met"] for goal in found["goals"]] == [True, True]


def test_a_summary_by_hand(bench: dict[str, Any]) -> None:
    nothing = {"ink": None, "blobs": None, "norm": None, "noise": None}
    rows = [
        {"ink": 0.1, "blobs": 2, "norm": 1.5, "noise": 0.5},
        {"ink": 0.2, "blobs": 4, "norm": 2.5, "noise": 0.7},
        nothing,
    ]
    every = bench["summary"](rows)
    assert (every["n"], every["turned"], every["noises"], every["most_ink"]) == (3, 2, 2, 0.2)
    assert every["ink"] == pytest.approx(0.15)
    assert [goal["met"] for goal in bench["goals"](every)] == [False, False]
    assert not bench["goals"](bench["summary"]([nothing]))[1]["met"]
