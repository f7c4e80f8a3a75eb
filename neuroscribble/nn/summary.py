"""A network as a table, as people know it from Keras and torchsummary.

Parameters are what is learned; what layers count meanwhile (running means) is told below the
table. Memory is that of the parameters ("weights") and of a layer's output for a single image.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import NamedTuple

from .kinds import word_of
from .layers import KeepsStatistics, Layer

HEADER = ("layer", "kind", "output shape", "activation", "parameters", "weights", "per image")
LEFT = 4  # columns of words; the others are numbers, to the right


class Summary(NamedTuple):
    """The table as cells, and what is told below it."""

    lines: list[tuple[str, ...]]  # HEADER, one line for every layer, one for all
    note: str  # may be empty

    def as_text(self) -> str:
        """The table in columns of a font whose letters are all of one width."""
        widths = [max(len(line[column]) for line in self.lines) for column in range(len(HEADER))]
        rows = [
            "  ".join(
                cell.ljust(width) if column < LEFT else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in self.lines
        ]
        rule = "─" * max(len(row) for row in rows)
        table = [rows[0], rule, *rows[1:-1], rule, rows[-1]]
        return "\n".join([*table, self.note] if self.note else table)

    def as_html(self) -> str:
        """The table for a notebook, which has a look for tables of its own."""
        head, *body = (
            "<tr>"
            + "".join(
                f'<{tag} style="text-align: {"left" if column < LEFT else "right"}">'
                f"{html.escape(cell)}</{tag}>"
                for column, cell in enumerate(line)
            )
            + "</tr>"
            for tag, line in zip(["th", *["td"] * len(self.lines)], self.lines, strict=False)
        )
        table = f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
        return f"{table}<p>{html.escape(self.note)}</p>" if self.note else table


def summarize(
    layers: Mapping[str, Layer],
    output_shapes: Mapping[str, tuple[int, ...]],
    *,
    output: str,
    itemsize: int,
) -> Summary:
    """The summary of some layers.

    output: what becomes of the last one's sums, in a word; itemsize: bytes of one number.
    """
    lines: list[tuple[str, ...]] = [HEADER]
    n_params = n_counted = n_outputs = 0
    last = list(layers)[-1]
    for name, layer in layers.items():
        own = sum(math.prod(array.shape) for array in layer.params.values())
        outputs = math.prod(output_shapes[name])
        n_params, n_outputs = n_params + own, n_outputs + outputs
        if isinstance(layer, KeepsStatistics):
            n_counted += sum(math.prod(array.shape) for array in layer.statistics.values())
        activation = word_of(layer) or (output if name == last else "")
        lines.append(
            (
                name,
                type(layer).__name__,
                " × ".join(str(size) for size in output_shapes[name]),
                activation,
                f"{own:,}" if own else "",
                _bytes(own * itemsize) if own else "",
                _bytes(outputs * itemsize),
            )
        )
    total = ("total", "", "", "", f"{n_params:,}", _bytes(n_params * itemsize))
    lines.append((*total, _bytes(n_outputs * itemsize)))
    note = f"and {n_counted:,} running statistics, which no gradient learns" if n_counted else ""
    return Summary(lines, note)


def _bytes(n: int) -> str:
    return f"{n:,} B" if n < 1000 else f"{n / 1000:,.1f} kB" if n < 1e6 else f"{n / 1e6:,.1f} MB"
