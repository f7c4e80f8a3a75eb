"""Many numbers a digit become two: a map on which digits lie that a layer finds alike.

Principal component analysis (PCA; Pearson 1901) turns the cloud of digits until its widest
direction lies across and the next widest upright, and looks at it from the front. It is linear:
distances on the map are never larger than in the layer. t-SNE (van der Maaten and Hinton 2008,
JMLR 9) keeps neighbors together at the price of everything else: which groups there are can be
seen, but neither how far apart they are nor how wide. PCA is ours; t-SNE is scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError, ShapeError
from ..shapes import check_shape

Points = NDArray[np.float64]  # (N, 2)
Tsne = Callable[..., Points]  # tsne, if scikit-learn is installed

TSNE_INPUTS = 50  # principal components that t-SNE is given, as its authors did
PERPLEXITY = 30.0  # about how many neighbors of each digit count
SAME = 1 - 1e-6  # scores whose ratio is at least this count as equally large

TSNE_MISSING = (
    "t-SNE needs scikit-learn, which is not installed, so there are maps by PCA alone; "
    "make maps installs it, and so does: pip install scikit-learn"
)


@dataclass(frozen=True)
class Components:
    """The principal components of N samples."""

    scores: NDArray[np.float64]  # (N, k): where each sample lies along each of them
    shares: NDArray[np.float64]  # (k,): which share of the variance each explains, largest first


def principal_components(values: NDArray[np.floating], *, n: int) -> Components:
    """The first n principal components of values (N, D), or min(N, D) if that is less.

    They are eigenvectors of the covariance, found from the smaller of the two products XᵀX and
    XXᵀ, whose positive eigenvalues agree. An eigenvector may point either way; here the largest
    |score| is positive, and of several equally large ones the first.
    Raises ShapeError for less than two samples, SettingsError for n below 1.
    """
    check_shape("values", values, ("N", "D"))
    if len(values) < 2 or values.shape[1] < 1:
        raise ShapeError(
            f"principal components need two samples or more of one number or more; "
            f"got {values.shape}."
        )
    if n < 1:
        raise SettingsError(f"n must be at least 1 component; got {n}.")
    centered = values - values.mean(axis=0, dtype=np.float64)
    n_samples, n_values = centered.shape
    n = min(n, n_samples, n_values)
    if n_values <= n_samples:
        variances, axes = np.linalg.eigh(centered.T @ centered)
        scores = centered @ axes[:, : -n - 1 : -1]
    else:
        variances, unit_scores = np.linalg.eigh(centered @ centered.T)
        lengths = np.sqrt(np.maximum(variances, 0))
        scores = (unit_scores * lengths)[:, : -n - 1 : -1]
    sizes = np.abs(scores)
    largest = (sizes >= SAME * sizes.max(axis=0)).argmax(axis=0)
    signs = np.where(scores[largest, np.arange(n)] < 0, -1.0, 1.0)
    total = float(np.square(centered).sum())
    shares = np.maximum(variances[: -n - 1 : -1], 0) / total if total > 0 else np.zeros(n)
    return Components(scores * signs, shares)


def find_tsne() -> Tsne | None:
    """`tsne`, or None when scikit-learn is not installed."""
    try:
        import sklearn.manifold  # noqa: F401  (loaded here, so that its threads can be limited)
    except ImportError:
        return None
    return tsne


def tsne(components: Components, *, seed: int) -> Points:
    """t-SNE of the first 50 principal components → (N, 2), starting from the first two.

    Barnes-Hut approximation, perplexity 30 (less for less than 91 samples). Equal seeds give
    equal maps on one machine with one thread (`machine.one_thread`).
    Raises ShapeError for less than four samples.
    """
    from sklearn.manifold import TSNE  # here: an optional extra

    scores = components.scores[:, :TSNE_INPUTS]
    n = len(scores)
    if n < 4:
        raise ShapeError(f"t-SNE needs four samples or more; got {n}.")
    start = np.zeros((n, 2))
    start[:, : scores.shape[1]] = scores[:, :2]
    spread = start.std()
    start *= 1e-4 / spread if spread > 0 else 0.0  # small, so that the first steps are gentle
    start += np.random.default_rng(seed).normal(0, 1e-6, start.shape)  # equal samples can part
    method = TSNE(
        init=start,
        perplexity=min(PERPLEXITY, (n - 1) / 3),
        learning_rate="auto",
        random_state=seed,
    )
    points: Points = method.fit_transform(scores).astype(np.float64)
    return points


def turned_onto(points: Points, target: Points) -> Points:
    """Points (N, 2), turned or mirrored about their mean to lie as near to `target` as can be.

    The orthogonal Procrustes problem (Schönemann 1966): with P and T centered and UΣVᵀ the
    singular value decomposition of PᵀT, the turn is UVᵀ. No distance between points changes.
    """
    check_shape("target", target, points.shape)
    centered = points - points.mean(axis=0)
    left, _, right = np.linalg.svd(centered.T @ (target - target.mean(axis=0)))
    turned: Points = centered @ left @ right
    return turned
