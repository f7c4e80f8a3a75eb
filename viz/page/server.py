"""Serves one page, and what becomes of it, to browsers on this machine and to nobody else.

The standard library's server, on the loopback address and a free port. Every other program and page
on this machine is a stranger: the address holds a random token; a request must name this very
host, which no page of another name does (DNS rebinding), and must not come from another origin.
Whatever is wrong gets the same short refusal.
"""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from time import monotonic
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
PATIENCE = 10.0  # seconds for which a request waits for news
RECENTLY = 2.0  # seconds behind its last request for which a viewer counts as one
MOST_REQUESTS = 64  # at once
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Hub:
    """The latest news, for any number of viewers that wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._news: tuple[int, bytes] | None = None
        self._fetched = True  # by one viewer at least
        self._waiting = 0
        self._last_request = -RECENTLY

    def publish(self, content: bytes) -> None:
        """What everybody who waits gets now, and who comes later."""
        with self._changed:
            self._news = (self._news[0] + 1 if self._news else 1, content)
            self._fetched = False
            self._changed.notify_all()

    def wait(self, after: int, seconds: float = PATIENCE) -> tuple[int, bytes] | None:
        """News of a higher number than `after`, and its number; None when there is none in time."""
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: self._news and self._news[0] > after, seconds)
            finally:
                self._waiting -= 1
                self._last_request = monotonic()
            if self._news is None or self._news[0] <= after:
                return None
            self._fetched = True
            return self._news

    def wait_until_fetched(self, seconds: float) -> None:
        """Return when somebody has the latest news, or when the time is over."""
        end = monotonic() + seconds
        with self._changed:
            while monotonic() < end and not self._fetched:
                self._changed.wait(0.05)

    @property
    def is_watched(self) -> bool:
        """Whether somebody waits for news, or did just now."""
        return self._waiting > 0 or monotonic() - self._last_request < RECENTLY


class PageServer(ThreadingMixIn, TCPServer):
    """Serves `page` at `address` and the hub's news below it, in threads of its own."""

    daemon_threads = True  # a viewer never keeps the program from ending

    def __init__(self, page: str, hub: Hub) -> None:
        self.page, self.hub = page.encode("utf-8"), hub
        self.token = secrets.token_urlsafe(16)
        self.free = threading.BoundedSemaphore(MOST_REQUESTS)
        super().__init__((HOST, 0), _Handler)
        self.port = int(self.server_address[1])
        self.hosts = {f"{name}:{self.port}" for name in (HOST, "localhost")}
        self.address = f"http://{HOST}:{self.port}/{self.token}/"
        threading.Thread(target=self.serve_forever, args=(0.2,), daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A viewer that went away in the middle is nobody's business."""


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    timeout = 30  # seconds for a request to arrive, and to be taken
    server_version, sys_version = "NeuroScribble", ""

    def do_GET(self) -> None:
        if not self.server.free.acquire(blocking=False):
            self._answer(503, b"Too many viewers.")
            return
        try:
            self._serve()
        finally:
            self.server.free.release()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        first, _, rest = parts.path.removeprefix("/").partition("/")
        is_known = secrets.compare_digest(first.encode(), self.server.token.encode())
        if not (is_known and self._is_from_here()):
            self._answer(403, b"This page is for the one who started the training.")
        elif rest == "":
            self._answer(200, self.server.page, "text/html; charset=utf-8")
        elif rest == "next":
            after = parse_qs(parts.query).get("after", ["0"])[0]
            news = self.server.hub.wait(int(after) if after.isdecimal() else 0)
            if news is None:
                self._answer(204, b"")
            else:
                self._answer(200, news[1], "application/json", {"X-Number": str(news[0])})
        else:
            self._answer(404, b"There is nothing here.")

    def _is_from_here(self) -> bool:
        """Asked by this host's name, and by a page of ours or by hand."""
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site", "none")
        own = {f"http://{host}" for host in self.server.hosts}
        is_own_origin = origin is None or origin in own
        is_own_host = self.headers.get("Host") in self.server.hosts
        return is_own_host and is_own_origin and site in ("none", "same-origin")

    def _answer(
        self,
        code: int,
        content: bytes,
        kind: str = "text/plain; charset=utf-8",
        more: dict[str, str] | None = None,
    ) -> None:
        self.send_response(code)
        sizes = {"Content-Type": kind, "Content-Length": str(len(content))}
        for name, value in {**HEADERS, **sizes, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """The terminal belongs to the training."""
