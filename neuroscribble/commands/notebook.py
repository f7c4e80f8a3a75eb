"""A network in a notebook: the living page in a cell, and the pictures of its weights.

Nothing here needs a notebook: what is shown there can be saved and opened elsewhere as well.
"""

from __future__ import annotations

import html
import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DisplayError, SettingsError
from ..files import write_atomically
from ..nn.network import Network
from .known import known_digits

if TYPE_CHECKING:
    from .pictures import viz

HEIGHT = 680  # pixels of a page in a cell: at 900 pixels of width everything is in sight
LEAST_HEIGHT = 200
# A frame prefers dark or light as its own color-scheme says, so the page follows the notebook:
# JupyterLab, Visual Studio Code, Colab and whatever is built with Sphinx tell theirs like this.
STYLE = """<style>
:is([data-jp-theme-light="true"], .vscode-light, .vscode-high-contrast-light,
    html[theme="light"], [data-theme="light"]) .neuroscribble { color-scheme: light }
:is([data-jp-theme-light="false"], .vscode-dark,
    .vscode-high-contrast:not(.vscode-high-contrast-light),
    html[theme="dark"], [data-theme="dark"]) .neuroscribble { color-scheme: dark }
</style>"""
# Without allow-same-origin the page has an origin of its own: it can reach neither the notebook
# nor another cell's page.
SANDBOX = "allow-scripts allow-downloads"  # the page computes, and gives its picture away


@dataclass(frozen=True, repr=False)
class NotebookPage:
    """The page of one network as it was when it was made; a notebook shows it in its cell."""

    html: str  # the whole file
    name: str  # what people who hear the notebook are told that the frame holds
    height: int  # pixels in a cell

    def save(self, path: str | Path) -> Path:
        """Write the page as one file and return its path; an old file is replaced whole.

        Raises OutputError when the file cannot be written.
        """
        path = Path(path)
        write_atomically(path, self.html.encode("utf-8"))
        return path

    def open(self) -> Path:
        """Open the page in the browser, from a file in the system's temporary folder.

        The file stays, for the browser may read it again. Raises DisplayError when there is no
        browser, OutputError when the file cannot be written.
        """
        path = self.save(Path(tempfile.mkdtemp(prefix="neuroscribble-")) / "network.html")
        if not webbrowser.open(path.as_uri()):
            raise DisplayError(f"no browser could be started; open {path} in one yourself.")
        return path

    def _repr_html_(self) -> str:
        page = self.html.replace("&", "&amp;").replace("'", "&#39;")  # it has few of either
        return (
            f'{STYLE}<iframe class="neuroscribble" title="{html.escape(self.name)}" '
            f'sandbox="{SANDBOX}" style="display: block; width: 100%; height: {self.height}px; '
            f"border: 0\" srcdoc='{page}'></iframe>"
        )

    def __repr__(self) -> str:
        size = len(self.html.encode("utf-8")) / 1e6
        return f"<page of {self.name}: {size:.1f} MB; .save(path) writes it, .open() opens it>"


def show(
    network: Network,
    *,
    height: int = HEIGHT,
    top_k: int | None = None,
    title: str | None = None,
    compare: Network | None = None,
    data: str | Path | None = None,
) -> NotebookPage:
    """The living page of a network: draw a digit in the notebook and watch it being read.

    It shows the network as it is now; what is learned later takes another `show`. Nothing is
    fetched, and pages know nothing of each other. With .save(path) and .open() it leaves the
    notebook.

    height: of the page in its cell, in pixels.
    top_k: edges drawn at first, as many as the k strongest into each unit; by default as few as
    still read nine of ten digits.
    title: free text; by default the network's name from its `meta`, else its sizes.
    compare: a second network with the same inputs and classes, shown beside it at the same ink.
    data: what both are asked then, MNIST's folder or "pen", or of networks of features a CSV file;
    by default MNIST where it is on this machine, else pen digits.
    Raises SettingsError when the network has no such page or a value is out of its range, and
    DataError for data that cannot be read.
    """
    from .beside import compared
    from .pictures import viz

    if height < LEAST_HEIGHT:
        raise SettingsError(f"height must be at least {LEAST_HEIGHT} pixels; got {height}.")
    names = ("this network", "the other")
    beside = None if compare is None else compared(network, compare, names, data)
    page = viz.network_page(
        network, top_k=top_k, title=title, weights_name="this network", compare=beside
    )
    sizes = " → ".join(str(size) for size in network.layer_sizes)
    return NotebookPage(page, f"network {title or sizes}", height)


def heatmaps(network: Network, *, raw: bool = False, dark: bool = False) -> viz.Figures:
    """All weights as Matplotlib figures by name; a notebook shows them one below the other.

    What the first units look for, the matrices or kernels, and the distributions of all weights;
    .save(folder) writes them as PNG. Units are scaled to standard deviation 1, where the network
    tells what it usually does, and sorted by the class that they help; with `raw` they are as in
    the file. Raises SettingsError when the network has no such pictures.
    """
    from .pictures import viz

    return viz.heatmap_figures(network, raw=raw, theme=viz.THEMES["dark" if dark else "light"])


def compare(
    first: Network,
    second: Network,
    *,
    names: tuple[str, str] = ("first", "second"),
    data: str | Path | None = None,
    raw: bool = False,
    dark: bool = False,
) -> viz.Figures:
    """Two networks side by side and their difference, as Matplotlib figures by name.

    The second one's units are brought into the first one's order before, and those of both scaled
    to standard deviation 1; with `raw` weights are as in the files.

    data: digits over which both are measured, MNIST's folder or "pen" (the default); networks that
    read no square pictures are compared by their weights alone.
    Raises SettingsError when layers differ in size or have no picture, DataError without the data.
    """
    from .pictures import viz

    digits = known_digits(first, data)
    theme = viz.THEMES["dark" if dark else "light"]
    return viz.comparison_figures(
        first, second, names=names, match=True, digits=digits, raw=raw, theme=theme
    )
