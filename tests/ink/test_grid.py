"""A photo of the printed sheet is cut into its squares, however it was taken."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from sheet_photos import EMPTY, FINE, drawn_sheet, photo

from neuroscribble.ink.grid import (
    INSIDE,
    cells_of,
    find_sheet,
    homography_of,
    marker_centers,
    through,
)
from neuroscribble.ink.pictures import read_gray

TAKEN = {
    "straight": {"turn": 0, "tilt": 0},
    "askew": {"turn": -33, "tilt": 0.12},
    "from the side": {"turn": 93, "tilt": 0.18},
    "upside down": {"turn": 176, "tilt": 0.08},
}


def jpeg(picture: Image.Image) -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=40)
    return file


@pytest.mark.parametrize("how", TAKEN)
def test_every_digit_is_found_in_its_square_as_it_was_drawn(how: str) -> None:
    """By a dim lamp, half in shadow, with noise, as a JPEG of low quality."""
    paper = "letter" if how == "askew" else "a4"
    sheet = drawn_sheet(paper)
    cells = cells_of(read_gray(jpeg(photo(sheet.gray, size=(1200, 1600), **TAKEN[how])), 1600))
    assert len(cells) == 30
    for cell in cells:
        place = (cell.row, cell.column)
        assert cell.ink.any() == (place != EMPTY), place
        if place != EMPTY:
            alike = np.corrcoef(
                cell.ink.ravel(), as_cut(sheet.drawn[place], cell.ink.shape).ravel()
            )
            assert alike[0, 1] > 0.9, place


def as_cut(drawn: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What the cutter shall make of a square: its inside, at the same place."""
    edge = round(INSIDE * FINE)
    inside = Image.fromarray(drawn[edge:-edge, edge:-edge])
    return np.asarray(inside.resize(shape[::-1], Image.Resampling.BOX))


def test_points_go_through_a_homography_and_back() -> None:
    seen = np.array([(10, 20), (300, 5), (280, 400), (-10, 370.0)])
    there = homography_of(marker_centers(), seen)
    assert there is not None
    np.testing.assert_allclose(through(there, marker_centers()), seen)
    np.testing.assert_allclose(through(np.linalg.inv(there), seen), marker_centers())
    assert homography_of(np.zeros((4, 2)), seen) is None


def covered(gray: np.ndarray) -> np.ndarray:
    """A thumb on the upper right corner."""
    gray = gray.copy()
    gray[: gray.shape[0] // 8, gray.shape[1] // 2 :] = 1
    return gray


def hollow_missing(gray: np.ndarray) -> np.ndarray:
    gray = gray.copy()
    gray[: gray.shape[0] // 8, : gray.shape[1] // 2] = 1
    return gray


def four_blots(gray: np.ndarray) -> np.ndarray:
    """Squares where markers are, but of a size that none on this sheet can have."""
    blank = np.ones_like(gray)
    for row, column in ((150, 100), (150, 950), (1350, 100), (1350, 950)):
        blank[row - 40 : row + 40, column - 40 : column + 40] = 0.1
    blank[130:170, 80:120] = 1
    return blank


@pytest.mark.parametrize(
    "what",
    [covered, hollow_missing, four_blots, np.ones_like, np.zeros_like],
    ids=lambda f: f.__name__,
)
def test_where_no_sheet_is_seen_none_is_found(what: object) -> None:
    assert find_sheet(what(drawn_sheet().gray)) is None  # type: ignore[operator]


def test_noise_and_a_wall_of_squares_are_no_sheet_and_take_no_time() -> None:
    noise = np.random.default_rng(1).random((900, 900))
    assert find_sheet(noise) is None
    tiles = np.ones((1200, 1200))
    for n in range(0, 1200, 60):
        tiles[n : n + 30] = np.minimum(tiles[n : n + 30], np.tile([0.0] * 30 + [1.0] * 30, 20))
    assert find_sheet(tiles) is None
