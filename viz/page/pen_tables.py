"""The tables of pen shapes as a JavaScript module, written when a page is: Python has them."""

from __future__ import annotations

import json

from neuroscribble.data import pen_shapes, pen_shapes_world


def pen_tables() -> str:
    """The text of the module `model/pen-tables`: each digit's ways, their frequency and strokes."""
    return (
        "/** The ways to write the digits, out of pen_shapes.py and pen_shapes_world.py. */\n\n"
        f"export const TABLE = {_rows(pen_shapes.TABLE)};\n"
        f"export const WORLD_TABLE = {_rows(pen_shapes_world.TABLE)};\n"
    )


def _rows(table: dict[int, tuple[tuple[str, float, str], ...]]) -> str:
    rows = [[way[1:] for way in table[label]] for label in sorted(table)]
    return json.dumps(rows, separators=(",", ":"))
