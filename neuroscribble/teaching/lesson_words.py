"""The words of a lesson: what a step can set, and the live numbers that it can ask for.

What can be set has the names that it has in the page's link (`unit`, `k`, `by`, `without`, …), and
a few more for what no link holds. A live number is a phrase such as "activation of h1:5".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

ID = r"(?:input:\d{1,5}(?:,\d{1,4})?|h\d{1,2}:\d{1,5}|output:\d{1,5})"
COLUMN = r"(?:input|h\d{1,2}|output)"
UNIT = rf"(?:{ID}|strongest {COLUMN}|answer|selected)"
NUMBER = r"-?\d+(?:\.\d+)?"
CUT = rf"{ID}(?:=average|>{ID})?"

# A word of `show` → the form of its value, and that form in words for a person.
SETTABLE: dict[str, tuple[str, str]] = {
    "strokes": (r"[\w-]*", "the strokes of a link that the page's button Link makes"),
    "ink": (r"[\w-]+", "the ink of a link that the page's button Link makes"),
    "values": (r"[\w-]+", "the values of a link that the page's button Link makes"),
    "k": (r"all|[1-9]\d{0,8}", 'a whole number, or "all"'),
    "by": (r"usual|weight|now", '"usual", "weight" or "now"'),
    "over": (r"network|unit", '"network" or "unit"'),
    "unit": (rf"{ID}|strongest {COLUMN}|answer|none", 'a unit such as "h1:5", "strongest h1", '
             '"answer" or "none"'),
    "other": (ID, 'a unit of the second network, such as "h1:5"'),
    "moment": (r"\d{1,4}", "the number of a moment of the training"),
    "view": (rf"{NUMBER},{NUMBER},{NUMBER}", "three numbers: the middle and the scale"),
    "without": (rf"(?:{CUT}(?: {CUT})*)?", 'what is taken out, as in "h1:5 h2:9=average '
                'h1:5>h2:3", or nothing'),
    "learn": (r"\{.*\}", 'settings of learning as JSON, such as {"rate":0.01}'),
    "example": (r"\d|none", 'an example digit of the page, 0 to 9, or "none" for an empty pad'),
    "train": (r"start|pause|reset|leave", '"start", "pause", "reset" or "leave"'),
    "speed": (r"[1-9]\d{0,3}|full", 'steps a second, or "full"'),
    "tab": (r"answer|unit|why|ink|steps|teach|weights|past|learn|compare",
            '"answer", "unit", "why", "ink", "steps", "teach", "weights", "past", "learn" or '
            '"compare"'),
}  # fmt: skip

# What can be asked for: how its phrase goes on, the same as a person reads it, the kind of value.
_OF_UNIT = (rf" of (?P<of>{UNIT})", " of UNIT", "number")
_IN_COLUMN = (rf" in (?P<of>{COLUMN})", " in h1", "count")
QUANTITIES: dict[str, tuple[str, str, str]] = {
    "answer": ("", "", "word"),
    "second answer": ("", "", "word"),
    "agreement": ("", "", "word"),
    "unlike": ("", "", "word"),
    "selected column": ("", "", "word"),
    "probability": (r"(?: of (?P<of>\w+))?", " of 3", "share"),
    "second probability": ("", "", "share"),
    "accuracy": ("", "", "share"),
    "held-out accuracy": ("", "", "share"),
    "activation": _OF_UNIT,
    "sum": _OF_UNIT,
    "bias": _OF_UNIT,
    "weight": (
        rf" of (?P<of>{UNIT}) around (?P<at>input:\d+,\d+)",
        " of UNIT around input:14,14",
        "number",
    ),
    "loss": ("", "", "number"),
    "inputs with ink": ("", "", "count"),
    "awake": _IN_COLUMN,
    "units": _IN_COLUMN,
    "edges": ("", "", "count"),
    "edges drawn": ("", "", "count"),
    "taken out": ("", "", "count"),
    "steps": ("", "", "count"),
}
COMPARISONS = ("is not", "is", "at least", "at most", "above", "below")
SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")


class Unclear(Exception):
    """A word that nobody can follow: what was expected and what was found, in a sentence."""

    def __init__(self, what: str, expected: str, got: str) -> None:
        super().__init__(f"{what} must be {expected}; got {shortened(got)}.")


def shortened(text: str) -> str:
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def check_setting(word: str, value: str) -> None:
    """Whether `show` may hold this line. Raises Unclear."""
    if word not in SETTABLE:
        raise Unclear("a word of show", ", ".join(SETTABLE), word)
    pattern, expected = SETTABLE[word]
    if not re.fullmatch(pattern, value, re.ASCII):
        raise Unclear(word, expected, value)


def quantity(phrase: str) -> dict[str, str]:
    """ "activation of h1:5" → {"what": "activation", "of": "h1:5", "kind": "number"}

    Raises Unclear.
    """
    for name in sorted(QUANTITIES, key=len, reverse=True):
        rest, _, kind = QUANTITIES[name]
        found = re.fullmatch(re.escape(name) + rest, phrase, re.ASCII)
        if found:
            parts = {key: value for key, value in found.groupdict().items() if value}
            return {"what": name, "kind": kind, **parts}
    known = ", ".join(f"{name}{told}" for name, (_, told, _) in QUANTITIES.items())
    raise Unclear("a live value", f"one of these: {known}", phrase)


def condition(text: str) -> list[dict[str, Any]]:
    """ "answer is 3 and probability at least 90 %": all of it must hold. Raises Unclear."""
    return [_comparison(part.strip()) for part in text.split(" and ")]


def _comparison(text: str) -> dict[str, Any]:
    for how in COMPARISONS:
        phrase, found, value = text.partition(f" {how} ")
        if found:
            asked = quantity(phrase.strip())
            return {**asked, "how": how, "value": _compared(asked["kind"], how, value.strip())}
    raise Unclear("a goal", "such as “answer is 3” or “held-out accuracy at least 90 %”", text)


def _compared(kind: str, how: str, value: str) -> str | float:
    if kind == "word":
        if how not in ("is", "is not"):
            raise Unclear("after a word, the comparison", "“is” or “is not”", how)
        return value
    return amount(value, kind)


def amount(text: str, kind: str) -> float:
    """A number; of a share with its %. Raises Unclear."""
    share = SHARE.fullmatch(text)
    if kind == "share":
        if not share:
            raise Unclear("a share", "such as 90 %", text)
        return float(share[1]) / 100
    if not re.fullmatch(NUMBER, text, re.ASCII):
        raise Unclear("a number", "such as 3 or 0.5", text)
    return float(text)


def tolerance(text: str, kind: str) -> dict[str, float]:
    """ "5 %" of the right number, or "0.1" more or less; of a share "2 %" are points."""
    share = SHARE.fullmatch(text)
    if share and kind != "share":
        return {"part": float(share[1]) / 100}
    return {"amount": amount(text, kind)}


def ids_in(values: Sequence[str]) -> list[str]:
    """All ids of units in some texts."""
    return [found for value in values for found in re.findall(ID, value)]
