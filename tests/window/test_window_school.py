"""Lessons with their files: nothing lost on a full disk, nothing replaced that was not meant."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from small_school import few_digits, small_school

from neuroscribble.data.sources import KnownDigits
from neuroscribble.errors import DataError, OutputError
from neuroscribble.formats.storage import load_network
from neuroscribble.ink.drawing import DrawnStroke, render_drawing
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.teaching.corrections import load_corrections
from viz.window.canvas import SIDE
from viz.window.reading import Reading, read
from viz.window.school import School

STROKES = (DrawnStroke([(140.0, 40.0), (140.0, 240.0)], 24),)


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return build_mlp((16, 8), rng=rng)


@pytest.fixture
def school(network: Network, tmp_path: Path) -> School:
    return small_school(network, tmp_path)


def reading(network: Network) -> Reading:
    return read(network, render_drawing(STROKES, canvas=SIDE, side=SIDE))


def teach(school: School, label: int = 1) -> None:
    school.teach(STROKES, reading(school.network), label, mixed=True)


def fill_the_disk(patch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(os, "fsync", full)


def test_a_lesson_is_kept_with_what_was_said_before_it(school: School) -> None:
    before = reading(school.network)
    teach(school)
    school.keep()
    (kept,) = load_corrections(school.corrections)
    assert before.probabilities is not None
    assert (kept.label, kept.said) == (1, before.ranking[0])
    assert kept.probabilities == pytest.approx(before.probabilities.tolist())
    assert kept.strokes == STROKES
    np.testing.assert_array_equal(kept.image, before.image.ravel())


def test_no_digit_is_loaded_before_the_first_lesson(network: Network, tmp_path: Path) -> None:
    calls = []
    school = School(network, digits=lambda: calls.append(1) or few_digits(), corrections=tmp_path)
    assert school.lessons == []
    assert not school.can_undo
    assert not school.is_unsaved
    assert calls == []
    school.prepare()
    school.prepare()
    teach(school)
    assert calls == [1]


def test_digits_that_cannot_be_had_are_asked_for_again(network: Network, tmp_path: Path) -> None:
    answers = [DataError("no digits"), few_digits()]

    def digits() -> KnownDigits:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    school = School(network, digits=digits, corrections=tmp_path)
    with pytest.raises(DataError, match="no digits"):
        teach(school)
    assert school.lessons == []
    teach(school)
    assert len(school.lessons) == 1


def test_undo_takes_the_file_away_too(school: School) -> None:
    flat = school.network.parameters.flat.copy()
    teach(school)
    school.keep()
    assert school.is_unsaved
    school.undo()
    assert load_corrections(school.corrections) == []
    assert not school.is_unsaved
    np.testing.assert_array_equal(school.network.parameters.flat, flat)


def test_on_a_full_disk_corrections_wait(school: School) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fill_the_disk(patch)
        for n in (1, 2):
            teach(school, label=n)
            with pytest.raises(OutputError, match="No space left on device") as refused:
                school.keep()
            assert school.n_waiting == n
        assert "2 corrections" in str(refused.value)
        assert "--out" not in str(refused.value)
    teach(school, label=3)
    school.keep()
    assert school.n_waiting == 0
    assert [kept.label for kept in load_corrections(school.corrections)] == [1, 2, 3]


def test_a_full_disk_leaves_the_old_file(school: School) -> None:
    teach(school)
    school.save(replace=False)
    old = school.out.read_bytes()
    teach(school)
    with pytest.MonkeyPatch.context() as patch:
        fill_the_disk(patch)
        with pytest.raises(OutputError, match="No space left"):
            school.save(replace=True)
    assert school.out.read_bytes() == old
    assert school.is_unsaved


def test_what_is_saved_is_what_was_learned(school: School) -> None:
    teach(school)
    path = school.save(replace=False)
    assert path == school.out
    assert not school.is_unsaved
    saved = load_network(path)
    np.testing.assert_array_equal(saved.parameters.flat, school.network.parameters.flat)
    assert saved.meta["taught"][0]["lessons"] == 1


def test_of_two_windows_that_save_at_once_one_must_ask(network: Network, tmp_path: Path) -> None:
    first, second = small_school(network, tmp_path), small_school(network, tmp_path)
    teach(first)
    first.save(replace=False)
    kept = first.out.read_bytes()
    teach(second)
    with pytest.raises(OutputError, match="exists"):
        second.save(replace=False)
    assert first.out.read_bytes() == kept


def test_a_read_only_file_is_left_and_another_name_taken(school: School) -> None:
    school.out.write_bytes(b"precious")
    school.out.chmod(0o444)
    taken = school.out.with_name("weights-learned-2.npz")
    taken.write_bytes(b"too")
    taken.chmod(0o400)
    teach(school)
    assert school.save(replace=True).name == "weights-learned-3.npz"
    assert school.out.read_bytes() == b"precious"
