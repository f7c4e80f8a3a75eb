"""Event files of a training, which TensorBoard shows: loss and accuracy behind every epoch."""

from __future__ import annotations

from pathlib import Path
from time import time

from ..errors import OutputError
from .loop import EpochReport

PREFIX = "events"  # TensorBoard finds files by the rest of the name, .out.tfevents.TIME.MACHINE


class Events:
    """Writes them as soon as an epoch is over; a disk that fills up ends them, not the training.

    The axis counts training steps. The extra `tensorboard` brings tensorboardX, of which this is
    the part that writes at once: its usual writer has a thread, which a full disk would stop
    without a word. Raises OutputError without it, or when the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        try:
            from tensorboardX.event_file_writer import EventsWriter
        except ImportError as error:
            raise OutputError(
                "--tensorboard needs tensorboardX: pip install 'neuroscribble[tensorboard]'; "
                "--log writes lines of JSON without it."
            ) from error
        self.problem: str | None = None  # why they ended before the training did
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._writer = EventsWriter(str(folder / PREFIX))
            self._writer.flush()
        except OSError as error:
            raise OutputError(
                f"Cannot write to {folder}: {error.strerror or error}. "
                "Choose another place with --tensorboard."
            ) from error
        self._step = 0

    def on_weights(self, step: int, parameters: object) -> None:
        self._step = step

    def on_epoch(self, report: EpochReport) -> None:
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.summary import scalar

        numbers = {
            "loss/training": report.train_loss,
            "loss/validation": report.validation_loss,
            "accuracy/training": report.train_accuracy,
            "accuracy/validation": report.validation_accuracy,
        }
        try:
            if not self.problem:
                for name, value in numbers.items():
                    summary = scalar(name, value)
                    event = Event(wall_time=time(), step=self._step, summary=summary)
                    self._writer.write_event(event)
                self._writer.flush()
        except OSError as error:
            self.problem = (
                f"the events in {self._folder} end behind epoch {report.epoch - 1}: "
                f"{error.strerror}."
            )

    def close(self) -> None:
        try:
            self._writer.close()
        except OSError as error:  # what was not flushed is lost
            self.problem = self.problem or (
                f"the events in {self._folder} are cut short: {error.strerror}."
            )
