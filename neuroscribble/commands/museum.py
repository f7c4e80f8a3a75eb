"""A class's drawings on one page."""

from __future__ import annotations

from pathlib import Path

import click

from .options import open_option, out_option, paper_option, weights_option
from .source import Source


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@weights_option
@out_option("output/museum.html", "The page.")
@click.option("--title", help="In large letters.  [default: the folder's name]")
@click.option(
    "--sheet",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write an empty sheet to draw on instead, as .pdf.",
)
@paper_option
@click.option(
    "--language",
    type=click.Choice(["en", "de"]),
    help="Of the page's own texts at first.  [default: the browser's; of a sheet en]",
)
@open_option
def museum(
    folder: Path | None,
    weights: Source,
    out: Path,
    title: str | None,
    sheet: Path | None,
    paper: str,
    language: str | None,
    open_page: bool,
) -> None:
    """Hang a folder of drawings on the walls of one page: every digit, what was read, how sure.

    The folder holds photos of single digits, photos of the sheet that --sheet prints, which is cut
    into its squares, and drawings that the window saved. A drawing is called by its file, or by
    the folder in the folder that it is in. What cannot be read is told on the page.

    Example: neuroscribble museum photos --title "Class 7b"
    """
    if sheet is not None:
        _write_sheet(sheet, paper, language or "en")
    if folder is None:
        if sheet is None:
            raise click.UsageError("name a folder with drawings, or --sheet FILE to print one.")
        return
    from contextlib import closing

    from ..files import require_writable, write_atomically
    from ..formats.storage import require_drawings
    from ..teaching.museum import files_in, museum_of
    from .console import MuseumProgress, open_page_at
    from .pictures import viz

    paths = files_in(folder)
    network = weights.load()
    require_drawings(network, what="museum")
    require_writable(out)
    with closing(MuseumProgress(len(paths))) as progress:
        found = museum_of(network, folder, paths, on_file=progress.on_file)
    name = title or folder.resolve().name
    page = viz.museum_page(
        found, network, title=name, weights_name=weights.path.name, language=language
    )
    write_atomically(out, page.encode("utf-8"))
    for sentence in found.refused:
        click.echo(f"Not shown: {sentence}", err=True)
    n, n_files = len(found.exhibits), found.n_files
    drawings, files = "drawing" if n == 1 else "drawings", "file" if n_files == 1 else "files"
    told = f"{n:,} {drawings} from {n_files:,} {files}"
    click.echo(f"Wrote {out}: {told}; open it in any browser.")
    if open_page:
        open_page_at(out)


def _write_sheet(path: Path, paper: str, language: str) -> None:
    from .pictures import viz

    viz.write_grid_sheet(path, paper=paper, language=language)
    click.echo(f"Wrote {path}; print it without fitting, draw, and photograph the whole sheet.")
