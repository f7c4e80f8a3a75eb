"""Prepared states of a page, which presenter mode walks through, as a person writes them down.

    # A plain three
    Say what an input is, then point at the pixels.
    state: unit=h2:5&k=8

A line "# title" begins a state. What follows "state:" are the words of the page's link, or a whole
link; a state is where the talk began with what its words change. All other lines are for the
speaker.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from neuroscribble.errors import SettingsError
from neuroscribble.given import given_text

MOST_STATES = 500
MOST_BYTES = 4 * 2**20
TITLE, STATE = "# ", "state:"


class State(NamedTuple):
    """One of them."""

    title: str
    notes: str
    words: str  # of a link, what stands behind its #


def read_states(path: Path) -> list[State]:
    """The states in a text file; raises SettingsError, with the line, where it is none."""
    what = "prepared states"
    text = given_text(path, at_most=MOST_BYTES, what=what, error=SettingsError)
    states: list[State] = []
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if line.startswith(TITLE):
            states.append(State(line.removeprefix(TITLE).strip(), "", ""))
        elif line and not states:
            raise SettingsError(
                f'{path}, line {number}: expected a state\'s title, "# …"; got {line!r:.60}.'
            )
        elif line.startswith(STATE):
            words = line.removeprefix(STATE).strip().rpartition("#")[2]
            states[-1] = states[-1]._replace(words=words)
        elif line:
            notes = f"{states[-1].notes}\n{line}".strip()
            states[-1] = states[-1]._replace(notes=notes)
    if not 1 <= len(states) <= MOST_STATES:
        raise SettingsError(
            f'{path} must hold 1 to {MOST_STATES} states, each begun by a line "# title"; '
            f"got {len(states)}."
        )
    return states
