"""What the settings of layers may be, by name: files come from anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .activations import GELU_FORMS

MAX_SIZE = 2**26  # of any setting that counts something …
MAX_KERNEL = 64  # … but for windows


class Rule(NamedTuple):
    """Whether a value is good, and in words what a good one is."""

    holds: Callable[[Any], bool]
    wanted: str


def _whole(least: int, most: int) -> Rule:
    return Rule(
        lambda value: type(value) is int and least <= value <= most,
        f"a whole number from {least} to {most:,}",
    )


def _number(least: float, most: float, wanted: str) -> Rule:
    return Rule(lambda value: type(value) in (int, float) and least <= value <= most, wanted)


def _list_of(rule: Rule, least: int, most: int, wanted: str) -> Rule:
    return Rule(
        lambda value: (
            isinstance(value, list) and least <= len(value) <= most and all(map(rule.holds, value))
        ),
        wanted,
    )


def _either(one: Rule, other: Rule) -> Rule:
    return Rule(
        lambda value: one.holds(value) or other.holds(value), f"{one.wanted}, or {other.wanted}"
    )


COUNT = _whole(1, MAX_SIZE)
SHARE = _number(0, 1, "a number from 0 to 1")
MODEST = _number(-1e6, 1e6, "a number from −1e6 to 1e6")
SIDE = _whole(1, MAX_KERNEL)
SIDES = _either(SIDE, _list_of(SIDE, 2, 2, "two of them, for rows and columns"))
MARGIN = _whole(0, MAX_KERNEL)
MARGINS = _list_of(MARGIN, 2, 2, "two")
ALL_MARGINS = _list_of(MARGINS, 2, 2, "[[above, below], [left, right]]")
RULES = {
    "shape": _list_of(COUNT, 1, 3, "a list of one to three sizes"),
    **dict.fromkeys(("momentum", "epsilon", "rate"), SHARE),
    **dict.fromkeys(("slope", "alpha", "low", "high"), MODEST),
    **dict.fromkeys(("kernel", "stride", "dilation", "size"), SIDES),
    "padding": _either(MARGIN, ALL_MARGINS),
    "seed": _whole(0, MAX_SIZE),
    "form": Rule(lambda value: value in GELU_FORMS, " or ".join(GELU_FORMS)),
    "counts_padding": Rule(lambda value: type(value) is bool, "true or false"),
}
