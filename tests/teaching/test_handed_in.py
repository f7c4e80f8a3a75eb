"""What students hand in: read as a table, and nothing in a hostile file does harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from neuroscribble.errors import LessonError
from neuroscribble.teaching.handed_in import FORMAT, MOST_BYTES, as_csv, collected, read_answers

RIGHT = {"question": "q", "given": "784", "right": True, "tries": 1}
SECOND = {"question": "q", "given": "0,5", "right": True, "tries": 2}
WRONG = {"question": "q", "given": "=1+1", "right": False, "tries": 3}
OPEN = {"question": "q", "given": "", "right": None, "tries": 0}


def handed_in(folder: Path, name: Any, *answers: dict[str, Any], **other: Any) -> Path:
    told = {"format": FORMAT, "lesson": "What?", "name": name, "minutes": 20, "answers": answers}
    path = folder / f"{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(told | other), encoding="utf-8")
    return path


def test_answers_become_a_table(tmp_path: Path) -> None:
    files = [
        handed_in(tmp_path, "Zoë", RIGHT, SECOND, OPEN),
        handed_in(tmp_path, "Ben", RIGHT, WRONG, RIGHT),
    ]
    assert collected([read_answers(path) for path in files]).splitlines() == [
        "What?: 2 handed in",
        "name   right  minutes    1   2   3",
        "Ben        2       20    ✓   ✗   ✓",
        "Zoë        2       20    ✓  ✓2   –",
        "right                    2   1   1",
    ]


def test_no_name_commands_a_terminal_or_a_spreadsheet(tmp_path: Path) -> None:
    one = read_answers(handed_in(tmp_path, "\x1b[2J@SUM(A1)\n\u202e" + "x" * 999, WRONG))
    assert one.name.isprintable()
    assert len(one.name) <= 200
    table = as_csv([read_answers(handed_in(tmp_path, '=HYPERLINK("a")', WRONG))])
    assert "'=HYPERLINK" in table
    assert ",'=1+1," in table


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[" * 100_000, "it is no file of answers"),
        (b'{"format": ' + b"9" * 10_000 + b"}", "it is no file"),
        (b" " * (MOST_BYTES + 1), "answers as JSON, of at most 200,000 bytes"),
        (b"[]", "its format is another"),
        ({"answers": []}, "a list of 1 to 500"),
        ({"answers": [OPEN] * 501}, "a list of 1 to 500"),
        ({"answers": [3]}, "an answer must be an object; got int"),
        ({"answers": [OPEN | {"right": "yes"}]}, "right must be true, false or null; got 'yes'"),
        ({"answers": [OPEN | {"tries": 1e300}]}, "tries must be a whole number"),
        ({"name": ["a"]}, "name must be a text; got"),
        ({"minutes": -1}, "minutes must be a whole number; got -1"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(
    tmp_path: Path, content: Any, sentence: str
) -> None:
    path = tmp_path / "a.json"
    if isinstance(content, dict):
        path = handed_in(tmp_path, content.pop("name", "a"), OPEN, **content)
    else:
        path.write_bytes(content)
    with pytest.raises(LessonError, match=sentence) as refused:
        read_answers(path)
    assert len(str(refused.value)) < 400
