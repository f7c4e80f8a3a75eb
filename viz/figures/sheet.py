"""A figure is laid out in pixels, dressed in a theme and saved as the same bytes every time.

Only Matplotlib's objects are used, never its global state: any number of threads may draw.
"""

from __future__ import annotations

import base64
import html
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from numpy.typing import NDArray

from neuroscribble.files import write_atomically

from ..diagram.theme import Theme, color_table, symmetric_limit

FONT = "DejaVu Sans"  # comes with Matplotlib, so pictures are the same everywhere
DPI = 144  # one point is two pixels
SMALL, NORMAL, TITLE = 9.0, 10.5, 16.0  # font sizes in points
MARGIN = 60  # pixels around everything
HEADING = 150  # height of title and caption, margin included
LINE = 28  # height of one more line in a caption
LETTER = 11  # width of most letters in a caption
FOOTER = 150  # height of the color bar, margin included
LONGEST_NAME = 48  # characters of a name that are shown
ENDS_AT = 99.0  # percentile of |weights| at which a scale ends


class Sheet(Figure):
    """A figure that a notebook shows, also where pyplot was never asked to."""

    def _repr_png_(self) -> bytes:
        return png(self)


class Figures(dict[str, Figure]):
    """Figures by name; a notebook shows them one below the other."""

    def save(self, folder: str | Path) -> list[Path]:
        """Write each as NAME.png and return the paths; raises OutputError when it cannot be."""
        return [save_png(figure, Path(folder) / f"{name}.png") for name, figure in self.items()]

    def _repr_html_(self) -> str:
        return "\n".join(
            f'<img alt="{html.escape(name.replace("_", " "))}" style="max-width: 100%" '
            f'src="data:image/png;base64,{base64.b64encode(png(figure)).decode("ascii")}">'
            for name, figure in self.items()
        )


def new_figure(width: int, height: int, *, theme: Theme) -> Figure:
    """An empty figure of width x height pixels."""
    figure = Sheet(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=theme.background)
    FigureCanvasAgg(figure)
    return figure


def axes_at(
    figure: Figure, left: float, top: float, width: float, height: float, *, theme: Theme
) -> Axes:
    """Axes at a place in pixels, from the upper left corner of the figure."""
    total_width, total_height = figure.get_size_inches() * DPI
    bottom = total_height - top - height
    axes = figure.add_axes(
        (left / total_width, bottom / total_height, width / total_width, height / total_height)
    )
    axes.set_facecolor(theme.surface)
    axes.spines[:].set_color(theme.outline)
    axes.tick_params(
        colors=theme.muted, color=theme.outline, labelsize=SMALL, labelfontfamily=FONT, length=4
    )
    return axes


def write_text(
    figure: Figure, left: float, top: float, text: str, *, color: str, size: float, **style: Any
) -> None:
    """Text with its upper left corner at a place in pixels."""
    width, height = figure.get_size_inches() * DPI
    style = {"va": "top", "family": FONT, **style}
    figure.text(left / width, 1 - top / height, text, color=color, fontsize=size, **style)


def wrapped(text: str, width: float) -> str:
    """A caption in lines that a figure of so many pixels has room for."""
    lines = [textwrap.wrap(line, int(width - 2 * MARGIN) // LETTER) for line in text.splitlines()]
    return "\n".join("\n".join(line) for line in lines)


def below_heading(caption: str) -> int:
    """Pixels from the top to where the picture begins."""
    return HEADING + LINE * caption.count("\n")


def write_heading(figure: Figure, title: str, caption: str, *, theme: Theme) -> None:
    """The title of a figure and what is seen, in as many lines as `caption` has."""
    write_text(figure, MARGIN, 40, title, color=theme.text, size=TITLE, weight="bold")
    write_text(figure, MARGIN, 92, caption, color=theme.muted, size=NORMAL, linespacing=1.15)


def label_axes(axes: Axes, x: str, y: str, *, theme: Theme) -> None:
    """What runs along both axes."""
    axes.set_xlabel(x, color=theme.muted, fontsize=SMALL, family=FONT)
    axes.set_ylabel(y, color=theme.muted, fontsize=SMALL, family=FONT)


def plain(name: str, *, longest: int = LONGEST_NAME) -> str:
    """A name from outside as it shall stand in a picture: literal, short, without empty boxes.

    A dollar sign starts no formula, characters that the font lacks become U+FFFD, and the
    middle of a long name is left out.
    """
    if len(name) > longest:
        name = f"{name[: longest // 2]}…{name[1 - longest // 2 :]}"
    known = _known_characters()
    return "".join(char if ord(char) in known else "\ufffd" for char in name).replace("$", r"\$")


@lru_cache(maxsize=1)
def _known_characters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=FONT))).get_charmap())


def number(value: float) -> str:
    """Three significant digits and a true minus sign."""
    return f"{value:.3g}".replace("-", "−")


@lru_cache
def signed_colormap(theme: Theme) -> Colormap:
    """The theme's palette for signed values; its odd size gives zero a color of its own.

    What lies beyond the scale has colors of its own as well. It is one for all pictures:
    Matplotlib reads its 513 colors when it is used first, which takes long.
    """
    colors = ListedColormap(list(color_table(theme.signed, 513) / 255.0))
    return colors.with_extremes(under=theme.beyond[0], over=theme.beyond[1])


@dataclass(frozen=True)
class SignedScale:
    """One symmetric scale for some arrays, and what lies beyond it."""

    limit: float  # colors run from -limit to limit
    lowest: float
    highest: float
    n_values: int
    n_beyond: int  # values in the two colors beyond the scale

    @property
    def norm(self) -> Normalize:
        return Normalize(-self.limit, self.limit)

    @property
    def note(self) -> str:
        """How far the values run, and how many of them beyond the scale."""
        values = f"{self.n_values:,} values from {number(self.lowest)} to {number(self.highest)}"
        return f"{values}; {f'{self.n_beyond:,}' if self.n_beyond else 'none'} beyond the scale"

    @property
    def extend(self) -> str:
        """At which ends of the scale there are values beyond it, as Matplotlib calls them."""
        below, above = self.lowest < -self.limit, self.highest > self.limit
        return {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}[below, above]


def signed_scale(
    arrays: Sequence[NDArray[np.floating[Any]]], *, percentile: float = ENDS_AT
) -> SignedScale:
    """The scale that holds `percentile` of all |values|, its limit rounded up to two digits."""
    values = np.concatenate([array.ravel() for array in arrays]).astype(np.float64)
    limit = symmetric_limit(values, percentile=percentile)
    step = 10.0 ** (math.floor(math.log10(limit)) - 1)
    limit = float(f"{math.ceil(limit / step - 1e-9) * step:.2g}")
    return SignedScale(
        limit=limit,
        lowest=float(values.min()),
        highest=float(values.max()),
        n_values=values.size,
        n_beyond=int(np.count_nonzero(np.abs(values) > limit)),
    )


def draw_color_bar(figure: Figure, scale: SignedScale, label: str, *, theme: Theme) -> None:
    """The scale at the lower left of a figure that has only one."""
    top = float(figure.get_size_inches()[1] * DPI) - FOOTER + 45
    write_text(figure, MARGIN, top - 32, label, color=theme.text, size=SMALL)
    draw_scale(figure, MARGIN, top, scale, width=640, theme=theme)


def draw_scale(
    figure: Figure, left: float, top: float, scale: SignedScale, *, width: int, theme: Theme
) -> None:
    """A scale as a bar with numbers, arrows where values lie beyond it, and its note."""
    bar = figure.colorbar(
        ScalarMappable(scale.norm, signed_colormap(theme)),
        cax=axes_at(figure, left, top, width, 24, theme=theme),
        orientation="horizontal",
        extend=scale.extend,
        extendfrac=24 / width,
        ticks=[-scale.limit, -scale.limit / 2, 0.0, scale.limit / 2, scale.limit],
    )
    bar.ax.spines["outline"].set_edgecolor(theme.outline)
    bar.ax.set_xticklabels([number(tick) for tick in bar.get_ticks()])
    write_text(figure, left + width + 50, top, scale.note, color=theme.muted, size=SMALL)


def png(figure: Figure) -> bytes:
    """The figure as a PNG file, without the date and the version that would make it differ."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def save_png(figure: Figure, path: Path) -> Path:
    """Write the figure and return its path; raises OutputError when it cannot be written."""
    write_atomically(path, png(figure))
    return path
