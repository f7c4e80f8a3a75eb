"""Where runs are run: on Dask's workers, processes of this machine or of a cluster.

A run is a task on a thread of its own. A worker that dies takes nothing with it but time: Dask
gives its run to another one, up to three times; a run that raises is begun again here.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..errors import ClusterError, NeuroscribbleError
from .run import Job, Materials, Outcome, facts_of, run

if TYPE_CHECKING:
    from distributed import Client, Future

TRIES = 3  # of a run that raises
PATIENCE = 10  # seconds in which a scheduler must answer
SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,  # no run waits at a worker for another one
    "distributed.worker.profile.enabled": False,  # a look every 10 ms at what the run is doing
}
ADDRESS = re.compile(r"(\w+://)?[^\s/]+:\d+/?")  # of others Dask asks for half a minute
AGAIN = "Run the same command again: finished runs are skipped."


@dataclass(frozen=True)
class Failure:
    """Why a run has no outcome."""

    reason: str


@contextmanager
def workers_of(scheduler: str | None, *, n_workers: int | None = None) -> Iterator[Client]:
    """A client of the scheduler at an address; without one, of as many processes as cores.

    Raises ClusterError without Dask, and where no scheduler answers.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterError(
            "A sweep needs Dask: pip install 'neuroscribble[cluster]' brings it."
        ) from error
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        stack.enter_context(dask.config.set(SETTINGS))
        where: Any = scheduler
        if scheduler is None:
            where = stack.enter_context(
                LocalCluster(
                    n_workers=n_workers or os.cpu_count() or 1,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",  # for nobody else
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # of what it serves else
                    preload=["neuroscribble.sweeps.preload"],
                    memory_limit=0,  # a worker that has read its data must not be held up by it
                    silence_logs=logging.CRITICAL,
                )
            )
        try:
            if scheduler is not None and not ADDRESS.fullmatch(scheduler):
                raise ValueError("an address has a host and a port")
            client = stack.enter_context(Client(where, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(
                f"No scheduler of Dask answers at {scheduler} within {PATIENCE} seconds; expected "
                "an address such as tcp://127.0.0.1:8786, where `dask scheduler` runs. Without "
                "--scheduler the runs share this machine's cores."
            ) from error
        yield client


def facts(client: Client, materials: Sequence[Materials]) -> dict[Materials, str]:
    """What each of the materials is, as a worker reads it.

    Raises DataError, WeightsError and so on for what cannot be read there.
    """
    asked = {each: client.submit(facts_of, each, pure=False) for each in dict.fromkeys(materials)}
    told: dict[Materials, Any] = {}
    for each, future in asked.items():
        told[each] = _came_of(future)
        if isinstance(told[each], NeuroscribbleError):
            raise told[each]
        if isinstance(told[each], Exception):
            version = metadata.version("neuroscribble")
            raise ClusterError(
                f"The workers cannot begin: {_sentence(told[each])}. Expected neuroscribble "
                f"{version}, and the data under the same name, on each of their machines."
            ) from told[each]
    return told


def outcomes(
    client: Client,
    jobs: Mapping[str, tuple[Job, str]],
    *,
    on_trouble: Callable[[str, list[str]], None],
    work: Callable[[Job, str], Outcome] | None = None,
) -> Iterator[tuple[str, int, Outcome | Failure]]:
    """Run all jobs and yield, as they come: fingerprint, how many tries, what came of it.

    jobs: by fingerprint, each with the facts of its materials. `on_trouble` is told a sentence
    and which runs are begun again. Raises ClusterError when the scheduler is lost.
    """
    from distributed import KilledWorker, as_completed

    sweep = uuid4().hex[:8]  # two sweeps at the same time do not meet
    tries = dict.fromkeys(jobs, 1)
    running: dict[Any, str] = {}  # Dask's key → fingerprint

    def on_event(event: tuple[float, Any]) -> None:
        news = event[1]
        if isinstance(news, dict) and news.get("action") == "remove-worker":
            lost = {*news["processing-tasks"], *news["lost-computed-tasks"]}
            again = [running[key] for key in lost if key in running]
            for key in again:
                tries[key] += 1
            if again:
                on_trouble(f"worker {news['worker']} was lost", again)

    def begin(keys: Sequence[str]) -> list[Future]:
        # All at once and of one name: of a group much larger than the cluster Dask hands a run out
        # when a worker is free. So a worker that dies takes none along that only waited for it.
        names = [(f"run-{sweep}", key, tries[key]) for key in keys]
        running.update(zip(names, keys, strict=True))
        each = [jobs[key] for key in keys]
        futures: list[Future] = client.map(
            work or run, [job for job, _ in each], [told for _, told in each], key=names
        )
        return futures

    client.subscribe_topic("all", on_event)
    try:
        coming = as_completed(begin([*jobs]), loop=client.loop, raise_errors=False)
        for future in coming:
            key = running.pop(future.key)
            came = _came_of(future)
            if not isinstance(came, Exception):
                yield key, tries[key], came
            elif isinstance(came, NeuroscribbleError) or tries[key] >= TRIES:
                begun = tries[key] - isinstance(came, KilledWorker)  # not after the last loss
                yield key, begun, Failure(_sentence(came))
            else:
                tries[key] += 1
                on_trouble(f"it failed: {_sentence(came)}", [key])
                coming.update(begin([key]))
    finally:
        client.unsubscribe_topic("all")


def _came_of(future: Future) -> Any:
    """What a task returned, or the exception that it raised.

    Raises ClusterError when the scheduler, and all that it knew, is gone.
    """
    from distributed import CancelledError

    try:
        return future.result()
    except CancelledError as error:
        raise ClusterError(f"The scheduler was lost. {AGAIN}") from error
    except Exception as error:
        return error


def _sentence(error: Exception) -> str:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return "each worker that ran it died; it may need more memory than they have"
    text = str(error).strip().split("\n")[0].rstrip(".")
    if isinstance(error, NeuroscribbleError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs at length what goes wrong; here that is told once, in a sentence."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
