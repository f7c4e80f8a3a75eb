"""How sure may the network be? Probabilities that mean what they say.

A trained network is right more or less often than its probabilities claim. One number mends most
of it: all logits are divided by a temperature T before the softmax (Guo et al. 2017,
arXiv:1706.04599). The order of the classes, and so every answer, stays the same. T is chosen on
validation digits and kept in `meta["temperature"]`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..nn.losses import cross_entropy, softmax
from ..nn.network import Network
from ..shapes import Floats, Labels, check_shape

N_BINS = 15
LOG_TEMPERATURES = (-3.0, 3.0)  # the natural logarithm of the least and the largest T


def fit_temperature(logits: Floats, labels: Labels) -> float:
    """The T that makes softmax(logits / T) (N, K) least surprised by the labels (N,)."""
    from scipy.optimize import minimize_scalar  # here: only training needs it

    wide = logits.astype(np.float64)
    found = minimize_scalar(
        lambda log_t: cross_entropy(wide / math.exp(log_t), labels)[0],
        bounds=LOG_TEMPERATURES,
        method="bounded",
    )
    return float(np.exp(found.x))


def stored_temperature(network: Network) -> float | None:
    """The network's temperature; None when its file tells none, or none that makes sense."""
    stored = network.meta.get("temperature") if network.output.name == "softmax" else None
    if isinstance(stored, bool) or not isinstance(stored, (int, float)):
        return None
    return float(stored) if math.isfinite(stored) and stored > 0 else None


def calibrated_probabilities(network: Network, images: Floats) -> Floats:
    """(N, 784) → (N, K): softmax(logits / T); as they are for a network whose file tells no T."""
    return calibrated(network, network.logits(images))


def calibrated(network: Network, logits: Floats) -> Floats:
    """The same for logits (N, K) of this network."""
    temperature = stored_temperature(network)
    if temperature is None:
        return network.output.probabilities(logits)
    return calibrate(logits, temperature)


def calibrate(logits: Floats, temperature: float) -> Floats:
    """softmax(logits / T) for logits (N, K)."""
    return softmax(logits / logits.dtype.type(temperature))


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers sorted into bins of equal width by their confidence: one number for each bin."""

    counts: NDArray[np.int64]  # answers
    right: NDArray[np.int64]  # of them those that are right
    confidence: NDArray[np.float64]  # the sum of their confidences

    @property
    def error(self) -> float:
        """Expected calibration error: Σ_b (n_b / N) · |accuracy_b − mean confidence_b|."""
        return float(np.abs(self.right - self.confidence).sum() / self.counts.sum())


def reliability(probabilities: Floats, labels: Labels, *, n_bins: int = N_BINS) -> Reliability:
    """How often answers of each confidence, the largest probability of each row, are right."""
    check_shape("labels", labels, (len(probabilities),))
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    return Reliability(
        np.bincount(bins, minlength=n_bins),
        np.bincount(bins[right], minlength=n_bins),
        np.bincount(bins, weights=confidence, minlength=n_bins).astype(np.float64),
    )


def expected_calibration_error(
    probabilities: Floats, labels: Labels, *, n_bins: int = N_BINS
) -> float:
    """How far confidence is from accuracy, see Reliability.error."""
    return reliability(probabilities, labels, n_bins=n_bins).error
