"""Results survive whatever ends a process, and settings are ranked by validation digits alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuroscribble.errors import DataError, SettingsError
from neuroscribble.sweeps.ranking import difference, mean_and_error, ranked
from neuroscribble.sweeps.results import Keep, Line, Results
from viz.figures.ranking import MOST_ROWS, ranking_figure


def line(name: str, validation: float | None, *, seed: int = 1, test: float = 0.5) -> Line:
    return Line(
        fingerprint=f"{name}{seed}",
        settings={"hidden": name},
        seed=seed,
        tries=1,
        validation_accuracy=validation,
        test_accuracy=None if validation is None else test,
        best_epoch=1,
        seconds=2.0,
        failed="it would not" if validation is None else None,
    )


RUNS = [line("a", 0.90), line("b", 0.95), line("c", None), line("d", 0.93)]
ALL = {run.fingerprint for run in RUNS}


@pytest.mark.parametrize(
    ("keep", "networks"), [("all", ["a1", "b1", "d1"]), ("best", ["b1"]), ("none", [])]
)
def test_what_is_kept_is_there_again(keep: Keep, networks: list[str], tmp_path: Path) -> None:
    results = Results(tmp_path, keep=keep)
    for run in RUNS:
        results.add(run, None if run.failed else b"npz", among=ALL)
    assert sorted(path.stem for path in tmp_path.glob("*.npz")) == networks
    again = Results(tmp_path, keep=keep)
    assert again.lines == {run.fingerprint: run for run in RUNS}
    assert set(again.finished(ALL)) == {"a1", "b1", "d1"}  # what failed is not


def test_a_run_whose_network_is_gone_is_not_finished(tmp_path: Path) -> None:
    results = Results(tmp_path, keep="best")
    for run in RUNS:
        results.add(run, None if run.failed else b"npz", among=ALL)
    results.network_path("b1").unlink()
    assert set(results.finished(ALL)) == {"a1", "d1"}
    results.add(RUNS[1], b"npz", among=ALL)
    assert set(results.finished(ALL)) == {"a1", "b1", "d1"}
    assert set(Results(tmp_path, keep="all").finished(ALL)) == {"b1"}


def test_a_line_that_was_cut_short_does_not_count(tmp_path: Path) -> None:
    results = Results(tmp_path, keep="none")
    for run in RUNS[:2]:
        results.add(run, b"npz", among=ALL)
    whole = results.file.read_bytes()
    results.file.write_bytes(whole[:-7])
    again = Results(tmp_path, keep="none")
    assert set(again.lines) == {"a1"}
    again.add(RUNS[1], b"npz", among=ALL)
    assert results.file.read_bytes() == whole


@pytest.mark.parametrize(
    "wrong",
    [
        "[]",
        "no json",
        '{"fingerprint": "a"}',
        '{"fingerprint": "../a", "settings": {}, "seed": 1, "tries": 1, "failed": "so"}',
        '{"fingerprint": "a", "settings": {}, "seed": 1, "tries": 1, "validation_accuracy": 2, '
        '"test_accuracy": 0}',
        '{"fingerprint": "a", "settings": [], "seed": 1, "tries": 1, "failed": "so"}',
    ],
)
def test_a_line_of_something_else_is_refused_by_its_number(wrong: str, tmp_path: Path) -> None:
    results = Results(tmp_path, keep="none")
    results.add(RUNS[0], None, among=ALL)
    with results.file.open("a") as file:
        file.write(wrong + "\n")
    with pytest.raises(DataError, match=r"results\.jsonl, line 2 is none of a sweep"):
        Results(tmp_path, keep="none")


def test_settings_are_ranked_by_the_mean_of_their_validation_digits() -> None:
    groups = ranked(
        [
            *(line("a", accuracy, seed=seed) for seed, accuracy in ((1, 0.90), (2, 0.94))),
            *(line("b", accuracy, seed=seed) for seed, accuracy in ((1, 0.93), (2, 0.95))),
            line("c", 0.92, test=0.99),
            line("failed", None),
        ]
    )
    assert [(group.rank, str(group)) for group in groups] == [
        *((1, "hidden b"), (2, "hidden a"), (2, "hidden c")),
    ]  # means 0.94, 0.92 and 0.92: the best on test digits is no better for it
    # a: deviations ±0.02, so √(2 · 0.0004 / 1 / 2) = 0.02
    assert mean_and_error(groups[1].validation) == pytest.approx((0.92, 0.02))
    assert mean_and_error(groups[2].validation) == (0.92, None)
    # seed by seed 0.03 and 0.01: mean 0.02, deviations ±0.01, so √(2 · 0.0001 / 2) = 0.01
    assert difference(groups[0], groups[1]) == pytest.approx((0.02, 0.01))
    assert difference(groups[0], groups[2]) is None


def test_the_picture_has_a_row_for_each_setting_as_far_as_there_is_room() -> None:
    groups = ranked(line(f"{n}", 0.9 - n / 1000) for n in range(MOST_ROWS + 5))
    figure = ranking_figure(groups)
    (axes,) = figure.axes
    low, high = axes.get_xlim()
    assert low < 0.9 - (MOST_ROWS - 1) / 1000
    assert high > 0.9
    words = [text.get_text() for text in figure.texts]
    assert f"hidden {MOST_ROWS - 1}" in words
    assert f"hidden {MOST_ROWS}" not in words
    with pytest.raises(SettingsError, match="no run was finished"):
        ranking_figure([])
