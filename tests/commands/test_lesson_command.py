"""The lesson on the command line: written, listed, collected, refused in sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import refuse, run, succeed
from packed_page import payload_in

from neuroscribble.teaching.handed_in import FORMAT

HEAD = "---\ntitle: <b>A</b>\nlanguage: en\nnetwork: xor\nlevel: beginner\nminutes: 5\n---\n"


def payload_of(page: Path) -> dict[str, Any]:
    return payload_in(page.read_text("utf-8"))


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.md"
    path.write_text(
        HEAD + "</script><script>alert(1)</script>\n\n```teacher\nHush.\n```\n", "utf-8"
    )
    return path


def test_a_lesson_becomes_a_page_and_its_text_can_break_out_of_nothing(lesson: Path) -> None:
    assert succeed("lesson", lesson, "--out", "a.html").startswith("Wrote a.html (")
    page = Path("a.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<b>A" not in page
    told = payload_of(Path("a.html"))["lesson"]
    assert "</script><script>alert(1)</script>" in json.dumps(told)
    assert "Hush" not in json.dumps(told)
    succeed("lesson", "write", lesson, "--teacher")
    assert "Hush" in json.dumps(payload_of(Path("output/lesson.html"))["lesson"])


def test_a_page_without_a_lesson_has_nothing_of_one(lesson: Path) -> None:
    succeed("network", "--weights", "xor", "--out", "b.html")
    page = Path("b.html").read_text("utf-8")
    for word in ("neuroscribble answers", "Hand in", "#classroom", "live-values"):
        assert word not in page


def test_a_shipped_lesson_is_written_by_its_number_in_german(lesson: Path) -> None:
    succeed("lesson", "1", "--language", "de", "--out", "c.html")
    told = payload_of(Path("c.html"))["lesson"]
    assert (told["title"], told["language"]) == ("Was ist ein Neuron?", "de")


def test_without_a_name_the_shipped_lessons_are_listed() -> None:
    lines = succeed("lesson").splitlines()
    assert len(lines) == 12
    assert lines[0] == "1  en  What is a neuron? (25 minutes, beginner)"


def test_what_is_wrong_is_one_sentence(lesson: Path) -> None:
    assert "there is no lesson 7; expected a file" in refuse("lesson", "7")
    assert "nothing.md: there is no such file" in refuse("lesson", "nothing.md")
    lesson.write_text(HEAD + "## s\n\n```show\nunit: h1:999\n```\n", "utf-8")
    said = refuse("lesson", lesson)
    assert "mine.md, line 11: there is no unit h1:999; the last ones are input:1, " in said
    lesson.write_text(HEAD.replace("xor", "../no.npz") + "## s\n\na\n", "utf-8")
    assert "no such file" in refuse("lesson", lesson)


def test_good_files_are_collected_and_bad_ones_told(lesson: Path) -> None:
    answer = {"question": "q", "given": "1", "right": True, "tries": 1}
    told = {"format": FORMAT, "lesson": "A", "name": "Ann", "minutes": 3, "answers": [answer]}
    Path("ann.json").write_text(json.dumps(told), "utf-8")
    Path("bad.json").write_text("{", "utf-8")
    result = run("lesson", "collect", "ann.json", "bad.json", "--out", "class.csv")
    assert result.code == 2
    assert "Ann" in result.out
    assert result.err == "Error: bad.json: it is no file of answers, which is JSON.\n"
    assert Path("class.csv").read_text("utf-8-sig").splitlines()[1] == "A,Ann,3,1,1,✓"
