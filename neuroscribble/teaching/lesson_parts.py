"""The parts of a lesson's step: text, what the page shows, tasks, notes; each fence by its word."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from markdown_it.tree import SyntaxTreeNode

from .lesson_words import (
    Unclear,
    check_setting,
    condition,
    ids_in,
    quantity,
    shortened,
    tolerance,
)
from .markdown_tree import MarkdownProblem, Node, nodes, tree

OPTION = re.compile(r"\(( |x)\) +(\S.*)")
TASKS = ("choose", "number", "goal")

Part = dict[str, Any]
Lines = list[tuple[int, str]]
T = TypeVar("T")


class Wrong(Exception):
    """Something is wrong in a line, counted from 0."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def part_of(block: SyntaxTreeNode, first: int) -> tuple[Part, list[tuple[str, int]]]:
    """One block as the page needs it, and the units that it names."""
    word = block.info.strip() if block.type == "fence" else ""
    if word not in FENCES:
        if word:
            expected = ", ".join(FENCES)
            raise Wrong(first, f"a fence must be one of {expected}; got {shortened(word)}.")
        before = (block.map or (0, 0))[0]
        return {"kind": "text", "nodes": _guarded(lambda: nodes([block]), first - before)}, []
    lines = [(first + 1 + n, line) for n, line in enumerate(block.content.split("\n"))]
    part = {"kind": word, **FENCES[word](lines, first)}
    named = [(unit, number) for number, line in lines for unit in ids_in([line])]
    return part, named if word in ("show", "number", "goal") else []


def _show(lines: Lines, first: int) -> Part:
    words: dict[str, str] = {}
    for number, line in lines:
        if line.strip():
            word, value = _word_of(number, line)
            _clear(lambda: check_setting(word, value), number)  # noqa: B023
            words[word] = value
    if not words:
        raise Wrong(first, "show needs lines such as “example: 3” or “unit: h1:5”.")
    return {"words": words}


def _markdown(lines: Lines, first: int) -> Part:
    return {"nodes": _tree("\n".join(line for _, line in lines), first + 1)}


def _choose(lines: Lines, first: int) -> Part:
    options = [(number, OPTION.fullmatch(line.strip())) for number, line in lines]
    found = [(number, match) for number, match in options if match]
    if len(found) < 2:
        raise Wrong(first, "choose needs at least two lines “( ) wrong” or “(x) right”.")
    if not any(match[1] == "x" for _, match in found):
        raise Wrong(first, "choose needs at least one right option: “(x) right”.")
    rest = [line for line, (_, match) in zip(lines, options, strict=True) if not match]
    made = _asked(rest, first, ())
    made["options"] = [
        {"nodes": _tree(match[2], number), "right": match[1] == "x"} for number, match in found
    ]
    return made


def _number(lines: Lines, first: int) -> Part:
    made = _asked(lines, first, ("value", "within"))
    value, within = made.pop("value"), made.pop("within")
    made["value"] = _clear(lambda: quantity(value[1]), value[0])
    kind = made["value"]["kind"]
    if kind == "word":
        raise Wrong(value[0], f"number needs a value that is one; {value[1]} is a word.")
    made["within"] = _clear(lambda: tolerance(within[1], kind), within[0])
    return made


def _goal(lines: Lines, first: int) -> Part:
    made = _asked(lines, first, ("until",))
    number, text = made.pop("until")
    made["until"] = _clear(lambda: condition(text), number)
    return made


FENCES: dict[str, Callable[[Lines, int], Part]] = {
    "show": _show,
    "choose": _choose,
    "number": _number,
    "goal": _goal,
    "surprise": _markdown,
    "teacher": _markdown,
}


def _asked(lines: Lines, first: int, words: tuple[str, ...]) -> Part:
    """The question of a task, what its `words` tell with their lines, and `because`."""
    question: list[str] = []
    told: Part = {}
    for number, line in lines:
        word = line.partition(":")[0].strip()
        if word in (*words, "because"):
            if word in told:
                raise Wrong(number, f"{word} is told twice.")
            told[word] = (number, _word_of(number, line)[1])
        elif line.strip() and told:
            expected = " or ".join(f"“{word}: …”" for word in (*words, "because"))
            raise Wrong(number, f"expected {expected}; got {shortened(line)}.")
        else:
            question.append(line)
    if not "".join(question).strip():
        raise Wrong(first, "a task begins with its question or what is to be done.")
    for word in words:
        if word not in told:
            raise Wrong(first, f"this task needs a line “{word}: …”.")
    if "because" in told:
        told["because"] = _tree(told["because"][1], told["because"][0])
    return {"question": _tree("\n".join(question), first + 1), **told}


def _word_of(number: int, line: str) -> tuple[str, str]:
    word, colon, value = (part.strip() for part in line.partition(":"))
    if not colon:
        raise Wrong(number, f"expected “word: value”; got {shortened(line)}.")
    return word, value


def _tree(text: str, first: int) -> list[Node]:
    return _guarded(lambda: tree(text), first)


def _guarded(make: Callable[[], list[Node]], first: int) -> list[Node]:
    try:
        return make()
    except MarkdownProblem as problem:
        raise Wrong(first + problem.line, str(problem)) from problem


def _clear(read: Callable[[], T], number: int) -> T:
    try:
        return read()
    except Unclear as unclear:
        raise Wrong(number, str(unclear)) from unclear
