"""The benchmark of other arrays measures what it says, and admits that no GPU is at hand."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

SCRIPT = Path(__file__).parents[2] / "bench" / "gpu.py"


@pytest.fixture(scope="module")
def bench() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def told(bench: dict[str, Any], tmp_path: Path, words: str, found: dict[str, Any]) -> Any:
    bench["main"].__globals__["measure"] = lambda *arguments: (found, {})
    bench["main"].__globals__["device_in_words"] = lambda: words
    bench["main"](tmp_path / "gpu.json", only=("mlp",))
    return json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))


def test_it_prints_ratios_and_where_they_were_measured(
    bench: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = {"processor": [0.001] * 3, "megabytes": 40.0}
    found = {
        "numpy": {"seconds": [0.004, 0.002, 0.006], **one},
        "eager": {"seconds": [0.002, 0.002, 0.002], **one},  # ratios 2, 1 and 3
    }
    written = told(bench, tmp_path, "No GPU was at hand.", found)
    out = capsys.readouterr().out
    assert out.startswith("No GPU was at hand.\nmlp: 7.0 million multiplications forward, batch 64")
    assert out.splitlines()[-1].endswith("NumPy's time / this one's: 2.00")
    assert written["device"] == "No GPU was at hand."
    assert written["cases"]["mlp"]["eager"] == found["eager"]


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("", "PyTorch was not found: make peers installs"),
        ("cpu\n", "No GPU was at hand: PyTorch sees none"),
        ("cuda\n", "PyTorch's contenders ran on its device cuda."),
    ],
)
def test_where_it_ran_is_said(bench: dict[str, Any], device: str, words: str) -> None:
    told = bench["device_in_words"]
    with patch.object(told.__globals__["subprocess"], "run") as run:
        run.return_value.stdout = device
        assert words in told()


def test_our_contender_takes_its_turns(bench: dict[str, Any]) -> None:
    found, left_out = bench["measure"]("least", 2, 1, ("numpy",))
    assert left_out == {}
    assert len(found["numpy"]["seconds"]) == 2
    assert not found["numpy"]["megabytes"] <= 10  # or not known on this system
