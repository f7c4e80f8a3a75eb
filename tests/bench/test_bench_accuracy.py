"""The accuracy benchmark measures what is there and says what is not."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from neuroscribble.data.pen import pen_strokes

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for MNIST, with a file of twenty strokes beside it."""
    rng = np.random.default_rng(8)
    samples = [pen_strokes(i % 10, rng=rng) for i in range(20)]
    strokes = [stroke for sample in samples for stroke in sample]
    (tmp_path / "strokes").mkdir()
    np.savez(
        tmp_path / "strokes" / "uji-digits.npz",
        points=np.concatenate(strokes),
        stroke_start=np.cumsum([0, *map(len, strokes)]),
        sample_start=np.cumsum([0, *map(len, samples)]),
        labels=np.arange(20, dtype=np.uint8) % 10,
    )
    (tmp_path / "mnist").mkdir()
    monkeypatch.setenv("NEUROSCRIBBLE_DATA", str(tmp_path / "mnist"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.slow
def test_the_benchmark_writes_figures_and_sheets_and_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "output" / "bench-accuracy.json"
    main = runpy.run_path(str(BENCH / "accuracy.py"))["main"]
    for name, n in (("N_STRANGE", 40), ("N_PEN", 200), ("N_MOVED", 40)):
        monkeypatch.setitem(main.__globals__, name, n)
    main(out, ROOT / "weights.npz")
    result = json.loads(out.read_text("utf-8"))
    assert result["missing"] == ["MNIST test", "pendigits .tes", "hwd1000"]
    assert "round_trip" not in result
    pens = [f"uji, {pen} pen" for pen in ("thin", "medium", "thick")]
    assert list(result["sets"]) == [*pens, "pen digits", "shapes of many hands"]
    for one in result["sets"].values():
        assert one["accuracy"] > 0.7
        assert len(one["per_digit"]) == 10
        assert 0 <= one["calibration_error"] < 0.3
        assert one["auroc"]["scribbles"] > 0.8
    assert result["same_answer"]["uji"]["n"] == 20
    words = {goal["words"]: goal for goal in result["goals"]}
    assert words["uji, thin pen, read right"]["limit"] == 0.99
    assert "pen digits, same answer of legible" in words
    assert words["shapes of many hands, read right"]["limit"] == 0.98
    assert words["half-drawn pen digits, called no digit"]["limit"] == 0.8
    assert 0 < result["flagged"]["pen digits without their middle"] < 1
    said = capsys.readouterr().out
    assert "not on this machine: MNIST test, pendigits .tes, hwd1000." in said
    for name, one in result["sets"].items():
        sheet = out.parent / f"{out.stem}-misread-{name.replace(',', '').replace(' ', '-')}.png"
        assert sheet.exists() == (one["accuracy"] < 1)
    assert (out.parent / f"{out.stem}-misread-pen-digits.png").exists()


def test_digits_come_back_from_a_drawing_and_from_a_picture_of_either_color() -> None:
    round_trips = runpy.run_path(str(BENCH / "round_trip.py"))["round_trips"]
    images = np.zeros((3, 28, 28))
    images[:, 4:24, 12:17] = np.array([0.5, 1, 1, 1, 0.5])  # centered as MNIST's are
    result = round_trips(images.reshape(3, -1))
    assert result["as ink"]["exact"] == 1
    for name in ("as picture", "as picture, inverted"):
        assert result[name]["mean_difference"] < 0.02


@pytest.mark.slow
@pytest.mark.mnist
def test_mnist_comes_back_from_drawings_and_pictures(mnist_folder: Path) -> None:
    """As ink to the last bit of rounding; a picture is cleaned on the way, which costs a little."""
    from neuroscribble.data.mnist import load_mnist

    round_trips = runpy.run_path(str(BENCH / "round_trip.py"))["round_trips"]
    images, _ = load_mnist("train", mnist_folder)
    result = round_trips(images[:300])
    assert result["as ink"]["exact"] > 0.99
    assert result["as ink"]["mean_difference"] < 1e-4
    for name in ("as picture", "as picture, inverted"):
        assert result[name]["mean_difference"] < 0.01
