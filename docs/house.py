"""Draws docs/house.svg from the code: every room, what it is for, and which rooms it imports.

    python docs/house.py

A dot stands where a module of the row's room imports one of the column's. All dots lie below the
diagonal: a room imports only rooms above it. What stands at the root of `neuroscribble` serves all
and is left out.
"""

from __future__ import annotations

import ast
import html
from pathlib import Path

ROOT = Path(__file__).parent.parent
ORDER = (
    *("ink", "data", "nn", "formats", "training", "explain", "teaching", "sweeps"),
    *("diagram", "figures", "page", "window", "commands"),
)
ROW, CELL = 34, 34  # pixels
LONGEST = 72  # letters of a sentence
NAMES, WORDS = 112, 500  # pixels: names of rooms, sentences
TOP, RIGHT = 104, 60  # pixels: for the names above the columns
BLUE, GREY, INK, PAPER, LINE = "#1f77c4", "#596273", "#1d2330", "#fbfaf7", "#e3e1db"


def folder_of(room: str) -> Path:
    """Where a room is: in one of the two packages."""
    inside = ROOT / "neuroscribble" / room
    return inside if inside.is_dir() else ROOT / "viz" / room


def sentence(room: str) -> str:
    """The first sentence of a room's docstring, of a long one its beginning."""
    text = ast.get_docstring(ast.parse((folder_of(room) / "__init__.py").read_text("utf-8"))) or ""
    first = text.split("\n")[0].rstrip(".")
    return (first if len(first) <= LONGEST else first.split(":")[0]) + "."


def imported(room: str) -> set[str]:
    """The rooms that a room imports; the commands reach the pictures through one door."""
    found = set()
    for path in folder_of(room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = node.module.split(".")
                own = node.level > 0 or parts[0] in ("neuroscribble", "viz")
                found |= {part for part in parts[:2] if own and part in ORDER}
            elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "viz":
                found |= {"viz"}
    if "viz" in found:
        found |= {"diagram", "figures", "page", "window"}
    return found & set(ORDER) - {room}


def picture() -> str:
    """The whole figure as SVG text."""
    left = NAMES + WORDS
    width, height = left + CELL * len(ORDER) + RIGHT, TOP + ROW * len(ORDER) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="15">',
        "<title>The rooms of the house and what they import</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
    ]
    for column, room in enumerate(ORDER):
        x = left + CELL * (column + 0.5)
        turned = f'transform="translate({x + 5} {TOP - 12}) rotate(-50)"'
        parts.append(f'<text {turned} fill="{GREY}">{room}</text>')
    for row, room in enumerate(ORDER):
        y = TOP + ROW * (row + 0.5)
        parts += [
            f'<path d="M16 {y + ROW / 2}H{width - 16}" stroke="{LINE}"/>',
            f'<text x="24" y="{y + 5}" fill="{INK}" font-weight="600">{room}</text>',
            f'<text x="{NAMES + 16}" y="{y + 5}" fill="{GREY}" font-size="13">'
            f"{html.escape(sentence(room))}</text>",
        ]
        others = imported(room)
        for column, other in enumerate(ORDER):
            x = left + CELL * (column + 0.5)
            if other == room:
                place = f'x="{x - 7}" y="{y - 7}" width="14" height="14"'
                parts.append(f'<rect {place} fill="{LINE}"/>')
            elif other in others:
                parts.append(f'<circle cx="{x}" cy="{y}" r="6" fill="{BLUE}"/>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    (ROOT / "docs" / "house.svg").write_text(picture(), encoding="utf-8")
