"""A window in a process of its own: it asks for what is new, and may go away at any time."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from time import monotonic, sleep

import numpy as np
import pytest

from neuroscribble.errors import DisplayError
from neuroscribble.nn.network import Network, build_mlp
from viz.window.course import Course
from viz.window.live import LiveWindow


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return build_mlp((8,), rng=rng)


def soon(condition: Callable[[], bool]) -> bool:
    end = monotonic() + 30
    while not condition() and monotonic() < end:
        sleep(0.005)
    return condition()


def test_it_asks_is_told_and_goes_away(network: Network) -> None:
    with closing(LiveWindow(network, title="test")) as window:
        for step in (1, 2):
            assert soon(lambda: window.asks)
            window.tell(Course(step=step, steps=3), network.parameters.flat)
        process = window._process
        if os.name == "posix":
            assert process.pid is not None
            os.kill(process.pid, signal.SIGINT)  # Ctrl-C is for the training
            assert soon(lambda: window.asks)
            assert window.is_open
            os.kill(process.pid, signal.SIGTERM)  # SDL makes it what a click on the cross is
            window.wait_until_closed()
            assert process.exitcode == 0
            assert not window.is_open
        window.tell(Course(), network.parameters.flat)
        window.tell_at_last(Course(end="Done."), network.parameters.flat)
        assert not window.asks


@pytest.mark.skipif(sys.platform != "linux", reason="names a driver that SDL does not have")
def test_without_a_screen_it_is_refused_before_anything_begins(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "nosuch")
    with pytest.raises(DisplayError, match="There is no screen .* train --watch serves one"):
        LiveWindow(network, title="test")
