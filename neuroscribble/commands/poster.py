"""A network on paper."""

from __future__ import annotations

from pathlib import Path

import click

from .options import language_option, out_option, theme_option, weights_option
from .source import Source


@click.command()
@weights_option
@out_option("output/poster.pdf", "The poster: .pdf or .svg.")
@click.option("--title", help="In large letters.  [default: the network's name in its file]")
@theme_option
@language_option
def poster(weights: Source, out: Path, title: str | None, theme: str, language: str) -> None:
    """Draw a dense network as a poster: A2, all vector, each drawn edge to be found.

    Of a network with few weights every edge is drawn, of others those of its page's first picture.

    Example: neuroscribble poster --weights sparse.npz
    """
    from ..files import require_writable
    from .pictures import viz

    network = weights.load()
    require_writable(out)
    name = title or str(network.meta.get("name") or weights.path.name)
    viz.write_poster(network, out, title=name, theme=viz.THEMES[theme], language=language)
    click.echo(f"Wrote {out} ({out.stat().st_size / 1e6:.1f} MB); print it on A2, or on A3.")
