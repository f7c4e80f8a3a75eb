"""The window's front door: two pygames, none, or a broken one are told in one sentence."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from command_line import refuse, run
from packaging.requirements import Requirement

from viz.window import launch

ROOT = Path(__file__).parents[2]

Install = Callable[..., None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes this environment one in which just the named pygames are installed."""

    def only(*names: str) -> None:
        def version(name: str) -> str:
            if name in launch.TWINS and name not in names:
                raise metadata.PackageNotFoundError(name)
            return "1.2.3"

        monkeypatch.setattr(metadata, "version", version)

    return only


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window's module has not been imported, and is as it was afterwards."""
    window = importlib.import_module("viz.window")
    app = importlib.import_module("viz.window.app")
    monkeypatch.setattr(window, "app", app)
    monkeypatch.delattr(window, "app")
    monkeypatch.delitem(sys.modules, "viz.window.app")


def draw() -> str:
    """`neuroscribble draw` with the shipped weights, refused."""
    return refuse("draw", "--weights", ROOT / "weights.npz")


def test_two_pygames_are_refused_with_the_way_out(installed: Install) -> None:
    installed("pygame", "pygame-ce")
    assert draw() == (
        "Error: pygame and pygame-ce are both installed and overwrite each other's files; "
        "run pip uninstall -y pygame pygame-ce, then pip install "
        f"{'pygame-ce' if sys.version_info >= (3, 14) else 'pygame'}.\n"
    )


@pytest.mark.parametrize("name", ["pygame", "pygame-ce"])
def test_one_of_them_will_do_whichever_it_is(
    name: str, installed: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    installed(name)
    monkeypatch.setattr("viz.window.app.run", lambda *args, **options: opened.append(options))
    assert run("draw", "--weights", ROOT / "weights.npz").code == 0
    assert opened[0]["title"] == "NeuroScribble · weights.npz"


def test_without_pygame_it_says_how_to_get_it_and_what_works_without(
    forgotten: None, installed: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed()
    monkeypatch.setitem(sys.modules, "pygame", None)  # as if there were none
    said = draw()
    assert said.startswith("Error: the window needs pygame, which cannot be loaded (")
    assert f"run pip install {launch.WANTED}, or use neuroscribble network" in said


def test_a_pygame_whose_libraries_are_missing_is_told_with_the_systems_words(
    forgotten: None, installed: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed(launch.WANTED)
    reason = "libSDL2-2.0.so.0: cannot open shared object file"
    (tmp_path / "pygame.py").write_text(f"raise ImportError('{reason}')\n", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "pygame")
    monkeypatch.syspath_prepend(tmp_path)
    assert f"cannot be loaded ({reason})" in draw()


def test_what_is_left_of_a_pygame_whose_twin_was_uninstalled_is_told_too(
    forgotten: None, installed: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without files is a package without names: the import alone would succeed."""
    installed("pygame")
    remains = ModuleType("pygame")
    remains.__path__ = []
    for name in [name for name in sys.modules if name.split(".")[0] == "pygame"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygame", remains)
    assert "cannot be loaded (No module named 'pygame.font')" in draw()


def test_the_wanted_one_is_the_one_that_the_project_requires() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    required = [Requirement(line) for line in re.findall(r'^  "(pygame.+)",', text, re.M)]
    for version, wanted in (("3.10", "pygame"), ("3.13", "pygame"), ("3.14", "pygame-ce")):
        environment = {"python_version": version}
        assert [
            one.name for one in required if one.marker and one.marker.evaluate(environment)
        ] == [wanted]
    here = [one.name for one in required if one.marker and one.marker.evaluate()]
    assert here == [launch.WANTED]
