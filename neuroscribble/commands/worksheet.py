"""A forward pass to do by hand, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import language_option, out_option, paper_option

if TYPE_CHECKING:
    from ..shapes import Floats


@click.command()
@click.argument("drawing", metavar="IMAGE|pen[:DIGIT]")
@out_option("output/worksheet.pdf", "The sheets, and behind them the answers: .pdf.")
@click.option(
    "--students",
    metavar="N",
    type=click.IntRange(1, 200),
    default=1,
    show_default=True,
    help="So many sheets, each with numbers of its own.",
)
@click.option(
    "--seed", metavar="N", type=click.IntRange(0), default=1, show_default=True, help="Of chance."
)
@paper_option
@language_option
def worksheet(drawing: str, out: Path, students: int, seed: int, paper: str, language: str) -> None:
    """Print a network so small that its answer can be calculated by hand.

    Nine numbers of ink, three units, four scores, for 0, 1, 3 and 4: whole numbers all. The drawing
    is a picture of yours, or written by the program: pen:3, or pen for any of the four. Of a
    picture, the other students' is turned and moved a little.

    Example: neuroscribble worksheet pen --students 30 --seed 7
    """
    from contextlib import closing

    import numpy as np

    from ..files import require_writable
    from ..formats.storage import load_network
    from ..teaching.by_hand import sheets
    from .console import DrawingProgress
    from .pictures import viz

    own, label = _drawing_of(drawing)
    require_writable(out)
    network = load_network("tiny")
    found = sheets(network, students, rng=np.random.default_rng(seed), drawing=own, label=label)
    with closing(DrawingProgress(2 * students, "page")) as progress:
        viz.write_worksheets(
            found, out, network=network, paper=paper, language=language, over=progress.over
        )
    pages = f"{students} {'page' if students == 1 else 'pages'}"
    click.echo(f"Wrote {out}: {pages} to fill in, then as many with the answers.")


def _drawing_of(said: str) -> tuple[Floats | None, str | None]:
    """A picture's ink as (784,), or which digit the program is to write; None: any."""
    from ..ink.normalize import normalize_ink
    from ..ink.pictures import read_picture

    pen, _, digit = said.partition(":")
    if pen != "pen":
        return normalize_ink(read_picture(said)).ravel(), None
    return None, digit or None
