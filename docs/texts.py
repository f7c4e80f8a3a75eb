"""Brings every table of texts in viz/page/languages up to date with the page's sources.

    python docs/texts.py

A text that is new stands in the table without a translation, at its place in the alphabet, until
somebody writes one; a text that no source says any more is gone. Where two changes of a table have
met, with the marks of a merge between them, both are taken in.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from viz.page.texts import ENGLISH, languages, texts_of_all_pages

FOLDER = Path(__file__).parents[1] / "viz" / "page" / "languages"
LINE = re.compile(r'^ {1,2}("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),?$', re.M)
HEAD = ("name", "decimal", "group")


def up_to_date(text: str) -> dict[str, str | dict[str, str]]:
    """A table as it stands in its file → the same with exactly the texts of the pages."""
    told = {json.loads(key): json.loads(words) for key, words in LINE.findall(text)}
    keys = sorted(texts_of_all_pages(), key=lambda key: (key.casefold(), key))
    return {**{key: told[key] for key in HEAD}, "texts": {key: told.get(key, "") for key in keys}}


def main() -> None:
    for code in set(languages()) - {ENGLISH}:
        path = FOLDER / f"{code}.json"
        table = up_to_date(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        missing = [text for text, words in dict(table["texts"]).items() if not words]
        print(f"{code}: {len(missing)} texts have no translation yet.", *missing, sep="\n  ")


if __name__ == "__main__":
    main()
