"""Open a window, or say in one sentence what is missing for it.

pygame and pygame-ce, its maintained fork, install the same module; only one of them may be there.
"""

from __future__ import annotations

import sys
from importlib import import_module, metadata
from typing import Any

from neuroscribble.errors import DisplayError
from neuroscribble.nn.network import Network

from .school import School

TWINS = ("pygame", "pygame-ce")
WANTED = TWINS[sys.version_info >= (3, 14)]  # as pyproject.toml has it


def open_window(
    network: Network, *, theme: str, title: str, school: School, kiosk: bool = False
) -> None:
    """Show the window until it is closed; kiosk: for an exhibition, see `exhibit`.

    Raises DisplayError without a screen, without a pygame that works, or with two of them, and
    SettingsError when the network does not read square pictures.
    """
    load_app().run(network, theme=theme, title=title, school=school, kiosk=kiosk)


def load_app() -> Any:
    """The module that knows pygame. Raises DisplayError without one that works, or with two."""
    if all(map(_is_installed, TWINS)):
        raise DisplayError(
            "pygame and pygame-ce are both installed and overwrite each other's files; "
            f"run pip uninstall -y {' '.join(TWINS)}, then pip install {WANTED}."
        )
    try:
        return import_module(".app", __package__)
    except ImportError as error:  # also a pygame whose libraries this machine lacks
        raise DisplayError(
            f"the window needs pygame, which cannot be loaded ({error}); run pip install {WANTED}, "
            "or use neuroscribble network, which writes a page, or train --watch, which serves one."
        ) from error


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
