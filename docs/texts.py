"""Brings every table of texts in viz/page/languages up to date with the page's sources.

    python docs/texts.py

A text that is new stands in the table without a translation, at its place in the alphabet, until
somebody writes one; a text that no source says any more is gone.
"""

from __future__ import annotations

import json
from pathlib import Path

from viz.page.texts import ENGLISH, languages, table_of, texts_of_all_pages

FOLDER = Path(__file__).parents[1] / "viz" / "page" / "languages"


def written(table: dict[str, object]) -> str:
    """A table as it stands in its file: one text a line, by the alphabet."""
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def brought_up_to_date(code: str) -> dict[str, object]:
    """The table with exactly the texts of the pages."""
    table = table_of(code)
    keys = sorted(texts_of_all_pages(), key=lambda text: (text.casefold(), text))
    return {**table, "texts": {key: table["texts"].get(key, "") for key in keys}}


def main() -> None:
    for code in languages():
        if code == ENGLISH:
            continue
        table = brought_up_to_date(code)
        (FOLDER / f"{code}.json").write_text(written(table), encoding="utf-8")
        missing = [text for text, told in table["texts"].items() if not told]  # type: ignore[attr-defined]
        print(f"{code}: {len(missing)} texts have no translation yet.")


if __name__ == "__main__":
    main()
