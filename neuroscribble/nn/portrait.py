"""A network as a small picture: its columns of units from left to right, as inline SVG.

All is drawn in the color of the text around it, so it can be read on light and on dark paper.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 128.0  # pixels of the tallest column
MOST_ROWS = 32  # units above each other, unless a column would become wider than tall
WIDEST_UNIT, WIDEST_MAP = 11.0, 20.0  # pixels from one to the next
FUNNEL = 0.88  # each column has at most this much of the height of the one before …
SHORTEST = 0.4  # … but not less than this much of the tallest one's
GAP = 64.0  # pixels between columns
LINE = 14  # pixels of a line of text


@dataclass(frozen=True)
class Block:
    """One column: so many units, filled from above and from the left."""

    words: tuple[str, ...]  # below it, line by line
    n_units: int
    rows: int
    pitch: float  # pixels from one unit to the next
    square: bool
    left: float

    @property
    def right(self) -> float:
        return self.left + math.ceil(self.n_units / self.rows) * self.pitch

    @property
    def top(self) -> float:
        return (HEIGHT - self.rows * self.pitch) / 2

    def units(self) -> str:
        """All units as one path: each row of a column is a dash of the line along it."""
        pitch, start = self.pitch, self.top + self.pitch * (0.1 if self.square else 0.5)
        lines = []
        for first in range(0, self.n_units, self.rows):
            n = min(self.rows, self.n_units - first)
            x = self.left + (first / self.rows + 0.5) * pitch
            length = (n - 0.2) * pitch if self.square else (n - 0.9) * pitch
            lines.append(f"M{x:.2f} {start:.2f}v{length:.2f}")
        dash, gap, cap = (0.8, 0.2, "butt") if self.square else (0.0, 1.0, "round")
        return (
            f'<path d="{"".join(lines)}" stroke-width="{0.8 * pitch:.3f}" stroke-linecap="{cap}" '
            f'stroke-dasharray="{dash * pitch:.3f} {gap * pitch:.3f}"/>'
        )

    def labels(self) -> str:
        """The words below the column."""
        return "".join(
            f'<text x="{(self.left + self.right) / 2:.1f}" y="{HEIGHT + number * LINE:.0f}">'
            f"{html.escape(text)}</text>"
            for number, text in enumerate(self.words, start=1)
        )


def portrait(columns: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    """An <svg> element of columns (name, shape), input first.

    shape: (units,) are single numbers, drawn as dots, (H, W, units) maps, drawn as squares. An
    input of n × n numbers is a picture, with squares as its pixels.
    """
    blocks: list[Block] = []
    for number, (name, shape) in enumerate(columns):
        left = blocks[-1].right + GAP if blocks else 0.0
        tallest = HEIGHT * max(FUNNEL**number, SHORTEST)
        blocks.append(_block(name, shape, left, tallest, is_input=number == 0))
    funnels = "".join(
        f'<path d="M{a.right:.1f} {a.top:.1f}L{b.left:.1f} {b.top:.1f}'
        f'V{HEIGHT - b.top:.1f}L{a.right:.1f} {HEIGHT - a.top:.1f}z"/>'
        for a, b in zip(blocks, blocks[1:], strict=False)
    )
    width = blocks[-1].right + GAP
    height = HEIGHT + LINE * max(len(block.words) for block in blocks) + 8
    sizes = " → ".join(str(math.prod(shape)) for _, shape in columns)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{sizes}" '
        f'viewBox="{-GAP / 2:.0f} -2 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'style="display: block; max-width: 100%" fill="currentColor">'
        f'<g opacity="0.12">{funnels}</g>'
        f'<g opacity="0.7" fill="none" stroke="currentColor">'
        f"{''.join(block.units() for block in blocks)}</g>"
        f'<g text-anchor="middle" font-size="12">{"".join(block.labels() for block in blocks)}</g>'
        "</svg>"
    )


def _block(
    name: str, shape: tuple[int, ...], left: float, tallest: float, *, is_input: bool
) -> Block:
    n_units, is_map = shape[-1], len(shape) > 1
    side = math.isqrt(n_units)
    if is_input and not is_map and side * side == n_units > 1:
        return Block((name, f"{side} × {side}"), n_units, side, tallest / side, True, left)
    rows = max(min(n_units, MOST_ROWS), side)
    pitch = min(tallest / rows, WIDEST_MAP if is_map else WIDEST_UNIT)
    maps = "1 map" if n_units == 1 else f"{n_units} maps"
    size = (maps, f"{shape[0]} × {shape[1]}") if is_map else (str(n_units),)
    return Block((name, *size), n_units, rows, pitch, is_map, left)
