"""A window in a process of its own, which shows a network that learns in this one.

Painting never takes turns with the training that way. The window asks for news when it has taken
the last ones; whoever trains looks whether it has asked, and never waits for it.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from neuroscribble.errors import DisplayError, NeuroscribbleError
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from .course import Course, News

ASKING, OPEN = "?", "open"  # what the window says
PATIENCE = 2.0  # seconds that a window gets to close by itself
GONE = (EOFError, OSError)  # what a pipe says when there is nobody at its other end


class LiveWindow:
    """Opens the window; from then on it may be closed at any time, which changes nothing here."""

    def __init__(self, network: Network, *, theme: str = "dark", title: str) -> None:
        """Raises DisplayError without a screen or a pygame, SettingsError for what it cannot show.

        network: what it looks like; only parameters are told later.
        """
        context = multiprocessing.get_context("spawn")
        self._pipe, its_end = context.Pipe()
        self._process = context.Process(
            target=_show, args=(its_end, network, theme, title), daemon=True
        )
        with _deaf_to_ctrl_c():  # and so is the new process, from its beginning
            self._process.start()
        its_end.close()
        self._is_asking = False
        try:
            word = self._pipe.recv()
        except GONE as error:
            raise DisplayError(
                "the window ended before it was open; use train --watch, which serves a page."
            ) from error
        finally:
            if not self._process.is_alive():
                self.close()
        if isinstance(word, NeuroscribbleError):
            self.close()
            raise word

    @property
    def asks(self) -> bool:
        """Whether it waits for news."""
        with suppress(*GONE):
            while not self._is_asking and self._pipe.poll():
                self._is_asking = self._pipe.recv() == ASKING
        return self._is_asking

    def tell(self, course: Course, parameters: Floats) -> None:
        """Show this next. parameters: all of the network, (P,). Ask `asks` before."""
        self._is_asking = False
        with suppress(*GONE):
            self._pipe.send((course, parameters))

    def tell_at_last(self, course: Course, parameters: Floats) -> None:
        """The same, when it has taken what it was told before; there is time now."""
        with suppress(*GONE):
            if not self.asks and self._pipe.poll(PATIENCE):
                self._is_asking = self._pipe.recv() == ASKING
        if self._is_asking:
            self.tell(course, parameters)

    @property
    def is_open(self) -> bool:
        return self._process.is_alive()

    def wait_until_closed(self) -> None:
        """Return when somebody has closed it."""
        self._process.join()

    def close(self) -> None:
        """Close it, if nobody has."""
        self._pipe.close()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _show(pipe: Connection, network: Network, theme: str, title: str) -> None:
    """What the other process does."""
    from .launch import load_app

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the training

    def next_news() -> News | None:
        try:
            pipe.send(ASKING)
            news: News = pipe.recv()
        except GONE:
            return None
        return news

    try:
        load_app().watch(
            network.copy(),  # its parameters in one vector again
            theme=theme,
            title=title,
            on_open=lambda: pipe.send(OPEN),
            next_news=next_news,
        )
    except NeuroscribbleError as error:
        pipe.send(error)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
