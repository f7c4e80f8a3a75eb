"""A lesson is one Markdown file: facts at its head, then steps, each with text, states and tasks.

    ---
    title: What is a neuron?
    language: en
    network: weights
    level: beginner
    minutes: 25
    ---
    Text before the first step.

    ## A step

    Text in Markdown, and between it fences with words of this module:

    ```show        what the page shows from here on: lines "word: value", see lesson_words
    ```choose      a question, its options as lines "( ) wrong" and "(x) right"
    ```number      a question, and `value: activation of h1:5`, `within: 5 %`
    ```goal        what is to be done, and `until: answer is 3`
    ```surprise    Markdown that is set apart
    ```teacher     Markdown that only the teacher's page has

Tasks may end with `because: …`, which is told when they are solved. Whatever is wrong is told in
one sentence with file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LessonError
from ..given import given_text
from .lesson_parts import Part, Wrong, part_of
from .lesson_words import shortened
from .markdown_tree import blocks

MOST_BYTES = 500_000
MOST_STEPS = 60
LANGUAGES = ("en", "de")
LEVELS = ("beginner", "intermediate", "advanced")
REQUIRED = ("title", "language", "network", "level", "minutes")
OPTIONAL = ("compare", "aims")


@dataclass(frozen=True)
class Lesson:
    """What a lesson's file says."""

    title: str
    language: str  # of LANGUAGES
    network: str  # "weights", "sparse", "cnn", an example's name, or a file beside the lesson
    level: str  # of LEVELS
    minutes: int
    compare: str | None  # a second network, named in the same way
    aims: tuple[str, ...]
    steps: tuple[Part, ...]  # {"title", "parts": [{"kind": "text" | "show" | …, …}]}
    units: tuple[tuple[str, int], ...]  # ids that it names, and in which line

    def for_page(self, *, teacher: bool = False) -> dict[str, Any]:
        """Plain values for the page; only a teacher's has the notes for teachers."""
        steps = [
            {
                "title": step["title"],
                "parts": [part for part in step["parts"] if teacher or part["kind"] != "teacher"],
            }
            for step in self.steps
        ]
        told = {"title": self.title, "language": self.language, "minutes": self.minutes}
        return {**told, "aims": list(self.aims), "teacher": teacher, "steps": steps}


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. Raises LessonError with file, line and what is expected."""
    what = "a lesson in Markdown"
    text = given_text(path, at_most=MOST_BYTES, what=what, error=LessonError)
    return parse_lesson(text, str(path))


def parse_lesson(text: str, name: str) -> Lesson:
    """The lesson in a text. Raises LessonError; `name` stands before the line there."""
    lines = text.replace("\r\n", "\n").split("\n")
    try:
        facts, end = _facts(lines)
        steps, units = _steps("\n".join(lines[end:]), end, facts["title"])
    except Wrong as wrong:
        raise LessonError(f"{name}, line {wrong.line + 1}: {wrong}") from wrong
    return Lesson(**facts, steps=tuple(steps), units=tuple(units))


def _facts(lines: list[str]) -> tuple[dict[str, Any], int]:
    """The head of the file, and the number of the line behind it."""
    if lines[0].strip() != "---":
        raise Wrong(0, f'a lesson must begin with a line "---"; got {shortened(lines[0])}.')
    told: dict[str, str] = {}
    where: dict[str, int] = {}
    aims: list[str] = []
    for number, line in enumerate(lines[1:], 1):
        word, colon, value = (part.strip() for part in line.partition(":"))
        if line.strip() == "---":
            return _checked(told, where, aims, number), number + 1
        if not line.strip():
            continue
        if line.strip().startswith("- ") and list(told)[-1:] == ["aims"]:
            aims.append(line.strip()[2:])
        elif not colon or word not in (*REQUIRED, *OPTIONAL):
            expected = ", ".join((*REQUIRED, *OPTIONAL))
            raise Wrong(number, f"expected one of {expected}, then a colon; got {shortened(line)}.")
        elif word in told:
            raise Wrong(number, f"{word} is told twice.")
        else:
            told[word], where[word] = value, number
    raise Wrong(len(lines) - 1, 'the head of the lesson must end with a line "---".')


def _checked(
    told: dict[str, str], where: dict[str, int], aims: list[str], end: int
) -> dict[str, Any]:
    for word in REQUIRED:
        if not told.get(word):
            raise Wrong(where.get(word, end), f"the head of the lesson must tell its {word}.")
    for word, known in (("language", LANGUAGES), ("level", LEVELS)):
        if told[word] not in known:
            names = ", ".join(known)
            raise Wrong(where[word], f"{word} must be one of {names}; got {shortened(told[word])}.")
    if not re.fullmatch(r"[1-9]\d{0,2}", told["minutes"], re.ASCII):
        got = shortened(told["minutes"])
        raise Wrong(where["minutes"], f"minutes must be a whole number from 1 to 999; got {got}.")
    return {
        **{word: told[word] for word in ("title", "language", "network", "level")},
        "minutes": int(told["minutes"]),
        "compare": told.get("compare") or None,
        "aims": tuple(aims),
    }


def _steps(text: str, before: int, title: str) -> tuple[list[Part], list[tuple[str, int]]]:
    """All steps; lines are counted from `before` on."""
    steps: list[Part] = []
    units: list[tuple[str, int]] = []
    lines = text.split("\n")
    for block in blocks(text):
        first = before + (block.map or (0, 0))[0]
        if block.type == "heading" and block.tag == "h2":
            steps.append({"title": lines[first - before].strip("# "), "parts": []})
        elif block.type == "heading" and block.tag == "h1":
            raise Wrong(first, "a step begins with “## ”; the lesson's title stands in its head.")
        else:
            if not steps:
                steps.append({"title": title, "parts": []})
            part, named = part_of(block, first)
            units += named
            parts = steps[-1]["parts"]
            if part["kind"] == "text" and parts and parts[-1]["kind"] == "text":
                parts[-1]["nodes"] += part["nodes"]
            else:
                parts.append(part)
    if not steps:
        raise Wrong(before, "a lesson must have at least one step: “## ” and a title, then text.")
    if len(steps) > MOST_STEPS:
        raise Wrong(before, f"a lesson has at most {MOST_STEPS} steps; got {len(steps)}.")
    return steps, units
