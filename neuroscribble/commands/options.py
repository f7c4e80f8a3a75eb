"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from .source import Source

Command = TypeVar("Command", bound=Callable[..., Any])

weights_file_option = click.option(
    "--weights",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Network to use: ours, ONNX, Keras, PyTorch, safetensors, .npz or JSON; or one of the "
    "examples xor, iris, digits and tiny.  "
    "[default: ./weights.npz, else the shipped file]",
)
_hint_options = (
    click.option(
        "--activation",
        metavar="NAME",
        help="Between the layers of a file that does not tell: relu, tanh, sigmoid, …",
    ),
    click.option(
        "--architecture",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="JSON list of the layers of a file that does not tell them.",
    ),
    click.option(
        "--orientation", metavar="HOW", help="Of square weight matrices: in-out or out-in."
    ),
    click.option(
        "--input",
        "words",
        metavar="WORDS",
        help='What a foreign network expects, as in "28x28 in 0..255, dark ink".',
    ),
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
open_option = click.option(
    "--open", "open_page", is_flag=True, help="Open the page if there is a display."
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
paper_option = click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True
)
page_language_option = click.option(
    "--language",
    metavar="CODE",
    help="Of the page's own texts at first: en or de.  [default: the browser's]",
)
language_option = click.option(
    "--language", type=click.Choice(["en", "de"]), default="en", show_default=True
)


def source_options(name: str) -> Callable[[Command], Command]:
    """What was said of the file in parameter `name`, which the command gets as a `Source`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def packed(**options: Any) -> Any:
            hints = ("activation", "architecture", "orientation", "words")
            said = {hint: options.pop(hint) for hint in hints}
            return command(**options | {name: Source(options[name], **said)})

        decorated: Any = packed
        for option in reversed(_hint_options):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def weights_option(command: Command) -> Command:
    """--weights and what can be said of it, as the parameter `weights: Source`."""
    return weights_file_option(source_options("weights")(command))


def out_option(default: str, what: str) -> Callable[[Command], Command]:
    return click.option(
        "--out", default=default, show_default=True, type=click.Path(path_type=Path), help=what
    )
