"""Corrections are open files: what goes in comes out, and what is damaged is named."""

from __future__ import annotations

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from small_school import SEVEN

from neuroscribble.errors import DataError, OutputError
from neuroscribble.ink.drawing import DrawnStroke, render_drawing
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.teaching.corrections import (
    correction_digits,
    load_corrections,
    now,
    remove_correction,
    save_correction,
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = save_correction(tmp_path / "new" / "folder", SEVEN)
    assert path.name.startswith("20260131T123005.250Z-7-")
    assert load_corrections(path.parent) == [SEVEN]


def test_the_image_follows_from_the_strokes() -> None:
    expected = normalize_ink(render_drawing(SEVEN.strokes, canvas=280, side=280))
    np.testing.assert_array_equal(SEVEN.image, expected.ravel())


def test_the_file_is_as_documented(tmp_path: Path) -> None:
    content = json.loads(save_correction(tmp_path, SEVEN).read_text("utf-8"))
    assert content == {
        "format": "neuroscribble correction",
        "format_version": 1,
        "time": "2026-01-31T12:30:05.250+00:00",
        "label": 7,
        "said": 9,
        "probabilities": list(SEVEN.probabilities),
        "canvas": 280,
        "strokes": [
            {"width": 24, "erases": False, "points": [[60, 60], [210.25, 70.5], [120, 230]]},
            {"width": 36, "erases": True, "points": [[60, 60]]},
        ],
    }


def test_the_documentation_names_every_field(tmp_path: Path) -> None:
    content = json.loads(save_correction(tmp_path, SEVEN).read_text("utf-8"))
    words = (Path(__file__).parents[2] / "docs" / "window.md").read_text("utf-8")
    for name in (*content, *content["strokes"][0]):
        assert f"`{name}`" in words


def test_the_oldest_comes_first_whatever_the_files_are_called(tmp_path: Path) -> None:
    later = replace(SEVEN, time=SEVEN.time + timedelta(seconds=1), label=1)
    first = save_correction(tmp_path, later)
    first.rename(tmp_path / "a.json")
    save_correction(tmp_path, SEVEN)
    assert [one.label for one in load_corrections(tmp_path)] == [7, 1]


def test_now_is_what_a_file_can_keep(tmp_path: Path) -> None:
    moment = now()
    save_correction(tmp_path, replace(SEVEN, time=moment))
    assert load_corrections(tmp_path)[0].time == moment


def test_two_windows_that_save_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: save_correction(tmp_path, SEVEN), range(100)))
    assert len(set(paths)) == len(load_corrections(tmp_path)) == 100
    assert not list(tmp_path.glob("*.part"))


def test_a_name_that_is_taken_is_not_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda n: "00000000")
    path = save_correction(tmp_path, SEVEN)
    with pytest.raises(OutputError, match="exists"):
        save_correction(tmp_path, replace(SEVEN, said=1))
    assert load_corrections(tmp_path) == [SEVEN]
    assert os.listdir(tmp_path) == [path.name]


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        save_correction(tmp_path, SEVEN)
    assert os.listdir(tmp_path) == []


def test_removing_is_final_and_may_be_repeated(tmp_path: Path) -> None:
    path = save_correction(tmp_path, SEVEN)
    remove_correction(path)
    remove_correction(path)
    assert load_corrections(tmp_path) == []
    with pytest.raises(OutputError, match="Cannot remove"):
        remove_correction(tmp_path)


def test_a_scribble_of_100_000_points_is_kept(tmp_path: Path, rng: np.random.Generator) -> None:
    points = [(float(x), float(y)) for x, y in rng.uniform(0, 280, (100_000, 2)).round(2)]
    scribble = replace(SEVEN, strokes=(DrawnStroke(points, 24),))
    save_correction(tmp_path, scribble)
    assert load_corrections(tmp_path) == [scribble]


def test_digits_to_learn_from(tmp_path: Path) -> None:
    digits = correction_digits([SEVEN, replace(SEVEN, label=1)])
    assert digits.images.shape == (2, 784)
    assert digits.labels.tolist() == [7, 1]
    with pytest.raises(DataError, match="there is no correction"):
        correction_digits([])
    with pytest.raises(DataError, match="there is no folder"):
        load_corrections(tmp_path / "nowhere")


def without(name: str) -> Any:
    return lambda content: content.pop(name)


def having(**changes: Any) -> Any:
    return lambda content: content.update(changes)


def stroke(**changes: Any) -> Any:
    return lambda content: content["strokes"][0].update(changes)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (having(format="something else"), '"format" is'),
        (having(format_version=2), "expected format_version 1; got 2"),
        (without("label"), "label must be a whole number from 0 to 9; got None"),
        (having(label=10), "got 10"),
        (having(label=True), "got True"),
        (having(label=7.0), "got 7.0"),
        (having(said="9"), "said must be"),
        (having(canvas=0), "canvas must be a whole number from 1 to 4096"),
        (having(canvas=10**9), "canvas must be"),
        (having(probabilities=[0.1] * 9), "probabilities must be 10 numbers"),
        (having(probabilities=[2] * 10), "probabilities must be 10 numbers"),
        (having(probabilities=None), "probabilities must be 10 numbers"),
        (having(time="yesterday"), "time must be like"),
        (having(time="2026-01-31T12:00:00"), "time must be like"),
        (having(time=0), "time must be like"),
        (having(strokes=[]), "at least one stroke"),
        (having(strokes=[3]), "stroke 0 must be an object"),
        (stroke(width=0), "stroke 0: width must be between 0 and 280; got 0"),
        (stroke(width=281), "got 281"),
        (stroke(width=None), "got None"),
        (stroke(erases=1), "erases must be true or false"),
        (stroke(points=[]), "at least one"),
        (stroke(points=[[1]]), r"every point must be \[x, y\]"),
        (stroke(points=[[1, "2"]]), "every point"),
        (stroke(points=[[1, 1e300]]), "every point"),
    ],
)
def test_what_is_no_correction_is_refused_by_name(
    tmp_path: Path, damage: Any, complaint: str
) -> None:
    save_correction(tmp_path, SEVEN)
    path = save_correction(tmp_path, SEVEN)
    content = json.loads(path.read_text("utf-8"))
    damage(content)
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DataError, match=complaint) as refused:
        load_corrections(tmp_path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"label": NaN}', b"3", b"null"])
def test_what_is_no_json_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(DataError, match=r"x\.json is no correction"):
        load_corrections(tmp_path)


def test_other_files_and_unknown_fields_are_left_alone(tmp_path: Path) -> None:
    path = save_correction(tmp_path, SEVEN)
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, "by": "a pupil"}), "utf-8")
    (tmp_path / "notes.txt").write_text("not json", "utf-8")
    assert load_corrections(tmp_path) == [SEVEN]
