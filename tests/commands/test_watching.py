"""A training that is watched tells viewers what becomes of it, and does not depend on them."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import refuse
from small_education import RECIPE

import viz
from neuroscribble.commands import watching
from neuroscribble.commands.watching import PageWatching, Watching, WindowWatching
from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import NamedDigits
from neuroscribble.errors import DisplayError
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats
from neuroscribble.training.jobs import train_and_measure
from neuroscribble.training.recipes import Recipe


@pytest.fixture(scope="module")
def digits() -> NamedDigits:
    return NamedDigits("pen digits", Digits(*pen_digits(300, rng=np.random.default_rng(1))))


@pytest.fixture
def watched(digits: NamedDigits, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageWatching]:
    monkeypatch.setattr(watching, "OFTEN", {"page": 0.0, "window": 0.0})
    with closing(PageWatching(RECIPE, digits)) as one:
        yield one


def trained(digits: NamedDigits, observer: Watching | None, recipe: Recipe = RECIPE) -> bytes:
    run = train_and_measure(
        recipe,
        digits,
        digits,
        on_step=observer.on_step if observer else lambda report: None,
        on_epoch=observer.on_epoch if observer else lambda report: None,
        on_weights=[observer.on_weights] if observer else [],
    )
    if observer:
        observer.end(run.network, "It is done.")
    return run.network.parameters.flat.tobytes()


def test_a_viewer_hears_of_it_until_the_end(digits: NamedDigits, watched: PageWatching) -> None:
    heard: list[dict[str, Any]] = []

    def view() -> None:
        after = "0"
        while not (heard and "end" in heard[-1]):
            with urllib.request.urlopen(f"{watched.address}next?after={after}") as answer:
                if answer.status == 200:
                    heard.append(json.load(answer))
                    after = answer.headers["X-Number"]

    viewer = threading.Thread(target=view, daemon=True)
    viewer.start()
    while not watched.hub.is_watched:
        threading.Event().wait(0.005)
    seen = trained(digits, watched)
    viewer.join(20)
    assert not viewer.is_alive()
    assert heard[-1]["end"] == "It is done."
    assert (heard[0]["step"], heard[-1]["step"]) == (0, 15 * RECIPE.epochs)  # 240 digits by 16
    assert [one["step"] for one in heard] == sorted(one["step"] for one in heard)
    assert heard[-1]["epochs"] == RECIPE.epochs
    assert len(heard[-1]["accuracies"]) == RECIPE.epochs
    assert len(heard[-1]["moment"]) == 3
    with closing(PageWatching(RECIPE, digits)) as unwatched:
        assert trained(digits, unwatched) == seen  # not a bit depends on viewers
        assert unwatched.hub.wait(0, seconds=0) is None  # and without them nothing is made


def test_a_viewer_that_goes_away_is_nobodys_business(
    digits: NamedDigits, watched: PageWatching, capfd: pytest.CaptureFixture[str]
) -> None:
    with urllib.request.urlopen(watched.address) as answer:
        assert b"connect-src 'self'" in answer.read(4_000)
    watched.hub.wait(0, seconds=0)  # somebody was there just now
    trained(digits, watched)
    assert capfd.readouterr().err == ""


class Window:
    """Stands for one that is closed after ten pictures; `test_live_window.py` opens a real one."""

    def __init__(self, network: Network, *, title: str) -> None:
        self.told: list[tuple[viz.Course, Floats]] = []
        self.is_open = True

    @property
    def asks(self) -> bool:
        return len(self.told) < 10

    def tell(self, course: viz.Course, parameters: Floats) -> None:
        self.told.append((course, parameters.copy()))

    tell_at_last = tell

    def wait_until_closed(self) -> None:
        self.is_open = False

    def close(self) -> None:
        pass


@pytest.mark.parametrize("recipe", [RECIPE, replace(RECIPE, normalized=True)])
def test_a_window_is_told_of_it_while_it_asks(
    recipe: Recipe,
    digits: NamedDigits,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(watching, "OFTEN", {"window": 0.0})
    monkeypatch.setattr(viz, "LiveWindow", Window)
    live = WindowWatching(recipe, digits)
    window: Any = live.window
    seen = trained(digits, live, recipe)
    *earlier, (last, parameters) = window.told
    assert [course.step for course, _ in earlier] == sorted({c.step for c, _ in earlier})
    assert earlier[0][0] == viz.Course(epochs=RECIPE.epochs)
    assert len({parameters.tobytes() for _, parameters in window.told}) == len(window.told)
    assert (last.end, last.step, last.steps) == ("It is done.", 90, 90)
    assert len(last.accuracies) == RECIPE.epochs
    assert parameters.tobytes() == seen == trained(digits, None, recipe)  # watched or not
    for _ in range(2):
        live.stay()
    assert capsys.readouterr().out == "The window stays until you close it.\n"


@pytest.mark.usefixtures("few_pen_digits")
def test_without_a_screen_a_window_is_refused_before_anything_is_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def no_window(network: Network, *, title: str) -> None:
        raise DisplayError("There is no screen.")

    monkeypatch.setattr(viz, "LiveWindow", no_window)
    said = refuse("train", "--data", "pen", "--watch", "window")
    assert said == "Error: There is no screen.\n"
    assert not Path("weights.npz").exists()
