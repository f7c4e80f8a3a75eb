"""What all tests share: seeded chance, no screen, no internet, and MNIST where there is one."""

from __future__ import annotations

import os

os.environ.update(  # before anything imports pygame or matplotlib
    SDL_VIDEODRIVER="dummy",
    SDL_AUDIODRIVER="dummy",
    MPLBACKEND="Agg",
    PYGAME_HIDE_SUPPORT_PROMPT="1",
)

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pytest

from neuroscribble.data.mnist import FOLDER_VARIABLE, MNIST, find_mnist
from neuroscribble.errors import DataError

HOW_TO_GET_MNIST = f"set {FOLDER_VARIABLE} to a folder with the four official files to check this"


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2026)


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The four official files, verified; tests that ask for it carry the mark `mnist`."""
    named = os.environ.get(FOLDER_VARIABLE)
    cached = platformdirs.user_cache_path("neuroscribble") / "mnist"
    if not named and not all((cached / file.name).is_file() for file in MNIST.files):
        pytest.skip(f"MNIST not found: {HOW_TO_GET_MNIST}")
    try:
        return find_mnist(named or cached)
    except DataError as error:
        pytest.fail(str(error))


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Fail the test that talks to another machine."""

    def guarded(function: Callable[..., Any], host_of: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            host = host_of(*args)
            if isinstance(host, bytes):
                host = host.decode()
            if host not in (None, "", "localhost", "::1") and not host.startswith("127."):
                pytest.fail(f"A test tried to reach {host}; only this machine is allowed.")
            return function(*args, **kwargs)

        return call

    def host_of_address(_: socket.socket, address: Any) -> Any:
        return address[0] if isinstance(address, tuple) else None  # a Unix socket has a path

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(
                socket.socket, name, guarded(getattr(socket.socket, name), host_of_address)
            )
        patch.setattr(socket, "getaddrinfo", guarded(socket.getaddrinfo, lambda host, *_: host))
        yield


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    n_unchecked = sum("mnist" in report.keywords for report in skipped)
    if n_unchecked:
        terminalreporter.write_line(
            f"Not checked: {n_unchecked} tests with the official MNIST files; {HOW_TO_GET_MNIST}."
        )
