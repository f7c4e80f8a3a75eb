"""What a sweep costs beside its runs: one worker and two, beside bare processes doing the same.

    python bench/sweep.py

Two processes at once share the memory's bandwidth and caches, whoever started them. So the same
runs are also done by processes that Dask knows nothing of, one alone and two at once, and all take
turns: a busy machine slows each alike. Then runs that do nothing: what is left is the cluster's.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time
from typing import Any

from turns import run_alone, spread

from neuroscribble.machine import prefer_wide_kernels
from neuroscribble.sweeps.engine import facts, outcomes, workers_of
from neuroscribble.sweeps.run import Job, Materials, Outcome, facts_of, run
from neuroscribble.training.recipes import Recipe

TURNS = 3
LENGTHS = {15: 1, 1: 2}  # epochs of a run → how many each process does in a turn
N_EMPTY = 300
MATERIALS = Materials(data=None, classes=None, also=None, teacher=None)
Runs = Callable[[list[Job]], list[Outcome]]  # done side by side


def nothing(job: Job, told: str) -> Outcome:
    """A run that is over at once, with a network as large as the included one's file."""
    return Outcome(
        validation_accuracy=0, test_accuracy=0, best_epoch=1, seconds=0, missing=None,
        network=bytes(416_000),
    )  # fmt: skip


def job(seed: int, epochs: int) -> Job:
    return Job(recipe=Recipe(seed=seed, epochs=epochs), materials=MATERIALS, also_times=20)


def on_workers(
    client: Any, told: str, jobs: list[Job], work: Callable[[Job, str], Outcome] = run
) -> list[Outcome]:
    named = {f"run{n}": (each, told) for n, each in enumerate(jobs)}
    return [what for _, _, what in outcomes(client, named, on_trouble=print, work=work)]


def on_processes(pools: list[ProcessPoolExecutor], told: str, jobs: list[Job]) -> list[Outcome]:
    coming = [pools[n % len(pools)].submit(run, each, told) for n, each in enumerate(jobs)]
    return [future.result() for future in coming]


def timed(runs: Runs, n_at_once: int, epochs: int, n_each: int) -> tuple[float, float]:
    """Seconds from the first run's begin to the last one's end, and what share of them was runs."""
    began = perf_counter()
    came = runs([job(seed, epochs) for seed in range(n_at_once * n_each)])
    wall = perf_counter() - began
    return wall, sum(one.seconds for one in came) / (n_at_once * wall)


def compare(ways: dict[str, tuple[int, Runs]], epochs: int, n_each: int) -> None:
    print(f"\nepochs of a run: {epochs}; runs of each process: {n_each}; {TURNS} turns")
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, (n, runs) in ways.items():
            measured[name].append(timed(runs, n, epochs, n_each))
    for name, each in measured.items():
        told = f"{median(wall for wall, _ in each):.2f} s"
        print(f"  {name:<14} {told:>8}; runs are {spread([share for _, share in each])} of it")
    for title, one, other in (
        ("two processes beside one", "1 process", "2 processes"),
        ("two workers beside one", "1 worker", "2 workers"),
        ("one worker beside a process", "1 process", "1 worker"),
        ("two workers beside two processes", "2 processes", "2 workers"),
    ):
        walls = zip(measured[one], measured[other], strict=True)
        print(f"  {title}: {spread([a / b for (a, _), (b, _) in walls])} of ideal")


def main() -> None:
    prefer_wide_kernels(os.environ)  # as the command does; the processes inherit it
    with ExitStack() as stack:
        clients = {n: stack.enter_context(workers_of(None, n_workers=n)) for n in (1, 2)}
        told = [facts(client, [MATERIALS])[MATERIALS] for client in clients.values()][0]
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            for _ in range(2)
        ]
        for reading in [pool.submit(facts_of, MATERIALS) for pool in pools]:
            reading.result()
        ways: dict[str, tuple[int, Runs]] = {
            "1 process": (1, partial(on_processes, pools[:1], told)),
            "1 worker": (1, partial(on_workers, clients[1], told)),
            "2 processes": (2, partial(on_processes, pools, told)),
            "2 workers": (2, partial(on_workers, clients[2], told)),
        }
        for n, runs in ways.values():  # what is imported and read once is so before
            (network, *_) = (one.network for one in runs([job(seed, 1) for seed in range(n)]))
        for epochs, n_each in LENGTHS.items():
            compare(ways, epochs, n_each)
        sent = len(pickle.dumps((job(0, 15), told)))
        print(f"\nsent to a run: {sent:,} bytes; back: {len(network):,}")
        began, worked = perf_counter(), process_time()  # of the command and its scheduler alone
        on_workers(clients[2], told, [job(n, 1) for n in range(N_EMPTY)], nothing)
        wall, worked = perf_counter() - began, process_time() - worked
        print(
            f"a run that does nothing: {2000 * wall / N_EMPTY:.1f} ms of a worker's time, ", end=""
        )
        print(f"{1000 * worked / N_EMPTY:.2f} ms of a core in the command")


if __name__ == "__main__":
    run_alone(main)
