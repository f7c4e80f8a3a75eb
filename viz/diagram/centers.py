"""How a map of digits is framed and read, and where the names of its classes are written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuroscribble.explain.embedding import Points
from neuroscribble.shapes import Labels

STEPS = 200  # at most, until names are apart
AROUND = 0.06  # free space around the points, as a share of their extent

TITLE = "How the layers come to tell the digits apart"
READING_PCA = "PCA looks at the layer from the side on which it is widest; it is linear."
READING_TSNE = (
    "t-SNE keeps neighbors together: it shows which groups there are. How far apart they lie and "
    "how large they are means nothing."
)


def class_centers(points: Points, labels: Labels, *, n_classes: int) -> dict[int, int]:
    """Class → index of its medoid, the point with the least sum of distances to its class.

    Unlike a mean it lies among the points, also where a class falls into two groups. Classes
    without a point are left out.
    """
    centers = {}
    for label in range(n_classes):
        members = np.flatnonzero(labels == label)
        if len(members):
            own = points[members]
            distances = np.hypot(*(own[:, None] - own[None, :]).transpose(2, 0, 1))
            centers[label] = int(members[distances.sum(axis=1).argmin()])
    return centers


def spread(places: Points, *, least: float) -> Points:
    """Places (N, 2), those nearer than `least` pushed apart along the line between them."""
    places = places.copy()
    for _ in range(STEPS):
        gaps = places[:, None] - places[None, :]
        distances = np.hypot(gaps[..., 0], gaps[..., 1])
        np.fill_diagonal(distances, np.inf)
        if distances.min(initial=np.inf) >= least * 0.999:
            break
        one, other = np.unravel_index(distances.argmin(), distances.shape)
        distance = distances[one, other]
        direction = gaps[one, other] / distance if distance > 0 else np.array([0.0, 1.0])
        push = (least - distance) / 2 * direction
        places[one] += push
        places[other] -= push
    return places


def square_around(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lower left and upper right corner (2,) of a square with some space around points."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) * (0.5 + AROUND) or 1.0
    middle = (low + high) / 2
    return middle - half, middle + half
