"""The lessons that ship along: files in `lessons/LANGUAGE`, named by their numbers."""

from __future__ import annotations

from pathlib import Path

from ..errors import LessonError

SHELF = Path(__file__).parent.parent / "lessons"


def shipped_lessons(language: str) -> list[Path]:
    """All of one language, in their order."""
    return sorted((SHELF / language).glob("*.md"))


def find_lesson(name: str, language: str) -> Path:
    """A file, or the shipped lesson of this number. Raises LessonError for a number of none."""
    path = Path(name)
    if path.exists() or not (name.isascii() and name.isdecimal()):
        return path
    shipped = {file.stem: file for file in shipped_lessons(language)}
    if name not in shipped:
        raise LessonError(
            f"there is no lesson {name:.20}; expected a file or one of {', '.join(shipped)}."
        )
    return shipped[name]
