"""Prepared states are read as they are written down, and what is no such file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuroscribble.errors import SettingsError
from viz.page.states import State, read_states

TEXT = """
# What it sees
Begin slowly.
Then draw.
state: k=8&by=usual

# One unit
state: file:///tmp/network.html#unit=h2:5
"""


def test_titles_notes_and_words(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TEXT, encoding="utf-8")
    assert read_states(tmp_path / "talk.txt") == [
        State("What it sees", "Begin slowly.\nThen draw.", "k=8&by=usual"),
        State("One unit", "", "unit=h2:5"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must hold 1 to 500 states"),
        (b"hello\n# A\n", "line 1: expected a state's title"),
        (b"state: k=8\n", "line 1: expected a state's title"),
        (b"# a\n" * 501, "must hold 1 to 500 states.*got 501"),
        (b"x" * (4 * 2**20 + 1), "prepared states, of at most"),
    ],
)
def test_what_is_no_list_of_states_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=message):
        read_states(path)
