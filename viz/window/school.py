"""Where the window's network learns: its teacher, its corrections on disk, its file.

The teacher needs other digits, which take a moment to load or to draw; that can happen in the
background. Whatever cannot be written is remembered and written with the next thing that is.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import KnownDigits, NamedDigits, load_known_digits
from neuroscribble.errors import OutputError
from neuroscribble.files import is_read_only
from neuroscribble.formats.storage import save_network
from neuroscribble.ink.fields import as_read
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.teaching.corrections import Correction, now, remove_correction, save_correction
from neuroscribble.teaching.lessons import Lesson
from neuroscribble.teaching.teacher import Teacher, teacher_for

from .canvas import SIDE, Strokes
from .reading import Reading

CORRECTIONS = Path("output/corrections")
LEARNED = Path("weights-learned.npz")


@dataclass
class Record:
    """A correction and the file that keeps it, if it could be written."""

    correction: Correction
    path: Path | None = None


class School:
    """Lessons for one network, each with its record."""

    def __init__(
        self,
        network: Network,
        *,
        digits: Callable[[], KnownDigits] = load_known_digits,
        corrections: Path = CORRECTIONS,
        out: Path = LEARNED,
    ) -> None:
        """digits: loads what to replay and to probe, when it is needed first.

        corrections: the folder that keeps them; out: the file of the learned network.
        """
        self.network = network
        self.corrections = corrections
        self.out = out
        self._digits = digits
        self._making: Future[Teacher] | None = None
        self._records: list[Record] = []
        self._saved = network.parameters.flat.copy()  # what some file holds

    def prepare(self) -> None:
        """Make the teacher in the background, unless that has begun."""
        if self._making is None:
            worker = ThreadPoolExecutor(1)
            self._making = worker.submit(self._make_teacher)
            worker.shutdown(wait=False)

    @property
    def teacher(self) -> Teacher:
        """The teacher; waits for it. Raises DataError when the digits cannot be had."""
        self.prepare()
        assert self._making is not None
        try:
            return self._making.result()
        except Exception:
            self._making = None  # the next time may go better
            raise

    @property
    def lessons(self) -> list[Lesson]:
        """All lessons that count, the oldest first."""
        return self.teacher.lessons if self._records else []

    @property
    def can_undo(self) -> bool:
        """Whether the last lesson can be taken back."""
        return bool(self._records) and self.teacher.can_undo

    @property
    def is_unsaved(self) -> bool:
        """Whether the network knows something that no file holds."""
        return not np.array_equal(self.network.parameters.flat, self._saved)

    @property
    def n_waiting(self) -> int:
        """How many corrections could not be written yet."""
        return sum(record.path is None for record in self._records)

    def teach(self, strokes: Strokes, reading: Reading, label: int, *, mixed: bool) -> Lesson:
        """Learn that the drawing is a `label`. Raises DataError without digits to replay.

        `keep` then writes the correction.
        """
        assert reading.probabilities is not None
        lesson = self.teacher.teach(reading.pixels, label, mixed=mixed)
        self._records.append(
            Record(
                Correction(
                    strokes=strokes,
                    canvas=SIDE,
                    label=label,
                    said=reading.ranking[0],
                    probabilities=tuple(float(p) for p in reading.probabilities),
                    time=now(),
                )
            )
        )
        return lesson

    def keep(self) -> None:
        """Write the corrections that wait; raises OutputError, and they go on waiting."""
        try:
            for record in self._records:
                if record.path is None:
                    record.path = save_correction(self.corrections, record.correction)
        except OutputError as error:
            cause = error.__cause__
            reason = getattr(cause, "strerror", None) or str(error)
            n = self.n_waiting
            what, waits = ("the correction", "It waits")
            if n > 1:
                what, waits = (f"{n} corrections", "They wait")
            raise OutputError(
                f"Learned, but {what} could not be kept in {self.corrections}: {reason}. "
                f"{waits} here and will be written with the next one."
            ) from error

    def undo(self) -> Lesson:
        """Take the last lesson back, bit for bit, and its file away.

        Raises OutputError when the file stays; the lesson is taken back all the same.
        """
        lesson = self.teacher.undo()
        record = self._records.pop()
        if record.path is not None:
            remove_correction(record.path)
        return lesson

    def save(self, *, replace: bool) -> Path:
        """Write the learned network; returns where.

        It is `out`, unless that is read-only: then a new file beside it. Raises OutputError when
        it cannot be written, or when there is a file already and `replace` is false.
        """
        path = self.target
        save_network(path, self.network, meta=self.teacher.meta(), replace=replace)
        self._saved = self.network.parameters.flat.copy()
        return path

    @property
    def target(self) -> Path:
        """Where `save` writes."""
        path, number = self.out, 2
        while is_read_only(path):
            path = self.out.with_stem(f"{self.out.stem}-{number}")
            number += 1
        return path

    def _make_teacher(self) -> Teacher:
        known = self._digits()
        return teacher_for(
            self.network, KnownDigits(self._as_read(known.replay), self._as_read(known.probe))
        )

    def _as_read(self, known: NamedDigits) -> NamedDigits:
        """Digits in the size and the channels that the network reads."""
        images = as_read(known.digits.images, input_of(self.network))
        return replace(known, digits=Digits(images, known.digits.labels))
