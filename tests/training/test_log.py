"""A log has a line of JSON for each epoch, as soon as it is over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from neuroscribble.errors import OutputError
from neuroscribble.training.log import Log
from neuroscribble.training.loop import EpochReport


def test_a_line_can_be_read_as_soon_as_its_epoch_is_over(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.jsonl"
    log = Log(path)
    log.on_weights(7, None)
    log.on_epoch(EpochReport(1, 0.5, 0.8, 0.25, 0.9))
    (line,) = map(json.loads, path.read_text("utf-8").splitlines())
    assert 0 <= line.pop("seconds") < 60
    assert line == {
        **{"epoch": 1, "step": 7, "train_loss": 0.5, "train_accuracy": 0.8},
        **{"validation_loss": 0.25, "validation_accuracy": 0.9},
    }
    log.on_epoch(EpochReport(2, 0.4, 0.8, 0.25, 0.9))
    log.close()
    assert len(path.read_text("utf-8").splitlines()) == 2
    assert log.problem is None


def test_what_cannot_be_begun_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Choose another place with --log"):
        Log(tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full")
def test_a_full_disk_ends_the_log_and_not_the_training() -> None:
    log = Log(Path("/dev/full"))
    for epoch in (1, 2):
        log.on_epoch(EpochReport(epoch, 0.5, 0.8, 0.25, 0.9))
    log.close()
    assert log.problem == "/dev/full ends behind epoch 0: No space left on device."
