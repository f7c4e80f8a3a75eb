"""The misread sheet shows what was misread, where a confusion matrix counts it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import viz.figures.misread_sheet as sheet
from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import DataError
from neuroscribble.shapes import CLASS_NAMES
from viz.diagram.theme import LIGHT, rgb
from viz.figures.misread_sheet import CELL, HEAD, MOST, TOP, write_misread_sheet

N = 60


def write(path: Path, said: np.ndarray, labels: np.ndarray, images: np.ndarray) -> Path:
    probabilities = np.full((len(images), 10), 0.3 / 9)
    probabilities[np.arange(len(images)), said] = 0.7
    return write_misread_sheet(
        images,
        labels,
        probabilities,
        path,
        title="pen digits",
        class_names=CLASS_NAMES,
        theme=LIGHT,
    )


@pytest.fixture
def digits() -> tuple[np.ndarray, np.ndarray]:
    return pen_digits(N, rng=np.random.default_rng(6))


def test_each_misread_drawing_stands_in_the_row_of_its_label_and_the_column_of_the_answer(
    digits: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    images, labels = digits
    said = labels.copy()
    wrong = np.flatnonzero(labels == 0)[:1]
    said[wrong] = 6
    picture = np.asarray(Image.open(write(tmp_path / "a.png", said, labels, images)))[..., :3]
    paper = np.array(rgb(LIGHT.ink[0]))
    left = sheet.MARGIN + HEAD
    first_row = picture[TOP + HEAD + 2 : TOP + HEAD + sheet.PITCH]
    for answer in range(10):
        cell = first_row[:, left + answer * CELL : left + (answer + 1) * CELL]
        has_drawing = bool((cell == paper).all(axis=-1).any())
        assert has_drawing == (answer == 6)


def test_a_full_cell_shows_the_most_and_counts_the_others(
    digits: tuple[np.ndarray, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, _ = digits
    written: list[str] = []
    write_text = sheet.write_text

    def listen(
        figure: Figure, left: float, top: float, text: str, *, color: str, size: float, **style: str
    ) -> None:
        written.append(text)
        write_text(figure, left, top, text, color=color, size=size, **style)

    monkeypatch.setattr(sheet, "write_text", listen)
    write(tmp_path / "a.png", np.full(N, 7), np.full(N, 2), images)
    assert written.count("70 %") == MOST
    assert f"and {N - MOST} more" in written


@pytest.mark.slow
def test_the_same_misreadings_make_the_same_file(
    digits: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    images, labels = digits
    said = (labels + 1) % 10
    first = write(tmp_path / "a.png", said, labels, images).read_bytes()
    assert write(tmp_path / "b.png", said, labels, images).read_bytes() == first


def test_a_sheet_without_a_misreading_is_refused(
    digits: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    images, labels = digits
    with pytest.raises(DataError, match="nothing was misread"):
        write(tmp_path / "a.png", labels, labels, images)


@pytest.mark.parametrize(
    ("probability", "text"), [(0.9999, ">99 %"), (0.42, "42 %"), (0.124, "12 %")]
)
def test_no_percentage_claims_certainty(probability: float, text: str) -> None:
    assert sheet._percent(probability) == text
