"""Find the Chromium or Chrome that the page's tests drive; get one where there is none.

    python tests/find_browser.py --install

Looks at $NEUROSCRIBBLE_CHROMIUM, then on PATH, in the usual places of the system, and at the
browser that Playwright may have downloaded. A program counts when it says its version: some
systems ship a launcher that can only complain. Playwright's Node, which drives the browser, must
run as well: a minimal Debian lacks a library for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

VARIABLE = "NEUROSCRIBBLE_CHROMIUM"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
ADVICE = (
    "The page's tests need a Chromium or Chrome that runs, and there is none: install one, "
    f"or name the program of one in {VARIABLE}."
)
NODE_ADVICE = (
    "Playwright's Node, which drives the browser, does not run ({complaint}): install what it "
    "lacks, on Debian and Ubuntu with apt install libatomic1."
)
PLAYWRIGHT_INSTALL = ("-m", "playwright", "install", "--no-shell", "chromium")
APT_UPDATE = ("apt-get", "update", "-qq")
APT_INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
PATIENCE = 900  # seconds for a download of some 150 MB


def find_chromium() -> Path | None:
    """The first browser that runs, or None; ValueError when the named one does not run."""
    named = os.environ.get(VARIABLE)
    if named:
        if not runs(Path(named)):
            raise ValueError(f"{VARIABLE} names {named}, which is no browser that runs.")
        return Path(named)
    return next((path for path in candidates() if runs(path)), None)


def candidates() -> Iterator[Path]:
    """Places where a browser may be, the likeliest first; the last one costs half a second."""
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from usual_places(sys.platform)
    downloaded = playwright_browser()
    if downloaded is not None:
        yield downloaded


def usual_places(platform: str) -> list[Path]:
    """Where browsers are installed on a system that does not put them on PATH."""
    if platform == "darwin":
        folders = [Path("/Applications"), Path.home() / "Applications"]
        return [
            folder / f"{app}.app" / "Contents" / "MacOS" / app
            for folder in folders
            for app in MAC_APPS
        ]
    if platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        folders = [Path(os.environ[name]) for name in variables if os.environ.get(name)]
        return [folder / program for program in WINDOWS_PROGRAMS for folder in folders]
    return [Path("/snap/bin/chromium"), Path("/opt/google/chrome/chrome")]


def playwright_node() -> Path | None:
    """The Node that Playwright's driver runs in, whether it runs or not; None without one."""
    try:
        from playwright._impl._driver import compute_driver_executable
    except ImportError:
        return None
    program = compute_driver_executable()
    node = Path(program[0] if isinstance(program, tuple) else program)
    return node if node.is_file() else None


def playwright_browser() -> Path | None:
    """Where Playwright keeps the browser that it downloads, whether it is there or not."""
    node = playwright_node()
    if node is None or not runs(node):
        return None
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)
    except Error:  # its sync driver cannot start twice in one thread
        return None


def runs(program: Path) -> bool:
    """Whether a program exists and says its version."""
    return complaint(program) is None


def complaint(program: Path) -> str | None:
    """None if a program exists and says its version, else why not.

    On Windows whatever exists will do: a browser would open a window.
    """
    if not program.is_file():
        return "there is no such file"
    if sys.platform == "win32":
        return None
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, errors="replace", timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = [*done.stderr.strip().splitlines(), f"exit code {done.returncode}"][0]
    return said.removeprefix(f"{program}: ") if done.returncode else None


def install() -> Path | None:
    """Playwright's own download; else, as root on Debian and its kin, the system's package."""
    print("Getting a Chromium for the page's tests (once; about 150 MB) ...", flush=True)
    if succeeds((sys.executable, *PLAYWRIGHT_INSTALL)):
        found = find_chromium()
        if found is not None:
            return found
    return find_chromium() if apt_installs("chromium") else None


def apt_installs(package: str) -> bool:
    """Whether the system's package could be installed: as root, on Debian and its kin."""
    if not is_root() or shutil.which("apt-get") is None:
        return False
    succeeds(APT_UPDATE)  # old lists will often do
    return succeeds((*APT_INSTALL, package))


def succeeds(command: Sequence[str]) -> bool:
    """Run a command in silence: what it has to say would bury our one sentence."""
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000",  # milliseconds
    }
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main(arguments: Sequence[str]) -> int:
    """Quiet and 0 when there is a browser to drive; otherwise one sentence on stderr and 2."""
    node = playwright_node()
    if node is not None and not runs(node) and "--install" in arguments:
        apt_installs("libatomic1")
    why = None if node is None else complaint(node)
    if why is not None:
        print(NODE_ADVICE.format(complaint=why), file=sys.stderr)
        return 2
    try:
        found = find_chromium()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if found is None and "--install" in arguments:
        found = install()
    if found is None:
        print(ADVICE, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
