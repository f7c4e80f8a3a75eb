"""The page's benchmark measures what the page of today does, and comes to an end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from neuroscribble.nn.network import build_mlp

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import page as benchmark  # noqa: E402

from viz.page.page import network_page  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.browser
def test_light_and_strokes_are_timed(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "STROKE_MOVES", 8)
    monkeypatch.setitem(benchmark.FRAMES, "ours", 6)
    network = build_mlp([8], rng=np.random.default_rng(0))
    bench = benchmark.Bench(network, browser, tmp_path, rounds=1, n_loads=1)
    bench.files["ours"].write_text(network_page(network), encoding="utf-8")
    page = bench.open("ours")
    work, screen = bench.strokes(page)
    light = bench.light(page)
    page.context.close()
    assert len(work.ours) == len(screen.ours) >= 2
    assert len(light.ours) == 6
    assert min(*work.ours, *light.ours) > 0
