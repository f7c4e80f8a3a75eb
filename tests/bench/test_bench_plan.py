"""`make bench` goes on where it was stopped, and one benchmark that fails is not the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command_line import refuse, succeed
from command_line import run as invoke

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import fingerprint  # noqa: E402
import plan  # noqa: E402

SCRIPT = """
import json
from pathlib import Path

def main(out, weights, *, rounds=5, **facts):
    with (Path(__file__).parents[1] / "log").open("a") as log:
        log.write(f"{out.stem} {rounds}, ")
    EXTRA
    out.write_text(json.dumps({"goals": [], "rounds": rounds}))
"""
ROWS = (
    plan.Benchmark("one", 1, ("code",), short={"rounds": 2}),
    plan.Benchmark("two", 1, ("code", "more")),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of two benchmarks that note that they ran."""
    monkeypatch.setattr(fingerprint, "surroundings", lambda: {"machine": os.environ["MACHINE"]})
    monkeypatch.setenv("MACHINE", "this one")
    monkeypatch.chdir(tmp_path)
    for name in ("bench", "code"):
        (tmp_path / name).mkdir()
    for name in ("one", "two"):
        script(tmp_path, name, "")
    (tmp_path / "code" / "formula.py").write_text("1 + 1", encoding="utf-8")
    (tmp_path / "more").write_text("2 + 2", encoding="utf-8")
    (tmp_path / "weights.npz").write_bytes(b"weights")
    return tmp_path


def script(root: Path, name: str, extra: str) -> None:
    text = SCRIPT.replace("EXTRA", extra)
    (root / "bench" / f"{name}.py").write_text(text, encoding="utf-8")


def run(root: Path, **options: Any) -> tuple[Any, str]:
    """The outcome, and what has run, with how many rounds."""
    log = root / "log"
    log.unlink(missing_ok=True)
    outcome = plan.run(ROWS, lambda name: root / f"{name}.json", root=root, **options)
    return outcome, log.read_text() if log.exists() else ""


def test_what_has_finished_is_kept(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, ran = run(root)
    assert ran == "one 2, two 5, "
    assert capsys.readouterr().out.startswith("2 of 2 benchmarks to run, about 2 min.\n")
    second, ran = run(root)
    assert ran == ""
    out = capsys.readouterr().out
    assert out.startswith("0 of 2 benchmarks to run, no time; 2 kept from before, --again runs all")
    assert "[2/2] two: kept, measured on 20" in out
    assert {name: one["rounds"] for name, one in second.results.items()} == {"one": 2, "two": 5}
    assert run(root, again=True)[1] == "one 2, two 5, "


def _edit(root: Path) -> None:
    (root / "code" / "formula.py").write_text("1 + 2", encoding="utf-8")


def _edit_more(root: Path) -> None:
    (root / "more").write_text("2 + 3", encoding="utf-8")


def _edit_script(root: Path) -> None:
    script(root, "one", "'changed'")


def _train(root: Path) -> None:
    (root / "weights.npz").write_bytes(b"others")


def _move(root: Path) -> None:
    os.environ["MACHINE"] = "another"


def _damage(root: Path) -> None:
    (root / "two.json").write_text('{"made": ', encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "runs"),
    [
        (_edit, "one 2, two 5, "),
        (_edit_more, "two 5, "),
        (_edit_script, "one 2, "),
        (_train, "one 2, two 5, "),
        (_move, "one 2, two 5, "),
        (_damage, "two 5, "),
    ],
)
def test_what_its_numbers_come_from_has_changed(
    root: Path, change: Callable[[Path], None], runs: str
) -> None:
    run(root)
    change(root)
    assert run(root)[1] == runs


def test_a_full_result_is_kept_in_a_usual_run_but_not_the_other_way_round(root: Path) -> None:
    run(root)
    assert run(root, full=True)[1] == "one 5, "  # of the second no less is measured usually
    assert run(root)[1] == ""


def test_killed_in_the_middle_it_goes_on(root: Path) -> None:
    script(root, "two", "import os; os._exit(9)")
    program = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "import fingerprint, plan; fingerprint.surroundings = lambda: {'machine': 'this one'};"
        "root = Path(sys.argv[2]); row = plan.Benchmark;"
        "plan.run((row('one', 1, ('code',), short={'rounds': 2}), row('two', 1, ())),"
        " lambda name: root / f'{name}.json', root=root)"
    )
    command = [sys.executable, "-c", program, str(BENCH), str(root)]
    environment = {**os.environ, "PYTHONPATH": str(BENCH.parent)}
    assert (
        subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 9
    )
    script(root, "two", "")
    assert run(root)[1] == "two 5, "


def test_one_that_fails_is_told_and_run_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script(root, "one", "raise ZeroDivisionError('by nothing')")
    outcome, _ = run(root)
    assert outcome.failed == {"one": "ZeroDivisionError: by nothing"}
    assert list(outcome.results) == ["two"]
    assert "[1/2] one failed: ZeroDivisionError: by nothing" in capsys.readouterr().out
    assert run(root)[1] == "one 2, "


def test_a_missing_peer_is_told_and_a_broken_one_is_a_failure(root: Path) -> None:
    left_out = {"torch": "ModuleNotFoundError: no torch", "jax": "its process ended"}
    text = f"out.write_text(json.dumps({{'left_out': {left_out}}})); return"
    script(root, "one", text)
    outcome, _ = run(root)
    assert outcome.missing == {"one, torch": "ModuleNotFoundError: no torch"}
    assert outcome.failed == {"one": "jax: its process ended"}
    assert run(root)[1] == "one 2, "  # measured again: the peer may do better
    script(root, "one", text.replace("its process ended", "ImportError: no jax"))
    assert run(root)[0].failed == {}
    outcome, ran = run(root)
    assert (ran, len(outcome.results)) == ("", 2)


def test_every_row_is_there_with_all_the_code_that_its_script_imports() -> None:
    for row in plan.ROWS:
        told = {row.file, *row.code}
        for file in [path for path in told if path.startswith("bench/") and path.endswith(".py")]:
            text = (BENCH.parent / file).read_text(encoding="utf-8")
            for other in BENCH.glob("*.py"):
                if f"\nfrom {other.stem} import" in text or f"\nimport {other.stem} " in text:
                    assert f"bench/{other.name}" in told, f"{row.name} uses {other.name}"
        for path in told - {"bench/node_modules/@tensorflow/tfjs/package.json"}:
            assert (BENCH.parent / path).exists(), path
        if "\nfrom viz" in (BENCH.parent / row.file).read_text(encoding="utf-8"):
            assert "viz" in told, row.name


def test_a_usual_run_leaves_out_what_is_only_for_a_full_one() -> None:
    def names(*parts: str, **options: Any) -> list[str]:
        return [
            row.name for row in plan.chosen(parts, **{"full": False, "weights": None, **options})
        ]

    assert {"page", "training", "lessons"} <= set(names())
    assert not {"gpu", "accuracy-cnn"} & set(names())
    assert set(names(full=True)) == set(plan.NAMES)
    assert "accuracy-cnn" not in names(full=True, weights=Path("mine.npz"))
    assert names("gpu") == ["gpu"]
    assert sum(row.minutes for row in plan.chosen((), full=False, weights=None)) <= 15


def test_a_benchmark_that_is_none_is_refused_and_a_failure_leaves_with_two(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "PART must be some of page, learn," in refuse("bench", "page", "pagge")
    monkeypatch.setattr(plan, "ROWS", ROWS)
    monkeypatch.setattr(plan, "run", partial(plan.run, root=root))
    script(root, "one", "raise ZeroDivisionError('by nothing')")
    failed = invoke("bench")
    assert failed.code == 2
    assert "1 of 2 benchmarks failed (one: ZeroDivisionError: by nothing)" in failed.err
    assert (root / "output" / "bench.json").is_file()  # of the other one
    script(root, "one", "")
    assert succeed("bench").startswith("1 of 2 benchmarks to run")


def test_surroundings_name_machine_versions_and_digits() -> None:
    told = json.loads(json.dumps(fingerprint.surroundings()))
    assert set(told) == {"machine", "python", "ours", "peers", "browser", "digits"}
    assert any(line.startswith("numpy ") for line in told["ours"])
