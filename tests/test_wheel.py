"""What people install: complete, at home in a foreign environment, without compiler or display."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from viz.page.bundle import modules_of

ROOT = Path(__file__).parent.parent
BUILD = ("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir")

pytestmark = pytest.mark.slow


def run_python(*arguments: object, cwd: Path | None = None) -> None:
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run_python(*BUILD, folder, ROOT)
    (path,) = folder.glob("neuroscribble-*.whl")
    return path


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_is_complete(wheel: Path) -> None:
    files = contents(wheel)
    for weights in ("weights.npz", "cnn.npz", "sparse.npz"):
        assert files[f"neuroscribble/{weights}"] == (ROOT / weights).read_bytes()
    names = set(files)
    assert not [name for name in names if "history.npz" in name]
    assert {"neuroscribble/py.typed", "neuroscribble_viz/py.typed"} <= names
    assert {f"neuroscribble/lessons/{code}/1.md" for code in ("en", "de")} <= names
    assert "neuroscribble/examples/tiny.npz" in names
    modules = {
        *modules_of("two", "trained", "taught", "main"),
        *modules_of("maps"),
        *modules_of("museum"),
    }
    pages = {f"{page}.{end}" for page in ("maps", "museum") for end in ("html", "css")}
    parts = {*(f"{name}.js" for name in modules), "page.html", "style.css", *pages}
    assert {f"neuroscribble_viz/page/web/{part}" for part in parts} <= names
    assert "neuroscribble_viz/page/languages/de.json" in names
    top = {name.partition("/")[0] for name in names}
    assert sorted(name for name in top if not name.endswith(".dist-info")) == [
        "neuroscribble",
        "neuroscribble_viz",
    ]


def test_the_source_archive_builds_the_same_wheel_and_holds_what_its_tests_read(
    wheel: Path, tmp_path: Path
) -> None:
    run_python("hatchling", "build", "--target", "sdist", "--directory", tmp_path, cwd=ROOT)
    (archive,) = tmp_path.glob("neuroscribble-*.tar.gz")
    with tarfile.open(archive) as packed:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # from 3.11.4 on
        packed.extractall(tmp_path, **safely)
    source = tmp_path / archive.name.removesuffix(".tar.gz")
    run_python(*BUILD, tmp_path, source)
    (again,) = tmp_path.glob("neuroscribble-*.whl")
    assert contents(again) == contents(wheel)
    for name in ("Makefile", "constraints.txt", "tests/conftest.py", "CHANGELOG.md", "docs"):
        assert (source / name).exists()
    assert (source / ".github" / "workflows").is_dir()


@dataclass(frozen=True)
class Newcomer:
    """An environment with the wheel, and an empty folder to work in."""

    programs: Path
    folder: Path

    def run(
        self, program: str, *arguments: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment: no display, and neither compiler nor make on PATH."""
        kept = ("SYSTEMROOT", "TEMP", "TMP", "HOME", "USERPROFILE", "LD_LIBRARY_PATH")
        return subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder,
            env={name: os.environ[name] for name in kept if name in os.environ}
            | {"PATH": str(self.programs), "PYTHONWARNINGS": "error", "PYTHONUTF8": "1"}
            | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )

    def succeed(self, program: str, *arguments: str) -> str:
        done = self.run(program, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A new environment: its programs and its packages, among them somebody else's `viz`.

    The libraries are those of the running environment, found by a .pth file.
    """
    folder = tmp_path_factory.mktemp("environment")
    run_python("venv", "--without-pip", folder)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = programs / "python"
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check")
    run_python("pip", "--python", python, "install", *options, wheel)
    (packages,) = {path.parent for path in folder.rglob("neuroscribble_viz")}
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "libraries.pth").write_text("\n".join(libraries), encoding="utf-8")
    (packages / "viz.py").write_text("raise ImportError('not ours')\n", encoding="utf-8")
    return programs, packages


@pytest.fixture
def newcomer(site: tuple[Path, Path], tmp_path: Path) -> Newcomer:
    return Newcomer(site[0], tmp_path)


def test_the_page_is_written_in_an_empty_folder_from_the_weights_that_come_along(
    newcomer: Newcomer,
) -> None:
    said = newcomer.succeed("neuroscribble", "network", "--open")  # there is no display: not opened
    assert said.startswith(f"Wrote {Path('output/network.html')} (")
    page = (newcomer.folder / "output" / "network.html").read_text(encoding="utf-8")
    assert "NeuroScribble 784→128→64→10" in page
    assert [path.name for path in newcomer.folder.iterdir()] == ["output"]


def test_a_lesson_is_written_by_its_number_in_german(newcomer: Newcomer) -> None:
    newcomer.succeed("neuroscribble", "lesson", "1", "--language", "de")
    page = (newcomer.folder / "output" / "lesson.html").read_text(encoding="utf-8")
    assert "Was ist ein Neuron?" in page


def test_figures_are_written_as_well(newcomer: Newcomer) -> None:
    newcomer.succeed("python", "-m", "neuroscribble", "heatmaps", "--weights", "xor")  # a small one
    assert (newcomer.folder / "output" / "weights.png").is_file()


OWN_MODULES = """
import sys
sys.argv = ["neuroscribble", *sys.argv[1:]]
from neuroscribble.__main__ import main
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print(*(name for name in sys.modules if name.split(".")[0] in ("viz", "pygame", "neuroscribble")))
print(sys.modules["neuroscribble_viz"].__file__)
"""


def test_somebody_elses_viz_is_not_even_looked_at_and_pygame_is_not_loaded(
    newcomer: Newcomer, site: tuple[Path, Path]
) -> None:
    *_, loaded, pictures = newcomer.succeed("python", "-c", OWN_MODULES, "network").splitlines()
    roots = {name.partition(".")[0] for name in loaded.split()}
    assert roots == {"neuroscribble"}
    assert Path(pictures).resolve().is_relative_to(site[1].resolve())


def assert_refused(done: subprocess.CompletedProcess[str], start: str) -> None:
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {start}")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_draw_without_a_display_says_so_in_one_sentence(newcomer: Newcomer) -> None:
    assert_refused(newcomer.run("neuroscribble", "draw"), "There is no screen to open a window on")


def test_draw_without_pygame_says_how_to_get_it_and_the_rest_works(
    newcomer: Newcomer, site: tuple[Path, Path]
) -> None:
    missing = site[1] / "pygame.py"  # found before the real one
    missing.write_text("raise ModuleNotFoundError('No module named pygame')\n", encoding="utf-8")
    try:
        assert_refused(newcomer.run("neuroscribble", "draw"), "the window needs pygame, which")
        newcomer.succeed("neuroscribble", "network")
    finally:
        missing.unlink()


OPEN_AND_CLOSE = """
import sys, threading, time
sys.argv = ["neuroscribble", "draw"]
import pygame
def leave():
    while not pygame.display.get_init() or pygame.display.get_surface() is None:
        time.sleep(0.05)
    pygame.event.post(pygame.event.Event(pygame.QUIT))
threading.Thread(target=leave).start()
from neuroscribble.__main__ import main
main()
"""


def test_the_window_opens_from_the_wheel_under_the_dummy_driver(newcomer: Newcomer) -> None:
    done = newcomer.run("python", "-c", OPEN_AND_CLOSE, SDL_VIDEODRIVER="dummy")
    assert (done.returncode, done.stderr) == (0, "")
