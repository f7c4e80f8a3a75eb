"""Sweeps on a real cluster of processes: what dies is begun again, what is finished stays."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import mortal_worker
import pytest
from command_line import refuse, run, succeed
from small_mnist import CONTENT, folder_with

import neuroscribble as ns
from neuroscribble import parallel
from neuroscribble.commands.learn import train
from neuroscribble.commands.sweep import OF_ONE
from neuroscribble.sweeps import engine
from neuroscribble.sweeps import run as runs
from neuroscribble.sweeps.run import Job, Materials
from neuroscribble.training.recipes import Recipe


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with engine.workers_of(None, n_workers=2) as client:
        yield client


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_with(tmp_path_factory.mktemp("small"), CONTENT)


@pytest.fixture
def jobs(data: Path) -> dict[str, tuple[Job, str]]:
    """Small runs, each with a short name, more than twice as many as there are workers."""
    materials = Materials(data=str(data), classes=None, also=None, teacher=None)
    facts = runs.facts_of(materials)
    recipes = [Recipe(hidden=(4,), epochs=1, seed=seed) for seed in range(5)]
    each = [Job(recipe=recipe, materials=materials, also_times=20) for recipe in recipes]
    return {f"run{n}": (job, facts) for n, job in enumerate(each)}


def spec(folder: Path, data: Path, text: str) -> Path:
    path = folder / "width.toml"
    path.write_text(f"{text}\n[train]\nepochs = 1\ndata = '{data}'\n", encoding="utf-8")
    return path


def lines_of(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def came_of(client: Any, jobs: Any, work: Any) -> tuple[dict[str, Any], list[Any]]:
    troubles: list[Any] = []
    came = engine.outcomes(
        client, jobs, on_trouble=lambda *trouble: troubles.append(trouble), work=work
    )
    return {key: (tries, what) for key, tries, what in came}, troubles


def test_a_worker_killed_in_the_middle_of_a_run_costs_no_run(
    client: Any, jobs: dict[str, tuple[Job, str]], tmp_path: Path
) -> None:
    work = partial(mortal_worker.dies_in_its_third_step, mark=tmp_path / "mark")
    came, troubles = came_of(client, jobs, work)
    assert sorted(came) == sorted(jobs)
    ((sentence, again),) = troubles
    assert sentence.startswith("worker tcp://127.0.0.1:")
    assert sentence.endswith(" was lost")
    assert len(again) == 1  # none that waited
    assert {key: tries for key, (tries, _) in came.items() if tries > 1} == dict.fromkeys(again, 2)
    for key, job in jobs.items():  # the same as without a cluster
        assert came[key][1].network == runs.run(*job).network


def test_a_run_that_fails_is_tried_again_and_in_the_end_reported(
    client: Any, jobs: dict[str, tuple[Job, str]], tmp_path: Path
) -> None:
    one = {"run0": jobs["run0"]}
    work = partial(mortal_worker.fails_at_first, mark=tmp_path / "mark")
    came, troubles = came_of(client, one, work)
    assert troubles == [("it failed: OSError: the disk is away", ["run0"])]
    assert (came["run0"][0], came["run0"][1].best_epoch) == (2, 1)
    came, troubles = came_of(client, one, mortal_worker.fails_always)
    assert len(troubles) == 2
    assert came == {"run0": (3, engine.Failure("MemoryError"))}
    came, troubles = came_of(client, one, mortal_worker.refuses)
    assert (came, troubles) == ({"run0": (1, engine.Failure("it cannot be"))}, [])


def test_no_worker_looks_every_moment_at_what_its_run_is_doing(client: Any) -> None:
    def is_profiled() -> bool:
        import dask

        return bool(dask.config.get("distributed.worker.profile.enabled"))

    assert set(client.run(is_profiled).values()) == {False}


def test_a_run_takes_one_thread_and_the_same_data_as_the_first(
    jobs: dict[str, tuple[Job, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with parallel.on_this_thread(), monkeypatch.context() as patch:
        patch.setattr(parallel, "_helper", lambda: pytest.fail("nobody is to help"))
        assert parallel.in_blocks(lambda part: part.start, 4, 2**17) == [0, 1, 2, 3]
    with pytest.raises(ns.DataError, match="reads other data under the name"):
        runs.run(jobs["run0"][0], "another fingerprint")


def test_a_sweep_is_resumed_ranked_and_keeps_the_best(
    client: Any, data: Path, tmp_path: Path
) -> None:
    words = ["--out", tmp_path / "out", "--keep", "best", "--scheduler", client.scheduler.address]
    grid = "[grid]\nhidden = [[4], '4', 'none']"
    told = succeed("sweep", spec(tmp_path, data, f"seeds = [1]\n{grid}"), *words)
    assert "1 of 3 runs are equal to others." in told
    lines = lines_of(tmp_path / "out")
    assert sorted(line["settings"]["hidden"] for line in lines) == ["4", "none"]
    told = succeed("sweep", spec(tmp_path, data, f"seeds = 2\n{grid}"), *words)
    assert "2 of 4 runs are finished and skipped.\nRuns to do: 2. Workers: 2.\n" in told
    lines = lines_of(tmp_path / "out")
    assert len(lines) == 4
    assert told.count("\nrun ") == 2
    (kept,) = (tmp_path / "out").glob("*.npz")
    best = max(line["validation_accuracy"] for line in lines)
    network = ns.load_network(kept)
    assert network.meta["validation_accuracy"] == best
    assert [line["validation_accuracy"] for line in lines if line["fingerprint"] == kept.stem] == [
        best
    ]
    assert network.usual
    assert (tmp_path / "out/ranking.png").stat().st_size > 10_000
    assert "rank  hidden  runs" in told


def test_equal_runs_are_equal_to_each_other_and_to_what_train_makes(
    client: Any, data: Path, tmp_path: Path
) -> None:
    file = spec(tmp_path, data, "seeds = [3]\n[grid]\nhidden = [[4]]")
    for name in ("one", "two"):
        succeed("sweep", file, "--out", tmp_path / name, "--scheduler", client.scheduler.address)
    one, two = ([*(tmp_path / name).glob("*.npz")] for name in ("one", "two"))
    assert one[0].name == two[0].name
    assert one[0].read_bytes() == two[0].read_bytes()
    by_hand = ["--data", data, "--epochs", 1, "--hidden", 4, "--seed", 3, "--no-history"]
    out = tmp_path / "by_hand.npz"
    succeed("train", *by_hand, "--out", out, "--pictures", tmp_path)
    assert ns.load_network(out).fingerprint() == ns.load_network(one[0]).fingerprint()


def test_a_run_that_cannot_be_is_reported_and_the_others_are_kept(
    client: Any, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = partial(mortal_worker.refuses_one, hidden=(5,))
    monkeypatch.setattr(engine, "run", work)
    file = spec(tmp_path, data, "[grid]\nhidden = [[4], [5]]")
    words = ["--out", tmp_path / "out", "--scheduler", client.scheduler.address]
    code, out, err = run("sweep", file, *words)
    assert code == 2
    assert "hidden 5: failed: it cannot be" in out
    assert err == (
        "Error: 1 of 2 runs failed, the first (hidden 5) because it cannot be. The others are "
        "kept; the same command tries these again.\n"
    )
    monkeypatch.undo()
    assert "1 of 2 runs are finished and skipped." in succeed("sweep", file, *words)


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("[grid]\nhiden = [[4]]", [], r"width.toml, \[grid\] hiden is unknown; near: hidden"),
        ("[grid]\nlog = ['a']", [], "log is unknown"),
        ("[grid]\nbatch = [0]", [], r"\[grid\] batch: .*0 is not in the range"),
        ("[grid]\nbatch = [2.5]", [], r"\[grid\] batch: .*'2.5' is not a valid integer"),
        ("[grid]\nupright = [3]", [], r"\[grid\] upright: .*does not take a value"),
        ("[grid]\noptimizer = ['adm']", [], "optimizer adm: optimizer must be one of"),
        ("", ["--scheduler", "tcp://a:1", "--workers", 1], "--workers is for this machine"),
        ("", ["--scheduler", "nonsense://x"], "No scheduler of Dask answers at nonsense://x"),
        ("", ["--scheduler", "foo"], "No scheduler of Dask answers at foo"),
        ("", ["--scheduler", "nonsense://x:1"], "No scheduler of Dask answers at nonsense://x:1"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_any_work(
    text: str, words: list[Any], sentence: str, data: Path, tmp_path: Path
) -> None:
    told = refuse("sweep", spec(tmp_path, data, text), "--out", tmp_path / "out", *words)
    assert re.search(sentence, told), told


def test_data_that_no_worker_can_read_is_told_as_to_train(client: Any, tmp_path: Path) -> None:
    words = ["--out", tmp_path / "out", "--scheduler", client.scheduler.address]
    told = refuse("sweep", spec(tmp_path, tmp_path / "nowhere", ""), *words)
    assert "nowhere" in told


def test_a_scheduler_that_is_not_there_and_a_missing_library_are_told(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    file = spec(tmp_path, data, "")
    told = refuse("sweep", file, "--out", tmp_path / "out", "--scheduler", nobody)
    assert f"No scheduler of Dask answers at {nobody}" in told
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = refuse("sweep", file, "--out", tmp_path / "out")
    assert "pip install 'neuroscribble[cluster]'" in told


def test_every_option_of_train_is_one_of_a_sweep_or_of_a_single_training() -> None:
    """Whoever adds one decides."""
    from inspect import signature

    from neuroscribble.commands.chosen import chosen_recipe

    swept = {
        *signature(chosen_recipe).parameters,
        "data",
        "classes",
        "also",
        "also_times",
        "device",
    }
    assert {option.name for option in train.params} == swept | OF_ONE
