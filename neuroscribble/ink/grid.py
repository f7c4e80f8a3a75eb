"""A printed sheet with a grid to draw digits into, and how a photo of it is cut into them.

Four black squares stand in the corners of the sheet's field, that of the upper left one hollow.
A photo is a flat sheet seen from somewhere, so four points tell where every other one is: the
eight numbers of a homography. A solid square is recognized by its moments, in which it is the same
from everywhere: of a parallelogram of area A and covariance C, A = 12 √det C. Each candidate
set of four is then tried: seen through it, all four squares must have their printed size.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .pictures import Gray, darkening_on, ink_in, paper_of

FIELD = (180.0, 254.0)  # millimeters: width and height of what is printed
COLUMNS, ROWS = 5, 6
CELL = 36.0  # millimeters a side
GRID_TOP = 20.0  # of the grid, from the field's upper edge
MARKER = 8.0  # side of a corner's square
HOLE = 4.0  # side of the hole in the upper left one
INSIDE = 2.5  # millimeters along a cell's lines that are not looked at
FINE = 4  # pixels to a millimeter of the flattened sheet
SHADOW = 15  # millimeters: narrower is ink, wider is shadow

INKED = 0.6  # of the paper's brightness: what is darker may be a marker
SMALLEST, LARGEST = 5e-5, 4e-3  # area of a marker in areas of the picture
SOLID, HOLLOW = (0.88, 1.12), (0.45, 0.75)  # of A / 12 √det C; whole and hollow: 1 and 0.6
LONGEST = 3.0  # ratio of the axes of a marker that is seen from aside
MOST = 14  # candidates of a kind that are tried, the largest
SAME_SIZE = 1.5  # how many times as large as printed a marker may look


@dataclass(frozen=True)
class Cell:
    """A digit's place on the sheet, counted from 1, and the ink that the photo shows there."""

    row: int
    column: int
    ink: Gray  # square, in [0, 1], upright; all 0 where nothing is drawn


def marker_centers() -> NDArray[np.float64]:
    """(4, 2) of x, y in millimeters: upper left, upper right, lower right, lower left."""
    half, (width, height) = MARKER / 2, FIELD
    right, low = width - half, height - half
    return np.array([(half, half), (right, half), (right, low), (half, low)])


def cells_of(gray: Gray) -> list[Cell]:
    """The cells of a photo (H, W) of the sheet, row by row; none where no sheet is seen."""
    to_photo = find_sheet(gray)
    if to_photo is None:
        return []
    flat = _flattened(gray, to_photo)
    darkening = darkening_on(flat, _paper_of_sheet(flat))
    cells = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            top, left = (GRID_TOP + row * CELL + INSIDE, column * CELL + INSIDE)
            rows, columns = (
                slice(round(start * FINE), round((start + CELL - 2 * INSIDE) * FINE))
                for start in (top, left)
            )
            cells.append(Cell(row + 1, column + 1, ink_in(darkening[rows, columns])))
    return cells


def _flattened(gray: Gray, to_photo: NDArray[np.float64]) -> Gray:
    """The field as it was printed, FINE pixels to a millimeter."""
    from scipy import ndimage  # here: it takes longer to import than all the rest

    width, height = (round(side * FINE) for side in FIELD)
    x, y = np.meshgrid((np.arange(width) + 0.5) / FINE, (np.arange(height) + 0.5) / FINE)
    seen = through(to_photo, np.column_stack([x.ravel(), y.ravel()]))
    at = seen[:, ::-1].T - 0.5
    flat = ndimage.map_coordinates(gray, at, order=1, mode="nearest").reshape(height, width)
    clipped: Gray = np.clip(flat, 0, 1)
    return clipped


def _paper_of_sheet(flat: Gray) -> Gray:
    """The paper's brightness: whatever is dark and wider than SHADOW is no ink."""
    from scipy import ndimage

    height, width = (side // FINE for side in flat.shape)
    coarse = flat.reshape(height, FINE, width, FINE).mean(axis=(1, 3))
    closed = ndimage.grey_closing(coarse, size=(SHADOW, SHADOW), mode="nearest")
    smooth = ndimage.gaussian_filter(closed, 1.5, mode="nearest")
    return ndimage.zoom(smooth, FINE, order=1, mode="nearest", grid_mode=True)  # type: ignore[no-any-return]


def through(homography: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (N, 2) as a homography (3, 3) shows them."""
    shown = np.column_stack([points, np.ones(len(points))]) @ homography.T
    seen: NDArray[np.float64] = shown[:, :2] / shown[:, 2:]
    return seen


def homography_of(
    points: NDArray[np.float64], seen: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """The (3, 3) that shows four points where they are seen, each (4, 2); None where none does."""
    rows = []
    for (x, y), (u, v) in zip(points, seen, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
    try:
        numbers = np.linalg.solve(np.array(rows), seen.ravel())
    except np.linalg.LinAlgError:
        return None
    return np.append(numbers, 1).reshape(3, 3)


def find_sheet(gray: Gray) -> NDArray[np.float64] | None:
    """The homography from millimeters of the field to x, y of the photo; None without a sheet."""
    centers, areas, shapes = _pieces(gray)
    solid = np.flatnonzero((SOLID[0] < shapes) & (shapes < SOLID[1]))[:MOST]
    hollow = np.flatnonzero((HOLLOW[0] < shapes) & (shapes < HOLLOW[1]))[:MOST]
    best, found = SAME_SIZE, None
    for first in hollow:
        for others in combinations(solid, 3):
            four = _clockwise(int(first), others, centers)
            off, to_photo = _tried(centers[four], areas[four], gray.shape)
            if off < best:
                best, found = off, to_photo
    return found


def _pieces(gray: Gray) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of each dark piece that may be a marker: center (N, 2), area and A / 12 √det C, (N,).

    The largest come first.
    """
    from scipy import ndimage

    dark = gray < INKED * paper_of(gray)
    labels, n = ndimage.label(dark)
    rows, columns = np.nonzero(dark)
    piece = labels[rows, columns]

    def mean(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        sums = np.bincount(piece, values, n + 1)[1:]
        means: NDArray[np.float64] = sums / areas
        return means

    areas = np.bincount(piece, minlength=n + 1)[1:].astype(float)
    x, y = mean(columns + 0.5), mean(rows + 0.5)
    dx, dy = columns + 0.5 - x[piece - 1], rows + 0.5 - y[piece - 1]
    xx, yy, xy = mean(dx * dx) + 1 / 12, mean(dy * dy) + 1 / 12, mean(dx * dy)  # 1/12: of a pixel
    root = np.sqrt(np.maximum(xx * yy - xy * xy, 1e-9))
    half_trace = (xx + yy) / 2
    spread = np.sqrt(np.maximum(half_trace**2 - root**2, 0))
    longest = np.sqrt((half_trace + spread) / np.maximum(half_trace - spread, 1e-9))
    shares = areas / gray.size
    may_be = (shares > SMALLEST) & (shares < LARGEST) & (longest < LONGEST)
    order = np.flatnonzero(may_be)[np.argsort(-areas[may_be], kind="stable")]
    return np.stack([x, y], axis=1)[order], areas[order], (areas / (12 * root))[order]


def _clockwise(first: int, others: tuple[int, ...], centers: NDArray[np.float64]) -> list[int]:
    """The four as they are met on the way around their middle, beginning with the first."""
    four = np.array([first, *others])
    x, y = (centers[four] - centers[four].mean(axis=0)).T
    around = four[np.argsort(np.arctan2(y, x))]  # y points down, so angles grow clockwise
    four_around: list[int] = np.roll(around, -int(np.flatnonzero(around == first)[0])).tolist()
    return four_around


def _tried(
    seen: NDArray[np.float64], areas: NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[float, NDArray[np.float64] | None]:
    """How many times too large or small the worst marker looks, and the homography."""
    sides = np.roll(seen, -1, axis=0) - seen
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1]
    turns -= sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    if turns.min() <= 0:  # the four are no convex field
        return np.inf, None
    centers = marker_centers()
    to_photo = homography_of(centers, seen)
    if to_photo is None:
        return np.inf, None
    printed = np.full(4, MARKER**2) - (HOLE**2, 0, 0, 0)
    denominators = np.column_stack([centers, np.ones(4)]) @ to_photo[2]
    if denominators.min() <= 0:
        return np.inf, None
    sizes = np.abs(np.linalg.det(to_photo)) / denominators**3 * printed
    off = areas / np.maximum(sizes, 1e-9)
    return float(np.maximum(off, 1 / off).max()), to_photo
