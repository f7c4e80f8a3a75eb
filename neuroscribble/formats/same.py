"""Padding called "same": as many windows as there are strides in a map."""

from __future__ import annotations


def same(
    size: int, kernel: int, stride: int, dilation: int = 1, *, more_first: bool = False
) -> tuple[int, int]:
    """The padding, before and after, with which ⌈size / stride⌉ windows fit; an odd pixel is last.

    more_first: an odd pixel is first.
    """
    reach = (kernel - 1) * dilation + 1
    total = max(0, (-(-size // stride) - 1) * stride + reach - size)
    less = total // 2
    return (total - less, less) if more_first else (less, total - less)
