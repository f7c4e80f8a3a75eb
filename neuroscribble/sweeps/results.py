"""What came of the runs, in a folder: a line of JSON each, and the networks beside it.

A network's file is there before its line is: what has a line is finished, whenever a process or
the power ends. A line that was cut short by that does not count.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import DataError, OutputError
from ..files import require_writable, write_atomically
from .spec import Value

Keep = Literal["all", "best", "none"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is known of one run; one that failed has the reason and no accuracy."""

    fingerprint: str
    settings: Mapping[str, Value]  # those that are its own
    seed: int | None = None  # None: the recipe's
    tries: int
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    best_epoch: int | None = None
    seconds: float | None = None
    missing: str | None = None  # what its recipe wanted to learn from and was not there
    failed: str | None = None

    @property
    def is_finished(self) -> bool:
        return self.validation_accuracy is not None


class Results:
    """The folder. Lines of runs that others asked for stay in it and are left alone."""

    def __init__(self, folder: Path, *, keep: Keep) -> None:
        """Raises OutputError where nothing can be written, DataError for lines that are none."""
        self.file = folder / "results.jsonl"
        self._folder = folder
        self._keep = keep
        require_writable(self.file)
        self.lines = {line.fingerprint: line for line in self._read()}

    def finished(self, fingerprints: set[str]) -> dict[str, Line]:
        """Which of these runs need not be run again: their numbers and what is kept are there."""
        done = {key: self.lines[key] for key in fingerprints if key in self.lines}
        done = {key: line for key, line in done.items() if line.is_finished}
        wanted = {"all": list(done.values()), "best": best_of(done.values()), "none": []}
        for line in wanted[self._keep]:
            if not self.network_path(line.fingerprint).exists():
                del done[line.fingerprint]
        return done

    def add(self, line: Line, network: bytes | None, *, among: set[str]) -> None:
        """Keep what came of a run. among: the runs of which `best` is the best.

        Raises OutputError when it cannot be written.
        """
        others = among - {line.fingerprint}
        so_far = best_of(old for key, old in self.lines.items() if key in others)
        is_best = line.is_finished and best_of([*so_far, line]) == [line]
        if network and (self._keep == "all" or (self._keep == "best" and is_best)):
            write_atomically(self.network_path(line.fingerprint), network)
        self._append(line)
        self.lines[line.fingerprint] = line
        if self._keep == "best" and is_best:
            for old in so_far:
                self.network_path(old.fingerprint).unlink(missing_ok=True)

    def network_path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.npz"

    def _append(self, line: Line) -> None:
        text = json.dumps({key: told for key, told in asdict(line).items() if told is not None})
        try:
            with self.file.open("ab", buffering=0) as file:
                file.write(f"{text}\n".encode())  # in one piece
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(
                f"Cannot write {self.file}: {error.strerror or error}. Free some space and run the "
                "same command again: finished runs are skipped."
            ) from error

    def _read(self) -> Iterator[Line]:
        try:
            content = self.file.read_bytes() if self.file.exists() else b""
        except OSError as error:
            raise DataError(f"{self.file} cannot be read: {error.strerror or error}.") from error
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            write_atomically(self.file, whole)
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                yield _line(json.loads(line))
            except (ValueError, TypeError, RecursionError) as error:
                raise DataError(
                    f"{self.file}, line {number} is none of a sweep: {error}. Choose another "
                    "folder with --out, or remove the line."
                ) from error


def best_of(lines: Any) -> list[Line]:
    """The finished one that reads most validation digits, the first of equals; or none."""
    finished = [line for line in lines if line.is_finished]
    return [max(finished, key=lambda line: line.validation_accuracy)] if finished else []


def _line(told: Any) -> Line:
    line = Line(**told)
    if not (isinstance(line.fingerprint, str) and line.fingerprint.isalnum()):
        raise ValueError(f"its fingerprint is {line.fingerprint!r}")
    accuracies = (line.validation_accuracy, line.test_accuracy)
    has_failed = line.failed is not None and accuracies == (None, None)
    if not has_failed and not all(isinstance(a, float | int) and 0 <= a <= 1 for a in accuracies):
        raise ValueError(f"its accuracies are {accuracies}")
    if not isinstance(line.settings, dict):
        raise TypeError(f"its settings are {line.settings!r}")
    return line
