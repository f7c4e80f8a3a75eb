"""Drives a real Firefox through WebDriver BiDi, which it speaks without any driver program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox", "firefox-esr")


def find_firefox() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Firefox:
    """One headless Firefox with one page; everything it logs or requests is kept."""

    def __init__(self, program: str) -> None:
        with ExitStack() as ending:
            profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            command = [program, "--headless", "--no-remote", "--profile", profile.name]
            ending.callback(profile.cleanup)
            preferences = Path(profile.name, "user.js")
            preferences.write_text('user_pref("intl.accept_languages", "en-US");\n')
            self._process = subprocess.Popen(
                [*command, "--remote-debugging-port", "0"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            ending.callback(self._process.communicate)
            ending.callback(self._process.kill)
            self._socket = ending.enter_context(self._connect())
            self._last_id = 0
            self._complaints: list[str] = []
            self._call("session.new", {"capabilities": {}})
            events = ["log.entryAdded", "network.beforeRequestSent"]
            self._call("session.subscribe", {"events": events})
            self._context = self._call("browsingContext.create", {"type": "tab"})["context"]
            self._ending = ending.pop_all()

    def open(self, path: Path) -> None:
        self._complaints.clear()
        target = {"context": self._context, "url": path.resolve().as_uri(), "wait": "complete"}
        self._call("browsingContext.navigate", target)

    def complaints(self) -> list[str]:
        """What the page logged or asked others for, since it was opened."""
        self.evaluate("'null'")  # whatever was said before this answer has been heard
        return self._complaints

    def frames(self) -> list[str]:
        """The frames in the page, for `evaluate`."""
        tree = self._call("browsingContext.getTree", {"root": self._context})
        return [child["context"] for child in tree["contexts"][0]["children"]]

    def evaluate(self, expression: str, frame: str | None = None) -> Any:
        """The value of an expression that gives JSON text, awaited; in the page or a frame."""
        target = {"target": {"context": frame or self._context}, "awaitPromise": True}
        answer = self._call("script.evaluate", {"expression": expression, **target})
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def _connect(self) -> ClientConnection:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if match := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                return connect(f"{match[1]}/session", max_size=None)
        raise AssertionError("Firefox ended before it could be driven.")

    def _call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if message.get("id") == self._last_id:
                assert message["type"] == "success", message
                result: dict[str, Any] = message["result"]
                return result
            if message.get("method") == "log.entryAdded":
                self._complaints.append(str(message["params"].get("text")))
            if message.get("method") == "network.beforeRequestSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("file:", "data:")):
                    self._complaints.append(f"requested: {url}")

    def __enter__(self) -> Firefox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.close()
