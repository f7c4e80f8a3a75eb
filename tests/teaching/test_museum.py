"""A folder of drawings becomes a museum; what is broken is told, and hostile files do no harm."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sheet_photos import drawn_sheet, save_photo

import neuroscribble as ns
from neuroscribble.data.pen import pen_strokes
from neuroscribble.data.unfinished import pair_strokes
from neuroscribble.errors import DataError
from neuroscribble.ink.drawing import DrawnStroke
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.teaching import museum as rooms
from neuroscribble.teaching.corrections import Correction, now, save_correction
from neuroscribble.teaching.museum import Museum, files_in, museum_of

NETWORK = ns.load_network("weights.npz")


def save_digits(path: Path, strokes: list[np.ndarray]) -> None:
    path.parent.mkdir(exist_ok=True)
    ink = render_strokes([s * 120 + (40, 60) for s in strokes], size=(240, 360), width=14)
    Image.fromarray(np.uint8(250 - 220 * ink)).save(path)


def hung(folder: Path) -> Museum:
    return museum_of(NETWORK, folder, files_in(folder))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet, two digits in one picture, a folder of Bruno's, what a window saved, and rubbish."""
    folder = tmp_path_factory.mktemp("class")
    rng = np.random.default_rng(8)
    save_photo(folder / "Sheet.jpg", turn=-12, tilt=0.1)
    save_digits(folder / "Clara.png", pair_strokes(4, 2, rng=rng, spacing=(0.3, 0.3)))
    save_digits(folder / "Bruno" / "IMG_1.png", pen_strokes(2, rng=rng))
    points = [(float(x), float(y)) for x, y in pen_strokes(7, rng=rng)[0] * 200 + 40]
    tall = Correction((DrawnStroke(points, 20),), 280, 7, 1, (0.1,) * 10, now())
    save_correction(folder, tall)
    (folder / "<b>&.png").write_bytes(b"")
    (folder / "bomb.png").write_bytes(bomb())
    (folder / "cut.jpg").write_bytes((folder / "Sheet.jpg").read_bytes()[:5000])
    (folder / "other.json").write_text('{"format": "something else"}')
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "phone.HEIC").write_bytes(b"\0\0\0 ftypheic")
    Image.new("L", (300, 300), 200).save(folder / "blank.png")
    (folder / "notes.txt").write_text("left alone")
    (folder / ".hidden.png").write_bytes(b"left alone")
    return folder


def bomb() -> bytes:
    """A PNG that says it has 10,000,000,000 pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_everything_that_is_a_digit_hangs_under_the_name_it_was_given(folder: Path) -> None:
    museum = hung(folder)
    names = [(one.name, one.row, one.column) for one in museum.exhibits if one.name != "Sheet"]
    window = next(path.stem for path in folder.glob("2*.json"))
    assert names == [(window, 0, 0), ("Bruno", 0, 0), ("Clara", 0, 1), ("Clara", 0, 2)]
    drawn = drawn_sheet()
    on_sheet = {(one.row, one.column): one for one in museum.exhibits if one.name == "Sheet"}
    assert on_sheet.keys() == drawn.labels.keys()
    right = sum(int(one.probabilities.argmax()) == drawn.labels[at] for at, one in on_sheet.items())
    assert right >= 26, "of 29; some of what the pen writes nobody can read"
    assert (museum.n_sheets, museum.n_empty) == (1, 1)
    assert [one.label for one in museum.exhibits if one.label] == ["7"]


def test_other_classes_hang_as_one_picture_each(folder: Path, rng: np.random.Generator) -> None:
    """Clara's picture of two digits is one thing to a network that knows no digits."""
    other = ns.build_mlp((4,), rng=rng, class_names="abcdefghij")
    museum = museum_of(other, folder, files_in(folder))
    assert [(one.row, one.column) for one in museum.exhibits if one.name == "Clara"] == [(0, 0)]


def test_one_bad_file_stops_no_other_and_each_is_told_without_the_way_to_it(folder: Path) -> None:
    told = hung(folder).refused
    assert [sentence.split()[0].rstrip(":") for sentence in told] == [
        *("<b>&.png", "blank.png", "bomb.png", "cut.jpg", "deep.json", "other.json", "phone.HEIC"),
    ]
    assert not any(str(folder) in sentence for sentence in told)
    assert "is empty (0 bytes)" in told[0]
    assert "is enormous" in told[2]
    assert "Give a PNG, JPEG" in told[-1]


def test_an_empty_sheet_is_told_to_be_one(tmp_path: Path) -> None:
    from viz.figures.grid_sheet import grid_sheet

    grid_sheet().figure.savefig(tmp_path / "empty.png", dpi=100)
    with pytest.raises(DataError, match=r"no digit is found in .*: empty\.png is a sheet without"):
        hung(tmp_path)


def test_folders_without_a_museum_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="there is no folder"):
        files_in(tmp_path / "none")
    with pytest.raises(DataError, match="there is no drawing in"):
        files_in(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")  # nobody ever writes into it
    with pytest.raises(DataError, match="there is no drawing in"):
        files_in(tmp_path)
    for n in range(3):
        save_digits(tmp_path / f"{n}.png", pen_strokes(n, rng=np.random.default_rng(n)))
    monkeypatch.setattr(rooms, "MOST_EXHIBITS", 2)
    assert hung(tmp_path).refused == ["2.png: the museum is full with 2 drawings."]
    monkeypatch.setattr(rooms, "MOST_FILES", 2)
    with pytest.raises(DataError, match="there are 3 files in .* has room for 2"):
        files_in(tmp_path)
