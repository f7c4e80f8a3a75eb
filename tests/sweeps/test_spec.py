"""What a sweep's file may say, how many runs that makes, and what is refused in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuroscribble.errors import SettingsError
from neuroscribble.sweeps.spec import MOST_RUNS, Run, Value, read_spec

NAMES = ["hidden", "batch", "learning-rate", "upright"]


def refuse_zero(name: str, value: Value) -> None:
    if value == 0:
        raise SettingsError(f"{name} must not be 0.")


def runs_of(folder: Path, text: str) -> list[Run]:
    path = folder / "width.toml"
    path.write_text(text, encoding="utf-8")
    return read_spec(path, names=NAMES, check=refuse_zero)


def test_a_grid_is_every_combination_for_every_seed(tmp_path: Path) -> None:
    runs = runs_of(
        tmp_path, "seeds = 2\n[train]\nupright = true\n[grid]\nhidden=[[], [128, 64]]\nbatch=[8,16]"
    )
    assert [(run.own["hidden"], run.own["batch"], run.seed) for run in runs] == [
        *(("none", 8, 1), ("none", 8, 2), ("none", 16, 1), ("none", 16, 2)),
        *(("128,64", 8, 1), ("128,64", 8, 2), ("128,64", 16, 1), ("128,64", 16, 2)),
    ]
    assert all(run.common == {"upright": True} for run in runs)
    assert str(runs[0]) == "hidden none, batch 8, seed 1"


def test_a_file_that_says_nothing_is_one_run(tmp_path: Path) -> None:
    assert [str(run) for run in runs_of(tmp_path, "")] == ["the only run"]


def test_draws_stay_within_their_range_and_more_of_them_begin_with_the_same(tmp_path: Path) -> None:
    text = "seeds=[7]\n[random]\nruns={}\nbatch={{low=8, high=64}}\n" + (
        "learning-rate={{low=1e-4, high=1e-2, log=true}}\nhidden=[[32], [64]]"
    )
    few, many = (runs_of(tmp_path, text.format(n)) for n in (3, 200))
    assert few == many[:3]
    rates = [float(run.own["learning-rate"]) for run in many]
    assert all(1e-4 <= rate <= 1e-2 for rate in rates)
    assert 60 < sum(rate < 1e-3 for rate in rates) < 140  # half of them: a decade of two
    assert all(type(run.own["batch"]) is int and 8 <= run.own["batch"] <= 64 for run in many)
    assert {run.own["hidden"] for run in many} == {"32", "64"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[grid", "is no TOML"),
        ("girds = 1", r"width.toml: girds is unknown; near: grid\."),
        ("[grid]\nhiden = [[8]]", r"width.toml, \[grid\] hiden is unknown; near: hidden\."),
        ("[train]\nzzz = 1", "expected one of hidden, batch, learning-rate, upright"),
        ("[train]\nseed = 1", "belongs at the top of the file"),
        ("[train]\nbatch = 0", r"\[train\] batch: batch must not be 0\."),
        ("[train]\nbatch = 1979-05-27", "must be a text, a number"),
        ("[grid]\nbatch = 8", "must be a list of values; got 8"),
        ("[grid]\nbatch = []", "must be a list of values"),
        ("[train]\nbatch=8\n[grid]\nbatch=[8]", r"has batch in \[train\], too"),
        ("[grid]\nbatch=[8]\n[random]\nruns=1", r"has \[grid\] and \[random\]"),
        ("[random]\nbatch=[8]", r"\[random\] runs must be a whole number"),
        ("[random]\nruns=3", "names no option to draw"),
        ("[random]\nruns=3\nbatch={low=8}", "must be a list of values, or a range"),
        ("[random]\nruns=3\nbatch={low=8, high=8}", "from a number to a larger one"),
        ("[random]\nruns=3\nbatch={low=-1, high=8, log=true}", "from a number to a larger one"),
        ('[random]\nruns=3\nbatch={low="a", high="b"}', "from a number to a larger one"),
        ("seeds = []", "seeds must be different whole numbers"),
        ("seeds = [1, 1]", "seeds must be different whole numbers"),
        ("seeds = -3", "seeds must be different whole numbers"),
        ("train = 3", r"train must be a table, as in \[train\]; got 3"),
        (f"seeds = {10 * MOST_RUNS}\n[grid]\nbatch=[1, 2]", "at most 100,000 are taken"),
    ],
)
def test_what_is_no_sweep_is_refused_by_file_table_and_key(
    text: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=sentence) as refusal:
        runs_of(tmp_path, text)
    assert "width.toml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="expected a sweep in TOML"):
        read_spec(tmp_path, names=NAMES, check=refuse_zero)
