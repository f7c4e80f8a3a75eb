"""What the command line shows of a sweep: a bar and a line a run, then the settings by rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .console import SHORT, Progress

if TYPE_CHECKING:
    from ..sweeps.ranking import Group
    from ..sweeps.results import Line

MOST_ROWS = 40  # of settings that are printed
WIDEST = 60  # letters of a setting


class SweepProgress(Progress):
    """One bar over all runs, and a line for each that ends, always."""

    def __init__(self, n_runs: int, n_done: int) -> None:
        super().__init__(total=n_runs, unit="run", desc="runs ", bar_format=SHORT, initial=n_done)
        self._n_runs, self._n_done = n_runs, n_done

    def say(self, sentence: str) -> None:
        self._bar.write(sentence)

    def on_run(self, name: str, line: Line) -> None:
        self._n_done += 1
        words = f"run {self._n_done:>{len(str(self._n_runs))}}/{self._n_runs}  {name}: "
        if line.validation_accuracy is None:
            words += f"failed: {line.failed}"
        else:
            words += (
                f"validation {line.validation_accuracy:.2%}, test {line.test_accuracy:.2%}, "
                f"{line.seconds:.1f} s"
            )
        self._bar.write(words)
        self._bar.update()


def ranking_table(groups: Sequence[Group]) -> str:
    """A line for every setting, best first; ± is the standard error of the mean over seeds."""
    from ..sweeps.ranking import in_words

    names = list(groups[0].settings)
    rows = [["rank", *names, "runs", "validation", "test", "a run"]]
    for group in groups[:MOST_ROWS]:
        rows.append(
            [
                str(group.rank),
                *(str(group.settings[name])[:WIDEST] for name in names),
                str(len(group.validation)),
                in_words(group.validation),
                in_words(group.test),
                f"{group.seconds:.1f} s",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if len(groups) > MOST_ROWS:
        lines.append(f"… and {len(groups) - MOST_ROWS} more, in the file of results")
    return "\n".join(lines)


def verdict(groups: Sequence[Group]) -> str:
    """Whether the first is better than the second, as far as these seeds can tell; or nothing."""
    from ..sweeps.ranking import difference

    apart = difference(groups[0], groups[1]) if len(groups) > 1 else None
    if apart is None:
        return ""
    by, error = apart
    is_clear = by > 2 * error
    return (
        f"Seed by seed, the first reads {100 * by:.2f} ± {100 * error:.2f} points more validation "
        f"digits than the second{'.' if is_clear else ': these runs cannot tell them apart.'}"
    )
