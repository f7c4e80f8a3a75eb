"""A class's drawings, from whatever is in a folder: photos, photos of grid sheets, saved drawings.

One file that cannot be read stops none of the others: what is wrong with it is kept as a sentence.
A drawing is called by the name of its file, or of the folder within the folder that it is in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import DataError, NeuroscribbleError, PictureError
from ..ink.drawing import INK_SIDE, render_drawing
from ..ink.grid import cells_of
from ..ink.normalize import normalize_ink
from ..ink.pictures import read_gray, read_picture
from ..nn.network import Network
from ..shapes import N_PIXELS, Floats
from ..training.calibration import calibrated
from ..training.pictures import logits_of, novelty_of, parts_read
from .corrections import load_correction

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".heif")
DRAWINGS = (".json",)  # as the window saves them
PHOTO_SIDE = 1600  # pixels of a photo in which a sheet is looked for
MOST_FILES = 1_000
MOST_EXHIBITS = 5_000


@dataclass(frozen=True)
class Exhibit:
    """One digit, and what the network read in it."""

    name: str
    row: int  # on a grid sheet, counted from 1; 0 elsewhere
    column: int  # the same; elsewhere which of several digits in a picture, 0 of a single one
    image: Floats  # (784,), as MNIST has them
    probabilities: Floats  # (K,), calibrated where the network's file tells how
    unlike: bool  # whether it is unlike any digit that the network learned
    label: str | None  # what it was meant to be, where the file tells


@dataclass
class Museum:
    """All exhibits, and what could not become one."""

    exhibits: list[Exhibit] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # a sentence each
    n_files: int = 0
    n_sheets: int = 0  # photos of grid sheets among them
    n_empty: int = 0  # cells of sheets without ink


def files_in(folder: Path) -> list[Path]:
    """The pictures and drawings in a folder and its folders, by name.

    Raises DataError for a folder that is missing, has none or has too many.
    """
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder} with drawings. Check its name.")
    paths = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(where, name)
            is_known = path.suffix.lower() in (*PICTURES, *DRAWINGS)
            if is_known and not name.startswith(".") and path.is_file():
                paths.append(path)
    paths.sort(key=lambda path: [part.casefold() for part in path.relative_to(folder).parts])
    if not paths:
        raise DataError(
            f"there is no drawing in {folder}: expected pictures ({', '.join(PICTURES[:3])}, …) or "
            "drawings that the window saved (.json)."
        )
    if len(paths) > MOST_FILES:
        raise DataError(
            f"there are {len(paths):,} files in {folder}; a museum has room for {MOST_FILES:,}. "
            "Make one of each folder in it."
        )
    return paths


def museum_of(
    network: Network,
    folder: Path,
    paths: list[Path],
    *,
    on_file: Callable[[], None] = lambda: None,
) -> Museum:
    """Read every file and let the network read every digit in it.

    Raises DataError when not a single digit is found.
    """
    museum = Museum()
    for path in paths:
        inside = path.relative_to(folder)
        name = inside.parts[0] if len(inside.parts) > 1 else inside.stem
        museum.n_files += 1
        try:
            for row, column, ink, label in _digits_in(path, network, museum):
                if len(museum.exhibits) == MOST_EXHIBITS:
                    raise DataError(f"the museum is full with {MOST_EXHIBITS:,} drawings.")
                image = normalize_ink(ink).reshape(N_PIXELS)
                sure = calibrated(network, logits_of(network, ink))
                _, unlike = novelty_of(network, sure)
                museum.exhibits.append(Exhibit(name, row, column, image, sure[0], unlike, label))
        except NeuroscribbleError as error:
            sentence = str(error).replace(str(path), str(inside))
            named = sentence if str(inside) in sentence else f"{inside}: {sentence}"
            museum.refused.append(named)
        on_file()
    if not museum.exhibits:
        raise DataError(f"no digit is found in {folder}: {museum.refused[0]}")
    return museum


def _digits_in(
    path: Path, network: Network, museum: Museum
) -> Iterator[tuple[int, int, Floats, str | None]]:
    """Row, column, ink and meaning of each digit in a file."""
    if path.suffix.lower() in DRAWINGS:
        one = load_correction(path)
        yield 0, 0, render_drawing(one.strokes, canvas=one.canvas, side=INK_SIDE), str(one.label)
        return
    cells = cells_of(read_gray(path, PHOTO_SIDE))
    if not cells:
        parts = parts_read(network, read_picture(path))
        for n, part in enumerate(parts, 1):
            yield 0, n if len(parts) > 1 else 0, part, None
        return
    museum.n_sheets += 1
    drawn = [cell for cell in cells if cell.ink.any()]
    museum.n_empty += len(cells) - len(drawn)
    if not drawn:
        raise PictureError(f"{path} is a sheet without a digit: all its squares are empty.")
    for cell in drawn:
        yield cell.row, cell.column, cell.ink, None
