"""A log of a training: a line of JSON behind every epoch, which programs follow while it runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from ..errors import OutputError
from .loop import EpochReport


class Log:
    """Writes one line an epoch; a disk that fills up ends the log, not the training.

    Each has `epoch`, `step` (taken so far), `seconds`, and loss and accuracy of training and
    validation. Raises OutputError when the file cannot be begun; one that is there is replaced.
    """

    def __init__(self, path: Path) -> None:
        self.problem: str | None = None  # why it ended before the training did
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(
                f"Cannot write {path}: {error.strerror or error}. Choose another place with --log."
            ) from error
        self._began = perf_counter()
        self._step = 0

    def on_weights(self, step: int, parameters: object) -> None:
        self._step = step

    def on_epoch(self, report: EpochReport) -> None:
        if self.problem:
            return
        line = {
            "epoch": report.epoch,
            "step": self._step,
            "seconds": round(perf_counter() - self._began, 3),
            **asdict(report),
        }
        try:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
        except OSError as error:
            self.problem = f"{self._path} ends behind epoch {report.epoch - 1}: {error.strerror}."

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:  # what was not flushed is lost
            self.problem = self.problem or f"{self._path} is cut short: {error.strerror}."
