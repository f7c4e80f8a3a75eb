"""The bar of a training tells its loss, how well it reads, and the time that is left."""

from __future__ import annotations

import io
import re
from contextlib import closing

import pytest

from neuroscribble.commands.console import CALM, TrainingProgress
from neuroscribble.training.loop import EpochReport, StepReport


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_has_loss_accuracy_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of epochs of few steps; the loss is the mean of so many, then one that forgets."""
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with closing(TrainingProgress(epochs=2)) as progress:
        progress._bar.mininterval = 0.0  # seconds between two pictures of it
        for step, loss in enumerate((3.0, 1.0), start=1):
            progress.on_step(StepReport(1, step, 2, loss))
        first = terminal.getvalue().split("\r")[-1]
        progress.on_epoch(EpochReport(1, 2.0, 0.5, 1.5, 0.625))
        progress.on_step(StepReport(2, 1, 2, 5.0))
        second = terminal.getvalue().split("\r")[-1]
    assert terminal.getvalue().startswith("\rpreparing:   0%|")
    assert re.fullmatch(r"epoch 1/2:  50%\|.+\| 00:00 left, loss 2\.000", first.rstrip())
    assert re.search(
        r"epoch 2/2:  75%\|.+\| 00:00 left, loss 3\.000, validation 62\.50%", second.rstrip()
    )
    assert len(re.sub(r"\|.+\|", "||", second.rstrip())) <= 60  # 20 of 80 columns for the bar
    assert CALM > 3


def test_without_a_terminal_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(TrainingProgress(epochs=1)) as progress:
        progress.on_step(StepReport(1, 1, 2, 3.0))
        progress.on_epoch(EpochReport(1, 2.0, 0.5, 1.5, 0.625))
    out, err = capsys.readouterr()
    assert out.startswith("epoch  1/1  training: loss 2.0000, accuracy 50.00%")
    assert err == ""
