"""The live page is for the one who started the training: strangers get a short refusal."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from viz.page.server import Hub, PageServer

PAGE = "<p>Grüße</p>"


@pytest.fixture
def server() -> Iterator[PageServer]:
    served = PageServer(PAGE, Hub())
    yield served
    served.close()


def ask(
    server: PageServer, path: str, *, method: str = "GET", **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def test_the_page_is_served_to_whom_the_address_was_told(server: PageServer) -> None:
    code, content, headers = ask(server, f"/{server.token}/")
    assert (code, content.decode("utf-8")) == (200, PAGE)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.port}/{server.token}/"
    other = PageServer(PAGE, Hub())
    other.close()
    assert other.token != server.token
    assert len(server.token) >= 20


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/wrong/", {}),
        ("/wrong/next", {}),
        ("/TOKENx/", {}),
        ("/%C3%BC/", {}),
        ("/TOKEN/", {"Host": "neuroscribble.example"}),
        ("/TOKEN/", {"Host": "127.0.0.1:1"}),
        ("/TOKEN/next", {"Origin": "https://neuroscribble.example"}),
        ("/TOKEN/next", {"Origin": "null"}),
        ("/TOKEN/next", {"Sec_Fetch_Site": "cross-site"}),
        ("/TOKEN/next", {"Sec_Fetch_Site": "same-site"}),
    ],
)
def test_a_stranger_is_refused(server: PageServer, path: str, headers: dict[str, str]) -> None:
    server.hub.publish(b"secret")
    code, content, _ = ask(server, path.replace("TOKEN", server.token), **headers)
    assert (code, content) == (403, b"This page is for the one who started the training.")


def test_our_own_page_may_ask_and_nothing_can_be_sent(server: PageServer) -> None:
    server.hub.publish(b"{}")
    own = {"Origin": f"http://127.0.0.1:{server.port}", "Sec_Fetch_Site": "same-origin"}
    assert ask(server, f"/{server.token}/next", **own)[:2] == (200, b"{}")
    assert ask(server, f"/{server.token}/", Host=f"localhost:{server.port}")[0] == 200
    assert ask(server, f"/{server.token}/other")[0] == 404
    assert ask(server, f"/{server.token}/next?after=x")[0] == 200
    assert ask(server, f"/{server.token}/", method="POST")[0] == 501


def test_two_viewers_get_the_same_news_as_soon_as_there_are_any(server: PageServer) -> None:
    heard: list[tuple[int, bytes, str]] = []

    def view() -> None:
        code, content, headers = ask(server, f"/{server.token}/next?after=1")
        heard.append((code, content, headers["X-Number"]))

    assert not server.hub.is_watched
    server.hub.publish(b"first")
    viewers = [threading.Thread(target=view) for _ in range(2)]
    for viewer in viewers:
        viewer.start()
    end = monotonic() + 10
    while server.hub._waiting < 2 and monotonic() < end:
        threading.Event().wait(0.005)
    assert server.hub.is_watched
    server.hub.publish(b"second")
    for viewer in viewers:
        viewer.join(10)
    assert heard == [(200, b"second", "2")] * 2


def test_who_waits_in_vain_is_told_so() -> None:
    hub = Hub()
    assert hub.wait(0, seconds=0.01) is None
    hub.publish(b"x")
    assert hub.wait(0) == (1, b"x")
    assert hub.wait(1, seconds=0.01) is None
