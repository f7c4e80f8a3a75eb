"""The loss says how wrong the logits are, and in which direction they should move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from ..arrays import like, namespace, precision, require_together, to_numpy
from ..errors import SettingsError
from ..shapes import Floats, Labels, check_shape
from .activations import sigmoid


class Loss(Protocol):
    """(logits (N, K), labels (N,)) → (mean loss over N, d_loss/d_logits (N, K))."""

    def __call__(self, logits: Floats, labels: Labels) -> tuple[float, Floats]: ...


def softmax(logits: Floats) -> Floats:
    """Probabilities p_k = exp(z_k) / Σ_j exp(z_j), row by row: (N, K) → (N, K).

    The largest logit of each row is subtracted first. That changes nothing (numerator and
    denominator shrink by the same factor) but no exponent can overflow.
    """
    xp = namespace(logits)
    shifted: Floats = xp.exp(logits - xp.max(logits, axis=1, keepdims=True))
    shifted /= xp.sum(shifted, axis=1, keepdims=True)
    return shifted


def cross_entropy(logits: Floats, labels: Labels) -> tuple[float, Floats]:
    """Softmax and cross-entropy in one step, averaged over the batch.

    loss = mean_n( log Σ_j exp(z_nj) − z_n,label ),   d_loss/d_z = (p − y) / N

    where y is 1 at the label and 0 elsewhere. Together they are simpler and more stable than
    apart: no logarithm of a probability that has rounded to zero.
    """
    check_shape("logits", logits, ("N", "K"))
    check_shape("labels", labels, logits.shape[:1])
    require_together("labels", labels, "logits", logits)
    if not isinstance(logits, np.ndarray):  # the standard cannot write to single places
        return soft_cross_entropy(logits, _one_hot(labels, logits))
    n = len(labels)
    at_label = (np.arange(n), labels)
    d_logits: Floats = logits - logits.max(axis=1, keepdims=True)  # one array, rewritten in place
    loss = -d_logits[at_label].sum()
    np.exp(d_logits, out=d_logits)
    sums = d_logits.sum(axis=1, keepdims=True)
    loss += np.log(sums).sum()
    d_logits /= sums  # the probabilities p
    d_logits[at_label] -= 1.0  # p − y
    d_logits /= n
    return float(loss) / n, d_logits


def _one_hot(labels: Labels, logits: Floats) -> Floats:
    """(N,) → (N, K): 1 at the label, else 0, beside the logits (N, K)."""
    xp = namespace(logits)
    eye = xp.eye(logits.shape[1], dtype=logits.dtype, device=logits.device)
    rows: Floats = xp.take(eye, labels, axis=0)
    return rows


def soft_cross_entropy(logits: Floats, targets: Floats) -> tuple[float, Floats]:
    """Cross-entropy against distributions over the classes, averaged over the batch.

    loss = mean_n( log Σ_j exp(z_nj) − Σ_j t_nj z_nj ),   d_loss/d_z = (p − t) / N

    where each row of the targets t (N, K) adds up to 1. With one-hot rows it is `cross_entropy`.
    """
    check_shape("targets", targets, logits.shape)
    require_together("targets", targets, "logits", logits)
    xp = namespace(logits)
    shifted = logits - xp.max(logits, axis=1, keepdims=True)
    d_logits = xp.exp(shifted)
    sums = xp.sum(d_logits, axis=1, keepdims=True)
    loss = float(xp.mean(xp.log(sums[:, 0]) - xp.sum(targets * shifted, axis=1)))
    d_logits /= sums  # the probabilities p
    d_logits -= targets
    d_logits /= targets.shape[0]
    return loss, d_logits


def sigmoid_cross_entropy(logits: Floats, targets: Floats) -> tuple[float, Floats]:
    """Cross-entropy of each unit by itself, summed over units and averaged over the batch.

    loss = mean_n Σ_k( log(1 + exp(z_nk)) − t_nk z_nk ),   d_loss/d_z = (σ(z) − t) / N

    where targets t (N, K) are from 0 to 1.
    """
    check_shape("targets", targets, logits.shape)
    require_together("targets", targets, "logits", logits)
    xp, n = namespace(logits), targets.shape[0]
    loss = float(xp.sum(xp.logaddexp(logits, xp.zeros_like(logits)) - targets * logits)) / n
    return loss, (sigmoid(logits) - targets) / n


def squared_error(logits: Floats, targets: Floats) -> tuple[float, Floats]:
    """Half the squared distance, averaged over the batch.

    loss = mean_n ½ Σ_k (z_nk − t_nk)²,   d_loss/d_z = (z − t) / N
    """
    check_shape("targets", targets, logits.shape)
    require_together("targets", targets, "logits", logits)
    n, error = targets.shape[0], logits - targets
    return float(namespace(error).sum(error * error)) / (2 * n), error / n


@dataclass(frozen=True)
class SmoothedCrossEntropy:
    """Cross-entropy that asks for 1 − s at the label and spreads s evenly over all K classes.

    A network that need not be certain keeps its logits small and its probabilities honest
    (label smoothing, Szegedy et al. 2016, arXiv:1512.00567). The label K stands for "none of
    them": there all classes are asked for equally.
    """

    smoothing: float

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing < 1:
            raise SettingsError(
                f"smoothing must be at least 0 and less than 1; got {self.smoothing}."
            )

    def __call__(self, logits: Floats, labels: Labels) -> tuple[float, Floats]:
        require_together("labels", labels, "logits", logits)
        targets = self.targets(to_numpy(labels), logits.shape[1], precision(logits))
        return soft_cross_entropy(logits, like(targets, logits))

    def targets(self, labels: Labels, n_classes: int, dtype: DTypeLike = np.float32) -> Floats:
        """The distributions (N, K) that are asked for."""
        table = np.full((n_classes + 1, n_classes), self.smoothing / n_classes, dtype)
        table[np.arange(n_classes), np.arange(n_classes)] += 1 - self.smoothing
        table[n_classes] = 1 / n_classes
        return table[labels]  # (N, K)
