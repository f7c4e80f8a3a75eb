"""A film begins in noise, ends with the network, and is a file that plays."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import refuse, succeed
from PIL import Image
from small_education import small_education

from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.formats.history import write_history
from neuroscribble.formats.storage import save_network
from neuroscribble.nn.architectures import build_cnn
from viz.diagram.theme import DARK, LIGHT
from viz.figures.film import Film
from viz.figures.film_files import require_kind
from viz.figures.film_picture import ANSWER, FIELDS, Painter

SIZE = (480, 270)


def made() -> Film:
    network, education = small_education()
    return Film(network, education, pen_digits(1, rng=np.random.default_rng(3))[0][0], DARK)


def part(frame: Image.Image, box: tuple[int, int, int, int]) -> np.ndarray:
    return np.asarray(frame.crop(tuple(round(side / 4) for side in box)), float)


def test_the_first_frames_stand_and_the_last_are_of_the_network_itself() -> None:
    frames = [np.asarray(frame) for frame in made().frames(24, SIZE)]
    assert frames[0].shape == (270, 480, 3)
    assert np.array_equal(frames[0], frames[1])
    assert np.array_equal(frames[-1], frames[-2])
    assert not np.array_equal(frames[0], frames[12])
    network, education = small_education()
    last = Film(network, education, made().ink, DARK)._diagram(network)
    assert np.array_equal(last.links[0].params["W"], network.dense_layers()[0].params["W"])


def test_receptive_fields_grow_and_the_answer_gets_sure() -> None:
    frames = list(made().frames(12, SIZE))
    first, last = frames[0], frames[-1]
    contrast = [part(frame, FIELDS).std() for frame in (first, last)]
    assert contrast[1] > contrast[0]
    accent = np.array([255, 122, 217])
    sure = [(np.abs(part(f, ANSWER) - accent).sum(axis=2) < 40).sum() for f in (first, last)]
    assert sure[1] > 1.5 * sure[0]


def test_blending_stays_between_two_moments() -> None:
    film = made()
    past = film.network.copy()
    film._blend(past, 2, 0.25)
    one, other = (film.education.checkpoints[i].parameters for i in (2, 3))
    np.testing.assert_allclose(past.parameters.flat, 0.75 * one + 0.25 * other, rtol=1e-6)


def test_networks_of_other_kinds_are_refused() -> None:
    _, education = small_education()
    cnn = build_cnn(hidden=(8,), rng=np.random.default_rng(1))
    with pytest.raises(SettingsError, match="dense layers that read square pictures"):
        Film(cnn, education, np.zeros(784, np.float32), LIGHT)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    network, education = small_education()
    save_network("own.npz", network)
    write_history(Path("own.history.npz"), education)
    return Path("own.history.npz")


def test_the_command_writes_a_gif_that_plays(history: Path) -> None:
    said = succeed("film", history, "--out", "f.gif", "--seconds", "2", "--width", "321")
    assert said.endswith("2 s, 320×180 pixels).\n")
    with Image.open("f.gif") as film:
        assert (film.size, film.info["loop"]) == ((320, 180), 0)
        times, seen = 0, set()
        for n in range(film.n_frames):  # equal frames are one that stands longer
            film.seek(n)
            times += film.info["duration"]
            seen.add(film.convert("RGB").tobytes())
    assert times == 2_000
    assert len(seen) > 12


def test_what_cannot_be_filmed_is_refused(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ends in .gif, .mp4, .webm; got 'f.avi'" in refuse("film", history, "--out", "f.avi")
    assert "a name such as weights.history.npz" in refuse("film", "own.npz", "--out", "f.gif")
    assert "there is no such file" in refuse("film", "no.history.npz", "--out", "f.gif")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    assert "pip install 'neuroscribble[film]'" in refuse("film", history, "--out", "f.mp4")
    assert not list(Path().glob("f.*"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of the reader
def test_an_mp4_plays_where_there_is_ffmpeg(history: Path) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="the extra film brings ffmpeg")
    assert require_kind(Path("f.MP4")) == ".mp4"
    succeed("film", history, "--out", "f.mp4", "--seconds", "2", "--width", "320")
    frames = ffmpeg.read_frames("f.mp4")
    told = next(frames)
    assert (told["size"], round(told["fps"])) == ((320, 180), 24)
    assert sum(1 for _ in frames) == 48


def test_of_many_classes_the_likeliest_at_the_end_are_shown() -> None:
    film = made()
    at_end = np.linspace(0, 1, 10)[::-1]
    painter = Painter(film._diagram(film.network), film.education, DARK, SIZE, at_end)
    assert painter.classes == list(range(10))
    at_end = np.array([0.1] * 5 + [0.01] * 5 + [0.3] * 4)
    painter = Painter(film._diagram(film.network), film.education, DARK, SIZE, at_end)
    assert painter.classes == [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13]
