"""Which settings read best: means over seeds on VALIDATION digits, and how sure they are.

Of n runs with accuracies a the standard error of the mean is √(Σ (a − ā)² / (n − 1) / n). Runs of
equal seeds hold back the same digits and start from the same noise, so settings are compared seed
by seed. The test digits rank nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .results import Line
from .spec import Value

EXACT = 12  # decimals of a mean: how it was summed up decides no rank


@dataclass(frozen=True, kw_only=True)
class Group:
    """All finished runs of the same settings."""

    rank: int  # 1 is best; equal means share one
    settings: Mapping[str, Value]
    validation: tuple[float, ...]  # accuracy of each run
    test: tuple[float, ...]  # the same, told only
    seeds: tuple[int | None, ...]
    seconds: float  # mean of a run

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.settings.items()) or "all runs"


def mean_and_error(values: Sequence[float]) -> tuple[float, float | None]:
    """The mean and its standard error, which one value alone does not have."""
    n = len(values)
    return float(np.mean(values)), float(np.std(values, ddof=1) / n**0.5) if n > 1 else None


def in_words(values: Sequence[float]) -> str:
    """ "98.12% ± 0.05": the mean, and in points its standard error, where there is one."""
    mean, error = mean_and_error(values)
    return f"{mean:.2%}" + ("" if error is None else f" ± {100 * error:.2f}")


def ranked(lines: Iterable[Line]) -> list[Group]:
    """The settings of the finished runs, best first."""
    together: dict[tuple[tuple[str, Value], ...], list[Line]] = {}
    for line in lines:
        if line.is_finished:
            together.setdefault(tuple(line.settings.items()), []).append(line)
    means = {
        key: round(float(np.mean([line.validation_accuracy or 0 for line in same])), EXACT)
        for key, same in together.items()
    }
    return [
        Group(
            rank=1 + sum(other > means[key] for other in means.values()),
            settings=dict(key),
            validation=tuple(line.validation_accuracy or 0.0 for line in together[key]),
            test=tuple(line.test_accuracy or 0.0 for line in together[key]),
            seeds=tuple(line.seed for line in together[key]),
            seconds=float(np.mean([line.seconds or 0 for line in together[key]])),
        )
        for key in sorted(together, key=lambda key: -means[key])
    ]


def difference(first: Group, second: Group) -> tuple[float, float] | None:
    """By how much `first` reads more validation digits than `second`, and its standard error.

    Over the seeds that both have; None where these are fewer than two.
    """
    ones = dict(zip(first.seeds, first.validation, strict=True))
    others = dict(zip(second.seeds, second.validation, strict=True))
    both = [ones[seed] - others[seed] for seed in ones if seed in others]
    mean, error = mean_and_error(both or [0.0])
    return None if error is None else (mean, error)
