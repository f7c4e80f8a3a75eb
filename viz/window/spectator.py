"""A window's controller that watches a training elsewhere: one draws, and the answer forms.

It learns nothing by itself: whatever belongs to lessons is missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from neuroscribble.shapes import Floats

from .actions import OF_LESSONS, Action, button_rects
from .controller import Controller
from .course import Course
from .layout import Rect
from .view import View

WELCOME = "Draw a digit, and watch the answer form. Closing the window does not stop the training."
NO_LESSONS = "It is taught by its training; neuroscribble draw teaches it by hand."


class Spectator(Controller):
    """The state of a window whose network is, at every moment, what the training has made of it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.course = Course()
        self._say(WELCOME)

    def follow(self, course: Course, parameters: Floats) -> None:
        """The training has come so far; parameters: what the network is now, (P,)."""
        self.network.parameters.flat[...] = parameters
        self.course = course
        self._several = None
        self.changed = True
        if course.end is not None:
            self._say(course.end)

    @property
    def buttons(self) -> dict[Action, Rect]:
        """Where to press for what."""
        return button_rects(self.layout, lessons=False)

    def act(self, action: Action) -> None:
        """Do what a button or a key asks for."""
        if action in OF_LESSONS:
            self._say(NO_LESSONS)
        else:
            super().act(action)

    def teach(self, label: int) -> None:
        """There are no lessons here."""
        self._say(NO_LESSONS)

    def _view(self) -> View:
        return replace(super()._view(), course=self.course)

    def _leave(self, *, confirmed: bool) -> None:
        super()._leave(confirmed=True)  # nothing here is for a file
