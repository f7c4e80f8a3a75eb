"""Where the pictures are: the one place that knows under which name `viz` is installed.

In the repository the package lies beside this one and is called `viz`. A wheel must not claim so
common a name in other people's environments, so there it is called `neuroscribble_viz`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import viz
else:
    _installed = Path(__file__).parents[2] / "neuroscribble_viz"
    viz = importlib.import_module("neuroscribble_viz" if _installed.is_dir() else "viz")

__all__ = ["viz"]
