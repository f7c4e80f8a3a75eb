"""The page's own texts: English stands in the sources, each other language in one table.

A text is found where it stands: in JavaScript as t`…`, woven`…`, english`…` or t("…"), in HTML as
words between tags and in the attributes that are read aloud. What is written between the places of
a sentence is its key: t`${n} of ${all} edges` is "{0} of {1} edges".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from neuroscribble.errors import SettingsError
from neuroscribble.explain.embedding import TSNE_MISSING

from ..diagram.centers import READING_PCA, READING_TSNE, TITLE
from ..diagram.evidence import LICENSES, deflated
from .bundle import asset, modules_of
from .packing import as_json

ENGLISH = "en"
PAGES = {"main": "page.html", "maps": "maps.html", "museum": "museum.html"}  # program → its HTML
# Programs which together have all texts.
PROGRAMS = (("two", "trained", "taught", "main"), ("maps",), ("museum",))
FROM_PYTHON = {  # sentences that Python writes into a page
    "main": tuple(LICENSES.values()),
    "maps": (TITLE, READING_PCA, READING_TSNE, TSNE_MISSING),
    "museum": (),
}
TAGGED = re.compile(r"\b(?:t|woven|english)`")
CALLED = re.compile(r'\bt\(("(?:[^"\\]|\\.)*")')
READ_ALOUD = ("aria-label", "title", "placeholder", "alt")
NOT_TEXT = ("script", "style", "noscript", "title")


def languages() -> list[str]:
    """The codes of all languages that the page speaks, English first."""
    return [ENGLISH, *sorted(path.stem for path in _folder().glob("*.json"))]


def carried_languages(asked: str | None, *entries: str) -> dict[str, Any]:
    """For a page of these programs: what each other language says of its texts, deflated.

    asked: the language in which it begins, None for the browser's. Raises SettingsError where
    there is no such table.
    """
    if asked is not None and asked not in languages():
        raise SettingsError(
            f"the page's texts are in {' and '.join(languages())}; got {asked!r}. Leave it out for "
            "the browser's language."
        )
    keys = texts_of(*entries)
    return {"asked": asked, "tables": {code: _packed(code, keys) for code in languages()[1:]}}


@cache
def table_of(code: str) -> dict[str, Any]:
    """A language's name, its marks in numbers, and its texts by the English ones."""
    table: dict[str, Any] = json.loads((_folder() / f"{code}.json").read_text(encoding="utf-8"))
    return table


@cache
def texts_of(*entries: str) -> frozenset[str]:
    """The English texts of programs, with all their modules, and of the last one's HTML."""
    modules = [asset(f"{name}.js") for name in modules_of(*entries)]
    return frozenset(
        {text for source in modules for text in texts_in_script(source)}
        | {*texts_in_html(asset(PAGES[entries[-1]])), *FROM_PYTHON[entries[-1]]}
    )


def texts_of_all_pages() -> frozenset[str]:
    """What a table shall have: no text more, none less."""
    return frozenset[str]().union(*(texts_of(*programs) for programs in PROGRAMS))


def texts_in_script(source: str) -> Iterator[str]:
    """The keys of a JavaScript module, in the order in which they stand."""
    for match in TAGGED.finditer(source):
        yield _template(source, match.end())[0]
    for match in CALLED.finditer(source):
        yield json.loads(match[1])


def texts_in_html(source: str) -> list[str]:
    """What is read of a template, but for what is filled in and what says translate="no"."""
    reader = _Reader()
    reader.feed(source)
    return reader.texts


def _template(source: str, start: int) -> tuple[str, int]:
    """The key of a template literal that begins there, and where it has ended."""
    key, at, n_places = "", start, 0
    while source[at] != "`":
        if source.startswith("${", at):
            at = _after_place(source, at + 2)
            key += f"{{{n_places}}}"
            n_places += 1
        elif source[at] == "\\":
            escape = re.compile(r"\\(?:u[0-9a-f]{4}|.)").match(source, at)
            assert escape
            is_json = escape[0][1] in 'un"\\t'
            key += json.loads(f'"{escape[0]}"') if is_json else escape[0][1]
            at = escape.end()
        else:
            key += source[at]
            at += 1
    return key, at + 1


def _after_place(source: str, at: int) -> int:
    """Behind the brace that closes a place, whatever stands in it."""
    depth = 1
    while depth:
        letter = source[at]
        if letter == "`":
            at = _template(source, at + 1)[1]
            continue
        if letter in "\"'":
            at = source.index(letter, at + 1)
        depth += {"{": 1, "}": -1}.get(letter, 0)
        at += 1
    return at


class _Reader(HTMLParser):
    """Collects the texts of HTML; `open` are the tags around that hold none."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        said = [found.get(name) for name in READ_ALOUD] if not self.open else []
        self.texts += [text for text in said if text and _is_text(text)]
        if self.open or tag in NOT_TEXT or found.get("translate") == "no":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            del self.open[self.open.index(tag) :]

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if not self.open and text and _is_text(text):
            self.texts.append(text)


def _is_text(text: str) -> bool:
    """Whether these are words, nothing that is filled in."""
    return not re.search(r"\{[{%]", text) and any(letter.isalpha() for letter in text)


def _packed(code: str, keys: frozenset[str]) -> dict[str, Any]:
    """The table's part that a page needs: its name, and its deflated JSON."""
    table = table_of(code)
    texts = {key: told for key in sorted(keys) if (told := table["texts"].get(key))}
    used = {**table, "code": code, "texts": texts}
    text = as_json(used).encode()
    return {"name": table["name"], "size": len(text), "packed": deflated(text)}


def _folder() -> Path:
    return Path(__file__).parent / "languages"
