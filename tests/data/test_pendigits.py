"""Pendigits: found in folders or fetched, unpacked, verified, parsed and drawn."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from neuroscribble.data import pendigits
from neuroscribble.data.lzw import decompress
from neuroscribble.data.pendigits import (
    PenSample,
    draw_samples,
    find_pendigits,
    load_pendigits,
    parse_unipen,
    rewrite,
)
from neuroscribble.errors import DataError

TEXT = """.INCLUDE dene.doc
.HIERARCHY DIGIT

.SEGMENT DIGIT 0 ? "1"
.COMMENT 1 26 54
.PEN_DOWN
 10 200
 10 100
.PEN_UP
.DT 100

.SEGMENT DIGIT 1-2 ? "4"
.COMMENT 4 3 55
.PEN_DOWN
 0 50
 0 0
 50 0
.PEN_UP
.DT 100
.PEN_DOWN
 30 30
 30 -50
.PEN_UP
.DT 100
"""


def compress(content: bytes, *, max_bits: int = 16, clear_at: int | None = None) -> bytes:
    """As `compress` writes it: groups of eight codes, wider codes as the table grows."""
    bits, out, group, table = 9, bytearray(b"\x1f\x9d" + bytes([128 | max_bits])), [], {}

    def fresh() -> dict[bytes, int]:
        return {bytes([i]): i for i in range(256)}

    def flush(full: bool) -> None:
        value = sum(code << (bits * i) for i, code in enumerate(group))
        n_bytes = bits if full and group else -(-bits * len(group) // 8)
        out.extend(value.to_bytes(n_bytes, "little"))
        group.clear()

    def put(code: int) -> None:
        group.append(code)
        if len(group) == 8:
            flush(full=True)

    table, free, word, reader_free = fresh(), 257, b"", 256
    for number, byte in enumerate(content):
        longer = word + bytes([byte])
        if longer in table:
            word = longer
            continue
        put(table[word])
        reader_free = min(reader_free + 1, 1 << max_bits)
        if reader_free >= 1 << bits and bits < max_bits:
            flush(full=True)
            bits += 1
        if free < 1 << max_bits:
            table[longer] = free
            free += 1
        word = bytes([byte])
        if clear_at is not None and number == clear_at:
            put(256)
            flush(full=True)
            table, free, bits, reader_free = fresh(), 257, 9, 256
    if word:
        put(table[word])
    flush(full=False)
    return bytes(out)


@pytest.mark.parametrize("clear_at", [None, 2000])
@pytest.mark.parametrize("max_bits", [10, 12, 16])
def test_what_compress_packs_comes_back(
    max_bits: int, clear_at: int | None, rng: np.random.Generator
) -> None:
    for n, n_symbols in ((1, 2), (5000, 3), (30_000, 40)):
        content = rng.integers(0, n_symbols, n, dtype=np.uint8).tobytes()
        packed = compress(content, max_bits=max_bits, clear_at=clear_at)
        assert decompress(packed, max_bytes=10**6) == content


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x9d", b"\x1f\x8b\x90aaaa", b"\x1f\x9d\x88aa", b"\x1f\x9d\x90\xff\xff\xff"],
)
def test_damaged_z_files_are_refused(content: bytes) -> None:
    with pytest.raises(DataError):
        decompress(content, max_bytes=100)


def test_a_z_file_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(DataError, match="more than 999 bytes"):
        decompress(compress(b"a" * 1000), max_bytes=999)


def test_strokes_are_parsed_turned_upright_and_scaled() -> None:
    one, four = parse_unipen(TEXT)
    assert (one.label, one.writer, four.label, four.writer) == (1, 26, 4, 3)
    np.testing.assert_allclose(one.strokes[0], [[0, 0], [0, 1]])  # y down, height 1
    assert len(four.strokes) == 2
    np.testing.assert_allclose(four.strokes[1], [[0.3, 0.2], [0.3, 1]])
    images, labels = draw_samples(
        [one, four], pen_width=(0.05, 0.2), turn=0.2, rng=np.random.default_rng(0)
    )
    assert images.shape == (2, 784)
    assert labels.tolist() == [1, 4]
    assert (images.max(axis=1) > 0.5).all()


def test_a_rewritten_digit_is_another_one_with_the_same_strokes() -> None:
    four, rng = parse_unipen(TEXT)[1], np.random.default_rng(0)
    again = rewrite(four, rng)
    assert (again.label, again.writer) == (4, 3)
    assert [len(s) for s in again.strokes] == [len(s) for s in four.strokes]
    points = np.concatenate(again.strokes)
    assert points.min() == pytest.approx(0)
    assert points.max() == pytest.approx(1)
    moved = np.abs(points - np.concatenate(four.strokes))
    assert 0.01 < moved.max() < 0.5
    dot = PenSample(1, 1, (np.zeros((1, 2)),))
    assert np.isfinite(rewrite(dot, rng).strokes[0]).all()


@pytest.mark.parametrize("broken", ['"4"', ".COMMENT", "30 -50", '"1"'])
def test_broken_unipen_is_refused_with_the_number_of_the_digit(broken: str) -> None:
    with pytest.raises(DataError, match="Digit [12] of a UNIPEN file"):
        parse_unipen(TEXT.replace(broken, "x"))


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """Make TEXT the official file, and the cache an empty folder."""
    content = TEXT.encode()
    monkeypatch.setattr(pendigits, "SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(pendigits, "user_cache_path", lambda name: tmp_path / "cache")
    monkeypatch.delenv(pendigits.FOLDER_VARIABLE, raising=False)
    return content


@pytest.mark.parametrize("place", ["mnist", "mnist/pendigits", "pendigits"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_file_is_found_in_and_beside_the_data_folder(
    place: str, packed: bool, official: bytes, tmp_path: Path
) -> None:
    (tmp_path / "mnist").mkdir()
    (tmp_path / place).mkdir(exist_ok=True)
    path = tmp_path / place / (pendigits.NAME + (".Z" if packed else ""))
    path.write_bytes(compress(official) if packed else official)
    assert len(load_pendigits(tmp_path / "mnist")) == 2
    (tmp_path / "mnist" / "mnist.npz").touch()
    assert len(load_pendigits(tmp_path / "mnist" / "mnist.npz")) == 2  # as in its folder


def test_a_folder_without_it_costs_and_says_so(official: bytes, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no file pendigits-orig.tra.*docs/recipe.md"):
        load_pendigits(tmp_path)
    (tmp_path / pendigits.NAME).write_bytes(official + b" ")
    with pytest.raises(DataError, match="damaged"):
        load_pendigits(tmp_path)


@pytest.fixture
def server() -> Iterator[tuple[dict[str, bytes], str]]:
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield files, f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_a_download_falls_back_to_the_archive_and_is_kept(
    official: bytes, server: tuple[dict[str, bytes], str], tmp_path: Path
) -> None:
    files, address = server
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr(pendigits.NAME + ".Z", compress(official))
    files["/all.zip"] = archive.getvalue()
    files["/wrong.Z"] = compress(b"something else")
    addresses = (f"{address}/none.Z", f"{address}/wrong.Z", f"{address}/all.zip")
    assert find_pendigits(addresses=addresses) == TEXT
    assert (tmp_path / "cache" / "pendigits" / pendigits.NAME).read_bytes() == official
    assert find_pendigits(addresses=()) == TEXT


def test_a_cache_that_cannot_be_written_costs_nothing(
    official: bytes, server: tuple[dict[str, bytes], str], tmp_path: Path
) -> None:
    files, address = server
    files["/tra.Z"] = compress(official)
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert find_pendigits(addresses=(f"{address}/tra.Z",)) == TEXT


def test_an_archive_with_a_damaged_member_is_told(official: bytes, tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(pendigits.NAME + ".Z", compress(official) * 50)
    broken = bytearray(archive.getvalue())
    middle = 30 + len(pendigits.NAME + ".Z")  # behind the member's header
    broken[middle : middle + 8] = b"\xff" * 8
    (tmp_path / (pendigits.NAME + ".Z")).write_bytes(bytes(broken))
    with pytest.raises(DataError, match="holds no readable"):
        load_pendigits(tmp_path)


def test_a_failed_download_names_every_reason(
    official: bytes, server: tuple[dict[str, bytes], str]
) -> None:
    _, address = server
    with pytest.raises(DataError, match="status 404.*cannot be reached"):
        find_pendigits(addresses=(f"{address}/none.Z", "http://127.0.0.1:1/closed.Z"))
