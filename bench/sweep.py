"""What a sweep costs beside its runs: efficiency of two workers, time and bytes of a run.

    python bench/sweep.py

One worker, two, one, two, each with the same runs, one after the other in one go: what else the
machine does meets all of them. Then runs that do nothing, which leaves what the cluster costs.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from neuroscribble.errors import NeuroscribbleError
from neuroscribble.sweeps.engine import facts, outcomes, workers_of
from neuroscribble.sweeps.run import Job, Materials, Outcome, run
from neuroscribble.training.recipes import Recipe

N_RUNS, N_EMPTY = 4, 300
MATERIALS = Materials(data=None, classes=None, also=None, teacher=None)


def nothing(job: Job, told: str) -> Outcome:
    """A run that is over at once, with a network as large as the included one's file."""
    return Outcome(
        validation_accuracy=0, test_accuracy=0, best_epoch=1, seconds=0, missing=None,
        network=bytes(416_000),
    )  # fmt: skip


def sweep(n_workers: int, n_runs: int, work: Callable[[Job, str], Outcome]) -> tuple[float, Any]:
    """Seconds from the first run's begin to the last one's end, and what came; data read before."""
    with workers_of(None, n_workers=n_workers) as client:
        told = facts(client, [MATERIALS])[MATERIALS]
        warm = {f"warm{n}": (job(1000 + n), told) for n in range(n_workers)}
        if work is run:
            list(outcomes(client, warm, on_trouble=print))
        jobs = {f"run{seed}": (job(seed), told) for seed in range(n_runs)}
        began = perf_counter()
        came = list(outcomes(client, jobs, on_trouble=print, work=work))
        return perf_counter() - began, came


def job(seed: int) -> Job:
    return Job(recipe=Recipe(seed=seed, epochs=1), materials=MATERIALS, also_times=20)


def main() -> None:
    walls: dict[int, list[float]] = {1: [], 2: []}
    for n_workers in (1, 2, 1, 2):
        wall, came = sweep(n_workers, N_RUNS, run)
        walls[n_workers].append(wall)
        busy = sum(outcome.seconds for _, _, outcome in came) / (n_workers * wall)
        print(f"{n_workers} workers: {N_RUNS} runs in {wall:.1f} s; busy {busy:.1%} of it")
        network = came[0][2].network
    ratios = [one / (2 * two) for one, two in zip(walls[1], walls[2], strict=True)]
    print(f"efficiency of two: {', '.join(f'{ratio:.2f}' for ratio in ratios)} of ideal")
    print(f"sent to a run: {len(pickle.dumps((job(0), 'f' * 64))):,} bytes; back: {len(network):,}")
    began = process_time()  # of the command and the scheduler in it, not of the workers
    sweep(2, N_EMPTY, nothing)
    print(f"the cluster costs {1000 * (process_time() - began) / N_EMPTY:.2f} ms of a core a run")


if __name__ == "__main__":
    try:
        main()
    except NeuroscribbleError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
