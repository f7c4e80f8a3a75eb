"""A row of weight matrices: which comes after which, and whether rows or columns are the inputs.

Both are told from the chain of shapes alone: what one layer puts out, the next one takes in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..errors import WeightsError
from .hints import NeedsHint
from .named import Array, Group, natural

MOST_SEARCHED = 12  # layers whose order is looked for when names and file do not tell it


def in_order(groups: Sequence[Group], rows_are_inputs: bool | None) -> tuple[list[Group], bool]:
    """The layers in order, and whether the rows of their matrices are the inputs.

    rows_are_inputs: True, False, or None to tell it from the shapes.

    Raises WeightsError when the shapes make no chain, and where they leave open what rows are.
    """
    given = list(groups)
    sorted_by_name = natural(given)
    numbered = len({tuple(w for w in g.key if not w.isdigit()) for g in given}) == 1
    orders = [sorted_by_name, given] if numbered else [given, sorted_by_name]
    asked = (True, False) if rows_are_inputs is None else (rows_are_inputs,)
    for order in orders:
        fits = [rows for rows in asked if _is_chain(order, rows)]
        if fits:
            return order, _settled(order, fits)
    searched = {rows: _searched(given, rows) for rows in asked}
    found = {rows: order for rows, order in searched.items() if order is not None}
    if found:
        rows = next(iter(found)) if len(found) == 1 else _settled(given, list(found))
        return found[rows], rows
    shapes = ", ".join(f"{g.name} {_matrix(g).shape}" for g in orders[0])
    raise WeightsError(
        f"its matrices make no chain in which one layer's outputs are the next one's inputs: "
        f"{shapes}."
    )


def with_bias_columns(groups: Sequence[Group], rows_are_inputs: bool | None) -> list[Group]:
    """Where no layer has a bias and shapes only fit with one input more: that one is the bias.

    It is the last input, as in 785 = 784 + 1; of arrays called theta, which come from a course that
    counts from a constant x₀, the first.
    """
    if any(one.bias is not None or one.weight is None for one in groups):
        return list(groups)
    order = natural(list(groups))
    asked = (False, True) if rows_are_inputs is None else (rows_are_inputs,)
    for rows in asked:
        sizes = [_matrix(g).shape if rows else _matrix(g).shape[::-1] for g in order]
        if len(sizes) > 1:
            fits = all(a[1] + 1 == b[0] for a, b in zip(sizes, sizes[1:], strict=False))
        else:
            fits = math.isqrt(sizes[0][0] - 1) ** 2 == sizes[0][0] - 1 > 63
        if fits:
            return [_split(one, rows) for one in groups]
    return list(groups)


def as_inputs_by_outputs(group: Group, rows_are_inputs: bool) -> Array:
    """The layer's matrix as (fan_in, fan_out)."""
    return _matrix(group) if rows_are_inputs else _matrix(group).T


def _matrix(group: Group) -> Array:
    if group.weight is None or group.weight.ndim != 2:
        raise WeightsError(f"{group.name} is no weight matrix.")
    return group.weight


def _split(group: Group, rows: bool) -> Group:
    first = any(word.startswith("theta") for word in (*group.key, group.name.lower()))
    W = as_inputs_by_outputs(group, rows)
    bias, rest = (W[0], W[1:]) if first else (W[-1], W[:-1])
    return replace(group, weight=rest if rows else rest.T, bias=np.asarray(bias))


def _is_chain(groups: Sequence[Group], rows: bool) -> bool:
    width: int | None = None
    for one in groups:
        fan_in, fan_out = as_inputs_by_outputs(one, rows).shape
        if width not in (None, fan_in) or not _bias_fits(one, fan_out):
            return False
        width = fan_out
    return True


def _bias_fits(group: Group, fan_out: int) -> bool:
    return group.bias is None or group.bias.size == fan_out


def _settled(order: list[Group], fits: list[bool]) -> bool:
    """What rows are, of the ways that fit."""
    if len(fits) == 1:
        return fits[0]
    first = _matrix(order[0]).shape
    if len(order) == 1 and first[0] != first[1]:  # one matrix alone: more inputs than classes
        return bool(first[0] > first[1])
    shapes = ", ".join(f"{g.name} {_matrix(g).shape}" for g in order)
    raise NeedsHint(
        f"its shapes leave open whether rows or columns are a layer's inputs ({shapes}); say "
        "--orientation in-out where a matrix is (inputs, outputs), or --orientation out-in."
    )


def _searched(groups: list[Group], rows: bool) -> list[Group] | None:
    """The one order that makes a chain of all layers, if there is exactly one."""
    if len(groups) > MOST_SEARCHED:
        return None
    sizes = [as_inputs_by_outputs(one, rows).shape for one in groups]
    if not all(_bias_fits(one, fan[1]) for one, fan in zip(groups, sizes, strict=True)):
        return None
    found: list[list[int]] = []
    budget = 10_000

    def extend(path: list[int]) -> None:
        nonlocal budget
        budget -= 1
        if budget < 0 or len(found) > 1:
            return
        if len(path) == len(groups):
            found.append(path)
            return
        for i in range(len(groups)):
            if i not in path and (not path or sizes[path[-1]][1] == sizes[i][0]):
                extend([*path, i])

    extend([])
    return [groups[i] for i in found[0]] if len(found) == 1 and budget >= 0 else None
