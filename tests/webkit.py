"""Drives a real WebKit, the engine of Safari, through WebKitGTK's own WebDriver: plain HTTP."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from x_server import PROGRAM, x_server

DRIVER = "WebKitWebDriver"  # Debian: webkit2gtk-driver; it starts the MiniBrowser beside it

# WebDriver tells nothing of what a page logs; so the page itself keeps it, before its first script.
# That an observer of sizes is told of a change one frame later, vis-network's among them, is no
# error, though it is sent as one.
LISTEN = """<script>
window.logged = [];
for (const kind of ["log", "info", "warn", "error", "debug"]) {
  console[kind] = (...words) => window.logged.push(`${kind}: ${words.join(" ")}`);
}
addEventListener("error", ({ message, target }) => {
  if (message === "ResizeObserver loop completed with undelivered notifications.") return;
  window.logged.push(`error: ${message ?? target.outerHTML}`);
}, true);
addEventListener("unhandledrejection", ({ reason }) => window.logged.push(`rejected: ${reason}`));
</script>"""
PATIENCE = 110  # seconds for a script: on a busy machine it paints very slowly
# Without the second, errors of a page from a file come without their words. No sandbox is asked
# for, so this works as root, too.
ARGUMENTS = ["--automation", "--allow-file-access-from-file-urls=true"]
# Without a graphics card Mesa plays one, and now and then WebKit's painting threads crash in it
# (swrast_dri.so, WebKitGTK 2.50.6); so it paints by itself.
ENGLISH = {"LANG": "C.UTF-8", "LANGUAGE": "en"}
PAINTING = {"GDK_BACKEND": "x11", "WEBKIT_SKIA_ENABLE_CPU_RENDERING": "1"}


def find_webkit() -> str | None:
    """The driver's program, where there is one and a screen to show its browser on."""
    return shutil.which(DRIVER) if shutil.which(PROGRAM) else None


class WebKit:
    """One WebKit with one page on a screen of its own; everything that the page logs is kept."""

    def __init__(self, program: str) -> None:
        with ExitStack() as ending:
            self._folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
            display = ending.enter_context(x_server("1920x1080"))
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            driver = subprocess.Popen(
                [program, f"--port={port}"],
                env={**os.environ, "DISPLAY": display, **PAINTING, **ENGLISH},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            ending.callback(driver.wait)
            ending.callback(driver.terminate)
            self._address = f"http://127.0.0.1:{port}"
            self._await_driver()
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": {"args": ARGUMENTS}}}
            session = self._call("POST", "/session", {"capabilities": wanted})
            self._address += f"/session/{session['sessionId']}"
            ending.callback(self._call, "DELETE", "")
            self._call("POST", "/timeouts", {"script": 1000 * PATIENCE})
            self._ending = ending.pop_all()

    def complaints(self) -> list[str]:
        """What the page logged, and what of it could not be loaded, since it was opened."""
        return self.evaluate("JSON.stringify(window.logged)")

    def open(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count("<head>") == 1
        copy = self._folder / path.name
        copy.write_text(text.replace("<head>", "<head>" + LISTEN), encoding="utf-8")
        self._call("POST", "/url", {"url": copy.as_uri()})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression that gives JSON text, awaited."""
        script = (
            "const done = arguments[0]; Promise.resolve().then(() => (" + expression + ")).then("
            "(value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        answer = self._call("POST", "/execute/async", {"script": script, "args": []})
        assert "error" not in answer, answer
        return json.loads(answer["value"])

    def _await_driver(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self._call("GET", "/status")
                return
            except urllib.error.URLError:
                assert time.monotonic() < deadline, "WebKit's driver does not answer."
                time.sleep(0.05)

    def _call(self, method: str, path: str, given: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self._address + path,
            data=None if given is None else json.dumps(given).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE + 10) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def __enter__(self) -> WebKit:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.close()
