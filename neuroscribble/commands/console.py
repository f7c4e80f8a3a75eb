"""What the command line shows: progress bars while something runs, tables when it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tqdm import tqdm

    from ..data.mixture import Mixture
    from ..explain.maps import LayerMap
    from ..training.loop import EpochReport, StepReport


T = TypeVar("T")
MOST_COLUMNS = 12  # of a confusion matrix that a terminal can show
N_CONFUSIONS = 20  # shown instead
SHORT = "{desc}{percentage:3.0f}%|{bar}| {remaining} left{postfix}"  # fits 80 columns
CALM = 50  # steps over which the bar's loss is a mean


def has_display() -> bool:
    """Whether a browser could be opened here."""
    windows_or_mac = sys.platform in ("win32", "darwin")
    return windows_or_mac or any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_page_at(path: Path) -> None:
    """Open a page that was written, where there is a display."""
    if has_display():
        click.launch(path.resolve().as_uri())


class Progress:
    """A bar that appears only on a terminal; `with closing(…)` it is gone at the end."""

    def __init__(self, total: int, unit: str, **options: Any) -> None:
        from tqdm import tqdm  # here: `predict` and `evaluate` print without it

        self._bar: tqdm[Any] = tqdm(
            total=total, unit=unit, disable=None, leave=False, dynamic_ncols=True, **options
        )

    def close(self) -> None:
        self._bar.close()


class TrainingProgress(Progress):
    """One bar over all epochs with loss, accuracy and time left; a line for each epoch, always."""

    def __init__(self, epochs: int, found: Sequence[str] = ()) -> None:
        super().__init__(total=1, unit="step", desc="preparing: ", bar_format=SHORT)
        self._epochs = epochs
        self._found = found  # a sentence for each part of the data
        self._loss, self._steps = 0.0, 0
        self._accuracy = ""
        self._began = perf_counter()

    def say(self, sentence: str) -> None:
        self._bar.write(sentence)

    def on_mixture(self, mixture: Mixture) -> None:
        for sentence in self._found:
            self._bar.write(sentence)
        if len(mixture.parts) > 1:
            parts = (f"{n:,} {name}" for name, n in mixture.parts.items())
            self._bar.write("learning from " + ", ".join(parts))
        if mixture.missing:
            self._bar.write(mixture.missing)

    def on_step(self, report: StepReport) -> None:
        if self._bar.disable:
            return
        if self._steps == 0:
            self._bar.reset(total=report.steps * self._epochs)  # the time left is of steps alone
        if report.step == 1:
            self._bar.set_description(f"epoch {report.epoch}/{self._epochs}", refresh=False)
        self._steps += 1
        self._loss += (report.loss - self._loss) / min(self._steps, CALM)
        self._bar.set_postfix_str(f"loss {self._loss:.3f}{self._accuracy}", refresh=False)
        self._bar.update()

    def on_epoch(self, report: EpochReport) -> None:
        self._accuracy = f", validation {report.validation_accuracy:.2%}"
        self._bar.write(
            f"epoch {report.epoch:>2}/{self._epochs}  "
            f"training: loss {report.train_loss:.4f}, accuracy {report.train_accuracy:.2%}   "
            f"validation: loss {report.validation_loss:.4f}, "
            f"accuracy {report.validation_accuracy:.2%}   "
            f"{perf_counter() - self._began:.1f} s"
        )

    def on_drawing(self, step: int, of: int) -> None:
        if step == 1:
            self._bar.reset(total=of)
            self._bar.set_description("measuring what drawings leave out", refresh=False)
            self._bar.set_postfix_str("", refresh=False)
        self._bar.update()


class DrawingProgress(Progress):
    """One bar over the frames of a film, or the pages of a file."""

    def over(self, drawn: Iterable[T]) -> Iterator[T]:
        for one in drawn:
            yield one
            self._bar.update()


class MuseumProgress(Progress):
    """One bar over the files of a museum."""

    def __init__(self, files: int) -> None:
        super().__init__(total=files, unit="file")

    def on_file(self) -> None:
        self._bar.update()


class EvidenceProgress(Progress):
    """One bar over the units that are taken out, one after the other."""

    def __init__(self) -> None:
        super().__init__(total=0, unit="unit")
        self._bar.set_description("measuring without each unit", refresh=False)

    def on_unit(self, step: int, of: int) -> None:
        self._bar.total = of
        self._bar.update()


class MapsProgress(Progress):
    """One bar over the layers that are mapped."""

    def __init__(self, layers: int) -> None:
        super().__init__(total=layers, unit="layer")
        self._began = False

    def on_layer(self, key: str) -> None:
        if self._began:
            self._bar.update()
        self._began = True
        self._bar.set_description(f"mapping {key}")


def maps_table(layers: Sequence[LayerMap]) -> str:
    """A line for every layer: its size and how well it keeps the classes apart."""
    lines = ["layer      units  nearest of same class  variance between classes"]
    lines += [
        f"{layer.key:<8}{layer.n_units:>8,}{layer.neighbor_accuracy:>23.1%}"
        f"{layer.variance_between:>26.1%}"
        for layer in layers
    ]
    return "\n".join(lines)


def evaluation_table(result: dict[str, Any], *, what: str | None = None) -> str:
    """Accuracy, a line for every class and the confusion matrix, for people.

    what: the word for what was read, by default digits or pictures.
    """
    names = tuple(result["classes"])
    from ..shapes import CLASS_NAMES  # here: it brings NumPy

    is_digits = names == CLASS_NAMES and what is None
    what, one = ("digits", "digit") if is_digits else (what or "pictures", "class")
    width = max(5, *(len(name) for name in names))
    error, calibration = result["calibration_error"], []
    if error is not None:
        calibration = [f"Calibrated probabilities are off by {error:.2%} on average."]
    lines = [
        f"{result['weights']} on {result['data']}: "
        f"{result['accuracy']:.2%} of {result['n']:,} {what} are read right "
        f"(loss {result['loss']:.4f}).",
        *calibration,
        "",
        f"{one:>{width}}  count  found  answer is right",
    ]
    for name, line in result["classes"].items():
        found = f"{line['recall']:.1%}" if line["count"] else "none"
        right = f"{line['precision']:.1%}"
        lines.append(f"{name:>{width}}  {line['count']:>5}  {found:>5}  {right:>5}")
    if len(names) > MOST_COLUMNS:
        return "\n".join([*lines, "", *_frequent_confusions(names, result["confusion"])])
    lines += ["", f"Confusion: a row for each true {one}, a column for each answer"]
    widths = [max(7, len(name) + 2) for name in names]
    columns = [f"{name:>{its}}" for name, its in zip(names, widths, strict=True)]
    lines.append(" " * width + "".join(columns))
    for name, row in zip(names, result["confusion"], strict=True):
        cells = [f"{n or '.':>{its}}" for n, its in zip(row, widths, strict=True)]
        lines.append(f"{name:>{width}}" + "".join(cells))
    return "\n".join(lines)


def _frequent_confusions(names: Sequence[str], confusion: Sequence[Sequence[int]]) -> list[str]:
    """Where a matrix would be too wide: which classes are most often read as which."""
    pairs = [
        (n, names[true], names[answer])
        for true, row in enumerate(confusion)
        for answer, n in enumerate(row)
        if n and true != answer
    ]
    ranked = sorted(pairs, key=lambda pair: -pair[0])[:N_CONFUSIONS]
    lines = [f"  {true} read as {answer}: {n}" for n, true, answer in ranked]
    return ["The most frequent confusions", *lines] if lines else ["Nothing is misread."]


def prediction_line(result: dict[str, Any]) -> str:
    """`three.png: 3 (97.2%), then 5 (0.4%), 8 (0.1%); calibrated, 3 has 99.6%`

    Of a number: `number.png: 42, read one after the other: 4 (97.2%), 2 (99.4%)`
    """
    if "digits" in result:
        return _number_line(result)
    ranked = sorted(result["probabilities"].items(), key=lambda item: -item[1])
    first, *others = [f"{name} ({_percent(p)})" for name, p in ranked[:3]]
    line = f"{result['file']}: {first}" + (", then " + ", ".join(others) if others else "")
    if result["calibrated_probability"] is not None:
        line += f"; calibrated, {result['digit']} has {_percent(result['calibrated_probability'])}"
    return line + ("; unlike any digit I learned" if result["unlike_any_digit"] else "")


def _number_line(result: dict[str, Any]) -> str:
    each = [
        f"{one['digit']} ({_percent(one['probability'])})"
        + (" unlike any digit I learned" if one["unlike_any_digit"] else "")
        for one in result["digits"]
    ]
    return f"{result['file']}: {result['digit']}, read one after the other: {', '.join(each)}"


def _percent(probability: float) -> str:
    """With one decimal; never rounded to certainty."""
    return ">99.9%" if probability >= 0.9995 else f"{probability:.1%}"


def corrections_table(result: dict[str, Any]) -> str:
    """How many corrections there are, and for each digit how often it was read as what."""
    taught = result["corrections"]
    if not taught:
        return f"There is no correction in {result['folder']} yet."
    lines = [f"{len(taught)} corrections in {result['folder']}"]
    counts: dict[tuple[int, int], int] = {}
    for one in taught:
        pair = one["label"], one["said"]
        counts[pair] = counts.get(pair, 0) + 1
    for (label, said), count in sorted(counts.items()):
        lines.append(f"  {label} read as {said}: {count}")
    return "\n".join(lines)
