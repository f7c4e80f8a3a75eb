"""The Makefile asks for a Python that is new enough, in one sentence, and refuses no newer one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = [
    pytest.mark.skipif(shutil.which("make") is None, reason="no make found"),
    pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts"),
]

STAND_IN = """#!/bin/sh
[ "$1" = -V ] && echo "Python {shown}" && exit
case "$2" in *ensurepip*) exit 1;; esac
exec '{python}' -c "import sys; sys.version_info = {version}
$2"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout that has no environment yet."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, python: object) -> str:
    """What `make network` says with a Python with which it cannot make the environment.

    Called as by hand: the make that runs the tests would have its words in between.
    """
    done = subprocess.run(
        ["make", "network", f"PYTHON={python}"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1  # make's own: which target failed
    assert len(done.stdout.splitlines()) == 1
    assert not (folder / ".venv").exists()
    return done.stdout


def stand_in(folder: Path, *version: int) -> Path:
    """A Python that says it is of that version and cannot make environments."""
    program = folder / "some-python"
    shown = ".".join(map(str, version))
    script = STAND_IN.format(shown=shown, version=version, python=sys.executable)
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 0), (3, 9, 25)])
def test_an_old_python_is_refused_and_another_asked_for(
    folder: Path, version: tuple[int, ...]
) -> None:
    program = stand_in(folder, *version)
    shown = ".".join(map(str, version))
    assert make(folder, program) == (
        f"NeuroScribble needs Python 3.10 or newer, but '{program}' is Python {shown}; "
        "name another: make PYTHON=python3.12\n"
    )


@pytest.mark.parametrize("version", [(3, 10, 0), (3, 14, 8), (3, 16, 0), (4, 0, 0)])
def test_no_newer_one_is_refused_for_its_version(folder: Path, version: tuple[int, ...]) -> None:
    said = make(folder, stand_in(folder, *version))
    assert said.startswith("This Python cannot make virtual environments; ")


def test_a_python_that_is_not_there_is_told(folder: Path) -> None:
    assert make(folder, "python9").startswith(
        "NeuroScribble needs Python 3.10 or newer, but 'python9' was not found; install it, or "
    )
