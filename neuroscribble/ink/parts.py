"""Several digits in one picture are found as its connected parts, from left to right.

A digit may itself have parts that do not touch: a five's bar, the stem of a four, the dot or the
base of a one, a stroke within a zero. So every part looks for a taller one to belong to: one that
it is near to, or inside of, and beside which it does not stand as a digit stands beside another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .normalize import INK_THRESHOLD, Box, check_ink

# Lengths are in heights of the taller of two parts.
FLAT, FLAT_GAP = 0.35, 0.3  # a part so low is a bar, and belongs to what is so near
APART = 0.15  # so far the feet of two digits may be apart; the farther, the more is one digit
SPECK = 0.12  # a part that is nowhere longer belongs to the nearest
MOST = 6  # digits in a picture; more parts are no number, but something else


def digit_parts(canvas: ArrayLike) -> list[NDArray[np.float64]]:
    """The digits on a canvas, each alone on a canvas of the same shape; none on a blank one.

    canvas: array of shape (H, W), ink in [0, 1]. Raises as `normalize_ink` does.
    """
    ink = check_ink(canvas)
    if not ink.any():
        return []
    from scipy import ndimage  # here: it takes longer to import than all the rest

    pieces, n = ndimage.label(ink > INK_THRESHOLD, structure=np.ones((3, 3)))
    if n < 2:
        return [ink] * n
    boxes = [(s[0].start, s[1].start, s[0].stop, s[1].stop) for s in ndimage.find_objects(pieces)]
    owners = np.array([-1, *digits_of(boxes)])
    n_digits = int(owners.max()) + 1
    if n_digits == 1 or n_digits > MOST:
        return [ink]
    return [np.where(owners[pieces] == digit, ink, 0.0) for digit in range(n_digits)]


def digits_of(boxes: list[Box]) -> list[int]:
    """For each part the number of its digit; digits are counted from left to right.

    boxes: top, left, bottom, right of each part, the last two exclusive, in pixels.
    """
    heights = [bottom - top for top, _, bottom, _ in boxes]
    order = sorted(range(len(boxes)), key=lambda part: (heights[part], part))
    owner = list(range(len(boxes)))
    for place, part in enumerate(order[:-1]):
        taller = order[place + 1 :]
        hosts = [other for other in taller if _belongs(boxes[part], boxes[other])]
        if not hosts and _is_speck(boxes[part], heights[order[-1]]):
            hosts = taller
        if hosts:
            owner[part] = min(hosts, key=lambda other: (_gap(boxes[part], boxes[other]), other))
    for part in reversed(order):  # the tallest first: whom an owner belongs to is known by then
        owner[part] = owner[owner[part]]
    middles = {one: _middle([boxes[p] for p in order if owner[p] == one]) for one in owner}
    digits = sorted(middles, key=lambda one: (middles[one], one))
    return [digits.index(one) for one in owner]


def _belongs(part: Box, taller: Box) -> bool:
    """Whether a part and a taller one are one digit."""
    height, gap = taller[2] - taller[0], _gap(part, taller)
    is_bar = part[2] - part[0] < FLAT * height and gap < FLAT_GAP * height
    hangs = abs(part[2] - taller[2]) - APART * height
    return is_bar or _is_inside(part, taller) or (hangs > 0 and gap < hangs)


def _is_inside(part: Box, other: Box) -> bool:
    top, left, bottom, right = other
    return part[0] >= top and part[1] >= left and part[2] <= bottom and part[3] <= right


def _gap(one: Box, other: Box) -> int:
    """Pixels between two boxes from left to right; negative: they overlap so far."""
    return max(one[1], other[1]) - min(one[3], other[3])


def _is_speck(part: Box, tallest: int) -> bool:
    return max(part[2] - part[0], part[3] - part[1]) < SPECK * tallest


def _middle(boxes: list[Box]) -> int:
    """Twice the middle, left and right added."""
    return min(box[1] for box in boxes) + max(box[3] for box in boxes)
