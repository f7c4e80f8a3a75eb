"""The loss says how wrong the logits are, and in which direction they should move."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from .shapes import Floats, Labels, check_shape


class Loss(Protocol):
    """(logits (N, K), labels (N,)) → (mean loss over N, d_loss/d_logits (N, K))."""

    def __call__(self, logits: Floats, labels: Labels) -> tuple[float, Floats]: ...


def softmax(logits: Floats) -> Floats:
    """Probabilities p_k = exp(z_k) / Σ_j exp(z_j), row by row: (N, K) → (N, K).

    The largest logit of each row is subtracted first. That changes nothing (numerator and
    denominator shrink by the same factor) but no exponent can overflow.
    """
    shifted: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
    shifted /= shifted.sum(axis=1, keepdims=True)
    return shifted


def cross_entropy(logits: Floats, labels: Labels) -> tuple[float, Floats]:
    """Softmax and cross-entropy in one step, averaged over the batch.

    loss = mean_n( log Σ_j exp(z_nj) − z_n,label ),   d_loss/d_z = (p − y) / N

    where y is 1 at the label and 0 elsewhere. Together they are simpler and more stable than
    apart: no logarithm of a probability that has rounded to zero.
    """
    check_shape("logits", logits, ("N", "K"))
    check_shape("labels", labels, (len(logits),))
    rows = np.arange(len(labels))
    d_logits = logits - logits.max(axis=1, keepdims=True)
    at_label = d_logits[rows, labels]
    np.exp(d_logits, out=d_logits)
    sums = d_logits.sum(axis=1, keepdims=True)
    loss = float(np.mean(np.log(sums[:, 0]) - at_label))
    d_logits /= sums  # the probabilities p
    d_logits[rows, labels] -= 1.0  # p − y
    d_logits /= len(labels)
    return loss, d_logits


def cross_entropy_toward(logits: Floats, targets: Floats) -> tuple[float, Floats]:
    """The same with a distribution y over the classes as target, (N, K), rows summing to 1.

    loss = mean_n( log Σ_j exp(z_nj) − Σ_k y_nk z_nk ),   d_loss/d_z = (p − y) / N

    Smallest, and its gradient 0, where the network answers exactly y.
    """
    check_shape("logits", logits, ("N", "K"))
    check_shape("targets", targets, logits.shape)
    shifted = logits - logits.max(axis=1, keepdims=True)
    at_target = (targets * shifted).sum(axis=1)
    d_logits = np.exp(shifted)
    sums = d_logits.sum(axis=1, keepdims=True)
    loss = float(np.mean(np.log(sums[:, 0]) - at_target))
    d_logits /= sums  # the probabilities p
    d_logits -= targets
    d_logits /= len(targets)
    return loss, d_logits
