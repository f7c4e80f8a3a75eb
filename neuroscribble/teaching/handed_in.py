"""What students hand in: small JSON files that a lesson's page saves, read as a table.

Anybody may have written such a file, so its size is checked before it is read, every value before
it is used, and text is freed of what could command a terminal or a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LessonError
from ..given import given_text

FORMAT = "neuroscribble answers 1"
MOST_BYTES = 200_000
MOST_ANSWERS = 500
LONGEST = 200  # letters of a text that are kept
COMMANDS = ("=", "+", "-", "@")  # with which a formula begins in a spreadsheet


@dataclass(frozen=True)
class Answer:
    """What one task was answered with, and whether that was right; None: not answered."""

    given: str
    right: bool | None
    tries: int


@dataclass(frozen=True)
class HandedIn:
    """One student's file."""

    name: str
    lesson: str
    minutes: int
    answers: tuple[Answer, ...]

    @property
    def right(self) -> int:
        return sum(answer.right is True for answer in self.answers)


def read_answers(path: Path) -> HandedIn:
    """One file. Raises LessonError in one sentence."""
    text = given_text(path, at_most=MOST_BYTES, what="answers as JSON", error=LessonError)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:  # no JSON, or numbers without end
        raise LessonError(f"{path}: it is no file of answers, which is JSON.") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise LessonError(f"{path}: it is no file that “Hand in” saved: its format is another.")
    answers = told.get("answers")
    if not isinstance(answers, list) or not 0 < len(answers) <= MOST_ANSWERS:
        raise LessonError(f"{path}: its answers must be a list of 1 to {MOST_ANSWERS}.")
    return HandedIn(
        name=_text(told, "name", path),
        lesson=_text(told, "lesson", path),
        minutes=_count(told, "minutes", path),
        answers=tuple(_answer(one, path) for one in answers),
    )


def _answer(told: Any, path: Path) -> Answer:
    if not isinstance(told, dict):
        raise LessonError(f"{path}: an answer must be an object; got {type(told).__name__}.")
    right = told.get("right")
    if not (right is None or isinstance(right, bool)):
        raise LessonError(f"{path}: right must be true, false or null; got {right!r:.40}.")
    return Answer(_text(told, "given", path), right, _count(told, "tries", path))


def _text(told: dict[str, Any], word: str, path: Path) -> str:
    value = told.get(word)
    if not isinstance(value, str):
        raise LessonError(f"{path}: {word} must be a text; got {value!r:.40}.")
    return " ".join("".join(c if c.isprintable() else " " for c in value[:LONGEST]).split())


def _count(told: dict[str, Any], word: str, path: Path) -> int:
    value = told.get(word)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 100_000:
        raise LessonError(f"{path}: {word} must be a whole number; got {value!r:.40}.")
    return value


def collected(handed_in: Sequence[HandedIn]) -> str:
    """A table for each lesson: a line for each student, a mark for each task."""
    lines: list[str] = []
    width = max(5, *(len(one.name) for one in handed_in))
    for lesson in dict.fromkeys(one.lesson for one in handed_in):
        those = sorted((one for one in handed_in if one.lesson == lesson), key=lambda one: one.name)
        tasks = max(len(one.answers) for one in those)
        right = [sum(is_right(one, n) for one in those) for n in range(tasks)]
        heads = "".join(f"{n + 1:>4}" for n in range(tasks))
        lines += [f"{lesson}: {len(those)} handed in", f"{'name':<{width}}  right  minutes {heads}"]
        for one in those:
            marks = "".join(f"{mark(answer):>4}" for answer in one.answers)
            lines.append(f"{one.name:<{width}}  {one.right:>5}  {one.minutes:>7} {marks}")
        solved = "".join(f"{n:>4}" for n in right)
        lines += [f"{'right':<{width}}  {'':>5}  {'':>7} {solved}", ""]
    return "\n".join(lines).rstrip()


def is_right(one: HandedIn, task: int) -> bool:
    return task < len(one.answers) and one.answers[task].right is True


def mark(answer: Answer) -> str:
    """✓ at once, the number of tries if it took more, ✗ if wrong, – if not answered."""
    if answer.right is None:
        return "–"
    if not answer.right:
        return "✗"
    return "✓" if answer.tries <= 1 else f"✓{answer.tries}"


def as_csv(handed_in: Sequence[HandedIn]) -> str:
    """The same for a spreadsheet, with what was given; no cell begins a formula."""
    tasks = max(len(one.answers) for one in handed_in)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = [f"{what} {n + 1}" for n in range(tasks) for what in ("answer", "mark")]
    writer.writerow(["lesson", "name", "minutes", "right", *heads])
    for one in handed_in:
        cells = [cell for answer in one.answers for cell in (answer.given, mark(answer))]
        row = [one.lesson, one.name, str(one.minutes), str(one.right), *cells]
        writer.writerow([f"'{cell}" if cell.startswith(COMMANDS) else cell for cell in row])
    return out.getvalue()
