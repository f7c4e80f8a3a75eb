"""The lessons' benchmark teaches, measures, and takes everything back."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuroscribble.data import sources
from neuroscribble.formats.storage import load_network

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Without MNIST, and with three digits to teach, found among few."""
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", str(tmp_path))
    script = runpy.run_path(str(ROOT / "bench" / "lessons.py"))
    monkeypatch.setattr(sources, "N_REPLAY", 300)
    small = {"N_TAUGHT": 3, "N_LESSONS": 4, "N_DRAWN": 400, "TEST_COST": 3e7}
    for name, value in small.items():
        monkeypatch.setitem(script["main"].__globals__, name, value)
    return script


@pytest.mark.slow
def test_mixed_lessons_teach_and_cost_less_than_lessons_alone(
    bench: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench["main"](tmp_path / "new" / "lessons.json", ROOT / "weights.npz")
    result = json.loads((tmp_path / "new" / "lessons.json").read_text("utf-8"))
    assert (result["taught"], result["lessons"], result["n"]) == (3, 4, 274)  # 3e7 / 109,184
    assert list(result["old_digits"]) == ["pen digits", "none"]
    mixed, _ = result["old_digits"].values()
    assert mixed["right"] == 3
    assert -3 < mixed["mean_change"] < 3  # points; of 274 digits one is 0.4
    assert len(result["goals"]) == 2  # of mixed lessons only
    assert "MNIST is not on this machine" in capsys.readouterr().out


@pytest.mark.slow
def test_outcomes_leave_the_network_as_it_was(bench: dict[str, Any]) -> None:
    from neuroscribble.data.sources import PEN, load_known_digits

    network = load_network(ROOT / "weights.npz")
    before = network.parameters.flat.copy()
    taught = bench["misread"](network)
    assert (network.predict(taught.images) != taught.labels).all()
    known = load_known_digits(PEN)
    bench["outcomes"](network, known, taught, known.probe.digits, mixed=True)
    np.testing.assert_array_equal(network.parameters.flat, before)


def test_a_summary_by_hand(bench: dict[str, Any]) -> None:
    outcome = bench["Outcome"]
    found = [outcome(1, True, 0.1), outcome(3, True, -0.5), outcome(None, False, -0.2)]
    row = bench["summary"](found)
    assert (row["right"], row["mean_lessons_until_right"], row["worst_change"]) == (2, 2.0, -0.5)
    assert row["mean_change"] == pytest.approx(-0.2)
    learned, lost = bench["goals"]({"pen digits": row, "none": row}, 3)
    assert (learned["met"], lost["met"], lost["value"]) == (False, False, 0.5)
