"""MNIST's files, dropped on the page: known by their content, all others refused in a sentence."""

from __future__ import annotations

import base64
import gzip
import hashlib
import struct
from pathlib import Path
from typing import Any

import pytest
from javascript import RunJs

from neuroscribble.data.mnist import MNIST

READ = """
return (async () => {
  const bytes = Uint8Array.from(atob(given.base64), (letter) => letter.charCodeAt(0));
  const file = new File([bytes, new Uint8Array(given.zeros ?? 0)], "mine");
  const told = { maybe: await mnist.maybeMnist(file) };
  const ours = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  if (given.bare) Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    const { name, bytes, isChecked } = await mnist.readMnist(file);
    return { ...told, name, isChecked, labels: bytes };
  } catch (error) {
    return { ...told, error: error.message };
  } finally {
    Object.defineProperty(globalThis, "crypto", ours);
  }
})();
"""


def read(js: RunJs, content: bytes, **more: Any) -> Any:
    return js(READ, base64=base64.b64encode(content).decode(), **more)


def labels(n: int, *, label: int = 0, magic: int = 0x801) -> bytes:
    return struct.pack(">II", magic, n) + bytes([label]) * n


def images(n: int, side: int) -> bytes:
    return struct.pack(">IIII", 0x803, n, side, side) + bytes(16)


ENDLESS = gzip.compress(labels(10_000) + bytes(30_000_000))  # 30 kB
REFUSED = {
    "nothing": (b"", "it has only 0 bytes"),
    "a few bytes": (labels(2), "it has only 10 bytes"),
    "text": (
        b"these are no digits",
        "it begins with the bytes 74 68 65 73, and they with",
    ),
    "packed text": (gzip.compress(b"these are no digits"), "it begins with the bytes 74 68 65 73"),
    "other numbers": (labels(10_000, magic=0xD01), "it begins with the bytes 00 00 0d 01, and the"),
    "fewer": (labels(5000), "it has 5,000 labels, and they have 60,000 or 10,000"),
    "too many": (images(2**32 - 1, 28), "it has 4,294,967,295 images, and they have 60,000 or 1"),
    "larger": (images(60_000, 32), "its images have 32×32 pixels, and theirs 28×28"),
    "truncated": (labels(10_000)[:-1], "it ends after 10,007 of 10,008 bytes"),
    "longer": (labels(10_000) + b"\0", "it goes on behind its 10,000 labels"),
    "endless": (ENDLESS, "it goes on behind its 10,000 labels"),
    "cut off": (
        gzip.compress(labels(10_000))[:-9],
        "it is damaged or cut off, so that it",
    ),
    "damaged": (
        gzip.compress(labels(10_000))[:20] + bytes(30),
        "it is damaged or cut off, so that",
    ),
    "other content": (
        labels(10_000),
        "it has the form of t10k-labels-idx1-ubyte, but another",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none_of_mnists_files_is_refused_in_one_sentence(name: str, js: RunJs) -> None:
    content, why = REFUSED[name]
    said = read(js, content)["error"]
    assert said.startswith(f"“mine” is none of MNIST’s files: {why}")
    assert said.endswith(".")


def test_a_file_that_is_too_large_is_not_read_at_all(js: RunJs) -> None:
    said = read(js, labels(60_000), zeros=48_000_000)["error"]
    assert "it has 48,060,008 bytes, and the largest of them has 47,040,016" in said


@pytest.mark.parametrize(
    ("content", "maybe"),
    [
        (labels(3), True),
        (gzip.compress(b"", mtime=0), True),
        (b"\x89PNG\r\n", False),
        (b"\x00\x00\x01\x00", False),  # an icon
        (b"PK\x03\x04", False),
    ],
)
def test_pictures_and_networks_are_left_to_others(content: bytes, maybe: bool, js: RunJs) -> None:
    assert read(js, content)["maybe"] is maybe


def test_where_there_is_no_sha256_this_is_told_and_the_rest_is_checked(js: RunJs) -> None:
    told = read(js, labels(10_000, label=9), bare=True)
    assert (told["name"], told["isChecked"]) == ("t10k-labels-idx1-ubyte", False)
    assert told["labels"] == [9] * 10_000
    assert "it has labels beyond 9." in read(js, labels(10_000, label=10), bare=True)["error"]


@pytest.mark.mnist
def test_mnists_own_files_are_taken_packed_or_not(mnist_folder: Path, js: RunJs) -> None:
    """Small ones here; that all four hashes are right is seen from Python."""
    packed = (mnist_folder / "t10k-labels-idx1-ubyte.gz").read_bytes()
    for content in (packed, gzip.decompress(packed)):
        told = read(js, content)
        assert (told["name"], told["isChecked"]) == ("t10k-labels-idx1-ubyte", True)
        assert told["labels"] == list(gzip.decompress(packed)[8:])
    known = js("mnist.FILES")
    for file in MNIST.files:
        content = gzip.decompress((mnist_folder / file.name).read_bytes())
        assert known[file.name[:-3]]["sha256"] == hashlib.sha256(content).hexdigest()
