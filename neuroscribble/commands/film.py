"""Film how a network learned."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import SettingsError
from .options import out_option, theme_option

if TYPE_CHECKING:
    from ..nn.network import Network
    from ..shapes import Floats

PER_SECOND = {".gif": 10}  # frames, for its times are hundredths; others have …
OFTEN = 24
WIDE = {".gif": 960}  # pixels; others have …
FULL = 1920


@click.command()
@click.argument("history", type=click.Path(path_type=Path))
@out_option("learning.mp4", "The film: .mp4, .webm or .gif.")
@click.option(
    "--digit",
    default=3,
    show_default=True,
    type=click.IntRange(0, 9),
    help="A pen digit that it is asked at every moment.",
)
@click.option(
    "--seconds", default=14, show_default=True, type=click.IntRange(2, 60), help="How long it is."
)
@click.option(
    "--width",
    type=click.IntRange(160, 3840),
    help="Pixels; the height is 9/16 of it.  [default: 1920; of a .gif 960]",
)
@theme_option
def film(history: Path, out: Path, digit: int, seconds: int, width: int | None, theme: str) -> None:
    """Film how a network learned: its edges, what its units look for, and one digit.

    HISTORY is what `train` kept beside the weights. A .gif needs nothing more; .mp4 and .webm need
    the extra `film`, which brings ffmpeg.

    Example: neuroscribble film weights.history.npz --out learning.gif
    """
    from ..files import require_writable
    from ..formats.history import read_history, weights_path
    from ..formats.storage import load_network
    from .console import DrawingProgress
    from .pictures import viz

    network = load_network(weights_path(history))
    education = read_history(history, network)
    kind = viz.require_kind(out)
    require_writable(out)
    ink = _asked(network, digit)
    per_second = PER_SECOND.get(kind, OFTEN)
    wide = (width or WIDE.get(kind, FULL)) // 2 * 2
    size = (wide, wide * 9 // 32 * 2)
    n = seconds * per_second
    made = viz.Film(network, education, ink, viz.THEMES[theme]).frames(n, size)
    with closing(DrawingProgress(n, "frame")) as progress:
        viz.write_frames(out, progress.over(made), per_second=per_second)
    megabytes = out.stat().st_size / 1e6
    click.echo(f"Wrote {out} ({megabytes:.1f} MB, {seconds} s, {size[0]}×{size[1]} pixels).")


def _asked(network: Network, label: int) -> Floats:
    """A pen digit with this label: of a hundred the one that the network reads best at the end."""
    from .known import known_digits

    known = known_digits(network, None)
    if known is None:
        raise SettingsError("a film shows networks that read square pictures; this one does not.")
    images = known.digits.images[known.digits.labels == label][:100]
    told = network.probabilities(images)
    best: Floats = images[int(told[:, min(label, told.shape[1] - 1)].argmax())]
    return best
