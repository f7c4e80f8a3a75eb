"""What columns and units are called: "h1", "h1:37", "input:3,14"."""

from __future__ import annotations

from collections.abc import Sequence


def layer_keys(n_layers: int) -> list[str]:
    """Names of the columns: "input", "h1", "h2", …, "output"."""
    return ["input", *(f"h{i}" for i in range(1, n_layers - 1)), "output"]


def picture_side(n_inputs: int) -> int | None:
    """The side of a square picture of inputs, or None when they form no square of several."""
    side = round(n_inputs**0.5)
    return side if side * side == n_inputs > 1 else None


def node_id(key: str, index: int, *, side: int | None) -> str:
    """ "h1:37"; an input that is a pixel of a picture is named by row and column: "input:3,14"."""
    if key == "input" and side is not None:
        row, column = divmod(index, side)
        return f"input:{row},{column}"
    return f"{key}:{index}"


def node_ids(layer_sizes: Sequence[int], *, is_picture: bool = True) -> list[list[str]]:
    """The ids of all units, layer by layer, in the order of their indices.

    is_picture: whether inputs that form a square are the pixels of a picture.
    """
    side = picture_side(layer_sizes[0]) if is_picture else None
    return [
        [node_id(key, index, side=side) for index in range(size)]
        for key, size in zip(layer_keys(len(layer_sizes)), layer_sizes, strict=True)
    ]
