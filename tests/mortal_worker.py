"""Work for a cluster's workers that goes wrong: they die in the middle of it, or it raises."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from neuroscribble.errors import SettingsError
from neuroscribble.sweeps import run as runs
from neuroscribble.sweeps.run import Job, Outcome


def is_first(mark: Path) -> bool:
    """Whether nobody has asked before."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def dies_in_its_third_step(job: Job, facts: str, *, mark: Path) -> Outcome:
    """Trains; the first process that does is killed by then."""
    if is_first(mark):
        train = runs.train_and_measure

        def on_step(report: Any) -> None:
            if report.step == 3:
                os.kill(os.getpid(), signal.SIGKILL)

        def deadly(*arguments: Any, **options: Any) -> Any:
            return train(*arguments, **{**options, "on_step": on_step})

        runs.train_and_measure = deadly  # type: ignore[assignment]
    return runs.run(job, facts)


def fails_at_first(job: Job, facts: str, *, mark: Path) -> Outcome:
    if is_first(mark):
        raise OSError("the disk is away\nfor good")
    return runs.run(job, facts)


def fails_always(job: Job, facts: str) -> Outcome:
    raise MemoryError


def refuses(job: Job, facts: str) -> Outcome:
    raise SettingsError("it cannot be.")


def refuses_one(job: Job, facts: str, *, hidden: tuple[int, ...]) -> Outcome:
    if job.recipe.hidden == hidden:
        raise SettingsError("it cannot be.")
    return runs.run(job, facts)
