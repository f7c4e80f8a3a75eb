"""Accuracy, confusion and the lines of the classes, against counts by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuroscribble.errors import ShapeError
from neuroscribble.training.metrics import ClassReport, accuracy, class_reports, confusion_matrix

LABELS = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 2, 1])


def test_accuracy_by_hand() -> None:
    assert accuracy(PREDICTED, LABELS) == 0.5  # 0, 0 and 1 are right: 3 of 6


def test_a_row_of_the_confusion_is_a_true_class_and_a_column_an_answer() -> None:
    confusion = confusion_matrix(PREDICTED, LABELS, n_classes=4)
    assert confusion.tolist() == [[2, 1, 0, 0], [0, 1, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]


def test_the_lines_of_the_classes_by_hand() -> None:
    confusion = confusion_matrix(PREDICTED, LABELS, n_classes=4)
    assert class_reports(confusion) == [
        ClassReport(3, recall=2 / 3, precision=1.0),  # 2 of 3 found; both answers "0" are right
        ClassReport(2, recall=1 / 2, precision=1 / 3),  # 1 of 2 found; 1 of 3 answers "1"
        ClassReport(1, recall=0.0, precision=0.0),
        ClassReport(0, recall=0.0, precision=0.0),  # there was none and no such answer
    ]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=50))
def test_the_confusion_agrees_with_the_accuracy(pairs: list[tuple[int, int]]) -> None:
    predicted, labels = np.array(pairs).T
    confusion = confusion_matrix(predicted, labels, n_classes=5)
    assert confusion.sum() == len(pairs)
    assert np.trace(confusion) / len(pairs) == pytest.approx(accuracy(predicted, labels))
    assert sum(report.count for report in class_reports(confusion)) == len(pairs)


def test_answers_and_labels_of_different_lengths_are_refused() -> None:
    for measure in (accuracy, lambda p, y: confusion_matrix(p, y, n_classes=3)):
        with pytest.raises(ShapeError, match=r"predicted must have shape \(6,\); got \(5,\)"):
            measure(PREDICTED[:5], LABELS)
