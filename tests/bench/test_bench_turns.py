"""Contenders take turns; a peer that breaks is left out with its reason, ours ends it all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import turns as harness  # noqa: E402

CONTENDER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from turns import serve

def answer(command):
    print("a library talks")  # which must not be taken for an answer
    if command["do"] == "setup":
        return sys.argv[2]
    if sys.argv[2] == "breaks" and command["number"] == 2:
        raise ValueError("a weight is lost\\nand more")
    if sys.argv[2] == "dies":
        os._exit(1)
    return command["number"]

serve(answer)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEUROSCRIBBLE_PEERS", sys.executable)
    script = tmp_path / "contender.py"
    script.write_text(CONTENDER, encoding="utf-8")
    return script


def contender(program: Path, name: str, *, is_peer: bool = True) -> harness.Process:
    return harness.Process(name, [program, BENCH, name], is_peer=is_peer)


def test_a_peer_that_breaks_or_dies_is_left_out_and_the_others_go_on(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with harness.Turns() as turns:
        for name in ("steady", "breaks", "dies"):
            turns.start(contender(program, name))
        assert turns.facts == {"steady": "steady", "breaks": "breaks", "dies": "dies"}
        first = turns.ask_each(1, "turn", number=1)
        again = turns.ask_each(2, "turn", number=2)
    assert first == {"steady": [1], "breaks": [1], "dies": []}
    assert again == {"steady": [2, 2], "breaks": []}
    assert turns.left_out == {
        "breaks": "ValueError: a weight is lost",
        "dies": "its process ended",
    }
    assert "Left out: breaks: ValueError: a weight is lost.\n" in capsys.readouterr().out
    assert not any(map(harness.is_missing, turns.left_out.values()))


def test_ours_that_breaks_ends_the_benchmark(program: Path) -> None:
    with harness.Turns() as turns:
        turns.start(contender(program, "breaks", is_peer=False))
        with pytest.raises(RuntimeError, match="breaks: ValueError: a weight is lost"):
            turns.ask("breaks", "turn", number=2)
