"""The empty sheet of the class museum: a grid to draw digits into, and corners to find it by."""

from __future__ import annotations

from pathlib import Path

from neuroscribble.ink.grid import (
    CELL,
    COLUMNS,
    FIELD,
    GRID_TOP,
    HOLE,
    MARKER,
    ROWS,
    marker_centers,
)

from ..diagram.theme import LIGHT
from .paper import Paper, write_sheets

LINE = "#b9c7d6"  # of the grid: seen by people, hardly by a photo
WORDS = {
    "en": {
        "title": "One digit into each square",
        "how": "Draw large, with a dark pen. Photograph the whole sheet with all four corners.",
    },
    "de": {
        "title": "Eine Ziffer in jedes Feld",
        "how": "Groß und mit dunklem Stift. Das ganze Blatt fotografieren, mit allen vier Ecken.",
    },
}


def write_grid_sheet(path: Path, *, paper: str = "a4", language: str = "en") -> Path:
    """Write the sheet as PDF and return its path; raises as `write_sheets` does."""
    return write_sheets([grid_sheet(paper, language)], path, title=WORDS[language]["title"])


def grid_sheet(paper: str = "a4", language: str = "en") -> Paper:
    """The sheet on paper."""
    page, words = Paper(paper), WORDS[language]
    for n, (x, y) in enumerate(marker_centers()):
        half, hole = MARKER / 2, HOLE / 2
        page.box(x - half, y - half, MARKER, MARKER, fill="black", linewidth=0)
        if n == 0:
            page.box(x - hole, y - hole, HOLE, HOLE, fill="white", linewidth=0)
    page.text(14, 6.5, words["title"], size=15, weight="bold")
    page.text(14, 14, words["how"], size=9, color=LIGHT.muted)
    for row in range(ROWS):
        for column in range(COLUMNS):
            page.box(column * CELL, GRID_TOP + row * CELL, CELL, CELL, edgecolor=LINE)
    page.text(FIELD[0] / 2, FIELD[1] - 2.5, "NeuroScribble", size=8, color=LIGHT.muted, ha="center")
    return page
