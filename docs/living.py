"""Puts the living page of the included network into the site that MkDocs builds of these documents.

The site's first page shows it in a frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def on_files(files: Any, config: Any) -> Any:
    """Called by MkDocs, under this name, with all files that the site is made of."""
    from mkdocs.structure.files import File

    from neuroscribble.formats.storage import load_network
    from viz.page.page import network_page

    text = network_page(load_network(ROOT / "weights.npz"), weights_name="weights.npz")
    files.append(File.generated(config, "network.html", content=text))
    return files
