"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

weights_option = click.option(
    "--weights",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Weights to use.  [default: ./weights.npz, else the shipped file]",
)
data_option = click.option(
    "--data",
    metavar="PATH",
    envvar="NEUROSCRIBBLE_DATA",
    help="Folder or file with MNIST or a set like it, as idx, npz, CSV, Parquet or pictures by "
    "class; or 'pen' for digits drawn by the program. "
    "[default: $NEUROSCRIBBLE_DATA, else a download into your cache folder]",
)
classes_option = click.option(
    "--classes",
    metavar="NAMES",
    help="Names of the data's classes, as in 'shirt,shoe', or a file with one a line.  [default: "
    "what the data or a file beside them tell]",
)
known_digits_option = click.option(
    "--data",
    metavar="PATH",
    help="Folder or file with MNIST, or 'pen': digits that lessons replay and forgetting is "
    "measured with.  [default: $NEUROSCRIBBLE_DATA, else MNIST if it is on this machine, else pen]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
corrections_option = click.option(
    "--corrections",
    metavar="DIR",
    default="output/corrections",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder that keeps what was taught in the window.",
)
theme_option = click.option(
    "--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True
)


def out_option(default: str, what: str) -> Callable[[Command], Command]:
    return click.option(
        "--out", default=default, show_default=True, type=click.Path(path_type=Path), help=what
    )
