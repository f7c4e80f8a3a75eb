"""How good are the answers? Accuracy, confusion, and a line for every class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..shapes import Labels, check_shape


def accuracy(predicted: Labels, labels: Labels) -> float:
    """The fraction of equal entries of two (N,) arrays."""
    check_shape("predicted", predicted, (len(labels),))
    return float(np.mean(predicted == labels))


def confusion_matrix(predicted: Labels, labels: Labels, *, n_classes: int) -> NDArray[np.int64]:
    """Counts (K, K): row = true class, column = answer; the diagonal is right."""
    check_shape("predicted", predicted, (len(labels),))
    flat = labels.astype(np.int64) * n_classes + predicted
    return np.bincount(flat, minlength=n_classes**2).reshape(n_classes, n_classes)


@dataclass(frozen=True)
class ClassReport:
    """One class: how many there were, how many were found, how often the answer was right."""

    count: int
    recall: float  # of the true ones, the fraction that was answered so
    precision: float  # of such answers, the fraction that was true


def class_reports(confusion: NDArray[Any]) -> list[ClassReport]:
    """A line for every class of a confusion matrix; empty classes give 0."""
    right = np.diag(confusion)
    truths, answers = confusion.sum(axis=1), confusion.sum(axis=0)
    return [
        ClassReport(
            count=int(truths[k]),
            recall=float(right[k] / truths[k]) if truths[k] else 0.0,
            precision=float(right[k] / answers[k]) if answers[k] else 0.0,
        )
        for k in range(len(confusion))
    ]
