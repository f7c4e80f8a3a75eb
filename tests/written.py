"""What is written in JavaScript: its strings and templates, and which are words for people."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"  # comments
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|/(?![*/ =])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*(?=[\s.,;)\]])"  # patterns
    r"|[`{}]",
    re.S,
)
IN_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.S)
MARKED = re.compile(r"(?<!\w)(?:t|woven|english)\(?$")
WORDS = re.compile(r"[A-Za-z’]{2,}[,:;.]? [A-Za-z]{2,}|^[A-Z][a-z]+$")
NO_WORDS = re.compile(
    r"^[.#(\[<]|^<?(svg|rect|line|circle) |sans-serif|="  # selectors, media, SVG, fonts
    r"|^(Arrow|Home|End|Enter|Escape|True)$"  # keys, and what Python writes
)


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Where each string or template begins, and what is written in it; of its places only ${}."""
    inside: list[tuple[int, list[str]] | None] = []  # templates, and None for each brace
    at = 0
    while True:
        if inside and (template := inside[-1]):
            start, written = template
            match = IN_TEMPLATE.match(source, at)
            assert match
            written.append(match[0])
            at = match.end() + 1
            if source[match.end()] == "`":
                inside.pop()
                yield start, "".join(written)
            else:
                written.append("${}")
                inside.append(None)
                at += 1
            continue
        match = TOKEN.search(source, at)
        if match is None:
            return
        at, token = match.end(), match[0]
        if token == "`":
            inside.append((match.start(), []))
        elif token == "{":
            inside.append(None)
        elif token == "}":
            inside.pop()
        elif token[0] in "\"'":
            yield match.start(), token[1:-1]


def unmarked(source: str, classes: frozenset[str]) -> Iterator[str]:
    """Words for people that no tag gives to the tables. classes: words that are CSS's."""
    for start, text in literals(source):
        line = source[source.rfind("\n", 0, start) + 1 : start]
        is_told = MARKED.search(source[:start][-10:]) or line.startswith("import ")
        is_key = source.startswith('":', start + 1 + len(text))  # of an object
        if is_told or is_key or not WORDS.search(text) or NO_WORDS.search(text):
            continue
        if not set(text.split()) <= classes:
            yield text
