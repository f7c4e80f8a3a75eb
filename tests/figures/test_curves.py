"""Training curves and confusion matrices: for one epoch or a hundred, two classes or many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.training.loop import EpochReport, History
from viz.diagram.theme import DARK, LIGHT, Theme
from viz.figures.curves import (
    confusion_figure,
    training_figure,
    write_confusion,
    write_training_curves,
)


def history_of(n_epochs: int, *, best: int | None = None) -> History:
    epochs = [
        EpochReport(n, 0.5 / n, 1 - 0.1 / n, 0.4 / n**0.5, 1 - 0.08 / n**0.5)
        for n in range(1, n_epochs + 1)
    ]
    return History(epochs, best_epoch=best or n_epochs)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        image.verify()
        assert image.format == "PNG"
        return image.size


@pytest.mark.parametrize("n_epochs", [1, 2, 15, 100])
def test_curves_of_any_length_become_a_picture(tmp_path: Path, n_epochs: int) -> None:
    path = tmp_path / "new" / "training.png"
    write_training_curves(history_of(n_epochs), path, theme=DARK)
    assert size_of(path) == (2510, 950)


@pytest.mark.parametrize("n_epochs", [1, 15, 100])
def test_the_axes_hold_every_epoch_and_end_at_zero_and_at_everything(n_epochs: int) -> None:
    loss, accuracy = training_figure(history_of(n_epochs)).axes
    assert loss.get_ylim()[0] == 0
    assert accuracy.get_ylim()[1] == 1
    for axes in (loss, accuracy):
        low, high = axes.get_xlim()
        assert low < 1 <= n_epochs < high
        for line in axes.lines[:2]:
            y = np.asarray(line.get_ydata())
            assert len(y) == n_epochs
            assert axes.get_ylim()[0] <= y.min() <= y.max() <= axes.get_ylim()[1]
        ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
        assert ticks
        assert all(tick == round(tick) for tick in ticks)


def test_the_best_epoch_is_marked_and_the_lines_have_names() -> None:
    history = history_of(20, best=13)
    figure = training_figure(history)
    for axes, value in zip(figure.axes, (0.4 / 13**0.5, 1 - 0.08 / 13**0.5), strict=True):
        mark = axes.lines[3]
        assert list(mark.get_xdata()) == [13]
        assert mark.get_ydata()[0] == pytest.approx(value)
        texts = [text.get_text() for text in axes.texts]
        assert "kept: epoch 13" in texts
        assert {text.split()[0] for text in texts} >= {"training", "validation"}


def test_names_of_lines_that_end_together_stay_apart() -> None:
    epoch = EpochReport(1, 0.25, 0.9, 0.25, 0.9)
    for axes in training_figure(History([epoch], 1)).axes:
        places = [text.get_position()[1] for text in axes.texts if text.get_text()[0] in "tv"]
        assert abs(places[0] - places[1]) * 620 == pytest.approx(26)


@pytest.mark.parametrize("loss_and_accuracy", [(0.0, 1.0), (9.0, 0.0)])
def test_perfect_and_hopeless_trainings_are_drawn(
    tmp_path: Path, loss_and_accuracy: tuple[float, float]
) -> None:
    history = History([EpochReport(1, *loss_and_accuracy, *loss_and_accuracy)], 1, interrupted=True)
    write_training_curves(history, tmp_path / "training.png")


def test_a_training_without_a_finished_epoch_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no epoch was finished"):
        write_training_curves(History(), tmp_path / "training.png")


@pytest.mark.parametrize("n", [2, 10, 26])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_count_stands_in_its_cell(tmp_path: Path, n: int, theme: Theme) -> None:
    confusion = np.random.default_rng(n).integers(0, 2000, (n, n))
    names = [chr(65 + k) for k in range(n)]
    figure = confusion_figure(confusion, class_names=names, title="t", theme=theme)
    texts = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    for row, column in np.ndindex(n, n):
        assert texts[column, row] == f"{confusion[row, column]:,}"
    path = tmp_path / "confusion.png"
    write_confusion(confusion, path, class_names=names, title="t", theme=theme)
    assert min(size_of(path)) > 400


def test_errors_are_colored_by_their_share_and_the_diagonal_is_not() -> None:
    confusion = np.array([[90, 10], [1, 4]])
    figure = confusion_figure(confusion, class_names="ab", title="t")
    (image,) = figure.axes[0].images
    shares = np.ma.filled(image.get_array(), np.nan)
    np.testing.assert_allclose(shares, [[np.nan, 0.1], [0.2, np.nan]])
    assert (image.norm.vmin, image.norm.vmax) == (0, 0.2)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"90.0%", "80.0%", "of 100", "of 5"} <= set(texts)


def test_empty_classes_and_perfect_answers_are_drawn(tmp_path: Path) -> None:
    figure = confusion_figure(np.diag([5, 0, 7]), class_names="abc", title="t")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts.count("100.0%") == 2
    assert "none to find" in texts
    assert any("There is no error." in text.get_text() for text in figure.texts)
    write_confusion(np.zeros((3, 3), int), tmp_path / "c.png", class_names="abc", title="t")


def test_names_and_title_are_literal(tmp_path: Path) -> None:
    names = ["$\\oops{$", "<b>Ankle boot</b>", "日"]
    path = tmp_path / "confusion.png"
    write_confusion(np.eye(3, dtype=int), path, class_names=names, title="100% of $x^2$ & <i>")
    figure = confusion_figure(np.eye(3, dtype=int), class_names=names, title="$x^2$ <i>")
    texts = {text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)}
    assert {r"\$x^2\$ <i>", "<b>Ankle boot</b>", "\ufffd"} <= texts


def test_a_matrix_that_does_not_fit_the_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=r"confusion must have shape \(3, 3\)"):
        write_confusion(np.eye(2, dtype=int), tmp_path / "c.png", class_names="abc", title="t")
