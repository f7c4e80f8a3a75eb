"""How a kernel, or the square of a pooling, moves over a map."""

from __future__ import annotations

from typing import NamedTuple


class Window(NamedTuple):
    """All in pixels; what lies in the padding is zero."""

    kernel: int
    stride: int
    padding: int

    def output_shape(self, shape: tuple[int, int]) -> tuple[int, int]:
        """Rows and columns of places where it stands, on a map of rows and columns `shape`."""
        rows, columns = (
            (side + 2 * self.padding - self.kernel) // self.stride + 1 for side in shape
        )
        return rows, columns
