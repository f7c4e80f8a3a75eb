"""MNIST arrives whole or not at all, whatever mirrors and bad luck do to it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from small_mnist import BIG, CONTENT, folder_with, source

from neuroscribble.data import download, mnist
from neuroscribble.data.download import FOLDER_VARIABLE
from neuroscribble.data.mnist import find_mnist
from neuroscribble.errors import DataError


class Request(BaseHTTPRequestHandler):
    """One request; how it is answered is up to the mirror's `answer`."""

    server: Any

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.mirror.asked.append((name, self.headers.get("Range")))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client has enough
            self.server.mirror.answer(self, CONTENT[name])

    def send(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def offset(self) -> int:
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(wanted[1]) if wanted else 0

    def log_message(self, *_: Any) -> None:
        pass


Answer = Callable[[Request, bytes], None]


@dataclass
class Mirror:
    url: str
    answer: Answer
    asked: list[tuple[str, str | None]] = field(default_factory=list)


def good(request: Request, body: bytes) -> None:
    start = request.offset()
    if start:
        content_range = f"bytes {start}-{len(body) - 1}/{len(body)}"
        request.send(206, body[start:], Content_Range=content_range)
    else:
        request.send(200, body)


def slow(request: Request, body: bytes) -> None:
    request.send(200, b"", length=len(body))
    for start in range(0, len(body), 20_000):
        time.sleep(0.01)
        request.wfile.write(body[start : start + 20_000])


def ignores_range(request: Request, body: bytes) -> None:
    request.send(200, body)


def stops_half_way(request: Request, body: bytes) -> None:
    start = request.offset()
    half = body[start : start + max(1, (len(body) - start) // 2)]
    content_range = f"bytes {start}-{len(body) - 1}/{len(body)}"
    status = 206 if start else 200
    request.send(status, half, length=len(body) - start, Content_Range=content_range)


def stops_once(request: Request, body: bytes) -> None:
    (good if request.offset() or len(body) < 1000 else stops_half_way)(request, body)


def stops_once_then_starts_over(request: Request, body: bytes) -> None:
    (ignores_range if request.offset() or len(body) < 1000 else stops_half_way)(request, body)


def resumes_elsewhere(request: Request, body: bytes) -> None:
    if request.offset():
        request.send(206, body[7:], Content_Range=f"bytes 7-{len(body) - 1}/{len(body)}")
    else:
        stops_once(request, body) if resumes_elsewhere_first(request) else good(request, body)


def resumes_elsewhere_first(request: Request) -> bool:
    return len(request.server.mirror.asked) == 1


def cannot_resume(request: Request, body: bytes) -> None:
    if request.offset():
        request.send(416, b"")
    else:
        stops_once(request, body) if resumes_elsewhere_first(request) else good(request, body)


def truncated(request: Request, body: bytes) -> None:
    request.send(200, body[:-10])  # and says so: the answer looks complete


def says_too_long(request: Request, body: bytes) -> None:
    request.send(200, body, length=len(body) + 1000)


def says_too_short(request: Request, body: bytes) -> None:
    request.send(200, body, length=len(body) // 3)


def never_ends(request: Request, body: bytes) -> None:
    request.send(200, body, length=10**12)
    for _ in range(1000):
        request.wfile.write(bytes(2**20))


def decoded_by_name(request: Request, body: bytes) -> None:
    request.send(200, body, Content_Encoding="gzip")  # true of the file, meant for a browser


def wrong_hash(request: Request, body: bytes) -> None:
    request.send(200, body[:-1] + b"?")


def wrong_and_too_long(request: Request, body: bytes) -> None:
    request.send(200, b"\x1f\x8b" + bytes(len(body) * 3))


def not_found(request: Request, body: bytes) -> None:
    request.send(404, b"no such file")


def overloaded(request: Request, body: bytes) -> None:
    request.send(503, b"later")


def login_page(request: Request, body: bytes) -> None:
    request.send(200, b"<!doctype html><title>Welcome to our Wi-Fi</title>" * 10)


@pytest.fixture
def start_mirror() -> Iterator[Callable[[Answer], Mirror]]:
    servers = []

    def start(answer: Answer) -> Mirror:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        servers.append(server)
        server.mirror = Mirror(f"http://127.0.0.1:{server.server_port}/mnist/", answer)  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server.mirror  # type: ignore[attr-defined, no-any-return]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


StartMirror = Callable[[Answer], Mirror]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of our own, no named folder, no proxy and no pauses."""
    for name in (FOLDER_VARIABLE, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(download, "PAUSES", (0, 0, 0))
    monkeypatch.setattr(download, "TIMEOUTS", (1, 1))
    return tmp_path / "cache" / "neuroscribble" / "mnist"


def unreachable() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/mnist/"


def assert_complete(folder: Path) -> None:
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT


def assert_refused(refused: pytest.ExceptionInfo[DataError], cache: Path) -> None:
    """The error names the three ways on, and nothing stands under a final name."""
    for way in ("Try again", "--data", FOLDER_VARIABLE, "--data pen"):
        assert way in str(refused.value)
    assert not any((cache / name).exists() for name in CONTENT)


@pytest.mark.parametrize(
    "answer",
    [good, slow, ignores_range, stops_once, stops_once_then_starts_over, resumes_elsewhere]
    + [cannot_resume, says_too_long, never_ends, decoded_by_name],
)
def test_a_mirror_that_has_the_files_is_enough(
    start_mirror: StartMirror, cache: Path, answer: Answer
) -> None:
    mirror = start_mirror(answer)
    assert find_mnist(source=source(mirror.url)) == cache
    assert_complete(cache)
    mirror.asked.clear()
    find_mnist(source=source(mirror.url))
    assert not mirror.asked  # a full cache asks nobody


@pytest.mark.parametrize(
    ("answer", "reason", "n_tries"),
    [
        (truncated, "it stopped at byte", 3),
        (wrong_hash, "wrong SHA-256", 1),
        (wrong_and_too_long, "wrong SHA-256", 1),
        (not_found, "status 404", 1),
        (overloaded, "status 503", 3),
        (login_page, "login page", 1),
        (says_too_short, "it stopped at byte", 3),
        (stops_half_way, "the connection broke off", 3),
    ],
)
def test_a_bad_mirror_is_left_for_the_next_one(
    start_mirror: StartMirror, cache: Path, answer: Answer, reason: str, n_tries: int
) -> None:
    bad = start_mirror(answer)
    with pytest.raises(DataError, match=reason) as refused:
        find_mnist(source=source(bad.url))
    assert_refused(refused, cache)
    assert len(bad.asked) == n_tries
    assert {name for name, _ in bad.asked} == {BIG}

    find_mnist(source=source(bad.url, start_mirror(good).url))
    assert_complete(cache)


def test_nobody_can_be_reached(cache: Path) -> None:
    with pytest.raises(DataError, match="cannot be reached") as refused:
        find_mnist(source=source(unreachable(), unreachable()))
    assert_refused(refused, cache)


def test_silence_is_not_waited_for_forever(
    start_mirror: StartMirror, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TIMEOUTS", (0.1, 0.1))
    silent = start_mirror(lambda request, body: time.sleep(0.5))
    with pytest.raises(DataError, match="no answer in time") as refused:
        find_mnist(source=source(silent.url))
    assert_refused(refused, cache)
    find_mnist(source=source(unreachable(), start_mirror(good).url))
    assert_complete(cache)


def test_an_interrupted_download_goes_on_where_it_stopped(
    start_mirror: StartMirror, cache: Path
) -> None:
    def interrupt(name: str, n_done: int, n_total: int) -> None:
        if n_done > 100_000:
            raise KeyboardInterrupt

    mirror = start_mirror(good)
    with pytest.raises(KeyboardInterrupt):
        find_mnist(source=source(mirror.url), on_progress=interrupt)
    part = cache / f"{BIG}.part"
    n_noted = part.stat().st_size
    assert 100_000 < n_noted < len(CONTENT[BIG])
    assert CONTENT[BIG].startswith(part.read_bytes())
    assert not (cache / BIG).exists()

    mirror.asked.clear()
    find_mnist(source=source(mirror.url))
    assert mirror.asked[0] == (BIG, f"bytes={n_noted}-")
    assert_complete(cache)


def test_a_login_page_does_not_cost_what_was_received(
    start_mirror: StartMirror, cache: Path
) -> None:
    half = CONTENT[BIG][:100_000]
    folder_with(cache, {f"{BIG}.part": half})
    with pytest.raises(DataError, match="login page"):
        find_mnist(source=source(start_mirror(login_page).url))
    assert (cache / f"{BIG}.part").read_bytes() == half


@pytest.mark.parametrize(
    "noted", [b"", b"rubbish" * 10_000, CONTENT[BIG], CONTENT[BIG][:-1] + b"?", bytes(10**6)]
)
def test_whatever_the_notes_hold_the_file_is_right(
    start_mirror: StartMirror, cache: Path, noted: bytes
) -> None:
    folder_with(cache, {f"{BIG}.part": noted})
    find_mnist(source=source(start_mirror(good).url))
    assert_complete(cache)


def test_a_damaged_file_in_the_cache_is_replaced(start_mirror: StartMirror, cache: Path) -> None:
    folder_with(cache, {**CONTENT, BIG: b"damaged"})
    mirror = start_mirror(good)
    find_mnist(source=source(mirror.url))
    assert_complete(cache)
    assert mirror.asked == [(BIG, None)]


def test_never_more_is_written_than_expected(start_mirror: StartMirror, cache: Path) -> None:
    largest = 0

    def watch(name: str, n_done: int, n_total: int) -> None:
        nonlocal largest
        largest = max(largest, (cache / f"{name}.part").stat().st_size)
        assert n_done <= n_total == len(CONTENT[name])

    find_mnist(source=source(start_mirror(never_ends).url), on_progress=watch)
    assert largest == len(CONTENT[BIG])


def test_an_answer_from_another_offset_is_not_even_begun(
    start_mirror: StartMirror, cache: Path
) -> None:
    seen: list[int] = []
    mirror = start_mirror(resumes_elsewhere)
    find_mnist(source=source(mirror.url), on_progress=lambda name, n_done, _: seen.append(n_done))
    half = len(CONTENT[BIG]) // 2
    assert seen[seen.index(half) + 1] == download.CHUNK  # from the start


def test_two_downloads_at_once_do_no_harm(start_mirror: StartMirror, cache: Path) -> None:
    mirrors = [start_mirror(answer).url for answer in (slow, stops_once, wrong_hash)]
    failures: list[Exception] = []

    def fetch(*urls: str) -> None:
        try:
            find_mnist(source=source(*urls))
        except Exception as error:
            failures.append(error)

    orders = [mirrors, mirrors[::-1], mirrors[1:]]
    threads = [threading.Thread(target=fetch, args=order) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for name, data in CONTENT.items():
        assert (cache / name).read_bytes() == data


FETCH = """
import json, sys
from pathlib import Path
from neuroscribble.data import download, mnist
url, cache, files = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
files = [download.RemoteFile(*file) for file in files]
mnist.user_cache_path = lambda name: Path(cache) / name
mnist.find_mnist(source=mnist.Source((url,), tuple(files[:2]), tuple(files[2:])))
"""


def test_a_killed_process_leaves_notes_and_no_half_file(
    start_mirror: StartMirror, cache: Path
) -> None:
    killed = threading.Event()

    def hangs(request: Request, body: bytes) -> None:
        request.send(200, body[:150_000], length=len(body))
        request.wfile.flush()
        killed.wait(20)

    mirror = start_mirror(hangs)
    files = json.dumps(source().files)
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH, mirror.url, str(cache.parent.parent), files]
    )
    part = cache / f"{BIG}.part"
    deadline = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size > 100_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()
    killed.set()
    assert [path.name for path in cache.iterdir()] == [part.name]

    mirror.answer = good
    mirror.asked.clear()
    n_noted = part.stat().st_size
    find_mnist(source=source(mirror.url))
    assert mirror.asked[0] == (BIG, f"bytes={n_noted}-")
    assert_complete(cache)


def test_a_cache_that_cannot_be_written_is_said(start_mirror: StartMirror, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be kept in .*--data pen"):
        find_mnist(source=source(start_mirror(good).url))


def test_a_full_disk_is_said_without_talk_of_out(
    start_mirror: StartMirror, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataError, match="No space left on device") as refused:
        find_mnist(source=source(start_mirror(good).url))
    assert "--out" not in str(refused.value)
    assert_refused(refused, cache)


def test_bars_stay_away_from_what_is_no_terminal(
    start_mirror: StartMirror, cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    find_mnist(source=source(start_mirror(stops_once).url), progress=True)
    assert_complete(cache)
    assert capfd.readouterr() == ("", "")


def test_bars_show_each_file_on_a_terminal(
    start_mirror: StartMirror, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(list[str]):
        write = list.append

        def flush(self) -> None:
            pass

        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    find_mnist(source=source(start_mirror(stops_once).url), progress=True)
    assert all(f"{name}: 100%" in "".join(terminal) for name in CONTENT)
