"""Finding a browser: in the stated order, only ones that run, and one sentence when none does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import find_browser
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

FakeProgram = Callable[..., Path]


@pytest.fixture
def fake_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty PATH, no usual places and no browser of Playwright's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(find_browser.VARIABLE, raising=False)
    monkeypatch.setattr(find_browser, "usual_places", lambda platform: [])
    monkeypatch.setattr(find_browser, "playwright_browser", lambda: None)
    monkeypatch.setattr(find_browser, "playwright_node", lambda: None)
    return folder


@pytest.fixture
def fake_program(fake_path: Path) -> FakeProgram:
    def make(name: str, *, exit_code: int = 0, folder: Path = fake_path) -> Path:
        program = folder / name
        program.write_text(f"#!/bin/sh\necho Chromium 1.2.3\nexit {exit_code}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    return make


@pytest.mark.parametrize("name", find_browser.NAMES)
def test_every_usual_name_on_path_is_found(name: str, fake_program: FakeProgram) -> None:
    assert find_browser.find_chromium() is None
    program = fake_program(name)
    assert find_browser.find_chromium() == program


def test_chromium_goes_before_chrome_and_both_before_edge(fake_program: FakeProgram) -> None:
    for name in ("msedge", "google-chrome", "chromium"):
        program = fake_program(name)
        assert find_browser.find_chromium() == program


def test_the_named_one_goes_first(
    fake_program: FakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_program("chromium")
    mine = fake_program("my browser", folder=tmp_path)
    monkeypatch.setenv(find_browser.VARIABLE, str(mine))
    assert find_browser.find_chromium() == mine


@pytest.mark.parametrize("exit_code", [None, 1])
def test_a_named_one_that_does_not_run_is_an_error_and_not_passed_over(
    exit_code: int | None,
    fake_program: FakeProgram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake_program("chromium")
    if exit_code is not None:
        fake_program("mine", folder=tmp_path, exit_code=exit_code)
    monkeypatch.setenv(find_browser.VARIABLE, str(tmp_path / "mine"))
    with pytest.raises(ValueError, match="mine, which is no browser that runs"):
        find_browser.find_chromium()
    assert find_browser.main(["--install"]) == 2
    assert_one_sentence(capsys)


def test_a_launcher_that_only_complains_is_passed_over(fake_program: FakeProgram) -> None:
    fake_program("chromium-browser", exit_code=1)  # Ubuntu's, without its snap
    real = fake_program("google-chrome")
    assert find_browser.find_chromium() == real


def test_usual_places_and_playwrights_own_come_after_path(
    fake_program: FakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded = fake_program("downloaded", folder=tmp_path)
    monkeypatch.setattr(find_browser, "playwright_browser", lambda: downloaded)
    assert find_browser.find_chromium() == downloaded
    installed = fake_program("installed", folder=tmp_path)
    monkeypatch.setattr(find_browser, "usual_places", lambda platform: [tmp_path / "no", installed])
    assert find_browser.find_chromium() == installed
    on_path = fake_program("chrome")
    assert find_browser.find_chromium() == on_path


def test_macs_and_windows_have_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path(
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    ) in find_browser.usual_places("darwin")
    for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert find_browser.usual_places("win32") == []
    monkeypatch.setenv("PROGRAMFILES", "C:")
    assert len(find_browser.usual_places("win32")) == len(find_browser.WINDOWS_PROGRAMS)


def test_found_means_quiet_and_nothing_is_installed(
    fake_program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake_program("chromium")
    monkeypatch.setattr(find_browser, "install", lambda: pytest.fail("installed for nothing"))
    assert find_browser.main(["--install"]) == 0
    assert capsys.readouterr() == ("", "")


def test_without_install_nothing_is_installed(
    fake_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(find_browser, "install", lambda: pytest.fail("was not asked to"))
    assert find_browser.main([]) == 2
    assert_one_sentence(capsys)


@pytest.mark.parametrize(
    ("root", "has_apt", "works", "expected"),
    [
        (True, True, "playwright", ["playwright"]),
        (True, True, "chromium", ["playwright", "update", "chromium"]),
        (True, True, None, ["playwright", "update", "chromium"]),
        (True, False, None, ["playwright"]),
        (False, True, None, ["playwright"]),
    ],
)
def test_install_tries_playwright_and_then_apt_as_root(
    root: bool,
    has_apt: bool,
    works: str | None,
    expected: list[str],
    fake_path: Path,
    fake_program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tried = []

    def succeeds(command: Sequence[str]) -> bool:
        step = next(word for word in ("playwright", "update", "chromium") if word in command)
        tried.append(step)
        if step == works:
            fake_program("chromium")
        return step == works  # the update never does: apt-get may have its lists already

    if has_apt:
        fake_program("apt-get")
    monkeypatch.setattr(find_browser, "is_root", lambda: root)
    monkeypatch.setattr(find_browser, "succeeds", succeeds)
    assert find_browser.main(["--install"]) == (0 if works else 2)
    assert tried == expected
    if not works:
        assert_one_sentence(capsys)


def test_a_download_that_runs_but_gives_no_usable_browser_is_followed_by_apt(
    fake_path: Path, fake_program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def succeeds(command: Sequence[str]) -> bool:
        tried.append(command[0])
        if "chromium" in command and "apt-get" in command:
            fake_program("chromium")
        return True

    fake_program("apt-get")
    monkeypatch.setattr(find_browser, "is_root", lambda: True)
    monkeypatch.setattr(find_browser, "succeeds", succeeds)
    assert find_browser.install() == fake_path / "chromium"
    assert tried == [sys.executable, "apt-get", "apt-get"]


@pytest.fixture
def broken_node(
    fake_path: Path, tmp_path: Path, fake_program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A browser, but a Node that lacks a library, and the one way to heal it."""
    node = tmp_path / "node"
    lines = ("#!/bin/sh", f"echo '{node}: libatomic.so.1: no such file' >&2", "exit 127")
    node.write_text("\n".join(lines), encoding="utf-8")
    node.chmod(0o755)

    def succeeds(command: Sequence[str]) -> bool:
        if "libatomic1" in command:
            fake_program("node", folder=tmp_path)
        return True

    fake_program("chromium")
    monkeypatch.setattr(find_browser, "playwright_node", lambda: node)
    monkeypatch.setattr(find_browser, "succeeds", succeeds)
    return node


@pytest.mark.parametrize(
    ("arguments", "root", "has_apt"),
    [([], True, True), (["--install"], False, True), (["--install"], True, False)],
)
def test_a_node_that_lacks_a_library_is_told_with_the_package_that_has_it(
    arguments: list[str],
    root: bool,
    has_apt: bool,
    broken_node: Path,
    fake_program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if has_apt:
        fake_program("apt-get")
    monkeypatch.setattr(find_browser, "is_root", lambda: root)
    assert find_browser.main(arguments) == 2
    said = capsys.readouterr().err
    assert "does not run (libatomic.so.1: no such file): " in said
    assert said.endswith("apt install libatomic1.\n")
    assert said.count("\n") == 1


def test_install_brings_what_node_lacks(
    broken_node: Path, fake_program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_program("apt-get")
    monkeypatch.setattr(find_browser, "is_root", lambda: True)
    assert find_browser.main(["--install"]) == 0
    assert find_browser.runs(broken_node)


def test_a_node_that_cannot_start_is_asked_for_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_browser, "playwright_node", lambda: tmp_path / "node")
    assert find_browser.playwright_browser() is None


def test_a_command_that_does_not_exist_has_not_succeeded() -> None:
    assert not find_browser.succeeds(["/nowhere/at/all"])
    assert find_browser.succeeds([sys.executable, "-c", ""])


def assert_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    said = capsys.readouterr().err
    assert said.endswith(".\n")
    assert said.count("\n") == 1
