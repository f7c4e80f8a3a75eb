"""Is this a digit at all? A score for drawings unlike any digit that was learned.

The best recipe shows the network scribbles and letters beside the digits and asks for equal
probabilities there (outlier exposure, Hendrycks et al. 2019, arXiv:1812.04606). So the answer can
be read off the calibrated probabilities: the score is what the most probable class leaves over,
scaled to 0 (surely a digit) … 1 (every class is equally likely, or blank paper).

From which score on a drawing is called unlike any digit is fitted on digits: so that all but
one in a hundred pass. It is kept in `meta["novelty"]`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..nn.network import Network
from ..shapes import Floats
from .calibration import calibrated_probabilities

PASSING = 0.99  # of digits


def novelty_scores(network: Network, images: Floats) -> NDArray[np.float64]:
    """(N, 784) → (N,) in [0, 1]: (1 − max_k p_k) · K / (K − 1); 1 for blank paper."""
    scores = left_over(calibrated_probabilities(network, images))
    scores[~images.any(axis=1)] = 1.0
    return scores


def left_over(probabilities: Floats) -> NDArray[np.float64]:
    """(N, K) → (N,): what the most probable class leaves over, scaled to 0 … 1."""
    n_classes = probabilities.shape[1]
    scores = (1 - probabilities.max(axis=1).astype(np.float64)) * n_classes / (n_classes - 1)
    clipped: NDArray[np.float64] = np.clip(scores, 0, 1)
    return clipped


def fit_novelty(network: Network, digits: Floats, *, passing: float = PASSING) -> dict[str, Any]:
    """What belongs into `meta["novelty"]`: the score below which `passing` of the digits lie."""
    threshold = float(np.quantile(novelty_scores(network, digits), passing))
    return {"threshold": threshold, "passing": passing}


def novelty_threshold(network: Network) -> float | None:
    """The score from which on a drawing is unlike any digit; None if the file tells none."""
    stored = network.meta.get("novelty")
    threshold = stored.get("threshold") if isinstance(stored, dict) else None
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)):
        return None
    return float(threshold) if math.isfinite(threshold) else None


def auroc(high: Floats, low: Floats) -> float:
    """How often a score of `high` exceeds one of `low`; a tie counts half (area under the ROC)."""
    from scipy.stats import rankdata  # here: only benchmarks need it

    ranks = rankdata(np.concatenate([high, low]))
    n = len(high)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(low)))
