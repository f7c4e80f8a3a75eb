"""Sheets of paper for a classroom: A4 or Letter upright, laid out in millimeters, in vectors.

What stands on a sheet stands in a field in its middle that both papers have room for.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from neuroscribble.errors import SettingsError
from neuroscribble.files import write_atomically

from ..diagram.theme import LIGHT
from .sheet import FONT

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # width and height
FIELD = (180.0, 254.0)
INCH = 25.4


class Paper:
    """One sheet; places are millimeters from the upper left corner of its field, y down."""

    def __init__(self, paper: str = "a4") -> None:
        self.wide, self.high = PAPERS[paper]
        self.left, self.top = (self.wide - FIELD[0]) / 2, (self.high - FIELD[1]) / 2
        self.figure = Figure(figsize=(self.wide / INCH, self.high / INCH), facecolor="white")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """As shares of the sheet, y up."""
        return (self.left + x) / self.wide, 1 - (self.top + y) / self.high

    def text(self, x: float, y: float, words: str, *, size: float = 10, **style: Any) -> None:
        """Words whose first line's foot stands at a place."""
        style = {"color": LIGHT.text, "family": FONT, "va": "baseline", **style}
        self.figure.text(*self.at(x, y), words, fontsize=size, **style)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Any = "none", **style: Any
    ) -> None:
        """A rectangle with its upper left corner at a place."""
        corner = self.at(x, y + height)
        style = {"edgecolor": LIGHT.muted, "linewidth": 0.6, **style}
        size = (width / self.wide, height / self.high)
        self.figure.add_artist(Rectangle(corner, *size, facecolor=fill, **style))

    def line(self, x: float, y: float, to_x: float, to_y: float, **style: Any) -> None:
        style = {"color": LIGHT.muted, "linewidth": 0.6, **style}
        (left, top), (right, bottom) = self.at(x, y), self.at(to_x, to_y)
        self.figure.add_artist(Line2D([left, right], [top, bottom], **style))


def write_sheets(sheets: Iterable[Paper], path: Path, *, title: str) -> Path:
    """Write sheets as the pages of one PDF and return its path, the same bytes every time.

    Raises SettingsError for another ending, OutputError when it cannot be written.
    """
    if path.suffix.lower() != ".pdf":
        raise SettingsError(f"sheets of paper are a .pdf file; got {path.name!r:.80}.")
    content = BytesIO()
    about = {"Title": title, "CreationDate": None}
    with (
        matplotlib.rc_context({"pdf.fonttype": 42}),
        PdfPages(content, metadata=about) as pages,
    ):
        for sheet in sheets:
            pages.savefig(sheet.figure)
    write_atomically(path, content.getvalue())
    return path
