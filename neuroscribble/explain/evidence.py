"""What is a unit for? Shown by images and measurements, not by a name that someone made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data.sources import NamedDigits
from ..errors import SettingsError
from ..nn.network import Network
from ..shapes import Floats
from .ablation import Tail, place_of
from .alignment import unit_correlations

SHOWN = 8  # images that drive it most, and as many around its threshold
BINS = 12  # of the histogram of its activation


@dataclass(frozen=True, eq=False)
class Activity:
    """What the units of one column do over N images, in double precision; of maps in one number."""

    sums: Floats  # (N, units): pre-activations, of a map the largest
    activations: Floats  # (N, units): what is passed on, of a map the mean


@dataclass(frozen=True, eq=False)
class UnitEvidence:
    """What is known of one hidden unit over N images."""

    most: NDArray[np.intp]  # the images with its largest activations, the largest first
    around: NDArray[np.intp]  # those whose sum is nearest to 0, the nearest first
    silent: float  # the share of images in which its sum is nowhere above 0
    ends: tuple[float, float]  # least and largest activation
    histogram: NDArray[np.intp]  # (K, BINS): images of each class, by activation between the ends
    means: Floats  # (K,): mean activation of each class; 0 for a class without images
    pushes: Floats  # (K,) or one of a single output: see `pushes`
    twin: int | None  # the unit of its column that it correlates with most; None: with none
    likeness: float  # that correlation


def column_activity(network: Network, column: int, images: Floats) -> Activity:
    """What the units of a hidden column, the first is 1, do over images (N, D)."""
    exact = network.in_double_precision()
    key = network.stages[column - 1].key
    sums, activations = [], []
    for start in range(0, len(images), network.chunk):
        trace = exact.forward(images[start : start + network.chunk])
        z, a = trace.pre_activations[key], trace.activations[key]
        sums.append(z.reshape(len(z), -1, z.shape[-1]).max(axis=1))
        activations.append(a.reshape(len(a), -1, a.shape[-1]).mean(axis=1))
    return Activity(np.concatenate(sums), np.concatenate(activations))


def unit_evidence(network: Network, unit: str, digits: NamedDigits) -> UnitEvidence:
    """What the digits show of a hidden unit, by its id, such as "h1:5".

    Raises SettingsError for an id that is none of a hidden unit.
    """
    column, index = place_of(network, unit)
    if not 0 < column < len(network.stages):
        raise SettingsError(f"{unit} is no hidden unit; evidence is of units between two columns.")
    images, labels = digits.digits.images, digits.digits.labels
    activity = column_activity(network, column, images)
    sums, activations = activity.sums[:, index], activity.activations[:, index]
    ends = float(activations.min()), float(activations.max())
    n_classes = len(network.class_names)
    histogram = np.zeros((n_classes, BINS), np.intp)
    np.add.at(histogram, (labels, _bins(activations, *ends)), 1)
    counts = np.bincount(labels, minlength=n_classes)
    totals = np.bincount(labels, weights=activations, minlength=n_classes)
    alike = unit_correlations(activity.activations, activity.activations)[index]
    alike[index] = 0
    twin = int(alike.argmax())
    return UnitEvidence(
        most=np.argsort(-activations, kind="stable")[:SHOWN],
        around=np.argsort(np.abs(sums), kind="stable")[:SHOWN],
        silent=float((sums <= 0).mean()),
        ends=ends,
        histogram=histogram,
        means=totals / np.maximum(counts, 1),
        pushes=pushes(network, column, index, images),
        twin=twin if alike[twin] > 0 else None,
        likeness=float(alike[twin]),
    )


def pushes(network: Network, column: int, unit: int, images: Floats) -> Floats:
    """What each logit loses when the unit is silenced, averaged over images: (output units,).

    It is measured through everything behind the unit. The mean over several logits moves no answer
    and is taken off.
    """
    exact = network.in_double_precision()
    tail = Tail(exact, column)
    reads = tail.read(images)
    lost = exact.logits(images) - tail.logits_without(unit, "zero", reads)
    mean: Floats = lost.mean(axis=0)
    return mean - mean.mean() if len(mean) > 1 else mean


def _bins(values: Floats, low: float, high: float) -> NDArray[np.intp]:
    """Into which of the bins of equal width from low to high each value falls."""
    width = (high - low) / BINS or 1.0
    bins: NDArray[np.intp] = np.minimum(np.floor((values - low) / width), BINS - 1).astype(np.intp)
    return bins
