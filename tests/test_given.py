"""A file that somebody names is read to its end, and refused in one sentence if it has none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from neuroscribble.errors import LessonError
from neuroscribble.given import given_text


def read(path: Path) -> str:
    return given_text(path, at_most=8, what="a rhyme", error=LessonError)


def test_all_that_is_allowed_is_read_without_the_mark_of_its_order(tmp_path: Path) -> None:
    path = tmp_path / "rhyme.txt"
    path.write_bytes(b"\xef\xbb\xbfab\r\nc")  # 3 + 5 bytes
    assert read(path) == "ab\r\nc"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"123456789", "expected a rhyme, of at most 8 bytes."),
        (b"\xff", "expected a rhyme, as text in UTF-8 (invalid start byte)."),
        (None, "there is no such file; expected a rhyme."),
    ],
)
def test_what_is_no_such_text_is_refused(
    content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "rhyme.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LessonError) as refusal:
        read(path)
    assert str(refusal.value) == f"{path}: {sentence}"


def test_a_folder_and_a_name_that_is_none_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, Path("a\0b")):
        with pytest.raises(LessonError, match=r"it cannot be read \(.+\); expected a rhyme\."):
            read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such device")
def test_a_device_without_an_end_takes_no_memory() -> None:
    with pytest.raises(LessonError, match="of at most 8 bytes"):
        read(Path("/dev/zero"))
