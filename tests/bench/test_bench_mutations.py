"""Damaged and hostile files are read or refused: no traceback, no hang, no program called."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
N_FILES = 200


@pytest.mark.slow
def test_hundreds_of_damaged_files_are_read_or_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSCRIBBLE_MODELS", str(tmp_path / "none"))  # small files alone
    bench = runpy.run_path(str(ROOT / "bench" / "mutations.py"))
    paths = bench["mutants"](tmp_path / "files", N_FILES, 5)
    judged = bench["in_own_process"](paths, tmp_path / "files" / "good")
    assert len(judged) == N_FILES
    assert {name: one for name, one in judged.items() if one not in ("read", "refused")} == {}
    assert 15 < list(judged.values()).count("read") < 150  # of both there are some
