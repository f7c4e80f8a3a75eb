"""How cost grows is fitted and drawn as it was measured, and our contender is what it says."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SCRIPT = Path(__file__).parents[2] / "bench" / "growth.py"


@pytest.fixture(scope="module")
def growth() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def invented() -> dict[str, Any]:
    """Time as width up to 512 and as its square from there on; PyTorch was measured up to 512."""
    widths = {size: size / 512 if size <= 512 else (size / 512) ** 2 for size in (128, 512, 2048)}
    both = {
        str(size): {"NeuroScribble": [x, 9 * x, x], "PyTorch": [2 * x] if size <= 512 else []}
        for size, x in widths.items()
    }
    depths = {str(n): {"NeuroScribble": [n**0.5], "PyTorch": [float(n)]} for n in (1, 2, 4)}
    page = {
        "1": {"MB": 1.5, "s to write": 1.0, "s to open": 2.0},
        "2": {"MB": 3.0, "s to write": 1},
    }
    return {"epoch": {"width": both, "depth": depths}, "page": {"width": page, "depth": page}}


def test_slopes_are_powers_of_the_size_of_what_was_measured(growth: dict[str, Any]) -> None:
    found = growth["slopes"](invented())
    assert found["epoch, NeuroScribble, by width to 512"] == pytest.approx(1)
    assert found["epoch, NeuroScribble, by width from 512"] == pytest.approx(2)
    assert "epoch, PyTorch, by width from 512" not in found
    assert found["epoch, NeuroScribble, by depth"] == pytest.approx(0.5)
    assert found["page, MB, by depth"] == pytest.approx(1)
    assert "page, s to open, by depth" not in found


def test_each_part_has_a_picture_that_a_phone_shows_whole(
    growth: dict[str, Any], tmp_path: Path
) -> None:
    for part in ("epoch", "page"):
        growth["draw"](invented(), part, tmp_path / "x.png")
        with Image.open(tmp_path / "x.png") as drawn:
            assert drawn.size == (800, 1120)


def test_ours_takes_turns_and_a_missing_peer_is_left_out(
    growth: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('there is no torch here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("NEUROSCRIBBLE_PEERS", sys.executable)
    monkeypatch.setitem(growth["epochs"].__globals__, "CASES", {"width": {8: (8, 4), 4: (4, 2)}})
    monkeypatch.setitem(growth["epochs"].__globals__, "TURN", 1)
    found, left_out = growth["epochs"](2)
    assert left_out == {"PyTorch": "ImportError: there is no torch here"}
    seconds = [one["NeuroScribble"] for one in found["width"].values()]
    assert [len(one) for one in seconds] == [2, 2]
    assert min(min(seconds)) > 0
