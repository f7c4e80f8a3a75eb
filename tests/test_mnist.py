"""MNIST arrives whole or not at all, whatever mirrors, folders and other people do to it."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
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

import numpy as np
import pytest

from neuroscribble.data import mnist
from neuroscribble.data.mnist import RemoteFile, Source, find_mnist, load_mnist, parse_idx
from neuroscribble.errors import DataError, SettingsError

N_TRAIN, N_TEST = 300, 20  # noise does not compress: the training images are about 235 kB


def idx(array: np.ndarray) -> bytes:
    """`array` as a gzip-compressed IDX file."""
    sizes = np.array(array.shape, ">u4").tobytes()
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes(), mtime=0)


def digits(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
    return images, rng.integers(0, 10, n, dtype=np.uint8)


CONTENT = {
    "train-images-idx3-ubyte.gz": idx(digits(N_TRAIN)[0]),
    "train-labels-idx1-ubyte.gz": idx(digits(N_TRAIN)[1]),
    "t10k-images-idx3-ubyte.gz": idx(digits(N_TEST)[0]),
    "t10k-labels-idx1-ubyte.gz": idx(digits(N_TEST)[1]),
}
BIG = "train-images-idx3-ubyte.gz"


def source(*mirrors: str, content: dict[str, bytes] = CONTENT) -> Source:
    files = [
        RemoteFile(name, len(data), hashlib.sha256(data).hexdigest())
        for name, data in content.items()
    ]
    return Source(mirrors, train=(files[0], files[1]), test=(files[2], files[3]))


def folder_with(folder: Path, content: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return folder


# ---------------------------------------------------------------- mirrors, good and bad


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
    for name in (mnist.FOLDER_VARIABLE, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(mnist, "PAUSES", (0, 0, 0))
    monkeypatch.setattr(mnist, "TIMEOUTS", (1, 1))
    return tmp_path / "cache" / "neuroscribble" / "mnist"


def unreachable() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/mnist/"


def assert_complete(folder: Path) -> None:
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT


def assert_refused(refused: pytest.ExceptionInfo[DataError], cache: Path) -> None:
    """The error names the three ways on, and nothing stands under a final name."""
    for way in ("Try again", "--data DIR", mnist.FOLDER_VARIABLE, "--data pen"):
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
    monkeypatch.setattr(mnist, "TIMEOUTS", (0.1, 0.1))
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
    assert seen[seen.index(half) + 1] == mnist.CHUNK  # from the start


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
from neuroscribble.data import mnist
url, cache, files = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
files = [mnist.RemoteFile(*file) for file in files]
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


# ---------------------------------------------------------------- named folders


def test_a_named_folder_goes_before_the_variable_and_this_before_the_cache(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (folder_with(tmp_path / name, CONTENT) for name in ("first", "second"))
    folder_with(cache, CONTENT)
    assert find_mnist(source=source()) == cache
    monkeypatch.setenv(mnist.FOLDER_VARIABLE, str(second))
    assert find_mnist(source=source()) == second
    assert find_mnist(first, source=source()) == first
    assert find_mnist(str(first), source=source()) == first


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "digits", CONTENT)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_mnist("~/digits", source=source()) == tmp_path / "digits"


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (None, "holds no file"),
        (b"", "expected .* got 0 bytes"),
        (CONTENT[BIG][:1000], "expected .* got 1,000 bytes"),
        (CONTENT[BIG] + b"more", f"got {len(CONTENT[BIG]) + 4:,} bytes"),
        (CONTENT[BIG][:-1] + b"?", "with SHA-256 .* got SHA-256"),
    ],
)
def test_a_named_folder_is_not_trusted(
    tmp_path: Path, cache: Path, damaged: bytes | None, message: str
) -> None:
    folder = folder_with(tmp_path / "named", CONTENT)
    (folder / BIG).unlink()
    if damaged is not None:
        (folder / BIG).write_bytes(damaged)
    with pytest.raises(DataError, match=message) as refused:
        load_mnist("test", folder, source=source())
    assert BIG in str(refused.value)
    assert "--data DIR" in str(refused.value)
    assert not cache.exists()  # nothing else was tried


@pytest.mark.parametrize("name", ["pen", "", "no/such/folder", "zero\0byte"])
def test_a_folder_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="holds no file|cannot be read"):
        find_mnist(name, source=source())


# ---------------------------------------------------------------- from bytes to numbers


def test_images_become_ink_and_labels_ints(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "named", CONTENT)
    for split, n in (("train", N_TRAIN), ("test", N_TEST)):
        images, labels = load_mnist(split, folder, source=source())  # type: ignore[arg-type]
        raw_images, raw_labels = digits(n)
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert np.array_equal(images, raw_images.reshape(n, 784).astype(np.float32) / 255)
        assert np.array_equal(labels, raw_labels)
        assert (images.min(), images.max()) == (0, 1)


def test_another_split_is_refused() -> None:
    with pytest.raises(SettingsError, match='"train" or "test"; got \'validation\''):
        load_mnist("validation")  # type: ignore[arg-type]


def header(*sizes: int, magic: int | None = None) -> bytes:
    number = 0x800 + len(sizes) if magic is None else magic
    return np.array([number, *sizes], ">u4").tobytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<!doctype html>", "not an intact gzip file"),
        (CONTENT[BIG][:-1], "cut off"),
        (CONTENT[BIG][:1000], "cut off"),
        (CONTENT[BIG][:5], "cut off"),
        (CONTENT[BIG][:-5] + b"?" + CONTENT[BIG][-4:], "not an intact gzip file"),
        (CONTENT[BIG] + b"more", "not an intact gzip file"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xff" * 9, "not an intact gzip file"),
        (gzip.compress(b""), "must begin with the IDX number .* got nothing"),
        (gzip.compress(header(5, magic=0x802)), "must begin .* got 00000802"),
        (gzip.compress(header(5, magic=0xD01)), "must begin .* got 00000d01"),
        (gzip.compress(header(5, magic=0x801)[::-1]), "must begin .* got 05000000"),
        (gzip.compress(header(5)[:6]), r"must state 1 sizes, .* got \(0,\)"),
        (gzip.compress(header(2, 28, magic=0x803)), r"must state 3 sizes, .* got \(2, 28\)"),
        (gzip.compress(header(2**32 - 1, 2**32 - 1, 2**32 - 1)), "must state 3 sizes, at most"),
        (gzip.compress(header(5) + bytes(4)), r"must hold 5 values .* got 4"),
        (gzip.compress(header(5) + bytes(6)), r"must hold 5 values .* got more"),
        (gzip.compress(header(5)), r"must hold 5 values .* got 0"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=f"^labels.gz .*({message})"):
        parse_idx(content, what="labels.gz")


def test_a_gzip_bomb_does_not_unfold() -> None:
    import tracemalloc

    bomb = gzip.compress(header(5) + bytes(2**26))
    tracemalloc.start()
    with pytest.raises(DataError, match="got more"):
        parse_idx(bomb, what="labels.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**21


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("t10k-labels-idx1-ubyte.gz", np.full(N_TEST, 10, np.uint8), "labels 0 to 9; got 10"),
        ("t10k-labels-idx1-ubyte.gz", np.zeros(7, np.uint8), "one label for each of 20 images"),
        ("t10k-images-idx3-ubyte.gz", np.zeros((20, 7, 7), np.uint8), r"shape \(N, 28, 28\)"),
        ("t10k-images-idx3-ubyte.gz", np.zeros(20, np.uint8), r"shape \(N, 28, 28\); got \(20,\)"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    tmp_path: Path, name: str, array: np.ndarray, message: str
) -> None:
    content = {**CONTENT, name: idx(array)}
    folder = folder_with(tmp_path / "named", content)
    with pytest.raises(DataError, match=message):
        load_mnist("test", folder, source=source(content=content))


# ---------------------------------------------------------------- the real thing


@pytest.mark.mnist
def test_the_official_files_hold_what_everybody_knows(mnist_folder: Path) -> None:
    images, labels = load_mnist("train", mnist_folder)
    assert images.shape == (60_000, 784)
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert images.mean() == pytest.approx(0.1307, abs=1e-4)
    assert images.std() == pytest.approx(0.3081, abs=1e-4)

    images, labels = load_mnist("test", mnist_folder)
    assert images.shape == (10_000, 784)
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert (images.min(), images.max()) == (0, 1)


@pytest.mark.mnist
def test_sixty_thousand_digits_load_quickly(mnist_folder: Path) -> None:
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        load_mnist("train", mnist_folder)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 3  # about 0.4 s alone; other work may share the machine
